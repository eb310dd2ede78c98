"""What one thread's ledger says: the fold of its records, leaving out those of writers that were put out.

    (nothing) ─intent─▶ intended ─posted─▶ posted ─deleting─▶ deleting ─deleted─▶ deleted
        │                 │  ▲  ╲            ▲                   └──not-deleted─▶ not-deleted
        │               unknown intent        │
        │                 ▼  │    ╲           │
        │                unknown ──┼─posted───┘
        └──not-posted──▶ not-posted ◀┘           a person deleted it: not-deleted ─deleted─▶ deleted

`standalone` belongs to the thread, not to a post: from there on no post of it is a reply. A record that is no move of
this table changes nothing: it is a late copy of one that was sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from schemas.ledger import Ledger, LedgerKind
from schemas.thread import Post

MOVES: dict[LedgerKind | None, frozenset[LedgerKind]] = {
    None: frozenset({"intent", "unknown", "posted", "not-posted"}),  # the first records may be compacted away
    "intent": frozenset({"intent", "unknown", "posted", "not-posted"}),
    "unknown": frozenset({"unknown", "intent", "posted", "not-posted"}),
    "posted": frozenset({"deleting", "deleted", "not-deleted"}),
    "deleting": frozenset({"deleting", "deleted", "not-deleted"}),
    "not-posted": frozenset(),
    "deleted": frozenset(),
    "not-deleted": frozenset({"deleted"}),
}
DOUBTFUL: frozenset[LedgerKind] = frozenset({"intent", "unknown"})
WAS_PUBLIC: frozenset[LedgerKind] = frozenset({"posted", "deleting", "deleted", "not-deleted"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One post as the ledger has it: its latest state, and what was learnt about it on the way there."""

    post: Post
    state: LedgerKind
    writer: UUID
    at: datetime  # of the latest record
    first_at: datetime  # of the first intent: a look-up has to reach back so far
    n: int
    reply_to: str | None = None
    platform_id: str | None = None
    url: str | None = None
    posted_at: datetime | None = None
    reason: str | None = None
    first_writer: UUID | None = None  # who may have sent it first
    settled_by: UUID | None = None  # the latest word of a person that was taken in: it counts once


@dataclass
class Book:
    """The ledger of one thread: one live event on one destination."""

    destination: str
    live_event_id: str
    epoch: int = 0
    writer: UUID | None = None
    standalone: bool = False  # the account may not reply
    entries: dict[UUID, Entry] = field(default_factory=dict)  # by post id, in the order of their first record
    releases: dict[UUID, int] = field(default_factory=dict)  # the releases that have entries, numbered from 1
    doubtful: dict[UUID, None] = field(default_factory=dict)  # posts in doubt, in the order they came into it
    _parts: dict[UUID, list[UUID]] = field(default_factory=dict)  # by release
    _public: dict[UUID, UUID] = field(default_factory=dict)  # by update: the release that was public
    _roots: dict[str, str] = field(default_factory=dict)  # platform id of a post: that of its chain's first post
    _n: int = 0

    def apply(self, record: Ledger) -> None:
        """Takes in the next record of the log."""
        if record.kind == "claim":
            # Of two claims with one epoch the first counts; the other writer reads this too and gives up.
            if record.epoch > self.epoch:
                self.epoch, self.writer = record.epoch, record.writer
        elif record.epoch != self.epoch or record.writer != self.writer:
            return
        elif record.kind == "standalone":
            self.standalone = True
        elif record.post is not None:
            self._move(record, record.post)

    def _move(self, record: Ledger, post: Post) -> None:
        old = self.entries.get(post.id)
        if record.kind not in MOVES[old.state if old else None]:
            return
        self.releases.setdefault(post.release_id, len(self.releases) + 1)
        if old is None:
            old = Entry(
                post, record.kind, record.writer, record.at, record.at, record.n or 0, first_writer=record.writer
            )
        entry = replace(
            old,
            post=post,
            state=record.kind,
            writer=record.writer,
            at=record.at,
            n=record.n or old.n,
            # An intent says anew under which parent; every other record may only add to what is known.
            reply_to=record.reply_to if record.kind == "intent" else record.reply_to or old.reply_to,
            platform_id=record.platform_id or old.platform_id,
            url=record.url or old.url,
            posted_at=record.posted_at or old.posted_at,
            reason=record.reason,
            settled_by=record.settled_by or old.settled_by,
        )
        if post.id not in self.entries:
            self._parts.setdefault(post.release_id, []).append(post.id)
        self.entries[post.id] = entry
        if entry.state in DOUBTFUL:
            self.doubtful.setdefault(post.id)
        else:
            self.doubtful.pop(post.id, None)
        if entry.state in WAS_PUBLIC:
            self._public.setdefault(post.update_id, post.release_id)
            self._n = max(self._n, entry.n)
            if entry.platform_id:
                parent = entry.reply_to
                self._roots[entry.platform_id] = self._roots.get(parent, parent) if parent else entry.platform_id

    def parts_of(self, release_id: UUID) -> tuple[Entry, ...]:
        """What is known of a release's posts."""
        return tuple(self.entries[post_id] for post_id in self._parts.get(release_id, ()))

    def release_that_was_public(self, update_id: UUID) -> UUID | None:
        """The first release by which an update became public."""
        return self._public.get(update_id)

    def number(self, release_id: UUID) -> int:
        """The how-manieth release of the thread it is, or will be: the same after every restart."""
        return self.releases.get(release_id, len(self.releases) + 1)

    def next_n(self) -> int:
        return self._n + 1

    def tail(self, of_chain: Callable[[Post], bool] = lambda _: True) -> Entry | None:
        """The newest post that still stands, and whose id is known: the parent of the chain's next one."""
        standing = (e for e in reversed(self.entries.values()) if e.state == "posted" and e.platform_id)
        return next((e for e in standing if of_chain(e.post)), None)

    def root_of(self, platform_id: str | None) -> str | None:
        """The first post of the chain that `platform_id` belongs to."""
        return self._roots.get(platform_id, platform_id) if platform_id else None

    def known_ids(self) -> frozenset[str]:
        return frozenset(self._roots)
