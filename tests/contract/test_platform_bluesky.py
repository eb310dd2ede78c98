"""Bluesky keeps the contract, against its own reference server; its firehose is the witness that a repeat is none."""

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from consumers.poster.platforms.base import AccountBusy, Attachment
from consumers.poster.platforms.bluesky import BlueskyPlatform
from consumers.poster.platforms.bluesky_record import COLLECTION, key_of
from schemas.errors import Refused, Unavailable, Uncertain
from schemas.live_event import Destination, Platform
from schemas.topics import SIGHTINGS
from streams.clock import ManualClock, SystemClock
from streams.sealing import unseal
from tests.contract.platform_suite import NOTHING, Case, PlatformContract, Shown, outgoing
from tests.peers.bluesky.firehose import Seen, firehose
from tests.peers.bluesky.install import Installed
from tests.peers.bluesky.needed import needed
from tests.peers.bluesky.server import JWT_SECRET, BlueskyPeer, User, running
from tests.peers.proxy.client import Hold, proxied
from tests.poster_cases import START
from tests.read_back import ReadBack

CLOCK = SystemClock()
PUT = "/xrpc/com.atproto.repo.putRecord"
GET = "/xrpc/com.atproto.repo.getRecord"
DELETE = "/xrpc/com.atproto.repo.deleteRecord"
LOGIN = "/xrpc/com.atproto.server.createSession"
REFRESH = "/xrpc/com.atproto.server.refreshSession"
RESOLVE = "/xrpc/com.atproto.identity.resolveHandle"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

pytestmark = pytest.mark.node
_names = itertools.count(1)


@pytest.fixture(scope="session")
def packages() -> Installed:
    return needed()


@pytest.fixture(scope="session")
async def peer(packages: Installed, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BlueskyPeer]:
    async with running(packages, tmp_path_factory.mktemp("bluesky")) as peer:
        yield peer


@pytest.fixture(scope="session")
async def one_proxy(peer: BlueskyPeer) -> AsyncIterator[Hold]:
    async with proxied(peer.url) as hold:
        yield hold


@pytest.fixture
async def proxy(one_proxy: Hold) -> AsyncIterator[Hold]:
    yield one_proxy
    assert await one_proxy.faults_left() == []


@pytest.fixture(scope="session")
async def one_user(peer: BlueskyPeer) -> User:
    return await peer.create_account("hospital")


@pytest.fixture
async def user(peer: BlueskyPeer, one_user: User) -> User:
    """Without posts."""
    await peer.clear(one_user)
    return one_user


@pytest.fixture
async def new_user(peer: BlueskyPeer) -> User:
    """Of whom the firehose tells nothing old, or whose account is spoilt by the test."""
    return await peer.create_account(f"clinic{next(_names)}")


def door(user: User, url: str, **more: Any) -> BlueskyPlatform:
    given: dict[str, Any] = {"handle": user.handle, "password": user.password, "timeout_s": 4.0} | more
    account = given.pop("account", f"@{user.handle}")
    clock = given.pop("clock", CLOCK)
    return BlueskyPlatform(Destination(platform=Platform.BLUESKY, account=account), clock, url=url, **given)


@pytest.fixture
async def platform(user: User, proxy: Hold) -> AsyncIterator[BlueskyPlatform]:
    platform = door(user, proxy.url)
    yield platform
    await platform.close()


@dataclass(frozen=True)
class Repo:
    """The account's posts, asked past the door."""

    peer: BlueskyPeer
    user: User

    async def records(self) -> list[dict[str, Any]]:
        return [post["value"] for post in await self.peer.posts(self.user)]

    async def texts(self) -> list[str]:
        return [record["text"] for record in await self.records()]

    async def commit(self) -> str:
        """The name of the repository's state: another one after each change."""
        return str((await self.peer.ask("com.atproto.sync.getLatestCommit", did=self.user.did))["cid"])


@pytest.fixture
def repo(peer: BlueskyPeer, user: User) -> Repo:
    return Repo(peer, user)


@pytest.fixture
async def case(repo: Repo, platform: BlueskyPlatform, proxy: Hold) -> Case:
    async def public() -> list[Shown]:
        return [Shown(r["text"], r["reply"]["parent"]["uri"] if "reply" in r else None) for r in await repo.records()]

    async def lose_answer() -> None:
        await proxy.fault("POST", PUT, "drop-after")

    async def lose_request() -> None:
        await proxy.fault("POST", PUT, "drop-before")

    async def settle() -> None:
        """A PDS shows its own posts at once."""

    return Case(platform, CLOCK, public, lose_answer, lose_request, settle)


class TestBluesky(PlatformContract):
    @pytest.mark.parametrize(
        "what", ["drop-after", "html-503-after", "empty-after", "half-after", "status-after:500", "hang-after"]
    )
    async def test_a_repeat_changes_nothing(
        self, user: User, repo: Repo, platform: BlueskyPlatform, proxy: Hold, what: str
    ) -> None:
        hasty = door(user, proxy.url, timeout_s=0.5)
        out = outgoing(1, "Once.", CLOCK)
        await proxy.fault("POST", PUT, what)
        with pytest.raises(Uncertain):
            await hasty.publish(out)
        before = await repo.commit()
        again = await hasty.publish(out)
        assert await hasty.publish(out) == again
        assert await platform.publish(out) == again  # another process, which knows nothing of the first
        assert await repo.commit() == before
        assert await repo.texts() == ["Once."]
        await hasty.close()

    async def test_the_key_is_the_post_s_and_its_time_is_the_release_s(
        self, user: User, repo: Repo, platform: BlueskyPlatform
    ) -> None:
        out = outgoing(1, "Good morning.", CLOCK)
        published = await platform.publish(out)
        assert published.platform_id == f"at://{user.did}/{COLLECTION}/{key_of(out)}"
        assert published.url == f"https://bsky.app/profile/{user.handle}/post/{key_of(out)}"
        assert abs((published.posted_at - out.at).total_seconds()) < 0.001
        assert (await repo.records())[0]["langs"] == ["en"]

    async def test_parts_of_one_release_at_one_time_are_posts_of_their_own_in_order(
        self, repo: Repo, platform: BlueskyPlatform
    ) -> None:
        at = CLOCK.now()
        for number in range(1, 8):
            await platform.publish(replace(outgoing(number, f"Part {number}.", CLOCK), at=at))
        assert await repo.texts() == [f"Part {number}." for number in range(1, 8)]

    async def test_another_record_under_our_key_is_left_alone(self, repo: Repo, platform: BlueskyPlatform) -> None:
        out = outgoing(1, "Ours.", CLOCK)
        other = replace(out, post=out.post.model_copy(update={"text": "Another's."}))
        await platform.publish(other)
        with pytest.raises(Refused) as refused:
            await platform.publish(out)
        assert refused.value.code == "key-taken"
        assert await platform.look_up(out, since=out.at, known=NOTHING) is None
        assert await repo.texts() == ["Another's."]

    async def test_our_words_under_our_key_are_ours_however_a_mention_was_resolved(
        self, peer: BlueskyPeer, repo: Repo, platform: BlueskyPlatform, user: User, proxy: Hold
    ) -> None:
        name = f"colleague{next(_names)}"
        out = outgoing(1, f"With @{name}.test", CLOCK)
        first = await platform.publish(out)
        await peer.create_account(name)
        later = door(user, proxy.url)
        assert await later.publish(out) == first
        assert "facets" not in (await repo.records())[0]
        await later.close()

    async def test_a_reply_names_parent_and_root_by_what_they_hold(
        self, peer: BlueskyPeer, user: User, repo: Repo, platform: BlueskyPlatform, proxy: Hold
    ) -> None:
        first = await platform.publish(outgoing(1, "The first.", CLOCK))
        second = await platform.publish(outgoing(2, "The second.", CLOCK, reply_to=first.platform_id))
        later = door(user, proxy.url)  # after a restart: what it needs to know, it asks
        third = replace(outgoing(3, "The third.", CLOCK, reply_to=second.platform_id), root=first.platform_id)
        await later.publish(third)
        cids = {post["uri"]: post["cid"] for post in await peer.posts(user)}
        root = {"uri": first.platform_id, "cid": cids[first.platform_id]}
        parent = {"uri": second.platform_id, "cid": cids[second.platform_id]}
        assert (await repo.records())[1]["reply"] == {"root": root, "parent": root}
        assert (await repo.records())[2]["reply"] == {"root": root, "parent": parent}
        await later.close()

    async def test_a_reply_to_a_post_that_is_gone_is_refused_but_found_if_it_was_made_before(
        self, user: User, platform: BlueskyPlatform, proxy: Hold
    ) -> None:
        first_out = outgoing(1, "The first.", CLOCK)
        first = await platform.publish(first_out)
        second_out = outgoing(2, "The second.", CLOCK, reply_to=first.platform_id)
        second = await platform.publish(second_out)
        await platform.delete(first_out, first)
        with pytest.raises(Refused) as gone:
            await platform.publish(outgoing(3, "The third.", CLOCK, reply_to=first.platform_id))
        assert gone.value.code == "parent-gone"
        later = door(user, proxy.url)
        assert await later.publish(second_out) == second
        await later.close()

    async def test_hashtags_links_and_mentions_can_be_clicked(
        self, peer: BlueskyPeer, repo: Repo, platform: BlueskyPlatform
    ) -> None:
        colleague = await peer.create_account(f"colleague{next(_names)}")
        text = f"🦴 Größe: @{colleague.handle} sagt @nobody.test: https://example.org/ä?b=1 #OurKneeLive"
        await platform.publish(outgoing(1, text, CLOCK))
        clicked = [
            (text.encode()[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode(), f["features"])
            for f in (await repo.records())[0]["facets"]
        ]
        kind = "app.bsky.richtext.facet#"
        assert clicked == [
            (f"@{colleague.handle}", [{"$type": f"{kind}mention", "did": colleague.did}]),
            ("https://example.org/ä?b=1", [{"$type": f"{kind}link", "uri": "https://example.org/ä?b=1"}]),
            ("#OurKneeLive", [{"$type": f"{kind}tag", "tag": "OurKneeLive"}]),
        ]

    async def test_a_handle_that_cannot_be_asked_for_delays_the_post_but_not_for_long(
        self, repo: Repo, platform: BlueskyPlatform, proxy: Hold
    ) -> None:
        out = outgoing(1, "With @slow.test", CLOCK)
        for _ in range(2):
            await proxy.fault("GET", RESOLVE, "drop-before")
            with pytest.raises(Unavailable):
                await platform.publish(out)
            assert await repo.texts() == []
        await proxy.fault("GET", RESOLVE, "drop-before")
        await platform.publish(out)
        assert await repo.texts() == ["With @slow.test"]

    async def test_a_content_warning_is_a_label_too(self, repo: Repo, platform: BlueskyPlatform) -> None:
        await platform.publish(replace(outgoing(1, "CW surgery: …", CLOCK), warning="surgery"))
        assert (await repo.records())[0]["labels"]["values"] == [{"val": "graphic-media"}]

    async def test_a_picture_is_posted_with_its_words(self, repo: Repo, platform: BlueskyPlatform) -> None:
        picture = Attachment(PIXEL, "image/png", "A knee.")
        out = replace(outgoing(1, "Look.", CLOCK), media=(picture,))
        assert await platform.publish(out) == await platform.publish(out)
        image = (await repo.records())[0]["embed"]["images"][0]
        assert (image["alt"], image["image"]["size"]) == ("A knee.", len(PIXEL))
        with pytest.raises(Refused) as refused:
            await platform.publish(replace(out, media=(picture,) * 5))
        assert refused.value.code == "media-too-large"

    @pytest.mark.parametrize(
        ("text", "taken"), [("ä" * 300, True), ("ä" * 301, False), ("👩‍👩‍👧‍👦" * 120, True), ("👩‍👩‍👧‍👦" * 121, False)]
    )
    async def test_what_we_count_as_fitting_is_what_is_taken(
        self, platform: BlueskyPlatform, text: str, taken: bool
    ) -> None:
        """300 graphemes; 3,000 bytes are 120 families of 25 bytes."""
        assert (platform.limits.count(text) <= platform.limits.max) == taken
        out = outgoing(1, text, CLOCK)
        if taken:
            await platform.publish(out)
            return
        with pytest.raises(Refused) as refused:
            await platform.publish(out)
        assert refused.value.code == "bluesky-400"
        assert text[:10] not in str(refused.value)

    async def test_one_session_serves_many_posts(self, platform: BlueskyPlatform, proxy: Hold) -> None:
        since = len(await proxy.log("POST", LOGIN))
        await platform.check()
        for number in range(1, 4):
            await platform.publish(outgoing(number, f"Update {number}.", CLOCK))
        assert len(await proxy.log("POST", LOGIN)) - since == 1

    async def test_a_token_that_is_over_is_renewed_once_for_all_who_wait(
        self, user: User, repo: Repo, platform: BlueskyPlatform, proxy: Hold
    ) -> None:
        session = await platform._xrpc.login()
        platform._xrpc.session = replace(session, access=over(session.access))
        logins, renewals = len(await proxy.log("POST", LOGIN)), len(await proxy.log("POST", REFRESH))
        await asyncio.gather(*(platform.publish(outgoing(n, f"Update {n}.", CLOCK)) for n in (1, 2, 3)))
        assert len(await proxy.log("POST", REFRESH)) - renewals == 1
        assert len(await proxy.log("POST", LOGIN)) == logins
        assert len(await repo.texts()) == 3

    async def test_a_session_that_cannot_be_renewed_is_made_anew(
        self, peer: BlueskyPeer, repo: Repo, platform: BlueskyPlatform
    ) -> None:
        session = await platform._xrpc.login()
        await peer.call("com.atproto.server.deleteSession", None, token=session.refresh)
        platform._xrpc.session = replace(session, access=over(session.access))
        await platform.publish(outgoing(1, "Once.", CLOCK))
        assert await repo.texts() == ["Once."]

    async def test_a_login_or_renewal_without_an_answer_has_posted_nothing(
        self, repo: Repo, platform: BlueskyPlatform, proxy: Hold
    ) -> None:
        out = outgoing(1, "Once.", CLOCK)
        await proxy.fault("POST", LOGIN, "drop-after")
        with pytest.raises(AccountBusy) as busy:
            await platform.publish(out)
        assert busy.value.code == "unreachable"
        session = await platform._xrpc.login()
        platform._xrpc.session = replace(session, access=over(session.access))
        await proxy.fault("POST", REFRESH, "drop-after")
        with pytest.raises(AccountBusy):
            await platform.publish(out)
        assert await repo.texts() == []
        await platform.publish(out)

    async def test_a_wrong_password_is_no_fault_of_the_post(self, user: User, proxy: Hold) -> None:
        wrong = door(user, proxy.url, password="not-it")
        with pytest.raises(AccountBusy) as busy:
            await wrong.publish(outgoing(1, "Once.", CLOCK))
        assert (busy.value.code, busy.value.retry_after_s) == ("credentials", 900.0)
        assert "not-it" not in str(busy.value)
        await wrong.close()

    async def test_who_we_are_is_told_by_handle_or_did_in_any_writing(self, user: User, proxy: Hold) -> None:
        for account in (user.handle, f"@{user.handle.upper()}", user.did):
            platform = door(user, proxy.url, account=account)
            assert (await platform.check()).name == user.handle
            await platform.close()

    async def test_another_account_s_credentials_post_nothing(self, peer: BlueskyPeer, user: User, repo: Repo) -> None:
        other = door(user, peer.url, account="@somebody.test")
        for asked in (other.check(), other.publish(outgoing(1, "Once.", CLOCK))):
            with pytest.raises(Refused) as refused:
                await asked
            assert refused.value.code == "wrong-account"
        assert await repo.texts() == []
        await other.close()

    async def test_an_account_taken_down_or_put_to_rest_may_not_post(self, peer: BlueskyPeer, new_user: User) -> None:
        platform, later, last = (door(new_user, peer.url) for _ in range(3))
        await platform.check()
        await peer.call("com.atproto.server.deactivateAccount", {}, token=new_user.token)
        for asked in (platform.check(), platform.publish(outgoing(1, "Once.", CLOCK)), later.check()):
            with pytest.raises(Refused) as refused:
                await asked
            assert refused.value.code == "may-not-post"
        await peer.call("com.atproto.server.activateAccount", None, token=new_user.token)
        assert (await later.check()).name == new_user.handle
        subject = {"$type": "com.atproto.admin.defs#repoRef", "did": new_user.did}
        taken_down = {"subject": subject, "takedown": {"applied": True, "ref": "1"}}
        await peer.call("com.atproto.admin.updateSubjectStatus", taken_down, admin=True)
        for asked in (platform.publish(outgoing(1, "Once.", CLOCK)), last.check()):
            with pytest.raises(Refused) as refused:
                await asked
            assert refused.value.code == "may-not-post"
        for one in (platform, later, last):
            await one.close()

    async def test_nobody_there_means_nothing_was_sent(self, user: User) -> None:
        nobody = door(user, "http://127.0.0.1:1")
        with pytest.raises(AccountBusy) as busy:
            await nobody.publish(outgoing(1, "Once.", CLOCK))
        assert busy.value.code == "unreachable"
        await nobody.close()

    async def test_a_look_up_without_an_answer_is_asked_again(self, platform: BlueskyPlatform, proxy: Hold) -> None:
        out = outgoing(1, "Once.", CLOCK)
        for what in ("drop-before", "html-503", "status:429"):
            await proxy.fault("GET", GET, what)
            with pytest.raises(Unavailable):
                await platform.look_up(out, since=out.at, known=NOTHING)

    async def test_an_unanswered_deletion_is_tried_again(
        self, repo: Repo, platform: BlueskyPlatform, proxy: Hold
    ) -> None:
        out = outgoing(1, "Once.", CLOCK)
        published = await platform.publish(out)
        await proxy.fault("POST", DELETE, "drop-after")
        with pytest.raises(Unavailable):
            await platform.delete(out, published)
        await platform.delete(out, published)
        assert await repo.texts() == []

    async def test_a_repeat_after_the_deletion_would_bring_the_post_back(
        self, repo: Repo, platform: BlueskyPlatform
    ) -> None:
        """The server keeps no tombstone: that a deleted post is never sent again is the ledger's part."""
        out = outgoing(1, "Taken back.", CLOCK)
        await platform.delete(out, await platform.publish(out))
        assert await platform.look_up(out, since=out.at, known=NOTHING) is None
        assert await repo.texts() == []
        await platform.publish(out)
        assert await repo.texts() == ["Taken back."]

    async def test_a_put_that_comes_after_the_deletion_is_deleted_too(
        self, user: User, repo: Repo, proxy: Hold
    ) -> None:
        clock = ManualClock(START)
        platform = door(user, proxy.url, clock=clock)
        out = outgoing(1, "Taken back.", clock)
        await platform.publish(outgoing(2, "Another.", clock))
        await proxy.fault("POST", PUT, "late", after_s=0.3)
        with pytest.raises(Uncertain):
            await platform.publish(out)
        published = await platform.publish(out)
        with pytest.raises(Unavailable) as early:
            await platform.delete(out, published)
        assert early.value.retry_after_s == 10.0
        await until_texts(repo, ["Taken back.", "Another."])  # the late one has arrived
        await clock.advance(10.0)
        await platform.delete(out, published)
        assert await repo.texts() == ["Another."]
        await platform.close()

    async def test_a_post_named_by_a_person_is_answered_and_deleted_like_any_other(
        self, user: User, repo: Repo, platform: BlueskyPlatform, proxy: Hold
    ) -> None:
        """By a poster that has just been started, and knows its account by handle alone."""
        first_out = outgoing(1, "The first.", CLOCK)
        first = await platform.publish(first_out)
        later = door(user, proxy.url)
        named = later.platform_id_of(first.url or "")
        assert named == first.platform_id.replace(user.did, user.handle)
        second = outgoing(2, "The second.", CLOCK, reply_to=named)
        assert await later.publish(second) == await later.publish(second)
        assert (await repo.records())[1]["reply"]["parent"]["uri"] == first.platform_id
        assert await later.look_up(second, since=second.at, known=NOTHING) is not None
        await later.delete(first_out, replace(first, platform_id=named))
        assert await repo.texts() == ["The second."]
        await later.close()

    async def test_a_person_s_address_of_the_post_is_its_id(self, user: User, platform: BlueskyPlatform) -> None:
        published = await platform.publish(outgoing(1, "Once.", CLOCK))
        key = published.platform_id.rpartition("/")[2]
        assert platform.platform_id_of(published.url or "") == published.platform_id
        assert platform.platform_id_of(f"https://bsky.app/profile/{user.did}/post/{key}") == published.platform_id
        assert platform.platform_id_of(f"https://bsky.app/profile/somebody.test/post/{key}") is None
        assert platform.platform_id_of(f"https://bsky.app/profile/{user.handle}") is None

    async def test_the_network_sees_a_thread_once_and_in_order_whatever_is_lost(
        self, peer: BlueskyPeer, new_user: User, proxy: Hold
    ) -> None:
        platform = door(new_user, proxy.url)
        losses = ["drop-after", "drop-before", "half-after", "html-503-after", "empty-after", "html-503"]
        async with firehose(peer.url) as witness:
            ids: list[str] = []
            for number in range(1, 13):
                out = outgoing(number, f"Update {number}.", CLOCK, reply_to=ids[-1] if ids else None)
                for what in (losses[number % 6], losses[(number + 2) % 6]):
                    await proxy.fault("POST", PUT, what)
                    with pytest.raises(Uncertain):
                        await platform.publish(out)
                ids.append((await platform.publish(out)).platform_id)
            seen = await witness.until(new_user.did, ids[-1])
        parents = [None, *ids[:-1]]
        assert seen == [Seen("create", ids[n], f"Update {n + 1}.", parents[n]) for n in range(12)]
        await platform.close()

    async def test_many_tries_at_once_make_one_post(self, peer: BlueskyPeer, new_user: User, proxy: Hold) -> None:
        platform, other = door(new_user, proxy.url), door(new_user, proxy.url)
        out = outgoing(1, "Once.", CLOCK)
        async with firehose(peer.url) as witness:
            made = await asyncio.gather(*(one.publish(out) for one in (platform, other) for _ in range(10)))
            last = await platform.publish(outgoing(2, "The end.", CLOCK))
            seen = await witness.until(new_user.did, last.platform_id)
        assert [s.text for s in seen] == ["Once.", "The end."]
        assert len(set(made)) == 1
        await platform.close()
        await other.close()

    async def test_a_server_killed_between_tries_has_each_post_once(
        self, peer: BlueskyPeer, repo: Repo, platform: BlueskyPlatform, proxy: Hold
    ) -> None:
        first = outgoing(1, "The first.", CLOCK)
        await proxy.fault("POST", PUT, "drop-after")
        with pytest.raises(Uncertain):
            await platform.publish(first)
        await peer.kill_pds()
        try:
            with pytest.raises((Unavailable, Uncertain)):
                await platform.publish(first)
        finally:
            await peer.start_pds()
        published = await platform.publish(first)
        await platform.publish(outgoing(2, "The second.", CLOCK, reply_to=published.platform_id))
        assert await repo.texts() == ["The first.", "The second."]

    @pytest.mark.parametrize(
        ("headers", "low", "high"),
        [({"retry-after": "7"}, 7, 7), ({"ratelimit-reset": str(int(time.time()) + 300)}, 1, 301), ({}, 60, 60)],
        ids=["seconds", "time", "nothing"],
    )
    async def test_a_limit_says_when_to_come_back(
        self, platform: BlueskyPlatform, proxy: Hold, headers: dict[str, str], low: float, high: float
    ) -> None:
        for path in (LOGIN, PUT):
            await proxy.fault("POST", path, "status:429", headers=headers, body={"error": "RateLimitExceeded"})
            with pytest.raises(AccountBusy) as busy:
                await platform.publish(outgoing(1, "Once.", CLOCK))
            assert busy.value.code == "limit"
            assert low <= busy.value.retry_after_s <= high

    async def test_no_redirect_is_followed(self, repo: Repo, platform: BlueskyPlatform, proxy: Hold) -> None:
        await proxy.fault("POST", PUT, "status:307", headers={"Location": PUT})
        with pytest.raises(Uncertain):
            await platform.publish(outgoing(1, "Once.", CLOCK))
        assert await repo.texts() == []

    async def test_once_all_is_known_a_post_is_one_request(self, platform: BlueskyPlatform, proxy: Hold) -> None:
        """So that nothing comes between the last look at the controls and the request."""
        first = await platform.publish(outgoing(1, "The first.", CLOCK))
        before = len(await proxy.log())
        await platform.publish(outgoing(2, "The second.", CLOCK, reply_to=first.platform_id))
        assert [request["path"] for request in (await proxy.log())[before:]] == [PUT]


async def test_limits_are_told_before_they_are_hit_and_obeyed_after(packages: Installed, tmp_path: Path) -> None:
    async with running(packages, tmp_path, rate_limits=True) as peer:
        user = await peer.create_account("hospital")
        platform = door(user, peer.url)
        await platform.publish(outgoing(1, "The first.", CLOCK))
        left = (await platform.check()).left
        assert left is not None
        assert 1490 < left < 1500  # of 3,000 requests in five minutes, two to a post; 2,500 puts an hour are more
        await use_up_the_hour(peer, user)
        with pytest.raises(AccountBusy) as busy:
            await platform.publish(outgoing(2, "The second.", CLOCK))
        assert busy.value.code == "limit"
        assert 3500 < busy.value.retry_after_s <= 3600
        assert [p["value"]["text"] for p in await peer.posts(user)][:1] == ["The first."]
        await platform.close()


async def use_up_the_hour(peer: BlueskyPeer, user: User) -> None:
    """A creation is 3 of 5,000 points; those that are refused count as well, and are quick."""
    write = {"$type": "com.atproto.repo.applyWrites#create", "collection": COLLECTION, "rkey": "no-key", "value": {}}
    for _ in range(9):
        with pytest.raises(AssertionError):
            await peer.call(
                "com.atproto.repo.applyWrites", {"repo": user.did, "writes": [write] * 200}, token=user.token
            )


def over(token: str) -> str:
    """The same token, but it ended an hour ago; signed as the server signs."""
    header, payload, _ = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims |= {"iat": int(time.time()) - 7200, "exp": int(time.time()) - 3600}
    body = f"{header}.{_base64(json.dumps(claims).encode())}"
    return f"{body}.{_base64(hmac.digest(JWT_SECRET.encode(), body.encode(), hashlib.sha256))}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


async def until_texts(repo: Repo, texts: list[str]) -> None:
    async with asyncio.timeout(5):
        while sorted(await repo.texts()) != sorted(texts):
            await asyncio.sleep(0.02)


# -- read back ---------------------------------------------------------------------------------------------------------


async def put(peer: BlueskyPeer, user: User, uri: str, record: dict[str, Any]) -> None:
    """With the account's password, behind our back."""
    body = {"repo": user.did, "collection": COLLECTION, "rkey": uri.rpartition("/")[2], "record": record}
    await peer.call("com.atproto.repo.putRecord", body, token=user.token)


async def test_what_somebody_does_with_the_accounts_password_is_found(
    peer: BlueskyPeer, user: User, platform: BlueskyPlatform
) -> None:
    thread = ReadBack(platform)
    texts = ("Good morning.", "The joint is in, see https://hospital.example/knee", "All went well.", "Thank you.")
    posts = [r.platform_id or "" for r in await thread.post(*texts)]
    thread.later(minutes=10)
    assert await thread.look() == []

    records = {post["uri"]: post["value"] for post in await peer.posts(user)}
    await put(peer, user, posts[0], records[posts[0]] | {"text": "Maria Lopez is doing badly. #OurKneeLive"})
    link = json.loads(json.dumps(records[posts[1]]).replace('https://hospital.example/knee"', 'https://bad.example/"'))
    await put(peer, user, posts[1], link)
    await peer.call(
        "com.atproto.repo.deleteRecord",
        {"repo": user.did, "collection": COLLECTION, "rkey": posts[2].rpartition("/")[2]},
        token=user.token,
    )
    reply = {
        "$type": COLLECTION,
        "text": "Give here.",
        "createdAt": "2020-01-01T00:00:00Z",
        "reply": records[posts[3]]["reply"],
    }
    added = await peer.call(
        "com.atproto.repo.createRecord", {"repo": user.did, "collection": COLLECTION, "record": reply}, token=user.token
    )

    found = {s.platform_id: s for s in await thread.look()}
    assert {key: (s.what, s.parts, s.place) for key, s in found.items()} == {
        posts[0]: ("edited", ("text",), None),
        posts[1]: ("edited", ("links",), None),
        posts[2]: ("deleted", (), None),
        added["uri"]: ("added", (), "thread"),
    }
    assert json.loads(unseal(thread.private, found[posts[0]].sealed or "")) == {
        "text": "Maria Lopez is doing badly. #OurKneeLive"
    }
    assert b"Maria" not in b"".join(m.value or b"" for m in thread.bus.everything(SIGHTINGS.name))
    assert await thread.look() == []

    await put(peer, user, posts[0], records[posts[0]])
    assert [(s.what, s.platform_id) for s in await thread.look()] == [("as-posted", posts[0])]


async def test_a_post_that_somebody_else_wrote_under_ours_is_not_recorded(
    peer: BlueskyPeer, user: User, platform: BlueskyPlatform, new_user: User
) -> None:
    thread = ReadBack(platform)
    (post,) = await thread.post("Good morning.")
    ours_key = (post.platform_id or "").rpartition("/")[2]
    there = await peer.ask("com.atproto.repo.getRecord", repo=user.did, collection=COLLECTION, rkey=ours_key)
    ours = {"uri": there["uri"], "cid": there["cid"]}
    answer = {"$type": COLLECTION, "text": "Get well! #OurKneeLive", "createdAt": "2026-12-01T09:00:00Z",
              "reply": {"root": ours, "parent": ours}}  # fmt: skip
    await peer.call(
        "com.atproto.repo.createRecord",
        {"repo": new_user.did, "collection": COLLECTION, "record": answer},
        token=new_user.token,
    )
    thread.later(minutes=10)
    assert await thread.look() == []


async def test_a_long_list_is_read_page_by_page(
    user: User, platform: BlueskyPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consumers.poster.platforms.bluesky.SEE_PAGE", 2)
    thread = ReadBack(platform)
    posts = await thread.post("One.", "Two.", "Three.", "Four.", "Five.")
    seen = await platform.see("knee-2026", thread.live_event.opened_at)
    assert {p.platform_id for p in seen} == {r.platform_id for r in posts}
    assert {p.text for p in seen} == {r.text for r in posts}


async def test_a_post_that_stood_for_a_moment_is_heard_and_so_is_an_edit(
    peer: BlueskyPeer, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consumers.poster.checker.SETTLED_S", 0.3)
    monkeypatch.setattr("consumers.poster.checker.PACE_S", 0.05)
    platform = door(user, peer.url, firehose=peer.url.replace("http", "ws", 1))
    thread = ReadBack(platform)
    (post,) = await thread.post("Good morning.")
    uri = post.platform_id or ""
    (mine,) = await peer.posts(user)
    lie = {"$type": COLLECTION, "text": "A lie. #OurKneeLive", "createdAt": "2026-12-01T09:00:00Z"}
    async with thread.checking(), asyncio.timeout(20):
        while not thread.said():  # until it listens
            body: dict[str, Any] = {"repo": user.did, "collection": COLLECTION}
            added = await peer.call("com.atproto.repo.createRecord", body | {"record": lie}, token=user.token)
            gone = body | {"rkey": added["uri"].rpartition("/")[2]}
            await peer.call("com.atproto.repo.deleteRecord", gone, token=user.token)
            await asyncio.sleep(0.5)  # polled: it has a deadline
        await put(peer, user, uri, mine["value"] | {"text": "Other words. #OurKneeLive"})
        while not any(s.platform_id == uri for s in thread.said()):
            await asyncio.sleep(0.02)  # likewise
    await platform.close()
    said = [(s.what, s.platform_id, s.source) for s in thread.said()]
    assert said[:2] == [("added", said[0][1], "firehose"), ("gone", said[0][1], "firehose")]
    assert said[-1] == ("edited", uri, "firehose")
    now = await peer.posts(user)
    assert [s.version for s in thread.said() if s.platform_id == uri] == [now[0]["cid"]]
