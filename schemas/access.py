"""That somebody looked, at what was typed or at the archive: who, what and when; never what they read."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from schemas.envelope import Envelope
from schemas.ids import LiveEventId, Sha256

What = Literal["original-opened", "searched", "exported", "reported", "replayed", "imported", "verified"]

Filter = Literal[
    "words", "event", "class", "rule", "by", "device", "platform", "platform-id", "url", "from", "to", "type",
]  # fmt: skip
"""A filter of a search over the archive, by its name."""

ALL = "_accesses"
"""Stands where a live event's id would: a search over all of them, or another installation's bundle. No slug is so."""

SHOWN_MAX = 10_000  # live events in one answer: a CSV has at most so many rows

Accessed = Annotated[str, StringConstraints(pattern=r"^(?:_accesses|[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)$")]


class Access(Envelope):
    """The record on `accesses` (45 CFR 164.312(b): record and examine activity). Durable before the answer goes out.

    Of a search only which filters were used: a search for a patient's name must not put the name into an archive that
    never forgets, and a keyed hash of a name is still personal data that whoever holds the key can test (GDPR recital
    26). `live_events` names those whose entries were shown. `policy_sha256`: the other policy a replay was held
    against. `origin`: whose log it was, where another installation's bundle was looked at.
    """

    live_event_id: Accessed
    draft_id: UUID | None = None
    what: What
    filters: tuple[Filter, ...] | None = None
    results: int | None = Field(default=None, ge=0)  # of a search: how many entries were shown
    live_events: tuple[LiveEventId, ...] | None = Field(default=None, max_length=SHOWN_MAX)
    policy_sha256: Sha256 | None = None
    origin: str | None = Field(default=None, max_length=200)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.what == "original-opened" and not (self.update_id and self.draft_id):
            raise ValueError("an opened original names its update and draft")
        if self.live_event_id == ALL and self.what != "searched" and self.origin is None:
            raise ValueError("only a search, or what is of another installation, has no live event of ours")
        return self
