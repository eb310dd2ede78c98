"""One run: releases through posters that are killed, paused, and stopped as the plan says, and what came of it."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

import structlog

from consumers.poster.platforms.base import Platform
from consumers.poster.platforms.memory import ADDRESS
from consumers.poster.worker import run as run_poster
from schemas.control import Control
from schemas.ids import derive
from schemas.live_event import LiveEvent
from schemas.release import Release
from schemas.topics import CONTROLS, LIVE_EVENTS, RELEASES
from streams.bus import Bus
from streams.clock import Clock
from streams.memory import MemoryBus
from streams.standing import LOOK_S
from tests.poster_cases import DIRECTOR, control, live_event, release
from tests.simulation.changes import CHANGES, Change
from tests.simulation.kernel import NEVER, DyingClock, LoopClock, Process, VirtualLoop
from tests.simulation.outcomes import LONG, Outcome, Told, thread_outcome
from tests.simulation.plans import Plan, destinations, hashtags, platforms
from tests.simulation.ports import DyingBus, DyingPlatform
from tests.simulation.witness import Witness

AFTERMATH_S = 10.0  # whoever would do something wrong has begun to by then
PERSON_LOOKS_AFTER_S = 60.0  # a person who is asked whether a post is there looks when nothing can be late any more
EVENTS = ("knee-2026", "hip-2026")

Poster = Callable[[Bus, Clock, Mapping[str, Platform], UUID, str], Awaitable[None]]


async def our_poster(bus: Bus, clock: Clock, platforms: Mapping[str, Platform], writer: UUID, instance: str) -> None:
    await run_poster(bus, clock, platforms, writer=writer, instance=instance)


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
        self.platforms = platforms(plan, self.clock, self.rng)
        self.destinations = destinations(plan)
        self.events = EVENTS[: plan.events]
        self.change = CHANGES[plan.change] if plan.change else Change()
        self.witness = Witness()
        self.told = Told(self.bus)
        self.releases: list[Release] = []
        self.fed = False
        self.pressed = False
        self.tasks: list[asyncio.Task[None]] = []
        self.first: Process | None = None
        self.calm_since_s = 0.0  # when the latest of the faults, deaths and releases was over

    async def play(self) -> Outcome:
        for name, hashtag in zip(self.events, hashtags(self.plan), strict=False):
            await self.bus.send(LIVE_EVENTS, self._live_event(name, hashtag))
        for doing in (
            self._forbid,
            self._feed,
            self._press_in_time,
            self._lives,
            self._second,
            self._person,
            self._recover,
        ):
            self._start(doing())
        finished = await self._until_settled()
        settled_after_s, points = self.clock.monotonic(), self.first.points if self.first else 0
        await asyncio.sleep(self._still_to_come_s() + AFTERMATH_S)
        self.told.read_on()
        for task in self.tasks:
            task.cancel()
        for ended in await asyncio.gather(*self.tasks, return_exceptions=True):
            if isinstance(ended, BaseException) and not isinstance(ended, asyncio.CancelledError):
                raise ended
        return self._outcome(finished=finished, settled_after_s=settled_after_s, points=points)

    def _still_to_come_s(self) -> float:
        """Until late requests have been applied, whoever was paused has woken, and what was deleted stays so."""
        late = [at for at in (p.expects() for p in self.platforms.values()) if at is not None]
        late_s = (max(late) - self.clock.now()).total_seconds() if late else 0.0
        paused_s = self.plan.pause_s if self.plan.pause != NEVER else 0.0
        # What was deleted is deleted once more when no request can bring it back; a process may die before that.
        swept = [p.limits.settle_s for p in self.platforms.values()] if self.plan.press else []
        swept += [(span.end - self.clock.now()).total_seconds() for p in self.platforms.values() for span in p.away]
        sweep_s = max(swept, default=0.0)
        return max(late_s, paused_s, sweep_s)

    def _start(self, doing: Awaitable[None]) -> None:
        async def done() -> None:
            await doing

        self.tasks.append(asyncio.create_task(done()))

    # -- what people and platforms do ----------------------------------------------------------------------------------

    def _live_event(self, name: str, hashtag: str) -> LiveEvent:
        made = live_event(name, destinations=self.destinations)
        plan = {"hashtag": hashtag, "languages": self.plan.languages}
        return made.model_copy(update={"plan": made.plan.model_copy(update=plan)})

    async def _feed(self) -> None:
        for number in range(1, 5):
            for name in self.events:
                text = LONG if number == 2 else None
                lang = self.plan.languages[number % len(self.plan.languages)]
                made = release(number, text, of=name, destinations=self.destinations)
                made = self.change.release(made.model_copy(update={"lang": lang}), number)
                self.releases.append(made)
                await self.bus.send(RELEASES, made)
                await asyncio.sleep(self.rng.uniform(0.0, 2.0))
        self.fed = True
        self.calm_since_s = max(self.calm_since_s, self.clock.monotonic())

    async def _press_in_time(self) -> None:
        if self.plan.press_after_s is not None:
            await asyncio.sleep(self.plan.press_after_s)
            await self._press()

    async def _press(self) -> None:
        """Returns when it is durable; it is acknowledged when no request can be under way any more."""
        self.pressed = True
        kind = self.plan.press
        if self.plan.change is not None:
            for name, hashtag in zip(self.events, hashtags(self.plan), strict=False):
                changed = self.change.live_event(self._live_event(name, hashtag))
                await self.bus.send(LIVE_EVENTS, changed)
        if kind is None:
            return
        for name in self.events:
            await self.bus.send(CONTROLS, control(kind, number=self.plan.number, of=name, at=self.clock.now()))
        self.witness.pressed()
        if kind in ("stop", "hold", "withdraw"):
            self.witness.presses.durable()
            self._start(self._acknowledge())
        if self.plan.resume_after_s is not None:
            self._start(self._resume(self.plan.resume_after_s))

    async def _acknowledge(self) -> None:
        await asyncio.sleep(LOOK_S)
        self.witness.presses.acknowledged()

    async def _resume(self, after_s: float) -> None:
        await asyncio.sleep(after_s)
        self.witness.presses.resumed()
        for name in self.events:
            await self.bus.send(CONTROLS, control("resume", of=name, at=self.clock.now()))

    async def _person(self) -> None:
        """Looks, when asked, whether a post is there, and says so."""
        answered = 0
        while self.plan.person and "blind" in self.plan.kinds:
            await asyncio.sleep(5.0)
            self.told.read_on()
            for post_id in self.told.questions[answered:]:
                self._start(self._settle(post_id))
            answered = len(self.told.questions)

    async def _settle(self, post_id: UUID) -> None:
        await asyncio.sleep(PERSON_LOOKS_AFTER_S)
        receipt = self.told.receipts[post_id]
        stands = next((p for p in self.platforms[receipt.destination].public() if p.key == post_id), None)
        said = Control(
            id=derive(post_id, "settle", self.clock.now().isoformat()), live_event_id=receipt.live_event_id,
            at=self.clock.now(), actor=DIRECTOR, kind="settle", update_id=receipt.update_id,
            destination=receipt.destination, post_id=post_id, found="there" if stands else "absent",
            url=ADDRESS + stands.platform_id if stands else None,
        )  # fmt: skip
        await self.bus.send(CONTROLS, said)

    async def _forbid(self) -> None:
        await asyncio.sleep(self.plan.forbid_after_s)
        for kind, platform in zip(self.plan.kinds, self.platforms.values(), strict=True):
            platform.forbids_replies = kind == "no replies"

    async def _recover(self) -> None:
        if self.plan.recover_after_s is not None:
            await asyncio.sleep(self.plan.recover_after_s)
            for platform in self.platforms.values():
                platform.recover()
            self.calm_since_s = max(self.calm_since_s, self.clock.monotonic())

    # -- the processes -------------------------------------------------------------------------------------------------

    async def _lives(self) -> None:
        """One process after the other; the last one lives on."""
        for kill in (*self.plan.kills, NEVER):
            process = Process(
                self.rng, dies_at=kill, pauses_at=self.plan.pause, pause_s=self.plan.pause_s,
                acts_at=self.plan.press_at if self.first is None else NEVER, act=self._press,
                skew_s=self.plan.skews_s[0],
            )  # fmt: skip
            self.first = self.first or process
            self._start(self._poster(process, "poster-1"))
            await process.dead.wait()
            self.witness.died()
            self.calm_since_s = max(self.calm_since_s, self.clock.monotonic())
            if not self.plan.restarts:
                return
            await asyncio.sleep(self.rng.uniform(0.0, 1.0))

    async def _second(self) -> None:
        """Another one beside it: because somebody started it, or because the first was taken for dead."""
        if self.plan.second_after_s is not None:
            await asyncio.sleep(self.plan.second_after_s)
        elif self.plan.pause != NEVER:
            while self.first is None:
                await asyncio.sleep(0)
            await self.first.paused.wait()
            await asyncio.sleep(self.rng.uniform(0.0, 5.0))
        else:
            return
        name = "poster-1" if self.plan.twins else "poster-2"
        await self._poster(Process(self.rng, skew_s=self.plan.skews_s[1]), name)

    async def _poster(self, process: Process, instance: str) -> None:
        bus = DyingBus(self.bus, process, self.witness)
        ports = {key: DyingPlatform(platform, process, self.witness) for key, platform in self.platforms.items()}
        writer = UUID(int=self.rng.getrandbits(128))
        await self.poster(bus, DyingClock(process), ports, writer, instance)

    # -- how it ends ---------------------------------------------------------------------------------------------------

    async def _until_settled(self) -> bool:
        seen = (0, False)
        while self.clock.monotonic() < self.plan.deadline_s:
            await asyncio.sleep(1.0)
            before, seen = seen, (self.told.read_on(), self.fed and (self.pressed or not self._presses))
            if seen != before and seen[1] and self._settled():
                return True
        return False

    @property
    def _presses(self) -> bool:
        return self.plan.press_at != NEVER or self.plan.press_after_s is not None

    def _settled(self) -> bool:
        if not all(
            self.told.settled(each.id, d.key)
            for each in self.releases
            for d in each.destinations
            if d.key in self.platforms
        ):
            return False
        taken_back = [r for r in self.told.receipts.values() if self._taken_back(r.update_id)]
        return all(self.told.outcomes[r.post_id] != "posted" for r in taken_back)

    def _taken_back(self, update_id: UUID) -> bool:
        if self.plan.press == "retract" and self.plan.number is not None:
            return update_id == release(self.plan.number).update_id
        return self.plan.press == "withdraw"

    def _outcome(self, *, finished: bool, settled_after_s: float, points: int) -> Outcome:
        for platform in self.platforms.values():
            platform.public()
            for name in ("late request applied", "key known", "young parent", "deleted post revived"):
                self.witness.reached[name] += platform.happened[name]
        return Outcome(
            threads=[thread_outcome(self.told, p, name) for name in self.events for p in self.platforms.values()],
            points=points,
            finished=finished,
            settled_in_s=settled_after_s - max(self.calm_since_s, self.plan.recover_after_s or 0.0),
            reached=+self.witness.reached,
            begun_after_stop=self.witness.presses.begun_after,
            begun_after_fenced=self.witness.begun_after_fenced,
            took_over_in_s=self.witness.took_over_in_s,
        )
