"""What the poster does next in one thread (one live event on one destination), as a machine without I/O.

Theory of operation. A post passes three points: its *intent* is durable in the ledger; its request is started; its
*outcome* is durable. If the process or an answer is lost between the first and the last, nobody here knows whether
the post is public: it is *in doubt*, and nothing else is posted in this thread until that is settled, because the next
post needs its parent's id. Doubt is settled

    by repeating    where the platform knows the post again by its key, for as long as it does (`repeatable_s`);
    by looking up   found: it is posted. Not found, and `settle_s` has passed since the request may last have been
                    started: it was not applied, and may be sent anew. Not found earlier means nothing;
    by a person     where the platform can do neither, or keeps contradicting itself.

Whether anything may be *started* is the gate's word at that very moment (controls, approval, delay, consent). Looking
up and deleting need no gate: a stop must not keep us from knowing, nor from taking back.

    state of the head post     gate    step                      then
    none, or known unsent      go      Intend                    armed: Publish while fresh, else Intend again
                               wait    Wait
                               never   Skip                      not-posted, and so are its release's later parts
    in doubt, repeatable       go      Intend, Publish           with the same place and parent as before
    in doubt, otherwise        any     LookUp at set times       posted | known unsent | Doubt
    in doubt, cannot look up   any     Doubt                     waits for a person
    posted, and taken back     any     Retract, Delete           newest first; never waits for the others

All durable state is in the Book. What this object keeps besides (what is known unsent, when to try again) may be lost
with the process at any time: without it every intent is in doubt, which is safe.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from consumers.poster.book import DOUBTFUL, WAS_PUBLIC, Book, Entry
from consumers.poster.compose import compose
from consumers.poster.platforms.base import FRESH_S, Limits, Outgoing
from consumers.poster.steps import Delete, Doubt, Gate, Idle, Intend, LookUp, Publish, Retract, Skip, Step, Wait
from schemas.errors import Refused
from schemas.ids import derive
from schemas.live_event import Destination, LiveEvent
from schemas.release import Release
from schemas.thread import Post
from streams.release import Go, Never
from streams.release import Wait as Hold

LOOKS = (0.125, 0.5, 1.0)  # when to look, in parts of settle_s: early to find soon, at the end to be sure
SETTLES_MAX = 10  # a platform that loses ten requests in a row, and can be read all the while, needs a person
DUPLICATES_MAX = 2  # it has the text, we cannot see it: the same text stands elsewhere; a person decides
BACKOFF_MAX_S = 60.0

NEEDS_PERSON = "needs-person"


@dataclass
class _Tries:
    """What this process learnt about one post, and may forget."""

    unsent: bool = False  # no request of it can still take effect
    was_unsent: bool = False  # before the latest request
    later: datetime | None = None
    since: datetime | None = None  # when a request may last have been started
    looks: int = 0
    settles: int = 0
    duplicates: int = 0
    failures: int = 0
    blind: bool = False  # the platform refused to be asked
    stuck: bool = False  # it refused the repeat, which says nothing of the first request


@dataclass
class Publication:
    """Admit releases in order, ask next_step(), do it, say what came of it. Ledger records go through the Book."""

    destination: Destination
    limits: Limits
    book: Book
    writer: UUID
    claimed_at: datetime | None = None  # when this writer took over: requests of the one before may be as young
    _queue: deque[Release] = field(default_factory=deque)
    _admitted: dict[UUID, Release] = field(default_factory=dict)
    _composed: tuple[UUID, tuple[Post, ...], str | None] | None = None
    _tries: dict[UUID, _Tries] = field(default_factory=dict)
    _armed: tuple[UUID, datetime] | None = None

    # -- what came of it -------------------------------------------------------------------------------------------

    def admit(self, release: Release) -> None:
        """The next release of the topic; one that came before is ignored."""
        if release.id not in self._admitted:
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
        tries.unsent, tries.since, tries.looks = False, now, 0
        tries.duplicates += duplicate
        tries.failures += 1
        pause_s = min(self.limits.retry_s * 2 ** (tries.failures - 1), BACKOFF_MAX_S)
        tries.later = now + timedelta(seconds=pause_s) if self.repeatable(post_id, now) else None

    def absent(self, post_id: UUID, now: datetime) -> None:
        """The look-up has not found it."""
        tries = self._of(post_id)
        tries.later = None
        since = self._since(post_id, now)
        if now < since + timedelta(seconds=self.limits.settle_s):
            tries.looks += 1
            return
        tries.unsent, tries.looks, tries.settles = True, 0, tries.settles + 1

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
        step = deletion or self._in_doubt(now, gate) or self._head(now, gate)
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
            if entry.state not in ("posted", "deleting") or not gate.taken_back(entry.post.update_id):
                continue
            later = self._of(entry.post.id).later
            if later is None or later <= now:
                out = self._again(entry)
                return (Retract(out, entry) if entry.state == "posted" else Delete(out, entry)), None
            soonest = min(soonest or later, later)
        return None, soonest

    def _in_doubt(self, now: datetime, gate: Gate) -> Step | None:
        entry = next(self._doubtful(), None)
        if entry is None:
            return None
        tries, out = self._of(entry.post.id), self._again(entry)
        if tries.later is not None and now < tries.later:
            return Wait(tries.later, "platform-busy")
        release = self._admitted.get(entry.post.release_id)
        if release and isinstance(gate.verdict(release, now), Go) and self.repeatable(entry.post.id, now):
            return Intend(out, repeat=True)
        if tries.settles >= SETTLES_MAX or tries.duplicates > DUPLICATES_MAX:
            return self._ask(entry, out)
        if not self.limits.can_look_up or tries.blind:
            return self._ask(entry, out)
        if entry.state == "intent" and not self.limits.repeatable_s:
            return Doubt(out, "no-answer")  # shown to people while it settles
        at = self._since(entry.post.id, now) + timedelta(
            seconds=self.limits.settle_s * LOOKS[min(tries.looks, len(LOOKS) - 1)]
        )
        return LookUp(out, entry.first_at, self.book.known_ids()) if now >= at else Wait(at, "settling")

    def _ask(self, entry: Entry, out: Outgoing) -> Step:
        asked = entry.state == "unknown" and entry.reason == NEEDS_PERSON
        return Wait(None, "unknown") if asked else Doubt(out, NEEDS_PERSON)

    def _head(self, now: datetime, gate: Gate) -> Step:
        while self._queue:
            release = self._queue[0]
            if gate.live_event is None:
                return Wait(None, "unknown-event")
            posts, refused = self._posts(release, gate.live_event)
            post = next((p for p in posts if self._open(p)), None)
            if post is not None:
                return self._start(release, post, refused, now, gate)
            self._queue.popleft()
        return Idle()

    def _start(self, release: Release, post: Post, refused: str | None, now: datetime, gate: Gate) -> Step:
        out = self._place(release, post)
        reason = refused or self._unfit(release, post)
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
        entries = (e for e in reversed(self.book.entries.values()) if e.state in DOUBTFUL)
        return (e for e in entries if not self._of(e.post.id).unsent)

    def repeatable(self, post_id: UUID, now: datetime) -> bool:
        """Whether sending it again is harmless, whatever became of the first request."""
        entry = self.book.entries.get(post_id)
        if entry is None or self._of(post_id).stuck:
            return False
        return (now - entry.first_at).total_seconds() < self.limits.repeatable_s

    def _open(self, post: Post) -> bool:
        entry = self.book.entries.get(post.id)
        return entry is None or entry.state in DOUBTFUL

    def _unfit(self, release: Release, post: Post) -> str | None:
        """Why this post may not follow what is in the book already."""
        for entry in self.book.entries.values():
            if entry.post.release_id == release.id:
                if entry.state == "not-posted" and entry.post.part < post.part:
                    return entry.reason or "incomplete"  # a text with a hole in it says something else
                if entry.post.parts != post.parts or (entry.post.id == post.id and entry.post.text != post.text):
                    return "recomposed"  # half of it went out under other rules of composing
            elif entry.post.update_id == release.update_id and entry.state in WAS_PUBLIC:
                return "already-posted"
        return None

    def _posts(self, release: Release, live_event: LiveEvent) -> tuple[tuple[Post, ...], str | None]:
        if self._composed is None or self._composed[0] != release.id:
            self._composed = (release.id, *self._compose(release, live_event))
        return self._composed[1:]

    def _compose(self, release: Release, live_event: LiveEvent) -> tuple[tuple[Post, ...], str | None]:
        plan = live_event.plan
        try:
            posts = compose(
                release,
                self.limits,
                destination=self.destination,
                hashtag=plan.hashtag,
                stamp=plan.release.stamp,
                at=release.not_before,
                timezone=plan.timezone,
                elapsed_from=plan.window.opens,
                counter=self.book.number(release.id),
                corrects_url=self._url_of(release.corrects),
            )
        except Refused as refused:
            return (_whole(release, self.destination),), refused.code
        return posts, None

    def _url_of(self, update_id: UUID | None) -> str | None:
        if update_id is None:
            return None
        found = (e.url for e in self.book.entries.values() if e.post.update_id == update_id and e.state in WAS_PUBLIC)
        return next(found, None)

    def _place(self, release: Release, post: Post) -> Outgoing:
        tail = self.book.tail()
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
        )

    def _again(self, entry: Entry) -> Outgoing:
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
        )


def _whole(release: Release, destination: Destination) -> Post:
    """A stand-in for a release that cannot be composed, so that its receipt has something to name."""
    return Post(
        id=derive(release.id, destination.key, 0),
        release_id=release.id,
        update_id=release.update_id,
        part=0,
        parts=1,
        text=release.text or "-",
        lang=release.lang,
    )
