"""A platform in memory that loses answers, is late, busy, away or slow to read, all by a script: for tests and trials.

Its fields make it one of the kinds that there are: without keys (as X), with keys for ever (as Bluesky), with keys for
a time (as Mastodon), one that claims to know keys and does not, one that forbids replies, one that cannot be asked.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from consumers.poster.platforms.base import (
    FRESH_S,
    Account,
    AccountBusy,
    Duplicate,
    Limits,
    Outgoing,
    Published,
    RepliesForbidden,
)
from consumers.poster.platforms.seeing import PublicPost, Sent
from schemas.errors import Refused, Unavailable, Uncertain
from schemas.live_event import Destination
from schemas.sighting import Part, SeenBy
from streams.clock import Clock

Fault = Literal["ok", "lose-request", "lose-answer", "late", "error", "busy", "limit", "say-duplicate", "refuse"]

ADDRESS = "https://memory.example/"

LATE_S = 20.0  # a request that was given up may still be applied so long after
READ_LAG_S = 2.0  # a post can be read so long after it was made
SKEW_S = 300.0  # between its clock and ours, when it is asked for a time: as the doors to real platforms allow
AWAY_RETRY_S = 5.0
YOUNG_RETRY_S = 2.0
KEYS_KEPT_S = 3_600.0  # as Mastodon keeps its keys

MEMORY_LIMITS = Limits(
    max=280,
    count=len,
    tag=True,
    stamp=True,
    timeout_s=5.0,
    settle_s=FRESH_S + LATE_S + READ_LAG_S + 3.0,  # 3: an answer is given up a little after it was asked for
    can_look_up=True,
)
KEYED_LIMITS = replace(MEMORY_LIMITS, repeatable_s=float("inf"))
KEYS_FOR_A_TIME_LIMITS = replace(MEMORY_LIMITS, repeatable_s=KEYS_KEPT_S - 600.0, look_first=True)  # 600: clocks differ
BLIND_LIMITS = replace(MEMORY_LIMITS, can_look_up=False)
STANDALONE_LIMITS = replace(MEMORY_LIMITS, may_forbid_replies=True)


@dataclass(frozen=True)
class Stored:
    """A post as the platform has it."""

    platform_id: str
    key: UUID
    text: str
    reply_to: str | None
    posted_at: datetime
    deleted: bool = False


@dataclass(frozen=True)
class Span:
    """From one instant to another."""

    start: datetime
    end: datetime

    def holds(self, now: datetime) -> bool:
        return self.start <= now < self.end


@dataclass
class MemoryPlatform:
    """Its posts outlive the poster that is tested with it: hand the same object to the next one.

    `faults` is what becomes of the first requests, one after the other; later ones succeed. `away` and `unreadable` are
    the times at which nothing, or only no look-up, is answered. `happened` counts what nobody was told.
    """

    destination: Destination
    clock: Clock
    limits: Limits = MEMORY_LIMITS
    faults: Iterable[Fault] = ()
    honours_keys: bool = False
    keys_kept_s: float = float("inf")
    revives_deleted: bool = False  # a repeat by its key makes a deleted post anew, as Bluesky does
    refuses_equal_text: bool = False
    forbids_replies: bool = False
    young_s: float = 0.0  # a parent younger than this cannot be replied to yet
    late_s: float = LATE_S
    read_lag_s: float = READ_LAG_S
    away: Sequence[Span] = ()
    unreadable: Sequence[Span] = ()
    posts: list[Stored] = field(default_factory=list)
    requests: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    source: SeenBy = "platform-read"
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

    def recover(self) -> None:
        """No fault any more, from now on. What was late before still comes."""
        self._script.clear()
        self.away = self.unreadable = ()

    def expects(self) -> datetime | None:
        """When the last request that was given up will be applied; None when there is none."""
        return max((at for at, _ in self._late), default=None)

    async def check(self) -> Account:
        self._reach()
        return Account(self.destination.key)

    async def prepare(self, out: Outgoing) -> None:
        """Nothing has to be asked before."""

    async def publish(self, out: Outgoing) -> Published:
        self._reach()
        self.requests += 1
        self._catch_up()
        fault = self._script.popleft() if self._script else "ok"
        self._without_effect(fault, out)
        if fault == "late":
            self._late.append((self.clock.now() + timedelta(seconds=self.late_s), out))
        if fault in ("lose-request", "late", "error"):
            raise Uncertain(f"No answer for post {out.post.id}.")
        stored = self._apply(out, self.clock.now())
        if fault == "lose-answer":
            raise Uncertain(f"No answer for post {out.post.id}.")
        if fault == "say-duplicate":
            raise Duplicate(f"The platform has the text of post {out.post.id} already.")
        return self._published(stored)

    def _without_effect(self, fault: Fault, out: Outgoing) -> None:
        """The answers that say for certain that nothing was done."""
        if fault == "busy":
            raise Unavailable("The platform is busy.", retry_after_s=3.0)
        if fault == "limit":
            raise AccountBusy("The account's limit is reached.", code="limit", retry_after_s=30.0)
        if self.forbids_replies and out.reply_to is not None:
            raise RepliesForbidden("The account may not reply.")
        if fault == "refuse":
            raise Refused(f"The platform will not take post {out.post.id}.", code="platform-refused")
        parent = next((p for p in self.posts if p.platform_id == out.reply_to), None)
        if parent is not None and self.clock.now() < parent.posted_at + timedelta(seconds=self.young_s):
            self.happened["young parent"] += 1
            raise Unavailable("The parent cannot be seen yet.", retry_after_s=YOUNG_RETRY_S)

    def _reach(self) -> None:
        if any(span.holds(self.clock.now()) for span in self.away):
            raise AccountBusy("The platform cannot be reached.", code="unreachable", retry_after_s=AWAY_RETRY_S)

    def _apply(self, out: Outgoing, at: datetime) -> Stored:
        found = self._by_key(out, at) if self.honours_keys else None
        if found is not None:
            return self._known_by_key(found, at)
        if self.refuses_equal_text and any(p.text == out.post.text and not p.deleted for p in self.posts):
            raise Duplicate(f"The platform has the text of post {out.post.id} already.")
        if out.reply_to is not None and not any(p.platform_id == out.reply_to for p in self.posts):
            raise Refused(f"The parent of post {out.post.id} is not there.", code="parent-gone")
        stored = Stored(str(len(self.posts) + 1001), out.post.id, out.post.text, out.reply_to, at)
        self.posts.append(stored)
        return stored

    def _known_by_key(self, found: Stored, at: datetime) -> Stored:
        self.happened["key known"] += 1
        if not (found.deleted and self.revives_deleted):
            return found
        self.happened["deleted post revived"] += 1
        revived = replace(found, deleted=False, posted_at=at)
        self.posts = [revived if p is found else p for p in self.posts]
        return revived

    def _by_key(self, out: Outgoing, at: datetime) -> Stored | None:
        oldest = at - timedelta(seconds=self.keys_kept_s) if self.keys_kept_s != float("inf") else None
        known = (p for p in reversed(self.posts) if p.key == out.post.id and (oldest is None or p.posted_at > oldest))
        return next(known, None)

    def _catch_up(self) -> None:
        """Applies the late requests whose time has come."""
        due = [(at, out) for at, out in self._late if at <= self.clock.now()]
        self._late = [(at, out) for at, out in self._late if at > self.clock.now()]
        for at, out in due:
            try:
                self._apply(out, at)
                self.happened["late request applied"] += 1
            except (Refused, Uncertain):
                continue  # nobody waits for this answer any more

    async def look_up(self, out: Outgoing, *, since: datetime, known: frozenset[str]) -> Published | None:
        self._readable()
        self._catch_up()
        if self.honours_keys and self.limits.repeatable_s == float("inf"):  # asked for by its key: no lag, no doubt
            kept = self._by_key(out, self.clock.now())
            return self._published(kept) if kept is not None and not kept.deleted else None
        start = since - timedelta(seconds=SKEW_S)
        readable = self.clock.now() - timedelta(seconds=self.read_lag_s)
        for post in self.posts:
            same = post.text == out.post.text and post.reply_to == out.reply_to and post.platform_id not in known
            if same and start <= post.posted_at <= readable and not post.deleted:
                return self._published(post)
        return None

    async def delete(self, out: Outgoing, published: Published) -> None:  # noqa: ARG002  # its id finds it
        self._reach()
        self._catch_up()
        if self._script and self._script[0] in ("busy", "refuse"):
            if self._script.popleft() == "busy":
                raise Unavailable("The platform is busy.", retry_after_s=3.0)
            raise Refused("The platform will not delete it.", code="platform-refused")
        self.posts = [replace(p, deleted=True) if p.platform_id == published.platform_id else p for p in self.posts]

    async def see(self, live_event_id: str, since: datetime) -> tuple[PublicPost, ...]:  # noqa: ARG002  # one account
        self._readable()
        start, readable = since - timedelta(seconds=SKEW_S), self.clock.now() - timedelta(seconds=self.read_lag_s)
        return tuple(_public(p) for p in self.public() if start <= p.posted_at <= readable)

    async def look_at(self, live_event_id: str, platform_id: str) -> PublicPost | None:  # noqa: ARG002  # as above
        self._readable()
        return next((_public(p) for p in self.public() if p.platform_id == platform_id), None)

    def changed(self, sent: Sent, seen: PublicPost) -> tuple[Part, ...]:
        parts: list[Part] = ["text"] if seen.text != sent.text else []
        return (*parts, "place") if seen.raw != sent.reply_to else tuple(parts)

    def _readable(self) -> None:
        self._reach()
        if any(span.holds(self.clock.now()) for span in self.unreadable):
            raise Unavailable("The timeline cannot be read.", retry_after_s=AWAY_RETRY_S)

    # Behind our back, as somebody does who has the account's password.

    def rewrite(self, platform_id: str, text: str) -> None:
        self.posts = [replace(p, text=text) if p.platform_id == platform_id else p for p in self.posts]

    def take_away(self, platform_id: str) -> None:
        self.posts = [replace(p, deleted=True) if p.platform_id == platform_id else p for p in self.posts]

    def bring_back(self, platform_id: str) -> None:
        self.posts = [replace(p, deleted=False) if p.platform_id == platform_id else p for p in self.posts]

    def slip_in(self, text: str, *, reply_to: str | None = None) -> str:
        platform_id = str(len(self.posts) + 1001)
        self.posts.append(Stored(platform_id, UUID(int=len(self.posts)), text, reply_to, self.clock.now()))
        return platform_id

    def platform_id_of(self, url: str) -> str | None:
        return url.removeprefix(ADDRESS) if url.startswith(ADDRESS) else None

    async def close(self) -> None:
        """Nothing to give back."""

    def _published(self, stored: Stored) -> Published:
        return Published(stored.platform_id, ADDRESS + stored.platform_id, stored.posted_at)


def _public(stored: Stored) -> PublicPost:
    above = frozenset({stored.reply_to} if stored.reply_to else ())
    address = ADDRESS + stored.platform_id
    return PublicPost(stored.platform_id, address, stored.text, stored.posted_at, above, raw=stored.reply_to)
