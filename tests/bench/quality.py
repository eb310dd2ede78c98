"""How well screening finds identifiers and how little else it stops, beside Presidio, on the corpus and under attack.

`python -m tests.bench quality` prints the rows that were asked for and the tables, on the events for tuning; with
`--blind`, as `make bench` has it, the blind events are scored too, and all of it becomes `docs/screening-results.md`.
"""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from streams.scrub.policy import SHIPPED, load
from streams.scrub.scoring import Rate, Score, score
from tests.bench import machine, results_page, screeners
from tests.bench.child import OURS, Measured, measured
from tests.bench.figures import Part, Row, at_least, at_most, median, percentile, shown, told
from tests.bench.presidio import environment
from tests.bench.results_page import said
from tests.bench.screeners import Found, Judged
from tests.corpus.attacks import Case, cases
from tests.corpus.read import LANGUAGES, SETS, Update, read_all

PAGE = Path(__file__).parents[2] / "docs" / "screening-results.md"
PEER = Path(__file__).parent / "presidio" / "peer.py"
TUNING = ("dev", "validation")
LEAKED_MAX = 1.0
UNMASKED_MAX = 4.0
HARMLESS_MAX = 8.0
HARMLESS_PREPARED_MAX = 3.0
QUASI_MIN = 85.0
MEDIAN_MAX_MS, P95_MAX_MS = 0.5, 1.5
FASTER_MIN = 10.0
START_MAX_S, MEMORY_MAX_MB = 1.0, 150.0
# Where the line of default deny could lie. Scores are sums of tenths and half-tenths (streams/scrub/evidence.py).
LINES = (0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95)


@dataclass(frozen=True)
class Peer:
    """Presidio, on the same updates and the same attacks; measured in the same run."""

    answers: Mapping[str, Mapping[str, Any]]
    leaked: Sequence[Case]
    measured: Measured


def run(*, blind: bool = False) -> Part:
    updates, attacks = read_all(sets=SETS if blind else TUNING), cases()
    which = "blind" if any(update.event.set == "blind" for update in updates) else "validation"
    every, loaded = (screeners.found(updates, with_prepared=with_prepared) for with_prepared in (False, True))
    leaked = screeners.attacks_leaked(attacks)
    ours = measured(OURS, [screeners.as_line(update) for update in updates])
    peer, lacking = _peer(updates, attacks)
    rows = [
        *_quality(_scored(_of(every, which)), _scored(_prepared(_of(loaded, which)))),
        *_attacks(attacks, leaked, peer),
        *_cost(ours, peer, lacking),
    ]
    written = results_page.page(
        results_page.Tables(
            judged=which,
            rows=rows,
            scores=_scores(every, loaded, peer),
            labels=_scored(every).labels,
            attacks=(attacks, leaked),
            policies=[(name, _scored(_of(every, which), name)) for name in SHIPPED],
            lines=_lines(_of(every, which)),
            measured=f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine.described()}.",
        )
    )
    if blind:
        PAGE.write_text(written, encoding="utf-8")
        note = f"the tables are in docs/{PAGE.name}"
    else:
        print(written)
        note = f"scored on the {which} events; --blind scores the blind ones and writes docs/{PAGE.name}"
    return Part("Screening against labels and attacks", rows, [note])


def _of(every: Sequence[Found], which: str) -> list[Found]:
    return [each for each in every if each.update.event.set == which]


def _prepared(every: Sequence[Found]) -> list[Found]:
    return [each for each in every if screeners.prepared(each.update.event)]


def _scored(every: Sequence[Found], policy: str = "strict") -> Score:
    return score(outcome for _, outcome in screeners.judged(every, load(policy)))["all"]


def _quality(got: Score, loaded: Score) -> list[Row]:
    quasi = 100 * got.quasi_held.share
    return [
        _most("direct identifiers leaked, held updates counted as safe", LEAKED_MAX, got.direct.held_safe),
        _most("direct identifiers leaked by redaction alone", UNMASKED_MAX, got.direct.redaction_alone),
        _most("harmless updates held or changed", HARMLESS_MAX, got.false_holds),
        _most("the same where the event's vocabulary was loaded", HARMLESS_PREPARED_MAX, loaded.false_holds),
        Row("quasi-identifiers held for a person", f"≥ {QUASI_MIN:g} %", said(got.quasi_held), quasi >= QUASI_MIN),
        told("updates that only a content rule concerns, held for a person", said(got.content_held)),
    ]


def _most(what: str, limit: float, rate: Rate) -> Row:
    return Row(what, f"≤ {limit:g} %", said(rate), bool(rate.of) and 100 * rate.share <= limit)


def _attacks(attacks: Sequence[Case], leaked: Sequence[Case], peer: Peer | None) -> list[Row]:
    beside = f"Presidio with exact deny-lists: {said(Rate(len(peer.leaked), len(attacks)))}" if peer else ""
    rate = said(Rate(len(leaked), len(attacks)))
    return [Row("attacked terms of the event leaked", "0", rate, not leaked, beside)]


def _cost(ours: Measured, peer: Peer | None, lacking: str) -> list[Row]:
    times = [us / 1000 for us in ours.times_us()]
    rows = [
        at_most("time per update, one core, warm: median", MEDIAN_MAX_MS, median(times), "ms"),
        at_most("time per update, one core, warm: p95", P95_MAX_MS, percentile(times, 95), "ms"),
        at_most("start to the first update screened", START_MAX_S, ours.start_s, "s", "warm disk; Python's start too"),
        at_most("memory after it", MEMORY_MAX_MB, ours.rss_mb, "MB", "RSS"),
    ]
    if peer is None:
        return [*rows, Row("faster than Presidio", f"≥ {FASTER_MIN:g} ×", f"not measured: {lacking}", holds=False)]
    theirs = median(peer.measured.times_us("en")) / 1000
    faster = theirs / (median(ours.times_us("en")) / 1000)
    patterns = median(peer.measured.times_us("de")) / 1000
    return [
        *rows,
        at_least("faster than Presidio with its model, English, median", FASTER_MIN, faster, "×", "same run and core"),
        told(
            "Presidio: time per update, median", f"{shown(theirs)} ms in English, {shown(patterns)} ms without a model"
        ),
        told("Presidio: start and memory", f"{shown(peer.measured.start_s)} s, {shown(peer.measured.rss_mb)} MB"),
    ]


def _peer(updates: Sequence[Update], attacks: Sequence[Case]) -> tuple[Peer | None, str]:
    """None, and why, where its environment cannot be made."""
    try:
        python = environment.made()
    except (OSError, subprocess.CalledProcessError) as error:
        return None, f"its environment cannot be made here ({type(error).__name__})"
    command = [str(python), str(PEER), environment.MODEL]
    of_updates = measured(command, [screeners.as_line(update) for update in updates])
    of_attacks = measured(command, [screeners.attack_line(number, case) for number, case in enumerate(attacks)])
    leaked = screeners.peer_leaked(attacks, {answer["id"]: answer for answer in of_attacks.answers})
    return Peer({answer["id"]: answer for answer in of_updates.answers}, leaked, of_updates), ""


def _scores(every: Sequence[Found], loaded: Sequence[Found], peer: Peer | None) -> list[results_page.Named]:
    ours = screeners.judged(every)
    whos: dict[str, list[Judged]] = {
        "scrubcast": ours,
        "scrubcast, vocabulary loaded": screeners.judged(_prepared(loaded)),
    }
    if peer:
        whos["Presidio"] = screeners.peer_judged([each.update for each in every], peer.answers)
        whos["scrubcast, Presidio as second opinion"] = screeners.seconded(ours, peer.answers)
    scored = {
        (which, who): score(outcome for update, outcome in judged if update.event.set == which)
        for which in SETS
        for who, judged in whos.items()
    }
    return [
        (which, lang, who, scored[which, who][lang])
        for which in SETS
        for lang in (*LANGUAGES, "all")
        for who in whos
        if lang in scored[which, who] and scored[which, who][lang].updates
    ]


def _lines(every: Sequence[Found]) -> list[tuple[float, Score, Score]]:
    """For each line what it does when it is drawn for default deny alone, and when for every name and place."""

    def at(line: float, *kinds: str) -> Score:
        return score(outcome for _, outcome in screeners.judged(every, screeners.with_line(line, kinds)))["all"]

    return [(line, at(line, "unknown-name"), at(line, "unknown-name", "name", "place")) for line in LINES]
