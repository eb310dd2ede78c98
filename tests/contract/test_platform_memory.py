"""The platform in memory keeps the contract in each of its kinds, and does what its faults say."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from consumers.poster.platforms.base import AccountBusy, Duplicate, RepliesForbidden
from consumers.poster.platforms.memory import (
    BLIND_LIMITS,
    KEYED_LIMITS,
    KEYS_FOR_A_TIME_LIMITS,
    KEYS_KEPT_S,
    READ_LAG_S,
    MemoryPlatform,
    Span,
)
from schemas.errors import Refused, Unavailable, Uncertain
from streams.clock import Clock, ManualClock
from tests.contract.platform_suite import NOTHING, Case, PlatformContract, Shown, outgoing
from tests.poster_cases import START, X


def _without_keys(clock: Clock) -> MemoryPlatform:
    return MemoryPlatform(X, clock)


def _without_equal_texts(clock: Clock) -> MemoryPlatform:
    return MemoryPlatform(X, clock, refuses_equal_text=True)


def _with_keys(clock: Clock) -> MemoryPlatform:
    return MemoryPlatform(X, clock, KEYED_LIMITS, honours_keys=True, revives_deleted=True)


def _with_keys_for_a_time(clock: Clock) -> MemoryPlatform:
    return MemoryPlatform(X, clock, KEYS_FOR_A_TIME_LIMITS, honours_keys=True, keys_kept_s=KEYS_KEPT_S)


KINDS = (_without_keys, _without_equal_texts, _with_keys, _with_keys_for_a_time)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture(params=KINDS, ids=[make.__name__.strip("_").replace("_", "-") for make in KINDS])
def memory(request: pytest.FixtureRequest, clock: ManualClock) -> MemoryPlatform:
    make: Callable[[Clock], MemoryPlatform] = request.param
    return make(clock)


@pytest.fixture
def case(memory: MemoryPlatform, clock: ManualClock) -> Case:
    async def public() -> list[Shown]:
        return [Shown(p.text, p.reply_to) for p in memory.public()]

    async def lose_answer() -> None:
        memory.next("lose-answer")

    async def lose_request() -> None:
        memory.next("lose-request")

    async def settle() -> None:
        await clock.advance(READ_LAG_S)

    return Case(memory, clock, public, lose_answer, lose_request, settle)


class TestMemoryPlatform(PlatformContract):
    async def test_a_late_request_is_applied_after_it_was_given_up(
        self, memory: MemoryPlatform, clock: ManualClock
    ) -> None:
        memory.next("late")
        with pytest.raises(Uncertain):
            await memory.publish(outgoing(1, "Late.", clock))
        assert memory.public() == []
        assert memory.expects() == START + timedelta(seconds=20)
        await clock.advance(20)
        assert [p.text for p in memory.public()] == ["Late."]

    async def test_a_busy_platform_has_done_nothing(self, memory: MemoryPlatform, clock: ManualClock) -> None:
        memory.next("busy", "limit", "refuse")
        for error in (Unavailable, AccountBusy, Refused):
            with pytest.raises(error):
                await memory.publish(outgoing(1, "Once.", clock))
        assert memory.public() == []

    async def test_an_error_of_the_server_tells_nothing(self, memory: MemoryPlatform, clock: ManualClock) -> None:
        memory.next("error")
        with pytest.raises(Uncertain):
            await memory.publish(outgoing(1, "Once.", clock))
        assert memory.public() == []

    async def test_it_may_call_a_post_a_duplicate_of_itself(self, memory: MemoryPlatform, clock: ManualClock) -> None:
        memory.next("say-duplicate")
        with pytest.raises(Duplicate):
            await memory.publish(outgoing(1, "Once.", clock))
        assert [p.text for p in memory.public()] == ["Once."]

    async def test_while_it_is_away_nothing_is_answered(self, memory: MemoryPlatform, clock: ManualClock) -> None:
        out = outgoing(1, "Once.", clock)
        published = await memory.publish(out)
        memory.away = (Span(START, START + timedelta(seconds=60)),)
        with pytest.raises(AccountBusy):
            await memory.check()
        with pytest.raises(AccountBusy):
            await memory.publish(outgoing(2, "Twice.", clock))
        with pytest.raises(Unavailable):
            await memory.look_up(out, since=START, known=NOTHING)
        with pytest.raises(Unavailable):
            await memory.delete(out, published)
        await clock.advance(60)
        await memory.delete(out, published)
        assert memory.public() == []

    async def test_its_timeline_may_be_unreadable_for_a_while(self, memory: MemoryPlatform, clock: ManualClock) -> None:
        out = outgoing(1, "Once.", clock)
        await memory.publish(out)
        memory.unreadable = (Span(START, START + timedelta(seconds=60)),)
        with pytest.raises(Unavailable):
            await memory.look_up(out, since=START, known=NOTHING)
        await clock.advance(60)
        assert await memory.look_up(out, since=START, known=NOTHING) is not None

    async def test_when_it_recovers_nothing_goes_wrong_any_more(
        self, memory: MemoryPlatform, clock: ManualClock
    ) -> None:
        memory.next("lose-request", "busy")
        memory.away = (Span(START, START + timedelta(seconds=60)),)
        memory.recover()
        await memory.publish(outgoing(1, "Once.", clock))
        assert [p.text for p in memory.public()] == ["Once."]

    async def test_an_account_may_not_be_allowed_to_reply(self, memory: MemoryPlatform, clock: ManualClock) -> None:
        memory.forbids_replies = True
        first = await memory.publish(outgoing(1, "First.", clock))
        with pytest.raises(RepliesForbidden):
            await memory.publish(outgoing(2, "Second.", clock, reply_to=first.platform_id))
        await memory.publish(outgoing(2, "Second.", clock))
        assert [p.reply_to for p in memory.public()] == [None, None]

    async def test_a_young_parent_cannot_be_replied_to_yet(self, memory: MemoryPlatform, clock: ManualClock) -> None:
        memory.young_s = 5.0
        first = await memory.publish(outgoing(1, "First.", clock))
        second = outgoing(2, "Second.", clock, reply_to=first.platform_id)
        with pytest.raises(Unavailable):
            await memory.publish(second)
        await clock.advance(5)
        await memory.publish(second)
        assert [p.text for p in memory.public()] == ["First.", "Second."]


async def test_without_keys_a_post_cannot_be_read_at_once(clock: ManualClock) -> None:
    memory, out = _without_keys(clock), outgoing(1, "Once.", clock)
    await memory.publish(out)
    assert await memory.look_up(out, since=START, known=NOTHING) is None


async def test_a_clock_that_is_wrong_by_minutes_hides_no_post_from_a_look_up(clock: ManualClock) -> None:
    memory, out = _without_keys(clock), outgoing(1, "Once.", clock)
    await memory.publish(out)
    await clock.advance(READ_LAG_S)
    assert await memory.look_up(out, since=START + timedelta(seconds=240), known=NOTHING) is not None


async def test_a_key_is_forgotten_after_its_time(clock: ManualClock) -> None:
    memory, out = _with_keys_for_a_time(clock), outgoing(1, "Once.", clock)
    await memory.publish(out)
    await clock.advance(KEYS_KEPT_S)
    await memory.publish(out)
    assert [p.text for p in memory.public()] == ["Once.", "Once."]


async def test_a_repeat_by_its_key_brings_a_deleted_post_back_where_keys_last_for_ever(clock: ManualClock) -> None:
    memory, out = _with_keys(clock), outgoing(1, "Once.", clock)
    await memory.delete(out, await memory.publish(out))
    await memory.publish(out)
    assert [p.text for p in memory.public()] == ["Once."]


async def test_a_server_may_promise_keys_and_not_keep_them(clock: ManualClock) -> None:
    memory, out = MemoryPlatform(X, clock, KEYS_FOR_A_TIME_LIMITS), outgoing(1, "Once.", clock)
    await memory.publish(out)
    await memory.publish(out)
    assert [p.text for p in memory.public()] == ["Once.", "Once."]


def test_where_nothing_can_be_looked_up_its_limits_say_so() -> None:
    assert not BLIND_LIMITS.can_look_up
