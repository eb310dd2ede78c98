"""Which characters the report's fonts can draw, read from the fonts' own tables (OpenType `cmap`).

A PDF that says of itself that everybody can read it may hold no empty boxes (PDF/UA-1, ISO 14289-1, 7.21.7): what no
font has is written as its number, and that has to be known before.
"""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

FONTS = "manimgx_fonts"  # Noto Sans and Noto Emoji for nearly every script but Chinese, Japanese and Korean
_FULL, _BASIC = 12, 4  # the formats of a cmap's subtables that cover Unicode
_JOINING = frozenset("\u200c\u200d\ufe0e\ufe0f")
_SPACES = frozenset("\n\t")


def folder() -> Path:
    """Where the fonts lie. They come as a package, so that text is set the same on every machine."""
    return Path(str(files(FONTS)))


def drawn(character: str) -> bool:
    """Whether it is seen as itself. What cannot be seen, or turns what is around it, is not."""
    if character in _JOINING or character in _SPACES or " " <= character <= "~":
        return True
    if unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"):
        return False
    return ord(character) in _all()


# What typst's own fonts have of arrows, signs of mathematics, frames and ticks: found by asking it for each.
_BUILT_IN = (
    (0x219A, 0x21A8), (0x21AB, 0x2211), (0x2213, 0x2219), (0x221B, 0x22ED), (0x2500, 0x25A9), (0x25AC, 0x25B5),
    (0x25B7, 0x25BF), (0x25C1, 0x25CB), (0x25CD, 0x25FA), (0x2605, 0x2609), (0x260F, 0x2610), (0x2612, 0x2612),
    (0x2713, 0x2713), (0x2715, 0x2715), (0x2717, 0x271C), (0x2765, 0x2775), (0x2794, 0x2794), (0x2798, 0x27A0),
)  # fmt: skip


@cache
def _all() -> frozenset[int]:
    packaged = (code for path in sorted(folder().glob("*.ttf")) for code in _mapped(path.read_bytes()))
    return frozenset((*packaged, *(code for first, last in _BUILT_IN for code in range(first, last + 1))))


def all_drawn() -> str:
    """Every character that is seen as itself, beyond ASCII."""
    return "".join(c for c in map(chr, sorted(_all())) if c > "~" and drawn(c))


def _mapped(font: bytes) -> Iterator[int]:
    """The code points of a font's best Unicode subtable."""
    start = _table(font, b"cmap")
    many = struct.unpack_from(">H", font, start + 2)[0]
    places = {struct.unpack_from(">I", font, start + 8 + 8 * i)[0] for i in range(many)}
    by_format = {struct.unpack_from(">H", font, start + place)[0]: start + place for place in places}
    if _FULL in by_format:
        at = by_format[_FULL]
        for i in range(struct.unpack_from(">I", font, at + 12)[0]):
            first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * i)
            yield from range(first, last + 1)
    elif _BASIC in by_format:
        yield from _basic(font, by_format[_BASIC])


def _basic(font: bytes, at: int) -> Iterator[int]:
    """Format 4: segments of 16-bit code points; those that lead to glyph 0 count too, which these fonts do not have."""
    segments = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", font, at + 14)
    starts = struct.unpack_from(f">{segments}H", font, at + 16 + 2 * segments)
    for first, last in zip(starts, ends, strict=True):
        yield from range(first, min(last, 0xFFFE) + 1)


def _table(font: bytes, tag: bytes) -> int:
    for i in range(struct.unpack_from(">H", font, 4)[0]):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * i)
        if name == tag:
            return int(offset)
    raise ValueError("a font without a cmap")
