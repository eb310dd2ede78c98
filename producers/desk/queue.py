"""What the desk shows, folded from topics: how each live event stands, what waits in which order, what is public where.

Fed record by record with apply(); a record seen twice changes nothing, and one that cannot be read is counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol
from uuid import UUID

from schemas.control import Control, Found
from schemas.decision import Decision
from schemas.draft import Action, Disposition, Draft, Finding
from schemas.envelope import Actor, Envelope, Role
from schemas.errors import Refused
from schemas.ids import derive
from schemas.ledger import Ledger
from schemas.live_event import Destination, LiveEvent
from schemas.receipt import Notice, Receipt, Retraction
from schemas.release import Release
from schemas.thread import ThreadItem
from schemas.topics import (
    CONTROLS,
    DECISIONS,
    DRAFTS,
    LEDGER,
    LIVE_EVENTS,
    RECEIPTS,
    RELEASES,
    decode_receipt,
)
from streams import review
from streams.release import Never, Wait, may_go, needs_person
from streams.review import Review
from streams.standing import RESUME_AGREE_S, Standing

TOPICS = tuple(t.name for t in (LIVE_EVENTS, DRAFTS, DECISIONS, RELEASES, RECEIPTS, CONTROLS, LEDGER))

# An edit is a decision first and a new revision after it. Where the desk died between the two, the revision never
# comes; after this time the old one waits again. Longer than any send may take, short enough not to forget the update.
EDIT_SETTLES = timedelta(seconds=60)

# Why a release came to nothing without having gone out: the same words may be asked for again. Any other reason
# (withdrawn, retracted, event closed, consent ended, refused by the platform) is final here.
LAPSES = frozenset({"stopped", "approval-expired", "expired", "policy-changed"})

PostState = Literal["posted", "unknown", "not-posted", "taking-back", "retracted", "not-deleted"]
# The reason of an unknown outcome once the poster has done all it can: until then it looks by itself.
NEEDS_PERSON = "needs-person"


@dataclass(frozen=True)
class Row:
    """One post on one destination, as it stands."""

    receipt: Receipt
    state: PostState
    since: datetime
    reason: str | None = None

    @property
    def is_public(self) -> bool:
        """As far as anybody knows: what is being taken back is still there."""
        return self.state in ("posted", "unknown", "taking-back", "not-deleted")

    @property
    def answers(self) -> tuple[Found, ...]:
        """What a person may say of it. That it is absent only once no request of the poster's can still arrive."""
        if self.state == "unknown":
            return ("there", "absent") if self.reason == NEEDS_PERSON else ("there",)
        return ("deleted",) if self.state == "not-deleted" else ()


@dataclass(frozen=True)
class Pending:
    """A release that has not begun on a destination: until when it waits, and for what."""

    release: Release
    until: datetime | None
    reason: str  # delay | held | stopped | as-live | unknown-event | away | behind-unknown | going


@dataclass(frozen=True)
class Item:
    """One line of the queue: a revision that needs a person, or a post: unknown whether public, or not deletable."""

    update_id: UUID
    since: datetime
    reason: str
    text: str
    needs: Role | None = None
    review: Review | None = None
    row: Row | None = None


@dataclass(frozen=True)
class Counts:
    """How many of each; `posted` to `not_deleted` count posts over all destinations, the others updates."""

    received: int
    waiting: int
    approved: int
    returned: int
    refused: int
    released: int
    posted: int
    not_posted: int
    unknown: int
    not_deleted: int  # taken back, and still there until a person deletes it
    oldest_waiting_at: datetime | None
    oldest_waiting_s: float | None
    updates_per_minute: int
    last_posted_at: datetime | None


@dataclass(frozen=True)
class AtStop:
    """How things stood when stop was pressed, and what became of what was in flight."""

    public: tuple[Row, ...]  # one row for each post, wherever it is public
    in_flight: tuple[Row | Ledger, ...]
    approved: int
    waiting: int
    since: int


@dataclass
class LiveEventView:
    """All that is known of one live event. `version` grows with every record that changed something."""

    live_event_id: str
    live_event: LiveEvent | None = None
    standing: Standing = field(default_factory=Standing)
    released_by: Actor | None = None  # of an as-live event
    version: int = 0
    _drafts: dict[UUID, dict[int, Draft]] = field(default_factory=dict)  # by update, in order of arrival
    _numbers: dict[UUID, int] = field(default_factory=dict)
    _by_id: dict[UUID, Draft] = field(default_factory=dict)
    _decisions: dict[UUID, list[Decision]] = field(default_factory=dict)  # by draft, in order of the topic
    _releases: dict[UUID, Release] = field(default_factory=dict)  # by draft
    _receipts: dict[tuple[str, UUID], Receipt] = field(default_factory=dict)
    _by_release: dict[UUID, set[tuple[str, UUID]]] = field(default_factory=dict)
    _retractions: dict[tuple[str, UUID], Retraction] = field(default_factory=dict)
    _intents: dict[tuple[str, UUID], Ledger] = field(default_factory=dict)
    _away: dict[str, Notice] = field(default_factory=dict)  # by destination, while nothing can be posted there
    _standalone: dict[str, Notice] = field(default_factory=dict)
    _seen: set[UUID] = field(default_factory=set)
    _kept: tuple[tuple[int, datetime], tuple[Review, ...], tuple[Item, ...]] | None = None
    _kept_rows: tuple[int, dict[str, tuple[Row, ...]]] | None = None

    # -- fold

    def add(self, record: Envelope) -> None:
        if isinstance(record, LiveEvent):  # compacted: the last one stands, whatever its id
            self.live_event = record
        elif record.id in self._seen:
            return
        else:
            self._seen.add(record.id)
            self._fold(record)
        self.version += 1

    def _fold(self, record: Envelope) -> None:
        if isinstance(record, Draft):
            self._by_id[record.id] = record
            self._drafts.setdefault(record.update_id, {}).setdefault(record.revision, record)
            self._numbers.setdefault(record.update_id, len(self._numbers) + 1)
        elif isinstance(record, Decision):
            self._decisions.setdefault(record.draft_id, []).append(record)
        elif isinstance(record, Release):
            self._releases.setdefault(record.draft_id, record)
        elif isinstance(record, Receipt):
            place = (record.destination, record.post_id)
            self._receipts[place] = record
            self._by_release.setdefault(record.release_id, set()).add(place)
        elif isinstance(record, Retraction):
            self._retractions[record.destination, record.post_id] = record
        elif isinstance(record, Notice):
            self._notice(record)
        elif isinstance(record, Control):
            self._control(record)
        elif isinstance(record, Ledger) and record.post is not None:
            self._intent(record, record.post.id)

    def _control(self, record: Control) -> None:
        before, self.standing = self.standing, self.standing.after(record)
        if before.released_at is None and self.standing.released_at is not None:
            self.released_by = record.actor

    def _notice(self, record: Notice) -> None:
        if record.notice == "standalone":
            self._standalone.setdefault(record.destination, record)
        elif record.notice == "away":
            self._away[record.destination] = record
        else:
            self._away.pop(record.destination, None)

    def _intent(self, record: Ledger, post_id: UUID) -> None:
        place = (record.destination, post_id)
        if record.kind == "intent":
            self._intents[place] = record
        elif record.kind in ("posted", "not-posted", "unknown"):
            self._intents.pop(place, None)

    def has(self, record_id: UUID) -> bool:
        """Whether a record of this id has been folded in."""
        return record_id in self._seen

    # -- updates

    def draft(self, draft_id: UUID) -> Draft | None:
        return self._by_id.get(draft_id)

    def knows(self, update_id: UUID) -> bool:
        return update_id in self._drafts

    def number(self, update_id: UUID) -> int:
        """The place of an update among all of this event, from 1; how people speak of it."""
        return self._numbers[update_id]

    def review(self, draft_id: UUID, now: datetime) -> Review | None:
        """How one revision stands. An older revision than the current one is superseded, whatever was said of it."""
        draft = self._by_id.get(draft_id)
        if draft is None:
            return None
        current = self.current(draft.update_id, now)
        if current is not None and current.draft.id == draft_id:
            return current
        found = self._revision(draft, now)
        return replace(found, state="superseded") if found.state == "waiting" else found

    def current(self, update_id: UUID, now: datetime) -> Review | None:
        """The revision that counts: one that has gone on, for a second must not follow it; else the last one."""
        revisions = self._drafts.get(update_id)
        if not revisions:
            return None
        found = [self._revision(revisions[n], now) for n in sorted(revisions)]
        for one in found:
            if one.state in ("approved", "released") and self.lapsed(one, now) is None:
                return one
        return found[-1]

    def _revision(self, draft: Draft, now: datetime) -> Review:
        known = self.live_event
        asks = draft.revision > 0 or known is None or needs_person(draft, known)
        found = review.opened(draft, needs_person=asks)
        for decision in self._decisions.get(draft.id, ()):
            if decision.text_sha256 == draft.text_sha256:
                found = review.after(_unstuck(found, decision.at), decision)
        if found.state == "superseded" and draft.revision + 1 not in self._drafts[draft.update_id]:
            return _unstuck(found, now)
        return found

    def released(self, draft_id: UUID) -> Release | None:
        return self._releases.get(draft_id)

    def lapsed(self, one: Review, now: datetime) -> str | None:
        """Why this revision has to be asked for again although it was cleared; None when it has not.

        Only what surely is public nowhere may be asked for again: the poster has said so for every destination, or
        no release was ever written and none can be any more.
        """
        if one.state not in ("approved", "released"):
            return None
        release = self._releases.get(one.draft.id)
        if release is None:
            return self._approval_lapsed(one.decided, now)
        places = self._by_release.get(release.id, set())
        receipts = [self._receipts[place] for place in places]
        if {r.destination for r in receipts} != {d.key for d in release.destinations}:
            return None
        reasons = {r.reason for r in receipts if r.outcome == "not-posted"}
        if any(r.outcome != "not-posted" for r in receipts) or not reasons <= LAPSES:
            return None
        return min(str(r) for r in reasons)

    def _approval_lapsed(self, decision: Decision | None, now: datetime) -> str | None:
        if decision is None:
            return None
        stopped_at = self.standing.stopped_at
        if stopped_at is not None and decision.at <= stopped_at:
            return "stopped"
        if decision.expires_at is not None and decision.expires_at <= now:
            return "approval-expired"
        return None

    def reviews(self, now: datetime) -> tuple[Review, ...]:
        """The current revision of every update, in order of arrival."""
        return self._folded(now)[0]

    def _folded(self, now: datetime) -> tuple[tuple[Review, ...], tuple[Item, ...]]:
        """All current revisions, and what of them waits.

        Time matters here only by the minute (an edit that settles, an approval that ends), so one fold serves all the
        people who look at the same version within the same ten seconds.
        """
        key = (self.version, now.replace(second=now.second // 10 * 10, microsecond=0))
        if self._kept is None or self._kept[0] != key:
            found = (self.current(update_id, now) for update_id in self._drafts)
            reviews = tuple(one for one in found if one is not None)
            self._kept = (key, reviews, tuple(self._item(one, now) for one in reviews if self.waits(one, now)))
        return self._kept[1], self._kept[2]

    # -- the queue

    def waits(self, one: Review, now: datetime) -> bool:
        """Whether a person has to say something about this revision."""
        if self.standing.state == "withdrawn" or one.draft.update_id in self.standing.retracted:
            return False
        return one.state == "waiting" or self.lapsed(one, now) is not None

    def queue(self, now: datetime, actor: Actor | None = None) -> tuple[Item, ...]:
        """What needs a person: posts that do, then what this actor may approve, then the rest; oldest first."""
        _, items = self._folded(now)
        mine = {i.update_id for i in items if i.review and actor and _might(i.review, actor)}
        posts = [_post_item(row) for row in self._rows() if row.answers]
        return (
            *sorted(posts, key=lambda i: (i.since, str(i.update_id))),
            *sorted(items, key=lambda i: (i.update_id not in mine, i.since, str(i.update_id))),
        )

    def _item(self, one: Review, now: datetime) -> Item:
        draft = one.draft
        lapse = self.lapsed(one, now)
        reason = lapse or (draft.reasons[0] if draft.reasons else _plain_reason(draft))
        since = one.decided.at if lapse and one.decided else draft.received_at
        return Item(draft.update_id, since, reason, draft.text, needs=review.needed_role(draft), review=one)

    # -- what is public

    def destinations(self) -> tuple[Destination, ...]:
        return self.live_event.plan.destinations if self.live_event else ()

    def _by_destination(self) -> dict[str, tuple[Row, ...]]:
        """All posts as they stand, by destination, the newest first; made once for each version."""
        if self._kept_rows is None or self._kept_rows[0] != self.version:
            found: dict[str, list[Row]] = {}
            for place, receipt in self._receipts.items():
                found.setdefault(receipt.destination, []).append(self._row(receipt, self._retractions.get(place)))
            newest = {key: tuple(sorted(rows, key=_place, reverse=True)) for key, rows in found.items()}
            self._kept_rows = (self.version, newest)
        return self._kept_rows[1]

    def _rows(self) -> Iterator[Row]:
        for rows in self._by_destination().values():
            yield from rows

    def _row(self, receipt: Receipt, retraction: Retraction | None) -> Row:
        if receipt.outcome == "not-posted":
            return Row(receipt, "not-posted", receipt.at, receipt.reason)
        if retraction is not None and retraction.outcome == "deleted":
            return Row(receipt, "retracted", retraction.at)
        if retraction is not None and retraction.outcome == "not-deleted":
            return Row(receipt, "not-deleted", retraction.at, retraction.reason)
        if receipt.outcome == "unknown":  # taken back or not: only what is known to be there can be deleted
            return Row(receipt, "unknown", receipt.at, receipt.reason)
        if receipt.update_id in self.standing.retracted or self.standing.state == "withdrawn":
            return Row(receipt, "taking-back", receipt.at, retraction.reason if retraction else None)
        return Row(receipt, "posted", receipt.at, receipt.reason)

    def rows(self, destination: str) -> tuple[Row, ...]:
        """All posts of one destination, the newest first."""
        return self._by_destination().get(destination, ())

    def pending(self, destination: Destination, now: datetime) -> tuple[Pending, ...]:
        """What was released and has not begun there, the next one first."""
        found = []
        going, origin = self._going(destination.key), self._origin(destination.key)
        for release in self._releases.values():
            if any(key == destination.key for key, _ in self._by_release.get(release.id, ())):
                continue
            verdict = may_go(release, destination, self.live_event, self.standing, now, origin=origin)
            if isinstance(verdict, Never):
                continue
            until, reason = (verdict.until, verdict.reason) if isinstance(verdict, Wait) else (None, going)
            found.append(Pending(release, until, reason))
        return tuple(sorted(found, key=lambda p: (p.release.not_before, str(p.release.id))))

    def _going(self, destination: str) -> str:
        """What a post that may go does there: it goes, or the destination or the post before it keeps it."""
        if destination in self._away:
            return "away"
        return "behind-unknown" if any(row.state == "unknown" for row in self.rows(destination)) else "going"

    def _origin(self, destination: str) -> datetime | None:
        """When the first update of the thread was received: the pauses of an as-live event count from it."""
        releases = (r for r in self._releases.values() if any(d.key == destination for d in r.destinations))
        return next((r.received_at for r in releases), None)

    def away(self, destination: str) -> Notice | None:
        """Why nothing can be posted there for now; None while it goes on."""
        return self._away.get(destination)

    def is_standalone(self, destination: str) -> bool:
        """Whether posts stand alone there, numbered, because the account may not reply."""
        return destination in self._standalone

    # -- an as-live event, and coming back from a stop

    @property
    def is_as_live(self) -> bool:
        return self.live_event is not None and self.live_event.plan.release.mode == "as-live"

    @property
    def is_kept(self) -> bool:
        """As-live, and not released yet."""
        return self.is_as_live and self.standing.released_at is None

    def kept(self, now: datetime) -> tuple[Release, ...]:
        """What an as-live event has ready and not sent anywhere yet, in the order it was received."""
        found = {p.release.id: p.release for d in self.destinations() for p in self.pending(d, now)}
        return tuple(sorted(found.values(), key=lambda r: (r.received_at, str(r.id))))

    def agree_before(self, now: datetime) -> datetime | None:
        """Until when a second person may agree to resume; None when nobody has agreed, or it has ended."""
        standing = self.standing
        if standing.state != "stopped" or standing.agreed_at is None:
            return None
        ends = standing.agreed_at + timedelta(seconds=RESUME_AGREE_S)
        return ends if now <= ends else None

    def word_on(self, row: Row) -> Control | None:
        """What a person has said of this post since it came to stand like this."""
        word = self.standing.settled.get((row.receipt.destination, row.receipt.post_id))
        return word if word is not None and word.at >= row.since else None

    def thread(self) -> tuple[ThreadItem, ...]:
        """What is public, destination by destination, in order; a post that was taken back has no text any more."""
        order = {d.key: place for place, d in enumerate(self.destinations())}
        rows = [row for row in self._rows() if row.state != "not-posted"]
        rows.sort(key=lambda r: (order.get(r.receipt.destination, len(order)), r.receipt.destination, r.receipt.n))
        return tuple(_thread_item(row) for row in rows)

    def on(self, update_id: UUID) -> tuple[Row, ...]:
        """All posts of one update, on every destination."""
        return tuple(row for row in self._rows() if row.receipt.update_id == update_id)

    def post(self, post_id: UUID, destination: str) -> Row | None:
        receipt = self._receipts.get((destination, post_id))
        return None if receipt is None else self._row(receipt, self._retractions.get((destination, post_id)))

    # -- numbers

    def counts(self, now: datetime) -> Counts:
        reviews, waiting = self._folded(now)
        rows = list(self._rows())
        posted = [row.receipt for row in rows if row.state in ("posted", "taking-back", "not-deleted")]
        oldest = min((item.since for item in waiting), default=None)
        return Counts(
            received=len(reviews),
            waiting=len(waiting),
            approved=sum(one.state == "approved" and self.lapsed(one, now) is None for one in reviews),
            returned=sum(one.state == "returned" for one in reviews),
            refused=sum(one.state == "refused" for one in reviews),
            released=len(self._releases),
            posted=len(posted),
            not_posted=sum(row.state == "not-posted" for row in rows),
            unknown=sum(row.state == "unknown" for row in rows),
            not_deleted=sum(row.state == "not-deleted" for row in rows),
            oldest_waiting_at=oldest,
            oldest_waiting_s=None if oldest is None else (now - oldest).total_seconds(),
            updates_per_minute=sum(now - timedelta(minutes=1) < one.draft.received_at <= now for one in reviews),
            last_posted_at=max((r.posted_at for r in posted if r.posted_at), default=None),
        )

    def at_stop(self, now: datetime) -> AtStop | None:
        """None when nothing was stopped."""
        since = self.standing.stopped_at
        if since is None:
            return None
        public, in_flight = {}, []
        for row in self._rows():
            receipt = row.receipt
            if receipt.outcome == "posted" and (receipt.posted_at or receipt.at) <= since:
                public[receipt.update_id, receipt.part] = row
            elif receipt.outcome == "posted" or row.state == "unknown":
                in_flight.append(row)
        reviews = self.reviews(now)
        cleared = [d for d in self._releases.values() if d.at <= since and not self._by_release.get(d.id)]
        return AtStop(
            public=tuple(sorted(public.values(), key=lambda r: r.receipt.posted_at or r.receipt.at)),
            in_flight=(*in_flight, *(i for place, i in self._intents.items() if place not in self._receipts)),
            approved=len(cleared) + sum(self.lapsed(one, now) == "stopped" for one in reviews),
            waiting=sum(one.state == "waiting" and one.draft.received_at <= since for one in reviews),
            since=sum(one.draft.received_at > since for one in reviews),
        )


class Arrived(Protocol):
    """A record as it lies on a topic; a bus's Message is one."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def value(self) -> bytes | None: ...


@dataclass
class Projection:
    """All live events, and how far each partition was read."""

    events: dict[str, LiveEventView] = field(default_factory=dict)
    places: dict[tuple[str, int], int] = field(default_factory=dict)  # the last offset applied
    undecodable: int = 0

    def apply(self, message: Arrived) -> None:
        place = (message.topic, message.partition)
        if message.offset <= self.places.get(place, -1):
            return  # read a second time, after the way to the broker was lost
        self.places[place] = message.offset
        if message.value is None:
            return
        try:
            record = _DECODE[message.topic](message.value)
        except Refused:
            self.undecodable += 1
            return
        self.of(record.live_event_id).add(record)

    def of(self, live_event_id: str) -> LiveEventView:
        return self.events.setdefault(live_event_id, LiveEventView(live_event_id))

    def open_events(self) -> tuple[LiveEventView, ...]:
        """Those with a plan: the open ones first, the latest first."""
        known = [e for e in self.events.values() if e.live_event is not None]
        return tuple(sorted(known, key=_latest_open))


_DECODE = {
    LIVE_EVENTS.name: LiveEvent.decode,
    DRAFTS.name: Draft.decode,
    DECISIONS.name: Decision.decode,
    RELEASES.name: Release.decode,
    RECEIPTS.name: decode_receipt,
    CONTROLS.name: Control.decode,
    LEDGER.name: Ledger.decode,
}


def ask_again(draft: Draft, lapse: str, now: datetime, actor: Actor) -> Draft:
    """The next revision of a draft whose clearance lapsed: the same words, which a person has to approve anew.

    The id follows from the draft alone, so two desks that ask at once ask once.
    """
    reasons = (lapse, *(r for r in draft.reasons if r != lapse))
    asked = Finding(start=0, end=0, kind="asked-again", rule=lapse, action=Action.HOLD)
    changes = {
        "id": derive(draft.id, "again"),
        "at": now,
        "actor": actor,
        "cause": draft.id,
        "revision": draft.revision + 1,
        "disposition": Disposition.HOLD,
        "reasons": reasons,
        # Among the findings, so that whoever derives the disposition from them later gets this one.
        "findings": (asked, *(f for f in draft.findings if f.kind != asked.kind)),
    }
    return draft.model_copy(update=changes)


def _unstuck(one: Review, now: datetime) -> Review:
    """An edit whose revision never came gives way after a while."""
    stuck = one.state == "superseded" and one.decided is not None and now - one.decided.at >= EDIT_SETTLES
    return replace(one, state="waiting", decided=None) if stuck else one


def _might(one: Review, actor: Actor) -> bool:
    return review.may_approve(replace(one, state="waiting"), actor) is None


def _plain_reason(draft: Draft) -> str:
    return "edited" if draft.revision else "read-first"


def _post_item(row: Row) -> Item:
    reason = "unknown-outcome" if row.state == "unknown" else "not-deleted"
    return Item(row.receipt.update_id, row.since, reason, row.receipt.text, row=row)


def _thread_item(row: Row) -> ThreadItem:
    receipt = row.receipt
    return ThreadItem(
        n=receipt.n,
        destination=receipt.destination,
        platform_id=receipt.platform_id,
        url=receipt.url,
        reply_to=receipt.reply_to,
        text="" if row.state == "retracted" else receipt.text,
        update_id=receipt.update_id,
        state=row.state,
        posted_at=receipt.posted_at,
        post_id=receipt.post_id,
    )


def _place(row: Row) -> tuple[int, datetime]:
    return (row.receipt.n, row.receipt.at)


def _latest_open(view: LiveEventView) -> tuple[bool, float, str]:
    assert view.live_event is not None
    return (view.live_event.state == "closed", -view.live_event.opened_at.timestamp(), view.live_event_id)
