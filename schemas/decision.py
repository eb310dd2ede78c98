"""A person's word on one revision of one draft, bound to the very text, policy and destinations."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from schemas.assertion import Assertion
from schemas.envelope import Envelope, UtcTime
from schemas.ids import Sha256

Verdict = Literal["approve", "edit", "return"]


class Decision(Envelope):
    """The record on `decisions`. `binding_sha256` is the hash of text, policy and destinations (see binding())."""

    update_id: UUID
    draft_id: UUID
    revision: int
    verdict: Verdict
    text_sha256: Sha256
    policy_sha256: Sha256
    destinations: tuple[str, ...]
    binding_sha256: Sha256
    reason: str | None = Field(default=None, max_length=60)  # a code, never free text about the update
    note: str | None = Field(default=None, max_length=400)  # what the reporter reads on return
    expires_at: UtcTime | None = None
    consent_sha256: Sha256 | None = None  # the consent in force when it was decided
    assertion: Assertion | None = None  # of the passkey that approved; None for a role's token
