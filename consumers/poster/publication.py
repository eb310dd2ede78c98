"""What the poster does next in one thread (one live event on one destination), as a machine without I/O.

Theory of operation. A post passes three points: its *intent* is durable in the ledger; its request is started; its
*outcome* is durable. If the process or an answer is lost between the first and the last, nobody here knows whether
the post is public: it is *in doubt*, and nothing else is posted in this thread until that is settled, because the next
post needs its parent's id. Doubt is settled

    by repeating    where the platform knows the post again by its key, for as long as it does (`repeatable_s`);
    by looking up   found: it is posted. Not found, and `settle_s` has passed since the request may last have been
                    started: it was not applied, and may be sent anew. Not found earlier means nothing;
    by a person     where the platform can do neither, or keeps contradicting itself: it is there, or it is not.

Whether anything may be *started* is the gate's word at that very moment (controls, approval, delay, consent). Looking
up and deleting need no gate: a stop must not keep us from knowing, nor from taking back.

    state of the head post     gate    step                      then
    none, or known unsent      go      Intend                    armed: Publish while fresh, else Intend again
                               wait    Wait
                               never   Skip                      not-posted, and so are its release's later parts
    in doubt, repeatable       go      Intend, Publish           with the same place and parent as before; where
                                                                 `look_first`, after a LookUp that found nothing
    in doubt, otherwise        any     LookUp at set times       posted | known unsent | Doubt
    in doubt, cannot look up   any     Doubt                     waits for a person
    waits for a person         any     Settle                    once a person has said so: posted | known unsent
    posted, and taken back     any     Retract, Delete           newest first; never waits for the others
    deleted, by its key        any     Delete once more          when no lost request of it can take effect any more: a
                                                                 server that knows posts by keys would make it anew
    could not be deleted       any     Settle                    once a person has deleted it by hand

A thread is one chain, or one for each language of the live event; `n` counts its posts over all chains. Where the
account turns out not to be allowed to reply, the thread goes on as numbered posts that stand alone (`standalone`, which
is durable before any such post).

All durable state is in the Book. What this object keeps besides (what is known unsent, when to try again) may be lost
with the process at any time: without it every intent is in doubt, which is safe.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from consumers.poster.book import DOUBTFUL, Book, Entry
from consumers.poster.composed import Composed
from consumers.poster.platforms.base import FRESH_S, Limits, Outgoing
from consumers.poster.shelf import Shelf
from consumers.poster.steps import (
    Delete,
    Doubt,
    Gate,
    Idle,
    Intend,
    LookUp,
    Publish,
    Retract,
    Settle,
    Skip,
    Step,
    Wait,
)
from schemas.control import Control
from schemas.live_event import Destination, Plan
from schemas.release import Release
from schemas.thread import Post
from streams.release import Go, Never
from streams.release import Wait as Hold

LOOKS = (0.125, 0.5, 1.0)  # when to look, in parts of settle_s: early to find soon, at the end to be sure
SETTLES_MAX = 10  # a platform that loses ten requests in a row, and can be read all the while, needs a person
DUPLICATES_MAX = 2  # it has the text, we cannot see it: the same text stands elsewhere; a person decides
BACKOFF_MAX_S = 60.0
SKEW_MAX_S = 300.0  # between the clock of who deleted a post and ours

NEEDS_PERSON = "needs-person"
ABSENT = "absent"  # a person looked, and it is not there: known unsent, after a restart too


@dataclass
class _Tries:
    """What this process learnt about one post, and may forget."""

    unsent: bool = False  # no request of it can still take effect
    was_unsent: bool = False  # before the latest request
    later: datetime | None = None
    since: datetime | None = None  # when a request may last have been started
    looks: int = 0
    looked: bool = False  # since the latest request, and nothing was found
    settles: int = 0
    duplicates: int = 0
    failures: int = 0
    swept: bool = False  # deleted, and nothing can bring it back
    blind: bool = False  # the platform refused to be asked
    stuck: bool = False  # it refused the repeat, which says nothing of the first request


@dataclass
class Publication:
    """Admit releases in order, ask next_step(), do it, say what came of it. Ledger records go through the Book."""

    destination: Destination
    limits: Limits
    book: Book
    writer: UUID
    shelf: Shelf | None = None  # of the account; None when this is its only thread
    claimed_at: datetime | None = None  # when this writer took over: requests of the one before may be as young
    origin: datetime | None = None  # when the thread's first update was received
    _queue: deque[Release] = field(default_factory=deque)
    _admitted: dict[UUID, Release] = field(default_factory=dict)
    _tries: dict[UUID, _Tries] = field(default_factory=dict)
    _armed: tuple[UUID, datetime] | None = None

    def __post_init__(self) -> None:
        self._shelf = self.shelf or Shelf.of(self.book)
        self._composed = Composed(self.destination, self.book, self._shelf, self.limits)

    # -- what came of it -------------------------------------------------------------------------------------------

    def limited(self, limits: Limits) -> None:
        """What the platform allows and promises, as it is known now."""
        self.limits = self._composed.limits = limits

    def admit(self, release: Release) -> None:
        """The next release of the topic; one that came before is ignored."""
        if release.id not in self._admitted:
            self.origin = self.origin or release.received_at
            self._admitted[release.id] = release
            self._queue.append(release)

    @property
    def armed(self) -> bool:
        """Whether an intent is durable whose request has not started: read the controls before the next step."""
        return self._armed is not None

    def intended(self, step: Intend, at: datetime) -> None:
        """The intent is durable, and nobody had taken over when it was. `at`: before the writing began."""
        if not step.repeat:
            self._of(step.out.post.id).unsent = True
        self._armed = (step.out.post.id, at)

    def started(self, post_id: UUID, now: datetime) -> None:
        """The request starts: from here on only an answer can tell what became of it."""
        tries = self._of(post_id)
        tries.was_unsent, tries.unsent, tries.since = tries.unsent, False, now

    def busy(self, post_id: UUID, until: datetime) -> None:
        """This request had no effect for certain: try again at `until`."""
        tries = self._of(post_id)
        tries.unsent, tries.later = tries.was_unsent, until

    def later(self, post_id: UUID, until: datetime) -> None:
        """A look-up or deletion got no answer: try again at `until`."""
        self._of(post_id).later = until

    def lost(self, post_id: UUID, now: datetime, *, duplicate: bool = False) -> None:
        """No answer that tells: the post is in doubt."""
        tries = self._of(post_id)
        tries.unsent, tries.since, tries.looks, tries.looked = False, now, 0, False
        tries.duplicates += duplicate
        tries.failures += 1
        pause_s = min(self.limits.retry_s * 2 ** (tries.failures - 1), BACKOFF_MAX_S)
        tries.later = now + timedelta(seconds=pause_s) if self.repeatable(post_id, now) else None

    def absent(self, post_id: UUID, now: datetime) -> None:
        """The look-up has not found it."""
        tries = self._of(post_id)
        tries.later, tries.looked = None, True
        since = self._since(post_id, now)
        if now < since + timedelta(seconds=self.limits.settle_s):
            tries.looks += 1
            return
        tries.unsent, tries.looks, tries.settles = True, 0, tries.settles + 1

    def swept(self, post_id: UUID) -> None:
        """It was deleted once more, after the last request that could have made it anew."""
        self._of(post_id).swept = True

    def stuck(self, post_id: UUID, now: datetime) -> None:
        """The platform refused to repeat a post that is in doubt: only looking can tell now."""
        tries = self._of(post_id)
        tries.stuck, tries.since = True, now

    def unreadable(self, post_id: UUID) -> None:
        """The platform will not be asked."""
        self._of(post_id).blind = True

    # -- what to do next -------------------------------------------------------------------------------------------

    def next_step(self, now: datetime, gate: Gate) -> Step:
        """The one thing to do now. `gate` must be of this very moment. An intent is good for the next step alone."""
        armed, self._armed = self._armed, None
        deletion, soonest = self._deletion(now, gate)
        step = deletion or self._deleted_by_hand(gate) or self._in_doubt(now, gate) or self._head(now, gate)
        if isinstance(step, Intend) and armed is not None:
            post_id, at = armed
            # Both directions: a clock that was set back must not make an old intent look fresh.
            if post_id == step.out.post.id and abs((now - at).total_seconds()) <= FRESH_S:
                return Publish(step.out, repeat=step.repeat)
        if soonest is not None and isinstance(step, Wait | Idle):
            until = step.until if isinstance(step, Wait) else None
            return Wait(min(soonest, until or soonest), "deleting")
        return step

    def _deletion(self, now: datetime, gate: Gate) -> tuple[Retract | Delete | None, datetime | None]:
        """The newest post to take back, else when to try the next one again."""
        soonest: datetime | None = None
        if not gate.takes_back:  # the usual case: not a look at every post of the thread
            return None, None
        for entry in reversed(self.book.entries.values()):
            if entry.state not in ("posted", "deleting", "deleted") or not gate.taken_back(entry.post.update_id):
                continue
            later = self._of(entry.post.id).later
            if entry.state == "deleted":
                due = self._comes_back_until(entry, now)
                if due is None:
                    continue
                later = max(due, later or due)
            if later is None or later <= now:
                out = self._again(entry)
                return (Retract(out, entry) if entry.state == "posted" else self._delete(out, entry)), None
            soonest = min(soonest or later, later)
        return None, soonest

    @staticmethod
    def _delete(out: Outgoing, entry: Entry) -> Delete:
        return Delete(out, entry, again=entry.state == "deleted")

    def _comes_back_until(self, entry: Entry, now: datetime) -> datetime | None:
        """Until when a request that was given up may make a deleted post anew; None where none can."""
        tries = self._of(entry.post.id)
        long_ago = abs((now - entry.at).total_seconds()) > self.limits.settle_s + SKEW_MAX_S
        answered = entry.first_writer == self.writer and not tries.failures  # each of its requests
        if not self.limits.repeatable_s or tries.swept or long_ago or answered:
            return None
        since = (tries.since if tries.failures else None) or self.claimed_at or now
        return since + timedelta(seconds=self.limits.settle_s)

    def _deleted_by_hand(self, gate: Gate) -> Settle | None:
        for (destination, post_id), word in gate.standing.settled.items():
            entry = self.book.entries.get(post_id) if destination == self.destination.key else None
            if entry is not None and entry.state == "not-deleted" and word.found == "deleted":
                return Settle(self._again(entry), entry, word)
        return None

    def _in_doubt(self, now: datetime, gate: Gate) -> Step | None:
        entry = next(self._doubtful(), None)
        if entry is None:
            return None
        plan = gate.live_event.plan if gate.live_event else None
        tries, out = self._of(entry.post.id), self._again(entry, plan.content_warning if plan else None)
        word = gate.word_on(entry.post.id)
        if word is not None and self._answers(word, entry):
            return Settle(out, entry, word)
        if tries.later is not None and now < tries.later:
            return Wait(tries.later, "platform-busy")
        release = self._admitted.get(entry.post.release_id)
        if release and isinstance(gate.verdict(release, now), Go) and self.repeatable(entry.post.id, now):
            if tries.looked or not self.limits.look_first:
                return Intend(out, repeat=True)
            if not tries.blind:
                at = self._since(entry.post.id, now) + timedelta(seconds=self.limits.retry_s)
                return self._look(entry, out, at, now)
        if tries.settles >= SETTLES_MAX or tries.duplicates > DUPLICATES_MAX:
            return self._ask(entry, out, word)
        if not self.limits.can_look_up or tries.blind:
            return self._ask(entry, out, word)
        if entry.state == "intent" and not self.limits.repeatable_s:
            return Doubt(out, "no-answer")  # shown to people while it settles
        at = self._since(entry.post.id, now) + timedelta(
            seconds=self.limits.settle_s * LOOKS[min(tries.looks, len(LOOKS) - 1)]
        )
        return self._look(entry, out, at, now)

    def _look(self, entry: Entry, out: Outgoing, at: datetime, now: datetime) -> LookUp | Wait:
        return LookUp(out, entry.first_at, self._shelf.known_ids()) if now >= at else Wait(at, "settling")

    def _ask(self, entry: Entry, out: Outgoing, word: Control | None) -> Step:
        asked = entry.state == "unknown" and entry.reason == NEEDS_PERSON
        return Wait(None, "unknown") if asked else Doubt(out, NEEDS_PERSON, heard=word.id if word else None)

    @staticmethod
    def _answers(word: Control, entry: Entry) -> bool:
        """Whether a person's word is about this very state. That it is there is true whenever it was seen."""
        if word.id == entry.settled_by or word.found == "deleted":
            return False
        return word.found == "there" or (entry.state == "unknown" and entry.reason == NEEDS_PERSON)

    def _head(self, now: datetime, gate: Gate) -> Step:
        while self._queue:
            release = self._queue[0]
            if gate.live_event is None:
                return Wait(None, "unknown-event")
            posts, refused = self._composed.posts(release, gate.live_event.plan)
            post = next((p for p in posts if self._open(p)), None)
            if post is not None:
                return self._start(release, post, refused, now, gate)
            self._queue.popleft()
        return Idle()

    def _start(self, release: Release, post: Post, refused: str | None, now: datetime, gate: Gate) -> Step:
        assert gate.live_event is not None  # _head has looked
        out = self._place(release, post, gate.live_event.plan)
        reason = refused or self._unfit(release, post, gate.live_event.plan)
        if reason is not None:
            return Skip(out, reason)
        verdict = gate.verdict(release, now)
        if isinstance(verdict, Never):
            return Skip(out, verdict.reason)
        if isinstance(verdict, Hold):
            return Wait(verdict.until, verdict.reason)
        later = self._of(post.id).later
        if later is not None and now < later:
            return Wait(later, "platform-busy")
        return Intend(out)

    # -- how things stand ------------------------------------------------------------------------------------------

    def _of(self, post_id: UUID) -> _Tries:
        return self._tries.setdefault(post_id, _Tries())

    def _since(self, post_id: UUID, now: datetime) -> datetime:
        return self._of(post_id).since or self.claimed_at or now

    def _doubtful(self) -> Iterator[Entry]:
        entries = (self.book.entries[post_id] for post_id in reversed(self.book.doubtful))
        return (e for e in entries if not self._of(e.post.id).unsent and not _found_absent(e))

    def repeatable(self, post_id: UUID, now: datetime) -> bool:
        """Whether sending it again is harmless, whatever became of the first request."""
        entry = self.book.entries.get(post_id)
        if entry is None or self._of(post_id).stuck or not self.limits.repeatable_s:
            return False
        # Either way: the first intent may be of another host, whose clock is ahead of ours.
        return abs((now - entry.first_at).total_seconds()) < self.limits.repeatable_s

    def _open(self, post: Post) -> bool:
        entry = self.book.entries.get(post.id)
        return entry is None or entry.state in DOUBTFUL

    def _unfit(self, release: Release, post: Post, plan: Plan) -> str | None:
        """Why this post may not follow what is in the book already."""
        for entry in self.book.parts_of(release.id):
            if entry.post.part >= post.part:
                continue
            if entry.state == "not-posted":
                return entry.reason or "incomplete"  # a text with a hole in it says something else
            if not self._composed.follows(entry.post, release, plan):
                return "recomposed"  # half of it went out under other rules of composing
        if self.book.release_that_was_public(release.update_id) not in (None, release.id):
            return "already-posted"
        return None

    def _place(self, release: Release, post: Post, plan: Plan) -> Outgoing:
        chain = _chain_of(post, plan)
        tail = None if self.book.standalone else self.book.tail(lambda other: _chain_of(other, plan) == chain)
        reply_to = tail.platform_id if tail else None
        return Outgoing(
            post,
            release.live_event_id,
            n=self.book.next_n(),
            reply_to=reply_to,
            root=self.book.root_of(reply_to),
            at=release.not_before,
            phase=release.phase,
            corrects=release.corrects,
            warning=plan.content_warning,
        )

    def _again(self, entry: Entry, warning: str | None = None) -> Outgoing:
        """The very request of the entry's last intent."""
        release = self._admitted.get(entry.post.release_id)
        return Outgoing(
            entry.post,
            self.book.live_event_id,
            n=entry.n,
            reply_to=entry.reply_to,
            root=self.book.root_of(entry.reply_to),
            at=release.not_before if release else entry.first_at,
            phase=release.phase if release else None,
            corrects=release.corrects if release else None,
            warning=warning,
        )


def _found_absent(entry: Entry) -> bool:
    return entry.state == "unknown" and entry.reason == ABSENT


def _chain_of(post: Post, plan: Plan) -> str | None:
    """The language whose chain a post belongs to; a text of no known language goes with the first."""
    return post.lang if post.lang in plan.languages else plan.languages[0]
