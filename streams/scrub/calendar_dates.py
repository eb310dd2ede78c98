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
            "march märz maerz maart mar mär mrz mrt",
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
_END = r"(?![^\W\d_])"  # the word is over; figures may follow at once: 21AUG53
_TENS = "(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_ONES = "(?:one|two|three|four|five|six|seven|eight|nine)"
_TEENS = "(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_SAID_YEAR = (
    rf"(?:nineteen|twenty)[ -](?:hundred(?: and)?(?:[ -](?:{_TENS}(?:[ -]{_ONES})?|{_TEENS}|{_ONES}))?|oh[ -]{_ONES}"
    rf"|{_TENS}(?:[ -]{_ONES})?|{_TEENS})|two thousand(?: and)?(?: {_TEENS}| {_TENS}(?:[ -]{_ONES})?| {_ONES})?"
    r"|(?:neunzehnhundert|zweitausend)[a-zäöüß]{0,20}|(?:negentienhonderd|tweeduizend) ?[a-zë]{0,18}"
    r"|negentien ?[a-zë]{0,10}tig"
)
# "elfter Mai einundfünfzig": a year without its century ends a thought.
_SHORT_YEAR = "|".join(
    sorted((w for w, n in NUMBERS.items() if 20 <= n <= 99 and " " not in w), key=lambda w: (-len(w), w))
)
SAID_YEAR = f"(?:{_SAID_YEAR}|{_SHORT_YEAR})"
_SHORT_SAID = rf"(?:{_SHORT_YEAR})(?=\s*(?:$|[,.!?;:)]|geboren|born|gestürzt|gevallen|in |zu |te |at ))"
_YEAR = (
    r"(?:(?:[\s,.'/-]{0,3}(?P<year>(?:1[89]|20)\d{2}|(?<=')\d{2}|(?<=[-/.])\d{2}|(?<=[a-z])\d{2})(?![\d:]))"
    rf"|,? (?:in |van )?(?P<said>{_SAID_YEAR}|{_SHORT_SAID})(?!\w))?"
)
_SPOKEN_DAYS = {w: n for w, n in NUMBERS.items() if 1 <= n <= 31} | ORDINALS
_GERMAN_MONTHS = {w: n for w, n in ORDINALS.items() if n <= 12 and w.endswith(("ten", "ter", "te"))}
_GERMAN_MONTHS |= {"ersten": 1, "erster": 1, "dritten": 3, "dritter": 3}
_ISO = re.compile(r"(?<![\w.])(?P<year>(?:1[89]|20)\d{2})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})(?![\w]|[.,]\d)")
_FIGURES = re.compile(
    r"(?<![\w.,/:-])(?P<a>\d{1,2})(?P<gap>\s?(?P<mark>[-./\\_|])\s?|\s)(?P<b>\d{1,2})(?:(?P=gap)|\s?(?P=mark)\s?)"
    r"(?P<year>(?:1[89]|20)\d{2}|'?\d{2})(?![\w/]|[.,:-]\d)"
)
_DAY_FIRST = re.compile(
    rf"(?<![\w.,:])(?P<day>\d{{1,2}})(?P<nth>st|nd|rd|th|e|de|ste|ten)?\.?[\s/-]{{0,2}}(?P<of>of "
    rf"|van )?{_MONTH}{_END}\.?{_YEAR}"
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w){_MONTH}\.?[\s-]{{1,2}}(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:%°]|[.,]\d|\s?(?:%|°|mm"
    rf"|ml|mg|cm|kg|x\b)){_YEAR}"
)
_SPOKEN_DAY_FIRST = re.compile(rf"(?<!\w)(?P<spoken>{_any(_SPOKEN_DAYS)})[\s-](?:day )?(?:of |van )?{_MONTH}\b{_YEAR}")
_SPOKEN_MONTH_FIRST = re.compile(rf"(?<!\w){_MONTH}[\s-](?:the )?(?P<spoken>{_any(ORDINALS)})\b{_YEAR}")
_SPOKEN_FIGURES = re.compile(
    rf"(?<!\w)(?:am|vom|den|dem|zum) (?P<spoken>{_any(ORDINALS)}) (?P<number>{_any(_GERMAN_MONTHS)})(?!\w)"
    rf"(?: (?P<said>{_SAID_YEAR}|{_any({w: n for w, n in NUMBERS.items() if n > 12 and ' ' not in w})})(?!\w))?"
)
_MONTH_YEAR = re.compile(rf"(?<!\w){_MONTH}\.?[\s',/-]{{1,3}}(?:of )?(?P<year>(?:1[89]|20)\d{{2}}|(?<=')\d{{2}})(?!\d)")
_FIGURE_MONTH_YEAR = re.compile(
    r"(?<![\w.,/:-])(?P<month>0?[1-9]|1[0-2])\s?[/.-]\s?(?P<year>(?:19|20)\d\d)(?![\w/-]|[.,:]\d)"
)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_ROMAN_MONTH = re.compile(
    r"(?<![\w.,])(?P<day>\d{1,2})(?P<gap>[./-]) ?(?P<roman>x?i{1,3}|i?v|vi{0,3}|i?x)(?P=gap) ?(?P<year>(?:1[89]"
    r"|20)\d{2}|'?\d{2})(?![\w/]|[.,]\d)"
)
# Six or eight figures in one, or in three groups with nothing but spaces: a date behind a word that says so.
_CUED_FIGURES = re.compile(
    r"(?<!\w)(?:dob|d\.o\.b\.?|born|geb\.?|geb\.?dat\.?|geboren|geburtsdatum|geboortedatum|birth ?date|date of birth"
    r"|geburtstag)"
    r"[\s:#=-]{1,3}(?:am |op |on )?(?P<figures>(?:19|20)\d{6}|\d{8}|\d{6}|\d{1,2} \d{1,2} \d{2})(?![\w/-]|[.,]\d)"
)
_CUED_HEAD = re.compile(r"(?:dob|o\.b|born|geb|geboren|birth)[a-z.]{0,12}[\s:#=-]{1,3}(?:am |op |on )?\d")
_DAY_MONTH = re.compile(r"(?<![\w.,/:-])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?!\d)")
_PAIR = re.compile(r"(?<![\w.,/:-])(?P<a>\d{1,2})(?P<gap>[-./])(?P<b>\d{1,2})(?![\w/%]|[.,:/-]'?\d)")
# The letters that every name of a month has, in our languages: most updates have none of them and stop here.
_MAYBE_MONTH = re.compile("ja[nen]|jä|feb|m[aä][eryia]|mei|mr[zt]|apr|ju[nl]|aug|sep|o[ck]t|nov|de[cz]")
_LETTERS = re.compile(r"[^\W\d_]+")
_TWO_FIGURES = re.compile(r"\d\s?[-./\\_| ]\s?[\divx]")
# Words of a month that are verbs and names too: as a month they have a capital or a figure before them.
_ALSO_WORDS = frozenset({"may", "march", "mar", "jan", "august", "mai", "mei"})
# Of these even a figure before is no proof: "only 2 may enter". What stands before the figure must speak of a day.
_VERBS = frozenset({"may", "march"})
_A_DAY = re.compile(r"(?<!\w)(?:on|since|by|until|till|from|born|dob|the|of|admitted|discharged|dated|:|,)\W{0,2}$")


def dates(text: str, low: str) -> Iterator[Dated]:
    """The dates in `text`; `low` is the same in lower case. Bare pairs such as 3/14 are left to `pairs`."""
    if _TWO_FIGURES.search(low):
        yield from _in_figures(low)
    for m in _SPOKEN_FIGURES.finditer(low) if "ten " in low else ():
        year = _said(m["said"])
        yield Dated(m.start("spoken"), m.end(), year, _GERMAN_MONTHS[m["number"]], ORDINALS[m["spoken"]], "date-spoken")
    if "b" in low and _CUED_HEAD.search(low):
        yield from _cued_figures(low)
    if _MAYBE_MONTH.search(low) and not MONTHS.keys().isdisjoint(_LETTERS.findall(low)):
        days: set[int] = set()
        for found in _with_month(text, low):
            if found.start in days:
                continue  # the month and year of a day that was found whole
            days.update(range(found.start, found.end))
            yield found


def pairs(low: str) -> Iterator[Dated]:
    """Two figures that could be a day and a month; only a known date makes one of them a date."""
    for m in _PAIR.finditer(low):
        yield from _both_ways(m.start(), m.end(), 0, (int(m["a"]), int(m["b"])), "date-pair")


def _in_figures(low: str) -> Iterator[Dated]:
    """A part of a date that was found whole is no date of its own: "08.1953" in "21.08.1953"."""
    end = 0
    for found in sorted(_forms_in_figures(low), key=lambda d: (d.start, -d.end)):
        if found.end > end:
            end = found.end
            yield found


def _forms_in_figures(low: str) -> Iterator[Dated]:
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
    for m in _ROMAN_MONTH.finditer(low):
        yield from _both_ways(
            m.start(), m.end(), int(m["year"].strip("'")), (int(m["day"]), _ROMAN.index(m["roman"]) + 1), "date-roman"
        )
    for m in _FIGURE_MONTH_YEAR.finditer(low):
        yield Dated(m.start(), m.end(), int(m["year"]), int(m["month"]), 0, "date-month-year")


def _cued_figures(low: str) -> Iterator[Dated]:
    for m in _CUED_FIGURES.finditer(low):
        groups = m["figures"].split()
        if len(groups) == 1:
            text = groups[0]
            is_year_first = len(text) == len("yyyymmdd") and text[:2] in ("19", "20") and int(text[4:6]) <= 12
            groups = [text[6:], text[4:6], text[:4]] if is_year_first else [text[:2], text[2:4], text[4:]]
        a, b, year = (int(group) for group in groups)
        yield from _both_ways(m.start("figures"), m.end("figures"), year, (a, b), "date-cue")


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
            if pattern is _DAY_FIRST and found["month"] in _VERBS and not _means_a_day(text, low, m):
                continue
            day = int(found["day"]) if found.get("day") else _SPOKEN_DAYS.get(found.get("spoken") or "", 0)
            if day <= 31 and (day >= 1 or pattern is _MONTH_YEAR):
                year = int(found["year"] or 0) or _said(found.get("said"))
                yield Dated(m.start(), m.end(), year, MONTHS[found["month"]], day, rule)


def _means_a_day(text: str, low: str, m: re.Match[str]) -> bool:
    """ "5 March" and "5th of march", not "only 2 may enter"."""
    if m["nth"] or m["of"] or m["year"] or m["said"] or text[m.start("month")].isupper():
        return True
    return _A_DAY.search(low[max(0, m.start() - 16) : m.start()]) is not None


def _said(words: str | None) -> int:
    """The year that some words say: "nineteen fifty-three", "neunzehnhundertdreiundfünfzig"; 0 when they say none."""
    if not words:
        return 0
    head, tail = next(((h, t) for h, t in _CENTURIES if words.startswith(h)), ("", 0))
    rest = (
        words[len(head) :]
        .strip(" -")
        .removeprefix("hundred")
        .strip(" -")
        .removeprefix("and ")
        .removeprefix("oh")
        .strip(" -")
    )
    if not head:
        return NUMBERS.get(words, 0)
    return tail + (NUMBERS.get(rest, 0) if rest else 0)


_CENTURIES = (
    ("two thousand", 2000), ("zweitausend", 2000), ("tweeduizend", 2000), ("neunzehnhundert", 1900),
    ("negentienhonderd", 1900), ("negentien", 1900), ("nineteen", 1900), ("twenty", 2000),
)  # fmt: skip


def known(term: str) -> tuple[int, int, int] | None:
    """Year, month and day when the whole of `term` is a date with a year, as it stands in an event file."""
    text = term.strip()
    for found in dates(text, text.lower()):
        if found.start == 0 and found.end == len(text) and found.year > 99 and found.day:
            return found.year, found.month, found.day
    return None
