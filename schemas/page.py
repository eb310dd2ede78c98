"""The `local` destination: one record for each public post, compacted by post id."""

from typing import Literal
from uuid import UUID

from schemas.envelope import Envelope, UtcTime


class PagePost(Envelope):
    """The record on `pages`. When taken back, the same key is written again without text, and compaction erases it."""

    update_id: UUID
    n: int
    text: str
    lang: str | None = None
    phase: str | None = None
    state: Literal["posted", "retracted"] = "posted"
    posted_at: UtcTime
    retracted_at: UtcTime | None = None
    corrects: UUID | None = None
