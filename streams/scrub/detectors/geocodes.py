"""Positions on the map: coordinates, plus codes, three words, grid squares. "Equivalent geocodes", "
"164.514(b)(2)(i)(B)."""

import re
from collections.abc import Iterator

from streams.scrub.phrases import phrases
from streams.scrub.spans import Hit
from streams.scrub.view import View

_DECIMAL = re.compile(
    r"(?<![\w.])-?\d{1,2}[.,]\d{4,8}\s?°?\s?[ns]?\s?[,;/ ]{1,2}\s?-?\d{1,3}[.,]\d{4,8}\s?°?\s?[ewo]?(?![\w.])"
    r"|(?<![\w.])[ns]\s?\d{1,2}[.,°]\s?\d{2,8}'?\s?[,; ]{1,2}\s?[ewo]\s?\d{1,3}[.,°]\s?\d{2,8}'?(?!\w)"
    r"|(?<![\w.])\d{1,2}[.,]\d{2,8}\s?°?\s?[ns]\s?[,; ]{1,2}\s?\d{1,3}[.,]\d{2,8}\s?°?\s?[ewo](?!\w)"
)
_DEGREES = re.compile(
    r"(?<![\w.])\d{1,2}\s?°\s?\d{1,2}(?:[.,]\d{1,4})?\s?['m]\s?(?:\d{1,2}(?:[.,]\d{1,3})?\s?(?:\"|''"
    r"|s)?)?\s?[ns]\W{1,3}"
    r"\d{1,3}\s?°\s?\d{1,2}(?:[.,]\d{1,4})?\s?['m]?\s?(?:\d{1,2}(?:[.,]\d{1,3})?\s?(?:\"|'')?)?\s?[ewo](?!\w)"
)
_PLUS_CODE = re.compile(r"(?<![\w+])[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}(?![\w+])")
_THREE_WORDS = re.compile(r"///[^\W\d_]{2,24}\.[^\W\d_]{2,24}\.[^\W\d_]{2,24}(?!\w)")
_THREE_CUED = re.compile(
    r"(?<!\w)(?:w3w|what ?3 ?words|what ?three ?words)(?: (?:is|are|says|lautet))?[\s:=]{1,3}/{0,3}"
    r"(?P<words>[^\W\d_]{2,24}[. ][^\W\d_]{2,24}[. ][^\W\d_]{2,24})(?!\w)"
)
_GRID = re.compile(
    r"(?<!\w)(?:grid(?: ref(?:erence)?)?|os ref|mgrs|utm"
    r"|rd-?coördinaten)[\s:]{1,3}(?P<ref>[a-z]{0,3}\s?\d{2,6}(?:\s?\d{2,6}){0,2})(?!\w)"
)
_CUES = phrases("w w3w what whatthreewords words grid os mgrs utm rd rd-coördinaten")


def geocodes(view: View) -> Iterator[Hit]:
    low = view.low
    if view.has_digits and _TWO_NUMBERS.search(low):
        for pattern, rule in ((_DECIMAL, "coordinates"), (_DEGREES, "coordinates")):
            for m in pattern.finditer(low):
                yield Hit(m.start(), m.end(), "address", rule)
    if "+" in low:
        for m in _PLUS_CODE.finditer(view.text):
            yield Hit(m.start(), m.end(), "address", "plus-code")
    if "///" in low:
        for m in _THREE_WORDS.finditer(low):
            yield Hit(m.start(), m.end(), "address", "three-words")
    if not _CUES.absent(view):
        for m in _THREE_CUED.finditer(low):
            yield Hit(m.start("words"), m.end("words"), "address", "three-words-cue")
        for m in _GRID.finditer(low):
            yield Hit(m.start("ref"), m.end("ref"), "address", "grid")


_TWO_NUMBERS = re.compile(r"\d[.,°]\s?\d{2}")
