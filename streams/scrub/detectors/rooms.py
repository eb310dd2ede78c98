"""Where in the house a patient lies: rooms, beds, wards. Theatres and halls are the programme's and may stand."""

import re
from collections.abc import Iterator

from streams.scrub.numerals import NUMBERS, ORDINALS
from streams.scrub.phrases import phrases
from streams.scrub.spans import Hit, longest
from streams.scrub.view import View

_PLACES = phrases(
    "cot cots liege trage pritsche tent zelt veldbed intensiv room rooms rm bed beds bay bays cubicle cubicles ward "
    "wards icu itu hdu ccu nicu picu pacu floor suite recovery trolley stretcher gurney unit side-room side zimmer "
    "zi bett betten bettplatz bettenplatz station stat intensivstation imc kabine koje etage stock stockwerk "
    "bettnummer zimmernummer box kamer kmr bed bedden bedplaats bedplek box zaal afdeling afd verdieping etage "
    "kamernummer bednummer ic brancard unit"
)
_COMPASS_WORDS = frozenset({"north", "south", "east", "west", "nord", "süd", "ost", "noord", "zuid", "oost"})
_SAID = "|".join(
    w
    for w in sorted((w for w, n in NUMBERS.items() if 1 <= n <= 99 and " " not in w), key=lambda w: (-len(w), w))
    if w not in ("een", "ein")
)
_NTH = "|".join(sorted((w for w, n in ORDINALS.items() if n <= 20 and " " not in w), key=lambda w: (-len(w), w)))
_FIGURE = r"[a-z]{0,2}[-.]?\d{1,4}(?:[./-]\d{1,3})?[a-z]?"
# Rooms of the event and of the staff; of a race and of a phone.
_LEAD = (
    r"(?P<lead>(?:operating|operation|procedure|break|conference|lecture|control|seminar|meeting|press|treatment"
    r"|green|class|chat|zoom"
    r"|cath|hybrid|waiting|changing|sluice|prep|scrub|store|stock|staff|coffee|show|tv|angio|mri|ct|imaging"
    r"|endoscopy|surgical|robotic"
    r"|anaesthetic|anesthetic|teaching|briefing|media|observation|viewing|rest|escape|mail|flower|river|sea|oyster"
    r"|hot|foul"
    r"|water)[ -]?|(?:op|ok|schulungs|konferenz|behandlungs|besprechungs|warte|umkleide|pausen|eingriffs|aufwach"
    r"|unter|neben|spoel|koffie|behandel|vergader|wacht|kleed|les|operatie|voor|controle|hart|slaap)-?)?"
)
_WARD_BEFORE = (
    r"(?:(?:ccu|icu|itu|hdu|pacu|nicu|picu|ward|station|stat\.|afd(?:eling)?\.?|ic|its|imc|intensiv(?:station)?|tent"
    r"|zelt|[a-z]\d{1,2}|\d[a-z]?)[\s,/-]{1,2}(?:\w{1,3}[\s,-]{1,2})?)?"
)
_ROOM = re.compile(
    rf"(?<![\w-]){_LEAD}(?P<room>{_WARD_BEFORE}(?:rooms?|rm|beds?|bay|cubicle|side[ -]room|trolley|stretcher|gurney|cot"
    r"|zimmer(?:nummer)?|zi\.?|bett(?:nummer|platz)?|kabine|koje|liege|trage|pritsche"
    r"|kamer(?:nummer)?|kmr\.?|bed(?:nummer|plaats|plek)?|veldbed|box|zaal|suite)\s?(?:no\.? |nr\.? |number |nummer "
    r"|# ?)?"
    rf"(?P<number>{_FIGURE}|(?:{_SAID})(?:[- ](?:{_SAID})){{0,2}}))"
    r"(?![\w-]|:\d|[.,]\d| ?(?:people|personen|mensen|patients|patienten|of|von|van|left|free|frei|vrij|mm|cm|uur|uhr"
    r"|hours|minutes)\b)"
)
_UNIT_NAMES = "icu|itu|hdu|ccu|nicu|picu|pacu|ic|its|imc|intensiv(?:station)?|recovery|aufwachraum|uitslaapkamer"
# Two figures: "to PACU 1141" is a time of day.
_ROOM_BEHIND = re.compile(
    r"(?<!\w)(?:in|to|on|at|from|auf|nach|von|aus|op|naar|uit|van) (?:the |der |die |de )?"
    rf"(?P<room>(?:{_UNIT_NAMES})[\s-]{{1,2}}(?:bay |bed |no\.? |nr\.? )?[a-z]?\d{{1,2}}[a-z]?)(?![\w-]|:\d|[.,]\d)"
)
_WARD = re.compile(
    rf"(?<![\w-])(?P<kind>ward|station|afdeling|afd\.?|unit|floor|etage|verdieping|stock(?:werk)?)\s?(?:no\.? "
    rf"|nr\.? |number |nummer )?"
    rf"(?P<number>\d{{1,2}}[a-z]?|[a-z]\d{{1,2}}[a-z]?|[a-z](?= |$|[.,!])|(?:{_SAID}))(?![\w-]|:\d"
    rf"|[.,]\d)(?:[,\s/]{{1,2}}(?:zimmer|room"
    r"|kamer|bed|bett)\s?\d{1,4}[a-z]?)?"
)
_NAMED_WARD = re.compile(
    r"(?<!\w)(?:[Tt]he|[Aa]uf|[Oo]p|[Oo]n|[Zz]ur|[Dd]ie|[Dd]e|[Vv]on) (?:der |die "
    r"|de )?(?P<ward>(?:(?:[A-Z][a-z]{3,20}) (?:[Ww]ard|[Uu]nit)|"
    r"(?:Station|Ward|[Aa]fdeling|Zaal) [A-ZÄÖÜ][a-zäöüß]{3,20}))(?!\w)"
)
_COMPASS = re.compile(
    r"(?<!\w)(?:on|to|in|from|at|up on|auf|op|naar) (?P<ward>\d{1,2}[- ]?(?:north|south|east|west|nord|süd|ost|noord"
    r"|zuid|oost))(?!\w)"
)
_FLOOR = re.compile(
    rf"(?<!\w)(?:(?:she|he|her|his|patient|bed|room|ward|lies|sleeps|sie|er|liegt|zimmer|station|zij|ze|hij|ligt"
    rf"|kamer|afdeling)\W(?:[^.!?]{{0,30}}?\W)?)(?P<floor>(?:\d{{1,2}}(?:st|nd|rd|th|e)?|{_NTH})"
    r"\.? (?:floor|stock|etage|verdieping))(?!\w)"
)
_NOT_A_WARD = re.compile(
    r"(?:water|aid|first aid|rest|sanitäts|sani|bahn|post|polizei|wasser|feed|feeding|work|docking|train|fire|police"
    r"|skills|fuel|bus"
    r"|tank|lade|tv|weather|space|heart-lung|control|power|energie|verpflegungs|versorgungs|mess|dance|shop|ground"
    r"|drink|drank|blood|per|one|two|last)[ -]?$"
)
# In English a station is on the course or in a skills lab, a unit is one of blood, a floor is danced on.
_ONLY_GERMAN = ("station", "stock", "stockwerk")
_CARE_WORDS = frozenset(
    {"she", "he", "her", "his", "patient", "goes", "back", "moves", "moved", "lies", "sleeps", "wakes"}
)


def rooms(view: View) -> Iterator[Hit]:
    yield from longest(_rooms(view))


def _rooms(view: View) -> Iterator[Hit]:
    if not _COMPASS_WORDS.isdisjoint(view.vocabulary):
        for m in _COMPASS.finditer(view.low):
            yield Hit(m.start("ward"), m.end("ward"), "room", "ward-compass", 0.7)
    if _PLACES.absent(view):
        return
    for m in _ROOM.finditer(view.low):
        if not m["lead"] and not _is_count(view, m):
            yield Hit(m.start("room"), m.end("room"), "room", "room")
    for m in _ROOM_BEHIND.finditer(view.low):
        yield Hit(m.start("room"), m.end("room"), "room", "room-unit")
    for m in _WARD.finditer(view.low):
        if _is_ward(view, m):
            yield Hit(m.start(), m.end(), "room", "ward", 0.8)
    for m in _NAMED_WARD.finditer(view.text):
        yield Hit(m.start("ward"), m.end("ward"), "room", "ward-named", 0.6)
    for m in _FLOOR.finditer(view.low):
        yield Hit(m.start("floor"), m.end("floor"), "room", "floor", 0.6)


def _is_count(view: View, m: re.Match[str]) -> bool:
    """ "room one of two" counts; "box 4 of gloves" is no bed unless Germans or Dutch say it."""
    words = m["room"].split()
    if words[0] in ("box", "suite", "zaal") and view.lang == "en" and words[0] == "box":
        return True
    if words[0] == "zaal":
        return True  # a hall of the congress
    return words[0] in ("rooms", "beds") and m["number"].isdigit() and len(m["number"]) == 1


def _is_ward(view: View, m: re.Match[str]) -> bool:
    kind, number = m["kind"].rstrip("."), m["number"]
    if _NOT_A_WARD.search(view.low[max(0, m.start() - 14) : m.start()]):
        return False
    if kind in _ONLY_GERMAN and view.lang != "de":
        return False
    if kind in ("unit", "floor") and (view.lang != "en" or _CARE_WORDS.isdisjoint(view.vocabulary)):
        return False
    if kind == "unit" and number.isdigit():
        return False
    if number.isalpha() and len(number) == 1:
        return view.text[m.start("number")].isupper()
    return True
