"""Which figures of a text stand together as one number, however they are grouped: "H 44-17 02", "00 71 82 53"."""

import re
from typing import NamedTuple

_TOKEN = re.compile(r"[^\W_]+")
_GAP = re.compile(r" ?[-./\\_·*]? ?")
_UPPER_MAX = 4  # letters in front of a number's figures: "KQJ 8842 019"
# A number of more groups than this is a table of readings; it also bounds the time that 2,000 figures can take.
GROUPS_MAX = 24
_UNIT = re.compile(
    r"\s?(?:mm|cm|ml|cc|mg|mcg|µg|kg|g|l|min|mins|minutes?|minuten|h|hrs?|hours?|std|stunden?|uur|sec|s|°c?|%|x|k|km|m"
    r"|bpm|mmhg|cmh2o|u|ie|iu|units?|einheiten|eenheden|years?|yrs?|yo|jahren?|jaar|days?|tagen?|dagen|weeks?|wochen"
    r"|weken|months?|monaten?|maanden|times|mal|keer|people|leute|mensen|personen|viewers|zuschauer|kijkers|volunteers"
    r"|helfer|vrijwilligers|runners|läufer|lopers|patients?|patienten|patiënten|patienten|steps|laps|runden|rondes"
    r"|french|fr|ch|gauge|euros?|eur|dollars?|pounds?|pfund|watt|kv|hz|khz|mhz|joule|hits|likes|views)(?![\w-])"
    r"|(?<=\d)\s?[%°]"
)


class Token(NamedTuple):
    start: int
    end: int
    text: str
    figures: int


class Run(NamedTuple):
    """Tokens `first` to `last` (inclusive) that may be one number."""

    first: int
    last: int
    figures: int


def tokens(low: str) -> list[Token]:
    return [
        Token(m.start(), m.end(), word := m.group(), 0 if word.isalpha() else sum(map(str.isdigit, word)))
        for m in _TOKEN.finditer(low)
    ]


def runs(text: str, low: str, found: list[Token]) -> list[Run]:
    """`found`: the tokens of `low`; `text` shows which letters are capitals."""
    out: list[Run] = []
    at = 0
    while at < len(found):
        if not found[at].figures:
            at += 1
            continue
        first = _first(text, low, found, at, out[-1].last + 1 if out else 0)
        last = _last(text, low, found, first, at)
        out.append(Run(first, last, sum(t.figures for t in found[first : last + 1])))
        at = last + 1
    return out


def measured(low: str, end: int) -> bool:
    """Whether figures that end there count or measure something, or go on as a time of day or a fraction."""
    if low[end : end + 1] in (":", ",", ".") and low[end + 1 : end + 2].isdigit():
        return True
    return _UNIT.match(low, end) is not None


def _joined(low: str, left: Token, right: Token) -> bool:
    return right.start - left.end <= 3 and _GAP.fullmatch(low, left.end, right.start) is not None


def _last(text: str, low: str, found: list[Token], first: int, at: int) -> int:
    last = at
    while last + 1 < len(found) and last - at < GROUPS_MAX:
        step = _step(text, low, found, last, lettered=first < at)
        if not step:
            break
        last += step
    while last > at and measured(low, found[last].end) and " " in low[found[last - 1].end : found[last].start]:
        last -= 1  # the last group is a number of its own: "chart 55671 2 days"
    return last


def _step(text: str, low: str, found: list[Token], last: int, *, lettered: bool) -> int:
    """How many tokens further the number goes."""
    here, then = found[last], found[last + 1]
    if not _joined(low, here, then):
        return 0
    gap = low[here.end : then.start]
    if then.figures:
        return 0 if gap == ". " else 1
    behind = found[last + 2] if last + 2 < len(found) else None
    goes_on = behind is not None and behind.figures and _joined(low, then, behind)
    if " " not in gap:
        return 1 if len(then.text) <= (5 if goes_on else 3) and low[then.end : then.end + 1] != "-" else 0
    if len(then.text) <= 2 and goes_on and text[then.start : then.end].isupper():
        return 1
    ends = low[then.end : then.end + 2].strip() in ("", ".", ",", "!", "?", ")", ";", ":")
    return 1 if len(then.text) == 1 and (ends or lettered) and text[then.start].isupper() else 0


def _first(text: str, low: str, found: list[Token], at: int, least: int) -> int:
    """Letters in front belong to the number when a hyphen ties them to it, or when they are capitals."""
    if at == least:
        return at
    before, here = found[at - 1], found[at]
    if before.figures or len(before.text) > _UPPER_MAX or not _joined(low, before, here):
        return at
    gap = low[before.end : here.start]
    if gap in ("-", "/", "_", "."):
        return at - 1
    return at - 1 if gap == " " and text[before.start : before.end].isupper() else at
