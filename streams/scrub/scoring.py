"""Scores screening on labelled updates: what leaks, what is held for nothing, how sure the figures are. Pure.

The rules of a labelled file: a span has a label and is `direct` (it must never go out) or `quasi` (a person should
decide). It leaks when too much of it stays readable:

* a name or a place: when any of its words of three letters and more, particles aside, keeps three readable characters;
* a clause (a workplace, a room, a picture, a trait): when more than half of its letters and figures stay readable;
* anything else: when any of its parts of three characters and more keeps three.

A held update is safe: a person decides. By redaction alone is the same count as if nothing were held.
"""

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from streams.scrub.listing import words

Z_95 = 1.959964  # of the normal distribution, two-sided
NAMED = frozenset({"NAME", "GEO"})
CLAUSES = frozenset({"INDIRECT", "EMPLOYER", "PHOTO", "ROOM", "BIOMETRIC"})
PARTICLES = words("van der den von zur ter ten the herr frau mrs col sir and und auf")
READABLE = 3  # so many readable characters give a word away
CONTENT_TAGS = frozenset({"claim", "alarm", "second-patient", "quote", "advice", "tone", "unsourced"})
"""Tags of an update in which nobody is identified and which a person should read all the same."""


class Spanned(Protocol):
    """What a label has to say of itself: code points of the text, end exclusive."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def label(self) -> str: ...


class Gold(NamedTuple):
    """A labelled span."""

    start: int
    end: int
    label: str
    severity: str


class Outcome(NamedTuple):
    """A labelled update and what became of it: the code points that were replaced, and whether it was stopped."""

    lang: str
    text: str
    spans: tuple[Gold, ...]
    tags: AbstractSet[str]
    covered: AbstractSet[int]
    held: bool


@dataclass(slots=True)
class Rate:
    """`count` of `of`, with its 95 % interval."""

    count: int = 0
    of: int = 0

    def add(self, hit: bool) -> None:
        self.count += hit
        self.of += 1

    @property
    def share(self) -> float:
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.count, self.of)


@dataclass(slots=True)
class Leaks:
    """Of the spans of one group: with held updates safe, and by redaction alone."""

    held_safe: Rate = field(default_factory=Rate)
    redaction_alone: Rate = field(default_factory=Rate)

    def add(self, leaked: bool, held: bool) -> None:
        self.held_safe.add(leaked and not held)
        self.redaction_alone.add(leaked)


@dataclass(slots=True)
class Score:
    """The figures of one language, or of all. `over_redaction`: characters of no label that were covered, held updates
    aside. `content_held`: updates of which only a content rule speaks; to hold them is right, so they are no harm."""

    updates: int = 0
    every: Leaks = field(default_factory=Leaks)
    direct: Leaks = field(default_factory=Leaks)
    quasi: Leaks = field(default_factory=Leaks)
    quasi_held: Rate = field(default_factory=Rate)
    false_holds: Rate = field(default_factory=Rate)
    content_held: Rate = field(default_factory=Rate)
    over_redaction: Rate = field(default_factory=Rate)
    labels: dict[str, Leaks] = field(default_factory=dict)


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share, as shares: it stays honest where nothing of few was found."""
    if not of:
        return 0.0, 0.0
    share, z2 = count / of, Z_95 * Z_95
    middle = share + z2 / (2 * of)
    reach = Z_95 * math.sqrt((share * (1 - share) + z2 / (4 * of)) / of)
    scale = 1 + z2 / of
    return (middle - reach) / scale, (middle + reach) / scale


def score(outcomes: Iterable[Outcome]) -> dict[str, Score]:
    """By language, and `all`."""
    found: dict[str, Score] = {"all": Score()}
    for outcome in outcomes:
        for group in ("all", outcome.lang):
            _add(found.setdefault(group, Score()), outcome)
    return found


def _add(figures: Score, outcome: Outcome) -> None:
    figures.updates += 1
    _add_spans(figures, outcome)
    if not outcome.spans:
        touched = outcome.held or any(outcome.text[place].isalnum() for place in outcome.covered)
        (figures.content_held if outcome.tags & CONTENT_TAGS else figures.false_holds).add(touched)
    if not outcome.held:
        labelled = {place for span in outcome.spans for place in range(span.start, span.end)}
        for place, char in enumerate(outcome.text):
            if char.isalnum() and place not in labelled:
                figures.over_redaction.add(place in outcome.covered)


def _add_spans(figures: Score, outcome: Outcome) -> None:
    for span in outcome.spans:
        leaked = leaks(outcome.text, span, outcome.covered)
        severity = figures.direct if span.severity == "direct" else figures.quasi
        for group in (figures.every, severity, figures.labels.setdefault(span.label, Leaks())):
            group.add(leaked, outcome.held)
        if span.severity != "direct":
            figures.quasi_held.add(outcome.held)


def leaks(text: str, span: Spanned, covered: AbstractSet[int]) -> bool:
    """Whether the span gives itself away although `covered` is gone."""
    if span.label in CLAUSES:
        places = [place for part in _parts(text, span) for place in part]
        return 2 * sum(place in covered for place in places) < len(places)
    return any(sum(place not in covered for place in part) >= min(READABLE, len(part)) for part in _telling(text, span))


def _telling(text: str, span: Spanned) -> list[list[int]]:
    """The parts of a span that identify; all of them when none does by its form."""
    parts = list(_parts(text, span))
    weighty = [part for part in parts if _plain(text, part) not in PARTICLES]
    if span.label not in NAMED:
        return [part for part in weighty if len(part) >= READABLE] or parts
    named = [part for part in weighty if sum(text[place].isalpha() for place in part) >= READABLE] or weighty
    if span.label == "GEO":
        numbered = (p for p in parts if len(p) >= READABLE and any(text[place].isdigit() for place in p))
        named = named + [part for part in numbered if part not in named]
    return named or parts


def _parts(text: str, span: Spanned) -> Iterator[list[int]]:
    """Runs of letters and figures, as places in the text. Characters without width part nothing."""
    part: list[int] = []
    for place in range(span.start, span.end):
        if text[place].isalnum():
            part.append(place)
        elif part and unicodedata.category(text[place]) != "Cf":
            yield part
            part = []
    if part:
        yield part


def _plain(text: str, part: Sequence[int]) -> str:
    return unicodedata.normalize("NFKC", "".join(text[place] for place in part)).casefold()


def as_json(scores: Mapping[str, Score]) -> dict[str, Any]:
    """All figures for programs: each rate as percent, low and high bound, count and of how many."""
    return {group: _figures(scores[group]) for group in sorted(scores)}


def _figures(figures: Score) -> dict[str, Any]:
    return {
        "updates": figures.updates,
        "leaked": {
            name: {"held_safe": _rate(found.held_safe), "redaction_alone": _rate(found.redaction_alone)}
            for name, found in (("all", figures.every), ("direct", figures.direct), ("quasi", figures.quasi))
        },
        "labels": {
            label: {"held_safe": _rate(found.held_safe), "redaction_alone": _rate(found.redaction_alone)}
            for label, found in sorted(figures.labels.items())
        },
        "quasi_held": _rate(figures.quasi_held),
        "false_holds": _rate(figures.false_holds),
        "content_held": _rate(figures.content_held),
        "over_redaction": _rate(figures.over_redaction),
    }


def _rate(rate: Rate) -> dict[str, float | int]:
    low, high = rate.interval
    return {
        "percent": round(100 * rate.share, 2),
        "low": round(100 * low, 2),
        "high": round(100 * high, 2),
        "count": rate.count,
        "of": rate.of,
    }
