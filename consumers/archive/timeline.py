"""The whole event in the order in which it happened, and what readers and staff saw at any instant of it. Pure.

Each record bears the time of whoever wrote it, and the time at which the archive wrote it down. A clock that was set
back must not put a deletion before its post: within one kind of record (one topic) time stands still where it would go
backwards, and nothing happens later than it was archived. The way of an update shows the clocks as they were.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from consumers.archive.replay import Replay, Step
from schemas.control import Control
from schemas.live_event import LiveEvent
from streams import consent
from streams.standing import RUNNING, Standing

SKEW = timedelta(seconds=1)
"""What clocks of machines that keep time may differ by; more is said."""
LOOKS = frozenset({"searched", "exported", "reported", "replayed", "imported", "verified"})
"""Accesses that are no part of the event: somebody looked at its archive."""
_SEEN = ("as-posted", "edited", "deleted", "added", "still-public", "gone", "unreadable", "read")
# What is read back daily for weeks must not stretch the event's own time.
_AFTERWARDS = frozenset({"archived", "keys-erased", "removed", "erased", "policy", *(f"seen-{w}" for w in _SEEN)})
# Records of one instant, by what follows from what; those of one topic stay in its order.
_FOLLOWS = {"draft": 1, "decision": 2, "release": 3, "ledger": 4, "page": 5, "receipt": 6, "sighting": 7}
LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Tick:
    """One step at its place. `set_right`: by how much the record's own clock was off, zero within SKEW."""

    when: datetime
    step: Step
    set_right: timedelta = timedelta()


@dataclass(frozen=True)
class Timeline:
    """`ticks` by when they happened. `updates` numbers all updates as they came in, `posts` those that were public."""

    ticks: tuple[Tick, ...]
    zone: ZoneInfo
    title: str
    live_event_id: str
    updates: Mapping[str, int] = field(default_factory=dict)
    posts: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def instants(self) -> tuple[datetime, ...]:
        return tuple(tick.when for tick in self.ticks)

    @cached_property
    def span(self) -> tuple[datetime, datetime]:
        """From the first to the last thing that is part of the event; what was done to its archive comes after."""
        own = [tick.when for tick in self.ticks if tick.step.what not in _AFTERWARDS]
        if not own:
            return (self.instants[0], self.instants[-1]) if self.ticks else (datetime.min.replace(tzinfo=UTC),) * 2
        return own[0], own[-1]

    def until(self, instant: datetime) -> tuple[Tick, ...]:
        return self.ticks[: bisect_right(self.instants, instant)]

    def of_instant(self, instant: datetime) -> tuple[Tick, ...]:
        return self.ticks[bisect_left(self.instants, instant) : bisect_right(self.instants, instant)]

    def before(self, instant: datetime) -> Tick | None:
        """The last thing that happened earlier."""
        at = bisect_left(self.instants, instant)
        return self.ticks[at - 1] if at else None

    def after(self, instant: datetime) -> Tick | None:
        """The next thing that happens."""
        at = bisect_right(self.instants, instant)
        return self.ticks[at] if at < len(self.ticks) else None

    def local(self, instant: datetime) -> datetime:
        """As the clock on the wall showed it where the event was."""
        return instant.astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Shown:
    """One post as readers saw it. `entry` is that of its receipt, or of the page's record before there was one."""

    post_id: str
    update_id: str
    destination: str
    n: int
    text: str
    url: str | None
    since: datetime
    entry: int
    corrects: str | None = None  # the update that it corrects
    going: datetime | None = None  # since when it is being taken back
    not_deleted: str | None = None  # why it could not be: a code
    changed: datetime | None = None  # since when it was seen to be otherwise than it was sent


@dataclass(frozen=True, slots=True)
class Astray:
    """What readers could see and nobody here wanted public: `added` by our account, or `still-public`."""

    what: str
    destination: str
    platform_id: str
    url: str | None
    since: datetime
    entry: int
    update_id: str = ""  # of what was taken back


@dataclass(frozen=True, slots=True)
class Gone:
    """One post that was public and is not any more."""

    post_id: str
    update_id: str
    destination: str
    since: datetime
    until: datetime
    by_others: bool = False  # nobody here took it back


@dataclass(frozen=True, slots=True)
class Doubt:
    """A post that was handed to a platform: `unknown` False while its answer is awaited, True when none came."""

    post_id: str
    update_id: str
    destination: str
    text: str
    since: datetime
    unknown: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft that waits for a person: never its text, only why."""

    update_id: str
    revision: int
    since: datetime
    needs: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cleared:
    """A release that is not out everywhere: cleared text, the places that are left, and from when it may go."""

    update_id: str
    text: str
    since: datetime
    not_before: datetime
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """An update that does not go on by itself: returned, refused, or not posted at one destination."""

    update_id: str
    how: str
    since: datetime
    destination: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ConsentThen:
    """The consent in force. `withdrawn`: since when there is none."""

    state: str
    scope: consent.Scope
    sha256: str
    withdrawn: datetime | None


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything that stood at one instant."""

    at: datetime
    entry: int  # the greatest entry that is taken in; -1 before the first
    life: str  # planned, open, closed, archived
    standing: Standing
    consent: ConsentThen | None
    policy: tuple[str, str] | None  # name, sha256
    public: tuple[Shown, ...]
    gone: tuple[Gone, ...]
    doubts: tuple[Doubt, ...]
    waiting: tuple[Waiting, ...]
    cleared: tuple[Cleared, ...]
    ended: tuple[Ended, ...]
    away: tuple[str, ...]  # destinations that could not be reached
    astray: tuple[Astray, ...] = ()  # as far as they were read back

    @property
    def destinations(self) -> tuple[str, ...]:
        return tuple(sorted({shown.destination for shown in self.public}, key=lambda d: (d != LOCAL, d)))

    def on(self, destination: str) -> tuple[Shown, ...]:
        """In the order of the thread."""
        return tuple(sorted((s for s in self.public if s.destination == destination), key=lambda s: (s.n, s.since)))


def instant(at: str) -> datetime:
    """An instant of a record: RFC 3339, UTC. Raises ValueError."""
    return datetime.fromisoformat(at).astimezone(UTC)


def timeline(told: Replay) -> Timeline:
    """All steps of an event, set right where a clock went backwards, in the order in which they happened."""
    ticks = tuple(sorted(_set_right(_steps(told)), key=_order))
    plan = _plan(ticks)
    received = dict.fromkeys(t.step.update_id for t in ticks if t.step.update_id is not None)
    public = dict.fromkeys(t.step.update_id for t in ticks if t.step.update_id is not None and t.step.what == "posted")
    return Timeline(
        ticks,
        _zone(str(plan.get("timezone", ""))),
        str(plan.get("title", "")),
        str(plan.get("id", "")),
        {update: n for n, update in enumerate(received, 1)},
        {update: n for n, update in enumerate(public, 1)},
    )


def _steps(told: Replay) -> list[Step]:
    """Each entry once, as archived; not the looks that were taken at the archive."""
    every = [*told.live_event, *told.others, *(s for story in told.stories for s in story.steps)]
    return [s for _, s in sorted({s.seq: s for s in every}.items()) if s.what not in LOOKS]


def _set_right(steps: Iterable[Step]) -> Iterable[Tick]:
    latest: dict[str, datetime] = {}
    for s in steps:
        said, written = instant(s.at), instant(s.ts)
        topic = _topic(str(s.detail["type"]))
        when = max(min(said, written + SKEW), latest.get(topic, said.min.replace(tzinfo=UTC)))
        latest[topic] = when
        off = when - said
        yield Tick(when, s, off if abs(off) > SKEW else timedelta())


def _topic(kind: str) -> str:
    """Receipts, retractions and notices lie on one topic."""
    return "receipt" if kind in ("retraction", "notice") else kind


def _order(tick: Tick) -> tuple[datetime, int, int]:
    return tick.when, _FOLLOWS.get(_topic(str(tick.step.detail["type"])), 0), tick.step.seq


def _plan(ticks: Iterable[Tick]) -> Mapping[str, Any]:
    plans = [t.step.detail["plan"] for t in ticks if t.step.detail["type"] == "live-event" and "plan" in t.step.detail]
    return plans[-1] if plans else {}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):  # a zone that this machine does not know
        return ZoneInfo("UTC")


def state_at(of: Timeline, at: datetime) -> Moment:
    """What stood at an instant, everything of that very instant included."""
    fold = Fold()
    for tick in of.until(at):
        fold.take(tick)
    return fold.moment(at)


class Fold:
    """Takes ticks in their order; moment() may be asked after any of them."""

    def __init__(self) -> None:
        self._entry = -1
        self._event: LiveEvent | None = None
        self._life = "planned"
        self._policy: tuple[str, str] | None = None
        self._standing = RUNNING
        self._public: dict[str, Shown] = {}
        self._gone: dict[str, Gone] = {}
        self._doubts: dict[str, Doubt] = {}
        self._settled: set[str] = set()  # posts whose outcome is known
        self._drafts: dict[str, Tick] = {}  # by update, the latest revision
        self._decided: dict[str, Tick] = {}  # by draft
        self._released: dict[str, Tick] = {}  # by release
        self._out: dict[str, set[str]] = {}  # by release, the destinations at which it has begun
        self._failed: dict[str, Ended] = {}  # by post
        self._corrects: dict[str, str] = {}  # by update
        self._away: dict[str, None] = {}
        self._lost: dict[str, Shown] = {}  # by post: gone, and nobody here took it back
        self._astray: dict[tuple[str, str], Astray] = {}  # by destination and platform id

    def take(self, tick: Tick) -> None:
        self._entry = max(self._entry, tick.step.seq)
        take = _TAKES.get(str(tick.step.detail["type"]))
        if take is not None:
            take(self, tick)

    # --- one for each type of record ---

    def take_live_event(self, tick: Tick) -> None:
        detail = tick.step.detail
        self._life = {"opened": "open"}.get(tick.step.what, tick.step.what)
        self._policy = (str(detail.get("plan", {}).get("policy", "")), str(detail.get("policy_sha256", "")))
        try:
            self._event = LiveEvent.model_validate(
                {**detail, "live_event_id": detail["plan"]["id"], "at": tick.step.at}
            )
        except (ValidationError, KeyError, TypeError):
            self._event = None  # written by a version that this one does not know

    def take_control(self, tick: Tick) -> None:
        control = control_of(tick)
        if control is None:
            return
        self._standing = self._standing.after(control)
        if control.kind in ("retract", "withdraw"):
            for shown in list(self._public.values()):
                if control.kind == "withdraw" or shown.update_id == str(control.update_id):
                    self._taken_back(shown, tick.when)

    def _taken_back(self, shown: Shown, when: datetime) -> None:
        """The local page hides it at once; a platform shows it until it has deleted it."""
        if shown.destination == LOCAL:
            self._remove(shown.post_id, when)
        elif shown.going is None:
            self._public[shown.post_id] = replace(shown, going=when)

    def take_draft(self, tick: Tick) -> None:
        known = self._drafts.get(tick.step.update_id or "")
        if known is None or known.step.detail["revision"] <= tick.step.detail["revision"]:
            self._drafts[tick.step.update_id or ""] = tick

    def take_decision(self, tick: Tick) -> None:
        self._decided.setdefault(str(tick.step.detail["draft_id"]), tick)

    def take_release(self, tick: Tick) -> None:
        self._released.setdefault(str(tick.step.detail["id"]), tick)
        if tick.step.detail.get("corrects"):
            self._corrects[tick.step.update_id or ""] = str(tick.step.detail["corrects"])

    def take_ledger(self, tick: Tick) -> None:
        detail = tick.step.detail
        post = detail.get("post")
        if detail.get("kind") != "intent" or post is None:
            return
        self._begun(str(post["release_id"]), str(detail["destination"]))
        if str(post["id"]) not in self._settled:
            self._doubt(tick, str(post["id"]), str(post["text"]), unknown=False)

    def _doubt(self, tick: Tick, post_id: str, text: str, *, unknown: bool) -> None:
        detail, known = tick.step.detail, self._doubts.get(post_id)
        self._doubts[post_id] = Doubt(
            post_id,
            tick.step.update_id or "",
            str(detail["destination"]),
            text,
            known.since if known else tick.when,
            unknown or (known is not None and known.unknown),
        )

    def _begun(self, release_id: str, destination: str) -> None:
        self._out.setdefault(release_id, set()).add(destination)

    def take_page(self, tick: Tick) -> None:
        detail = tick.step.detail
        post_id = str(detail["id"])
        if detail.get("state") == "retracted":
            self._remove(post_id, tick.when)
        else:
            self._show(tick, post_id, LOCAL, None)

    def take_receipt(self, tick: Tick) -> None:
        detail = tick.step.detail
        post_id, destination = str(detail["post_id"]), str(detail["destination"])
        self._begun(str(detail["release_id"]), destination)
        if tick.step.what == "unknown":
            if post_id not in self._settled:
                self._doubt(tick, post_id, str(detail["text"]), unknown=True)
            return
        self._settled.add(post_id)
        self._doubts.pop(post_id, None)
        if tick.step.what == "posted":
            self._failed.pop(post_id, None)
            self._show(tick, post_id, destination, detail.get("url"))
        elif post_id not in self._public and post_id not in self._gone:
            update, reason = tick.step.update_id or "", str(detail.get("reason") or "")
            self._failed[post_id] = Ended(update, "not-posted", tick.when, destination, reason)

    def _show(self, tick: Tick, post_id: str, destination: str, url: str | None) -> None:
        if post_id in self._gone:
            return
        detail, update, known = tick.step.detail, tick.step.update_id or "", self._public.get(post_id)
        if known is not None:  # the page's record came before the receipt, or after it
            entry = known.entry if tick.step.detail["type"] == "page" else tick.step.seq
            self._public[post_id] = replace(known, url=url or known.url, entry=entry)
            return
        shown = Shown(
            post_id,
            update,
            destination,
            int(detail["n"]),
            str(detail["text"]),
            url,
            tick.when,
            tick.step.seq,
            self._corrects.get(update) or detail.get("corrects"),
        )
        self._public[post_id] = shown
        if self._standing.state == "withdrawn" or any(str(u) == update for u in self._standing.retracted):
            self._taken_back(shown, tick.when)

    def take_retraction(self, tick: Tick) -> None:
        detail = tick.step.detail
        post_id = str(detail["post_id"])
        if tick.step.what == "retracted":
            self._doubts.pop(post_id, None)
            self._remove(post_id, tick.when)
        elif post_id in self._public:
            why = str(detail.get("reason") or detail["outcome"])
            self._public[post_id] = replace(self._public[post_id], not_deleted=why)

    def _remove(self, post_id: str, when: datetime) -> None:
        shown = self._public.pop(post_id, None)
        if shown is not None:
            self._gone[post_id] = Gone(post_id, shown.update_id, shown.destination, shown.since, when)

    def take_notice(self, tick: Tick) -> None:
        destination = str(tick.step.detail["destination"])
        if tick.step.what == "away":
            self._away[destination] = None
        elif tick.step.what == "back":
            self._away.pop(destination, None)

    def take_sighting(self, tick: Tick) -> None:
        """What was read back. Our own records say what we did, these what readers could see."""
        detail, what = tick.step.detail, str(tick.step.detail["what"])
        post_id, place = str(detail.get("post_id") or ""), (str(detail["destination"]), str(detail.get("platform_id")))
        if what in ("added", "still-public"):
            known = self._astray.get(place)
            since = known.since if known else tick.when
            update, url = tick.step.update_id or "", detail.get("url")
            self._astray[place] = Astray(what, *place, url, since, tick.step.seq, update)
        elif what == "gone":
            self._astray.pop(place, None)
        elif what == "deleted" and post_id in self._public:
            self._lost[post_id] = shown = self._public.pop(post_id)
            self._gone[post_id] = Gone(
                post_id, shown.update_id, shown.destination, shown.since, tick.when, by_others=True
            )
        elif what in ("edited", "as-posted"):
            self._stands(post_id, tick.when if what == "edited" else None)

    def _stands(self, post_id: str, changed: datetime | None) -> None:
        """It can be read there, as it was sent or otherwise; one that was gone is back."""
        if post_id in self._lost:
            self._public[post_id] = self._lost.pop(post_id)
            del self._gone[post_id]
        if post_id in self._public:
            shown = self._public[post_id]
            self._public[post_id] = replace(shown, changed=(shown.changed or changed) if changed else None)

    # --- what stands ---

    def moment(self, at: datetime) -> Moment:
        waiting, ended = self._at_the_desk()
        return Moment(
            at=at,
            entry=self._entry,
            life=self._life,
            standing=self._standing,
            consent=self._consent(at),
            policy=self._policy,
            public=tuple(sorted(self._public.values(), key=lambda s: (s.since, s.destination, s.n))),
            gone=tuple(sorted(self._gone.values(), key=lambda g: (g.until, g.destination))),
            doubts=tuple(d for d in self._doubts.values() if d.post_id not in self._public),
            waiting=waiting,
            cleared=self._cleared(),
            ended=(*ended, *self._failed.values()),
            away=tuple(self._away),
            astray=tuple(sorted(self._astray.values(), key=lambda a: (a.since, a.destination, a.platform_id))),
        )

    def _consent(self, at: datetime) -> ConsentThen | None:
        if self._event is None:
            return None
        withdrawn = self._standing.since if self._standing.state == "withdrawn" else None
        scope = consent.scope(self._event, at)
        state = "withdrawn" if withdrawn else str(scope.state)
        return ConsentThen(state, scope, self._event.consent_sha256, withdrawn)

    def _at_the_desk(self) -> tuple[tuple[Waiting, ...], tuple[Ended, ...]]:
        waiting, ended = list[Waiting](), list[Ended]()
        released = {str(t.step.detail["draft_id"]) for t in self._released.values()}
        for update, tick in self._drafts.items():
            detail = tick.step.detail
            decision = self._decided.get(str(detail["id"]))
            verdict = decision.step.detail["verdict"] if decision else None
            if decision is not None and verdict == "return":
                reason = str(decision.step.detail.get("reason") or "")
                ended.append(Ended(update, "returned", decision.when, reason=reason))
            elif detail["disposition"] == "refuse":
                ended.append(Ended(update, "refused", tick.when, reason=" ".join(detail.get("reasons", ()))))
            elif decision is None and str(detail["id"]) not in released and self._asks(detail):
                needs, reasons = str(detail.get("needs") or "reviewer"), tuple(detail.get("reasons", ()))
                waiting.append(Waiting(update, detail["revision"], tick.when, needs, reasons))
        return tuple(waiting), tuple(ended)

    def _asks(self, draft: Mapping[str, Any]) -> bool:
        """Whether a person has to see it: by its disposition, or because the event asks for all of them."""
        all_of_them = self._event is not None and self._event.plan.release.review == "all"
        return draft["disposition"] == "hold" or int(draft["revision"]) > 0 or all_of_them

    def _cleared(self) -> tuple[Cleared, ...]:
        gone = {str(update) for update in self._standing.retracted}
        found = []
        for release_id, tick in self._released.items():
            detail, update = tick.step.detail, tick.step.update_id or ""
            begun = self._out.get(release_id, set())
            left = tuple(key for key in destinations_of(detail) if key not in begun)
            if left and update not in gone and self._standing.state != "withdrawn":
                found.append(Cleared(update, str(detail["text"]), tick.when, instant(detail["not_before"]), left))
        return tuple(found)


_TAKES: Mapping[str, Callable[[Fold, Tick], None]] = {
    "live-event": Fold.take_live_event,
    "control": Fold.take_control,
    "draft": Fold.take_draft,
    "decision": Fold.take_decision,
    "release": Fold.take_release,
    "ledger": Fold.take_ledger,
    "page": Fold.take_page,
    "receipt": Fold.take_receipt,
    "retraction": Fold.take_retraction,
    "notice": Fold.take_notice,
    "sighting": Fold.take_sighting,
}


def destinations_of(release: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of a release's destinations: `local`, `x:@OurHospital`."""
    return tuple(
        f"{d['platform']}:{d['account']}" if d.get("account") else str(d["platform"])
        for d in release.get("destinations", ())
    )


def control_of(tick: Tick) -> Control | None:
    """The control as the stages read it; None when this version does not know its kind."""
    detail = {k: v for k, v in tick.step.detail.items() if k != "type"}
    try:
        return Control.model_validate(
            {**detail, "live_event_id": "replayed", "at": tick.step.at, "update_id": tick.step.update_id}
        )
    except ValidationError:
        return None
