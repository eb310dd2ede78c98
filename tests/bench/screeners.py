"""What our stage and Presidio make of labelled updates and of attacks, as outcomes that the scorer counts."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, NamedTuple

from schemas.draft import Action, Disposition, Finding
from schemas.policy import Bands, Policy
from streams.scrub.kinds import KINDS
from streams.scrub.policy import act, dispose, load
from streams.scrub.scoring import Gold, Outcome
from streams.scrub.screen import screen
from streams.scrub.second_opinion import LABELS
from streams.scrub.terms import Terms, compile_terms
from streams.second_opinions.presidio import THRESHOLD, UNHEEDED, label_of
from tests.corpus.attacks import Case, given_away
from tests.corpus.read import Event, Update

POLICY = load("strict")
STOPPED = (Disposition.HOLD, Disposition.REFUSE)


class Found(NamedTuple):
    """The findings of an update: another policy decides on the same ones."""

    update: Update
    findings: tuple[Finding, ...]


def prepared(event: Event) -> tuple[str, ...]:
    """What was written before the event (description, run sheet, phrases), where the corpus has it."""
    given = getattr(event, "prepared", ())
    return (given,) if isinstance(given, str) and given else tuple(given)


def found(updates: Iterable[Update], *, with_prepared: bool) -> list[Found]:
    """Each update with the thread before it in view, as the stage has it."""
    threads: dict[str, list[str]] = {}
    out = []
    for update in updates:
        thread = threads.setdefault(update.event.name, [])
        terms = _terms(update.event, with_prepared=with_prepared)
        result = screen(
            update.text, lang=update.event.lang, policy=POLICY, terms=terms, recent=thread[-POLICY.lookback :]
        )
        thread.append(update.text)
        out.append(Found(update, result.findings))
    return out


@cache
def _terms(event: Event, *, with_prepared: bool) -> Terms:
    return compile_terms(event.allow, event.protected, event.event, prepared(event) if with_prepared else ())


Judged = tuple[Update, Outcome]


def judged(every: Iterable[Found], policy: Policy = POLICY) -> list[Judged]:
    return [
        _judged(update, covered(findings, policy), held=dispose(findings, policy).disposition in STOPPED)
        for update, findings in every
    ]


def _judged(update: Update, places: AbstractSet[int], *, held: bool) -> Judged:
    spans = tuple(Gold(span.start, span.end, span.label, span.severity) for span in update.spans)
    return update, Outcome(update.event.lang, update.text, spans, frozenset(update.tags), places, held)


def covered(findings: Iterable[Finding], policy: Policy) -> AbstractSet[int]:
    return {
        place
        for finding in findings
        if act(finding.kind, finding.score, policy) is not Action.ALLOW and not KINDS[finding.kind].content
        for place in range(finding.start, finding.end)
    }


def with_line(line: float, kinds: Iterable[str]) -> Policy:
    """The policy, but findings of these kinds count from this score on."""
    bands = Bands(clear=line, hold=line)
    changed = {kind: POLICY.rule(kind).model_copy(update={"bands": bands}) for kind in kinds}
    return POLICY.model_copy(update={"kinds": {**POLICY.kinds, **changed}})


def attacks_leaked(cases: Sequence[Case]) -> list[Case]:
    leaked = []
    for case in cases:
        *recent, text = case.thread
        terms = _protecting(case.person.protect)
        result = screen(text, lang=case.person.lang, policy=POLICY, terms=terms, recent=recent)
        if given_away(case, result):
            leaked.append(case)
    return leaked


@cache
def _protecting(protect: tuple[str, ...]) -> Terms:
    return compile_terms((), protect, "#KneeLive")


def as_line(update: Update) -> dict[str, Any]:
    return {**update.as_json(), "prepared": list(prepared(update.event))}


def attack_line(number: int, case: Case) -> dict[str, Any]:
    """The peer is told the parts of the name too, which helps an exact search."""
    protected = [*case.person.protect, *case.person.name.split()]
    return {
        "id": f"attack-{number}",
        "lang": case.person.lang,
        "event": "attacks",
        "text": case.text,
        "allow": [],
        "protected": protected,
        "prepared": [],
    }


def spans_covered(answer: Mapping[str, Any]) -> AbstractSet[int]:
    return {place for span in answer["spans"] for place in range(span["start"], span["end"])}


def peer_judged(updates: Iterable[Update], answers: Mapping[str, Mapping[str, Any]]) -> list[Judged]:
    """A peer holds nothing: it redacts, and what is left goes out."""
    return [_judged(update, spans_covered(answers[update.id]), held=False) for update in updates]


def seconded(ours: Iterable[Judged], answers: Mapping[str, Mapping[str, Any]]) -> list[Judged]:
    """Ours and what Presidio adds as a second opinion: what its adapter heeds, decided by policy like any finding."""
    return [(update, _with(outcome, answers[update.id]["spans"])) for update, outcome in ours]


def _with(outcome: Outcome, spans: Iterable[Mapping[str, Any]]) -> Outcome:
    places, held = set(outcome.covered), outcome.held
    for span in spans:
        entity, score = span.get("entity", ""), span.get("score", 0.0)
        if entity and entity not in UNHEEDED and score >= THRESHOLD and (kind := LABELS[label_of(entity)]):
            action = act(kind, score, POLICY)
            held = held or action in (Action.HOLD, Action.REFUSE)
            places |= set(range(span["start"], span["end"])) if action is not Action.ALLOW else set()
    return outcome._replace(covered=places, held=held)


def peer_leaked(cases: Sequence[Case], answers: Mapping[str, Mapping[str, Any]]) -> list[Case]:
    leaked = []
    for number, case in enumerate(cases):
        places = spans_covered(answers[f"attack-{number}"])
        start = case.text.index(case.planted)
        if any(c.isalnum() and place not in places for place, c in enumerate(case.planted, start)):
            leaked.append(case)
    return leaked
