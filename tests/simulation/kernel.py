"""A world on simulated time, and processes in it that die, or pause, at any chosen point.

Time moves only when nothing can run, so hours cost milliseconds. With the same seed and the same points a run is the
same run. What a process holds in memory is gone when it dies, no `finally` of it has any effect; the durable stays.
"""

import asyncio
import random
import selectors
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from tests.poster_cases import START

NEVER = 10**9
YIELDS = (0, 0, 1, 3)  # how often others go first at a point: another order of the same things
BEGIN = START + timedelta(minutes=10)  # whatever a clock shows that is wrong by minutes, all releases are due


class _IdleSelector(selectors.DefaultSelector):
    """Instead of waiting for the network, moves the loop's time on. Nothing here has a socket worth asking."""

    loop: "VirtualLoop"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("nothing can happen any more, and the run has not ended")
        self.loop.elapsed_s += timeout
        return []


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
        return BEGIN + timedelta(seconds=asyncio.get_running_loop().time())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Process:
    """One life of a program: its points are counted, and at one of them it dies, or pauses, or something happens."""

    def __init__(
        self,
        rng: random.Random,
        *,
        dies_at: int = NEVER,
        pauses_at: int = NEVER,
        pause_s: float = 0,
        acts_at: int = NEVER,
        act: Callable[[], Awaitable[None]] | None = None,
        skew_s: float = 0,
    ) -> None:
        self.points = 0
        self.dead = asyncio.Event()
        self.paused = asyncio.Event()
        self.rng = rng
        self.skew_s = skew_s
        self._dies_at = dies_at
        self._pauses_at = pauses_at
        self._pause_s = pause_s
        self._acts_at = acts_at
        self._act = act

    async def point(self, *, may_pause: bool = True) -> None:
        if self.dead.is_set():
            await _for_ever()
        self.points += 1
        for _ in range(YIELDS[int(self.rng.random() * len(YIELDS))]):
            await asyncio.sleep(0)
        if self.points == self._dies_at:
            self.dead.set()
        if self.points >= self._acts_at and self._act is not None:
            act, self._act = self._act, None
            await act()
        if self.points >= self._pauses_at and may_pause and not self.paused.is_set():
            self.paused.set()
            self._paused_until = asyncio.get_running_loop().time() + self._pause_s
        if self.paused.is_set():  # the whole process stands still, not this task alone
            await asyncio.sleep(max(0.0, self._paused_until - asyncio.get_running_loop().time()))
        if self.dead.is_set():
            await _for_ever()


async def _for_ever() -> None:
    await asyncio.get_running_loop().create_future()


class DyingClock(LoopClock):
    """A process's own clock: it may be wrong, and how long it has run tells nothing to another process."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self._process.skew_s)

    def monotonic(self) -> float:
        return super().monotonic() + 7.0 * self._process.skew_s + 1_000.0

    async def sleep(self, seconds: float) -> None:
        await self._process.point()
        await asyncio.sleep(seconds)
        await self._process.point()
