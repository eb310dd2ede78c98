"""Numbers said digit by digit or in pairs: "double oh seven three", "acht drei null", "ninety-four thirty-four"."""

import re
from typing import NamedTuple

from streams.scrub.listing import words
from streams.scrub.numerals import DIGITS, NUMBERS, TIMES

_TOKEN = re.compile(r"[^\W_]+")
# Articles far more often than digits: they never begin a run.
_ARTICLES = words("een ein eine")
_LINKS = words("and und en dash minus punkt dot point komma then dann dan strich streepje hyphen slash")
_ONES = frozenset("123456789")
_PARTS = frozenset(DIGITS) | frozenset(NUMBERS) | frozenset(TIMES)


SAID = (frozenset(DIGITS) | frozenset(NUMBERS)) - _ARTICLES - {"o", "oh"}
"""A text that has none of these words reads no number out."""


class Spoken(NamedTuple):
    start: int
    end: int
    digits: str
    words: int  # how many of its parts are words


class _Part(NamedTuple):
    start: int
    end: int
    word: str
    digits: str


def spoken_numbers(low: str) -> list[Spoken]:
    """Runs of at least three spelled digits, figures among them included."""
    parts = [(m.start(), m.end(), m.group()) for m in _TOKEN.finditer(low)]
    if sum(part[2] in _PARTS for part in parts) < 3:
        return []
    found: list[Spoken] = []
    run: list[_Part] = []
    times = 1
    for start, end, word in parts:
        digits = word if word.isdigit() and len(word) <= 6 else _digits(word)
        if run and start - run[-1].end > 3:
            _close(run, found)
            times = 1
        if word in TIMES:
            times = TIMES[word]
            run.append(_Part(start, end, word, ""))
        elif digits is not None:
            run.append(_Part(start, end, word, digits * times))
            times = 1
        elif not (run and word in _LINKS):
            _close(run, found)
            times = 1
    _close(run, found)
    return found


def _digits(word: str) -> str | None:
    digit = DIGITS.get(word)
    if digit is not None:
        return digit
    number = NUMBERS.get(word)
    return str(number) if number is not None and 10 <= number <= 99 else None


def _close(run: list[_Part], found: list[Spoken]) -> None:
    while run and run[0].word in _ARTICLES:
        run.pop(0)
    while run and not run[-1].digits:
        run.pop()
    words = sum(not part.word.isdigit() for part in run)
    if words >= 3:
        found.append(Spoken(run[0].start, run[-1].end, _said(run), words))
    run.clear()


def _said(run: list[_Part]) -> str:
    """The digits in a row; a ten with a one behind it is one pair: "ninety four" is 94."""
    out = ""
    after_ten = False
    for part in run:
        if after_ten and part.digits in _ONES:
            out = out[:-1]
        out += part.digits
        after_ten = len(part.digits) == 2 and part.digits[1] == "0" and part.digits > "10" and part.word.isalpha()
    return out
