"""Words that reach every stage: stop, hold, resume, retract one update, withdraw consent."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from schemas.envelope import Envelope

ControlKind = Literal["stop", "hold", "resume", "retract", "withdraw"]


class Control(Envelope):
    """The record on `controls`. `update_id` names the update of a retract; a reason is never asked for."""

    kind: ControlKind
    update_id: UUID | None = None
    reason: str | None = Field(default=None, max_length=400)
