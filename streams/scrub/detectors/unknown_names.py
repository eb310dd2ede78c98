"""Default deny: a capital that neither the language nor medicine nor the event explains is taken for a name."""

import re
from collections.abc import Iterator

from streams.scrub.listing import words
from streams.scrub.name_words import eponym_here, is_new
from streams.scrub.spans import Hit
from streams.scrub.view import View

_POSSESSIVE_THING = words(
    "today tomorrow yesterday tonight everyone everybody someone nobody what who it that there here let how "
    "where when he she surgeon world"
)
_INNER_CAPITAL = re.compile(r"^(?!Mc|Mac|De|Van|Fitz|O')[A-Z][a-z]+[A-Z]")


def unknown(view: View) -> Iterator[Hit]:
    """Default deny: a capital in mid-sentence that neither the language nor medicine nor the event explains."""
    if view.lang == "de" or view.shouts:
        return
    words = view.words
    for i, word in enumerate(words):
        if not word.cap or len(word.text) < 3 or not is_new(view, word) or word.base in view.lexicon.places:
            continue
        possessive = "'" in word.text and word.text.endswith(("'s", "'")) and word.base not in _POSSESSIVE_THING
        if (word.upper and len(word.text) <= 6) or (_INNER_CAPITAL.search(word.text) and word.base != "mac"):
            continue  # an abbreviation; a trade name such as MitraClip
        if word.first and not possessive and not _named_pair(view, i):
            continue
        if view.text[word.start - 1 : word.start] in ("#", "@", "/", "_") or eponym_here(view, i):
            continue
        if any(c.isdigit() for c in view.text[max(0, word.start - 1) : word.end + 1]):
            continue  # part of a model name such as X200
        yield Hit(_capital_before(view, i), _capitals_end(view, i), "unknown-name", "default-deny", 0.4)


def _capital_before(view: View, i: int) -> int:
    """A capital ordinary word in mid-sentence right before belongs to the name: "Port Dunmore"."""
    word, before = view.words[i], view.words[i - 1] if i else None
    joined = before and word.start - before.end == 1 and before.cap and not before.first and not before.upper
    return before.start if before and joined and before.base not in view.terms.allowed else word.start


def _capitals_end(view: View, i: int) -> int:
    words = view.words
    for j in range(i + 1, min(i + 3, len(words))):
        gap = view.text[words[j - 1].end : words[j].start]
        if gap not in (" ", "-") or not words[j].cap or words[j].upper or words[j].base in view.terms.allowed:
            return words[j - 1].end
    return words[min(i + 2, len(words) - 1)].end


def _named_pair(view: View, i: int) -> bool:
    """Two unknown capitals in a row open the sentence: a name and a surname, rather than a headline."""
    words = view.words
    if i + 1 >= len(words) or words[i + 1].start - words[i].end != 1:
        return False
    return words[i + 1].cap and not words[i + 1].upper and is_new(view, words[i + 1])
