"""Numbers that nothing names: seven figures and more in one piece, or read out digit by digit, belong to somebody."""

import re
from collections.abc import Iterator
from itertools import pairwise

from streams.scrub.spans import Hit, longest
from streams.scrub.spoken import SAID
from streams.scrub.view import View

# Fewer are a count-in, a score, the sizes of a set.
_SPOKEN_MIN = 5
_LONG = re.compile(r"(?<![\w.,:/+-])(?:[A-Za-z]{1,3}-?|[A-Z]{1,3} )?\d(?:[\s.\-/]?\d){6,24}(?![\w:]|[.,]\d)")
# Letters around: "NG4471209K". Six figures at least: models and sizes have fewer.
_CODE = re.compile(r"(?<![\w.-])(?=[A-Z\d]{7,20}(?!\w))[A-Z]{1,5}\d{6,14}[A-Z]{0,3}(?![\w-])")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,\s]\d{3})+")
_GROUP = re.compile(r"\d+")
_TOKEN = re.compile(
    r"(?<!\w)(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
    r"|(?=[0-9a-f]{0,31}\d)(?=[0-9a-f]{0,31}[a-f])[0-9a-f]{16,64})(?!\w)"
)


def spoken(view: View) -> Iterator[Hit]:
    """Numbers read out digit by digit: five and more belong to nobody's counting, unless they count."""
    if SAID.isdisjoint(view.vocabulary):
        return
    for run in view.spoken:
        if len(run.digits) >= _SPOKEN_MIN and not _counts(run.digits):
            yield Hit(run.start, run.end, "number", "number-spoken", 0.9)


def _counts(digits: str) -> bool:
    """ "One two three four five, lift": up or down by one."""
    steps = {int(b) - int(a) for a, b in pairwise(digits)}
    return steps in ({1}, {-1})


def long_numbers(view: View) -> Iterator[Hit]:
    """Seven figures and more in one piece name a person or a thing of theirs, whatever the piece is called."""
    if view.has_digits:
        yield from longest(_long(view))


def _long(view: View) -> Iterator[Hit]:
    for m in _LONG.finditer(view.text):
        if not _is_table(m.group()):
            yield Hit(m.start(), m.end(), "number", "number-long", 0.7)
    for m in _CODE.finditer(view.text):
        yield Hit(m.start(), m.end(), "number", "number-code", 0.7)
    for m in _TOKEN.finditer(view.low):
        yield Hit(m.start(), m.end(), "number", "token", 0.7)


def _is_table(text: str) -> bool:
    """2.140.000 viewers; a row of readings such as 11 12 13 14; sizes that rise by the same step."""
    groups = _GROUP.findall(text)
    dotted = " " not in text
    if "/" in text and not set(text) & set(" -.") and max(map(len, groups)) <= 3:
        return True
    if _THOUSANDS.fullmatch(text) or (
        len(groups) > 2 and max(map(len, groups)) < 3 and not _pairs(groups, dotted=dotted)
    ):
        return True
    if len(groups) > 3 and all(len(g) <= 3 for g in groups) and " " in text and "-" not in text:
        return not _pairs(groups, dotted=dotted)
    return _rises(groups)


def _rises(groups: list[str]) -> bool:
    values = [int(g) for g in groups]
    return len(values) > 2 and len({b - a for a, b in pairwise(values)}) == 1


def _pairs(groups: list[str], *, dotted: bool) -> bool:
    """ "00 71 82 53": a number in pairs has a leading zero or full stops; readings have spaces and no such zero."""
    zeros = any(len(g) > 1 and g.startswith("0") for g in groups)
    return len({len(g) for g in groups[1:]}) == 1 and (zeros or dotted) and not _rises(groups)
