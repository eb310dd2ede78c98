r"""Reads a list of wordings and finds them in a text: whole words, in lower case, with what takes them back.

A list is a file of `[rule]` sections with a pattern a line: Python `re`, without `*` and with `+` in `\w+` (a word)
alone. The reader of a finding sees the rule. Three headings are special:

    [claim-best.de]   only in a text that is German: the words mean something else in another language
    [-]               harmless: a find that touches one of these counts for nothing ("perfect timing")
    [+]               vouches for the whole text: where one of these stands, nothing of the list is found (a source)

A space in a pattern is any gap; ä, ö, ü, ß, ë and the like are found as other keyboards type them, too.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple
from weakref import WeakKeyDictionary

from streams.scrub import packaged
from streams.scrub.view import View

HARMLESS, VOUCHES = "-", "+"
SCORE = 0.8
_HEAD = 4  # as many letters tell most words apart
_GAP = r"(?:\s{1,2})"

_TYPED = {
    "ä": "(?:ä|ae?)", "ö": "(?:ö|oe?)", "ü": "(?:ü|ue?)", "ß": "(?:ß|ss)", "ë": "[ëe]", "ï": "[ïi]", "é": "[ée]",
    "è": "[èe]", "ê": "[êe]",
}  # fmt: skip
_PARTS = re.compile(r"\\.|\[[^\]]*\]|[^\[\\]")
_NUMBERS = re.compile(r"(?<![\w-])\d")
# What says that a thing did not happen or is only spoken of, within three words before it or right behind it.
_DENIED = re.compile(
    r"(?<!\w)(?:no|not|n't|without|never|zero|nil|none|nothing|neither|nor|free of|avoid\w{0,3}|prevent\w{0,3}"
    r"|reduc\w{1,3}|minimi[sz]\w{1,3}|risks? of|sign of|signs of|chance of|rule out|ruled out|against|instead of"
    r"|in case of|if|any"
    r"|possible|potential|fewer|kein\w{0,2}|nicht|ohne|nie|niemals|nichts|weder|vermeid\w{1,3}|verhinder\w{1,3}|falls"
    r"|wenn|gegen|risiko (?:von|für|einer)|mögliche\w?|geen|niet|zonder|nooit|niets|voorkom\w{0,3}|vermijd\w{0,3}"
    r"|indien|als er|tegen|kans op|risico op|mogelijke) (?:[\w-]+ ){0,3}$"
)
_DENIED_BEHIND = re.compile(
    r"\s?[-:]?\s?(?:free|frei|vrij|none|nil|zero|no|keine?|geen|nein|nee|negative?|negativ|negatief"
    r"|(?:has|was|is|did|does|have)(?: not|n't)|(?:bleiben|blieben|bleibt|blieb|bleven|blijven) (?:aus|uit)"
    r"|excluded|ruled out|ausgeschlossen|uitgesloten"
    r"|training|drill|exercise|kurs|course|cursus|übung|oefening|simulation|simulatie|protocol|protokoll)\b"
)
_DENIED_REACH = 48


class Found(NamedTuple):
    start: int
    end: int
    rule: str


class Rules:
    """One list. Patterns stand in an index by their first letters, so that a text pays only for words it has."""

    def __init__(self, path: str, *, deniable: bool = False) -> None:
        self._path = path
        self._deniable = deniable
        self._compiled: dict[tuple[str, str], tuple[tuple[str, re.Pattern[str]], ...]] = {}

    @cached_property
    def sections(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(_spelled(line) for line in lines) for name, lines in packaged.sections(self._path)}

    @cached_property
    def index(self) -> dict[str, dict[tuple[str, str], list[str]]]:
        """First letters → (rule, its language or "") → patterns."""
        index: dict[str, dict[tuple[str, str], list[str]]] = {}
        for name, patterns in self.sections.items():
            if name in (HARMLESS, VOUCHES):
                continue
            rule, _, lang = name.partition(".")
            for pattern in patterns:
                for head in heads(pattern):
                    index.setdefault(head, {}).setdefault((rule, lang), []).append(pattern)
        return index

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(name.partition(".")[0] for name in self.sections if name not in (HARMLESS, VOUCHES))

    @cached_property
    def _harmless(self) -> re.Pattern[str] | None:
        return _any_of(self.sections.get(HARMLESS, ()))

    @cached_property
    def _vouching(self) -> re.Pattern[str] | None:
        return _any_of(self.sections.get(VOUCHES, ()))

    def find(self, view: View) -> Iterator[Found]:
        """Each wording once, from left to right; of those that begin together the longest."""
        found = list(self._candidates(view))
        if not found or (self._vouching and self._vouching.search(view.low)):
            return
        harmless = [m.span() for m in self._harmless.finditer(view.low)] if self._harmless else []
        behind = 0
        for one in sorted(found, key=lambda f: (f.start, -f.end, f.rule)):
            if one.start < behind or any(one.start < end and start < one.end for start, end in harmless):
                continue
            if self._deniable and denied(view.low, one.start, one.end):
                continue
            behind = one.end
            yield one

    def _candidates(self, view: View) -> Iterator[Found]:
        begun = _begun(view)
        for head in begun.keys() & self.index.keys():
            patterns = self._patterns(head, view.lang)
            for start in begun[head]:
                for rule, pattern in patterns:
                    m = pattern.match(view.low, start)
                    if m:
                        yield Found(start, m.end(), rule)

    def _patterns(self, head: str, lang: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """Compiled when a text first has a word of these letters: at start it would cost half of a second."""
        if (head, lang) not in self._compiled:
            self._compiled[head, lang] = tuple(
                (rule, re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?!\w)"))
                for (rule, only), patterns in self.index[head].items()
                if only in ("", lang)
            )
        return self._compiled[head, lang]


def denied(low: str, start: int, end: int) -> bool:
    return bool(_DENIED.search(low[max(0, start - _DENIED_REACH) : start]) or _DENIED_BEHIND.match(low, end))


_OF_VIEWS: WeakKeyDictionary[View, dict[str, list[int]]] = WeakKeyDictionary()


def _begun(view: View) -> dict[str, list[int]]:
    """Where words and numbers begin, by each of their heads: worked out once for all lists, kept with the view."""
    found = _OF_VIEWS.get(view)
    if found is None:
        found = _OF_VIEWS[view] = {}
        low = view.low
        starts = [word.start for word in view.words]
        if view.has_digits:
            starts += [m.start() for m in _NUMBERS.finditer(low)]
        for start in starts:
            for head in {low[start : start + n] for n in range(1, _HEAD + 1)}:
                found.setdefault(head.replace("\n", " "), []).append(start)
    return found


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?!\w)") if patterns else None


def _spelled(pattern: str) -> str:
    """The pattern with every gap and every way to type its letters, and words no longer than words are."""
    spelled = "".join(_GAP if part == " " else _TYPED.get(part, part) for part in _PARTS.findall(pattern))
    return spelled.replace(r"\w+", r"\w{1,40}")


def heads(pattern: str) -> frozenset[str]:
    """The first letters that a match of `pattern` can have, up to a gap; fewer where something unknown follows.

    Understands what the lists use: letters, `[…]`, `\\d`, groups of alternatives, lookarounds, `?` and `{m,n}`.
    """
    return frozenset(_heads(pattern, _HEAD))


def _heads(pattern: str, wanted: int) -> set[str]:
    if not pattern or not wanted:
        return {""}
    unit, repeat, rest = _first(pattern)
    if unit == _GAP and not repeat:
        return {" "}
    if unit.startswith(("(?!", "(?=", "(?<", "\\b")):  # they take no letter
        return _heads(rest, wanted)
    least, most = _times(repeat)
    behind = rest if most == 1 else ""  # a unit that may come again hides what follows it
    if unit.startswith("(?:"):
        found = {head for one in _alternatives(unit[3:-1]) for head in _heads(one + behind, wanted)}
    else:
        tails = _heads(behind, wanted - 1)
        found = {letter + tail for letter in _letters(unit) for tail in (tails if letter else [""])}
    return found if least else found | _heads(rest, wanted)


def _letters(unit: str) -> str | list[str]:
    """What one unit of a pattern can stand for; an empty word when that is not known."""
    if unit == "\\d":
        return "0123456789"
    if unit.startswith("["):
        listed = unit[1:-1]
        return [""] if "\\" in listed or listed.startswith("^") or "-" in listed[1:] else list(listed)
    if unit.startswith("\\"):
        return [""] if unit[1] in "wsSWDB" else [unit[1]]
    return [""] if unit == "." else [unit]


_QUANTIFIER = re.compile(r"\?|\{(\d+)(,?)(\d*)\}")


def _first(pattern: str) -> tuple[str, str, str]:
    """The first unit of a pattern, its repeat, and what follows."""
    end = 1
    if pattern[0] == "(":
        end = _closing(pattern) + 1
    elif pattern[0] == "[":
        end = pattern.index("]") + 1
    elif pattern[0] == "\\":
        end = 2
    repeat = _QUANTIFIER.match(pattern, end)
    return pattern[:end], repeat[0] if repeat else "", pattern[repeat.end() if repeat else end :]


def _times(repeat: str) -> tuple[int, int]:
    if repeat in ("", "?"):
        return (1 if repeat == "" else 0), 1
    m = _QUANTIFIER.match(repeat)
    assert m is not None
    return int(m[1]), int(m[3] or m[1])


def _closing(pattern: str) -> int:
    """Where the group that opens a pattern closes."""
    return next(at for at, depth in _depths(pattern) if depth == 0 and at)


def _alternatives(inner: str) -> list[str]:
    bars = [at for at, depth in _depths(inner) if depth == 0 and inner[at] == "|"]
    return [inner[a + 1 : b] for a, b in zip([-1, *bars], [*bars, len(inner)], strict=True)]


def _depths(pattern: str) -> Iterator[tuple[int, int]]:
    """Each unit's place, and how many groups are open behind it."""
    depth = 0
    for m in _PARTS.finditer(pattern):
        depth += (m[0] == "(") - (m[0] == ")")
        yield m.start(), depth
