"""What became of each post on each destination. An outcome has three values: posted, not posted, unknown."""

from typing import Literal
from uuid import UUID

from schemas.envelope import Envelope, UtcTime
from schemas.ids import Sha256

Outcome = Literal["posted", "not-posted", "unknown"]


class Receipt(Envelope):
    """The record on `receipts`, one for each post and outcome. `text` is the very text that was sent."""

    update_id: UUID
    release_id: UUID
    destination: str
    post_id: UUID
    n: int  # place in the thread on this destination, 1 for the first
    part: int
    parts: int
    outcome: Outcome
    text: str
    text_sha256: Sha256
    platform_id: str | None = None
    url: str | None = None
    reply_to: str | None = None
    posted_at: UtcTime | None = None
    reason: str | None = None  # a code for not-posted and unknown: stopped, expired, refused, no-answer, …


class Retraction(Envelope):
    """The record on `receipts` that says what became of a deletion. Told apart from a Receipt by `retraction`."""

    retraction: Literal[True] = True
    update_id: UUID
    destination: str
    post_id: UUID
    platform_id: str | None = None
    outcome: Literal["deleted", "not-deleted", "unknown"]
    reason: str | None = None
