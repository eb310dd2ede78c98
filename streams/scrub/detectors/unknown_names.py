"""Default deny: a capital that neither the language nor medicine nor the event explains is taken for a name."""

import re
from collections.abc import Iterator

from streams.scrub import evidence
from streams.scrub.name_words import eponym_here
from streams.scrub.spans import Hit
from streams.scrub.terms import PARTICLES
from streams.scrub.view import View, Word

SCORE_MIN = 0.2
"""Below it a word is not worth a line in the record, under any policy."""

_WORD_MIN = 3  # letters; shorter ones are abbreviations and particles
_ABBREVIATION_MAX = 6
_INNER_CAPITAL = re.compile(r"^(?!Mc|Mac|De|Van|Fitz|O')[A-Z][a-z]+[A-Z]")
_PLURAL_ABBREVIATION = re.compile(r"^[A-ZÄÖÜ]{2,}s$")
_GLUE = frozenset("#@/_\\")


def unknown(view: View) -> Iterator[Hit]:
    if view.shouts:
        return
    for i, word in enumerate(view.words):
        if not word.cap or len(word.text) < _WORD_MIN or _explained(view, word) or _no_word(view, word):
            continue
        score = evidence.of_name(view, i)
        if score >= SCORE_MIN and not eponym_here(view, i):
            yield Hit(_capital_before(view, i), _capitals_end(view, i), "unknown-name", "default-deny", round(score, 2))


def _explained(view: View, word: Word) -> bool:
    """By the event or by the map."""
    base, terms = word.base, view.terms
    return base in terms.allowed or base in terms.vocabulary or base in PARTICLES or base in view.lexicon.places


def _no_word(view: View, word: Word) -> bool:
    """Abbreviations; trade names such as MitraClip and X200; parts of hashtags and addresses."""
    if word.upper and (len(word.text) <= _ABBREVIATION_MAX or view.lexicon.abbreviation(word.base)):
        return True
    if _PLURAL_ABBREVIATION.match(word.text) or (_INNER_CAPITAL.search(word.text) and word.base != "mac"):
        return True
    around = view.text[max(0, word.start - 1) : word.start] + view.text[word.end : word.end + 1]
    return any(c.isdigit() for c in around) or around[:1] in _GLUE


def _capital_before(view: View, i: int) -> int:
    """A capital ordinary word in mid-sentence right before belongs to the name: "Port Dunmore"."""
    word, before = view.words[i], view.words[i - 1] if i else None
    joined = before and word.start - before.end == 1 and before.cap and not before.first and not before.upper
    if view.lang == "de" or not before or not joined or before.base in view.terms.allowed:
        return word.start
    return before.start


def _capitals_end(view: View, i: int) -> int:
    words = view.words
    if view.lang == "de":
        return words[i].end
    for j in range(i + 1, min(i + 3, len(words))):
        gap = view.text[words[j - 1].end : words[j].start]
        if gap not in (" ", "-") or not words[j].cap or words[j].upper or words[j].base in view.terms.allowed:
            return words[j - 1].end
    return words[min(i + 2, len(words) - 1)].end
