"""Names that nobody knew beforehand, given letter by letter: "K-e-i-r-a", "M for Mike, A for Alpha"."""

import re
from collections.abc import Iterator

from streams.scrub.listing import words
from streams.scrub.spans import Hit
from streams.scrub.view import View

LETTERS_MIN = 4  # of three, abbreviations are as many as names
_RUN = re.compile(r"(?<![^\W_])[^\W\d_](?:[\s\-._*·•/,]{1,2}[^\W\d_](?![^\W_'’])){3,30}")
# What theatres spell out or count off.
_SAID = words("abcd abcde abcdef xabcde isbar atmist ample icu stat")
_VOWELS = frozenset("aeiouyäöüáéíóúè")


def spelled(view: View) -> Iterator[Hit]:
    if view.single_letters < LETTERS_MIN:
        return
    for m in _RUN.finditer(view.text):
        letters = "".join(c for c in m.group() if c.isalpha()).lower()
        if letters not in _SAID and not _VOWELS.isdisjoint(letters) and not view.plain(letters):
            yield Hit(m.start(), m.end(), "name", "spelled-name", 0.6)
