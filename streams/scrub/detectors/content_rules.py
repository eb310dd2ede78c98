r"""Reads a list of wordings and finds them in a text: whole words, in lower case, with what takes them back.

A list is a file of `[rule]` sections with a pattern a line: Python `re`, without `*` and with `+` in `\w+` (a word)
alone. The reader of a finding sees the rule. Three headings are special:

    [claim-best.de]   only in a text that is German: the words mean something else in another language
    [-]               harmless: a find that touches one of these counts for nothing ("perfect timing")
    [+]               vouches for the whole text: where one of these stands, nothing of the list is found (a source)

A space in a pattern is any gap; ä, ö, ü, ß, ë and the like are found as other keyboards type them, too.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from streams.scrub import packaged
from streams.scrub.prefilter import AnyWord, Prefilter
from streams.scrub.view import View

HARMLESS, VOUCHES = "-", "+"
SCORE = 0.8
_GAP = r"(?:\s{1,2})"

_TYPED = {
    "ä": "(?:ä|ae?)", "ö": "(?:ö|oe?)", "ü": "(?:ü|ue?)", "ß": "(?:ß|ss)", "ë": "[ëe]", "ï": "[ïi]", "é": "[ée]",
    "è": "[èe]", "ê": "[êe]",
}  # fmt: skip
_PARTS = re.compile(r"\\.|\[[^\]]*\]|[^\[\\]")
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


class Wording(NamedTuple):
    rule: str
    lang: str  # "" for every language
    pattern: str


class Found(NamedTuple):
    start: int
    end: int
    rule: str


class Rules:
    """One list. A pattern is compiled when a text first needs it: all of them at start would cost half of a second."""

    def __init__(self, path: str, *, deniable: bool = False) -> None:
        self._path = path
        self._deniable = deniable
        self._exact: dict[int, re.Pattern[str]] = {}

    @cached_property
    def sections(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(_spelled(line) for line in lines) for name, lines in packaged.sections(self._path)}

    @cached_property
    def wordings(self) -> tuple[Wording, ...]:
        return tuple(
            Wording(*name.partition(".")[::2], pattern)
            for name, patterns in self.sections.items()
            if name not in (HARMLESS, VOUCHES)
            for pattern in patterns
        )

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(wording.rule for wording in self.wordings)

    @cached_property
    def _harmless(self) -> re.Pattern[str] | None:
        return _any_of(self.sections.get(HARMLESS, ()))

    @cached_property
    def _vouching(self) -> re.Pattern[str] | None:
        return _any_of(self.sections.get(VOUCHES, ()))

    def find(self, view: View) -> Iterator[Found]:
        """Each wording once, from left to right; of those that begin together the longest."""
        found = [one for number in self._among(view.low) for one in self._found(number, view)]
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

    def _among(self, low: str) -> Iterable[int]:
        """Which of its wordings may stand in the text; nearly always none, which one walk tells."""
        return sorted(self._which.matching(low)) if self._any.may_match(low) else ()

    @cached_property
    def _any(self) -> AnyWord:
        return AnyWord(wording.pattern for wording in self.wordings)

    @cached_property
    def _which(self) -> Prefilter:
        return Prefilter(wording.pattern for wording in self.wordings)

    def _found(self, number: int, view: View) -> Iterator[Found]:
        wording = self.wordings[number]
        if wording.lang and wording.lang != view.lang:
            return
        if number not in self._exact:
            self._exact[number] = _whole(wording.pattern)
        for m in self._exact[number].finditer(view.low):
            yield Found(m.start(), m.end(), wording.rule)


def denied(low: str, start: int, end: int) -> bool:
    return bool(_DENIED.search(low[max(0, start - _DENIED_REACH) : start]) or _DENIED_BEHIND.match(low, end))


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return _whole("|".join(patterns)) if patterns else None


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?!\w)")


def _spelled(pattern: str) -> str:
    """The pattern with every gap and every way to type its letters, and words no longer than words are."""
    spelled = "".join(_GAP if part == " " else _TYPED.get(part, part) for part in _PARTS.findall(pattern))
    return spelled.replace(r"\w+", r"\w{1,40}")
