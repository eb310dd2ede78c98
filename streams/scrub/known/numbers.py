"""Protected numbers and dates: in any grouping, in part, in words, in every form of the known date."""

import re
from collections.abc import Iterator

from streams.scrub import calendar_dates
from streams.scrub.spans import Hit
from streams.scrub.terms import READS_AS
from streams.scrub.view import View

# Half a number may stand anywhere if it is this long.
_FRAGMENT_MIN = 4
_DIGITS_MIN = 3  # of a protected number that is written down


def found_numbers(view: View) -> Iterator[Hit]:
    if view.digits >= _DIGITS_MIN:
        places = [i for i, c in enumerate(view.low) if c.isalnum()]
        # A letter typed for a figure reads as the figure, in the number as in the text.
        stream = "".join([view.low[i] for i in places]).translate(READS_AS)
        for number in view.terms.written_numbers:
            at = stream.find(number)
            while at >= 0:
                yield from _number_at(view, number, places, at)
                at = stream.find(number, at + 1)
        yield from _fragments(view)
    for run in view.spoken:
        for number in (*view.terms.numbers, *view.terms.figures):
            if number in run.digits or (len(run.digits) >= 4 and number.endswith(run.digits)):
                yield Hit(run.start, run.end, "known-number", "known-number-spoken")


def _number_at(view: View, number: str, places: list[int], at: int) -> Iterator[Hit]:
    start, last = places[at], places[at + len(number) - 1]
    inside = zip(places[at : at + len(number) - 1], places[at + 1 : at + len(number)], strict=True)
    if any(b - a > 4 for a, b in inside):
        return
    before, after = view.low[start - 1 : start], view.low[last + 1 : last + 2]
    if len(number) < 7 and ((number[0].isdigit() and before.isdigit()) or (number[-1].isdigit() and after.isdigit())):
        return
    while start and view.low[start - 1] == "0":
        start -= 1
    yield Hit(start, last + 1, "known-number", "known-number")


def _fragments(view: View) -> Iterator[Hit]:
    """The first or last half of a protected number, as it is read out over two updates."""
    for m in re.finditer(r"(?<![\w.,:])[a-z]{0,4}[- ]?\d[\da-z]*(?:[-/]\d[\da-z]*)*(?![:\w])", view.low):
        part = "".join(c for c in m.group() if c.isalnum())
        digits = sum(c.isdigit() for c in part)
        if digits < _FRAGMENT_MIN:
            continue
        tails = (part, "".join(c for c in part if c.isdigit()))
        if any(
            n != t and len(n) >= 6 and (n.startswith(t) or n.endswith(t)) for n in view.terms.numbers for t in tails
        ):
            yield Hit(m.start(), m.end(), "known-number", "known-number-part", 0.8)


def found_dates(view: View) -> Iterator[Hit]:
    for day in (*view.dates, *calendar_dates.pairs(view.low)):
        for year, month, date in view.terms.dates:
            if day.is_day(year, month, date) or (not day.day and (day.year, day.month) == (year, month)):
                yield Hit(day.start, day.end, "known-date", "known-date")
    for m in view.terms.date_forms.finditer(view.low):
        yield Hit(m.start(), m.end(), "known-date", "known-date")
