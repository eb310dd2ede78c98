"""Where in the house a patient lies: rooms, beds, wards. Theatres and halls are the programme's and may stand."""

import re
from collections.abc import Iterator

from streams.scrub.listing import words
from streams.scrub.numerals import NUMBERS, ORDINALS
from streams.scrub.phrases import phrases
from streams.scrub.spans import Hit, longest
from streams.scrub.spoken import SAID
from streams.scrub.view import View

_PLACES = phrases(
    "cot cots liege trage pritsche tent zelt veldbed intensiv room rooms rm bed beds bay bays cubicle cubicles ward "
    "wards icu itu hdu ccu nicu picu pacu floor suite recovery trolley stretcher gurney unit side-room side zimmer "
    "zi bett betten bettplatz bettenplatz station stat intensivstation imc kabine koje etage stock stockwerk "
    "bettnummer zimmernummer box kamer kmr bed bedden bedplaats bedplek box zaal afdeling afd verdieping etage "
    "kamernummer bednummer ic brancard unit ips its cicu micu sicu awr notaufnahme aufwachraum tagesklinik"
    " dagbehandeling "
    "uitslaapkamer verkoever holding dialyse dialysis triage stuhl sessel stoel recliner chair wiege wiegje"
    " krippe crib "
    "incubator inkubator couveuse bassinet matras matratze feldbett spreekkamer sprechzimmer kamertje couch bunk"
    " bank pod "
    "tent zelt intensiv seh"
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
    rf"(?<![\w-]){_LEAD}(?P<room>{_WARD_BEFORE}(?:rooms?|rm|beds?|bay|cubicle|side[ -]room|trolley|stretcher"
    rf"|gurney|cot"
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
# Places of a unit, seats and cradles, in figures, letters or words: "IPS Platz 6", "trolley C", "stoel negen".
_UNITS = (
    r"(?:ips|its|imc|icu|itu|hdu|ccu|cicu|micu|sicu|nicu|picu|pacu|awr|ic|mc|hc|ed|er|a&e|seh"
    r"|intensiv(?:station)?|aufwachraum|recovery"
    r"|notaufnahme|tagesklinik|dagbehandeling|uitslaapkamer|verkoever|holding|dialyse|dialysis|triage|medical"
    r" tent|sanizelt|ehbo-post)"
)
_SLOT = re.compile(
    rf"(?<![\w-])(?:{_UNITS}[\s,/-]{{1,2}}(?:platz|slot|place|space|pod|bay|chair|plek|plaats|stoel|position|pos"
    rf"|bett(?:platz)?|bed|koje|box|stuhl|liege"
    r"|zimmer|kamer|spot) ?(?:nr\.? |no\.? )?[a-z]?\d{1,3}[a-z]?"
    r"|(?:stuhl|sessel|stoel|recliner|(?:infusions|dialyse|chemo|behandlungs|behandel)(?:stuhl|sessel|stoel)"
    r"|\w{0,12}bettchen|\w{0,8}bedje|wiege?|wiegje"
    r"|krippe|crib|incubator|inkubator|couveuse|bassinet|brancard|matras|matratze|feldbett|spreekkamer"
    r"|sprechzimmer|kamertje|holding bay|ic-box"
    rf"|(?<!\w )chair)[\s-](?:nr\.? |no\.? |nummer |number |#"
    rf" ?)?(?:[a-z][ -]?)?(?:\d{{1,3}}(?:\.\d{{1,2}})?[a-z]?|{_SAID}))(?![\w-]|:\d|[.,]\d| ?(?:cm|mm|minuten"
    rf"|minutes)\b)"
)
_LETTERED = re.compile(
    r"(?<![\w-])(?:[Bb]ay|[Pp]od|[Bb]ed|[Cc]ot|[Cc]ubicle|[Tt]rolley|[Ss]tretcher|[Cc]hair|Bett|Kabine|Koje"
    r"|Liege|Trage|[Bb]rancard|[Ss]toel) [A-H](?=$|[\s,.!?])"
)
# Where a bed or a seat stands, when somebody is on it.
_BESIDE = re.compile(
    r"(?<![\w-])(?:(?:in|on|at|auf|im|op|in|to|from|aus|von|uit|van) )?(?:(?:the|der|die|das|dem|den|de|het)"
    r" )?(?:[\w'äöü-]{2,16} ){0,2}"
    r"(?:bed|cot|crib|chair|couch|trolley|stretcher|bunk|tent|\w{0,8}bett(?:chen)?|liege|stuhl|sessel|trage"
    r"|pritsche|\w{0,8}zelt|wiegje|bedje|stoel|brancard|bank)"
    r"(?: (?:\w{1,3}|von links|von rechts))?,? "
    r"(?:by|beside|next to|behind|outside|opposite|under|nearest|neben|hinterm?|vorm?|am|beim|gegenüber|unter"
    r"|hinter dem|achter|naast|bij|tegenover|onder"
    r"|achteraan|vooraan|ganz hinten|am ende)(?: (?:the|dem|der|den|de|het))?(?: [\w'äöü-]{2,20}){0,2}"
)
_SOMEBODY = words(
    "she he she's he's her his him patient pt lady gentleman man woman boy girl gran grandma grandpa mum dad"
    " knee hip ankle wrist shoulder "
    "hernia sie er ihr ihm oma opa patientin frau mann dame herr junge mädchen mama papa knie hüfte schulter leiste "
    "zij ze hij hem haar patiënt patiënte mevrouw meneer vrouw man jongen meisje heup schouder pols keizersnee"
    " waiting lies liegt "
    "ligt sleeps schläft slaapt snores schnarcht snurkt"
)
_BESIDE_WORDS = words(
    "by beside next behind outside opposite under nearest neben hinter hinterm vor vorm am beim gegenüber unter"
    " achter naast bij "
    "tegenover onder achteraan vooraan hinten"
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


_TAILS = ("bettchen", "bedje", "stuhl", "stoel", "sessel", "zelt", "bett")


def rooms(view: View) -> Iterator[Hit]:
    yield from longest(_rooms(view))


def _rooms(view: View) -> Iterator[Hit]:
    if not _COMPASS_WORDS.isdisjoint(view.vocabulary):
        for m in _COMPASS.finditer(view.low):
            yield Hit(m.start("ward"), m.end("ward"), "room", "ward-compass", 0.7)
    if _PLACES.absent(view) and not any(word.endswith(_TAILS) for word in view.vocabulary):
        return
    for m in _SLOT.finditer(view.low) if view.has_digits or not SAID.isdisjoint(view.vocabulary) else ():
        yield Hit(m.start(), m.end(), "room", "room-slot", 0.7)
    for m in _LETTERED.finditer(view.text):
        yield Hit(m.start(), m.end(), "room", "room-letter", 0.6)
    if not _BESIDE_WORDS.isdisjoint(view.vocabulary) and not _SOMEBODY.isdisjoint(view.vocabulary):
        for m in _BESIDE.finditer(view.low):
            yield Hit(m.start(), m.end(), "room", "room-beside", 0.5)
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
