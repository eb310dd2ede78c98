"""What became of each post on each destination: posted, not posted or unknown; and how the destination does."""

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


class Notice(Envelope):
    """The record on `receipts` that says how a destination does, for people and for the archive; told by `notice`.

    `standalone`: the account may not reply, from here on each post stands alone and is numbered. `away`: nothing can be
    posted there since `since`, because of `reason`; `back`: it goes on.
    """

    notice: Literal["standalone", "away", "back"]
    destination: str
    since: UtcTime
    reason: str | None = None  # unreachable, limit, credentials, credits, replies-forbidden
    until: UtcTime | None = None  # when it will be tried again, where that is known


class Retraction(Envelope):
    """The record on `receipts` that says what became of a deletion. Told apart from a Receipt by `retraction`."""

    retraction: Literal[True] = True
    update_id: UUID
    destination: str
    post_id: UUID
    platform_id: str | None = None
    outcome: Literal["deleted", "not-deleted", "unknown"]
    reason: str | None = None
