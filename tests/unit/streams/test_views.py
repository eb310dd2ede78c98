"""A view has everything that was there before it says that it is ready, and then follows."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from schemas.control import Control
from schemas.topics import CONTROLS
from streams.bus import Follower, Message
from streams.clock import ManualClock
from streams.memory import MemoryBus
from streams.views import View
from tests.contract.bus_suite import control
from tests.examples import NOW


async def test_a_view_is_ready_with_all_that_was_there_and_follows_what_comes() -> None:
    bus, seen = MemoryBus(), list[int]()
    for number in range(3):
        await bus.send(CONTROLS, control("knee", number))

    def apply(message: Message) -> None:
        seen.append(Control.decode(message.value or b"").id.int)

    view = View(bus, [CONTROLS.name], apply)
    running = asyncio.create_task(view.run())
    await asyncio.wait_for(view.ready(), 5)
    assert seen == [0, 1, 2]
    before = view.version
    await bus.send(CONTROLS, control("knee", 3))
    assert await view.changed(before, timeout_s=5) > before
    assert seen == [0, 1, 2, 3]
    running.cancel()


async def test_waiting_for_a_change_ends_when_the_time_is_up() -> None:
    view = View(MemoryBus(), [CONTROLS.name], lambda _: None)
    assert await view.changed(0, timeout_s=0.01) == 0


async def test_a_view_that_is_kept_outlives_a_broker_that_goes_away() -> None:
    bus, seen, clock = MemoryBus(), list[int](), ManualClock(NOW)
    await bus.send(CONTROLS, control("knee", 1))
    bus.away = True
    view = View(Asks(bus), [CONTROLS.name], lambda m: seen.append(Control.decode(m.value or b"").id.int))
    keeping = asyncio.create_task(view.keep(clock))
    await clock.advance(5)
    assert not view.is_ready
    bus.away = False
    await clock.advance(5)
    assert (view.is_ready, seen) == (True, [1])
    keeping.cancel()


class Asks(MemoryBus):
    """As Kafka's: to follow a topic, the broker is asked first."""

    def __init__(self, bus: MemoryBus) -> None:
        self._bus = bus

    @asynccontextmanager
    async def follow(self, topics: Sequence[str], **more: Any) -> AsyncIterator[Follower]:
        await self._bus.ping()
        async with self._bus.follow(topics, **more) as follower:
            yield follower
