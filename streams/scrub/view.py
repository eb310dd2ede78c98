"""What a detector is shown: the clean text, its words, and what the event and the language know about them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from streams.scrub import calendar_dates, language
from streams.scrub.calendar_dates import Dated
from streams.scrub.figures import Token, tokens
from streams.scrub.lexicon_words import Lexicon, lexicon
from streams.scrub.normalise import Clean, clean, fold, spelled
from streams.scrub.spoken import Spoken, spoken_numbers
from streams.scrub.terms import Terms

_WORD = re.compile(r"[^\W\d_]+(?:['][^\W\d_]{1,12})?")
_SHORT_WORD, _HEADLINE_MIN = 3, 4
_DIGITS = re.compile(r"\d")
# What may stand before a word that opens a sentence: nothing, an end of sentence, an opening quote, a list mark, emoji.
_OPENERS = frozenset('.!?:;\n•·*–—"“„«‘(…|>/')


class Word(NamedTuple):
    start: int
    end: int
    text: str
    fold: str
    base: str  # folded, without a possessive
    cap: bool
    first: bool  # it has a capital because it opens a sentence, so that the capital says nothing

    @property
    def upper(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()


class View:
    """One text, read once. Everything is worked out when first asked for, and is a function of the arguments."""

    def __init__(self, text: str, *, lang: str | None, terms: Terms, recent: Sequence[str] = ()) -> None:
        self.original = text
        self.terms = terms
        self.recent = recent
        self.clean: Clean = clean(text)
        self.text = self.clean.text
        self.low = lowered(self.text)
        self.lang = language.tell(self.low, lang)
        self.lexicon: Lexicon = lexicon()

    @cached_property
    def words(self) -> tuple[Word, ...]:
        text = self.text
        return tuple(_word(text, m) for m in _WORD.finditer(text))

    @cached_property
    def _starts(self) -> list[int]:
        return [w.start for w in self.words]

    def words_in(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that touch text[start:end]."""
        first = max(0, bisect_right(self._starts, start) - 1)
        found = self.words[first : bisect_left(self._starts, end)]
        return tuple(w for w in found if w.end > start)

    def index_at(self, start: int) -> int | None:
        """Which word begins exactly there."""
        i = bisect_left(self._starts, start)
        return i if i < len(self.words) and self.words[i].start == start else None

    def word_at(self, start: int) -> Word | None:
        i = self.index_at(start)
        return None if i is None else self.words[i]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Its words in lower case: lets a detector see at once that none of its cues is there."""
        return frozenset(_WORD.findall(self.low))

    @cached_property
    def digits(self) -> int:
        """How many figures it has."""
        return len(_DIGITS.findall(self.text))

    @property
    def has_digits(self) -> bool:
        return self.digits > 0

    @cached_property
    def single_letters(self) -> int:
        """How many of its words are one letter."""
        return sum(w.end - w.start == 1 for w in self.words)

    @cached_property
    def tokens(self) -> list[Token]:
        """Its words and figures, in lower case."""
        return tokens(self.low)

    @cached_property
    def spoken(self) -> Sequence[Spoken]:
        return spoken_numbers(self.low)

    @cached_property
    def dates(self) -> tuple[Dated, ...]:
        return tuple(calendar_dates.dates(self.text, self.low))

    @cached_property
    def shouts(self) -> bool:
        """Capitals throughout, so that a capital says nothing about a word."""
        letters = sum(map(str.isalpha, self.text))
        return letters > 12 and sum(map(str.isupper, self.text)) > 0.7 * letters

    @cached_property
    def headline(self) -> bool:
        """Most Words Written Like This."""
        long = [w for w in self.words if len(w.text) > _SHORT_WORD]
        return len(long) >= _HEADLINE_MIN and sum(w.cap for w in long) > 0.6 * len(long) and self.lang != "de"

    def known(self, word: Word) -> bool:
        """Whether an ordinary or a clinical word is meant, not one that only folds alike."""
        return self.plain(word.base) and not self.misread(word)

    def misread(self, word: Word) -> bool:
        low = word.text.lower()
        if not ("oe" in low or "ae" in low or "ue" in low or "ij" in low):
            return False
        return self.lexicon.misread(spelled(low.removesuffix("'s")))

    def transliterated(self, word: Word) -> bool:
        """Whether it stands in Greek or Cyrillic."""
        if self.clean.starts is None:
            return False
        start, end = self.clean.span(word.start, word.end)
        return any("\u0370" <= c <= "\u052f" for c in self.original[start:end])

    def plain(self, word: str) -> bool:
        """Whether a folded word is an ordinary or a clinical word of any of our languages."""
        return self.lexicon.plain(word, self.lang)


def _word(text: str, m: re.Match[str]) -> Word:
    start, end = m.span()
    word = m[0]
    base = folded = fold(word)
    if "'" in word and word.endswith(("'s", "'S")):
        base = fold(word[:-2])
    cap = word[0].isupper()
    return Word(start, end, word, folded, base, cap, cap and _opens(text, start))


def lowered(text: str) -> str:
    """Lower case, length kept: `İ` and its like would otherwise move every span behind it."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _opens(text: str, at: int) -> bool:
    place = at - 1
    while place >= 0 and text[place] in " \t'\"":
        place -= 1
    if place < 0:
        return True
    before = text[place]
    return (
        before in _OPENERS
        or (not before.isascii() and not before.isalnum())
        or (before == "-" and text[place + 1] == " ")
    )
