"""Live counts of one live event, folded from its drafts: how many a minute, how many held, how long screening took."""

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
    """`next_offset` makes the fold exact although records may come twice. Latency: received → draft, in ms."""

    next_offset: int = 0
    drafts: int = 0
    by_disposition: dict[str, int] = Field(default_factory=dict)
    per_minute: dict[str, int] = Field(default_factory=dict)
    latency_ms: tuple[float, ...] = ()

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Counts":
        return cls.model_validate(stored)


def counted(counts: Counts, message: Message) -> Counts | None:
    """The counts after one record of `drafts`; None when it changes nothing (seen before, unreadable, an edit)."""
    if message.offset < counts.next_offset:
        return None
    try:
        draft = Draft.decode(message.value or b"")
    except Refused:
        return None
    if draft.revision > 0:
        return None
    minute = draft.received_at.strftime("%Y-%m-%dT%H:%MZ")
    per_minute = {**counts.per_minute, minute: counts.per_minute.get(minute, 0) + 1}
    disposition = draft.disposition.value
    latency = max(0.0, (draft.at - draft.received_at).total_seconds() * 1000)
    return Counts(
        next_offset=message.offset + 1,
        drafts=counts.drafts + 1,
        by_disposition={**counts.by_disposition, disposition: counts.by_disposition.get(disposition, 0) + 1},
        per_minute=dict(sorted(per_minute.items())[-MINUTES_KEPT:]),
        latency_ms=(*counts.latency_ms, round(latency, 1))[-LATENCIES_KEPT:],
    )
