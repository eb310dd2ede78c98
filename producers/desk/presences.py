"""Who is at the desk of a live event right now, and what they read: kept in memory, for people to look at.

Somebody is here while a page of theirs is open (its event stream is), or for a minute after they last asked for one.
Nothing is decided by it, so nothing of it is written anywhere.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from schemas.envelope import Actor, Role
from streams.clock import Clock

# A page without script asks only when somebody presses; a tablet that changes its wifi is back within seconds.
GONE_AFTER = timedelta(seconds=60)
NOTICED_AFTER_S = 1.0  # past that minute, so that the look finds them gone
# Far more than a theatre holds; keeps a program that signs in under ever new names from filling the memory.
PEOPLE_MAX = 200
ORDER = (Role.PHYSICIAN, Role.DIRECTOR, Role.ADVOCATE, Role.REVIEWER, Role.LIAISON, Role.AUDITOR)


@dataclass(frozen=True)
class Present:
    """One person; `reading` is the draft they have open, `edits` that they write another wording of it."""

    name: str
    role: Role
    since: datetime
    reading: UUID | None = None
    edits: bool = False


@dataclass
class _Place:
    present: Present
    seen: datetime
    streams: int = 0
    has_left: bool = False  # signed out, or came in as somebody else

    def is_gone(self, now: datetime) -> bool:
        return self.streams == 0 and (self.has_left or now - self.seen > GONE_AFTER)


Key = tuple[str, Role]


class Presences:
    """By live event and person. Role keys stand for themselves: their name is the role's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._places: defaultdict[str, dict[Key, _Place]] = defaultdict(dict)
        self._stir = asyncio.Event()

    async def stirred(self) -> None:
        """Until somebody came, went, opened another draft or, without an open page, has not asked for too long."""
        going = asyncio.ensure_future(self._next_gone())
        stirring = asyncio.ensure_future(self._stir.wait())
        try:
            await asyncio.wait((going, stirring), return_when=asyncio.FIRST_COMPLETED)
        finally:
            going.cancel()
            stirring.cancel()
        self._stir.clear()
        for live_event_id in list(self._places):
            self.here(live_event_id)  # forgets who is gone, so that nobody is waited for twice

    async def _next_gone(self) -> None:
        now = self._clock.now()
        ends = [p.seen + GONE_AFTER for places in self._places.values() for p in places.values() if p.streams == 0]
        if not ends:
            await asyncio.Event().wait()  # nobody who could go unnoticed: _stir alone ends this
        await self._clock.sleep((min(ends) - now).total_seconds() + NOTICED_AFTER_S)

    def saw(self, live_event_id: str, actor: Actor, *, reading: UUID | None = None, edits: bool = False) -> None:
        """A page was asked for; `reading` is the draft on it."""
        place = self._place(live_event_id, actor)
        if place is not None and (place.present.reading, place.present.edits) != (reading, edits):
            place.present = replace(place.present, reading=reading, edits=edits)
            self._stir.set()

    async def watching(self, live_event_id: str, actor: Actor, frames: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """`frames`; while they are read, the person is here."""
        place = self._place(live_event_id, actor)
        if place is not None:
            place.streams += 1
        try:
            async for frame in frames:
                yield frame
        finally:
            if place is not None:
                place.streams -= 1
                place.seen = self._clock.now()
                self._stir.set()  # from now on the minute after which they are gone runs

    def left(self, actor: Actor) -> None:
        """Whoever signed out, or signed in as somebody else, is gone with their last open page: nobody is here twice.
        Another device of theirs that asks for a page brings them back."""
        for places in self._places.values():
            if (place := places.get((actor.name, actor.role))) is not None:
                place.has_left = True
                self._stir.set()

    def here(self, live_event_id: str) -> tuple[Present, ...]:
        """Those who are here, by role and then by who came first."""
        places, now = self._places.get(live_event_id, {}), self._clock.now()
        for key in [k for k, p in places.items() if p.is_gone(now)]:
            del places[key]
        return tuple(sorted((p.present for p in places.values()), key=_order))

    def readers(self, live_event_id: str, draft_id: UUID, but: Actor) -> tuple[Present, ...]:
        """Who else has this draft open."""
        here = self.here(live_event_id)
        return tuple(p for p in here if p.reading == draft_id and (p.name, p.role) != (but.name, but.role))

    def _place(self, live_event_id: str, actor: Actor) -> _Place | None:
        """Where this person is kept; None when there are too many to keep one more."""
        places, now = self._places[live_event_id], self._clock.now()
        key = (actor.name, actor.role)
        found = places.get(key)
        if found is not None and found.is_gone(now):
            found = None  # was away: here since now
        if found is None:
            if key not in places and len(self.here(live_event_id)) >= PEOPLE_MAX:
                return None
            found = places[key] = _Place(Present(actor.name, actor.role, now), now)
            self._stir.set()
        found.seen, found.has_left = now, False
        return found


def _order(one: Present) -> tuple[int, datetime, str]:
    return (ORDER.index(one.role) if one.role in ORDER else len(ORDER), one.since, one.name)
