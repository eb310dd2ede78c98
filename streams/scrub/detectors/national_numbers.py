"""Numbers that a state gives a person, by country, with check digits where the law set them: item (G), GDPR art. 87.

To add a country's number: one row in `NUMBERS` and its lines in the golden table.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from stdnum import luhn
from stdnum.at import vnr
from stdnum.be import nn
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.gb import nhs
from stdnum.ie import pps
from stdnum.nl import bsn

from streams.scrub.spans import Hit
from streams.scrub.view import View


class Number(NamedTuple):
    """`valid` proves a number that stands alone; None means that only its form or its cue can."""

    rule: str
    kind: str
    form: re.Pattern[str]  # over lower case; bounded on both sides by the caller
    valid: Callable[[str], bool] | None = None


def kvnr(number: str) -> bool:
    """Krankenversichertennummer: the letter as two figures, then weights 1 and 2 in turn, sums of digits, mod 10."""
    compact = re.sub(r"[\s.-]", "", number).upper()
    if not re.fullmatch(r"[A-Z]\d{9}", compact):
        return False
    digits = f"{ord(compact[0]) - 64:02d}{compact[1:9]}"
    return sum(sum(divmod(int(d) * (1 + i % 2), 10)) for i, d in enumerate(digits)) % 10 == int(compact[9])


def rvnr(number: str) -> bool:
    """Rentenversicherungsnummer: weights 2 1 2 5 7 1 2 1 2 1 2 1 with the letter as two figures, sums of digits."""
    compact = re.sub(r"[\s./-]", "", number).upper()
    if not re.fullmatch(r"\d{8}[A-Z]\d{3}", compact):
        return False
    digits = f"{compact[:8]}{ord(compact[8]) - 64:02d}{compact[9:11]}"
    weights = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
    return sum(sum(divmod(int(d) * w, 10)) for d, w in zip(digits, weights, strict=True)) % 10 == int(compact[11])


def npi(number: str) -> bool:
    """National provider identifier: Luhn over 80840 and the ten figures (45 CFR 162.406)."""
    return number[0] in "12" and bool(luhn.is_valid(f"80840{number}"))


def dea(number: str) -> bool:
    """DEA registration: last figure of the sum of 1st, 3rd, 5th and twice the 2nd, 4th, 6th."""
    d = [int(c) for c in number if c.isdigit()]
    return len(d) == 7 and (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


def _digits(number: str) -> str:
    return "".join(c for c in number if c.isdigit())


def _of_digits(valid: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda number: bool(valid(_digits(number)))


def _pps(number: str) -> bool:
    return bool(pps.is_valid(number.replace(" ", "").upper()))


def _p(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/,])(?<!\d[.:-]){pattern}(?![\w/]|[.,:-]\d)")


_S = r"[\s.\-/]?"
_M = "[ac-hj-kmnp-rt-y]"  # the letters of a Medicare number: none that looks like a figure
NUMBERS: tuple[Number, ...] = (
    Number("us-ssn", "national-number", _p(r"(?!000|666|9\d\d)\d{3}[- ](?!00)\d{2}[- ](?!0000)\d{4}")),
    Number("us-itin", "national-number", _p(r"9\d\d-[5-9]\d-\d{4}")),
    Number("us-medicare", "health-plan", _p(rf"[1-9]{_M}[\d{_M[1:]}\d-?{_M}[\d{_M[1:]}\d-?{_M}{{2}}\d{{2}}")),
    Number("us-npi", "licence", _p(r"[12]\d{9}"), npi),
    Number("us-dea", "licence", _p(r"[a-hj-npr-u][a-z9]\d{7}"), dea),
    Number("uk-nhs", "national-number", _p(rf"\d{{3}}{_S}\d{{3}}{_S}\d{{4}}"), _of_digits(nhs.is_valid)),
    Number("uk-nino", "national-number", _p(r"[a-ceghj-prtw-z][a-ceghj-nprtw-z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[a-d]")),
    Number("ie-pps", "national-number", _p(r"\d{7}\s?[a-w][a-iw]?"), _pps),
    Number("nl-bsn", "national-number", _p(rf"\d{{3,4}}{_S}\d{{2,3}}{_S}\d{{3}}"), _of_digits(bsn.is_valid)),
    Number("be-nn", "national-number", _p(rf"(?:\d{{2}}{_S}){{3}}\d{{3}}{_S}\d{{2}}"), _of_digits(nn.is_valid)),
    Number("de-idnr", "national-number", _p(r"[1-9]\d\s?\d{3}\s?\d{3}\s?\d{3}"), _of_digits(idnr.is_valid)),
    Number("de-rvnr", "national-number", _p(r"\d{2}\s?\d{6}\s?[a-z]\s?\d{3}")),
    Number("de-kvnr", "health-plan", _p(r"[a-z]\s?\d{3}\s?\d{3}\s?\d{3}"), kvnr),
    Number("at-vnr", "national-number", _p(r"[1-9]\d{3}[\s-]?[0-3]\d[01]\d{3}"), _of_digits(vnr.is_valid)),
    Number("ch-ahv", "national-number", _p(r"756[.\s]?\d{4}[.\s]?\d{4}[.\s]?\d{2}"), _of_digits(ahv.is_valid)),
    Number("ca-sin", "national-number", _p(r"\d{3}[- ]\d{3}[- ]\d{3}"), _of_digits(sin.is_valid)),
)  # fmt: skip


def national_numbers(view: View) -> Iterator[Hit]:
    if not _SEVEN.search(view.low):
        return
    for number in NUMBERS:
        for m in number.form.finditer(view.low):
            if number.valid is None or number.valid(m.group()):
                yield Hit(m.start(), m.end(), number.kind, number.rule, 1.0 if number.valid else 0.9)


# Every one of them has six figures within some fifteen characters; most updates have not, and stop here.
_SEVEN = re.compile(r"\d(?:[\s.\-/a-z]{0,2}\d){5}")
