"""Live counts of one live event, folded from its drafts: how many a minute, how many held, how long screening took."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
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


def counted(counts: Counts, drafts: Iterable[Message]) -> Counts | None:
    """The counts after these records of `drafts`, in order; None when they change nothing (seen before, unreadable,
    an edit)."""
    next_source, latencies = counts.next_source, list(counts.latency_ms)
    dispositions, minutes = Counter(counts.by_disposition), Counter(counts.per_minute)
    for draft in filter(None, map(_read, drafts)):
        if draft.revision > 0 or draft.source_offset < next_source:
            continue
        next_source = draft.source_offset + 1
        dispositions[draft.disposition.value] += 1
        minutes[draft.received_at.strftime("%Y-%m-%dT%H:%MZ")] += 1
        latencies.append(max(0.0, round((draft.at - draft.received_at).total_seconds() * 1000, 1)))
    if next_source == counts.next_source:
        return None
    return Counts(
        next_source=next_source,
        drafts=dispositions.total(),
        by_disposition=dict(dispositions),
        per_minute=dict(sorted(minutes.items())[-MINUTES_KEPT:]),
        latency_ms=tuple(latencies[-LATENCIES_KEPT:]),
    )


def _read(message: Message) -> Draft | None:
    try:
        return Draft.decode(message.value or b"")
    except Refused:
        return None
