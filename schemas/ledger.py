"""The poster's write-ahead record: what it is about to do, and what it knows was done, per destination."""

from typing import Literal
from uuid import UUID

from schemas.envelope import Envelope, UtcTime
from schemas.thread import Post

LedgerKind = Literal[
    "claim", "standalone", "intent", "posted", "not-posted", "unknown", "deleting", "deleted", "not-deleted"
]


class Ledger(Envelope):
    """The record on `ledger` (compacted, fsync per write).

    `epoch` counts the writers of a destination: a claim with a higher epoch puts the older writer out, and whatever the
    older one still appends after it is void. Epoch is part of the key, so that compaction never lets a void entry
    hide a valid one; live event and writer are part of a claim's key, so that no claim hides another's.
    `standalone`: from here on no post of this thread is a reply, because the platform forbids it to the account.
    """

    destination: str
    epoch: int
    writer: UUID
    kind: LedgerKind
    post: Post | None = None
    n: int | None = None
    reply_to: str | None = None
    platform_id: str | None = None
    url: str | None = None
    posted_at: UtcTime | None = None
    reason: str | None = None
    settled_by: UUID | None = None  # the control by which a person said what became of it

    @property
    def key(self) -> str:
        item = self.post.id if self.post else f"{self.live_event_id}/{self.writer}"
        return f"{self.destination}/{item}/{self.epoch}/{self.kind}"
