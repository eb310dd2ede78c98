"""Which legal holds lie on which live event: one person places a hold, two have to end it. Pure.

    (none) ──place──▶ held ──lift, by one──▶ asked for ──lift, by another within a week──▶ lifted
                        ▲                        │
                        └────────a week──────────┘

A hold only ever keeps, so one word is enough and it may come at once. Ending it lets the schedule destroy what somebody
may still need, so it takes a second person, as resuming after a stop does. Copies of a record change nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from schemas.envelope import Actor, Role
from schemas.retention import LegalHold

MAY_HOLD = frozenset({Role.DIRECTOR})
MAY_LIFT = frozenset({Role.DIRECTOR, Role.ADVOCATE})  # the advocate: a hold keeps what the patient may want erased
AGREE_S = 7 * 86_400  # lawyers answer within days; a word older than this has to be said again


@dataclass(frozen=True, slots=True)
class Held:
    """One hold that stands. `asked`: who has said that it may end, and when."""

    hold_id: UUID
    live_event_id: str
    matter: str
    by: Actor
    since: datetime
    asked: Actor | None = None
    asked_at: datetime | None = None

    def agree_before(self, now: datetime) -> datetime | None:
        """Until when a second person may end it; None where nobody has asked, or their week is over."""
        ends = None if self.asked_at is None else self.asked_at + timedelta(seconds=AGREE_S)
        return ends if ends is not None and now <= ends else None


class Holds:
    """The holds of all live events, fed record by record in the order of the topic."""

    def __init__(self) -> None:
        self._standing: dict[UUID, Held] = {}
        self._ended: dict[UUID, tuple[Held, datetime]] = {}

    def apply(self, record: LegalHold) -> None:
        """One record; what makes no sense (a lift of nothing, the same person twice) changes nothing."""
        if record.act == "place":
            if record.hold_id not in self._ended:
                placed = Held(record.hold_id, record.live_event_id, record.matter, record.actor, record.at)
                self._standing.setdefault(record.hold_id, placed)
            return
        held = self._standing.get(record.hold_id)
        if held is None or held.live_event_id != record.live_event_id:
            return
        if held.agree_before(record.at) is None:
            self._standing[held.hold_id] = replace(held, asked=record.actor, asked_at=record.at)
        elif held.asked is not None and held.asked.name != record.actor.name:
            self._ended[held.hold_id] = (self._standing.pop(held.hold_id), record.at)

    def on(self, live_event_id: str) -> tuple[Held, ...]:
        """What stands on an event, the oldest first."""
        found = (held for held in self._standing.values() if held.live_event_id == live_event_id)
        return tuple(sorted(found, key=lambda held: (held.since, str(held.hold_id))))

    def events(self) -> frozenset[str]:
        """The events on which a hold stands."""
        return frozenset(held.live_event_id for held in self._standing.values())

    def of(self, hold_id: UUID) -> Held | None:
        """A hold that stands."""
        return self._standing.get(hold_id)

    def was_lifted(self, hold_id: UUID) -> bool:
        return hold_id in self._ended

    def ended(self, live_event_id: str) -> tuple[tuple[Held, datetime], ...]:
        """The holds that were on an event, each with when it was lifted."""
        return tuple(e for e in self._ended.values() if e[0].live_event_id == live_event_id)
