"""Reads our own posts back beside the posting, and writes down what is otherwise than it should be.

It comes after everything else: it waits while its account has posts to send or rests, makes no try of its own at once
after a failure, and whatever goes wrong in it ends no post. It rests on the ledger alone, and keeps nothing but what it
has said, which it reads from the topic again: after a restart it goes on where it stopped.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from consumers.poster import sightings
from consumers.poster.book import Book
from consumers.poster.checks import RETRY_S, Checks, due
from consumers.poster.platforms.base import AccountBusy, Platform
from consumers.poster.platforms.seeing import Change, Seeing, Telling
from consumers.poster.sight import Finding, Thread, Told, changed_now, ended_at, findings, news, thread, to_ask
from consumers.poster.turns import Turns
from schemas.errors import Refused, ScrubcastError, Unavailable, Uncertain
from schemas.live_event import LiveEvent
from schemas.sighting import SeenBy, Sighting
from schemas.topics import SIGHTINGS
from streams.bus import Bus
from streams.clock import Clock
from streams.standing import Standing

PACE_S = 1.0  # how often it looks whether a reading is due
UNREADABLE_S = 600.0  # a platform that could not be read for so long is worth a record: two readings
GIVE_WAY_S = 60.0  # so long a reading waits for an account that always has something to post, then takes its turn
SETTLED_S = 5.0  # what a stream tells is judged so much later: our own part in it is in the ledger by then
HEARD_MAX = 10_000  # changes that wait to be judged; an account makes no more in five seconds
DEAF_S = 60.0  # a stream that was lost for so long is a gap worth a record
LOOKS_MAX = 20  # posts that are asked for one by one; where more are missing and these are gone, so are the others

Seal = Callable[[LiveEvent, bytes], str | None]

log = structlog.get_logger()


@dataclass(frozen=True)
class Known:
    """What the poster knows, as the checker may ask it."""

    books: Callable[[], Iterable[Book]]
    live_events: Callable[[], Iterable[LiveEvent]]
    standing: Callable[[str], Standing]
    platform: Callable[[str], Platform | None]
    turns: Callable[[str], Turns]


@dataclass
class _State:
    """Of one thread, between readings."""

    told: Told = field(default_factory=Told)
    closing_at: datetime | None = None
    last: datetime | None = None
    failed_since: datetime | None = None
    not_before: datetime | None = None
    waits_since: datetime | None = None


class Checker:
    """Of one poster while it is at work."""

    def __init__(self, bus: Bus, clock: Clock, known: Known, checks: Checks, seal: Seal) -> None:
        self._bus = bus
        self._clock = clock
        self._known = known
        self._checks = checks
        self._seal = seal
        self._states: defaultdict[tuple[str, str], _State] = defaultdict(_State)
        self._heard: deque[tuple[datetime, str, Change]] = deque(maxlen=HEARD_MAX)
        self._listening: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Until cancelled."""
        try:
            await self._go()
        finally:
            for task in self._listening.values():
                task.cancel()
            await asyncio.gather(*self._listening.values(), return_exceptions=True)

    async def _go(self) -> None:
        while True:
            try:
                await self.remember()
                break
            except Unavailable as away:
                await self._clock.sleep(away.retry_after_s)
        while True:
            for live_event in tuple(self._known.live_events()):
                for destination in live_event.plan.destinations:
                    await self._turn(live_event, destination.key)
            await self._judge_heard()
            await self._clock.sleep(PACE_S)

    async def remember(self) -> None:
        """What was said by this poster before, and by any other."""
        async with self._bus.follow([SIGHTINGS.name]) as follower:
            for partition in range(await self._bus.partitions(SIGHTINGS.name)):
                for message in await follower.read_to_end(SIGHTINGS.name, partition):
                    try:
                        said = Sighting.decode(message.value or b"")
                    except Refused:
                        continue  # of a newer version: at worst it is said again
                    state = self._states[said.destination, said.live_event_id]
                    state.told.take(said)
                    if said.what == "read":
                        state.closing_at = said.at

    async def _turn(self, live_event: LiveEvent, destination: str) -> None:
        """Reads one thread when it is time to. What fails here is this reading, and nothing else."""
        platform = self._known.platform(destination)
        if not isinstance(platform, Seeing):
            return
        state, now = self._states[destination, live_event.live_event_id], self._clock.now()
        if live_event.state == "open" and isinstance(platform, Telling) and platform.tells:
            self._listen(destination, platform)
        if not self._is_due(live_event, destination, state, now):
            return
        try:
            await self.check(live_event, destination, platform)
        except ScrubcastError as error:
            await self._failed(live_event, destination, platform, state, error)
        except Exception as error:  # noqa: BLE001  # the loop's end: an answer nobody foresaw must not end the poster
            kind = type(error).__name__  # never its message, which may hold what was read
            log.error(  # noqa: TRY400  # as above
                "check-broken", destination=destination, live_event_id=live_event.live_event_id, kind=kind
            )
            state.not_before = now + timedelta(seconds=self._checks.every_s)

    def _is_due(self, live_event: LiveEvent, destination: str, state: _State, now: datetime) -> bool:
        end = ended_at(live_event, self._known.standing(live_event.live_event_id))
        closing = state.closing_at if end and state.closing_at and state.closing_at >= end else None
        mode = self._checks.mode_of(destination.partition(":")[0])
        at = due(self._checks, mode, now, ended_at=end, closing_at=closing, last=state.last)
        if at is None or now < at or (state.not_before is not None and now < state.not_before):
            return False
        turns = self._known.turns(destination)
        if turns.pause(now) is not None:
            return False
        state.waits_since = state.waits_since or now
        return turns.is_idle or (now - state.waits_since).total_seconds() >= GIVE_WAY_S

    async def check(self, live_event: LiveEvent, destination: str, platform: Seeing) -> tuple[Sighting, ...]:
        """One reading; the records that it left. Raises what the platform or the broker raises."""
        key = live_event.live_event_id
        state, began = self._states[destination, key], self._clock.now()
        state.waits_since = None
        seen = await platform.see(key, live_event.opened_at)
        of = self._thread(live_event, destination)
        asked = [await platform.look_at(key, one) for one in to_ask(of, seen, began, state.told)[:LOOKS_MAX]]
        seen = (*seen, *(post for post in asked if post is not None))
        of = self._thread(live_event, destination)  # what was posted and taken back meanwhile is known by now
        found = findings(of, seen, began, platform.changed)
        written = [await self._write(live_event, destination, platform, f, state) for f in news(of, found, state.told)]
        if state.told.is_unreadable or (of.ended_at is not None and self._closes(state, of.ended_at)):
            checked = sum(f.what == "as-posted" for f in found)
            record = sightings.read(key, destination, began, source=platform.source, told=state.told, checked=checked)
            written.append(await self._send(record, state))
            state.closing_at = record.at
        state.last, state.failed_since, state.not_before = began, None, None
        return tuple(written)

    # -- what a platform tells by itself -----------------------------------------------------------------------------

    def _listen(self, destination: str, platform: Telling) -> None:
        """Once, from the first live event on: what happens to the account later is of use as well."""
        if destination not in self._listening:
            self._listening[destination] = asyncio.create_task(self._hear(destination, platform))

    async def _hear(self, destination: str, platform: Telling) -> None:
        """Until cancelled. A lost connection is a gap that the next reading closes, so that one comes at once."""
        deaf_since: datetime | None = None
        while True:
            try:
                async for change in platform.told():
                    if change.platform_id is not None:
                        self._heard.append((self._clock.now(), destination, change))
                    elif deaf_since is not None:
                        await self._caught_up(destination, deaf_since)
                        deaf_since = None
            except ScrubcastError as error:
                log.info("stream-lost", destination=destination, reason=_reason(error))
            except Exception as error:  # noqa: BLE001  # as in _turn()
                log.error("stream-broken", destination=destination, kind=type(error).__name__)  # noqa: TRY400  # likewise
            deaf_since = deaf_since or self._clock.now()
            await self._clock.sleep(DEAF_S / 6)

    async def _caught_up(self, destination: str, since: datetime) -> None:
        now = self._clock.now()
        for live_event in self._known.live_events():
            state = self._states[destination, live_event.live_event_id]
            if live_event.state != "open" or destination not in {d.key for d in live_event.plan.destinations}:
                continue
            state.last = None
            if (now - since).total_seconds() >= DEAF_S and not state.told.is_unreadable:
                key = live_event.live_event_id
                record = sightings.unreadable(key, destination, now, source="firehose", since=since, reason="no-answer")
                await self._send(record, state)

    async def _judge_heard(self) -> None:
        """What was heard some seconds ago, in its order."""
        while self._heard and (self._clock.now() - self._heard[0][0]).total_seconds() >= SETTLED_S:
            at, destination, change = self._heard[0]
            try:
                await self._judge(at, destination, change)
            except Unavailable:
                return  # the broker's: with the next round
            self._heard.popleft()

    async def _judge(self, at: datetime, destination: str, change: Change) -> None:
        platform = self._known.platform(destination)
        if not isinstance(platform, Seeing) or change.platform_id is None:
            return
        for live_event in self._known.live_events():
            if destination not in {d.key for d in live_event.plan.destinations} or live_event.opened_at > at:
                continue
            of, state = self._thread(live_event, destination), self._states[destination, live_event.live_event_id]
            if of.ended_at is not None and at > of.ended_at + timedelta(days=self._checks.days):
                continue
            found = changed_now(of, state.told, change.platform_id, change.post, platform.changed)
            if found is not None:
                await self._write(live_event, destination, platform, found, state, source="firehose")

    @staticmethod
    def _closes(state: _State, end: datetime) -> bool:
        return state.closing_at is None or state.closing_at < end

    def _thread(self, live_event: LiveEvent, destination: str) -> Thread:
        account = [book for book in self._known.books() if book.destination == destination]
        own = next((b for b in account if b.live_event_id == live_event.live_event_id), None)
        book = own or Book(destination, live_event.live_event_id)
        return thread(book, live_event, self._known.standing(live_event.live_event_id), account)

    async def _write(
        self,
        live_event: LiveEvent,
        destination: str,
        platform: Seeing,
        finding: Finding,
        state: _State,
        *,
        source: SeenBy | None = None,
    ) -> Sighting:
        record = sightings.sighting_of(
            finding, live_event.live_event_id, destination, self._clock.now(),
            source=source or platform.source, told=state.told, seal=lambda text: self._seal(live_event, text),
        )  # fmt: skip
        if record.is_difference:
            log.warning(
                "seen-otherwise", what=record.what, destination=destination, live_event_id=live_event.live_event_id,
                post_id=str(record.post_id) if record.post_id else None,
            )  # fmt: skip
        return await self._send(record, state)

    async def _send(self, record: Sighting, state: _State) -> Sighting:
        if record.id not in state.told.ids:
            await self._bus.send(SIGHTINGS, record)
        state.told.take(record)
        return record

    async def _failed(
        self, live_event: LiveEvent, destination: str, platform: Seeing, state: _State, error: ScrubcastError
    ) -> None:
        """Tried again after a while; a platform that cannot be read for long is a gap, and said to be one."""
        now = self._clock.now()
        wait_s = error.retry_after_s if isinstance(error, Unavailable) else RETRY_S
        state.not_before = now + timedelta(seconds=max(wait_s, RETRY_S))
        state.failed_since = state.failed_since or now
        reason = _reason(error)
        log.info("check-failed", destination=destination, live_event_id=live_event.live_event_id, reason=reason)
        if (now - state.failed_since).total_seconds() >= UNREADABLE_S and not state.told.is_unreadable:
            record = sightings.unreadable(
                live_event.live_event_id, destination, now,
                source=platform.source, since=state.last or state.failed_since, reason=reason,
            )  # fmt: skip
            try:
                await self._send(record, state)
            except Unavailable:
                return  # the broker's: said with the next try


def _reason(error: ScrubcastError) -> str:
    if isinstance(error, AccountBusy | Refused):
        return error.code
    return "no-answer" if isinstance(error, Uncertain) else "unreachable"
