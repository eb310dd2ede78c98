"""Pictures on X, against the peer: they come before the post, and what fails with them never makes half a post."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from consumers.poster.platforms.base import AccountBusy, Attachment, Outgoing
from consumers.poster.platforms.x import XPlatform
from schemas.errors import Refused, Unavailable, Uncertain
from streams.clock import SystemClock
from tests.contract.platform_suite import NOTHING, outgoing
from tests.peers.x.accounts import Account
from tests.peers.x.running import Door, serving
from tests.poster_cases import X

KEYS = Account()
CLOCK = SystemClock()
SMALL = Attachment(b"\x89PNG small", "image/png", "A surgeon's hands over a knee.")
LARGE = Attachment(b"\xff\xd8\r\n--" + bytes(range(256)) * (4 * 4096), "image/jpeg", "")  # two parts


def with_pictures(*pictures: Attachment, number: int = 1) -> Outgoing:
    return replace(outgoing(number, "Look: example.com", CLOCK), media=pictures)


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[Door]:
    async with serving(tmp_path / "x.jsonl") as peer:
        yield peer


@pytest.fixture
async def platform(peer: Door) -> AsyncIterator[XPlatform]:
    platform = XPlatform(
        X, CLOCK, base_url=peer.url, timeout_s=2.0, settle_s=0.0, consumer_key=KEYS.consumer_key,
        consumer_secret=KEYS.consumer_secret, access_token=KEYS.access_token, access_secret=KEYS.access_secret,
    )  # fmt: skip
    yield platform
    await platform.close()


async def test_pictures_arrive_whole_with_their_words(peer: Door, platform: XPlatform) -> None:
    await platform.publish(with_pictures(SMALL, LARGE))
    (post,) = await peer.posts()
    kept = {m["id"]: m for m in await peer.media()}
    small, large = (kept[it] for it in post["media_ids"])
    assert (small["mime"], small["alt"]) == ("image/png", "A surgeon's hands over a knee.")
    assert (large["mime"], large["alt"], large["size"]) == ("image/jpeg", "", 4 * 1024 * 1024 + 6)
    assert large["sha256"] == hashlib.sha256(LARGE.data).hexdigest()
    assert await peer.requests("media-append") == 3


async def test_a_post_with_a_picture_is_found_though_x_adds_a_link_to_it(peer: Door, platform: XPlatform) -> None:
    out = with_pictures(SMALL)
    since = CLOCK.now()
    await peer.faults("create", "commit-then-drop")
    with pytest.raises(Uncertain):
        await platform.publish(out)
    found = await platform.look_up(out, since=since, known=NOTHING)
    assert found is not None
    assert [p["id"] for p in await peer.posts()] == [found.platform_id]


@pytest.mark.parametrize("on", ["media-init", "media-append", "media-finalize", "metadata"])
@pytest.mark.parametrize("what", ["drop", "html", "commit-then-cut", "limit", "credits"])
async def test_a_failed_upload_made_no_post_and_is_tried_again(
    peer: Door, platform: XPlatform, on: str, what: str
) -> None:
    await peer.faults(on, what)
    with pytest.raises(Unavailable) as failed:
        await platform.publish(with_pictures(SMALL))
    # Uploads have limits of their own, but credits are the account's.
    assert isinstance(failed.value, AccountBusy) == (what == "credits")
    assert await peer.requests("create") == 0
    await platform.publish(with_pictures(SMALL))
    assert len(await peer.posts()) == 1


@pytest.mark.parametrize("on", ["media-append", "media-finalize", "metadata"])
async def test_a_success_without_a_word_is_one_where_no_word_is_needed(
    peer: Door, platform: XPlatform, on: str
) -> None:
    await peer.faults(on, "commit-then-empty")
    await platform.publish(with_pictures(SMALL))
    assert len(await peer.posts()) == 1


async def test_a_picture_without_an_id_is_brought_again(peer: Door, platform: XPlatform) -> None:
    await peer.faults("media-init", "commit-then-empty")
    with pytest.raises(Unavailable):
        await platform.publish(with_pictures(SMALL))
    await platform.publish(with_pictures(SMALL))
    assert len(await peer.posts()) == 1


async def test_what_is_with_x_already_is_not_brought_again(peer: Door, platform: XPlatform) -> None:
    await peer.faults("create", "limit")
    with pytest.raises(AccountBusy):
        await platform.publish(with_pictures(SMALL))
    await platform.publish(with_pictures(SMALL))
    assert await peer.requests("media-init") == 1


async def test_a_picture_that_is_still_being_read_is_waited_for(peer: Door, platform: XPlatform) -> None:
    await peer.settings(processing_s=1.2)
    await platform.publish(with_pictures(SMALL))
    assert await peer.requests("media-status") >= 1
    assert len(await peer.posts()) == 1


async def test_when_pictures_took_long_the_post_waits_for_a_new_intent(
    peer: Door, platform: XPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consumers.poster.platforms.x.PREPARE_S", 0.0)
    with pytest.raises(Unavailable, match="ready"):
        await platform.publish(with_pictures(SMALL))
    assert await peer.requests("create") == 0
    monkeypatch.undo()
    await platform.publish(with_pictures(SMALL))
    assert await peer.requests("media-init") == 1


async def test_a_picture_that_x_cannot_read_refuses_the_post(peer: Door, platform: XPlatform) -> None:
    await peer.settings(processing_fails=True)
    with pytest.raises(Refused) as refused:
        await platform.publish(with_pictures(SMALL))
    assert refused.value.code == "media-refused"
    assert await peer.posts() == []


@pytest.mark.parametrize(
    "pictures",
    [
        (SMALL,) * 5,
        (replace(SMALL, data=b""),),
        (replace(SMALL, data=b"x" * (5 * 1024 * 1024 + 1)),),
        (replace(SMALL, alt="a" * 1001),),
    ],
    ids=["five", "empty", "too-large", "too-many-words"],
)
async def test_what_x_never_takes_is_refused_before_anything_is_sent(
    peer: Door, platform: XPlatform, pictures: tuple[Attachment, ...]
) -> None:
    with pytest.raises(Refused) as refused:
        await platform.publish(with_pictures(*pictures))
    assert refused.value.code == "media-refused"
    assert await peer.requests("me") == 0
