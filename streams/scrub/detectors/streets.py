"""Streets and post boxes: 45 CFR 164.514(b)(2)(i)(B). A street without a number counts where somebody lives in it."""

import re
from collections.abc import Iterator

from streams.scrub.listing import listed, words
from streams.scrub.phrases import phrases
from streams.scrub.spans import Hit, longest
from streams.scrub.view import View

_EN_TYPES = (
    "Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Row|Court|Ct|Crescent|Cres|Close|Place|Pl|Terrace|Square|Sq"
    "|Boulevard|Blvd|Way"
    "|Gardens|Grove|Hill|Park|Mews|Walk|Wynd|Brae|Parade|Highway|Hwy|Circle|Trail|Quay|Green|Rise|View|Vale|Loop"
    "|Alley|Pike|Parkway|Yard|Wharf|Fields|Meadows?|Orchard|Croft|Garth|Hollow|Cottages|Villas|Buildings|Mansions"
    "|Heights|Passage|Path|Chase|Copse|Common|Cove|Bend|Ter|Trl|Cir|Pkwy|Plaza|Broadway|Esplanade|Promenade"
)
_UNIT = r"(?:,? (?:Apt|Apartment|Flat|Unit|Suite|#)\.? ?\w{1,5})?"
_EN = re.compile(
    r"(?:(?<!\w)(?:Flat|Apt|Apartment|Unit|Room|Studio|House|Suite|Cottage|Lot)\.? ?#?\w{1,4},? |(?<![\w.,:/-]))"
    r"\d{1,5}[A-Za-z]?,? (?:(?:[NSEW]|North|South|East|West|Old|New|Upper"
    rf"|Lower|Great|Little)\.? )?(?:[A-Z0-9][\w'.-]{{1,24}} ){{1,3}}(?:{_EN_TYPES})(?!\w)\.?{_UNIT}"
)
_EN_LOW = re.compile(
    r"(?<![\w.,:/-])\d{1,4}[a-z]? (?!(?:on|in|at|of|the|down|up|from|to|off|per|by|for|and|or|a|new|more|other"
    r"|different|hours?|people"
    r"|miles?) )(?:[a-z'-]{3,20} ){1,2}(?:street|road|avenue|lane|crescent|boulevard|terrace)(?!\w)"
)
_EN_HOME = re.compile(
    r"(?<!\w)(?P<lead>(?:lives?|living|live|resides?|home|house|flat|born|moved|staying|parked|picked up)(?: (?:is"
    r"|back|up|down|over|just))?"
    r" (?:on|at|in|off|to|from)|corner of|around the corner (?:on|in|from)|address(?: is)?:?|neighbours? (?:on|in"
    r"|from)) (?:the )?"
    rf"(?P<street>(?:[A-Z][\w'.-]{{1,24}} ){{1,3}}(?:{_EN_TYPES}))(?!\w)",
)
_BOX = re.compile(r"(?<!\w)(?:p\.? ?o\.? ?box|postfach|postbus)\s?\d{2,6}(?!\d)")
_DE_STRONG = "straße|strasse|str\\.|gasse|allee|chaussee|promenade"
_DE = re.compile(
    rf"(?<!\w)[A-ZÄÖÜ][\wäöüß.-]{{1,28}}(?:{_DE_STRONG}|weg|platz|ring|ufer|damm|steig"
    r"|stieg|pfad|hof|berg|wall|graben|markt|winkel|anger|leite|zeile|bogen)\s?\d{1,4}\s?[a-h]?(?!\w)"
    r"|(?<!\w)(?:Am|An der|An den|Auf dem|Auf der|Im|In der|In den|Zum|Zur|Unter den|Beim|Hinter der"
    r"|Hinter dem) [A-ZÄÖÜ][\wäöüß-]{2,24} \d{1,3}\s?[a-h]?(?=,|\.|!|\?| in |$)"
    r"|(?<!\w)[A-ZÄÖÜ][\wäöüß-]{2,24}(?:er|-) (?:Straße|Strasse|Str\.|Weg|Platz|Gasse|Allee|Ring|Ufer|Damm"
    r"|Chaussee) \d{1,4}\s?[a-h]?(?!\w)"
)
_DE_LOW = re.compile(rf"(?<!\w)[a-zäöüß][a-zäöüß.-]{{2,28}}(?:{_DE_STRONG})\s?\d{{1,4}}\s?[a-h]?(?!\w)")
_DE_HOME = re.compile(
    r"(?<!\w)(?:[Ww]ohn(?:t|en|haft)|[Dd]aheim|[Zz]u Hause|lebt|Adresse:?|zieht|aufgewachsen|Nachbar(?:in"
    r"|n)?) (?:\w{2,12} ){0,2}?(?:in der|an der|auf der|am|im|in|aus der|:)?\s?"
    rf"(?P<street>[A-ZÄÖÜ][\wäöüß.-]{{1,28}}(?:{_DE_STRONG}|weg|platz|gasse|ring|ufer)"
    rf"|[A-ZÄÖÜ][\wäöüß-]{{2,24}}er (?:Straße|Weg|Platz|Allee))"
    r"(?!\w|\s?\d)"
)
_NL_STRONG = "straat|laan|gracht|kade|singel|steeg|plantsoen|dreef"
_NL = re.compile(
    rf"(?<!\w)(?:[A-Z][\w'.-]{{1,20}} (?:(?:van|den|der|de|ten"
    rf"|ter) ){{0,2}}){{0,3}}[A-Z][\w'-]{{1,24}}(?:{_NL_STRONG}|weg|plein|dijk"
    r"|hof|pad|markt|park|hoek|wal|burg|veld|akker|oord|baan|erf|kamp)\s?\d{1,4}(?:[ -]?[a-h](?!\w))?"
    r"(?: (?:bus|box) \d{1,3}| (?:zwart|rood|bis|hs|[1-4] ?hoog)(?!\w))?(?!\w)"
)
_NL_LOW = re.compile(
    r"(?<!\w)(?!blokkade|elevatie)[a-zë][a-zë'-]{2,24}(?:straat|gracht|plantsoen|(?<!s)laan"
    r"|(?<!kk)(?<!ri)kade)\s?\d{1,4}(?!\w)"
)
_NL_HOME = re.compile(
    r"(?<!\w)(?:[Ww]oon(?:t|achtig|den)|[Tt]huis|[Aa]dres:?|[Bb]uur(?:vrouw|man)"
    r"|verhuisd) (?:\w{2,12} ){0,2}?(?:aan de|aan het|in de|op de|op"
    rf"|in|uit de|naar de|is)?\s?(?P<street>(?:[A-Z][\w'.-]{{1,20}} ){{0,2}}[A-Z][\w'-]{{1,24}}(?:{_NL_STRONG}|weg"
    rf"|plein|dijk|kade))(?!\w|\s?\d)"
)
_AND_TOWN = re.compile(
    r",? [A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}(?!\w)"
    r"|,? (?:in )?(?:\d{4,5}(?: ?[A-Z]{2})? )?[A-ZÄÖÜ][\w'äöüß-]{2,24}(?: [A-ZÄÖÜ][\w'äöüß-]{2,24})?"
)
_HOME_WORDS = phrases(
    "live lives living resides reside home house flat born moved staying parked picked corner address neighbour "
    "neighbours neighbor wohnt wohnen wohnhaft daheim hause lebt adresse zieht aufgewachsen nachbar nachbarin "
    "nachbarn woont woonachtig woonden thuis adres buurvrouw buurman verhuisd"
)


# "Adresse: Mühlenredder 8": behind such a word any name with a number is a street.
_ADDRESS = re.compile(
    r"(?<!\w)(?:[Aa]ddress|[Aa]dresse|[Aa]dres|[Aa]nschrift|[Ww]ohnt|[Ww]oont|[Ll]ives at|[Ll]ieferadresse"
    r"|[Tt]axi (?:to|nach|zu|naar)"
    r"|[Hh]ome is|[Dd]rop off at|[Aa]bholen|[Oo]phalen)(?: (?:for|für|voor|of|von|van|is|ist|aan|op|in|at|the|der"
    r"|die|den|de|het|taxi|bezoek|besuch|visitors|home)){0,3}[\s:]{1,3}"
    r"(?P<street>(?:\d{4,5} [A-ZÄÖÜ][\w'-]{2,24}, )?(?:[A-ZÄÖÜ][\w'äöüß.-]{2,30} ){1,3}\d{1,4}\s?[a-h]?)(?!\w"
    r"|[.,:]\d)"
)


def streets(view: View) -> Iterator[Hit]:
    yield from longest(_streets(view))


def _streets(view: View) -> Iterator[Hit]:
    if view.has_digits:
        yield from _numbered(view)
    if not _HOME_WORDS.absent(view):
        for pattern in (_EN_HOME, _DE_HOME, _NL_HOME):
            for m in pattern.finditer(view.text):
                yield Hit(m.start("street"), m.end("street"), "address", "street-home", 0.8)


def _numbered(view: View) -> Iterator[Hit]:
    """Patterns are tried where a word stands before a number that streets end in."""
    ends = any(m["word"].endswith(_STREET_ENDINGS) for m in _WORD_NUMBER.finditer(view.low))
    for pattern, text, rule, tried in (
        (_EN, view.text, "street-en", not _EN_WORDS.isdisjoint(view.vocabulary)),
        (_DE, view.text, "street-de", ends or (view.lang == "de" and not _DE_LEADS.isdisjoint(view.vocabulary))),
        (_NL, view.text, "street-nl", ends),
        (_BOX, view.low, "post-box", not _BOXES.isdisjoint(view.vocabulary)),
    ):
        for m in pattern.finditer(text) if tried else ():
            if not _is_thing(view, m):
                yield Hit(m.start(), _and_town(view, m.end()), "address", rule)
    for m in () if _ADDRESS_WORDS.absent(view) else _ADDRESS.finditer(view.text):
        yield Hit(m.start("street"), _and_town(view, m.end()), "address", "street-cue", 0.8)
    yield from _in_small_letters(view)


_ADDRESS_WORDS = phrases(
    "address adresse adres anschrift wohnt woont lives lieferadresse taxi home drop abholen ophalen"
)
_WORD_NUMBER = re.compile(r"(?P<word>[a-zäöüß.]{2,30}) ?\d")
_STREET_ENDINGS = listed(
    "straße strasse str. gasse allee chaussee promenade weg platz ring ufer damm steig stieg pfad hof berg wall "
    "graben markt winkel anger leite zeile bogen straat laan gracht kade singel steeg plantsoen dreef plein dijk "
    "pad park hoek wal burg veld akker oord baan erf kamp"
)
_EN_WORDS = frozenset(kind.lower() for kind in _EN_TYPES.replace("s?", "|Meadows").split("|"))
_DE_LEADS = words("am an auf im in zum zur unter beim hinter")
_BOXES = words("box postfach postbus")


def _in_small_letters(view: View) -> Iterator[Hit]:
    for pattern, needles in ((_EN_LOW, _EN_NEEDLES), (_DE_LOW, _DE_NEEDLES), (_NL_LOW, _NL_NEEDLES)):
        if any(needle in view.low for needle in needles):
            for m in pattern.finditer(view.low):
                if view.text[m.start()].islower() or view.text[m.start()].isdigit():
                    yield Hit(m.start(), _and_town(view, m.end()), "address", "street-low", 0.7)


_EN_NEEDLES = (" street", " road", " avenue", " lane", " crescent", " boulevard", " terrace")
_DE_NEEDLES = ("stra", "str.", "gasse", "allee", "chaussee", "promenade")
_NL_NEEDLES = ("straat", "gracht", "plantsoen", "laan", "kade")


# Ways, places and marks that are no street, in a theatre or on a course.
_THINGS = words(
    "atemweg luftweg zugangsweg rettungsweg fluchtweg heimweg umweg ausweg feldweg irrweg parkplatz stehplatz "
    "sitzplatz arbeitsplatz schlafplatz startplatz zielplatz liegeplatz bettplatz sammelplatz sanitätsplatz bahnhof "
    "friedhof bauernhof supermarkt knochenmarkt herzring klappenring anuloring haltering blasensteg steg bahnsteig "
    "bürgersteig anstieg abstieg umfang erdwall rettungswall notfallpfad wundgraben streckenposten etappenberg "
    "zielhof startmarkt luchtweg omweg uitweg snelweg voorrang sportpark speelveld startpark eindstreep finishpad "
    "supermarkt operatieveld steriel-veld werkveld blikveld gezichtsveld wondhoek invalshoek beeldhoek ooghoek "
    "mondhoek"
)


# "Am Markt 3" is an address, "Im Saal 3" is not.
_STREET_NOUNS = listed(
    "markt berg bach see dorf kirche bahnhof anger hang wald feld garten gärten teich weiher graben tor hof rathaus "
    "sportplatz friedhof mühle steig ring park ufer wasser brunnen schloss burg wiese wiesen acker weinberg heide "
    "moor bruch winkel eck ecke kamp"
)


def _is_thing(view: View, m: re.Match[str]) -> bool:
    found = view.words_in(m.start(), m.end())
    if not found:
        return False
    last = found[-1]
    if found[0].text.lower() in _DE_LEADS and view.plain(last.fold) and not last.text.lower().endswith(_STREET_NOUNS):
        return True
    return last.text.lower() in _THINGS or (view.lexicon.town(last.fold) and len(m.group().split()) == 2)


def _and_town(view: View, end: int) -> int:
    """An address takes the town behind its comma with it."""
    m = _AND_TOWN.match(view.text, end) if view.text[end : end + 1] == "," else None
    return m.end() if m else end
