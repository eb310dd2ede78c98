"""Vehicle registration numbers: 45 CFR 164.514(b)(2)(i)(L). Some forms prove themselves, others need a car beside "
"them."""

import re
from collections.abc import Iterator

from streams.scrub import packaged
from streams.scrub.listing import words
from streams.scrub.spans import Hit, longest
from streams.scrub.view import View

_UK = re.compile(
    r"(?<![\w-])[A-HJ-PR-Y][A-HJ-PR-Y]\d{2} ?[A-HJ-PR-Z]{3}(?![\w-])"
    r"|(?<![\w-])[A-HJ-NPR-TV-Y]\d{1,3} [A-Z]{3}(?![\w-])"
)
_NL = re.compile(
    r"(?<![\w-])(?:[A-Z]{2}-\d{2}-\d{2}|\d{2}-\d{2}-[A-Z]{2}|\d{2}-[A-Z]{2}-\d{2}|[A-Z]{2}-\d{2}-[A-Z]{2}"
    r"|[A-Z]{2}-[A-Z]{2}-\d{2}|\d{2}-[A-Z]{2}-[A-Z]{2}"
    r"|\d{2}-[A-Z]{3}-\d|\d-[A-Z]{3}-\d{2}|[A-Z]{2}-\d{3}-[A-Z]|[A-Z]-\d{3}-[A-Z]{2}|[A-Z]{3}-\d{2}-[A-Z]"
    r"|[A-Z]-\d{2}-[A-Z]{3}|\d-[A-Z]{2}-\d{3}|\d{3}-[A-Z]{2}-\d)(?![\w-])"
)
_BE = re.compile(r"(?<![\w-])[1-9]-[A-Z]{3}-\d{3}(?![\w-])")
_IE = re.compile(
    r"(?<![\w-])(?:\d{2}[12]?)-(?:CE|CN|CW|DL|KE|KK|KY|LD|LH|LK|LM|LS|MH|MN|MO|OY|RN|SO|TN|TS|WD|WH|WW|WX"
    r"|[CDGLTW])-\d{1,6}(?![\w-])"
)
_DE = re.compile(r"(?<![\w-])(?P<town>[A-ZÄÖÜ]{1,3})(?P<gap>[- :])(?P<letters>[A-ZÄÖÜ]{1,2})[- ]?\d{1,4}[EH]?(?![\w-])")
_AT = re.compile(r"(?<![\w-])(?P<town>[A-Z]{1,2})(?P<gap>[- ])(?:\d{1,5} ?[A-Z]{1,3}|[A-Z]{1,5} ?\d{1,5})(?![\w-])")
_CH = re.compile(
    r"(?<![\w-])(?P<town>AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG"
    r"|ZH)[ ·-]?(?:\d{3,6}|\d{1,3}[ '.]\d{3})(?![\w-]| ?(?:ml|mm|mg|cm|kg|min|km|bpm|joule)(?!\w))"
)
_FR_IT = re.compile(r"(?<![\w-])[A-HJ-NP-TV-Z]{2}(?P<gap>[ -]?)\d{3}(?P=gap)[A-HJ-NP-TV-Z]{2}(?![\w-])")
_ES_DK_CZ = re.compile(r"(?<![\w-])(?:\d{4} ?[BCDFGHJ-NPR-TV-Z]{3}|[A-Z]{2} \d{2} \d{3}|\d[A-Z]\d \d{4})(?![\w-])")
# Six figures in two groups behind a canton, where the canton is no abbreviation of a reading.
_CH_BARE = re.compile(
    r"(?<![\w-])(?:AG|AI|AR|BL|BS|GE|JU|LU|NE|NW|OW|SG|SO|SZ|TG|TI|UR|VD|VS|ZG"
    r"|ZH)[ ·-]?\d{2,3}[ '.]\d{3}(?![\w-]|[.,]\d)"
)
# What cars do, without a car being named.
_TRAFFIC = words(
    "fährt fahren fuhr gefahren parkt geparkt drives drove driving parks rijdt reed reden parkeerde rolt stuurt hupt "
    "honking toetert verkehr traffic verkeer rettungsgasse rettungsweg barrier schranke poort slagboom"
)
_AUSTRIAN = words(
    "am b ba bl bm bn br bz db dl do e eb ef eu fb fe ff fk fr g gb gd gf gm gr gs gu hb hf hl ho i il im ja jo"
    " jw kb kf kg "
    "gk ha hb he hl je ju ki kl ko kr li nl op rk so sv ki kr ks ku l la lb le lf ll ln lz ma md me mi mt mu mz"
    " nd nk op ow p pe pl pt ra re ri ro s sb sd se sl "
    "sp sr su sv sw sz ta tu ul uu va vb vi vk vl vo w wb wn we wl wo wr wt wu wy wz za ze zt zw"
)
_CAR = words(
    "car cars van truck lorry suv sedan vehicle plate plates tag reg registration licence license auto autos wagen "
    "pkw lkw bulli kennzeichen nummernschild falschparker kenteken wagens bestelbus bestelwagen campervan camper "
    "caravan wohnmobil golf polo passat tiguan touran caddy astra corsa fiesta focus mondeo transit kuga puma audi "
    "bmw mercedes vw volkswagen opel ford toyota yaris corolla prius honda civic jazz nissan qashqai micra mazda "
    "kia picanto niro hyundai skoda octavia fabia superb seat ibiza leon volvo tesla renault clio megane twingo "
    "kangoo peugeot citroen citroën dacia duster sandero fiat punto mini jeep subaru suzuki lexus jaguar porsche "
    "chevrolet chevy dodge chrysler cadillac buick gmc vauxhall rover land roller motorrad motor motorbike "
    "motorcycle scooter moped taxi taxis cab minibus pickup hatchback estate kombi cabrio parkt parked parking "
    "parkeert geparkeerd parkeerplaats parkplatz parkhaus zugeparkt abgeschleppt towed weggesleept fahrzeug "
    "voertuig blockiert blockieren versperrt zugestellt parken blocks blocking blokkeert verspert halter fahrer "
    "bestuurder driver headlights lights licht scheinwerfer"
    "oldtimer rückbank back-seat achterbank kfz kontrollschild nummerntafel nummerschild schild transporter"
    " anhänger rettungswagen krankenwagen rtw "
    "lieferwagen sprinter vito zafira meriva multivan wohnwagen limousine traktor trecker töff karre tiefgarage "
    "halteverbot parkverbot rettungszufahrt einfahrt zufahrt ausfahrt umparken wegfahren warnblinker abschleppen "
    "abschleppdienst schranke parkdeck hazards driveway clamped tow trailer coupe saloon quad busje bestelbusje "
    "aanhanger oprit inrit wegslepen alarmlichten brommer slagboom parkeerdek"
)
_NUMBER_PLATE = words("plate plates tag reg registration kennzeichen nummernschild kenteken licence license")
_UNITS = words(
    "mm cm ml mg kg km min h l am pm um at in on to of or an no nr uhr uur om op te de der die and und en von van "
    "bis rpm nm kw ps hp is was by my her his its the our has ist war das den dem ein auf aus bei mit als het een "
    "met uit bij als nog er wel"
)
_NO_BEGINNING = "|".join(sorted((w for w in _CAR | _UNITS if len(w) <= 3), key=lambda w: (-len(w), w)))
_ANY_CASE = re.compile(
    rf"(?<![\w-])(?!(?:{_NO_BEGINNING})[ -])"
    r"(?:[a-z]{2}\d{2} ?[a-z]{3}|[a-zäöü]{1,3}[- ][a-zäöü]{1,2}[- ]?\d{1,4}[eh]?"
    r"|[a-z\d]{1,3}-[a-z\d]{2,3}-[a-z\d]{1,5}|[a-z]{3}[- ]?\d{3,4}|\d{3,4}[- ]?[a-z]{2,3}"
    r"|[a-z]{1,2}[ -]\d{2,5} ?[a-z]{1,3}"
    r"|\d{2,3}[ -]?[a-z]{1,2}[ -]?\d{2,6}|[a-z]{2} ?\d{4,6}|[a-z]{1,2}\d{1,3} ?[a-z]{3}|[a-z]{3} ?\d{1,3}[a-z]"
    r"|[1-9] ?[a-z]{3} ?\d{3}|\d[a-z]{3}\d{3})(?![\w-])"
)
_BEHIND_PLATE = re.compile(
    r"(?<!\w)(?:(?:licen[cs]e |number )?(?:plates?|tag|reg(?:istration)?(?: (?:no|number))?)|kennzeichen"
    r"|nummernschild|kenteken)"
    r"(?:[\s:.,]{1,3}(?:is|ist|no|nr|number|reads|says|lautet|mit|met|the|das|het)\b){0,3}[\s:.,]{1,3}"
    r"(?P<plate>(?=[a-zäöü\d -]{0,8}\d)[a-zäöü\d]{1,8}(?:[ -][a-zäöü]{0,3}\d[a-z\d]{0,5}"
    r"|[ -][a-z]{1,3}(?=[ -]\d)){0,2}"
    r"(?P<tail>[ -][a-z]{1,3})?)(?!\w)"
)
_SIGNS, _SIGNS_UK, _SIGNS_AT = 4, 7, 6
_FIGURES_BARE = 3
_FEW_FIGURES, _FEW_LETTERS = 2, 2


def plates(view: View) -> Iterator[Hit]:
    """The longest where several forms match."""
    if not view.has_digits:
        return
    yield from longest(_plates(view))


def _plates(view: View) -> Iterator[Hit]:
    has_car = not _CAR.isdisjoint(view.vocabulary)
    if _CAPITALS.search(view.text):
        yield from _by_form(view, has_car=has_car)
    if has_car:
        yield from _beside_a_car(view)
    if not _NUMBER_PLATE.isdisjoint(view.vocabulary):
        for m in _BEHIND_PLATE.finditer(view.low):
            end = m.end("plate")
            if m["tail"] and not view.text[m.start("tail") : end].isupper() and _is_word(view, m["tail"][1:]):
                end = m.start("tail")
            if sum(map(str.isalnum, view.low[m.start("plate") : end])) >= _SIGNS:
                yield Hit(m.start("plate"), end, "plate", "plate-named", 0.9)


# A capital close to a figure: without it no plate is written as plates are.
_CAPITALS = re.compile(r"[A-ZÄÖÜ][A-ZÄÖÜ]{0,2}[- :]?[A-ZÄÖÜ]{0,2}[- ]?\d|\d[- ]?[A-Z]")


def _by_form(view: View, *, has_car: bool) -> Iterator[Hit]:
    for m in _UK.finditer(view.text):
        if len(m.group().replace(" ", "")) == _SIGNS_UK or has_car:
            yield Hit(m.start(), m.end(), "plate", "plate-uk")
    for pattern, rule in ((_NL, "plate-nl"), (_BE, "plate-be"), (_IE, "plate-ie"), (_FR_IT, "plate-fr-it")):
        for m in pattern.finditer(view.text):
            yield Hit(m.start(), m.end(), "plate", rule, 0.9)
    yield from _by_town(view, has_car=has_car)


def _is_word(view: View, part: str) -> bool:
    return part in _UNITS or view.lexicon.in_dictionary(part, view.lang)


def _by_town(view: View, *, has_car: bool) -> Iterator[Hit]:
    for m in _DE.finditer(view.text):
        known = m["town"].lower() in packaged.words("lexicon/plates.de.txt")
        if (
            (known and (m["gap"] == "-" or has_car))
            or (has_car and m["gap"] == "-")
            or (known and _is_bare_plate(view, m["town"], m.group(), m["gap"]))
        ):
            yield Hit(m.start(), m.end(), "plate", "plate-de", 0.9)
    for m in _AT.finditer(view.text):
        is_long = sum(map(str.isalnum, m.group())) >= _SIGNS_AT and m["gap"] == "-"
        is_bare = _is_bare_plate(view, m["town"], m.group(), m["gap"])
        if m["town"].lower() in _AUSTRIAN and (has_car or is_long or is_bare):
            yield Hit(m.start(), m.end(), "plate", "plate-at", 0.9)
    moves = has_car or not _TRAFFIC.isdisjoint(view.vocabulary)
    for pattern, rule, tried in (
        (_CH, "plate-ch", moves),
        (_CH_BARE, "plate-ch", True),
        (_ES_DK_CZ, "plate-foreign", has_car),
    ):
        for m in pattern.finditer(view.text) if tried else ():
            yield Hit(m.start(), m.end(), "plate", rule, 0.9)


def _is_bare_plate(view: View, town: str, plate: str, gap: str) -> bool:
    """ "HRO TX 417" with nothing but spaces: readings have clinical abbreviations in front of them."""
    parts = (town.lower(), *_LETTERS.findall(plate.lower()))
    figures = sum(map(str.isdigit, plate))
    return gap == " " and figures >= _FIGURES_BARE and len(parts) > 2 and not any(map(view.lexicon.abbreviation, parts))


def _beside_a_car(view: View) -> Iterator[Hit]:
    """Beside a car even the forms that could be anything else, in any case."""
    for m in _ANY_CASE.finditer(view.low):
        parts = _LETTERS.findall(m.group())
        figures, letters = sum(map(str.isdigit, m.group())), sum(map(len, parts))
        if figures < _FEW_FIGURES or letters < _FEW_LETTERS:
            continue
        is_upper = view.text[m.start() : m.end()].isupper()
        if is_upper or not (_is_measure(m.group()) or all(_is_everyday(view, part) for part in parts)):
            yield Hit(m.start(), m.end(), "plate", "plate-cue", 0.8)


def _is_measure(text: str) -> bool:
    """ "um 12 Uhr", "in 45 min"."""
    tail = _LETTERS_LAST.search(text)
    return tail is not None and tail.group() in _UNITS


def _is_everyday(view: View, part: str) -> bool:
    return part in _UNITS or view.lexicon.everyday(part, view.lang)


_LETTERS_LAST = re.compile(r"[a-zäöü]+$")
_LETTERS = re.compile(r"[a-zäöü]+")
