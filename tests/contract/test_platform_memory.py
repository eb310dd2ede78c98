"""The platform in memory keeps the contract, with keys and without."""

from dataclasses import replace

import pytest

from consumers.poster.platforms.memory import MEMORY_LIMITS, READ_LAG_S, MemoryPlatform
from schemas.errors import Refused, Unavailable, Uncertain
from streams.clock import ManualClock
from tests.contract.platform_suite import NOTHING, Case, PlatformContract, Shown, outgoing
from tests.poster_cases import START, X


@pytest.fixture(params=[False, True], ids=["without-keys", "with-keys"])
def memory(request: pytest.FixtureRequest) -> MemoryPlatform:
    keys: bool = request.param
    limits = replace(MEMORY_LIMITS, repeatable_s=3600.0 if keys else 0.0)
    return MemoryPlatform(X, ManualClock(START), limits, honours_keys=keys)


@pytest.fixture
def case(memory: MemoryPlatform) -> Case:
    clock = memory.clock
    assert isinstance(clock, ManualClock)

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
    async def test_a_late_request_is_applied_after_it_was_given_up(self, memory: MemoryPlatform) -> None:
        assert isinstance(memory.clock, ManualClock)
        memory.next("late")
        with pytest.raises(Uncertain):
            await memory.publish(outgoing(1, "Late.", memory.clock))
        assert memory.public() == []
        await memory.clock.advance(20)
        assert [p.text for p in memory.public()] == ["Late."]

    async def test_a_busy_platform_has_done_nothing(self, memory: MemoryPlatform) -> None:
        memory.next("busy", "refuse")
        with pytest.raises(Unavailable):
            await memory.publish(outgoing(1, "Once.", memory.clock))
        with pytest.raises(Refused):
            await memory.publish(outgoing(1, "Once.", memory.clock))
        assert memory.public() == []

    async def test_a_post_cannot_be_read_at_once(self, memory: MemoryPlatform) -> None:
        out = outgoing(1, "Once.", memory.clock)
        since = memory.clock.now()
        await memory.publish(out)
        assert await memory.look_up(out, since=since, known=NOTHING) is None
