"""Decides what a tablet is told about each update: facts from the topics folded to one word. Ids and codes, no texts.

    received ──▶ checking ──▶ in-review ──▶ cleared ──▶ published (k of n, link)
                     │            ├──▶ returned (reason, note)     └──▶ not-posted (reason) · unknown
                     └──▶ refused └──edit──▶ checking                    retracted, from any of them

What is cleared may wait for a word on the event (held, stopped, family); a complication sends it back to a physician.

Facts are kept, not transitions: in whatever order topics are read, and however often, the word is the same.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import UUID

from producers.intake.waits import Reader, keeps, reader
from schemas.control import Control, ControlKind
from schemas.dead_letter import DeadLetter
from schemas.decision import Decision
from schemas.draft import Disposition, Draft
from schemas.envelope import Envelope, Role
from schemas.live_event import LiveEvent
from schemas.receipt import Outcome, Receipt, Retraction
from schemas.release import Release
from schemas.submission import Submission
from streams.standing import RUNNING, Standing

# About what a day of thirty tablets writes; past it the update that changed longest ago is forgotten.
UPDATES_MAX = 20_000

# The controls that change what is said of many updates; those on one update or post are facts of it.
OF_THE_EVENT: frozenset[ControlKind] = frozenset(
    {"stop", "hold", "resume", "withdraw", "release", "complication", "complication-over", "told"}
)

Word = Literal[
    "received",
    "checking",
    "in-review",
    "cleared",
    "published",
    "returned",
    "refused",
    "not-posted",
    "unknown",
    "retracted",
]


@dataclass(frozen=True)
class UpdateState:
    """What a tablet is told of one update. `published` of `of` destinations; `post` is its number in the thread.

    `reads`: in review, whose word it takes where not every reviewer's will do.
    """

    update_id: UUID
    state: Word
    reason: str | None = None
    note: str | None = None
    by: str | None = None
    url: str | None = None
    post: int | None = None
    published: int | None = None
    of: int | None = None
    run_sheet_item: str | None = None
    reads: Reader | None = None

    def shown(self) -> dict[str, str | int]:
        """As JSON has it: what is not known is left out."""
        found = {**self.__dict__, "update_id": str(self.update_id)}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True)
class Sent:
    """The latest word on one post on one destination."""

    outcome: Outcome | Literal["deleted", "not-deleted"]
    reason: str | None = None
    url: str | None = None
    n: int | None = None
    release_id: UUID | None = None


@dataclass(frozen=True)
class Facts:
    """What the topics say about one update."""

    run_sheet_item: str | None = None
    revision: int = -1  # the latest draft; -1 before the first
    disposition: Disposition | None = None
    reasons: tuple[str, ...] = ()
    needs: Role | None = None
    decisions: Mapping[int, tuple[str, str | None, str | None, str]] = field(default_factory=dict)
    releases: Mapping[int, UUID] = field(default_factory=dict)  # by revision; of the latest are phase and destinations
    phase: str | None = None
    destinations: tuple[str, ...] = ()
    parts: Mapping[str, int] = field(default_factory=dict)  # how many posts the update makes on a destination
    sent: Mapping[tuple[str, UUID], Sent] = field(default_factory=dict)
    retracted: bool = False
    dead: str | None = None

    @property
    def released(self) -> int:
        """The latest revision that was; -1 before the first."""
        return max(self.releases, default=-1)


def after(facts: Facts, record: Envelope) -> Facts:
    """The facts with one record more; the same record twice changes nothing."""
    match record:
        case Submission():
            return replace(facts, run_sheet_item=record.run_sheet_item)
        case Draft() if record.revision >= facts.revision:
            item = record.run_sheet_item or facts.run_sheet_item
            return replace(
                facts,
                run_sheet_item=item,
                revision=record.revision,
                disposition=record.disposition,
                reasons=record.reasons[:1],
                needs=record.needs,
            )
        case Decision() if record.revision not in facts.decisions:  # the first one on a revision stands
            said = (record.verdict, record.reason, record.note, record.actor.name)
            return replace(facts, decisions={**facts.decisions, record.revision: said})
        case Release():
            known = replace(facts, releases={**facts.releases, record.revision: record.id})
            if record.revision < known.released:
                return known
            return replace(known, phase=record.phase, destinations=tuple(d.key for d in record.destinations))
        case Receipt():
            told = Sent(record.outcome, record.reason, record.url, record.n, record.release_id)
            return replace(
                facts,
                sent={**facts.sent, (record.destination, record.post_id): told},
                parts={**facts.parts, record.destination: record.parts},
            )
        case Retraction():
            return replace(facts, sent=_taken_back(facts.sent, record))
        case Control(kind="retract"):
            return replace(facts, retracted=True)
        case DeadLetter():
            return replace(facts, dead=record.code)
        case _:
            return facts


def _taken_back(sent: Mapping[tuple[str, UUID], Sent], record: Retraction) -> dict[tuple[str, UUID], Sent]:
    place = (record.destination, record.post_id)
    earlier = sent.get(place, Sent("unknown"))
    return {**sent, place: replace(earlier, outcome=record.outcome, reason=record.reason)}


def state_of(
    update_id: UUID, facts: Facts, live_event: LiveEvent | None, *, standing: Standing = RUNNING
) -> UpdateState:
    """The word for these facts. What went out, or may have, weighs more than what was meant to happen."""
    base = UpdateState(update_id, "received", run_sheet_item=facts.run_sheet_item)
    out = _outcome(base, facts)
    if facts.retracted:
        return replace(out, state="retracted")
    to_read_again = out.state == "not-posted" and (_for_a_physician(facts) or facts.revision > facts.released)
    if facts.sent and out.state != "cleared" and not to_read_again:
        return out
    if standing.state == "withdrawn":
        return replace(base, state="not-posted", reason="withdrawn")
    if facts.released < 0 or to_read_again:
        return _before_release(base, facts, live_event, standing)
    return replace(out, reason=keeps(facts.phase, live_event, standing))


def _for_a_physician(facts: Facts) -> bool:
    """Whether it went nowhere because of a complication alone: the same words wait at the desk for a physician."""
    reasons = {s.reason for s in _current(facts).values() if s.outcome == "not-posted"}
    return reasons == {"complication"}


def _before_release(base: UpdateState, facts: Facts, live_event: LiveEvent | None, standing: Standing) -> UpdateState:
    if facts.revision < 0:
        return replace(base, state="refused", reason=facts.dead) if facts.dead else base
    if facts.disposition is Disposition.REFUSE:
        return replace(base, state="refused", reason=next(iter(facts.reasons), None))
    verdict, reason, note, by = facts.decisions.get(facts.revision, (None, None, None, None))
    if verdict == "return":
        return replace(base, state="returned", reason=reason, note=note, by=by)
    if facts.revision <= facts.released:  # it was cleared once, and nothing but a complication kept it
        return replace(base, state="in-review", reads=reader(facts.needs, standing))
    if verdict is None and _waits_for_a_person(facts, live_event):
        why = next(iter(facts.reasons), None)
        return replace(base, state="in-review", reason=why, reads=reader(facts.needs, standing))
    return replace(base, state="checking")


def _waits_for_a_person(facts: Facts, live_event: LiveEvent | None) -> bool:
    if facts.disposition is Disposition.HOLD:
        return True
    review_all = live_event is not None and live_event.plan.release.review == "all"
    return facts.revision > 0 or (review_all and facts.run_sheet_item is None)


def _outcome(base: UpdateState, facts: Facts) -> UpdateState:
    """What the destinations say so far."""
    sent = _current(facts)
    latest = {place: one for place, one in sent.items() if one.outcome != "deleted"}
    of = len(facts.destinations) or len(facts.parts) or None
    public = [d for d in facts.parts if _public(d, facts.parts[d], latest)]
    shown = next((s for (d, _), s in latest.items() if d in public), None)
    out = replace(
        base,
        published=len(public),
        of=of,
        url=shown.url if shown else None,
        post=shown.n if shown else None,
        reason=next((s.reason for s in latest.values() if s.outcome in ("not-posted", "unknown")), None),
    )
    outcomes = {s.outcome for s in latest.values()}
    if "unknown" in outcomes:
        return replace(out, state="unknown")
    if public:
        return replace(out, state="published")
    if sent and not latest:
        return replace(out, state="retracted")
    if "not-posted" in outcomes and len({d for d, _ in latest}) >= (of or 1):
        return replace(out, state="not-posted")
    return replace(base, state="cleared", of=of)


def _current(facts: Facts) -> dict[tuple[str, UUID], Sent]:
    """Without what an earlier release came to nothing with: the same words were released again."""
    past = {release_id for revision, release_id in facts.releases.items() if revision < facts.released}
    return {p: s for p, s in facts.sent.items() if s.outcome != "not-posted" or s.release_id not in past}


def _public(destination: str, parts: int, latest: Mapping[tuple[str, UUID], Sent]) -> bool:
    posted = [s for (d, _), s in latest.items() if d == destination and s.outcome in ("posted", "not-deleted")]
    return len(posted) >= parts


@dataclass
class _Thread:
    """The updates of one live event, the one that changed last at the end."""

    live_event: LiveEvent | None = None
    standing: Standing = RUNNING
    changed: int = 0  # version at which all of them may read otherwise: the event itself, or a word on all of it
    updates: OrderedDict[UUID, tuple[int, Facts]] = field(default_factory=OrderedDict)


class States:
    """All live events. `version` grows with each change: a tablet asks for what came after the last one it saw."""

    def __init__(self, updates_max: int = UPDATES_MAX) -> None:
        self.version = 0
        self._updates_max = updates_max
        self._threads: dict[str, _Thread] = {}

    def apply(self, record: Envelope) -> None:
        thread = self._threads.setdefault(record.live_event_id, _Thread())
        if isinstance(record, LiveEvent):
            if record != thread.live_event:
                thread.live_event, thread.changed = record, self._next()
        elif isinstance(record, Control) and record.kind in OF_THE_EVENT:
            after_it = thread.standing.after(record)
            if after_it != thread.standing:
                thread.standing, thread.changed = after_it, self._next()
        elif record.update_id is not None:
            self._apply(thread, record.update_id, record)

    def _apply(self, thread: _Thread, update_id: UUID, record: Envelope) -> None:
        _, facts = thread.updates.get(update_id, (0, Facts()))
        changed = after(facts, record)
        if update_id in thread.updates and changed == facts:
            return
        thread.updates[update_id] = (self._next(), changed)
        thread.updates.move_to_end(update_id)
        if len(thread.updates) > self._updates_max:
            thread.updates.popitem(last=False)

    def knows(self, live_event_id: str, update_id: UUID) -> bool:
        """Whether anything was heard of this update in this live event."""
        thread = self._threads.get(live_event_id)
        return thread is not None and update_id in thread.updates

    def standing(self, live_event_id: str) -> Standing:
        """The controls in force on the event itself; what they say of single updates and posts is not in it."""
        thread = self._threads.get(live_event_id)
        return RUNNING if thread is None else thread.standing

    def _next(self) -> int:
        self.version += 1
        return self.version

    def since(self, live_event_id: str, version: int) -> list[UpdateState]:
        """The states that may have changed after `version`, in the order of their changes; all of them for 0."""
        thread = self._threads.get(live_event_id)
        if thread is None:
            return []
        everything = thread.changed > version
        found: list[UpdateState] = []
        for update_id, (at, facts) in reversed(thread.updates.items()):
            if at <= version and not everything:
                break
            found.append(state_of(update_id, facts, thread.live_event, standing=thread.standing))
        return found[::-1]
