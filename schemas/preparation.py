"""A live event that is still being prepared: its file as far as it goes, and what people have ticked."""

from typing import Any, Literal

from pydantic import Field

from schemas.assertion import Assertion
from schemas.envelope import Actor, Envelope, Frozen, UtcTime
from schemas.ids import Sha256


class Tick(Frozen):
    """That a person has seen or done one thing of the preparation: cost seen, a person is in the room, …

    `of` is the hash of what was seen or signed (the cost, the run sheet): what was changed since has to be seen again.
    """

    check: str = Field(max_length=40)
    by: Actor
    at: UtcTime
    of: Sha256 | None = None
    assertion: Assertion | None = None  # of a physician's signature with a passkey


class Rehearsal(Frozen):
    """How a rehearsal of this event ended: counts and times alone, for the check and the training file."""

    live_event_id: str
    began_at: UtcTime
    ended_at: UtcTime
    planted: int = Field(ge=0)
    caught: int = Field(ge=0)
    slipped: int = Field(ge=0)
    slowest_answer_s: float | None = None
    median_answer_s: float | None = None


class Preparation(Envelope):
    """The record on `preparations` (compacted, key = live-event id); the latest one stands.

    `file` is what the YAML holds, gaps and all, without `protect`: those terms are in the vault under the event's id,
    and only their number is here. Every word of staff in it is for staff alone.
    """

    file: dict[str, Any]
    protected: int = Field(default=0, ge=0)
    state: Literal["draft", "opened", "dropped"] = "draft"
    ticks: tuple[Tick, ...] = ()
    rehearsal: Rehearsal | None = None
