"""Words that reach every stage: stop, hold, resume, retract one update, withdraw consent, release, settle a doubt."""

from typing import Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from schemas.envelope import Envelope

ControlKind = Literal["stop", "hold", "resume", "retract", "withdraw", "release", "settle"]
Found = Literal["there", "absent", "deleted"]

PACE_PERCENT_MAX = 1000  # an hour of an operation makes ten hours of a thread at most


class Control(Envelope):
    """The record on `controls`. `update_id` names the update of a retract or settle; a reason is never asked for.

    `release` lets an as-live event go out; `pace_percent` of the original pauses: 100 as it was (and when not given),
    50 twice as fast, 0 at once.
    `settle` is a person's word on one post whose outcome nobody here can find out: it is `there` (at `url`), it is
    `absent` (and may be sent again), or what could not be deleted here was `deleted` by hand.
    """

    kind: ControlKind
    update_id: UUID | None = None
    reason: str | None = Field(default=None, max_length=400)
    pace_percent: int | None = Field(default=None, ge=0, le=PACE_PERCENT_MAX)
    destination: str | None = None
    post_id: UUID | None = None
    found: Found | None = None
    url: str | None = Field(default=None, max_length=500)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind == "settle" and not (self.destination and self.post_id and self.found):
            raise ValueError("a settlement names destination, post and what was found")
        return self
