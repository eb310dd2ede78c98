"""What is public compared with what was sent: each post as it should be, changed, gone, or not from here. Pure.

A platform is read while posts come and go, so nothing is judged that may still be on its way: a post is missing only
when it was public well before the reading began, taken back only when that was done well before, and one that nobody
knows is an added one only when its words are of no post whose outcome is open.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from consumers.poster.book import DOUBTFUL, Book, Entry
from consumers.poster.platforms.seeing import PublicPost, Sent
from schemas.envelope import sha256_hex
from schemas.live_event import LiveEvent
from schemas.sighting import Found, Part, SeenAs, Sighting
from streams.standing import Standing

LAG = timedelta(seconds=120)
"""How late a platform may show a post or its deletion: X states no figure, others saw a minute (docs/posting.md)."""

Changed = Callable[[Sent, PublicPost], tuple[Part, ...]]
Ought = Literal["public", "gone", "either"]
_OUGHT: Mapping[str, Ought] = {"posted": "public", "deleting": "either", "deleted": "gone", "not-deleted": "gone"}
_STANDS: frozenset[SeenAs] = frozenset({"added", "still-public"})  # until it is gone


@dataclass(frozen=True, slots=True)
class Expected:
    """One post of the thread. `since`: from when on it ought to be so; `either` while that is just being changed."""

    post_id: UUID
    update_id: UUID
    platform_id: str
    n: int
    url: str | None
    sent: Sent
    ought: Ought
    since: datetime


@dataclass(frozen=True)
class Thread:
    """What ought to be public of one live event at one destination, and what of the account is somebody else's."""

    live_event_id: str
    hashtag: str
    opened_at: datetime
    ended_at: datetime | None
    expected: Mapping[str, Expected]  # by platform id
    elsewhere: frozenset[str] = frozenset()  # posts of the account's other live events
    open_texts: tuple[Sent, ...] = ()  # posts of the account whose outcome is not known


def thread(book: Book, live_event: LiveEvent, standing: Standing, account: Iterable[Book]) -> Thread:
    """`account`: all books of the same destination, this one among them."""
    own = (_expected(entry, standing) for entry in book.entries.values() if entry.platform_id)
    books = tuple(account)
    return Thread(
        live_event.live_event_id,
        live_event.plan.hashtag,
        live_event.opened_at,
        ended_at(live_event, standing),
        {e.platform_id: e for e in own if e is not None},
        frozenset[str]().union(*(b.known_ids() for b in books if b is not book)),
        tuple(Sent(e.post.text, e.reply_to) for b in books for e in b.entries.values() if e.state in DOUBTFUL),
    )


def ended_at(live_event: LiveEvent, standing: Standing) -> datetime | None:
    """When it was closed, or its consent withdrawn; None while it lasts."""
    withdrawn = standing.since if standing.state == "withdrawn" else None
    return min((at for at in (live_event.closed_at, withdrawn) if at is not None), default=None)


def _expected(entry: Entry, standing: Standing) -> Expected | None:
    ought = _ought(entry, standing)
    if ought is None or entry.platform_id is None:
        return None
    since = (entry.posted_at or entry.at) if ought == "public" else entry.at
    sent = Sent(entry.post.text, entry.reply_to)
    return Expected(
        entry.post.id, entry.post.update_id, entry.platform_id, entry.n, entry.url, sent, ought, max(since, entry.at)
    )


def _ought(entry: Entry, standing: Standing) -> Ought | None:
    taken_back = entry.post.update_id in standing.retracted or standing.state == "withdrawn"
    return "either" if entry.state == "posted" and taken_back else _OUGHT.get(entry.state)


@dataclass(frozen=True, slots=True)
class Finding:
    """One post of the thread, or one that was added to it."""

    what: SeenAs
    platform_id: str
    expected: Expected | None = None
    seen: PublicPost | None = None
    parts: tuple[Part, ...] = ()
    place: Found | None = None

    @property
    def mark(self) -> tuple[object, ...]:
        """Equal for findings that say the same."""
        sha = sha256_hex(self.seen.text) if self.seen is not None and self.what != "as-posted" else None
        return (self.what, self.parts, sha, self.seen.version if self.seen and self.what == "edited" else None)


def to_ask(of: Thread, seen: Sequence[PublicPost], began: datetime, told: "Told") -> tuple[str, ...]:
    """What a list does not show and is no old news: asked for by its id, before anybody is told that it is gone."""
    there = _there(seen)
    lost = (e.platform_id for e in _missing(of, seen, began) if told.said(e.platform_id) != "deleted")
    stood = (i for i, said in told.latest.items() if said.what in _STANDS and i not in there)
    return (*lost, *stood)


def _missing(of: Thread, seen: Sequence[PublicPost], began: datetime) -> tuple[Expected, ...]:
    there = _there(seen)
    return tuple(
        e for e in of.expected.values() if e.ought == "public" and e.platform_id not in there and e.since < began - LAG
    )


def _there(seen: Iterable[PublicPost]) -> dict[str, PublicPost]:
    return {known: post for post in seen for known in (post.platform_id, *post.was)}


def findings(of: Thread, seen: Sequence[PublicPost], began: datetime, changed: Changed) -> tuple[Finding, ...]:
    """All that can be said of this reading. `seen` has what was asked for by its id as well."""
    there = _there(seen)
    own = (_of_ours(e, there.get(e.platform_id), began, changed) for e in of.expected.values())
    lost = (Finding("deleted", e.platform_id, e) for e in _missing(of, seen, began))
    added = (_of_others(of, post, changed) for post in seen)
    return tuple(f for f in (*own, *lost, *added) if f is not None)


def _of_ours(e: Expected, post: PublicPost | None, began: datetime, changed: Changed) -> Finding | None:
    if post is None or e.ought == "either":
        return None
    if e.ought == "gone":
        return Finding("still-public", e.platform_id, e, post) if e.since < began - LAG else None
    parts = changed(e.sent, post)
    return Finding("edited" if parts else "as-posted", e.platform_id, e, post, parts)


def _of_others(of: Thread, post: PublicPost, changed: Changed) -> Finding | None:
    """A post of the account that no thread of ours knows. Readers' answers are none of the account's."""
    names = {post.platform_id, *post.was}
    if names & of.expected.keys() or names & of.elsewhere:
        return None
    if any("text" not in changed(sent, post) for sent in of.open_texts):
        return None
    place = _place(of, post)
    return Finding("added", post.platform_id, seen=post, place=place) if place else None


def _place(of: Thread, post: PublicPost) -> Found | None:
    """What else the house posts is no matter of the event's, but while it is live whoever stops it has to know."""
    if post.above & of.expected.keys():
        return "thread"
    if post.above & of.elsewhere:
        return None
    if of.hashtag.casefold() in post.text.casefold():
        return "hashtag"
    live = of.opened_at <= post.posted_at and (of.ended_at is None or post.posted_at <= of.ended_at)
    return "account" if live else None


# -- what of it is news -----------------------------------------------------------------------------------------------


@dataclass
class Told:
    """What the sightings of one thread have said so far: the latest of each post, and of the reading itself."""

    latest: dict[str, Sighting] = field(default_factory=dict)  # by platform id
    read: Sighting | None = None  # the latest that says how the reading of all went
    ids: set[UUID] = field(default_factory=set)

    def take(self, sighting: Sighting) -> None:
        self.ids.add(sighting.id)
        if sighting.platform_id is None:
            self.read = sighting
        else:
            self.latest[sighting.platform_id] = sighting

    def said(self, platform_id: str) -> SeenAs | None:
        known = self.latest.get(platform_id)
        return known.what if known else None

    @property
    def is_unreadable(self) -> bool:
        return self.read is not None and self.read.what == "unreadable"

    def differing(self) -> int:
        return sum(sighting.is_difference for sighting in self.latest.values())


def news(of: Thread, found: Sequence[Finding], told: Told) -> tuple[Finding, ...]:
    """What has not been said. That one is as it was sent is said once, after the end, or when it was not so before."""
    fresh = tuple(f for f in found if _is_news(f, told.latest.get(f.platform_id), ended=of.ended_at is not None))
    present = {f.platform_id for f in found if f.what in _STANDS}
    vanished = (
        Finding("gone", platform_id, of.expected.get(platform_id))
        for platform_id, said in told.latest.items()
        if said.what in _STANDS and platform_id not in present
    )
    return (*fresh, *vanished)


def _is_news(f: Finding, said: Sighting | None, *, ended: bool) -> bool:
    if f.what == "as-posted":
        return ended if said is None else said.is_difference
    return said is None or mark_of(said) != f.mark


def changed_now(of: Thread, told: Told, platform_id: str, post: PublicPost | None, changed: Changed) -> Finding | None:
    """What a platform has just told of one post, if it is news; of what is taken back the next reading decides."""
    e, said = of.expected.get(platform_id), told.latest.get(platform_id)
    found: Finding | None = None
    if post is None:
        if e is not None and e.ought == "public":
            found = Finding("deleted", platform_id, e)
        elif said is not None and said.what in _STANDS:
            found = Finding("gone", platform_id, e)
    elif e is None:
        found = _of_others(of, post, changed)
    elif e.ought == "public":
        parts = changed(e.sent, post)
        found = Finding("edited" if parts else "as-posted", platform_id, e, post, parts)
    return found if found is not None and _is_news(found, said, ended=False) else None


def mark_of(said: Sighting) -> tuple[object, ...]:
    """Of a record as of a finding."""
    sha = said.text_sha256 if said.what != "as-posted" else None
    return (said.what, said.parts, sha, said.version if said.what == "edited" else None)
