"""What a physician signs before the event: the sheet's hash, its typed blanks, and whether a text is really an item's.

A blank takes what its type allows and nothing else, so that a signed sentence cannot carry an unsigned one.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
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
_COUNT = r"(?:0|[1-9][0-9]{0,3})"
_FORMS = {
    "time": r"(?:[01]?[0-9]|2[0-3])[:.][0-5][0-9]",
    "minutes": _COUNT,
    "number": _COUNT,
    "side": r"(?i:left|right|links|rechts|linke[mnrs]?|rechte[mnrs]?)",
}
"""What each blank looks like. Texts are taken apart by these: `{side}{time}` and `{time}.{number}` are read right."""

_MOST = {"minutes": MINUTES_MAX, "number": NUMBER_MAX}
BLANKS: tuple[str, ...] = tuple(_FORMS)


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
    return tuple(Blank(m.start(), m.end(), m[1]) for m in _BLANK.finditer(text) if m[1] in _FORMS)


def gaps(items: Iterable[RunSheetItem]) -> list[str]:
    """What keeps an item's blanks from being read: braces that are no blank, or blanks that run into each other."""
    found = []
    for index, item in enumerate(items):
        if len(blanks(item.text)) != item.text.count("{") or item.text.count("{") != item.text.count("}"):
            known = ", ".join(f"{{{name}}}" for name in BLANKS)
            found.append(f"run_sheet.{index}: has braces that are no blank; there are {known}")
        elif runs_together(item.text):
            found.append(f"run_sheet.{index}: has two blanks with nothing between them; put a word there")
    return found


def runs_together(text: str) -> bool:
    """Whether two blanks meet that are alike: nobody could say where one ends, and digits would make a long number.

    A side is of letters and may stand against digits; two sides in one are no word.
    """
    places = blanks(_plain(text))
    return any(a.end == b.start and (a.type == "side") == (b.type == "side") for a, b in pairwise(places))


def fits(blank: str, said: str) -> bool:
    """Whether a blank of this type takes these words."""
    form = _FORMS.get(blank)
    if form is None or re.fullmatch(form, said) is None:
        return False
    return blank not in _MOST or int(said) <= _MOST[blank]


def is_as_signed(item: RunSheetItem, text: str) -> bool:
    """Whether `text` is the item's text with its blanks filled by their types; white space and Unicode form aside."""
    signed = _plain(item.text)
    places = blanks(signed)
    pattern, at = "", 0
    for place in places:
        pattern += re.escape(signed[at : place.start]) + f"({_FORMS[place.type]})"
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
