"""Words that reach every stage.

Stop, hold, resume, retract one update, withdraw consent, release, settle a doubt, a complication and its end, that the
family was told, and a physician's signature under the run sheet.
"""

from typing import Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from schemas.assertion import Assertion
from schemas.envelope import Envelope
from schemas.ids import Sha256

ControlKind = Literal[
    "stop", "hold", "resume", "retract", "withdraw", "release", "settle",
    "complication", "complication-over", "told", "sign-run-sheet",
]  # fmt: skip
Found = Literal["there", "absent", "deleted"]

PACE_PERCENT_MAX = 1000  # an hour of an operation makes ten hours of a thread at most


class Control(Envelope):
    """The record on `controls`. `update_id` names the update of a retract or settle; a reason is never asked for.

    `release` lets an as-live event go out; `pace_percent` of the original pauses: 100 as it was (and when not given),
    50 twice as fast, 0 at once.
    `settle` is a person's word on one post whose outcome nobody here can find out: it is `there` (at `url`), it is
    `absent` (and may be sent again), or what could not be deleted here was `deleted` by hand.
    `complication` does at once what `mode` says, as the plan chose before the event: hold everything, stop, or go on in
    text alone with a physician reading every word. `complication-over` says that it is past: it ends text-only, and may
    be said while held or stopped too, where it resumes nothing.
    `told`: the family knows of this `phase`; what waits for it may go. `sign-run-sheet`: a physician signs the items
    whose hash is `run_sheet_sha256`.
    """

    kind: ControlKind
    update_id: UUID | None = None
    reason: str | None = Field(default=None, max_length=400)
    pace_percent: int | None = Field(default=None, ge=0, le=PACE_PERCENT_MAX)
    destination: str | None = None
    post_id: UUID | None = None
    found: Found | None = None
    url: str | None = Field(default=None, max_length=500)
    mode: Literal["hold", "stop", "text-only"] | None = None
    phase: str | None = Field(default=None, max_length=40)
    run_sheet_sha256: Sha256 | None = None
    assertion: Assertion | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind == "settle" and not (self.destination and self.post_id and self.found):
            raise ValueError("a settlement names destination, post and what was found")
        if self.kind == "complication" and self.mode is None:
            raise ValueError("a complication says what it does")
        if self.kind == "told" and self.phase is None:
            raise ValueError("a family was told of a phase")
        if self.kind == "sign-run-sheet" and self.run_sheet_sha256 is None:
            raise ValueError("a signature names what was signed")
        return self
