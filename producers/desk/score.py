"""What a rehearsal shows: which planted details were caught and by whom, which slipped out, how fast people were.

Pure: the desk's view of the event and the recording come in.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import median
from uuid import UUID

from producers.desk.queue import LiveEventView
from producers.desk.recording import Recorded, Recording, update_id
from producers.desk.score_details import Came, detail
from producers.desk.score_values import Complication, Harmless, How, Person, Score
from schemas.control import Control, ControlKind
from schemas.decision import Decision, Verdict
from schemas.draft import Disposition
from schemas.envelope import Actor, Role
from schemas.preparation import Rehearsal

PRESSED_AFTER_COMPLICATION: frozenset[ControlKind] = frozenset({"stop", "hold", "complication"})


def rehearsal(score: Score, now: datetime) -> Rehearsal:
    """As the preparation keeps it: counts and times alone."""
    return Rehearsal(
        live_event_id=score.live_event_id,
        began_at=score.began_at,
        ended_at=score.ended_at or now,
        planted=len(score.details),
        caught=score.caught,
        slipped=score.count("slipped"),
        slowest_answer_s=score.slowest_s,
        median_answer_s=score.median_s,
    )


def score(view: LiveEventView, recording: Recording, now: datetime) -> Score:
    """How the rehearsal went, or how it stands at `now`. Lines that have not come are neither caught nor slipped."""
    known = view.live_event
    assert known is not None, "only an event that was opened is scored"
    ids = ((n, one, update_id(view.live_event_id, recording.lang, n)) for n, one in enumerate(recording.lines, start=1))
    came = tuple((n, one, key) for n, one, key in ids if view.knows(key))
    times = _times(view, view.decisions())
    return Score(
        live_event_id=view.live_event_id,
        title=known.plan.title,
        lang=recording.lang,
        began_at=min((view.revisions(key)[0].received_at for _, _, key in came), default=known.opened_at),
        ended_at=known.closed_at,
        played=len(came),
        of=len(recording.lines),
        details=tuple(detail(Came(view, n, one, key, now), planted) for n, one, key in came for planted in one.planted),
        harmless=sum(one.harmless for _, one, _ in came),
        harmless_held=tuple(
            held for n, one, key in came if one.harmless and (held := _harmless(view, n, one, key)) is not None
        ),
        people=_people(view),
        complication=_complication(view, came),
        median_s=median(times) if times else None,
        slowest_s=max(times, default=None),
    )


# -- harmless lines, people, the complication


def _harmless(view: LiveEventView, number: int, recorded: Recorded, key: UUID) -> Harmless | None:
    first = view.revisions(key)[0]
    hows: dict[Disposition, How] = {
        Disposition.HOLD: "held", Disposition.REFUSE: "refused", Disposition.REDACTED: "covered",
    }  # fmt: skip
    how = hows.get(first.disposition)
    if how is None:
        return None
    decided = next((d for d in view.decisions() if d.draft_id == first.id), None)
    waited = None if decided is None else (decided.at - first.at).total_seconds()
    return Harmless(number, recorded.line.text, how, first.reasons, waited)


def _people(view: LiveEventView) -> tuple[Person, ...]:
    """Everybody who decided or pressed something, in the order of their first word."""
    decisions, controls = view.decisions(), [c for c in view.controls() if c.actor.role is not Role.SYSTEM]
    acts = sorted([*decisions, *controls], key=lambda one: one.at)
    actors = dict.fromkeys((one.actor.role, one.actor.name) for one in acts)
    return tuple(_person(view, role, name, decisions, controls) for role, name in actors)


def _person(
    view: LiveEventView, role: Role, name: str, decisions: Sequence[Decision], controls: Sequence[Control]
) -> Person:
    mine = [d for d in decisions if (d.actor.role, d.actor.name) == (role, name)]
    verdicts: Counter[Verdict] = Counter(d.verdict for d in mine)
    pressed = Counter(c.kind for c in controls if (c.actor.role, c.actor.name) == (role, name))
    times = _times(view, mine)
    return Person(
        actor=Actor(role=role, name=name),
        approved=verdicts["approve"],
        edited=verdicts["edit"],
        returned=verdicts["return"],
        median_s=median(times) if times else None,
        slowest_s=max(times, default=None),
        pressed=tuple(sorted(pressed.items())),
    )


def _times(view: LiveEventView, decisions: Iterable[Decision]) -> list[float]:
    """From held to decided, in seconds; a decision on a draft that is not known here says nothing."""
    drafts = ((d, view.draft(d.draft_id)) for d in decisions)
    return [max(0.0, (d.at - draft.at).total_seconds()) for d, draft in drafts if draft is not None]


def _complication(view: LiveEventView, came: Iterable[tuple[int, Recorded, UUID]]) -> Complication | None:
    found = next(((n, key) for n, one, key in came if any(p.kind == "complication" for p in one.planted)), None)
    if found is None:
        return None
    number, key = found
    at = view.revisions(key)[0].received_at
    after = (c for c in view.controls() if c.kind in PRESSED_AFTER_COMPLICATION and c.at >= at)
    first = min(after, key=lambda c: c.at, default=None)
    if first is None:
        return Complication(number, at)
    return Complication(number, at, first.kind, first.actor, (first.at - at).total_seconds())
