"""Writes `docs/screening-results.md`: the numbers asked for, then each language, label, attack, policy and line."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from streams.scrub.scoring import Leaks, Rate, Score
from tests.bench.figures import Row
from tests.corpus.attacks import Case

Named = tuple[str, str, str, Score]
"""Set, language, who, what."""

INTRO = """\
# Screening results

Written by `make bench`; `python -m tests.bench quality --blind` does this part alone. The corpus is `tests/corpus`,
invented live events in English, German and Dutch with every identifier marked; `tests/corpus/read.py` says how.

How to read it:

- A rate stands with its Wilson 95 % interval and its count: `0.5 % [0.1–1.8] 2/400` may as well be 1.8 %. With no miss
  in n cases the truth may be 3.7 % for n = 100 and 1.0 % for n = 380.
- *dev* events were looked at while the rules were tuned. *validation* events were scored meanwhile, and looked at
  towards the end. *blind* events were only ever scored: nobody looked at a line of theirs, but totals were seen twice
  before the last rules were written. The same few people wrote rules and texts, and nobody labelled them a second time:
  expect worse of other houses' events.
- Hard cases are far over-represented. A real feed has fewer identifiers a line, but the rare ones are as hard.
- A leak is a name or place of which a word keeps three letters, another identifier of which three characters of a part
  stay, a described trait of which more than half stays. *Held safe* counts a held update as safe, since a person reads
  it first; *by redaction alone* is what would go out if nobody did.
- No rate of leaks means anything without the rate of harmless updates that are held or changed beside it.
"""
AGAIN = """\
## Again

    python -m tests.bench quality --blind               # all of this page
    python -m tests.bench quality                       # the same while rules are tuned, without the blind events
    python -m tests.corpus.read OUT.jsonl --set blind    # the labelled corpus as JSON Lines
    python -m pytest tests/unit/scrub/test_attacks.py    # the attacks
"""


@dataclass(frozen=True)
class Tables:
    judged: str  # the set that the first table, the policies and the lines are of
    rows: Sequence[Row]
    scores: Sequence[Named]
    labels: Mapping[str, Leaks]
    attacks: tuple[Sequence[Case], Sequence[Case]]  # all, and those that leaked
    policies: Sequence[tuple[str, Score]]
    lines: Sequence[tuple[float, Score, Score]]
    measured: str


def page(tables: Tables) -> str:
    parts = [
        INTRO,
        f"## The numbers asked for\n\nOn the {tables.judged} events, policy `strict`. {tables.measured}\n",
        table(
            ("figure", "asked", "measured", "holds", "beside"),
            [(row.what, row.asked, row.measured, row.mark, row.than) for row in tables.rows],
        ),
        _scores(tables.scores),
        _labels(tables.labels),
        _attacks(*tables.attacks),
        _policies(tables.policies, tables.judged),
        _lines(tables.lines, tables.judged),
        AGAIN,
    ]
    return "\n".join(parts)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines) + "\n"


def said(rate: Rate) -> str:
    """In percent, with its interval and its count."""
    if not rate.of:
        return "none there"
    low, high = (100 * abs(bound) for bound in rate.interval)  # abs: never -0.0
    return f"{100 * rate.share:.1f} % [{low:.1f}–{high:.1f}] {rate.count}/{rate.of}"


def _scores(scores: Sequence[Named]) -> str:
    head = (
        "set", "language", "who", "direct leaked, held safe", "by redaction alone", "names leaked, held safe",
        "quasi held", "harmless held or changed",
    )  # fmt: skip
    rows = [
        (which, lang, who, *_leaked(got), said(got.labels.get("NAME", Leaks()).held_safe), *_held(got))
        for which, lang, who, got in scores
    ]
    about = (
        "Presidio (presidio-analyzer with spaCy's small English model, in an environment of its own) runs with all its "
        "recognizers in English and with its patterns in German and Dutch, for which no registry has a model under an "
        "open licence. It got the same lists: what is made of allowed words alone is not redacted, and protected terms "
        "are redacted wherever they stand exactly. It holds nothing. Its patterns for links and e-mail reject the "
        "reserved names that the corpus uses, which counts against it here and would not elsewhere. As a second "
        "opinion it runs beside our detectors, as `SCRUBCAST_SCRUB__SECOND_OPINIONS=presidio` has it."
    )
    return f"## Each language\n\n{about}\n\n{table(head, rows)}"


def _leaked(got: Score) -> tuple[str, str]:
    return said(got.direct.held_safe), said(got.direct.redaction_alone)


def _held(got: Score) -> tuple[str, str]:
    return said(got.quasi_held), said(got.false_holds)


def _labels(labels: Mapping[str, Leaks]) -> str:
    rows = [(label, said(got.held_safe), said(got.redaction_alone)) for label, got in sorted(labels.items())]
    listed = table(("label", "leaked, held safe", "by redaction alone"), rows)
    return f"## Each label\n\nAll sets, all languages.\n\n{listed}"


def _attacks(attacks: Sequence[Case], leaked: Sequence[Case]) -> str:
    of, missed = Counter(case.attack for case in attacks), Counter(case.attack for case in leaked)
    langs = Counter(case.person.lang for case in attacks)
    lost = Counter(case.person.lang for case in leaked)
    by_lang = [(lang, said(Rate(lost[lang], count))) for lang, count in sorted(langs.items())]
    rows = [(attack, said(Rate(count, of[attack]))) for attack, count in sorted(missed.items())]
    about = (
        f"`tests/corpus/attacks.py` disguises the names, birth dates and numbers of {len({c.person for c in attacks})} "
        f"invented people in {len(of)} ways. What leaks is released without a person and not redacted."
    )
    listed = table(("attack", "leaked"), rows) if rows else "None leaks.\n"
    return f"## Attacks on the event's terms\n\n{about}\n\n{table(('language', 'leaked'), by_lang)}\n{listed}"


def _policies(policies: Sequence[tuple[str, Score]], judged: str) -> str:
    head = ("policy", "direct leaked, held safe", "by redaction alone", "quasi held", "harmless held or changed")
    rows = [(f"`{name}`", *_leaked(got), *_held(got)) for name, got in policies]
    return f"## Each policy\n\nThe {judged} events, all languages.\n\n{table(head, rows)}"


def _lines(lines: Sequence[tuple[float, Score, Score]], judged: str) -> str:
    head = (
        "line", "direct leaked", "quasi held", "harmless held", "direct leaked, all names", "quasi held, all names",
        "harmless held, all names",
    )  # fmt: skip
    rows = [(f"{line:.2f}", *_shares(unknown), *_shares(names)) for line, unknown, names in lines]
    about = (
        "A word that nothing explains has a score for being a name (`streams/scrub/evidence.py`), and the policy draws "
        "the line from which it waits for a person. On the left the line moves for such words alone, on the right for "
        "every name and place, also those with a cue. The shipped line is the band of `unknown-name` in "
        f"`policies/strict.toml`. The {judged} events, held counted as safe."
    )
    return f"## Leaks against holds\n\n{about}\n\n{table(head, rows)}"


def _shares(got: Score) -> list[str]:
    return [f"{100 * rate.share:.1f} %" for rate in (got.direct.held_safe, got.quasi_held, got.false_holds)]
