"""Mastodon keeps the contract: as it is, without keys under another name, and without keys under its own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from consumers.poster.platforms.base import Account, AccountBusy, Attachment, Outgoing
from consumers.poster.platforms.mastodon import MastodonPlatform
from schemas.errors import Refused, Unavailable, Uncertain
from schemas.live_event import Destination, Platform
from streams.clock import SystemClock
from tests.contract.platform_suite import NOTHING, Case, PlatformContract, Shown, outgoing
from tests.peers.mastodon.server import Mastodon, User, mastodon
from tests.peers.proxy.client import Hold, proxied
from tests.read_back import ReadBack

CLOCK = SystemClock()
POSTS = "/api/v1/statuses"
PLEROMA = "2.7.2 (compatible; Pleroma 2.6.0)"
AFTER = ["drop-after", "hang-after", "html-503-after", "empty-after", "half-after", "status-after:500"]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6260000000000500010d0a2db40000000049454e44ae426082"
)


def on_mastodon(url: str, user: User, *, account: str | None = None, **more: Any) -> MastodonPlatform:
    destination = Destination(platform=Platform.MASTODON, account=account or user.account)
    return MastodonPlatform(
        destination, CLOCK, url=url, token=more.pop("token", user.token),
        **({"timeout_s": 5.0, "settle_s": 0.0} | more),
    )  # fmt: skip


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mastodon]:
    async with mastodon(tmp_path_factory.mktemp("mastodon")) as server:
        yield server


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture
async def user(server: Mastodon, numbers: Iterator[int]) -> User:
    return await server.user(f"hospital{next(numbers)}")


@pytest.fixture
async def proxy(server: Mastodon) -> AsyncIterator[Hold]:
    async with proxied(server.url) as proxy:
        yield proxy


@pytest.fixture
async def platform(proxy: Hold, user: User) -> AsyncIterator[MastodonPlatform]:
    platform = on_mastodon(proxy.url, user)
    await platform.check()
    yield platform
    await platform.close()


async def without_keys(proxy: Hold) -> None:
    await proxy.settings(strip_headers=["Idempotency-Key"])


async def as_pleroma(proxy: Hold) -> None:
    paths = ("/api/v1/instance", "/api/v2/instance")
    await proxy.settings(rewrite=[{"path": path, "key": "/version", "value": PLEROMA} for path in paths])


def case_of(platform: MastodonPlatform, server: Mastodon, proxy: Hold, user: User) -> Case:
    async def public() -> list[Shown]:
        statuses = await server.statuses(user)
        return [Shown(await server.source(user, s["id"]), s["in_reply_to_id"]) for s in statuses]

    async def lose_answer() -> None:
        await proxy.fault("POST", POSTS, "drop-after")

    async def lose_request() -> None:
        await proxy.fault("POST", POSTS, "drop-before")

    async def settle() -> None:
        """A status is in the list as soon as it is stored."""

    return Case(platform, CLOCK, public, lose_answer, lose_request, settle)


class TestMastodon(PlatformContract):
    @pytest.fixture
    async def case(self, platform: MastodonPlatform, server: Mastodon, proxy: Hold, user: User) -> Case:
        return case_of(platform, server, proxy, user)

    def test_it_is_known_for_mastodon(self, platform: MastodonPlatform) -> None:
        limits = platform.limits
        assert (limits.repeatable_s, limits.retry_s, limits.look_first) == (3000.0, 10.0, True)
        assert (limits.max, limits.own_warning, limits.can_look_up) == (500, True, True)
        assert limits.settle_s == 5.0 + 5.0 + 0.0
        assert limits.count("see https://example.com/a/path/that/is/longer/than/23") == 27

    @pytest.mark.parametrize("what", AFTER)
    async def test_whatever_became_of_the_answer_the_same_key_gives_the_same_post(
        self, platform: MastodonPlatform, server: Mastodon, proxy: Hold, user: User, what: str
    ) -> None:
        hasty = on_mastodon(proxy.url, user, timeout_s=1.0) if what == "hang-after" else platform
        await proxy.fault("POST", POSTS, what)
        with pytest.raises(Uncertain):
            await hasty.publish(outgoing(1, "Once.", CLOCK))
        await hasty.close()
        again = on_mastodon(proxy.url, user)  # another process: the key is made of the post alone
        published = await again.publish(outgoing(1, "Once.", CLOCK))
        await again.close()
        assert [s["id"] for s in await server.statuses(user)] == [published.platform_id]


class TestAServerThatKeepsNoKeysAndSaysWhatItIs(PlatformContract):
    """Reconciled only: nothing is repeated before it is known that it was not applied."""

    @pytest.fixture
    async def case(self, server: Mastodon, proxy: Hold, user: User) -> AsyncIterator[Case]:
        await without_keys(proxy)
        await as_pleroma(proxy)
        platform = on_mastodon(proxy.url, user)
        await platform.check()
        yield case_of(platform, server, proxy, user)
        await platform.close()

    def test_it_is_promised_nothing(self, case: Case) -> None:
        assert case.platform.limits.repeatable_s == 0
        assert case.platform.limits.can_look_up
        assert case.platform.limits.count("see https://example.com/a/path/that/is/longer/than/23") == 53

    async def test_a_request_that_is_applied_late_is_found_once_it_was(
        self, case: Case, proxy: Hold, server: Mastodon, user: User
    ) -> None:
        out, since = outgoing(1, "Late.", CLOCK), CLOCK.now()
        await proxy.fault("POST", POSTS, "late", after_s=0.2)
        with pytest.raises(Uncertain):
            await case.platform.publish(out)
        assert await case.platform.look_up(out, since=since, known=NOTHING) is None
        while not await server.statuses(user):
            assert (CLOCK.now() - since).total_seconds() < 5
        assert await case.platform.look_up(out, since=since, known=NOTHING) is not None


class TestAServerThatKeepsNoKeysAndClaimsToBeMastodon(PlatformContract):
    """What saves us is the look before the repeat: `look_first`, and a look-up that finds what was made."""

    @pytest.fixture
    async def case(self, server: Mastodon, proxy: Hold, user: User) -> AsyncIterator[Case]:
        await without_keys(proxy)
        platform = on_mastodon(proxy.url, user)
        await platform.check()
        yield case_of(platform, server, proxy, user)
        await platform.close()

    async def test_where_repeats_are_harmless_a_repeat_makes_no_second_post(self, case: Case) -> None:
        assert case.platform.limits.repeatable_s
        assert case.platform.limits.look_first
        assert case.platform.limits.retry_s == 10.0  # time for the first to be stored before the look
        out, since = outgoing(1, "Once.", CLOCK), CLOCK.now()
        await case.lose_answer()
        with pytest.raises(Uncertain):
            await case.platform.publish(out)
        assert await case.platform.look_up(out, since=since, known=NOTHING) is not None  # so it is not repeated
        await case.platform.publish(out)
        assert len(await case.public()) == 2  # and this is what a repeat would have done


# -- what the post carries -------------------------------------------------------------------------------------------


async def test_before_it_is_known_which_server_this_is_nothing_is_promised(proxy: Hold, user: User) -> None:
    platform = on_mastodon(proxy.url, user)
    assert (platform.limits.repeatable_s, platform.limits.max) == (0.0, 500)
    before = platform.limits
    await platform.publish(outgoing(1, "Good morning.", CLOCK))
    assert (before.repeatable_s, platform.limits.repeatable_s) == (0.0, 3000.0)
    await platform.check()
    assert platform.limits == on_mastodon_limits(platform)
    await platform.close()


def on_mastodon_limits(platform: MastodonPlatform) -> Any:
    return platform._server.limits(timeout_s=5.0, settle_s=0.0, retry_s=10.0)


async def test_language_warning_and_visibility_are_said(proxy: Hold, server: Mastodon, user: User) -> None:
    platform = on_mastodon(proxy.url, user, visibility="unlisted")
    out = outgoing(1, "The first cut.", CLOCK)
    await platform.publish(
        Outgoing(out.post, out.live_event_id, n=1, reply_to=None, root=None, at=out.at, warning="Surgery")
    )
    [status] = await server.statuses(user)
    said = {key: status[key] for key in ("language", "spoiler_text", "sensitive", "visibility", "in_reply_to_id")}
    assert said == {
        "language": "en", "spoiler_text": "Surgery", "sensitive": True, "visibility": "unlisted",
        "in_reply_to_id": None,
    }  # fmt: skip
    await platform.close()


async def test_the_key_is_the_posts_own_id(platform: MastodonPlatform, server: Mastodon, user: User) -> None:
    published = await platform.publish(outgoing(7, "Once.", CLOCK))
    key = {"Idempotency-Key": "00000000-0000-0000-0000-000000000007"}
    again = await server.ask("POST", POSTS, user, json={"status": "Once."}, headers=key)
    assert again["id"] == published.platform_id


async def test_a_picture_says_what_it_shows(platform: MastodonPlatform, server: Mastodon, user: User) -> None:
    out, picture = outgoing(1, "The room.", CLOCK), Attachment(PNG, "image/png", "An empty operating room.")
    await platform.publish(
        Outgoing(out.post, out.live_event_id, n=1, reply_to=None, root=None, at=out.at, media=(picture,))
    )
    [status] = await server.statuses(user)
    assert [m["description"] for m in status["media_attachments"]] == ["An empty operating room."]


async def test_a_picture_that_is_not_taken_stops_its_post_alone(
    platform: MastodonPlatform, proxy: Hold, server: Mastodon, user: User
) -> None:
    out, picture = outgoing(1, "The room.", CLOCK), Attachment(PNG, "image/png", "An empty operating room.")
    out = Outgoing(out.post, out.live_event_id, n=1, reply_to=None, root=None, at=out.at, media=(picture,))
    await proxy.fault("POST", "/api/v2/media", "status:422", body={"error": "Validation failed"})
    with pytest.raises(Refused) as refused:
        await platform.publish(out)
    assert refused.value.code == "media-refused"
    await proxy.fault("POST", "/api/v2/media", "drop-after")
    with pytest.raises(Unavailable):  # no post was made
        await platform.publish(out)
    assert await server.statuses(user) == []


async def test_an_edit_keeps_id_address_and_warning(platform: MastodonPlatform, server: Mastodon, user: User) -> None:
    out = outgoing(1, "The left knee.", CLOCK)
    first = await platform.publish(
        Outgoing(out.post, out.live_event_id, n=1, reply_to=None, root=None, at=out.at, warning="Surgery")
    )
    edited = await platform.edit(first.platform_id, "The right knee.")
    assert (edited.platform_id, edited.url) == (first.platform_id, first.url)
    [status] = await server.statuses(user)
    assert (status["spoiler_text"], status["sensitive"], status["language"]) == ("Surgery", True, "en")
    assert await server.source(user, first.platform_id) == "The right knee."
    await platform.delete(out, first)
    with pytest.raises(Refused) as refused:
        await platform.edit(first.platform_id, "Nothing.")
    assert refused.value.code == "mastodon-404"


# -- ways to fail ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["drop-before", "html-503", "status:502", "status:409", "status:302", "status:403"])
async def test_what_is_no_answer_of_mastodons_says_nothing(
    platform: MastodonPlatform, proxy: Hold, server: Mastodon, user: User, what: str
) -> None:
    await proxy.fault("POST", POSTS, what)
    with pytest.raises(Uncertain) as lost:
        await platform.publish(outgoing(1, "Once.", CLOCK))
    assert "Once" not in str(lost.value)
    assert await server.statuses(user) == []


async def test_a_timeout_says_nothing_and_is_as_long_as_it_was_set(proxy: Hold, user: User) -> None:
    hasty = on_mastodon(proxy.url, user, timeout_s=1.0)
    await hasty.check()
    await proxy.fault("POST", POSTS, "hang")
    began = CLOCK.monotonic()
    with pytest.raises(Uncertain):
        await hasty.publish(outgoing(1, "Once.", CLOCK))
    assert 0.9 < CLOCK.monotonic() - began < 5
    await hasty.close()


@pytest.mark.parametrize(("piece", "pause_s"), [(b" ", 0.05), (b" " * 1_000_000, 0.0)])
async def test_an_answer_that_never_ends_is_left_in_time(user: User, piece: bytes, pause_s: float) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause_s)

    async with await asyncio.start_server(drip, "127.0.0.1", 0) as slow:
        platform = on_mastodon(f"http://127.0.0.1:{slow.sockets[0].getsockname()[1]}", user, timeout_s=1.0)
        began = CLOCK.monotonic()
        with pytest.raises(AccountBusy):
            await platform.check()
        assert CLOCK.monotonic() - began < 5
        await platform.close()


async def test_a_redirect_is_not_followed_with_the_token(platform: MastodonPlatform, proxy: Hold) -> None:
    to = {"Location": f"{proxy.url}/elsewhere"}
    await proxy.faults([{"method": m, "path": "/api", "what": "status:308", "headers": to} for m in ("POST", "GET")])
    with pytest.raises(Uncertain):
        await platform.publish(outgoing(1, "Once.", CLOCK))
    with pytest.raises(AccountBusy):
        await platform.check()
    assert await proxy.log(None, "/elsewhere") == []


async def test_a_server_that_cannot_be_reached_has_taken_nothing(platform: MastodonPlatform, proxy: Hold) -> None:
    await proxy.settings(down="refuse")
    for ask in (platform.publish(outgoing(1, "Once.", CLOCK)), platform.check()):
        with pytest.raises(AccountBusy) as busy:
            await ask
        assert busy.value.code == "unreachable"


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({"X-RateLimit-Reset": "{iso}"}, 540, 602),
        ({"X-RateLimit-Reset": "{seconds}"}, 540, 602),
        ({"Retry-After": "30"}, 30, 30),
        ({"Retry-After": "soon", "X-RateLimit-Reset": "later"}, 60, 60),
        ({"X-RateLimit-Reset": "2001-01-01T00:00:00Z"}, 1, 1),
        ({"X-RateLimit-Reset": "2999-01-01T00:00:00Z"}, 86_400, 86_400),
        ({}, 60, 60),
    ],
)
async def test_a_limit_says_when_to_come_back(  # noqa: PLR0917  # what it is told, and what it makes of it
    platform: MastodonPlatform,
    proxy: Hold,
    server: Mastodon,
    user: User,
    headers: dict[str, str],
    low: float,
    high: float,
) -> None:
    reset = CLOCK.now() + timedelta(seconds=600)
    told = {"iso": reset.isoformat(), "seconds": int(reset.timestamp())}
    headers = {name: value.format(**told) for name, value in headers.items()}
    await proxy.fault("POST", POSTS, "status:429", headers=headers, body={"error": "Too many requests"})
    with pytest.raises(AccountBusy) as limited:
        await platform.publish(outgoing(1, "Once.", CLOCK))
    assert limited.value.code == "limit"
    assert low <= limited.value.retry_after_s <= high
    assert await server.statuses(user) == []


async def test_the_limit_of_deletions_stops_no_posts(platform: MastodonPlatform, proxy: Hold) -> None:
    out = outgoing(1, "Once.", CLOCK)
    published = await platform.publish(out)
    await proxy.fault("DELETE", POSTS, "status:429", headers={"Retry-After": "30"}, body={})
    with pytest.raises(Unavailable) as limited:
        await platform.delete(out, published)
    assert not isinstance(limited.value, AccountBusy)
    assert limited.value.retry_after_s == 30


@pytest.mark.parametrize("what", ["drop-before", "drop-after", "html-503-after"])
async def test_a_deletion_without_an_answer_is_tried_again(
    platform: MastodonPlatform, proxy: Hold, server: Mastodon, user: User, what: str
) -> None:
    out = outgoing(1, "Once.", CLOCK)
    published = await platform.publish(out)
    await proxy.fault("DELETE", POSTS, what)
    with pytest.raises(Unavailable):
        await platform.delete(out, published)
    await platform.delete(out, published)
    assert await server.statuses(user) == []


async def test_what_is_not_ours_is_not_deleted_and_stops_no_posts(
    platform: MastodonPlatform, server: Mastodon, user: User
) -> None:
    other = await server.user(f"{user.username}other")
    theirs = on_mastodon(server.url, other)
    out = outgoing(1, "Theirs.", CLOCK)
    published = await theirs.publish(out)
    await theirs.close()
    with pytest.raises(Refused) as refused:
        await platform.delete(out, published)
    assert refused.value.code == "mastodon-403"
    assert len(await server.statuses(other)) == 1


@pytest.mark.parametrize("status", [401, 403])
async def test_a_token_that_is_not_let_in_is_no_fault_of_the_post(
    platform: MastodonPlatform, proxy: Hold, status: int
) -> None:
    await proxy.fault("POST", POSTS, f"status:{status}", body={"error": "The access token was revoked"})
    with pytest.raises(AccountBusy) as busy:
        await platform.publish(outgoing(1, "Once.", CLOCK))
    assert (busy.value.code, busy.value.retry_after_s) == ("credentials", 60.0)


async def test_a_text_that_is_too_long_is_refused(platform: MastodonPlatform, server: Mastodon, user: User) -> None:
    with pytest.raises(Refused) as refused:
        await platform.publish(outgoing(1, "a" * 501, CLOCK))
    assert refused.value.code == "mastodon-422"
    assert await server.statuses(user) == []


async def test_a_parent_that_is_gone_is_told_from_a_path_that_is(platform: MastodonPlatform, proxy: Hold) -> None:
    await proxy.faults(
        [{"method": "POST", "path": POSTS, "what": "status:404", "body": {"error": "Record not found"}}] * 2
    )
    for reply_to, code in (("12345", "parent-gone"), (None, "mastodon-404")):
        with pytest.raises(Refused) as refused:
            await platform.publish(outgoing(1, "Once.", CLOCK, reply_to=reply_to))
        assert refused.value.code == code


# -- who we are there ------------------------------------------------------------------------------------------------


async def test_the_account_may_be_written_in_several_ways(proxy: Hold, server: Mastodon, user: User) -> None:
    host = server.url.removeprefix("http://")
    port = server.port
    for account in (
        user.username, f"@{user.username.upper()}", f"@{user.username}@127.0.0.1", f"{user.username}@{host}",
        f"@{user.username}@localhost:{port}",
    ):  # fmt: skip
        platform = on_mastodon(server.url, user, account=account)
        assert await platform.check() == Account(f"@{user.username}@localhost:{port}")
        await platform.close()


@pytest.mark.parametrize("account", ["@somebody", "@{}@other.example", "@{}@", "{}x", "@@{}"])
async def test_credentials_of_another_account_post_nothing(
    proxy: Hold, server: Mastodon, user: User, account: str
) -> None:
    platform = on_mastodon(proxy.url, user, account=account.format(user.username))
    if account == "@{}@":  # a server that is not named is any
        await platform.check()
    else:
        with pytest.raises(Refused) as refused:
            await platform.publish(outgoing(1, "Once.", CLOCK))
        assert refused.value.code == "wrong-account"
    assert await server.statuses(user) == []
    await platform.close()


@pytest.mark.parametrize("what", ["suspended", "limited"])
async def test_an_account_that_may_not_post_is_known_before_it_does(proxy: Hold, user: User, what: str) -> None:
    await proxy.settings(rewrite=[{"path": "/api/v1/accounts/verify_credentials", "key": f"/{what}", "value": True}])
    platform = on_mastodon(proxy.url, user)
    with pytest.raises(Refused) as refused:
        await platform.check()
    assert refused.value.code == "may-not-post"
    await platform.close()


async def test_a_token_that_is_none_waits_for_a_person(proxy: Hold, user: User) -> None:
    platform = on_mastodon(proxy.url, user, token="invented")
    with pytest.raises(AccountBusy) as busy:
        await platform.check()
    assert busy.value.code == "credentials"
    await platform.close()


async def test_what_is_left_of_the_limit_is_told(platform: MastodonPlatform, proxy: Hold, user: User) -> None:
    me = {"id": user.id, "username": user.username, "url": None}
    headers = {"X-RateLimit-Remaining": "7", "X-RateLimit-Reset": "2026-12-01T09:05:00.123456Z"}
    await proxy.fault("GET", "/api/v1/accounts/verify_credentials", "status:200", headers=headers, body=me)
    account = await platform.check()
    assert (account.left, account.resets_at) == (7, datetime(2026, 12, 1, 9, 5, 0, 123456, UTC))


@pytest.mark.parametrize("path", ["/api/v1/accounts/verify_credentials", "/api/v2/instance"])
@pytest.mark.parametrize("what", ["drop-after", "html-503", "empty-after"])
async def test_who_we_are_can_be_asked_again(proxy: Hold, user: User, path: str, what: str) -> None:
    platform = on_mastodon(proxy.url, user)
    await proxy.fault("GET", path, what)
    with pytest.raises(AccountBusy) as busy:
        await platform.publish(outgoing(1, "Once.", CLOCK))
    assert busy.value.code == "unreachable"
    await platform.publish(outgoing(1, "Once.", CLOCK))
    assert platform.limits.repeatable_s == 3000.0
    await platform.close()


@pytest.mark.parametrize("body", [{"error": "Record not found"}, "<html>The page is not here</html>"])
async def test_a_server_before_4_0_is_asked_in_the_older_way(proxy: Hold, user: User, body: Any) -> None:
    platform = on_mastodon(proxy.url, user)
    await proxy.fault("GET", "/api/v2/instance", "status:404", body=body)
    await platform.publish(outgoing(1, "Once.", CLOCK))
    assert platform.limits.repeatable_s == 3000.0
    await platform.close()


# -- looking up ------------------------------------------------------------------------------------------------------


async def test_a_post_is_found_behind_the_first_page(platform: MastodonPlatform, server: Mastodon, user: User) -> None:
    since = CLOCK.now()
    sought = await platform.publish(outgoing(1, "The sought.", CLOCK))
    first = await platform.publish(outgoing(2, "The parent.", CLOCK))
    reply = await platform.publish(outgoing(3, "The sought.", CLOCK, reply_to=first.platform_id))
    for number in range(45):  # a page holds 40
        await server.ask("POST", POSTS, user, json={"status": f"By hand, {number}."})
    assert await platform.look_up(outgoing(1, "The sought.", CLOCK), since=since, known=NOTHING) == sought
    out = outgoing(3, "The sought.", CLOCK, reply_to=first.platform_id)
    assert await platform.look_up(out, since=since, known=NOTHING) == reply


async def test_of_equal_posts_the_first_is_found_and_known_ones_are_not(
    platform: MastodonPlatform, server: Mastodon, user: User
) -> None:
    ids = [(await server.ask("POST", POSTS, user, json={"status": "Once."}))["id"] for _ in range(3)]
    out, since = outgoing(1, "Once.", CLOCK), CLOCK.now()
    for known, expected in ((0, ids[0]), (1, ids[1]), (3, None)):
        found = await platform.look_up(out, since=since, known=frozenset(ids[:known]))
        assert (found.platform_id if found else None) == expected


async def test_an_equal_post_of_another_day_is_not_ours(
    platform: MastodonPlatform, server: Mastodon, user: User
) -> None:
    await server.ask("POST", POSTS, user, json={"status": "Good morning."})
    out = outgoing(1, "Good morning.", CLOCK)
    assert await platform.look_up(out, since=CLOCK.now() + timedelta(hours=1), known=NOTHING) is None
    assert await platform.look_up(out, since=CLOCK.now() + timedelta(minutes=4), known=NOTHING) is not None


async def test_a_reply_whose_parent_was_deleted_since_is_found(
    platform: MastodonPlatform, proxy: Hold, server: Mastodon, user: User
) -> None:
    first = await platform.publish(outgoing(1, "The parent.", CLOCK))
    second = outgoing(2, "The reply.", CLOCK, reply_to=first.platform_id)
    reply = await platform.publish(second)
    path = f"/api/v1/accounts/{user.id}/statuses"
    await proxy.settings(rewrite=[{"path": path, "key": "/0/in_reply_to_id", "value": None}])
    assert await platform.look_up(second, since=CLOCK.now(), known=NOTHING) is None  # the parent stands: not its reply
    await server.ask("DELETE", f"{POSTS}/{first.platform_id}", user)
    assert await platform.look_up(second, since=CLOCK.now(), known=NOTHING) == reply


class Off(SystemClock):
    def __init__(self, minutes: float) -> None:
        self._off = timedelta(minutes=minutes)

    def now(self) -> datetime:
        return super().now() + self._off


@pytest.mark.parametrize("minutes", [-20, 20])
async def test_a_clock_that_is_wrong_hides_no_post(proxy: Hold, user: User, minutes: float) -> None:
    clock = Off(minutes)
    platform = MastodonPlatform(
        Destination(platform=Platform.MASTODON, account=user.account), clock, url=proxy.url, token=user.token
    )
    out, since = outgoing(1, "Once.", clock), clock.now()
    await proxy.fault("POST", POSTS, "drop-after")
    with pytest.raises(Uncertain):
        await platform.publish(out)
    assert await platform.look_up(out, since=since, known=NOTHING) is not None
    await platform.close()


async def test_a_mastodon_that_fails_on_every_known_key_is_asked_for_the_post_instead(
    platform: MastodonPlatform, proxy: Hold
) -> None:
    """mastodon/mastodon issue 40399 of September 2026: a repeat is 500, though the post is there."""
    out, since = outgoing(1, "Once.", CLOCK), CLOCK.now()
    await proxy.faults([{"method": "POST", "path": POSTS, "what": what} for what in ("drop-after", "status:500")])
    for _ in range(2):
        with pytest.raises(Uncertain):
            await platform.publish(out)
    assert platform.limits.look_first
    assert await platform.look_up(out, since=since, known=NOTHING) is not None


@pytest.mark.parametrize("what", ["drop-after", "html-503", "empty-after", "status:200"])
async def test_a_look_up_without_an_answer_is_tried_again(platform: MastodonPlatform, proxy: Hold, what: str) -> None:
    await proxy.fault("GET", "/api/v1/accounts", what, **({"body": [{"id": 1}]} if what == "status:200" else {}))
    with pytest.raises(Unavailable):
        await platform.look_up(outgoing(1, "Once.", CLOCK), since=CLOCK.now(), known=NOTHING)


# -- the server dies -------------------------------------------------------------------------------------------------


async def test_a_server_that_was_killed_and_started_again_still_knows_the_key(tmp_path: Path) -> None:
    async with mastodon(tmp_path / "own") as server, proxied(server.url) as proxy:
        user = await server.user("hospital")
        platform = on_mastodon(proxy.url, user)
        out = outgoing(1, "Once.", CLOCK)
        await proxy.fault("POST", POSTS, "drop-after")
        with pytest.raises(Uncertain):
            await platform.publish(out)
        await server.kill()
        with pytest.raises(Uncertain):  # 502, from what stands before it
            await platform.publish(out)
        await server.start()
        published = await platform.publish(out)
        assert [s["id"] for s in await server.statuses(user)] == [published.platform_id]
        assert published.url is not None
        assert platform.platform_id_of(published.url) == published.platform_id
        await platform.close()


# -- read back ---------------------------------------------------------------------------------------------------------


async def test_what_somebody_does_with_the_accounts_password_is_found(
    platform: MastodonPlatform, server: Mastodon, user: User
) -> None:
    thread = ReadBack(platform)
    texts = ("Good morning.", "The joint is in, see https://hospital.example/knee", "All went well.")
    posts = [r.platform_id or "" for r in await thread.post(*texts)]
    thread.later(minutes=10)
    assert await thread.look() == []

    await server.ask("PUT", f"{POSTS}/{posts[1]}", user, json={"status": "The joint broke. #OurKneeLive"})
    await server.ask("DELETE", f"{POSTS}/{posts[2]}", user)
    added = await server.ask("POST", POSTS, user, json={"status": "Give here.", "in_reply_to_id": posts[0]})
    answer = {"status": "Get well! #OurKneeLive", "in_reply_to_id": posts[0]}
    await server.ask("POST", POSTS, await server.user(f"reader-of-{user.username}"), json=answer)

    found = {s.platform_id: s for s in await thread.look()}
    assert {key: (s.what, s.parts, s.place) for key, s in found.items()} == {
        posts[1]: ("edited", ("text",), None),
        posts[2]: ("deleted", (), None),
        added["id"]: ("added", (), "thread"),
    }
    assert found[posts[1]].version is not None  # when the server says that it was edited
    assert await thread.look() == []
    await server.ask("DELETE", f"{POSTS}/{added['id']}", user)
    assert [(s.what, s.platform_id) for s in await thread.look()] == [("gone", added["id"])]


async def test_a_server_that_does_not_answer_is_asked_again_and_nothing_is_said_to_be_gone(
    platform: MastodonPlatform, server: Mastodon, user: User, proxy: Hold
) -> None:
    thread = ReadBack(platform)
    (post,) = await thread.post("Good morning.")
    thread.later(minutes=10)
    for what in ("html-503-after", "status:429", "drop-before"):
        await proxy.fault("GET", f"/api/v1/accounts/{user.id}/statuses", what)
        with pytest.raises((Unavailable, Uncertain)):
            await thread.look()
    await server.ask("DELETE", f"{POSTS}/{post.platform_id}", user)
    await proxy.fault("GET", f"/api/v1/statuses/{post.platform_id}", "html-503-after")
    with pytest.raises((Unavailable, Uncertain)):
        await thread.look()
    assert thread.said() == []
    assert [s.what for s in await thread.look()] == ["deleted"]
