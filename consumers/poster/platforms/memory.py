"""A platform in memory that loses answers, is late, busy or slow to read, all by a script: for tests and for trying.

It keeps the contract of a platform without keys (as X), or with them when `honours_keys` is set (as Bluesky).
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from consumers.poster.platforms.base import (
    Account,
    AccountBusy,
    Duplicate,
    Limits,
    Outgoing,
    Published,
    RepliesForbidden,
)
from schemas.errors import Refused, Unavailable, Uncertain
from schemas.live_event import Destination
from streams.clock import Clock

Fault = Literal["ok", "lose-request", "lose-answer", "late", "busy", "limit", "refuse"]

ADDRESS = "https://memory.example/"

LATE_S = 20.0  # a request that was given up may still be applied so long after
READ_LAG_S = 2.0  # a post can be read so long after it was made

MEMORY_LIMITS = Limits(
    max=280,
    count=len,
    tag=True,
    stamp=True,
    timeout_s=5.0,
    settle_s=30.0,  # time-out + LATE_S + READ_LAG_S, and a little
    can_look_up=True,
)


@dataclass(frozen=True)
class Stored:
    """A post as the platform has it."""

    platform_id: str
    key: UUID
    text: str
    reply_to: str | None
    posted_at: datetime
    deleted: bool = False


@dataclass
class MemoryPlatform:
    """Its posts outlive the poster that is tested with it: hand the same object to the next one."""

    destination: Destination
    clock: Clock
    limits: Limits = MEMORY_LIMITS
    faults: Iterable[Fault] = ()
    honours_keys: bool = False
    refuses_equal_text: bool = False
    forbids_replies: bool = False
    posts: list[Stored] = field(default_factory=list)
    requests: int = 0
    _script: deque[Fault] = field(default_factory=deque)
    _late: list[tuple[datetime, Outgoing]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._script.extend(self.faults)

    def public(self) -> list[Stored]:
        """What a reader sees now."""
        self._catch_up()
        return [post for post in self.posts if not post.deleted]

    def next(self, *faults: Fault) -> None:
        """What becomes of the next requests."""
        self._script.extend(faults)

    async def check(self) -> Account:
        return Account(self.destination.key)

    async def publish(self, out: Outgoing) -> Published:
        self.requests += 1
        self._catch_up()
        fault = self._script.popleft() if self._script else "ok"
        if fault == "busy":
            raise Unavailable("The platform is busy.", retry_after_s=3.0)
        if fault == "limit":
            raise AccountBusy("The account's limit is reached.", code="limit", retry_after_s=30.0)
        if self.forbids_replies and out.reply_to is not None:
            raise RepliesForbidden("The account may not reply.")
        if fault == "refuse":
            raise Refused(f"The platform will not take post {out.post.id}.", code="platform-refused")
        if fault == "lose-request":
            raise Uncertain(f"No answer for post {out.post.id}.")
        if fault == "late":
            self._late.append((self.clock.now() + timedelta(seconds=LATE_S), out))
            raise Uncertain(f"No answer for post {out.post.id}.")
        stored = self._apply(out, self.clock.now())
        if fault == "lose-answer":
            raise Uncertain(f"No answer for post {out.post.id}.")
        return self._published(stored)

    def _apply(self, out: Outgoing, at: datetime) -> Stored:
        found = next((p for p in self.posts if p.key == out.post.id), None) if self.honours_keys else None
        if found is not None:
            return found
        if self.refuses_equal_text and any(p.text == out.post.text and not p.deleted for p in self.posts):
            raise Duplicate(f"The platform has the text of post {out.post.id} already.")
        if out.reply_to is not None and not any(p.platform_id == out.reply_to for p in self.posts):
            raise Refused(f"The parent of post {out.post.id} is not there.", code="parent-gone")
        stored = Stored(str(len(self.posts) + 1001), out.post.id, out.post.text, out.reply_to, at)
        self.posts.append(stored)
        return stored

    def _catch_up(self) -> None:
        """Applies the late requests whose time has come."""
        due = [(at, out) for at, out in self._late if at <= self.clock.now()]
        self._late = [(at, out) for at, out in self._late if at > self.clock.now()]
        for at, out in due:
            try:
                self._apply(out, at)
            except (Refused, Uncertain):
                continue  # nobody waits for this answer any more

    async def look_up(self, out: Outgoing, *, since: datetime, known: frozenset[str]) -> Published | None:
        self._catch_up()
        readable = self.clock.now() - timedelta(seconds=READ_LAG_S)
        for post in self.posts:
            same = post.text == out.post.text and post.reply_to == out.reply_to and post.platform_id not in known
            if same and since <= post.posted_at <= readable and not post.deleted:
                return self._published(post)
        return None

    async def delete(self, out: Outgoing, published: Published) -> None:  # noqa: ARG002  # its id finds it
        self._catch_up()
        if self._script and self._script[0] in ("busy", "refuse"):
            if self._script.popleft() == "busy":
                raise Unavailable("The platform is busy.", retry_after_s=3.0)
            raise Refused("The platform will not delete it.", code="platform-refused")
        self.posts = [replace(p, deleted=True) if p.platform_id == published.platform_id else p for p in self.posts]

    def platform_id_of(self, url: str) -> str | None:
        return url.removeprefix(ADDRESS) if url.startswith(ADDRESS) else None

    async def close(self) -> None:
        """Nothing to give back."""

    def _published(self, stored: Stored) -> Published:
        return Published(stored.platform_id, ADDRESS + stored.platform_id, stored.posted_at)
