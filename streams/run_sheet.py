"""What a physician signs before the event: the sheet's hash, its typed blanks, and whether a text is really an item's.

A blank takes what its type allows and nothing else, so that a signed sentence cannot carry an unsigned one.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from schemas.control import Control
from schemas.envelope import sha256_hex
from schemas.live_event import RunSheetItem

BlankType = Literal["time", "minutes", "number", "side"]

MINUTES_MAX = 600  # ten hours: no operation that was ever posted lasted longer
NUMBER_MAX = 9999  # a count or a measure; five digits and more begin to look like a record number
SIDES = {"en": ("left", "right"), "de": ("links", "rechts"), "nl": ("links", "rechts")}
"""What the tablet offers; `{side}` takes inflected forms of German and Dutch too, or a sentence would not be one."""

_BLANK = re.compile(r"\{([^{}]*)\}")
_TIME = re.compile(r"(?:[01]?[0-9]|2[0-3])[:.][0-5][0-9]")
_COUNT = re.compile(r"0|[1-9][0-9]{0,3}")
_SIDE = re.compile(r"left|right|links|rechts|link(?:e[mnrs]?)|recht(?:e[mnrs]?)", re.IGNORECASE)

_FITS: dict[str, Callable[[str], bool]] = {
    "time": lambda said: _TIME.fullmatch(said) is not None,
    "minutes": lambda said: _COUNT.fullmatch(said) is not None and int(said) <= MINUTES_MAX,
    "number": lambda said: _COUNT.fullmatch(said) is not None and int(said) <= NUMBER_MAX,
    "side": lambda said: _SIDE.fullmatch(said) is not None,
}
BLANKS: tuple[str, ...] = tuple(_FITS)


@dataclass(frozen=True)
class Blank:
    """A blank of an item, by its place in the text (code points, end exclusive)."""

    start: int
    end: int
    type: str


def sha256(items: Iterable[RunSheetItem]) -> str:
    """What a physician signs: ids and texts in their order, in one canonical form."""
    sheet = [[item.id, item.text] for item in items]
    return sha256_hex("scrubcast/run-sheet/v1\n" + json.dumps(sheet, ensure_ascii=False, separators=(",", ":")))


def blanks(text: str) -> tuple[Blank, ...]:
    """The blanks of an item's text, in order; those of a type that nobody knows are left out."""
    return tuple(Blank(m.start(), m.end(), m[1]) for m in _BLANK.finditer(text) if m[1] in _FITS)


def gaps(items: Iterable[RunSheetItem]) -> list[str]:
    """Braces in an item that are no blank: they would be posted as they stand."""
    return [
        f"run_sheet.{index}: has braces that are no blank; there are {', '.join('{%s}' % name for name in BLANKS)}"  # noqa: UP031  # braces within braces read worse
        for index, item in enumerate(items)
        if len(blanks(item.text)) != item.text.count("{") or item.text.count("{") != item.text.count("}")
    ]


def fits(blank: str, said: str) -> bool:
    """Whether a blank of this type takes these words."""
    return blank in _FITS and _FITS[blank](said)


def is_as_signed(item: RunSheetItem, text: str) -> bool:
    """Whether `text` is the item's text with its blanks filled by their types; white space and Unicode form aside."""
    signed = _plain(item.text)
    places = blanks(signed)
    pattern, at = "", 0
    for place in places:
        pattern += re.escape(signed[at : place.start]) + r"(\S+?)"
        at = place.end
    found = re.fullmatch(pattern + re.escape(signed[at:]), _plain(text))
    return found is not None and all(fits(p.type, said) for p, said in zip(places, found.groups(), strict=True))


def item_of(items: Iterable[RunSheetItem], text: str) -> RunSheetItem | None:
    """The item that this text is, as signed."""
    return next((item for item in items if is_as_signed(item, text)), None)


def is_signed(items: Iterable[RunSheetItem], signed: Control | None) -> bool:
    """Whether the latest signature is under this very sheet."""
    return signed is not None and signed.run_sheet_sha256 == sha256(items)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
