"""What staff wrote: the request of a tablet, the sealed record on `submissions`, and what is inside the seal."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from schemas.envelope import Closed, Envelope, Frozen, UtcTime
from schemas.ids import LiveEventId, Sha256, Uuid7

TEXT_MAX = 2_000  # code points; ten times a long update, and what screening must pass in 20 ms
SEALED_MAX = 16_000  # characters of a compact JWE: 2,000 four-byte code points and their JSON, in base64

Sealed = Annotated[str, StringConstraints(min_length=40, max_length=SEALED_MAX, pattern=r"^[A-Za-z0-9_.-]+$")]
"""A JWE in compact form (RFC 7516): ECDH-ES on P-256, A256GCM, `kid` of the event's sealing key."""


class SubmissionRequest(Closed):
    """Body of `POST /live-events/{id}/updates`."""

    update_id: Uuid7
    sealed: Sealed
    phase: str | None = Field(default=None, max_length=40)
    run_sheet_item: str | None = Field(default=None, max_length=64)
    corrects: UUID | None = None  # the update of this live event that this one corrects


class Written(Frozen):
    """The plain content of the seal. Ids inside it, where given, must match the outside: a seal cannot be moved."""

    text: str
    lang: Literal["en", "de", "nl"] | None = None
    update_id: UUID | None = None
    live_event_id: LiveEventId | None = None
    written_at: UtcTime | None = None


class Submission(Envelope):
    """The record on `submissions`: still sealed. `id` and `update_id` are the device's own UUIDv7."""

    sealed: str
    sealed_sha256: Sha256
    phase: str | None = None
    run_sheet_item: str | None = None
    corrects: UUID | None = None


class IntakeReceipt(Frozen):
    """The answer of intake once Kafka has the update: proof for the tablet that it may forget it."""

    update_id: UUID
    live_event_id: LiveEventId
    sealed_sha256: Sha256
    received_at: UtcTime
    partition: int
    offset: int
