"""Telephone and fax numbers, e-mail addresses: 45 CFR 164.514(b)(2)(i)(D), (E) and (F).

Ranges that regulators reserve for fiction (555-01xx, 07700 900xxx) and names under `.example` count like all others.
"""

import re
from collections.abc import Iterator

import phonenumbers

from streams.scrub.phrases import phrases
from streams.scrub.spans import Hit
from streams.scrub.view import View

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\]|\{at\}|<at>|\(ät\)|\[ät\])\s?[\w-]{1,63}(?:\s?(?:\.|\(dot\)"
    r"|\[dot\]|\(punkt\)|\(punt\))\s?[\w-]{2,63}){1,4}"
)
_EMAIL_SPOKEN = re.compile(
    r"(?<![\w.])[\w+-]{1,40}(?:(?:\.| dot | punkt | punt | point | underscore | unterstrich | dash "
    r"| minus )[\w+-]{1,40}){0,4} "
    r"(?:at|ät|apenstaartje|klammeraffe|a-krul) [\w-]{2,63}(?:(?:\.| dot | punkt | punt )[a-z][\w-]{1,24}){1,3}\b"
)
_PROVIDERS = (
    "gmail|googlemail|hotmail|outlook|yahoo|icloud|gmx|web|proton|protonmail|aol|live|ziggo|kpn|telenet|bluewin"
    "|t-online"
)
_EMAIL_PROVIDER = re.compile(
    rf"(?<![\w.+-])[\w+-][\w.+-]{{1,63}}\s?(?:@| at | ät | apenstaartje ) ?(?:{_PROVIDERS})(?!\w)"
)
_INTERNATIONAL = re.compile(r"(?<![\w.])(?:\+|00)\s?[1-9]\d{0,2}(?:[\s().\-/]{0,3}\d){6,13}(?!\d)")
_AMERICAN = re.compile(
    r"(?<![\w./+-])(?:1[\s.-])?(?:\([2-9]\d\d\)\s?|[2-9]\d\d[\s.\-/]{1,3})\d{3}[\s.\-]{1,3}\d{4}(?![\w]|-\d)"
)
_AMERICAN_LOCAL = re.compile(r"(?<![\w./-])\d{3}-\d{4}(?![\w/]|-\d)")
_AREA_BEFORE = re.compile(r"\d{3}\)?[\s.-]$")
_NATIONAL = re.compile(r"(?<![\w.,/-])\(?0\d(?:[\s().\-/]{0,3}\d){6,11}(?!\d|[.,:]\d)")
_CUES = phrases(
    "tel telefoon telefoonnummer telefoonnr telefonnummer telefon telefonisch telephone phone phones mobile cell "
    "cellphone landline handy handynummer mobil mobilnummer mobiel mobieltje gsm 06-nummer fax faxnr faxnummer "
    "telefax call called calls ring rings dial text texts whatsapp bel belt bellen app appt sms rufnummer rückruf "
    "rückrufnummer anrufen ruf hotline voicemail terugbellen terugbelnummer nummer number contact reachable "
    "erreichbar bereikbaar zurückrufen"
)
_SHORT_CUES = phrases(
    "ext ext. extension bleep pager beeper dect durchwahl dw dw. nebenstelle tst tst. toestel toestelnummer pieper "
    "piepser sein sein-nr doorkiesnummer"
)
_TOUCH = (
    r"[^\w+(]{0,3}(?:(?:no|nr|nummer|number|is|ist|me|us|him|her|them|mij|me|ons|unter|op|on|at|an|her|his|die|der"
    r"|de|the|mobile|cell|handy|in|bitte|please|even)\b\.?[^\w+(]{1,3}){0,3}"
)
_CUED = re.compile(
    rf"(?<!\w)(?:{_CUES.pattern}|☎|☎️|📞|📱|📲){_TOUCH}(?P<number>[+(]?\d(?:[\s().\-/]{{0,3}}\d){{4,13}})(?![\d:]|[.,]\d)"
)
_SHORT = re.compile(
    rf"(?<!\w)(?:{_SHORT_CUES.pattern})[\s:.#-]{{0,3}}(?:(?:no|nr|number|is"
    rf"|ist)\b[\s:.]{{1,2}})?(?P<number>-?\d{{2,6}}(?:[ -]\d{{2,4}}){{0,3}})(?!\w|[.,:]\d)"
)
_SYMBOLS = ("☎", "📞", "📱", "📲")
# Whoever may be rung by anybody is nobody's number.
_PUBLIC = frozenset(
    {"112", "911", "999", "110", "116117", "144", "118", "133", "122", "101", "0900", "1717", "113", "111"}
)
_REGIONS = ("DE", "NL", "GB", "BE", "AT", "CH", "IE")
# phonenumbers takes some 50 µs a region; whoever sends more candidates than this gets them all taken for numbers.
_CHECKED_MAX = 6
_SEVEN = re.compile(r"\d(?:[\s().\-/]{0,3}\d){6}")


def emails(view: View) -> Iterator[Hit]:
    low = view.low
    if "@" in low or "at)" in low or "at]" in low or "t}" in low or "ät" in low or "at>" in low:
        for m in _EMAIL.finditer(low):
            yield Hit(m.start(), m.end(), "email", "email")
    if _AT_WORDS.isdisjoint(view.vocabulary) and "@" not in low:
        return
    for pattern, rule in ((_EMAIL_SPOKEN, "email-spoken"), (_EMAIL_PROVIDER, "email-provider")):
        for m in pattern.finditer(low):
            if _is_address(m.group()):
                yield Hit(m.start(), m.end(), "email", rule, 0.9)


_AT_WORDS = frozenset({"at", "ät", "apenstaartje", "klammeraffe", "krul"})


def _is_address(text: str) -> bool:
    return text.partition(" ")[0] not in (
        "look",
        "looking",
        "start",
        "starts",
        "we",
        "is",
        "are",
        "live",
        "meet",
        "and",
        "back",
    )


def phones(view: View) -> Iterator[Hit]:
    if not view.has_digits:
        return
    low = view.low
    if _SEVEN.search(low):
        yield from _whole(low)
    if not _CUES.absent(view) or any(symbol in low for symbol in _SYMBOLS):
        for m in _CUED.finditer(low):
            yield Hit(m.start("number"), m.end("number"), "phone", "phone-cue", 0.9)
    if not _SHORT_CUES.absent(view):
        for m in _SHORT.finditer(low):
            if m["number"].lstrip("-") not in _PUBLIC:
                yield Hit(m.start("number"), m.end("number"), "phone", "phone-extension", 0.8)


def _whole(low: str) -> Iterator[Hit]:
    end = 0
    for m in _INTERNATIONAL.finditer(low):
        end = m.end()
        yield Hit(m.start(), end, "phone", "phone-international")
    for m in _AMERICAN.finditer(low, end):
        yield Hit(m.start(), m.end(), "phone", "phone-us")
    for m in _AMERICAN_LOCAL.finditer(low):
        if m.group().startswith("555-") and not _AREA_BEFORE.search(low[max(0, m.start() - 6) : m.start()]):
            yield Hit(m.start(), m.end(), "phone", "phone-us-local", 0.8)
    for checked, m in enumerate(_NATIONAL.finditer(low)):
        digits = sum(map(str.isdigit, m.group()))
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
