"""Cue phrases: whether a text has any of them is asked of its words, before a pattern is tried at all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Protocol

_WORD = re.compile(r"[^\W\d_]+(?:['][^\W\d_]{1,12})?")  # as View.vocabulary has them
# How the same word is typed on a keyboard that lacks the letter.
_TYPED = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ë": "e", "ï": "i", "é": "e", "è": "e"}


class _Text(Protocol):
    @property
    def low(self) -> str: ...
    @property
    def vocabulary(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Phrases:
    """`pattern` is a group that matches any of the phrases in a text in lower case, the longest first.

    `triggers` has the longest word of each phrase; a text without a trigger has none of the phrases.
    """

    entries: frozenset[str]
    triggers: frozenset[str]

    @property
    def pattern(self) -> str:
        return f"(?:{'|'.join(re.escape(e).replace(chr(92) + ' ', ' ') for e in sorted(self.entries, key=_longest))})"

    def absent(self, view: _Text) -> bool:
        return self.triggers.isdisjoint(view.vocabulary)

    def __or__(self, other: "Phrases") -> "Phrases":
        return Phrases(self.entries | other.entries, self.triggers | other.triggers)


def phrases(text: str) -> Phrases:
    """Written as running text: white space parts the phrases, an underscore is a space, umlauts may be typed `ue`."""
    entries = frozenset(variant for entry in text.split() for variant in _typed(entry.replace("_", " ")))
    return Phrases(entries, frozenset(max(_WORD.findall(entry), key=len) for entry in entries))


def _longest(entry: str) -> tuple[int, str]:
    return -len(entry), entry


def _typed(entry: str) -> Iterator[str]:
    """With each special letter as it is, and with all of them as other keyboards have them."""
    yield entry
    plain = entry
    for letter, typed in _TYPED.items():
        plain = plain.replace(letter, typed)
    if plain != entry:
        yield plain


def combined(heads: str, tails: str) -> str:
    """Each head with each tail, for `phrases`: "last this" and "monday tuesday" are four phrases."""
    return " ".join(f"{head}_{tail}" for head, tail in product(heads.split(), tails.split()))
