"""Dates in the forms that English, German and Dutch writers use, in figures and in words, with the day they mean."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from streams.scrub.numerals import NUMBERS, ORDINALS

MONTHS: dict[str, int] = {
    name: month
    for month, names in enumerate(
        (
            "january januar januari jänner jaenner jan",
            "february februar februari feber feb",
            "march märz maerz maart mar mrz mrt",
            "april apr",
            "may mai mei",
            "june juni jun",
            "july juli jul",
            "august augustus aug",
            "september sept sep",
            "october oktober oct okt",
            "november nov",
            "december dezember dec dez",
        ),
        1,
    )
    for name in names.split()
}


class Dated(NamedTuple):
    """A date in a text. `day` 0: only a month and a year were given; `year` 0: none was given.

    `also` is the other reading of a date in figures, day and month swapped.
    """

    start: int
    end: int
    year: int
    month: int
    day: int
    rule: str
    also: tuple[int, int] | None = None

    def is_day(self, year: int, month: int, day: int) -> bool:
        """Whether it may be that very day; a year that was not given may be any."""
        same_year = self.year in (0, year) or (self.year < 100 and self.year == year % 100)
        return same_year and ((self.month, self.day) == (month, day) or self.also == (month, day))


def _any(words: dict[str, int]) -> str:
    return "|".join(re.escape(w).replace(r"\ ", " ") for w in sorted(words, key=lambda w: (-len(w), w)))


_MONTH = f"(?P<month>{_any(MONTHS)})"
_YEAR = r"(?:[\s,.'/-]{1,3}(?P<year>(?:1[89]|20)\d{2}|(?<=')\d{2}|(?<=[-/.])\d{2})(?![\d:]))?"
_SPOKEN_DAYS = {w: n for w, n in NUMBERS.items() if 1 <= n <= 31} | ORDINALS
_ISO = re.compile(r"(?<![\w.])(?P<year>(?:1[89]|20)\d{2})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})(?![\w]|[.,]\d)")
_FIGURES = re.compile(
    r"(?<![\w.,/:-])(?P<a>\d{1,2})(?P<gap>\s?[-./\\_]\s?|\s)(?P<b>\d{1,2})(?P=gap)(?P<year>(?:1[89]"
    r"|20)\d{2}|'?\d{2})(?![\w/]|[.,:-]\d)"
)
_DAY_FIRST = re.compile(
    rf"(?<![\w.,:])(?P<day>\d{{1,2}})(?:st|nd|rd|th|e|de|ste|ten)?\.?[\s/-]{{0,2}}(?:of |van )?{_MONTH}\b\.?{_YEAR}"
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w){_MONTH}\.?[\s-]{{1,2}}(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:%°]|[.,]\d|\s?(?:%|°|mm"
    rf"|ml|mg|cm|kg|x\b)){_YEAR}"
)
_SPOKEN_DAY_FIRST = re.compile(rf"(?<!\w)(?P<spoken>{_any(_SPOKEN_DAYS)})[\s-](?:of |van )?{_MONTH}\b{_YEAR}")
_SPOKEN_MONTH_FIRST = re.compile(rf"(?<!\w){_MONTH}[\s-](?:the )?(?P<spoken>{_any(ORDINALS)})\b{_YEAR}")
_MONTH_YEAR = re.compile(rf"(?<!\w){_MONTH}\.?[\s,']{{1,3}}(?P<year>(?:1[89]|20)\d{{2}})(?!\d)")
_DAY_MONTH = re.compile(r"(?<![\w.,/:-])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?!\d)")
_PAIR = re.compile(r"(?<![\w.,/:-])(?P<a>\d{1,2})(?P<gap>[-./])(?P<b>\d{1,2})(?![\w/%]|[.,:/-]\d)")
_HAS_MONTH = re.compile(rf"(?<![^\W\d_])(?:{_any(MONTHS)})(?![^\W\d_])")
# Words of a month that are verbs and names too: as a month they have a capital or a figure before them.
_ALSO_WORDS = frozenset({"may", "march", "mar", "jan", "august", "mai", "mei"})


def dates(text: str, low: str) -> Iterator[Dated]:
    """The dates in `text`; `low` is the same in lower case. Bare pairs such as 3/14 are left to `pairs`."""
    if any(c.isdigit() for c in low):
        yield from _in_figures(low)
    if _HAS_MONTH.search(low):
        days: set[int] = set()
        for found in _with_month(text, low):
            if found.day:
                days.update(range(found.start, found.end))
            elif found.start in days:
                continue  # the month and year of a day that was found whole
            yield found


def pairs(low: str) -> Iterator[Dated]:
    """Two figures that could be a day and a month; only a known date makes one of them a date."""
    for m in _PAIR.finditer(low):
        yield from _both_ways(m.start(), m.end(), 0, (int(m["a"]), int(m["b"])), "date-pair")


def _in_figures(low: str) -> Iterator[Dated]:
    for m in _ISO.finditer(low):
        yield from _both_ways(m.start(), m.end(), int(m["year"]), (int(m["day"]), int(m["month"])), "date-iso")
    for m in _FIGURES.finditer(low):
        if m["gap"].isspace() and len(m["year"]) < 4:
            continue  # "12 05 51" is a row of readings
        yield from _both_ways(m.start(), m.end(), int(m["year"].strip("'")), (int(m["a"]), int(m["b"])), "date-figures")
    for m in _DAY_MONTH.finditer(low):
        day, month = int(m["day"]), int(m["month"])
        if 1 <= day <= 31 and 1 <= month <= 12:
            yield Dated(m.start(), m.end(), 0, month, day, "date-day-month")


def _both_ways(start: int, end: int, year: int, figures: tuple[int, int], rule: str) -> Iterator[Dated]:
    a, b = figures
    day_first = 1 <= a <= 31 and 1 <= b <= 12
    month_first = 1 <= b <= 31 and 1 <= a <= 12
    if day_first:
        yield Dated(start, end, year, b, a, rule, (a, b) if month_first else None)
    elif month_first:
        yield Dated(start, end, year, a, b, rule)


def _with_month(text: str, low: str) -> Iterator[Dated]:
    for pattern, rule in (
        (_DAY_FIRST, "date-day-first"),
        (_MONTH_FIRST, "date-month-first"),
        (_SPOKEN_DAY_FIRST, "date-spoken"),
        (_SPOKEN_MONTH_FIRST, "date-spoken"),
        (_MONTH_YEAR, "date-month-year"),
    ):
        for m in pattern.finditer(low):
            found = m.groupdict()
            dutch_or_german = pattern is _SPOKEN_DAY_FIRST and found["month"] in ("mei", "mai")
            sure = pattern is _DAY_FIRST or found["year"] or dutch_or_german
            if found["month"] in _ALSO_WORDS and text[m.start("month")].islower() and not sure:
                continue
            day = int(found["day"]) if found.get("day") else _SPOKEN_DAYS.get(found.get("spoken") or "", 0)
            if day <= 31 and (day >= 1 or pattern is _MONTH_YEAR):
                yield Dated(m.start(), m.end(), int(found["year"] or 0), MONTHS[found["month"]], day, rule)


def known(term: str) -> tuple[int, int, int] | None:
    """Year, month and day when the whole of `term` is a date with a year, as it stands in an event file."""
    text = term.strip()
    for found in dates(text, text.lower()):
        if found.start == 0 and found.end == len(text) and found.year > 99 and found.day:
            return found.year, found.month, found.day
    return None
