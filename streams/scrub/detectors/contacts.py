"""Telephone and fax numbers, e-mail addresses: 45 CFR 164.514(b)(2)(i)(D), (E) and (F).

Ranges that regulators reserve for fiction (555-01xx, 07700 900xxx) and names under `.example` count like all others.
"""

import re
from collections.abc import Iterator

import phonenumbers

from streams.scrub.spans import Hit
from streams.scrub.view import View

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s?(?:@|＠|\(at\)|\[at\]|\{at\}|\(ät\))\s?[\w-]{1,63}(?:\s?(?:\.|\(dot\)"
    r"|\[dot\])\s?[\w-]{2,63}){1,4}"
)
_EMAIL_SPOKEN = re.compile(
    r"(?<![\w.])[\w.+-]{2,64} (?:at|ät|apenstaartje|klammeraffe) [\w-]{2,63} (?:dot|punkt|punt) [a-z]{2,12}\b"
)
_INTERNATIONAL = re.compile(r"(?<![\w.])(?:\+|00)\s?[1-9]\d{0,2}(?:[\s().\-/]{0,3}\d){6,13}(?!\d)")
_AMERICAN = re.compile(r"(?<![\w./-])(?:1[\s.-])?(?:\([2-9]\d\d\)\s?|[2-9]\d\d[\s.\-/])\d{3}[\s.\-]\d{4}(?![\w]|-\d)")
_AMERICAN_LOCAL = re.compile(r"(?<![\w./-])\d{3}-\d{4}(?![\w/]|-\d)")
_AREA_BEFORE = re.compile(r"\d{3}\)?[\s.-]$")
_NATIONAL = re.compile(r"(?<![\w.,/-])\(?0\d(?:[\s().\-/]{0,3}\d){6,11}(?!\d|[.,:]\d)")
_CUED = re.compile(
    r"(?<!\w)(?:tel(?:efoon(?:nummer|nr)?|efonnummer|efon|ephone)?|phone(?: number)?|mobile|cell(?:phone)?"
    r"|handy(?:nummer)?|mobil(?:nummer)?|mobiel|gsm|06-nummer|durchwahl|"
    r"fax(?: ?(?:no|nr|nummer))?|call|ring|text|whats ?app|bel|belt|app|sms|rufnummer|rückruf|extension|ext"
    r"|toestel|hotline|☎|☎️|📞|📱|📲)"
    r"[^\w+(]{0,3}(?:(?:no|nr|nummer|number|is|ist|me|us|him|her|mij|me|unter|op|on|at"
    r"|an)\b[^\w+(]{1,3}){0,3}(?P<number>[+(]?\d(?:[\s().\-/]{0,3}\d){4,13})(?![\d:]|[.,]\d)"
)
_REGIONS = ("DE", "NL", "GB", "BE", "AT", "CH", "IE")
# phonenumbers takes some 50 µs a region; whoever sends more candidates than this gets them all taken for numbers.
_CHECKED_MAX = 6


def emails(view: View) -> Iterator[Hit]:
    low = view.low
    if "@" in low or "at" in low or "ät" in low:
        for m in _EMAIL.finditer(low):
            yield Hit(m.start(), m.end(), "email", "email")
    if " at " in low or " ät " in low or "apenstaartje" in low or "klammeraffe" in low:
        for m in _EMAIL_SPOKEN.finditer(low):
            yield Hit(m.start(), m.end(), "email", "email-spoken", 0.9)


def phones(view: View) -> Iterator[Hit]:
    if not view.has_digits:
        return
    low = view.low
    for m in _INTERNATIONAL.finditer(low):
        yield Hit(m.start(), m.end(), "phone", "phone-international")
    for m in _AMERICAN.finditer(low):
        yield Hit(m.start(), m.end(), "phone", "phone-us")
    for m in _CUED.finditer(low):
        yield Hit(m.start("number"), m.end("number"), "phone", "phone-cue", 0.9)
    for m in _AMERICAN_LOCAL.finditer(low):
        if m.group().startswith("555-") and not _AREA_BEFORE.search(low[max(0, m.start() - 6) : m.start()]):
            yield Hit(m.start(), m.end(), "phone", "phone-us-local", 0.8)
    for checked, m in enumerate(_NATIONAL.finditer(low)):
        digits = sum(c.isdigit() for c in m.group())
        if digits >= 9 and (checked >= _CHECKED_MAX or _looks_national(m.group(), digits)):
            yield Hit(m.start(), m.end(), "phone", "phone-national", 0.9)


def _looks_national(number: str, digits: int) -> bool:
    """A number of some region's plan, or at least of its length: plans change and fiction has ranges of its own."""
    for region in _REGIONS:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(parsed):
            return True
    return digits >= 10
