"""Live counts of one live event, folded from its drafts: how many a minute, how many held, how long screening took."""

import statistics
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from schemas.draft import Draft
from schemas.envelope import Frozen
from schemas.errors import Refused
from streams.bus import Message

COUNTS_APP_ID = "scrubcast-counts"
COUNTS_TABLE = "counts"
# The table's changelog, which Faust makes and compacts: who wants the counts follows it, key = live event.
COUNTS_CHANGELOG = f"{COUNTS_APP_ID}-{COUNTS_TABLE}-changelog"

MINUTES_KEPT = 60
LATENCIES_KEPT = 100


class Counts(Frozen):
    """Latency: received → draft, in ms.

    `next_source` makes the fold exact, though after a crash the same drafts are written again: drafts of one event come
    in the order of their submissions, so one whose submission lies before it has been counted.
    """

    next_source: int = 0
    drafts: int = 0
    by_disposition: dict[str, int] = Field(default_factory=dict)
    per_minute: dict[str, int] = Field(default_factory=dict)
    latency_ms: tuple[float, ...] = ()

    @property
    def median_ms(self) -> float | None:
        """Of the last drafts; None before the first."""
        return statistics.median(self.latency_ms) if self.latency_ms else None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Counts":
        return cls.model_validate(stored)


def counted(counts: Counts, message: Message) -> Counts | None:
    """The counts after one record of `drafts`; None when it changes nothing (seen before, unreadable, an edit)."""
    try:
        draft = Draft.decode(message.value or b"")
    except Refused:
        return None
    if draft.revision > 0 or draft.source_offset < counts.next_source:
        return None
    minute = draft.received_at.strftime("%Y-%m-%dT%H:%MZ")
    per_minute = {**counts.per_minute, minute: counts.per_minute.get(minute, 0) + 1}
    disposition = draft.disposition.value
    latency = max(0.0, (draft.at - draft.received_at).total_seconds() * 1000)
    return Counts(
        next_source=draft.source_offset + 1,
        drafts=counts.drafts + 1,
        by_disposition={**counts.by_disposition, disposition: counts.by_disposition.get(disposition, 0) + 1},
        per_minute=dict(sorted(per_minute.items())[-MINUTES_KEPT:]),
        latency_ms=(*counts.latency_ms, round(latency, 1))[-LATENCIES_KEPT:],
    )
