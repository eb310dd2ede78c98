"""What the desk's view of one live event answers with: values alone, made by the files that fold the topics."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from schemas.control import Found
from schemas.envelope import Role
from schemas.ledger import Ledger
from schemas.receipt import Receipt
from schemas.release import Release
from streams.review import Review

PostState = Literal["posted", "unknown", "not-posted", "taking-back", "retracted", "not-deleted"]
# The reason of an unknown outcome once the poster has done all it can: until then it looks by itself.
NEEDS_PERSON = "needs-person"


@dataclass(frozen=True)
class Row:
    """One post on one destination, as it stands."""

    receipt: Receipt
    state: PostState
    since: datetime
    reason: str | None = None

    @property
    def is_public(self) -> bool:
        """As far as anybody knows: what is being taken back is still there."""
        return self.state in ("posted", "unknown", "taking-back", "not-deleted")

    @property
    def answers(self) -> tuple[Found, ...]:
        """What a person may say of it. That it is absent only once no request of the poster's can still arrive."""
        if self.state == "unknown":
            return ("there", "absent") if self.reason == NEEDS_PERSON else ("there",)
        return ("deleted",) if self.state == "not-deleted" else ()


@dataclass(frozen=True)
class Pending:
    """A release that has not begun on a destination: until when it waits, and for what."""

    release: Release
    until: datetime | None
    reason: str  # delay | held | stopped | as-live | unknown-event | away | behind-unknown | going


@dataclass(frozen=True)
class Item:
    """One line of the queue: a revision that needs a person, or a post: unknown whether public, or not deletable."""

    update_id: UUID
    since: datetime
    reason: str
    text: str
    needs: Role | None = None
    review: Review | None = None
    row: Row | None = None


@dataclass(frozen=True)
class Counts:
    """How many of each; `posted` to `not_deleted` count posts over all destinations, the others updates."""

    received: int
    waiting: int
    approved: int
    returned: int
    refused: int
    released: int
    posted: int
    not_posted: int
    unknown: int
    not_deleted: int  # taken back, and still there until a person deletes it
    oldest_waiting_at: datetime | None
    oldest_waiting_s: float | None
    updates_per_minute: int
    last_posted_at: datetime | None


@dataclass(frozen=True)
class AtStop:
    """How things stood when stop was pressed, and what became of what was in flight."""

    public: tuple[Row, ...]  # one row for each post, wherever it is public
    in_flight: tuple[Row | Ledger, ...]
    approved: int
    waiting: int
    since: int
