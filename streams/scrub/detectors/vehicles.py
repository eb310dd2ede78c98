"""Vehicle registration numbers of the UK, Germany, the Netherlands and, beside a cue, the US: item (L)."""

import re
from collections.abc import Iterator

from streams.scrub import packaged
from streams.scrub.listing import words
from streams.scrub.spans import Hit
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
_DE = re.compile(r"(?<![\w-])(?P<town>[A-ZÄÖÜ]{1,3})(?P<gap>[- :])(?P<letters>[A-Z]{1,2})[- ]?\d{1,4}[EH]?(?![\w-])")
_CAR = words(
    "car cars van truck lorry suv sedan vehicle plate plates tag reg registration auto autos wagen pkw lkw "
    "bulli kennzeichen nummernschild falschparker kenteken wagens bestelbus golf polo passat tiguan touran "
    "caddy astra corsa fiesta focus mondeo transit kuga puma audi bmw mercedes vw volkswagen opel ford toyota "
    "yaris corolla prius honda civic jazz nissan qashqai micra mazda kia picanto niro hyundai skoda octavia "
    "fabia superb seat ibiza leon volvo tesla renault clio megane twingo kangoo peugeot citroen dacia duster "
    "sandero fiat punto mini jeep subaru suzuki lexus jaguar porsche chevrolet chevy dodge chrysler cadillac "
    "buick gmc roller motorrad motor motorbike scooter moped taxi taxis cab parkt parked parking parkeert "
    "geparkeerd zugeparkt abgeschleppt towed weggesleept"
)
_ANY_CASE = re.compile(
    r"(?<![\w-])(?:[a-z]{2}\d{2} ?[a-z]{3}|[a-zäöü]{1,3}[- ][a-z]{1,2}[- ]?\d{2,4}"
    r"|[a-z\d]{1,3}-[a-z\d]{2,3}-[a-z\d]{1,3}|[a-z]{3}[- ]?\d{3,4}|\d{3}[- ]?[a-z]{3}"
    r"|\d[a-z]{3}\d{3})(?![\w-])"
)


def plates(view: View) -> Iterator[Hit]:
    if not view.has_digits:
        return
    for m in _UK.finditer(view.text):
        if len(m.group().replace(" ", "")) == 7:
            yield Hit(m.start(), m.end(), "plate", "plate-uk")
    for m in _NL.finditer(view.text):
        yield Hit(m.start(), m.end(), "plate", "plate-nl", 0.9)
    for m in _DE.finditer(view.text):
        if m["town"].lower() in packaged.words("lexicon/plates.de.txt") and (m["gap"] == "-" or _CAR & view.vocabulary):
            yield Hit(m.start(), m.end(), "plate", "plate-de", 0.9)
    if _CAR & view.vocabulary:
        yield from _beside_a_car(view)


def _beside_a_car(view: View) -> Iterator[Hit]:
    """Beside a car even the forms that could be anything else, in any case."""
    for m in _ANY_CASE.finditer(view.low):
        parts = re.findall(r"[a-zäöü]+", m.group())
        figures, letters = sum(c.isdigit() for c in m.group()), sum(map(len, parts))
        if figures >= 2 and letters >= 2 and not all(view.lexicon.ordinary_anywhere(part) for part in parts):
            yield Hit(m.start(), m.end(), "plate", "plate-cue", 0.8)
