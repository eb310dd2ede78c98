"""Of several posters one works; the others stand by and take over, on a clock moved by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from consumers.poster.platforms.memory import MemoryPlatform
from consumers.poster.worker import run
from schemas.presence import Presence
from schemas.topics import LIVE_EVENTS, PRESENCES, RELEASES
from streams.clock import ManualClock
from streams.memory import MemoryBus
from tests.poster_cases import START, X, live_event, release


class SlowClock(ManualClock):
    """The same passing of time, read two minutes late: a host whose clock is wrong."""

    def __init__(self, true: ManualClock) -> None:
        self._true = true

    def now(self) -> datetime:
        return self._true.now() - timedelta(minutes=2)

    def monotonic(self) -> float:
        return self._true.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._true.sleep(seconds)


@dataclass
class Posters:
    """Several posters on one bus and one platform."""

    bus: MemoryBus = field(default_factory=MemoryBus)
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))

    def __post_init__(self) -> None:
        self.x = MemoryPlatform(X, self.clock)
        self.ready: list[str] = []

    @asynccontextmanager
    async def one(
        self, instance: str, clock: ManualClock | None = None, accounts: tuple[str, ...] = ()
    ) -> AsyncIterator[asyncio.Event]:
        stop = asyncio.Event()
        working = run(
            self.bus, clock or self.clock, {X.key: self.x}, writer=uuid4(), stop=stop, instance=instance,
            ready=lambda: self.ready.append(instance), accounts=accounts,
        )  # fmt: skip
        task = asyncio.create_task(working)
        await self.settle()
        try:
            yield stop
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def settle(self, seconds: float = 0) -> None:
        await self.clock.advance(seconds)
        for _ in range(4):
            await self.clock.advance(0)

    def texts(self) -> list[str]:
        return [p.text for p in self.x.public()]

    def said(self) -> list[tuple[str, str]]:
        records = [Presence.decode(m.value or b"") for m in self.bus.everything(PRESENCES.name)]
        return [(r.instance, r.state) for r in records]


async def started() -> Posters:
    posters = Posters()
    await posters.bus.send(LIVE_EVENTS, live_event())
    return posters


async def test_a_poster_alone_takes_the_seat_at_once() -> None:
    posters = await started()
    async with posters.one("a"):
        await posters.bus.send(RELEASES, release(1))
        await posters.settle()
        assert posters.texts() == ["Update 1. #OurKneeLive"]
        assert posters.said()[0] == ("a", "takes")


async def test_a_second_poster_stands_by_and_is_ready_to_take_over() -> None:
    posters = await started()
    async with posters.one("a"), posters.one("b"):
        for number in range(1, 6):
            await posters.bus.send(RELEASES, release(number))
            await posters.settle(10)
        assert len(posters.texts()) == 5
        assert posters.ready == ["a", "b"]
        assert "b" not in {instance for instance, _ in posters.said()}


async def test_the_standby_posts_within_fifteen_seconds_of_the_others_death() -> None:
    posters = await started()
    async with posters.one("a"):
        await posters.settle(60)
    async with posters.one("b"):  # has heard a's last beat from the topic alone
        await posters.bus.send(RELEASES, release(1))
        await posters.settle(8)
        assert posters.texts() == []
        await posters.settle(6)
        assert posters.texts() == ["Update 1. #OurKneeLive"]


async def test_after_a_clean_stop_the_standby_takes_over_at_once() -> None:
    posters = await started()
    async with posters.one("a") as stop, posters.one("b"):
        await posters.settle(30)
        stop.set()
        await posters.settle(1)
        await posters.bus.send(RELEASES, release(1))
        await posters.settle(1)
        assert posters.texts() == ["Update 1. #OurKneeLive"]
        assert posters.said()[-2:] == [("a", "left"), ("b", "takes")]


async def test_the_same_instance_started_again_does_not_wait_for_its_own_last_life() -> None:
    posters = await started()
    async with posters.one("a"):
        await posters.settle(30)
    async with posters.one("a"):
        await posters.bus.send(RELEASES, release(1))
        await posters.settle()
        assert posters.texts() == ["Update 1. #OurKneeLive"]


async def test_clocks_two_minutes_apart_change_nothing() -> None:
    posters = await started()
    async with posters.one("a", SlowClock(posters.clock)), posters.one("b"):
        for number in range(1, 4):
            await posters.bus.send(RELEASES, release(number))
        await posters.settle(130)  # for a, they are due two minutes later
        assert len(posters.texts()) == 3
        assert "b" not in {instance for instance, _ in posters.said()}


async def test_posters_of_different_accounts_work_side_by_side() -> None:
    posters = await started()
    async with posters.one("a", accounts=("x:@OurHospital",)), posters.one("b", accounts=("bluesky:other",)):
        await posters.settle(10)
        assert {instance for instance, _ in posters.said()} == {"a", "b"}


async def test_of_two_that_start_at_once_one_has_the_seat_and_nothing_is_doubled() -> None:
    posters = await started()
    async with posters.one("a"), posters.one("b"), posters.one("a"):
        for number in range(1, 6):
            await posters.bus.send(RELEASES, release(number))
            await posters.settle(4)
        await posters.settle(60)
        assert [p.text for p in posters.x.posts] == [f"Update {n}. #OurKneeLive" for n in range(1, 6)]
