"""What a platform says when our own posts are read back, and what it must be able to say to be read back at all."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from schemas.sighting import Part, SeenBy


@dataclass(frozen=True, slots=True)
class Sent:
    """One post as the ledger has it: what was sent, and under which post."""

    text: str
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class PublicPost:
    """One post of the account as it stands there now."""

    platform_id: str
    url: str | None
    text: str = field(repr=False)  # in plain words, as readers see it
    posted_at: datetime
    above: frozenset[str] = frozenset()  # the posts it answers: its parent, and the first of its conversation
    version: str | None = None  # the platform's own name for this state of it
    was: tuple[str, ...] = ()  # the ids it had before it was edited, where an edit makes a new one
    raw: Any = field(default=None, repr=False, compare=False)  # as the platform gave it, for its own door


@runtime_checkable
class Seeing(Protocol):
    """A platform that can be read back. No text is ever in an error."""

    @property
    def source(self) -> SeenBy: ...

    async def see(self, live_event_id: str, since: datetime) -> tuple[PublicPost, ...]:
        """Every post of the account since then; others' posts are never in it.

        Raises Unavailable (AccountBusy, too) or Uncertain to be asked again, Refused when it cannot be asked.
        """

    async def look_at(self, live_event_id: str, platform_id: str) -> PublicPost | None:
        """One post, asked for by its id; None when it is gone. Raises as see() does."""

    def changed(self, sent: Sent, seen: PublicPost) -> tuple[Part, ...]:
        """What of it is not as it was sent; empty when all is."""


@dataclass(frozen=True, slots=True)
class Change:
    """What just became of one post of the account; `post` None: it was deleted. Without an id: listening has begun."""

    platform_id: str | None = None
    post: PublicPost | None = None


@runtime_checkable
class Telling(Protocol):
    """A platform that tells what happens as it happens, where it was set up to."""

    @property
    def tells(self) -> bool: ...

    def told(self) -> AsyncIterator[Change]:
        """First that listening has begun, then each change. Raises Uncertain when the connection is lost."""
