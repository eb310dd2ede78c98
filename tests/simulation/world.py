"""One run: a thread of releases through a poster that is killed at chosen points, and what must be true in the end."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import structlog

from consumers.poster.platforms.base import Platform
from consumers.poster.platforms.memory import Fault, MemoryPlatform
from consumers.poster.worker import run as run_poster
from schemas.control import ControlKind
from schemas.errors import Broken
from schemas.receipt import Receipt, Retraction
from schemas.release import Release
from schemas.topics import CONTROLS, LIVE_EVENTS, RECEIPTS, RELEASES, decode_receipt
from streams.bus import Bus
from streams.clock import Clock
from streams.memory import MemoryBus
from tests.poster_cases import X, control, live_event, release
from tests.simulation.kernel import NEVER, DyingBus, DyingClock, DyingPlatform, LoopClock, Presses, Process, VirtualLoop

DEADLINE_S = 3_600.0  # of simulated time: ten lost requests in a row, each settled, and some
FAULTS: tuple[Fault, ...] = ("ok", "lose-request", "lose-answer", "late", "busy")
WEIGHTS = (55, 15, 20, 5, 5)
LONG = "The new joint is in place. " * 14  # two posts

Poster = Callable[[Bus, Clock, Platform, UUID], Awaitable[None]]


async def our_poster(bus: Bus, clock: Clock, platform: Platform, writer: UUID) -> None:
    await run_poster(bus, clock, {X.key: platform}, writer=writer)


@dataclass(frozen=True)
class Plan:
    """What a seed decides."""

    seed: int
    kills: tuple[int, ...] = ()  # points at which one process after the other dies
    pause: int = NEVER  # point at which the first process stands still, while another is started
    pause_s: float = 120.0
    press: tuple[float, ControlKind, int | None] | None = None  # after so many seconds
    resume_after_s: float = 0.0


@dataclass
class Outcome:
    """What the world looks like afterwards."""

    texts: list[str]
    parents_right: bool
    outcomes: dict[UUID, str]
    points: int
    finished: bool
    fenced: int = 0
    begun_after_stop: int = 0


def releases() -> list[Release]:
    return [release(1), release(2, LONG.strip()), release(3), release(4)]


def play(plan: Plan, poster: Poster = our_poster) -> Outcome:
    with _quiet(), asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(_World(plan, poster).play())


@contextmanager
def _quiet() -> Iterator[None]:
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**before)


class _World:
    def __init__(self, plan: Plan, poster: Poster) -> None:
        self.plan = plan
        self.poster = poster
        self.rng = random.Random(plan.seed)
        self.clock = LoopClock()
        self.bus = MemoryBus(partition_count=1)
        faults = self.rng.choices(FAULTS, WEIGHTS, k=60)
        self.platform = MemoryPlatform(X, self.clock, faults=faults)
        self.presses = Presses()
        self.fenced = 0
        self.tasks: list[asyncio.Task[None]] = []
        self.processes: list[Process] = []

    async def play(self) -> Outcome:
        await self.bus.send(LIVE_EVENTS, live_event())
        feeding = asyncio.create_task(self._feed())
        lives = asyncio.create_task(self._lives())
        finished = await self._until_done()
        for task in (feeding, lives, *self.tasks):
            task.cancel()
        await asyncio.gather(feeding, lives, *self.tasks, return_exceptions=True)
        return self._outcome(finished=finished)

    async def _feed(self) -> None:
        for each in releases():
            await self.bus.send(RELEASES, each)
            await asyncio.sleep(self.rng.uniform(0.0, 2.0))
        if self.plan.press is not None:
            after_s, kind, number = self.plan.press
            await asyncio.sleep(after_s)
            await self.bus.send(CONTROLS, control(kind, number=number, at=self.clock.now()))
            if kind in ("stop", "hold"):
                self.presses.stop_acknowledged()
                await asyncio.sleep(self.plan.resume_after_s)
                self.presses.resumed()
                await self.bus.send(CONTROLS, control("resume", at=self.clock.now()))

    async def _lives(self) -> None:
        """One process after the other; the last one lives on."""
        for kill in (*self.plan.kills, NEVER):
            process = Process(self.rng, dies_at=kill, pauses_at=self.plan.pause, pause_s=self.plan.pause_s)
            self.tasks.append(asyncio.create_task(self._run(process)))
            await process.dead.wait()
            await asyncio.sleep(self.rng.uniform(0.0, 1.0))

    async def _run(self, process: Process) -> None:
        if self.plan.pause != NEVER:
            self.tasks.append(asyncio.create_task(self._second(process)))
        await self._poster(process)

    async def _second(self, first: Process) -> None:
        """The supervisor takes the paused one for dead and starts another."""
        await first.paused.wait()
        await asyncio.sleep(self.rng.uniform(0.0, 5.0))
        await self._poster(Process(self.rng))

    async def _poster(self, process: Process) -> None:
        self.processes.append(process)
        bus = DyingBus(self.bus, process, self.presses)
        platform = DyingPlatform(self.platform, process, self.rng, self.presses)
        while True:
            writer = UUID(int=self.rng.getrandbits(128))
            try:
                await self.poster(bus, DyingClock(process), platform, writer)
            except Broken:
                self.fenced += 1
                if self.plan.pause != NEVER:
                    return  # put out for good: the other one is at work

    async def _until_done(self) -> bool:
        while self.clock.monotonic() < DEADLINE_S:
            await asyncio.sleep(1.0)
            settled = [o for o in self._outcomes().values() if o != "unknown"]
            if len(settled) == 5 and self.clock.monotonic() > 30 + (self.plan.press or (0,))[0]:
                await asyncio.sleep(150.0)  # late requests and paused processes have their chance
                return True
        return False

    def _outcomes(self) -> dict[UUID, str]:
        """The latest outcome of each post, as the receipts say."""
        out: dict[UUID, str] = {}
        for message in self.bus.everything(RECEIPTS.name):
            receipt = decode_receipt(message.value or b"")
            if isinstance(receipt, Receipt):
                if out.get(receipt.post_id) in (None, "unknown"):
                    out[receipt.post_id] = receipt.outcome
            elif isinstance(receipt, Retraction):
                out[receipt.post_id] = receipt.outcome
        return out

    def _outcome(self, *, finished: bool) -> Outcome:
        public = self.platform.public()
        all_ids = [None, *(p.platform_id for p in self.platform.posts)]
        # Each post stands under the one before it, of those that stood when it was made.
        right = all(p.reply_to in all_ids[: i + 1] for i, p in enumerate(self.platform.posts))
        chained = [p.reply_to for p in self.platform.posts] == all_ids[:-1]
        return Outcome(
            texts=[p.text for p in public],
            parents_right=chained if self.plan.press is None else right,
            outcomes=self._outcomes(),
            points=self.processes[0].points,
            finished=finished,
            fenced=self.fenced,
            begun_after_stop=self.presses.begun_after,
        )
