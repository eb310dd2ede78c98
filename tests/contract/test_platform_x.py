"""X keeps the contract, against the peer in tests/peers/x; each of X's own ways to fail has its meaning."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from consumers.poster.platforms.base import AccountBusy, Duplicate, Published, RepliesForbidden
from consumers.poster.platforms.x import XPlatform
from schemas.errors import Refused, Unavailable, Uncertain
from streams.clock import SystemClock
from tests.contract.platform_suite import NOTHING, Case, PlatformContract, Shown, outgoing
from tests.peers.x.accounts import Account, account
from tests.peers.x.running import Door, process, serving
from tests.poster_cases import X
from tests.read_back import ReadBack

KEYS = Account()
CLOCK = SystemClock()


def on_x(url: str, **more: Any) -> XPlatform:
    keys: dict[str, Any] = {
        "consumer_key": KEYS.consumer_key,
        "consumer_secret": KEYS.consumer_secret,
        "access_token": KEYS.access_token,
        "access_secret": KEYS.access_secret,
    }
    return XPlatform(X, CLOCK, base_url=url, **({"timeout_s": 2.0, "settle_s": 0.0} | keys | more))


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[Door]:
    async with serving(tmp_path / "x.jsonl", accounts=2) as peer:
        yield peer


@pytest.fixture
async def platform(peer: Door) -> AsyncIterator[XPlatform]:
    platform = on_x(peer.url)
    yield platform
    await platform.close()


@pytest.fixture
async def case(peer: Door, platform: XPlatform) -> Case:
    async def public() -> list[Shown]:
        return [Shown(p["text"], p["reply_to"]) for p in await peer.posts()]

    async def lose_answer() -> None:
        await peer.faults("create", "commit-then-drop")

    async def lose_request() -> None:
        await peer.faults("create", "drop")

    async def settle() -> None:
        """The peer shows posts at once unless told otherwise."""

    return Case(platform, CLOCK, public, lose_answer, lose_request, settle)


class TestX(PlatformContract):
    @pytest.mark.parametrize("what", ["commit-then-html", "commit-then-empty", "commit-then-cut", "html"])
    async def test_a_server_error_or_an_empty_answer_says_nothing(
        self, peer: Door, platform: XPlatform, what: str
    ) -> None:
        await peer.faults("create", what)
        with pytest.raises(Uncertain):
            await platform.publish(outgoing(1, "Once.", CLOCK))

    async def test_a_timeout_says_nothing(self, peer: Door) -> None:
        hasty = on_x(peer.url, timeout_s=0.3)
        await peer.faults("create", "hang")
        with pytest.raises(Uncertain):
            await hasty.publish(outgoing(1, "Once.", CLOCK))
        await hasty.close()

    async def test_an_equal_text_is_uncertain_because_the_first_may_be_ours(
        self, peer: Door, platform: XPlatform
    ) -> None:
        first = await platform.publish(outgoing(1, "Once.", CLOCK))
        with pytest.raises(Duplicate):
            await platform.publish(outgoing(2, "Once.", CLOCK))
        found = await platform.look_up(outgoing(2, "Once.", CLOCK), since=CLOCK.now(), known=NOTHING)
        assert found == first

    @pytest.mark.parametrize(
        ("what", "low", "high"),
        [("limit", 20, 32), ("limit-day", 20, 32), ("limit-app-day", 20, 32), ("limit-bare", 60, 60)],
    )
    async def test_a_limit_says_when_to_come_back(
        self, peer: Door, platform: XPlatform, what: str, low: float, high: float
    ) -> None:
        await peer.faults("create", what, reset_s=30)
        with pytest.raises(AccountBusy) as limited:
            await platform.publish(outgoing(1, "Once.", CLOCK))
        assert limited.value.code == "limit"
        assert low <= limited.value.retry_after_s <= high
        assert await peer.posts() == []

    async def test_a_young_parent_is_waited_for(self, peer: Door, platform: XPlatform) -> None:
        first = await platform.publish(outgoing(1, "The first.", CLOCK))
        await peer.faults("create", "young-parent")
        with pytest.raises(Unavailable) as young:
            await platform.publish(outgoing(2, "The second.", CLOCK, reply_to=first.platform_id))
        assert young.value.retry_after_s == 5.0
        assert type(young.value) is Unavailable  # other posts of the account may go
        await peer.settings(young_parent_s=30)
        second = outgoing(2, "The second.", CLOCK, reply_to=first.platform_id)
        with pytest.raises(Unavailable):
            await platform.publish(second)
        await peer.advance(30)
        await platform.publish(second)

    async def test_an_old_parent_that_is_not_visible_is_refused(self, peer: Door, platform: XPlatform) -> None:
        await peer.faults("create", "young-parent")
        with pytest.raises(Refused) as refused:
            await platform.publish(outgoing(2, "The second.", CLOCK, reply_to="1700000000000000000"))
        assert refused.value.code == "parent-gone"

    async def test_a_parent_that_never_was_is_refused(self, platform: XPlatform) -> None:
        with pytest.raises(Refused) as refused:
            await platform.publish(outgoing(2, "The second.", CLOCK, reply_to="1700000000000000000"))
        assert refused.value.code == "x-400"

    async def test_too_long_a_text_is_refused_without_repeating_it(self, platform: XPlatform) -> None:
        with pytest.raises(Refused) as refused:
            await platform.publish(outgoing(1, "word " * 80, CLOCK))
        assert "word" not in str(refused.value)

    async def test_wrong_keys_are_no_fault_of_the_post(self, peer: Door) -> None:
        wrong = on_x(peer.url, access_secret="not-it")
        with pytest.raises(AccountBusy, match="keys") as busy:
            await wrong.publish(outgoing(1, "Once.", CLOCK))
        assert busy.value.code == "credentials"
        await wrong.close()

    async def test_a_user_token_of_oauth_2_posts_too(self, peer: Door) -> None:
        bearer = XPlatform(X, CLOCK, base_url=peer.url, bearer_token=KEYS.user_token)
        await bearer.publish(outgoing(1, "Once.", CLOCK))
        await bearer.close()
        assert [p["text"] for p in await peer.posts()] == ["Once."]

    async def test_nobody_there_means_nothing_was_sent(self) -> None:
        nobody = on_x("http://127.0.0.1:1")
        with pytest.raises(AccountBusy, match="reached") as busy:
            await nobody.publish(outgoing(1, "Once.", CLOCK))
        assert busy.value.code == "unreachable"
        await nobody.close()

    async def test_a_timeline_that_cannot_be_read_is_asked_again(self, peer: Door, platform: XPlatform) -> None:
        for what in ("html", "drop", "limit"):
            await peer.faults("timeline", what)
            with pytest.raises(Unavailable):
                await platform.look_up(outgoing(1, "Once.", CLOCK), since=CLOCK.now(), known=NOTHING)

    async def test_a_post_not_yet_in_the_timeline_is_not_found(self, peer: Door, platform: XPlatform) -> None:
        await peer.settings(visible_after_s=3600)
        out = outgoing(1, "Once.", CLOCK)
        await platform.publish(out)
        assert await platform.look_up(out, since=CLOCK.now(), known=NOTHING) is None

    async def test_the_same_text_under_another_parent_is_not_ours(self, platform: XPlatform) -> None:
        first = await platform.publish(outgoing(1, "The first.", CLOCK))
        await platform.publish(outgoing(2, "Vitals stable.", CLOCK))
        out = outgoing(3, "Vitals stable.", CLOCK, reply_to=first.platform_id)
        assert await platform.look_up(out, since=CLOCK.now(), known=NOTHING) is None

    async def test_a_thread_longer_than_a_page_of_the_timeline_is_read_whole(self, platform: XPlatform) -> None:
        root = await platform.publish(outgoing(1, "Root.", CLOCK))
        wanted = outgoing(2, "Wanted.", CLOCK, reply_to=root.platform_id)
        made = await platform.publish(wanted)
        for number in range(3, 100):  # the peer takes a hundred in its window, as X does
            await platform.publish(outgoing(number, f"Update {number}.", CLOCK))
        assert await platform.look_up(wanted, since=CLOCK.now(), known=NOTHING) == made

    async def test_an_unanswered_deletion_is_tried_again_and_a_forbidden_one_is_not(
        self, peer: Door, platform: XPlatform
    ) -> None:
        out = outgoing(1, "Once.", CLOCK)
        published = await platform.publish(out)
        await peer.faults("delete", "reply-restricted", "commit-then-drop")
        with pytest.raises(Refused):
            await platform.delete(out, published)
        with pytest.raises(Unavailable):
            await platform.delete(out, published)
        await platform.delete(out, published)
        assert await peer.posts() == []

    async def test_limits_of_reading_and_deleting_do_not_stop_posting(self, peer: Door, platform: XPlatform) -> None:
        out = outgoing(1, "Once.", CLOCK)
        published = await platform.publish(out)
        await peer.settings(windows={"timeline": 0, "delete": 0})
        for asked in (platform.look_up(out, since=CLOCK.now(), known=NOTHING), platform.delete(out, published)):
            with pytest.raises(Unavailable, match="limit") as limited:
                await asked
            assert type(limited.value) is Unavailable

    async def test_used_up_credits_hold_the_whole_account(self, peer: Door, platform: XPlatform) -> None:
        await peer.settings(credits=1)
        await platform.publish(outgoing(1, "Once.", CLOCK))
        with pytest.raises(AccountBusy) as busy:
            await platform.publish(outgoing(2, "Twice.", CLOCK))
        assert busy.value.code == "credits"
        assert len(await peer.posts()) == 1

    async def test_a_tier_that_may_not_reply_is_told_from_a_post_that_is_refused(
        self, peer: Door, platform: XPlatform
    ) -> None:
        await peer.settings(account=KEYS.username, replies="mentioned")
        first = await platform.publish(outgoing(1, "The first.", CLOCK))
        with pytest.raises(RepliesForbidden):
            await platform.publish(outgoing(2, "The second.", CLOCK, reply_to=first.platform_id))
        await platform.publish(outgoing(2, "The second, on its own.", CLOCK))

    async def test_where_replies_are_switched_off_none_is_ever_tried(self, peer: Door) -> None:
        alone = on_x(peer.url, replies=False)
        with pytest.raises(RepliesForbidden):
            await alone.publish(outgoing(2, "The second.", CLOCK, reply_to="1700000000000000000"))
        assert await peer.requests("create") == await peer.requests("me") == 0
        await alone.publish(outgoing(2, "The second.", CLOCK))
        await alone.close()

    async def test_what_is_left_is_known_after_a_post(self, peer: Door, platform: XPlatform) -> None:
        before = await platform.check()
        assert (before.name, before.left, before.resets_at) == ("OurHospital", None, None)
        await peer.settings(user_day=7)
        await platform.publish(outgoing(1, "Once.", CLOCK))
        after = await platform.check()
        assert after.left == 6
        assert after.resets_at is not None
        assert 86_000 < (after.resets_at - CLOCK.now()).total_seconds() < 86_500

    async def test_keys_that_may_only_read_never_post(self, peer: Door, platform: XPlatform) -> None:
        await peer.settings(account=KEYS.username, access="read")
        for asked in (platform.check(), platform.publish(outgoing(1, "Once.", CLOCK))):
            with pytest.raises(Refused) as refused:
                await asked
            assert refused.value.code == "may-not-post"
        assert await peer.requests("create") == 0

    async def test_an_app_without_a_user_never_posts(self, peer: Door) -> None:
        app = XPlatform(X, CLOCK, base_url=peer.url, bearer_token=KEYS.app_token)
        with pytest.raises(Refused) as refused:
            await app.check()
        assert refused.value.code == "may-not-post"
        await app.close()

    async def test_another_accounts_keys_post_nothing(self, peer: Door) -> None:
        other = account(1)
        platform = on_x(peer.url, access_token=other.access_token, access_secret=other.access_secret)
        for asked in (platform.check(), platform.publish(outgoing(1, "Once.", CLOCK))):
            with pytest.raises(Refused) as refused:
                await asked
            assert refused.value.code == "wrong-account"
        assert await peer.requests("create") == 0
        await platform.close()

    async def test_an_unanswered_question_who_we_are_had_no_effect(self, peer: Door, platform: XPlatform) -> None:
        for what in ("html", "drop", "commit-then-cut", "empty", "limit"):
            await peer.faults("me", what)
            with pytest.raises(AccountBusy):
                await platform.publish(outgoing(1, "Once.", CLOCK))
        assert await peer.requests("create") == 0

    async def test_a_locked_account_waits_for_a_person(self, peer: Door, platform: XPlatform) -> None:
        await peer.settings(account=KEYS.username, locked=True)
        with pytest.raises(AccountBusy) as busy:
            await platform.publish(outgoing(1, "Once.", CLOCK))
        assert busy.value.code == "credentials"

    async def test_a_request_that_is_applied_late_is_found(self, peer: Door, platform: XPlatform) -> None:
        out = outgoing(1, "Late.", CLOCK)
        await peer.faults("create", "late", after_s=0.2)
        since = CLOCK.now()
        with pytest.raises(Uncertain):
            await platform.publish(out)
        assert await platform.look_up(out, since=since, known=NOTHING) is None
        async with asyncio.timeout(5):
            while (found := await platform.look_up(out, since=since, known=NOTHING)) is None:
                await asyncio.sleep(0.05)
        assert [p["id"] for p in await peer.posts()] == [found.platform_id]

    async def test_an_independent_witness_sees_each_post_once_and_in_order(
        self, peer: Door, platform: XPlatform
    ) -> None:
        async with peer.witness("from:OurHospital") as told, asyncio.timeout(10):
            first = await platform.publish(outgoing(1, "The first.", CLOCK))
            await peer.faults("create", "commit-then-drop")
            second = outgoing(2, "The second.", CLOCK, reply_to=first.platform_id)
            with pytest.raises(Uncertain):
                await platform.publish(second)
            found = await platform.look_up(second, since=CLOCK.now(), known=NOTHING)
            assert found is not None
            seen = [await anext(told), await anext(told)]
        assert [p["id"] for p in seen] == [first.platform_id, found.platform_id]
        assert {p["conversation_id"] for p in seen} == {first.platform_id}

    async def test_a_deletion_without_a_word_is_one(self, peer: Door, platform: XPlatform) -> None:
        out = outgoing(1, "Once.", CLOCK)
        published = await platform.publish(out)
        await peer.faults("delete", "commit-then-empty")
        await platform.delete(out, published)
        assert await peer.posts() == []

    async def test_no_request_is_ever_repeated_in_secret(self, peer: Door, platform: XPlatform) -> None:
        out = outgoing(1, "Once.", CLOCK)
        await platform.check()
        await peer.faults("create", "drop")
        with pytest.raises(Uncertain):
            await platform.publish(out)
        await peer.faults("timeline", "drop")
        with pytest.raises(Unavailable):
            await platform.look_up(out, since=CLOCK.now(), known=NOTHING)
        assert await peer.requests("create") == await peer.requests("timeline") == 1


async def test_the_peer_forgets_nothing_when_it_is_killed(tmp_path: Path) -> None:
    async with process(tmp_path / "x.jsonl") as (peer, killed):
        platform = on_x(peer.url)
        first = await platform.publish(outgoing(1, "The first.", CLOCK))
        await platform.close()
        killed.kill()
    async with process(tmp_path / "x.jsonl") as (peer, _):
        platform = on_x(peer.url)
        second = await platform.publish(outgoing(2, "The second.", CLOCK, reply_to=first.platform_id))
        await platform.close()
        assert [p["id"] for p in await peer.posts()] == [first.platform_id, second.platform_id]


# -- read back ---------------------------------------------------------------------------------------------------------


async def test_what_somebody_does_with_the_accounts_password_is_found(peer: Door, platform: XPlatform) -> None:
    thread = ReadBack(platform)
    posts = [
        r.platform_id or "" for r in await thread.post("Good morning.", "See hospital.example & <us>.", "Thank you.")
    ]
    thread.later(minutes=10)
    assert await thread.look() == []
    other = on_x(peer.url)
    gone = Published(posts[2], None, CLOCK.now())
    await other.delete(outgoing(3, "Thank you.", CLOCK), gone)
    added = await other.publish(outgoing(9, "Give here.", CLOCK, reply_to=posts[0]))
    await other.close()
    found = {s.platform_id: (s.what, s.place) for s in await thread.look()}
    assert found == {posts[2]: ("deleted", None), added.platform_id: ("added", "thread")}
    assert await thread.look() == []
