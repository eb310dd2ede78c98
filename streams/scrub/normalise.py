"""Makes look-alike text alike and remembers where each character came from.

Detectors read the clean text; every span is carried back to the original, because that is what gets redacted.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from streams.scrub import packaged
from streams.scrub.listing import listed

# A single character may unfold to 18 (U+FDFA). What unfolds further than this hides no identifier, and keeping it
# bounds the clean text at four times the original.
_UNFOLDS_MAX = 4

_ZERO_WIDTH = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
_NO_LOOK_ALIKE = frozenset("µμßØøÆæŒœÐðÞþ")
_STYLED = {
    **{chr(0x1F1E6 + i): chr(65 + i) for i in range(26)},  # regional indicators, two of which make a flag
    **{chr(0x1F150 + i): chr(65 + i) for i in range(26)},  # white on black circles
    **{chr(0x1F170 + i): chr(65 + i) for i in range(26)},  # white on black squares
}
# ISO 9 without diacritics; only for words that are Cyrillic throughout, mixed words are look-alikes.
_CYRILLIC = dict(
    zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюяієїґў",
        listed("a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ' y ' e yu ya i e i g u"),
        strict=True)
)  # fmt: skip
_GREEK = dict(
    zip("αβγδεζηθικλμνξοπρσςτυφχψω", listed("a v g d e z i th i k l m n x o p r s s t y f ch ps o"), strict=True)
)
_UNLIKE_LATIN = frozenset("бгджзийлмнптфцчшщъыьэюяєїґ") | frozenset("γδεζηθλξπσφψω")


# Plain ASCII that no combining mark follows, else one character with its marks (the blocks that marks live in).
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
)
_CLUSTERS = re.compile(rf"(?P<plain>[\x20-\x7e\n\t]+(?![{_MARKS}]))|(?P<cluster>[\s\S][{_MARKS}]*)")


@dataclass(frozen=True, slots=True)
class Clean:
    """Clean text; character i came from original[starts[i]:ends[i]]. Plain ASCII needs no table."""

    text: str
    starts: tuple[int, ...] | None
    ends: tuple[int, ...] | None
    original_length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of clean[start:end]."""
        if self.starts is None or self.ends is None:
            return start, end
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else self.original_length
            return at, at
        return self.starts[start], self.ends[end - 1]


def clean(text: str) -> Clean:
    if text.isascii() and text.isprintable():
        return Clean(text, None, None, len(text))
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    foreign = _foreign_words(text)
    for m in _CLUSTERS.finditer(text):
        at, end = m.span()
        if m.lastgroup == "plain":
            out.append(m.group())
            starts.extend(range(at, end))
            ends.extend(range(at + 1, end + 1))
            continue
        # Thirty-two marks are more than any script stacks; the rest of a taller stack adds nothing.
        cluster = foreign.get(at) or _cluster(text[at : min(end, at + 32)])
        out.append(cluster)
        starts.extend([at] * len(cluster))
        ends.extend([end] * len(cluster))
    return Clean("".join(out), tuple(starts), tuple(ends), len(text))


@lru_cache(maxsize=4096)
def _cluster(cluster: str) -> str:
    """One character with its combining marks, as plain as it can be said."""
    head = cluster[0]
    if head.isascii() and len(cluster) == 1:
        return head if head.isprintable() or head in "\n\t" else ""
    if head in _STYLED:
        return _STYLED[head]
    if head in _ZERO_WIDTH or unicodedata.category(head) in ("Cf", "Cc", "Mn", "Me", "Cs", "Co", "Cn"):
        return "\n" if head in "\u2028\u2029\x85" else ""
    whole = unicodedata.normalize("NFKC", cluster)
    if len(whole) > _UNFOLDS_MAX:
        whole = unicodedata.normalize("NFC", head)
    return "".join(_plain(char) for char in whole if not unicodedata.combining(char))


def _plain(char: str) -> str:
    if char.isascii():
        return char
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if "\u00c0" <= char <= "\u024f" or char in _NO_LOOK_ALIKE:
        return char  # letters that languages of ours and their neighbours write; folded later, where names compare
    if char.isspace():
        return " "
    if char in "‐‑‒–—―−﹣－":
        return "-"
    if char in "‘’‛′`´ʼʹ＇":
        return "'"
    small_capital = _small_capital(char)
    if small_capital:
        return small_capital
    return packaged.homoglyphs().get(char, char) if char.isalnum() else char


def _small_capital(char: str) -> str:
    name = unicodedata.name(char, "")
    head, _, tail = name.rpartition(" ")
    return tail.lower() if head == "LATIN LETTER SMALL CAPITAL" and len(tail) == 1 else ""


def _foreign_words(text: str) -> dict[int, str]:
    """Letters of words written in Cyrillic or Greek throughout, with their transliteration, by place."""
    if not any("\u0370" <= c <= "\u052f" for c in text):
        return {}
    found: dict[int, str] = {}
    at = 0
    while at < len(text):
        end = at
        while end < len(text) and "\u0370" <= text[end] <= "\u052f":
            end += 1
        word = text[at:end].lower()
        if len(word) > 1 and _UNLIKE_LATIN & set(word) and len(word) == end - at and not _touches_latin(text, at, end):
            for offset, low in enumerate(word):
                letter = _CYRILLIC.get(low, _GREEK.get(unicodedata.normalize("NFD", low)[0], low))
                found[at + offset] = letter.capitalize() if text[at + offset].isupper() else letter
        at = end + 1
    return {place: letter for place, letter in found.items() if letter}


def _touches_latin(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())


_SPECIAL = str.maketrans({
    "ß": "ss", "æ": "a", "œ": "o", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "ħ": "h",
    "'": "", "’": "", "-": "", ".": "",
})  # fmt: skip


_TYPED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_DIGRAPHS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ij", "y"))


@lru_cache(maxsize=16384)
def fold(word: str) -> str:
    """How names compare: no case, no diacritics, ue = ü = u, ij = y, no apostrophe or hyphen.

    Names that differ only in these are one name here; that errs on the side of finding.
    """
    low = spelled(word)
    for double, single in _DIGRAPHS:
        if double in low:
            low = low.replace(double, single)
    return low


def spelled(word: str) -> str:
    """The same with two letters left two: so Koen, which folds to a word of Dutch, is told from it."""
    low = word.casefold().translate(_SPECIAL)
    if low.isascii():
        return low
    return "".join(c for c in unicodedata.normalize("NFD", low) if not unicodedata.combining(c))


def typed(word: str) -> str:
    """As a keyboard without umlauts has it: ue for ü."""
    return spelled(word.casefold().translate(_TYPED))


def forget() -> None:
    """Drops the words that folding remembers: after a live event's keys are destroyed none of them may stay."""
    fold.cache_clear()
    _cluster.cache_clear()
