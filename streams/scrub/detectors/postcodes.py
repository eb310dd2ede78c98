"""Postcodes: 45 CFR 164.514(b)(2)(i)(B). Of a ZIP code three figures may stand where more than 20,000 people live.

Where that is not so is dated data: `lexicon/zip3.toml`.
"""

import re
from collections.abc import Iterator

from streams.scrub import packaged
from streams.scrub.spans import Hit
from streams.scrub.view import View

_UK = re.compile(
    r"(?<![\w-])(?:gir ?0aa|[a-pr-uwyz](?:\d{1,2}|[a-hk-y]\d{1,2}|\d[a-hjks-uw]"
    r"|[a-hk-y]\d[abehmnprv-y]) ?\d[abd-hjlnp-uw-z]{2})(?![\w-])"
)
_EIRCODE = re.compile(
    r"(?<![\w-])(?:[AC-FHKNPRTV-Y]\d\d|D6W) (?=[\dA-Z]{0,3}\d)(?=[\dA-Z]{0,3}[A-Z])[\dAC-FHKNPRTV-Y]{4}(?![\w-])"
)
_CANADIAN = re.compile(r"(?<![\w-])[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d(?![\w-])")
# Units and words in capitals that stand behind four figures far more often than a Dutch postcode does.
_NL = re.compile(
    r"(?<![\w.,:/-])[1-9]\d{3} ?(?!SA|SD|SS|ML|MG|CC|MM|CM|KM|KG|MA|HZ|IE|IU|EH|ET|AM|PM|UE|EU|OP|OK|OR|UUR|ST|ND"
    r"|RD|TH|VA|MB|GB|TB|KJ|KV|KW|NM|PA|RE|WK|CT|MR|ER|IC|US)[A-Z]{2}(?![\w-])"
)
_CUED = re.compile(
    r"(?<![\w.,-])(?:post ?codes?|pc|eircode|postal code|plz|postleitzahl|zip(?: ?codes?)?)\b(?:[\s:]{1,3}(?:is|ist"
    r"|was|of|no|area|starts with|beginning|begint met|beginnt mit|her|his|the|=)\b){0,3}[\s:=]{1,3}"
    r"(?P<code>[1-9]\d{3} ?[a-z]{2}\b|\d{5}(?:-\d{4})?|\d{4}|[a-z]\d[\dw] ?[\da-z]{4}"
    r"|[a-z]{1,2}\d[\da-z]?(?: ?\d[a-z]{2})?)(?![\w-]|[.,]\d)"
)
_ZIP3 = re.compile(
    r"(?<![\w.,-])zips?(?: ?codes?)?\b(?:[\s:]{1,3}(?:is|was|of|area|areas|starts|starting|start|with|begins"
    r"|beginning|in|her|the)\b){0,4}[\s:=]{1,3}(?P<zip3>\d{3})(?:xx|\*\*)?(?![\w-]|[.,]\d)"
)
_ZIP_PLUS = re.compile(r"(?<![\w.,-])\d{5}-\d{4}(?![\w-]|[.,]\d)")
_STATE_ZIP = re.compile(
    r"(?<!\w)(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]"
    r"|UT|V[AT]|W[AIVY]),? \d{5}(?:-\d{4})?(?![\w-])"
)
_TOWN = r"(?:Bad |Sankt |St\. |Den |De |Het )?[A-ZÄÖÜ][a-zäöüßé'-]{2,30}"
_FIVE = re.compile(rf"(?<![\w.,:/-])(?:(?:D|DE|F|FR)-)?(?P<code>\d{{5}}) (?P<town>{_TOWN})(?!\w)")
_COUNTRY_CODE = re.compile(rf"(?<![\w.,:/-])(?:A|AT|CH|B|BE|L|LU|DK|D|DE)-\d{{4,5}}(?: {_TOWN})?(?!\w)")
_FOUR = re.compile(
    r"(?:(?<!\w)(?:in|aus|nach|bei|te|naar|uit|to|from|near|wohnhaft|woonachtig|wohnort:?|woonplaats:?)|(?<=\d),) "
    rf"(?P<code>(?!(?:19|20)\d\d )[1-9]\d{{3}} (?P<town>{_TOWN}))(?!\w)"
)


def postcodes(view: View) -> Iterator[Hit]:
    if not view.has_digits:
        return
    yield from _british(view)
    if _FOUR_FIGURES.search(view.low):
        yield from _long(view)
    if not _CUE_WORDS.isdisjoint(view.vocabulary):
        yield from _named(view)


_FOUR_FIGURES = re.compile(r"\d{4}")
_CUE_WORDS = frozenset(
    {"postcode", "postcodes", "post", "pc", "eircode", "postal", "plz", "postleitzahl", "zip", "zips", "zipcode"}
)


def _british(view: View) -> Iterator[Hit]:
    for m in _UK.finditer(view.low):
        text = view.text[m.start() : m.end()]
        if text.upper() == text or " " in text:
            yield Hit(m.start(), m.end(), "postcode", "postcode-uk")
    for pattern, rule in ((_EIRCODE, "postcode-ie"), (_CANADIAN, "postcode-ca")):
        for m in pattern.finditer(view.text):
            yield Hit(m.start(), m.end(), "postcode", rule)


def _long(view: View) -> Iterator[Hit]:
    text = view.text
    for m in _NL.finditer(text):
        if not (1900 <= int(m.group()[:4]) <= 2099 and " " in m.group() and view.lang != "nl"):
            yield Hit(m.start(), m.end(), "postcode", "postcode-nl", 0.9)
    for pattern, rule in ((_STATE_ZIP, "postcode-us"), (_ZIP_PLUS, "postcode-us"), (_COUNTRY_CODE, "postcode-country")):
        for m in pattern.finditer(text):
            yield Hit(m.start(), m.end(), "postcode", rule)
    for m in _FIVE.finditer(text):
        # "12000 Zuschauer": German counts its nouns with a capital.
        if not m["code"].endswith("000") and _is_town(view, m):
            yield Hit(m.start(), m.end(), "postcode", "postcode-de", 0.9)
    for m in _FOUR.finditer(text):
        if _is_town(view, m):
            yield Hit(m.start("code"), m.end("code"), "postcode", "postcode-at-ch-be", 0.8)


def _is_town(view: View, m: re.Match[str]) -> bool:
    words = view.words_in(m.start("town"), m.end("town"))
    return any(view.lexicon.town(w.fold) or not view.plain(w.fold) for w in words)


def _named(view: View) -> Iterator[Hit]:
    for m in _CUED.finditer(view.low):
        yield Hit(m.start("code"), m.end("code"), "postcode", "postcode-cue")
    restricted = packaged.table("lexicon/zip3.toml")
    for m in _ZIP3.finditer(view.low):
        if any(m["zip3"] in census["restricted"] for census in restricted.values()):
            yield Hit(m.start("zip3"), m.end("zip3"), "postcode", "zip3-restricted")
