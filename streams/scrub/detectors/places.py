"""Where somebody lives: streets, postcodes, towns named as home: 45 CFR 164.514(b)(2)(i)(B).

Large towns that are only mentioned may stand; a town becomes an identifier by the words that make it somebody's home.
"""

import re
from collections.abc import Iterator

from streams.scrub.spans import Hit
from streams.scrub.view import View

_UK = re.compile(
    r"(?<![\w-])(?:gir ?0aa|[a-pr-uwyz](?:\d{1,2}|[a-hk-y]\d{1,2}|\d[a-hjks-uw]"
    r"|[a-hk-y]\d[abehmnprv-y]) ?\d[abd-hjlnp-uw-z]{2})(?![\w-])"
)
_NL = re.compile(
    r"(?<![\w.,:/-])[1-9]\d{3} ?(?!SA|SD|SS|ML|MG|CC|MM|CM|KM|KG|MA|HZ|IE|IU|EH|ET|AM|PM|UE|EU|OP|OK|UUR|ST|ND"
    r"|RD|TH)[A-Z]{2}(?![\w-])"
)
_NL_LOW = re.compile(r"(?<![\w.,:/-])(?:postcode|pc)\W{1,3}[1-9]\d{3} ?[a-z]{2}(?!\w)")
_ZIP = re.compile(
    r"(?<![\w.,-])(?:(?:zip(?: ?code)?|postal code|plz|postleitzahl)\W{1,3}\d{4,5}(?:-\d{4})?"
    r"|\d{5}-\d{4})(?![\w-]|[.,]\d)"
)
_STATE_ZIP = re.compile(
    r"(?<!\w)(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]"
    r"|UT|V[AT]|W[AIVY]),? \d{5}(?:-\d{4})?(?![\w-])"
)
_TOWN_CODE = re.compile(
    r"(?<![\w.,:/-])(?:(?:D|A|CH|B)-)?(?P<code>\d{5})(?P<town> (?:Bad |Sankt "
    r"|St\. )?[A-ZÄÖÜ][a-zäöüß-]{2,30})(?![\w])"
)
_AT_CH_CODE = re.compile(r"(?<![\w.,:/-])(?:A|CH|B)-\d{4}(?: [A-ZÄÖÜ][\w-]{2,30})?(?![\w])")
_EN_STREET = re.compile(
    r"(?<![\w.,:/-])\d{1,5}[a-z]?,? (?:(?:[NSEW]|North|South|East|West|Old|New|Upper"
    r"|Lower)\.? )?(?:[A-Z0-9][\w'.-]{1,24} ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Row"
    r"|Court|Ct|Crescent|Cres|Close|Place|Pl|Terrace|Square|Sq|Boulevard|Blvd|Way|Gardens|Grove|Hill|Park"
    r"|Mews|Walk|Wynd|Brae|Parade|Highway|Hwy|Circle|Trail)(?!\w)\.?(?:,? (?:Apt|Flat|Unit|#)\.? ?\w{1,5})?"
)
_NUMBER_STREET = re.compile(r"(?<!\w)(?:p\.? ?o\.? ?box|postfach|postbus)\s?\d{2,6}(?!\d)")
_DE_STREET = re.compile(
    r"(?<!\w)[A-ZÄÖÜ][\wäöüß.-]{1,28}(?:straße|strasse|str\.|weg|platz|gasse|allee|ring|ufer|damm|steig"
    r"|stieg|pfad|chaussee|promenade|hof|berg|wall|graben|markt)\s?\d{1,4}\s?[a-h]?(?!\w)"
    r"|(?<!\w)(?:Am|An der|An den|Auf dem|Auf der|Im|In der|In den|Zum|Zur|Unter den|Beim|Hinter der"
    r"|Hinter dem) [A-ZÄÖÜ][\wäöüß-]{2,24} \d{1,3}\s?[a-h]?(?=,|\.|!|\?| in |$)"
    r"|(?<!\w)[A-ZÄÖÜ][\wäöüß-]{2,24}(?:er|-) (?:Straße|Strasse|Str\.|Weg|Platz|Gasse|Allee|Ring|Ufer|Damm"
    r"|Chaussee) \d{1,4}\s?[a-h]?(?!\w)"
)
_NL_STREET = re.compile(
    r"(?<!\w)(?:[A-Z][\w'.-]{1,20} ){0,3}[A-Z][\w'-]{1,24}(?:straat|weg|laan|plein|gracht|kade|singel|dijk"
    r"|hof|pad|steeg|markt|park|plantsoen|dreef|hoek|wal|burg|veld|akker"
    r"|oord)\s?\d{1,4}(?:[ -]?[a-h](?!\w))?(?!\w)"
)
_HOME = re.compile(
    r"(?<!\w)(?:lives? (?:in|at|near|on)|living in|resides in|resident of|flew in from|flown in from"
    r"|came (?:all the way )?from|comes from|coming from|travell?ed (?:all the way )?from|drove (?:in "
    r"|all the way )?from|hails from|native of|originally from|born in|grew up in|home (?:in|to)"
    r"|hometown(?: is| of)?|moved (?:here )?from|back to (?:her|his|their) (?:home|farm|house) in"
    r"|wohnt in|lebt in|wohnhaft in|wohnort:?|kommt (?:\w+ )?aus|kam (?:\w+ )?aus|stammt aus|gebürtig aus"
    r"|angereist aus|zu hause in|daheim in|geboren in|heimatort|zieht nach|extra aus"
    r"|woont in|woonachtig in|komt (?:\w+ )?uit|kwam (?:\w+ )?uit|afkomstig uit|geboren in|helemaal uit"
    r"|thuis in|speciaal uit|gereden uit|reist uit) (?:the |der |dem |de |het |den )?"
)
_PERSON_FROM = re.compile(
    r"(?<!\w)(?:year[- ]old|yr old|yo|lady|gentleman|man|woman|runner|farmer|patient|pt|girl|boy|lad|lass|chap"
    r"|guy|retiree|pensioner|grandmother|grandfather|granny|rentner(?:in)?|patientin|mann|frau|läufer(?:in)?"
    r"|junge|mädchen|patiënt|vrouw|loper|loopster|jongen|meisje|boer|[A-Za-z][\w]+,) (?:\w+ )?(?:from|aus|uit) "
)
_TOWN = re.compile(
    r"(?:(?:[A-ZÄÖÜ][\w'äöüß.-]{1,24})(?:(?: (?:am|an der|bei|im|aan|op|on|of|upon|under|over|de|den|the)"
    r"|-)? [A-ZÄÖÜ][\w'äöüß-]{1,24}){0,2})"
)


def postcodes(view: View) -> Iterator[Hit]:
    if not view.has_digits:
        return
    for m in _UK.finditer(view.low):
        text = view.text[m.start() : m.end()]
        if text.upper() == text or " " in text:
            yield Hit(m.start(), m.end(), "postcode", "postcode-uk")
    for m in _NL.finditer(view.text):
        if not (1900 <= int(m.group()[:4]) <= 2099 and " " in m.group() and view.lang != "nl"):
            yield Hit(m.start(), m.end(), "postcode", "postcode-nl", 0.9)
    for pattern, text, rule in (
        (_NL_LOW, view.low, "postcode-nl"),
        (_ZIP, view.low, "postcode-cue"),
        (_STATE_ZIP, view.text, "postcode-us"),
        (_AT_CH_CODE, view.text, "postcode-at-ch-be"),
    ):
        for m in pattern.finditer(text):
            yield Hit(m.start(), m.end(), "postcode", rule)
    for m in _TOWN_CODE.finditer(view.text):
        town = m["town"].strip()
        if not m["code"].endswith("000") and not view.plain(_fold_first(view, m.start("town") + 1)):
            yield Hit(m.start(), m.end() if town else m.end("code"), "postcode", "postcode-de", 0.9)


def _fold_first(view: View, at: int) -> str:
    word = view.word_at(at)
    return word.fold if word else ""


def streets(view: View) -> Iterator[Hit]:
    if not view.has_digits:
        return
    for pattern, text, rule in (
        (_EN_STREET, view.text, "street-en"),
        (_DE_STREET, view.text, "street-de"),
        (_NL_STREET, view.text, "street-nl"),
        (_NUMBER_STREET, view.low, "post-box"),
    ):
        for m in pattern.finditer(text):
            yield Hit(m.start(), _and_town(view, m.end()), "address", rule)


_AND_TOWN = re.compile(r",? (?:in )?(?:\d{4,5}(?: ?[A-Z]{2})? )?[A-ZÄÖÜ][\w'äöüß-]{2,24}(?: [A-ZÄÖÜ][\w'äöüß-]{2,24})?")


def _and_town(view: View, end: int) -> int:
    """An address takes the town behind its comma with it."""
    m = _AND_TOWN.match(view.text, end) if view.text[end : end + 1] == "," else None
    return m.end() if m else end


def homes(view: View) -> Iterator[Hit]:
    """Towns that some words make a home."""
    for pattern in (_HOME, _PERSON_FROM):
        source = view.low if pattern is _HOME else view.text
        for m in pattern.finditer(source):
            town = _TOWN.match(view.text, m.end())
            if town and (" " in town.group() or not _is_thing(view, town.start())):
                yield Hit(town.start(), town.end(), "place", "home", 0.8)
    if view.lang == "de":
        yield from _by_form(view)


_TOWN_FORM = re.compile(
    r"(?<!\w)(?:in|aus|bei|nach|von) (?P<town>[A-ZÄÖÜ][a-zäöüß]{2,20}"
    r"(?:bach|heim|hausen|dorf|burg|stadt|ingen|hofen|kirchen|brunn|stetten|weiler|rode|büttel|moos|reuth))(?!\w)"
)


def _by_form(view: View) -> Iterator[Hit]:
    """German towns are built like nouns, but few nouns end as they do; large towns and known words may stand."""
    for m in _TOWN_FORM.finditer(view.text):
        town = view.word_at(m.start("town"))
        if town and not view.plain(town.fold) and town.fold not in view.lexicon.places:
            yield Hit(m.start("town"), m.end("town"), "place", "town-form", 0.5)


def _is_thing(view: View, at: int) -> bool:
    word = view.word_at(at)
    return (
        word is None
        or (view.plain(word.fold) and word.fold not in view.lexicon.places)
        or (word.upper and len(word.text) <= 3)
    )
