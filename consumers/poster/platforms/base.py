"""What a platform promises the poster: its limits, how to publish, look up and delete, and which error means what."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from schemas.errors import Refused, Unavailable, Uncertain
from schemas.live_event import Destination
from schemas.thread import Post

# An intent older than this is written again before its request: a process that was paused in between finds out that
# another writer has taken over. So no request of a writer that is out starts later than this after the other's claim.
FRESH_S = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What fits in a post, and what the platform can be asked after a lost answer.

    `settle_s`: once this long has passed since a request, a look-up that finds nothing proves that it was not applied.
    It must be longer than FRESH_S + time-out + latest application of a request + delay until a post can be read.
    `repeatable_s`: for so long the platform knows the same post again by its key, and a repeat is harmless; 0: never.
    """

    max: int
    count: Callable[[str], int]
    tag: bool  # whether the hashtag belongs into the text
    stamp: bool  # whether the time or counter belongs into the text
    timeout_s: float
    settle_s: float
    can_look_up: bool
    repeatable_s: float = 0.0
    retry_s: float = 1.0  # pause before a harmless repeat
    look_first: bool = False  # before a repeat: servers that look alike do not all keep the keys
    own_warning: bool = False  # a content warning has a field of its own; else it stands before the text
    may_forbid_replies: bool = False  # by the account's tier: room is kept for the numbers of stand-alone posts


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture that was cleared for this post. `alt` says in words what it shows, 1,000 code points at most."""

    data: bytes = field(repr=False)
    mime: Literal["image/jpeg", "image/png", "image/webp"]
    alt: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One post with its place: the same on every try, so that a platform with keys sees the very same request."""

    post: Post
    live_event_id: str
    n: int  # place in the thread, 1 for the first
    reply_to: str | None  # platform id of the parent
    root: str | None  # platform id of the first post of this chain
    at: datetime  # from the release, never from the clock
    phase: str | None = None
    corrects: UUID | None = None
    warning: str | None = None  # the content warning, for platforms that have a field for it
    media: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """What the platform made of a post."""

    platform_id: str
    url: str | None
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """Whose credentials these are, whether they may post, and how many posts are left where the platform says so."""

    name: str  # as the platform writes it
    may_post: bool = True
    left: int | None = None
    resets_at: datetime | None = None


class Duplicate(Uncertain):
    """The platform says it has this text already: probably ours, so look it up. Caught to count how often."""


class AccountBusy(Unavailable):
    """Nothing can be posted on this account for now, whichever live event it is for. Caught to let all of them wait.

    `code`: unreachable | limit | credentials | credits. What goes wrong with one post alone is plain Unavailable.
    """

    def __init__(self, message: str, *, code: str, retry_after_s: float) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.code = code


class WrongAccount(Refused):
    """The credentials are those of another account than the destination's. Caught to name it before an event opens."""

    def __init__(self, found: str) -> None:
        super().__init__("These credentials are another account's than the live event's.", code="wrong-account")
        self.found = found


class RepliesForbidden(Refused):
    """The account may post but not reply, not even to itself. Caught to go on with numbered stand-alone posts."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="replies-forbidden", status=403)


class Platform(Protocol):
    """One account on one platform. No text of a post is ever in an error."""

    @property
    def destination(self) -> Destination: ...

    @property
    def limits(self) -> Limits:
        """May change once, when check() has seen which server this is: ask again before composing."""

    async def check(self) -> Account:
        """Who we are there; asked when an event opens, and by publish() itself before its first post.

        Raises AccountBusy when it cannot be asked now, Refused (`wrong-account`, `may-not-post`) when these credentials
        will never post for this destination.
        """

    async def prepare(self, out: Outgoing) -> None:
        """All that has to be asked or brought before the post itself: sign-in, pictures, what a reply names.

        Called before the intent, so that publish() is one request, with nothing between it and the reading of the
        controls. Raises as publish() does, but never Uncertain: nothing of it is public.
        """

    async def publish(self, out: Outgoing) -> Published:
        """Sends the post once.

        Raises Unavailable only when the request has certainly had no effect (and may be sent again after a while; as
        AccountBusy when no other post would fare better), RepliesForbidden, Refused when the platform will never take
        it, Uncertain for everything else that is not an answer.
        """

    async def look_up(self, out: Outgoing, *, since: datetime, known: frozenset[str]) -> Published | None:
        """The post as the platform has it, None when it cannot be seen there; `known` ids belong to other posts.

        `since` is when it was first sent. Raises Unavailable to be asked again, Refused when it cannot be asked at all.
        """

    async def delete(self, out: Outgoing, published: Published) -> None:
        """Takes the post away; one that is gone already is fine, so it may be repeated at any time.

        Raises Unavailable when it is to be tried again, Refused when the platform will not do it.
        """

    def platform_id_of(self, url: str) -> str | None:
        """The id of the post at this address, which a person found; None when it is no post of this platform."""

    async def close(self) -> None:
        """Gives back connections."""
