"""Numbers that their words give away: records, insurance, accounts, licences, serials, bibs: items (H) to (M) and (R).

To add a form: its words in `FAMILIES`, in any of our languages, and a line in the golden table.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from stdnum import iban, luhn

from streams.scrub.spans import Hit
from streams.scrub.spoken import spoken_numbers
from streams.scrub.view import View


class Family(NamedTuple):
    """`digits`: how many figures make a number of this family beside its words; fewer are counts and sizes."""

    rule: str
    kind: str
    words: str
    digits: int


FAMILIES: tuple[Family, ...] = (
    Family(
        "national",
        "national-number",
        (
            r"ssn|social security(?: number| no)?|sozialversicherungsnummer|sv-?nr|sv-?nummer|sv-?ausweis|svnr"
            r"|rentenversicherungsnummer|rvnr|rv-nummer|steuer-?id(?:entifikationsnummer)?|idnr|bsn"
            r"|burgerservicenummer|sofinummer|nhs(?: ?no| ?nr| ?number)?|nino|ni no|ni number"
            r"|national insurance(?: number| no)?|pps(?:n| no| number)?|ahv(?:-?nummer|-?nr)?"
            r"|rijksregister(?:nummer|nr)?|insz|nationaal nummer|chi(?: no| number)|last four|last 4"
        ),
        4,
    ),
    Family(
        "plan",
        "health-plan",
        (
            r"policy(?: no| number| id)?|member(?: ?id| no| number)|medicare(?: ?id| no| number)?|medicaid(?: ?id"
            r"| no| number)?|insurance(?: ?id| no| number)|group no|subscriber(?: ?id| no)|versichertennummer"
            r"|versicherten-?nr|versichertennr|versicherungsnummer|versicherungsnr|kv-?nr|kv-?nummer|kvnr"
            r"|krankenkassennummer|kassen-?nr|egk|aok|aok-karte|barmer|tk-nummer|mitgliedsnummer|polis(?:nummer"
            r"|nr)?|verzekeringsnummer|verzekerdennummer|uzovi|mutualiteit(?:snummer)?|klevertje|relatienummer"
        ),
        5,
    ),
    Family(
        "account",
        "account",
        (
            r"iban|bank(?: ?account)?|account(?: no| number)|sort code|routing(?: no| number)?|kontonummer"
            r"|konto-?nr|blz|rekening(?:nummer|nr)?|rek-?nr|credit card|kreditkarte|creditcard|card number"
        ),
        6,
    ),
    Family(
        "licence",
        "licence",
        (
            r"npi|dea(?: no| number)?|gmc(?: no| number)?|licen[cs]e(?: no| number)?|driving licen[cs]e"
            r"|passport(?: no| number)?|big-?(?:nummer|nr)|agb(?:-?code)?|lanr|bsnr|approbationsnummer"
            r"|führerschein(?:nummer|nr)?|reisepass(?:nummer|nr)?|ausweis(?:nummer|nr)?|personalausweis"
            r"|paspoort(?:nummer|nr)?|rijbewijs(?:nummer|nr)?|id-?kaart"
        ),
        5,
    ),
    Family(
        "serial",
        "device-serial",
        (
            r"serial(?: ?(?:no|number|nr|#))?|s/n|sn|seriennummer|serien-?nr|serienummer|serienr|udi|gtin"
            r"|lot/serial|device id|geräte-?nr|gerätenummer|implant id|chip(?:nummer| ?nr| ?no| ?number)"
        ),
        4,
    ),
    Family(
        "record",
        "record-number",
        (
            r"mrn|mr#|emr|ehr|urn|medical rec(?:ord)?(?: no| number)?|record(?: no| number)|chart(?: no| number"
            r"| ?#)?|hospital(?: no| number| id)|unit no|accession(?: no| number)?|acc no|encounter(?: no| id)?"
            r"|patient(?: id| no| number|-id|en-?id|en-?nr|ennummer| ?#)|pt id|pid|id|case(?: no| number| id)"
            r"|fall(?:nummer|zahl|-?nr)?|pat\.?-?nr|pat-?id|aufnahme(?:nummer|-?nr)|akten(?:zeichen|nummer)"
            r"|auftragsnummer|proben(?:nummer|-?nr)|kis|orbis|patiënt(?:nummer|nr|-?id|en-?nr|ennummer)"
            r"|patient(?:nummer|nr)|dossier(?:nummer|nr)?|zis(?:-?nr|-?nummer|nr)?|epd(?:-?nr|-?nummer)?|hix"
            r"|opnamenummer|ziekenhuisnummer|ponsplaatje|specimen(?: id| no)?|label"
        ),
        5,
    ),
    Family(
        "trial",
        "other-number",
        (
            r"subject(?: no| number| id)?|participant(?: no| id)?|screening no|randomi[sz]ation no|study id"
            r"|trial id|proband(?:en-?nr)?|studien-?id|studien-?nr|proefpersoon(?:nummer|nr)?|studienummer|nct"
        ),
        4,
    ),
    Family(
        "bib",
        "other-number",
        (
            r"bib(?: no| number)?|race no|race number|runner|start(?:nummer|nr|-nr)|läufer(?:in)?|laufnummer|loper"
            r"|loopster|deelnemer(?:snummer)?|rugnummer|wristband(?: no)?|armband(?:nummer|-?nr)|polsbandje"
            r"|ticket(?: no| number|nummer)?|badge(?: no)?|employee(?: no| id)|personalnummer|personeelsnummer"
            r"|student id|matrikel(?:nummer|-?nr)|studentnummer"
        ),
        3,
    ),
)
_CODE = (
    r"(?P<code>(?:[a-z]{1,5}(?:-[a-z]{1,4})?-?|[a-z]{1,2}\s)?\d[\da-z]*(?:[\s.\-/]{1,3}(?:\d[\da-z]*|[a-z]{1,3}\d[\da-z]*"
    r"|[a-z](?![a-z]))){0,7})"
)
_FILLER = (
    r"(?:[\s:#.,()\-–=*]|(?:no|nr|number|nummer|num|is|ist|was|ends? (?:in|with)|ending in|endet auf|eindigt op"
    r"|starts?(?: with)?|beginnt mit|begint met|van de (?:mevrouw|meneer|patiënt)|of the patient|der patientin"
    r"|des patienten|lautet|luidt|says|reads|shows|steht)\b){0,6}"
)
# Any two short words more, where what the cue names has a number and is not counted ("runner", "loper").
_WORDS_BETWEEN = r"(?:[^\W\d_]{1,9}[\s:]{1,2}){0,2}"


def _between(family: Family) -> str:
    return "" if family.kind == "other-number" else _WORDS_BETWEEN


_PATTERNS = tuple(
    (f, re.compile(rf"(?<![\w/])(?:{f.words})(?![a-zäöüß]){_FILLER}{_between(f)}(?<![a-z0-9]){_CODE}(?![a-z])"))
    for f in FAMILIES
)
_TAIL = re.compile(r"[\s.\-/]{1,3}[a-z]$")
# Figures with these behind them measure something; a record number never has a unit.
_UNIT = re.compile(
    r"\s?(?:mm|cm|ml|mg|kg|g|l|min|minutes?|minuten|h|hours?|std|uur|°|%|x|k|km|m|bpm|mmhg|u|ie|iu|units?"
    r"|einheiten|eenheden|years?|jahre|jaar|patients?|patienten|patiënten|times|on|of|in|for|this|für|bei|mit"
    r"|van|voor|dit|op|aan|am|an)\b"
)
_CARD = re.compile(r"(?<![\w.,-])\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\w]|[.,-]\d)")
_IBAN = re.compile(r"(?<!\w)[a-z]{2}\s?\d{2}(?:[\s.-]?[a-z0-9]{2,4}){3,8}(?!\w)")
_PROTECTED_ID = re.compile(
    r"(?<!\w)(?:trial|study|studie|subject|participant|proband"
    r"|proefpersoon)\b[^\d\n]{0,20}?(?P<code>\d{3,5}-\d{2,5})(?![\d-])"
)


_A_DATE = re.compile(r"\d{1,2}[-./]\d{1,2}[-./](?:19|20)?\d{2}|(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}")


def records(view: View) -> Iterator[Hit]:
    if not view.has_digits:
        return
    low = view.low
    for family, pattern in _PATTERNS:
        for m in pattern.finditer(low):
            start, end = m.start("code"), m.end("code")
            while _TAIL.search(low[start:end]) and not low[end : end + 2].strip().startswith(tuple("0123456789")):
                end -= len(_TAIL.search(low[start:end]).group())  # type: ignore[union-attr]  # the loop's own condition found it
            end = _own_figures(low, start, end, family.digits)
            if end:
                yield Hit(start, end, family.kind, f"{family.rule}-cue")
    for m in _PROTECTED_ID.finditer(low):
        yield Hit(m.start("code"), m.end("code"), "other-number", "trial-subject", 0.8)


def _own_figures(low: str, start: int, end: int, least: int) -> int:
    """Where the number really ends; 0 when it is none: too few figures, a unit behind, a time, a year alone."""
    code = low[start:end]
    figures = sum(c.isdigit() for c in code)
    if _A_DATE.fullmatch(code.strip()):
        return 0  # "label: 21-08-1953" is a date, and the dates say so
    if figures < least or (low[end : end + 1] == ":" and low[end + 1 : end + 2].isdigit()):
        return 0
    if figures <= least and _UNIT.match(low, end) and not any(c in code for c in "-./"):
        return 0
    return end


def accounts(view: View) -> Iterator[Hit]:
    if not view.has_digits:
        return
    for m in _IBAN.finditer(view.low):
        end = _iban_end(view.low, m.start(), m.end())
        if end:
            yield Hit(m.start(), end, "account", "iban")
    for m in _CARD.finditer(view.low):
        digits = "".join(c for c in m.group() if c.isdigit())
        if 13 <= len(digits) <= 19 and luhn.is_valid(digits):
            yield Hit(m.start(), m.end(), "account", "payment-card")


_IBAN_LENGTHS = {
    "at": 20, "be": 16, "bg": 22, "ch": 21, "cy": 28, "cz": 24, "de": 22, "dk": 18, "ee": 20, "es": 24, "fi": 18,
    "fr": 27, "gb": 22, "gr": 27, "hr": 21, "hu": 28, "ie": 22, "is": 26, "it": 27, "li": 21, "lt": 20, "lu": 20,
    "lv": 21, "mt": 31, "nl": 18, "no": 15, "pl": 28, "pt": 25, "ro": 24, "se": 24, "si": 19, "sk": 24, "tr": 26,
    "ua": 29,
}  # fmt: skip


def _iban_end(low: str, start: int, end: int) -> int:
    """The end of a valid IBAN that starts here, 0 if none does: the pattern may run on into the words behind it."""
    length = _IBAN_LENGTHS.get(low[start : start + 2])
    places = [i for i in range(start, end) if low[i].isalnum()]
    if length is None or len(places) < length:
        return 0
    number = "".join(low[i] for i in places[:length]).upper()
    return places[length - 1] + 1 if iban.is_valid(number, check_country=False) else 0


def spoken(view: View) -> Iterator[Hit]:
    """Numbers read out digit by digit: five and more belong to nobody's counting."""
    for run in spoken_numbers(view.low):
        if len(run.digits) >= 5:
            yield Hit(run.start, run.end, "number", "number-spoken", 0.9)


_LONG = re.compile(r"(?<![\w.,:/+-])(?:[a-z]{1,3}[\s-]?)?\d(?:[\s.\-/]?\d){6,24}(?![\w:]|[.,]\d)")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,\s]\d{3})+")


def long_numbers(view: View) -> Iterator[Hit]:
    """Seven figures and more in one piece name a person or a thing of theirs, whatever the piece is called."""
    if not view.has_digits:
        return
    for m in _LONG.finditer(view.low):
        text = m.group()
        groups = re.findall(r"\d+", text)
        if _THOUSANDS.fullmatch(text) or (len(groups) > 2 and max(map(len, groups)) < 3):
            continue  # 2.140.000 viewers; a row of readings such as 11 12 13 14
        if len(groups) > 3 and all(len(g) <= 3 for g in groups) and " " in text and "-" not in text:
            continue
        yield Hit(m.start(), m.end(), "number", "number-long", 0.7)
