"""What is public on each destination, what waits to be, and for what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from producers.desk.revisions import Revisions
from producers.desk.values import Pending, Row
from schemas.control import Control
from schemas.live_event import Destination
from schemas.receipt import Notice, Receipt, Retraction
from schemas.sighting import Sighting
from schemas.thread import ThreadItem
from streams.release import Never, Wait, may_go

_STANDS = frozenset({"posted", "taking-back"})


@dataclass
class Public(Revisions):
    """The posts of one live event."""

    def destinations(self) -> tuple[Destination, ...]:
        return self.live_event.plan.destinations if self.live_event else ()

    def _by_destination(self) -> dict[str, tuple[Row, ...]]:
        """All posts as they stand, by destination, the newest first; made once for each version."""
        if self._kept_rows is None or self._kept_rows[0] != self.version:
            found: dict[str, list[Row]] = {}
            for place, receipt in self._receipts.items():
                found.setdefault(receipt.destination, []).append(self._row(receipt, self._retractions.get(place)))
            newest = {key: tuple(sorted(rows, key=_place, reverse=True)) for key, rows in found.items()}
            self._kept_rows = (self.version, newest)
        return self._kept_rows[1]

    def _rows(self) -> Iterator[Row]:
        for rows in self._by_destination().values():
            yield from rows

    def _row(self, receipt: Receipt, retraction: Retraction | None) -> Row:
        if receipt.outcome == "not-posted":
            return Row(receipt, "not-posted", receipt.at, receipt.reason)
        if retraction is not None and retraction.outcome == "deleted":
            return Row(receipt, "retracted", retraction.at)
        if retraction is not None and retraction.outcome == "not-deleted":
            return Row(receipt, "not-deleted", retraction.at, retraction.reason)
        if receipt.outcome == "unknown":  # taken back or not: only what is known to be there can be deleted
            return Row(receipt, "unknown", receipt.at, receipt.reason)
        if receipt.update_id in self.standing.retracted or self.standing.state == "withdrawn":
            return Row(receipt, "taking-back", receipt.at, retraction.reason if retraction else None)
        return Row(receipt, "posted", receipt.at, receipt.reason)

    def rows(self, destination: str) -> tuple[Row, ...]:
        """All posts of one destination, the newest first."""
        return self._by_destination().get(destination, ())

    def pending(self, destination: Destination, now: datetime) -> tuple[Pending, ...]:
        """What was released and has not begun there, the next one first."""
        found: list[Pending] = []
        going, origin = self._going(destination.key), self._origin(destination.key)
        for release in self._releases.values():
            if any(key == destination.key for key, _ in self._by_release.get(release.id, ())):
                continue
            verdict = may_go(release, destination, self.live_event, self.standing, now, origin=origin)
            if isinstance(verdict, Never):
                continue
            until, reason = (verdict.until, verdict.reason) if isinstance(verdict, Wait) else (None, going)
            # The thread keeps its order: what follows waits for the family as well.
            if found and found[-1].reason == "family":
                until, reason = None, "family"
            found.append(Pending(release, until, reason))
        return tuple(sorted(found, key=lambda p: (p.release.not_before, str(p.release.id))))

    def _going(self, destination: str) -> str:
        """What a post that may go does there: it goes, or the destination or the post before it keeps it."""
        if destination in self._away:
            return "away"
        return "behind-unknown" if any(row.state == "unknown" for row in self.rows(destination)) else "going"

    def begun(self, destination: str) -> int:
        """How many releases have a post there, or stayed: the next one is one more."""
        return len({row.receipt.release_id for row in self.rows(destination)})

    def texts_besides(self, release_id: UUID, destination: str) -> frozenset[str]:
        """What stands or stood there by other releases of this event."""
        rows = (row for row in self.rows(destination) if row.state != "not-posted")
        return frozenset(row.receipt.text for row in rows if row.receipt.release_id != release_id)

    def url_of(self, update_id: UUID | None, destination: str) -> str | None:
        """The address of an update there, while it is public: of its first post."""
        rows = (row for row in reversed(self.rows(destination)) if row.receipt.update_id == update_id)
        return next((row.receipt.url for row in rows if row.state in _STANDS and row.receipt.url), None)

    def _origin(self, destination: str) -> datetime | None:
        """When the first update of the thread was received: the pauses of an as-live event count from it."""
        releases = (r for r in self._releases.values() if any(d.key == destination for d in r.destinations))
        return next((r.received_at for r in releases), None)

    def away(self, destination: str) -> Notice | None:
        """Why nothing can be posted there for now; None while it goes on."""
        return self._away.get(destination)

    def is_standalone(self, destination: str) -> bool:
        """Whether posts stand alone there, numbered, because the account may not reply."""
        return destination in self._standalone

    def differences(self) -> tuple[Sighting, ...]:
        """What is public otherwise than it should be, the latest first; not what a person is asked about already."""
        asked = {(r.receipt.destination, r.receipt.post_id) for r in self._rows() if r.state == "not-deleted"}
        found = (s for s in self._sightings.values() if s.is_difference and (s.destination, s.post_id) not in asked)
        return tuple(sorted(found, key=lambda s: (s.at, str(s.id)), reverse=True))

    def unreadable(self, destination: str) -> Sighting | None:
        """Since when nobody could read back what is public there; None while it can be read."""
        reading = self._readings.get(destination)
        return reading if reading is not None and reading.what == "unreadable" else None

    def word_on(self, row: Row) -> Control | None:
        """What a person has said of this post since it came to stand like this."""
        word = self.standing.settled.get((row.receipt.destination, row.receipt.post_id))
        return word if word is not None and word.at >= row.since else None

    def thread(self) -> tuple[ThreadItem, ...]:
        """What is public, destination by destination, in order; a post that was taken back has no text any more."""
        order = {d.key: place for place, d in enumerate(self.destinations())}
        rows = [row for row in self._rows() if row.state != "not-posted"]
        rows.sort(key=lambda r: (order.get(r.receipt.destination, len(order)), r.receipt.destination, r.receipt.n))
        return tuple(_thread_item(row) for row in rows)

    def on(self, update_id: UUID) -> tuple[Row, ...]:
        """All posts of one update, on every destination."""
        return tuple(row for row in self._rows() if row.receipt.update_id == update_id)

    def post(self, post_id: UUID, destination: str) -> Row | None:
        receipt = self._receipts.get((destination, post_id))
        return None if receipt is None else self._row(receipt, self._retractions.get((destination, post_id)))


def _thread_item(row: Row) -> ThreadItem:
    receipt = row.receipt
    return ThreadItem(
        n=receipt.n,
        destination=receipt.destination,
        platform_id=receipt.platform_id,
        url=receipt.url,
        reply_to=receipt.reply_to,
        text="" if row.state == "retracted" else receipt.text,
        update_id=receipt.update_id,
        state=row.state,
        posted_at=receipt.posted_at,
        post_id=receipt.post_id,
    )


def _place(row: Row) -> tuple[int, datetime]:
    return (row.receipt.n, row.receipt.at)
