"""What staff wrote: the request of a tablet, the sealed record on `submissions`, and what is inside the seal."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from schemas.envelope import Closed, Envelope, Frozen, UtcTime
from schemas.ids import LiveEventId, Sha256, Uuid7

TEXT_MAX = 2_000  # code points; ten times a long update, and what screening must pass in 20 ms
COUNTER_MAX = 2**53 - 1  # what a tablet's JavaScript counts exactly, and canonical JSON can hold
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


class Signed(Frozen):
    """That an enrolled tablet signed the request, once, when it sealed the update (producers.intake.signing).

    With `body_sha256` the signature can be checked again from the record alone. `time` is the tablet's own clock, as
    it was sent: it is recorded, never judged.
    """

    tablet_id: UUID
    time: str = Field(max_length=40)
    counter: int = Field(ge=0, le=COUNTER_MAX)
    signature: str = Field(max_length=100)  # base64url, ECDSA P-256 with SHA-256 in IEEE P1363 form
    body_sha256: Sha256


HeldBack = Literal["revoked-tablet"]


class Submission(Envelope):
    """The record on `submissions`: still sealed. `id` and `update_id` are the device's own UUIDv7.

    `held_back` says why only the director may let it go on, whatever screening finds.
    """

    sealed: str
    sealed_sha256: Sha256
    phase: str | None = None
    run_sheet_item: str | None = None
    corrects: UUID | None = None
    signed: Signed | None = None
    held_back: HeldBack | None = None


class IntakeReceipt(Frozen):
    """The answer of intake once Kafka has the update: proof for the tablet that it may forget it.

    `held`: it was taken, and waits for the director's word.
    """

    update_id: UUID
    live_event_id: LiveEventId
    sealed_sha256: Sha256
    received_at: UtcTime
    partition: int
    offset: int
    held: HeldBack | None = None
