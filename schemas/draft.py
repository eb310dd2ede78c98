"""What screening made of a submission: scrubbed text, findings that never hold the matched text, a disposition."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field, model_validator

from schemas.envelope import Envelope, Frozen, Role, UtcTime
from schemas.ids import Sha256


class Action(StrEnum):
    """What policy does with a finding, from least to most."""

    ALLOW = "allow"
    REDACT = "redact"
    HOLD = "hold"
    REFUSE = "refuse"


class Disposition(StrEnum):
    CLEAR = "clear"
    REDACTED = "redacted"
    HOLD = "hold"
    REFUSE = "refuse"


class Finding(Frozen):
    """A span of the original text (code points, end exclusive), its kind, the rule that found it, what was done.

    Never the matched text. `law` names the item, as "45 CFR 164.514(b)(2)(i)(H)"; it may be empty for content rules.
    """

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    kind: str = Field(max_length=60)
    rule: str = Field(max_length=80)
    action: Action
    law: str = ""
    score: float = Field(default=1.0, ge=0, le=1)

    @model_validator(mode="after")
    def _not_backwards(self) -> "Finding":
        if self.end < self.start:
            raise ValueError("a span ends before it starts")
        return self


class PolicyRef(Frozen):
    """Which policy decided: releases bind to the hash, so that a changed policy asks again."""

    name: str
    sha256: Sha256


class Draft(Envelope):
    """One revision of one update after screening. Revision 0 is the reporter's text, each edit adds one."""

    update_id: UUID
    revision: int = Field(default=0, ge=0, le=100)
    text: str
    text_sha256: Sha256
    findings: tuple[Finding, ...] = ()
    disposition: Disposition
    needs: Role | None = None  # the least role that may approve; None when nobody has to
    reasons: tuple[str, ...] = ()  # finding kinds and review rules that made it wait, most urgent first
    policy: PolicyRef
    lang: str | None = None
    phase: str | None = None
    run_sheet_item: str | None = None
    corrects: UUID | None = None  # the update_id that this one corrects
    authors: tuple[str, ...] = ()  # names of all who wrote this revision's words; none of them may approve it
    received_at: UtcTime
    source_partition: int = 0  # where the sealed submission lies, for the desk's held view
    source_offset: int = -1
    # Keyed commitments (streams.commitment): to what was typed, and to `text`, for records that outlive both.
    raw_commit: Sha256 | None = None
    text_commit: Sha256 | None = None
    sealed_edit: str | None = None  # an edited text, sealed to the event's key: the edit is raw text too
