"""Numbers that a state gives a person, by country, in any grouping: item (G), (I), (K), (L) and GDPR article 87.

A check digit proves a number that stands alone. Where there is none, its form must be one that nothing else has; what
is typed wrong is found by the word beside it, in `records.py`. To add one: a row in `NUMBERS`, lines in its table.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from stdnum.at import vnr
from stdnum.be import bis, nn
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.ie import pps
from stdnum.it import codicefiscale
from stdnum.nl import bsn

from streams.scrub import check_digits
from streams.scrub.figures import GROUPS_MAX, Token
from streams.scrub.spans import Hit
from streams.scrub.view import View

Check = Callable[[str], bool]


class Number(NamedTuple):
    """`form`: over lower case, nothing between the signs. `groups`: the only grouping that may stand for a check."""

    rule: str
    kind: str
    length: int
    form: re.Pattern[str]
    valid: Check | None = None
    groups: tuple[int, ...] = ()


def _row(
    rule: str, kind: str, length: int, form: str, valid: Check | None = None, *, groups: tuple[int, ...] = ()
) -> Number:
    return Number(rule, kind, length, re.compile(form), valid, groups)


def _upper(valid: Callable[[str], object]) -> Check:
    return lambda number: bool(valid(number.upper()))


_M, _MD = "[ac-hj-kmnp-rt-y]", r"[ac-hj-kmnp-rt-y\d]"  # letters of a Medicare number: none that looks like a figure
_ID = "national-number"
NUMBERS: tuple[Number, ...] = (
    _row("us-ssn", _ID, 9, r"(?!000|666|9\d\d)\d{3}(?!00)\d{2}(?!0000)\d{4}", groups=(3, 2, 4)),
    _row("us-itin", _ID, 9, r"9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}", groups=(3, 2, 4)),
    _row("us-medicare", "health-plan", 11, rf"[1-9]{_M}{_MD}\d{_M}{_MD}\d{_M}{_M}\d\d"),
    _row("us-npi", "licence", 10, r"[12]\d{9}", check_digits.npi, groups=(10,)),
    _row("us-dea", "licence", 9, r"[a-hj-npr-u][a-z9]\d{7}", check_digits.dea),
    _row("us-vin", "plate", 17,
         r"(?=.*[a-hj-npr-z].*[a-hj-npr-z])[a-hj-npr-z\d]{8}[\dx][a-hj-npr-z\d]{4}\d{4}", check_digits.vin),
    _row("uk-nhs", _ID, 10, r"\d{10}", _upper(nhs.is_valid)),
    _row("uk-nino", _ID, 9, r"(?!bg|gb|kn|nk|nt|tn|zz)[a-ceghj-prtw-z][a-ceghj-nprtw-z]\d{6}[a-d]"),
    _row("uk-driver", "licence", 16, r"[a-z9]{5}\d[0156]\d[0-3]\d{2}[a-z9]{2}\d[a-z]{2}"),
    _row("ie-pps", _ID, 8, r"\d{7}[a-w]", _upper(pps.is_valid)),
    _row("ie-pps", _ID, 9, r"\d{7}[a-w][a-iw]", _upper(pps.is_valid)),
    _row("nl-bsn", _ID, 9, r"\d{9}", _upper(bsn.is_valid)),
    _row("be-nn", _ID, 11, r"\d{11}", lambda number: bool(nn.is_valid(number) or bis.is_valid(number))),
    _row("de-idnr", _ID, 11, r"[1-9]\d{10}", _upper(idnr.is_valid)),
    _row("de-rvnr", _ID, 12, r"\d{2}[0-3]\d[01]\d\d{2}[a-z]\d{3}"),
    _row("de-kvnr", "health-plan", 10, r"[a-z]\d{9}", check_digits.kvnr),
    _row("de-document", "licence", 10, r"[cfghjklmnprtvwxyz](?=[\dcfghjklmnprtvwxyz]*\d)[\dcfghjklmnprtvwxyz]{8}\d",
         check_digits.german_document, groups=(10,)),
    _row("at-vnr", _ID, 10, r"[1-9]\d{3}[0-3]\d[01]\d{3}", _upper(vnr.is_valid)),
    _row("ch-ahv", _ID, 13, r"756\d{10}", _upper(ahv.is_valid)),
    _row("ca-sin", _ID, 9, r"[1-79]\d{8}", _upper(sin.is_valid), groups=(3, 3, 3)),
    _row("fr-nir", _ID, 15, r"[1278]\d{14}", _upper(nir.is_valid)),
    _row("es-dni", _ID, 9, r"\d{8}[a-z]", _upper(dni.is_valid)),
    _row("es-nie", _ID, 9, r"[xyz]\d{7}[a-z]", _upper(nie.is_valid)),
    _row("it-fiscale", _ID, 16, r"[a-z]{6}\d\d[a-z]\d\d[a-z]\d{3}[a-z]", _upper(codicefiscale.is_valid)),
)  # fmt: skip
_BY_LENGTH = {length: tuple(n for n in NUMBERS if n.length == length) for length in sorted({n.length for n in NUMBERS})}
_LONGEST = max(_BY_LENGTH)
# One check figure in ten or eleven: one table of readings in ten holds. What is longer has two, or a fixed beginning.
_STRONG = 11
# Letters that are a group of their own: "AB 12 34 56 C".
_LETTERS_MAX = 2
# A number in more groups than this is read figure by figure.
_GROUPS = 6
# Each of them has five figures within some fifteen characters; most updates have not, and stop here.
_FIVE = re.compile(r"\d(?:[\s.\-/a-z]{0,4}\d){4}")
_JOINED = re.compile(r" ?[-./]? ?")


def national_numbers(view: View) -> Iterator[Hit]:
    if not view.has_digits or not _FIVE.search(view.low):
        return
    for chain in _chains(view.tokens, view.low):
        taken = 0
        for at in range(len(chain)):
            number, last = (None, at) if at < taken else _at(view, chain, at)
            if number:
                taken = last + 1
                yield Hit(chain[at].start, chain[last].end, number.kind, number.rule, 1.0 if number.valid else 0.9)


def _chains(found: list[Token], low: str) -> Iterator[list[Token]]:
    """Tokens with nothing but a space or a mark between them. A chain of many is a table, and no number is in it."""
    chain: list[Token] = []
    for token in found:
        if not token.figures and len(token.text) > _LETTERS_MAX:
            continue
        gap = low[chain[-1].end : token.start] if chain else ""
        if chain and not (len(gap) <= 3 and _JOINED.fullmatch(gap)):
            if len(chain) <= GROUPS_MAX:
                yield chain
            chain = []
        chain.append(token)
    if len(chain) <= GROUPS_MAX:
        yield chain


def _at(view: View, chain: list[Token], at: int) -> tuple[Number | None, int]:
    """The longest number that begins with this token, and its last token."""
    best, end = None, at
    compact = ""
    for last in range(at, len(chain)):
        compact += chain[last].text
        if len(compact) > _LONGEST:
            break
        rows = _BY_LENGTH.get(len(compact), ())
        if not rows or (last - at >= _GROUPS and any(part.figures for part in (*chain[:at], *chain[last + 1 :]))):
            continue  # figure by figure a number is read out as a whole, not as a part of something longer
        for number in rows:
            if number.form.fullmatch(compact) and _holds(number, compact, chain[at : last + 1], view):
                best, end = number, last
    return best, end


def _stands_alone(view: View, parts: list[Token]) -> bool:
    """Not the inside of something longer, a time of day or a decimal."""
    low, start, end = view.low, parts[0].start, parts[-1].end
    before, behind = low[start - 1 : start], low[end : end + 1]
    if start and before in ("-", ",", "/"):
        return False
    if behind in ("-", "/", ":", ".", ",") and low[end + 1 : end + 2].isdigit():
        return False
    return not (before in (":", ".") and low[start - 2 : start - 1].isdigit())


def _holds(number: Number, compact: str, parts: list[Token], view: View) -> bool:
    sizes = tuple(len(part.text) for part in parts)
    if not _stands_alone(view, parts):
        return False
    if number.groups and sizes != number.groups:
        return False
    if number.valid is None:
        return True
    is_weak = number.length < _STRONG and compact.isdigit()
    return not (is_weak and _readings(view, parts)) and number.valid(compact)


def _readings(view: View, parts: list[Token]) -> bool:
    """Whether figures in many uneven groups with spaces between them are a table: "120 80 98 36 4"."""
    sizes = [len(part.text) for part in parts]
    spaced = all(view.low[a.end : b.start] == " " for a, b in pairwise(parts))
    if len(sizes) < 3 or not spaced:
        return False
    if max(sizes) >= 3 and len(sizes) <= 4 and min(sizes) >= 2:
        return False
    values = [int(part.text) for part in parts]
    even = len(set(sizes[:-1])) == 1 and len({b - a for a, b in pairwise(values)}) > 1
    return not even
