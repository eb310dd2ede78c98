"""How near a run of letters is to a protected name, and what a text is once its gaps are gone."""

import re

from rapidfuzz import process
from rapidfuzz.distance import OSA

from streams.scrub.normalise import fold
from streams.scrub.terms import Terms


def nearest(terms: Terms, word: str, edits: int) -> str:
    """The protected name within `edits` of `word`, swaps counted as one; short names allow fewer."""
    names = terms.around.get((len(word), edits))
    found = process.extractOne(word, names, scorer=OSA.distance, score_cutoff=edits) if names else None
    return found[0] if found else ""


def is_name(terms: Terms, letters: str) -> bool:
    if any(name in letters if len(name) >= 4 else name == letters for name in terms.tokens):
        return True
    return len(letters) >= 4 and bool(nearest(terms, letters, 1))


def edges(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def stream_of(low: str) -> tuple[str, list[int]]:
    """Letters and figures without what stands between them, folded as names are, each with its place."""
    chars: list[str] = []
    places: list[int] = []
    for m in re.finditer(r"[^\W_]+", low):
        word = m.group()
        folded = fold(word)
        chars.append(folded)
        if len(folded) == len(word):
            places.extend(range(m.start(), m.end()))
        else:  # shortened by folding: spread what is left over the word, its edges exact
            size = max(1, len(folded) - 1)
            places.extend(m.start() + (len(word) - 1) * k // size for k in range(len(folded)))
    return "".join(chars), places
