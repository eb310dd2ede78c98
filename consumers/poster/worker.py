"""The poster as a process: follows releases, live events and controls, and keeps one lane for each thread.

It joins no group and commits no offset. Everything is followed from the beginning at each start, and the ledger says
what was done: an offset would be a second truth beside it, and a release that is merely waiting (delay, hold) would
keep it from moving. Of two posters one works and the other stands by (seat.py); if both work by mistake it is harmless:
the one that claims a thread later puts the other out.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from typing import Literal
from uuid import UUID

import structlog
from pydantic import ValidationError

from consumers.poster.checker import Checker, Known, Seal
from consumers.poster.checks import Checks
from consumers.poster.lane import Lane
from consumers.poster.ledger import FencedLedger, PutOut, opened
from consumers.poster.platforms.base import Platform
from consumers.poster.seat import Seat, seat
from consumers.poster.shelf import Shelf
from consumers.poster.situation import Situation
from consumers.poster.turns import Turns
from schemas.dead_letter import DeadLetter
from schemas.envelope import system
from schemas.errors import Broken, Refused, Unavailable
from schemas.ids import derive
from schemas.live_event import LiveEvent
from schemas.release import Release
from schemas.topics import CONTROLS, DEAD_LETTERS, LIVE_EVENTS, RECEIPTS, RELEASES, decode_receipt
from streams.bus import Bus, Follower, Message
from streams.clock import Clock

POLL_S = 5.0  # only how long one wait for records lasts; what arrives ends it at once
DEAD_LETTERS_MAX = 100  # more of them than this is a bad deploy, not bad records: stop before the topic is drained

log = structlog.get_logger()


def _no_seal(_live_event: LiveEvent, _text: bytes) -> str | None:
    return None


async def run(
    bus: Bus,
    clock: Clock,
    platforms: Mapping[str, Platform],
    *,
    writer: UUID,
    stop: asyncio.Event | None = None,
    ready: Callable[[], None] = lambda: None,
    instance: str = "poster-1",
    accounts: Sequence[str] = (),
    checks: Checks | None = None,
    seal: Seal = _no_seal,
) -> None:
    """Posts until `stop` is set; then each lane finishes the request it has under way.

    `ready` is called once everything that was on the topics at the start is known, or once this poster stands by for
    another one. `platforms` by destination key; `writer` new for each process, `instance` the same after a restart;
    `accounts` are the destinations that this poster and its standby serve, all when empty. `checks`: when what was
    posted is read back, never when None; `seal` closes what somebody else put there to the live event's key.

    Raises Broken when the ledger cannot be read. Cancelling is safe too, but leaves what was under way in doubt.
    """
    stop = stop or asyncio.Event()
    announce = _once(ready)
    at_work = _AtWork(bus, clock, platforms, frozenset(accounts), checks, seal)
    async with seat(bus, clock, instance=instance, accounts=accounts) as place:
        for turn in count():
            mine = derive(writer, "turn", turn)
            if not await place.taken(mine, stop, announce):
                return
            try:
                if await at_work.until(stop, announce, place=place, writer=mine):
                    await place.leave()
                    return
            except PutOut as out:
                log.warning("put-out", instance=instance, reason=str(out))


def _once(tell: Callable[[], None]) -> Callable[[], None]:
    left = [tell]

    def told() -> None:
        if left:
            left.pop()()

    return told


@dataclass(frozen=True)
class _AtWork:
    """One time at work: from the taking of the seat until the end, or until somebody else has taken it."""

    bus: Bus
    clock: Clock
    platforms: Mapping[str, Platform]
    accounts: frozenset[str]
    checks: Checks | None
    seal: Seal

    async def until(self, stop: asyncio.Event, ready: Callable[[], None], *, place: Seat, writer: UUID) -> bool:
        """Whether it ended because of `stop`; False when this process stood still for too long. Raises PutOut."""
        async with AsyncExitStack() as stack:
            ledger = await stack.enter_async_context(opened(self.bus, self.clock, writer))
            controls = await stack.enter_async_context(self.bus.follow([CONTROLS.name]))
            stream = await stack.enter_async_context(self.bus.follow([LIVE_EVENTS.name, CONTROLS.name, RELEASES.name]))
            partitions = await self.bus.partitions(CONTROLS.name)
            poster = _Poster(self, ledger=ledger, controls=controls, partitions=partitions)
            over = asyncio.Event()
            beating = asyncio.create_task(_beat(place, over))
            ended = [asyncio.create_task(event.wait()) for event in (stop, over)]
            try:
                await poster.run(stream, await _receipt_ids(self.bus), ended, ready)
            except BaseExceptionGroup as errors:
                raise _worst(errors) from None
            finally:
                for task in (beating, *ended):
                    task.cancel()
            return stop.is_set()


async def _beat(place: Seat, over: asyncio.Event) -> None:
    await place.keep()
    over.set()


def _worst(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """A ledger that cannot be read outweighs another poster at work; both outweigh what followed from them."""
    broken = [e for e in errors.exceptions if isinstance(e, Broken)]
    return next((e for e in broken if not isinstance(e, PutOut)), (broken or errors.exceptions)[0])


async def _receipt_ids(bus: Bus) -> frozenset[UUID]:
    """Receipts are not fsynced, the ledger is: after a power cut some may be missing, and are written again."""
    ids: set[UUID] = set()
    async with bus.follow([RECEIPTS.name]) as receipts:
        for partition in range(await bus.partitions(RECEIPTS.name)):
            for message in await receipts.read_to_end(RECEIPTS.name, partition):
                if message.value is not None:
                    try:
                        ids.add(decode_receipt(message.value).id)
                    except Refused:
                        continue  # whose it was cannot be known; the missing one is written again
    return frozenset(ids)


class _Poster:
    def __init__(self, at_work: _AtWork, *, ledger: FencedLedger, controls: Follower, partitions: int) -> None:
        self._bus = at_work.bus
        self._clock = at_work.clock
        self._platforms = at_work.platforms
        self._accounts = at_work.accounts
        self._at_work = at_work
        self._ledger = ledger
        self._situation = Situation(controls, self._clock, partitions, changed=self._wake, unreadable=self._put_aside)
        self._turns: defaultdict[str, Turns] = defaultdict(Turns)  # by destination: one account, one queue
        self._shelves: dict[str, Shelf] = {}
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._unstarted: list[Lane] = []
        self._aside: list[DeadLetter] = []
        self._aside_count = 0
        self._not_configured: set[str] = set()

    async def run(
        self,
        stream: Follower,
        receipts: frozenset[UUID],
        ended: Sequence[asyncio.Task[Literal[True]]],
        ready: Callable[[], None],
    ) -> None:
        for book in self._ledger.books():
            if book.entries:
                self._lane(book.destination, book.live_event_id)
        # Nothing is posted before every live event's latest state is known.
        while not await stream.caught_up():
            await self._take(await stream.get(timeout_s=POLL_S))
        async with asyncio.TaskGroup() as tasks:
            beside = [tasks.create_task(self._pump(stream, tasks, receipts))]
            if self._at_work.checks is not None:
                beside.append(tasks.create_task(self._checker(self._at_work.checks).run()))
            ready()
            await asyncio.wait(ended, return_when=asyncio.FIRST_COMPLETED)
            for task in beside:
                task.cancel()
            for lane in self._lanes.values():
                lane.stop()

    async def _pump(self, stream: Follower, tasks: asyncio.TaskGroup, receipts: frozenset[UUID]) -> None:
        while True:
            for lane in self._unstarted:
                tasks.create_task(lane.run(receipts))
            self._unstarted.clear()
            try:
                await self._take(await stream.get(timeout_s=POLL_S))
            except Unavailable as away:
                await self._clock.sleep(away.retry_after_s)

    async def _take(self, messages: Sequence[Message]) -> None:
        for message in messages:
            if message.topic == CONTROLS.name:
                self._situation.take_control(message)
            elif message.topic == LIVE_EVENTS.name:
                self._situation.take_live_event(message)
            else:
                self._take_release(message)
        while self._aside:
            await self._bus.send(DEAD_LETTERS, self._aside[0])
            self._aside.pop(0)

    def _take_release(self, message: Message) -> None:
        if message.value is None:
            return
        try:
            release = Release.decode(message.value)
        except Refused as refused:
            self._put_aside(message, refused.code)
            return
        for destination in release.destinations:
            lane = self._lane(destination.key, release.live_event_id)
            if lane is not None:
                lane.admit(release)

    def _lane(self, destination: str, live_event_id: str) -> Lane | None:
        """None for a destination without a platform: its releases stay where they are until one is configured."""
        if self._accounts and destination not in self._accounts:
            return None  # another poster's
        platform = self._platforms.get(destination)
        if platform is None:
            if destination not in self._not_configured:
                self._not_configured.add(destination)
                log.error("destination-not-configured", destination=destination)
            return None
        key = (destination, live_event_id)
        if key not in self._lanes:
            self._lanes[key] = lane = Lane(
                self._bus,
                self._clock,
                platform=platform,
                ledger=self._ledger,
                situation=self._situation,
                turns=self._turns[destination],
                shelf=self._shelf(destination),
                live_event_id=live_event_id,
            )
            self._unstarted.append(lane)
        return self._lanes[key]

    def _checker(self, checks: Checks) -> Checker:
        known = Known(
            self._ledger.books,
            self._situation.live_events,
            self._situation.standing,
            self._platform,
            lambda destination: self._turns[destination],
        )
        return Checker(self._bus, self._clock, known, checks, self._at_work.seal)

    def _platform(self, destination: str) -> Platform | None:
        """None for another poster's, and for one whose credentials are not set."""
        mine = not self._accounts or destination in self._accounts
        return self._platforms.get(destination) if mine else None

    def _shelf(self, destination: str) -> Shelf:
        if destination not in self._shelves:
            self._shelves[destination] = Shelf(
                lambda: (book for book in self._ledger.books() if book.destination == destination)
            )
        return self._shelves[destination]

    def _wake(self, live_event_id: str) -> None:
        for (_, of), lane in self._lanes.items():
            if of == live_event_id:
                lane.wake()

    def _put_aside(self, message: Message, code: str) -> None:
        self._aside_count += 1
        if self._aside_count > DEAD_LETTERS_MAX:
            raise Broken(f"More than {DEAD_LETTERS_MAX} records could not be read, the last on {message.topic}.")
        letter = {
            "id": derive(message.topic, message.partition, message.offset, "poster"),
            "live_event_id": message.key,
            "at": self._clock.now(),
            "actor": system("poster"),
            "topic": message.topic,
            "partition": message.partition,
            "offset": message.offset,
            "stage": "poster",
            "code": code,
            "reason": "The record could not be read; nothing was posted for it.",
        }
        try:
            self._aside.append(DeadLetter.model_validate(letter))
        except ValidationError:  # the key is no live event's id
            self._aside.append(DeadLetter.model_validate(letter | {"live_event_id": "unknown"}))
