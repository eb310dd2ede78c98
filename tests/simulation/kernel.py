"""A world on simulated time, and processes in it that die, or pause, at any chosen point.

Time moves only when nothing can run, so hours cost milliseconds. A process reaches the world through ports (bus,
platform, clock) alone; each port call has a point before its effect and one after. A process that dies at a point never
comes back from it: what it holds in memory is gone, no `finally` of it has any effect, what was durable stays. With the
same seed and the same point, a run is the same run.
"""

import asyncio
import random
import selectors
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from consumers.poster.platforms.base import Account, Limits, Outgoing, Platform, Published
from schemas.envelope import Envelope
from schemas.live_event import Destination
from schemas.topics import CONTROLS, Topic
from streams.bus import Bus, Follower, Group, Message, Position
from tests.poster_cases import START

M = TypeVar("M", bound=Envelope)

NEVER = 10**9


class _IdleSelector(selectors.DefaultSelector):
    """Instead of waiting for the network, moves the loop's time on."""

    loop: "VirtualLoop"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("nothing can happen any more, and the run has not ended")
        self.loop.elapsed_s += timeout
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.elapsed_s = 0.0
        selector = _IdleSelector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.elapsed_s


class LoopClock:
    """The clock of the world."""

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Process:
    """One life of a program: its points are counted, and at one of them it dies or pauses."""

    def __init__(self, rng: random.Random, *, dies_at: int = NEVER, pauses_at: int = NEVER, pause_s: float = 0) -> None:
        self.points = 0
        self.dead = asyncio.Event()
        self.paused = asyncio.Event()
        self.rng = rng
        self._dies_at = dies_at
        self._pauses_at = pauses_at
        self._pause_s = pause_s

    async def point(self, *, may_pause: bool = True) -> None:
        await self._unless_dead()
        self.points += 1
        for _ in range(self.rng.choice((0, 0, 1, 3))):  # another order of the same things
            await asyncio.sleep(0)
        if self.points == self._dies_at:
            self.dead.set()
        if self.points >= self._pauses_at and may_pause and not self.paused.is_set():
            self.paused.set()
            self._paused_until = asyncio.get_running_loop().time() + self._pause_s
        if self.paused.is_set():  # the whole process stands still, not this task alone
            await asyncio.sleep(max(0.0, self._paused_until - asyncio.get_running_loop().time()))
        await self._unless_dead()

    async def _unless_dead(self) -> None:
        if self.dead.is_set():
            await asyncio.get_running_loop().create_future()


class DyingClock(LoopClock):
    def __init__(self, process: Process) -> None:
        self._process = process

    async def sleep(self, seconds: float) -> None:
        await self._process.point()
        await asyncio.sleep(seconds)
        await self._process.point()


class DyingBus:
    """A process's own connection to the bus of the world."""

    def __init__(self, bus: Bus, process: Process, presses: "Presses | None" = None) -> None:
        self._bus = bus
        self._process = process
        self._presses = presses

    async def send(self, topic: Topic[M], record: M) -> Position:
        await self._process.point()
        position = await self._bus.send(topic, record)
        await self._process.point()
        return position

    async def enqueue(self, topic: Topic[M], record: M) -> Awaitable[Position]:
        await self._process.point()
        return await self._bus.enqueue(topic, record)

    async def partitions(self, topic: str) -> int:
        return await self._bus.partitions(topic)

    async def topics(self) -> frozenset[str]:
        return await self._bus.topics()

    async def ping(self) -> None:
        await self._process.point()

    def read(self, topic: str, partition: int, start: int, end: int) -> AsyncIterator[Message]:
        return self._bus.read(topic, partition, start, end)

    @asynccontextmanager
    async def follow(
        self, topics: Sequence[str], *, start: Mapping[tuple[str, int], int] | None = None
    ) -> AsyncIterator[Follower]:
        async with self._bus.follow(topics, start=start) as follower:
            yield _DyingFollower(follower, self._process, self._presses)

    @asynccontextmanager
    async def join(self, topics: Sequence[str], group: str) -> AsyncIterator[Group]:
        raise NotImplementedError
        yield  # pragma: no cover


class _DyingFollower:
    def __init__(self, follower: Follower, process: Process, presses: "Presses | None") -> None:
        self._follower = follower
        self._process = process
        self._rng = process.rng
        self._presses = presses

    async def get(self, *, timeout_s: float) -> Sequence[Message]:
        await self._process.point()
        messages = await self._follower.get(timeout_s=timeout_s)
        await asyncio.sleep(self._rng.uniform(0.0, 0.5))  # what is streamed is always a little old
        await self._process.point()
        return messages

    async def caught_up(self) -> bool:
        await self._process.point()
        return await self._follower.caught_up()

    async def read_to_end(self, topic: str, partition: int) -> Sequence[Message]:
        await self._process.point()
        if topic == CONTROLS.name and self._presses is not None:
            self._presses.controls_read()
        messages = await self._follower.read_to_end(topic, partition)
        await self._process.point()
        return messages

    async def read_up_to(self, position: Position) -> Sequence[Message]:
        await self._process.point()
        messages = await self._follower.read_up_to(position)
        await self._process.point()
        return messages


class Presses:
    """When stop was acknowledged, and whether a request began after it.

    A request is under way from the reading of the controls on: one whose reading began before the acknowledgement may
    still go out. One without a reading of its own, or with a later one, may not.
    """

    def __init__(self) -> None:
        self._stopped = False
        self._read: bool | None = None  # whether it was stopped when the controls were last read; None: not since
        self.begun_after = 0

    def stop_acknowledged(self) -> None:
        self._stopped = True

    def resumed(self) -> None:
        self._stopped = False

    def controls_read(self) -> None:
        self._read = self._stopped

    def request_begins(self) -> None:
        self.begun_after += self._stopped and self._read is not False
        self._read = None


class DyingPlatform:
    """A process's own connection to a platform of the world: slow, and cut when the process dies."""

    def __init__(
        self, platform: Platform, process: Process, rng: random.Random, presses: Presses | None = None
    ) -> None:
        self._platform = platform
        self._process = process
        self._rng = rng
        self._presses = presses

    @property
    def destination(self) -> Destination:
        return self._platform.destination

    @property
    def limits(self) -> Limits:
        return self._platform.limits

    async def check(self) -> Account:
        await self._process.point()
        return await self._platform.check()

    def platform_id_of(self, url: str) -> str | None:
        return self._platform.platform_id_of(url)

    async def publish(self, out: Outgoing) -> Published:
        if self._presses is not None:
            self._presses.request_begins()
        # Between the last check and the first byte a pause cannot be seen by anyone; it would be a late request.
        await self._process.point(may_pause=False)
        await asyncio.sleep(self._rng.uniform(0.0, 0.3))
        try:
            # Once sent, a request is not called back by the death of who sent it.
            return await self._platform.publish(out)
        finally:
            await asyncio.sleep(self._rng.uniform(0.0, 0.3))
            await self._process.point()

    async def look_up(self, out: Outgoing, *, since: datetime, known: frozenset[str]) -> Published | None:
        await self._process.point()
        found = await self._platform.look_up(out, since=since, known=known)
        await self._process.point()
        return found

    async def delete(self, out: Outgoing, published: Published) -> None:
        await self._process.point()
        try:
            await self._platform.delete(out, published)
        finally:
            await self._process.point()

    async def close(self) -> None:
        """Nothing to give back."""
