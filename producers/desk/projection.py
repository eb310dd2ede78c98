"""All live events, fed record by record; a record seen twice changes nothing, one that cannot be read is counted."""

from dataclasses import dataclass, field
from typing import Protocol

from producers.desk.queue import LiveEventView
from schemas.control import Control
from schemas.decision import Decision
from schemas.draft import Draft
from schemas.errors import Refused
from schemas.ledger import Ledger
from schemas.live_event import LiveEvent
from schemas.release import Release
from schemas.sighting import Sighting
from schemas.topics import (
    CONTROLS,
    DECISIONS,
    DRAFTS,
    LEDGER,
    LIVE_EVENTS,
    RECEIPTS,
    RELEASES,
    SIGHTINGS,
    decode_receipt,
)

TOPICS = tuple(t.name for t in (LIVE_EVENTS, DRAFTS, DECISIONS, RELEASES, RECEIPTS, CONTROLS, LEDGER, SIGHTINGS))


class Arrived(Protocol):
    """A record as it lies on a topic; a bus's Message is one."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def value(self) -> bytes | None: ...


@dataclass
class Projection:
    """All live events, and how far each partition was read."""

    events: dict[str, LiveEventView] = field(default_factory=dict)
    places: dict[tuple[str, int], int] = field(default_factory=dict)  # the last offset applied
    undecodable: int = 0

    def apply(self, message: Arrived) -> None:
        place = (message.topic, message.partition)
        if message.offset <= self.places.get(place, -1):
            return  # read a second time, after the way to the broker was lost
        self.places[place] = message.offset
        if message.value is None:
            return
        try:
            record = _DECODE[message.topic](message.value)
        except Refused:
            self.undecodable += 1
            return
        self.of(record.live_event_id).add(record)

    def of(self, live_event_id: str) -> LiveEventView:
        return self.events.setdefault(live_event_id, LiveEventView(live_event_id))

    def open_events(self) -> tuple[LiveEventView, ...]:
        """Those with a plan: the open ones first, the latest first."""
        known = [e for e in self.events.values() if e.live_event is not None]
        return tuple(sorted(known, key=_latest_open))


_DECODE = {
    LIVE_EVENTS.name: LiveEvent.decode,
    DRAFTS.name: Draft.decode,
    DECISIONS.name: Decision.decode,
    RELEASES.name: Release.decode,
    RECEIPTS.name: decode_receipt,
    CONTROLS.name: Control.decode,
    LEDGER.name: Ledger.decode,
    SIGHTINGS.name: Sighting.decode,
}


def _latest_open(view: LiveEventView) -> tuple[bool, float, str]:
    assert view.live_event is not None
    return (view.live_event.state == "closed", -view.live_event.opened_at.timestamp(), view.live_event_id)
