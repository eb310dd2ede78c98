"""A post is one piece of a release within a platform's limits; a thread is a live event's posts on one destination."""

from uuid import UUID

from pydantic import Field

from schemas.envelope import Frozen, UtcTime


class Post(Frozen):
    """One request to one platform: exactly these characters, under this parent."""

    id: UUID  # uuid5 of release, destination and part
    release_id: UUID
    update_id: UUID
    part: int = Field(ge=0)
    parts: int = Field(ge=1)
    text: str = Field(min_length=1)
    lang: str | None = None


class ThreadItem(Frozen):
    """One row of `scrubcast thread --json`."""

    n: int
    destination: str
    platform_id: str | None
    url: str | None
    reply_to: str | None
    text: str
    update_id: UUID
    state: str
    posted_at: UtcTime | None
    post_id: UUID | None = None  # None from a desk that did not say it yet


class Thread(Frozen):
    live_event_id: str
    items: tuple[ThreadItem, ...] = ()
