"""The records of one live event as they came, folded once each; what they mean is said by the files built on this."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from producers.desk.values import Item, Row
from schemas.control import Control
from schemas.decision import Decision
from schemas.draft import Draft
from schemas.envelope import Actor, Envelope
from schemas.ledger import Ledger
from schemas.live_event import LiveEvent
from schemas.receipt import Notice, Receipt, Retraction
from schemas.release import Release
from schemas.sighting import Sighting
from streams.review import Review
from streams.standing import Standing


@dataclass
class Fold:
    """The records of one live event. `version` grows with every record that changed something."""

    live_event_id: str
    live_event: LiveEvent | None = None
    standing: Standing = field(default_factory=Standing)
    released_by: Actor | None = None  # of an as-live event
    version: int = 0
    _drafts: dict[UUID, dict[int, Draft]] = field(default_factory=dict)  # by update, in order of arrival
    _numbers: dict[UUID, int] = field(default_factory=dict)
    _by_id: dict[UUID, Draft] = field(default_factory=dict)
    _decisions: dict[UUID, list[Decision]] = field(default_factory=dict)  # by draft, in order of the topic
    _releases: dict[UUID, Release] = field(default_factory=dict)  # by draft
    _receipts: dict[tuple[str, UUID], Receipt] = field(default_factory=dict)
    _by_release: dict[UUID, set[tuple[str, UUID]]] = field(default_factory=dict)
    _retractions: dict[tuple[str, UUID], Retraction] = field(default_factory=dict)
    _intents: dict[tuple[str, UUID], Ledger] = field(default_factory=dict)
    _away: dict[str, Notice] = field(default_factory=dict)  # by destination, while nothing can be posted there
    _standalone: dict[str, Notice] = field(default_factory=dict)
    _sightings: dict[tuple[str, str], Sighting] = field(default_factory=dict)  # by destination and platform id
    _readings: dict[str, Sighting] = field(default_factory=dict)  # by destination, how reading all of it back went
    _controls: list[Control] = field(default_factory=list)  # in order of the topic
    _seen: set[UUID] = field(default_factory=set)
    _kept: tuple[tuple[int, datetime], tuple[Review, ...], tuple[Item, ...]] | None = None
    _kept_rows: tuple[int, dict[str, tuple[Row, ...]]] | None = None

    def add(self, record: Envelope) -> None:
        if isinstance(record, LiveEvent):  # compacted: the last one stands, whatever its id
            self.live_event = record
        elif record.id in self._seen:
            return
        else:
            self._seen.add(record.id)
            self._fold(record)
        self.version += 1

    def _fold(self, record: Envelope) -> None:
        if isinstance(record, Draft):
            self._by_id[record.id] = record
            self._drafts.setdefault(record.update_id, {}).setdefault(record.revision, record)
            self._numbers.setdefault(record.update_id, len(self._numbers) + 1)
        elif isinstance(record, Decision):
            self._decisions.setdefault(record.draft_id, []).append(record)
        elif isinstance(record, Release):
            self._releases.setdefault(record.draft_id, record)
        elif isinstance(record, Receipt):
            place = (record.destination, record.post_id)
            self._receipts[place] = record
            self._by_release.setdefault(record.release_id, set()).add(place)
        elif isinstance(record, Retraction):
            self._retractions[record.destination, record.post_id] = record
        elif isinstance(record, Notice):
            self._notice(record)
        elif isinstance(record, Control):
            self._control(record)
        elif isinstance(record, Ledger) and record.post is not None:
            self._intent(record, record.post.id)
        elif isinstance(record, Sighting):
            self._sighting(record)

    def _control(self, record: Control) -> None:
        self._controls.append(record)
        before, self.standing = self.standing, self.standing.after(record)
        if before.released_at is None and self.standing.released_at is not None:
            self.released_by = record.actor

    def _notice(self, record: Notice) -> None:
        if record.notice == "standalone":
            self._standalone.setdefault(record.destination, record)
        elif record.notice == "away":
            self._away[record.destination] = record
        else:
            self._away.pop(record.destination, None)

    def _sighting(self, record: Sighting) -> None:
        if record.platform_id is None:
            self._readings[record.destination] = record
        else:
            self._sightings[record.destination, record.platform_id] = record

    def _intent(self, record: Ledger, post_id: UUID) -> None:
        place = (record.destination, post_id)
        if record.kind == "intent":
            self._intents[place] = record
        elif record.kind in ("posted", "not-posted", "unknown"):
            self._intents.pop(place, None)

    # -- as they came, for who looks back

    def updates(self) -> tuple[UUID, ...]:
        """In order of arrival."""
        return tuple(self._drafts)

    def revisions(self, update_id: UUID) -> tuple[Draft, ...]:
        """All revisions of one update, the reporter's own first; none for an update that is not known."""
        found = self._drafts.get(update_id, {})
        return tuple(found[n] for n in sorted(found))

    def decisions(self) -> tuple[Decision, ...]:
        """Every word of a person on a draft, the oldest first."""
        every = (one for decisions in self._decisions.values() for one in decisions)
        return tuple(sorted(every, key=lambda d: (d.at, str(d.id))))

    def controls(self) -> tuple[Control, ...]:
        """Every control that was pressed, in order."""
        return tuple(self._controls)

    def has(self, record_id: UUID) -> bool:
        """Whether a record of this id has been folded in."""
        return record_id in self._seen
