"""How long a log is kept and what of its event was erased, told from its entries alone; and which logs are over. Pure.

Time runs from the event's close or from the last thing that was done in public, whichever is later: documentation is
kept six years "from the date of its creation or the date when it last was in effect" (45 CFR 164.316(b)(2)(i)), and an
accounting reaches six years back from when it is asked for (164.528(a)(1)). Who only looked does not make it longer.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from consumers.archive.entry import INSTALLATION, Shaped, canonical
from schemas.retention import Erasure, LegalHold
from streams.holds import Held, Holds

_TELLS = tuple(f'"type":"{kind}"'.encode() for kind in ("live-event", "receipt", "retraction", "legal-hold", "erasure"))


@dataclass(frozen=True, slots=True)
class RetentionState:
    """Of one live event. Times are None where no entry says them."""

    live_event_id: str
    opened_at: datetime | None
    closed_at: datetime | None
    counts_from: datetime | None  # None while the event is open: then nothing expires
    holds: tuple[Held, ...]
    ended_holds: tuple[tuple[Held, datetime], ...]
    erasures: tuple[Erasure, ...]

    @property
    def keys_erased(self) -> Erasure | None:
        return next((one for one in self.erasures if "sealing-key" in one.erased), None)

    def keys_until(self, keep_days: int) -> datetime | None:
        """When the schedule destroys the keys, were no hold on them; None while the event is open."""
        return None if self.closed_at is None else self.closed_at + timedelta(days=keep_days)

    def log_until(self, keep_days: int) -> datetime | None:
        """When the schedule removes the log, were no hold on it."""
        return None if self.counts_from is None else self.counts_from + timedelta(days=keep_days)

    def is_over(self, keep_days: int, now: datetime) -> bool:
        """Whether the log's time is over and no hold keeps it."""
        until = self.log_until(keep_days)
        return until is not None and now >= until and not self.holds


def _nothing_attached(_: str) -> None:
    return None


def state(
    live_event_id: str, entries: Iterable[bytes], attached: Callable[[str], bytes | None] = _nothing_attached
) -> RetentionState:
    """Folds the entries of one log. Raises ValueError for an entry that is not one of ours."""
    opened = closed = acted = None
    holds, erasures = Holds(), list[Erasure]()
    for entry in entries:
        if not any(mark in entry for mark in _TELLS):
            continue
        said = json.loads(entry)
        record, kind, at = said["record"], said["type"], datetime.fromisoformat(said.get("at", said["ts"]))
        if record.get("attached") is True:
            record = json.loads(attached(record["sha256"]) or b"{}")
        if kind == "live-event":
            opened = _instant(record.get("opened_at")) or opened
            # An id that is used again after its close is open again, and its time has not begun.
            closed = _instant(record.get("closed_at"))
        elif kind in ("receipt", "retraction"):
            acted = at if acted is None else max(acted, at)
        elif kind == "legal-hold":
            holds.apply(LegalHold.model_validate(_whole(said)))
        elif kind == "erasure":
            erasures.append(Erasure.model_validate(_whole(said)))
    counts_from = None if closed is None else max(closed, acted or closed)
    standing, ended = holds.on(live_event_id), holds.ended(live_event_id)
    return RetentionState(live_event_id, opened, closed, counts_from, standing, ended, tuple(erasures))


def _whole(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, **said["record"], "v": 1}


def _instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def removal(told: RetentionState, size: int, root: str, keep_days: int) -> Shaped:
    """The installation's entry that a whole log was removed by schedule: what it was, so that a copy can be told."""
    assert told.counts_from is not None
    body = {
        "by": "archive",
        "counted_from": told.counts_from.isoformat(),
        "erasures": len(told.erasures),
        "keep_days": keep_days,
        "of": told.live_event_id,
        "reason": "schedule",
        "root": root,
        "size": size,
    }
    id_ = f"removal/{told.live_event_id}/{root}"
    return Shaped(log=INSTALLATION, type="removal", record=canonical(body), source=None, id=id_)
