"""Towns, villages and counties that words make a person's: 45 CFR 164.514(b)(2)(i)(B). States, countries may stand.

A town that is only mentioned may stand as well: "live from Lisbon" is nobody's home.
"""

import re
from collections.abc import Iterator

from streams.scrub import packaged
from streams.scrub.listing import listed
from streams.scrub.phrases import phrases
from streams.scrub.sentences import around
from streams.scrub.spans import Hit, longest
from streams.scrub.view import View

_HOME = re.compile(
    r"(?<!\w)(?:lives? (?:\w{1,12} ){0,2}?(?:in|at|near|on|outside|just outside|past|out past|beyond)|living in"
    r"|resides in|resident of|residing in|flew in from|flown in from"
    r"|came (?:all the way |here |over |up |down )?from|comes (?:all the way )?from|coming from"
    r"|travell?ed (?:\w+ )?(?:all the way )?from"
    r"|drove (?:in |up |down |over |all the way )?from|fl(?:ies|ying) in from|driv(?:es|ing) (?:in |up |down "
    r"|over )?from|on (?:her|his) way (?:in )?from|driven (?:in |over )?from|hails from|native of"
    r"|originally from|born in|raised in"
    r"|born and raised in|grew up in|home (?:in|to|is in)|her home in|his home in|hometown(?: is| of)?"
    r"|home town(?: is| of)?"
    r"|moved (?:here )?(?:from|to)|back (?:home )?(?:to|in) (?:her|his|their) (?:home|farm|house|cottage) in"
    r"|goes home to|retired to"
    r"|farms? (?:in|near|outside)|cottage in|farmhouse in|referred from|transferred from|airlifted from|brought"
    r" in from"
    r"|shop in|pub in|works in"
    r"|wohnt (?:\w{1,12} ){0,3}in|lebt (?:\w{1,12} ){0,3}in|wohnhaft in|wohnort:?|kommt (?:\w{1,12} )?aus"
    r"|kam (?:\w{1,12} )?aus|stammt aus"
    r"|gebürtig aus|angereist aus|zu hause in|daheim in|geboren in|aufgewachsen in|heimatort:?|heimatstadt:?"
    r"|zieht nach"
    r"|extra aus|eigens aus|verlegt aus|eingeflogen aus|überwiesen aus|hof in|hof bei|gasthaus in|zurück nach"
    r"|woont (?:\w{1,12} ){0,3}(?:in|te|bij|op)|woonachtig (?:in|te)|woonplaats:?|komt (?:\w{1,12} )?uit"
    r"|kwam (?:\w{1,12} )?uit"
    r"|afkomstig uit|geboren (?:in|te)|getogen in|opgegroeid in|helemaal uit|thuis in|speciaal uit|gereden uit"
    r"|reist uit"
    r"|overgeplaatst uit|ingevlogen uit|doorverwezen uit|boerderij in|terug naar) (?:the |der |dem |de |het |den |a "
    r"|een )?"
)
# A town beside "from" is somebody's where the sentence speaks of a person, and not of those who watch or work.
_OF_SOMEBODY = re.compile(
    r"(?<!\w)(?P<link>from|out past|near|outside|aus|nahe|uit|vanuit|nabij|bij) (?:the |der |dem |de |het "
    r"|den )?(?=[A-ZÄÖÜ'])"
)
_SOMEBODY = re.compile(
    r"(?<!\w)(?:she|she's|he|he's|her|his|him|patient|sie|er|ihr|ihre|ihren|seine|sein|ihm|zij|ze|hij|haar|zijn|hem"
    r"|patientin|patiënte?|grandma|grandpa|oma|opa)(?!\w)"
)
_OTHERS = re.compile(
    r"(?<!\w)(?:greetings?|live|hello|viewers?|teams?|surgeons?|colleagues?|crew|guests?|visitors?|report|stream"
    r"|congress|doctors?"
    r"|nurses?|professor|dr|grüße|gruß|zuschauer|team|kollegen|kollegin\w{0,3}|operateur\w{0,3}|gäste|ärzte"
    r"|schwestern"
    r"|groeten|groetjes|kijkers|collega's|gasten|chirurg\w{0,2}|artsen)(?!\w)"
)
_WHOLE_TOWN = re.compile(
    r"(?<!\w)(?:half of|half|all of|everyone in|everybody in|the whole of|halb|ganz|in ganz|jeder in|alle in|heel"
    r"|iedereen in|allemaal in)"
    r" (?=[A-ZÄÖÜ'])",
    re.IGNORECASE,
)
_WHOLE_WORDS = frozenset(
    {"half", "all", "everyone", "everybody", "whole", "halb", "ganz", "jeder", "alle", "heel", "iedereen", "allemaal"}
)
_HOME_WORDS = phrases(
    "live lives living resides residing resident flew flown came comes coming travelled traveled drove driven hails "
    "native originally flying flies driving drives way born raised grew home hometown moved back goes retired farm "
    "farms cottage farmhouse referred transferred airlifted brought shop pub works wohnt lebt wohnhaft wohnort "
    "kommt kam stammt gebürtig angereist hause daheim geboren aufgewachsen heimatort heimatstadt zieht extra eigens "
    "verlegt eingeflogen überwiesen hof gasthaus zurück woont woonachtig woonplaats komt kwam afkomstig getogen "
    "opgegroeid helemaal thuis speciaal gereden reist overgeplaatst ingevlogen doorverwezen boerderij terug"
)
_PEOPLE = phrases(
    "year-old yr_old yo lady gentleman man woman runner farmer fisherman patient pt girl boy lad lass chap guy "
    "retiree pensioner grandmother grandfather granny grandma grandpa gran mother father mum dad couple family "
    "widow widower teacher nurse baker butcher plumber student teenager child twins sisters brothers donor "
    "recipient champion rentner rentnerin patientin mann frau läufer läuferin junge mädchen dame herr bauer bäuerin "
    "landwirt landwirtin fischer mutter vater oma opa familie ehepaar paar witwe witwer schüler schülerin lehrer "
    "lehrerin jährige jähriger jährigen spender spenderin kind baby winzer winzerin bäcker bäckerin patiënt "
    "patiënte vrouw meneer mevrouw loper loopster jongen meisje boer boerin visser moeder vader gezin echtpaar "
    "weduwe weduwnaar leerling leraar lerares jarige donor baby bakker slager"
)
_FROM = re.compile(
    rf"(?<!\w)(?:{_PEOPLE.pattern}),? (?:[^\W\d_]{{2,14}} )?(?:from|aus|uit) (?:the |der |dem |de |het |den )?"
)
_PLACE_WORD = re.compile(
    r"(?<!\w)(?i:(?:village|hamlet|parish|town|townland|suburb|borough|county|island|township|dorf|weiler|ortsteil"
    r"|ortschaft|gemeinde"
    r"|landkreis|kreis|bezirk|stadtteil|insel|dorp|dorpje|gehucht|gemeente|wijk|eiland|stadje|städtchen|buurtschap) "
    r"(?:of |von |van )?)(?=[A-ZÄÖÜ])"
)
_PLACE_WORDS = phrases(
    "village hamlet parish town townland suburb borough county island township dorf weiler ortsteil ortschaft "
    "gemeinde landkreis kreis bezirk stadtteil insel dorp dorpje gehucht gemeente wijk eiland stadje städtchen "
    "buurtschap"
)
_COUNTY = re.compile(r"(?<!\w)(?:[A-Z][\w'-]{2,20} (?:County|Parish)|(?:County|Co\.) [A-Z][a-z'-]{2,20})(?!\w)")
_TOWN = re.compile(
    r"(?:(?:'s-|'t |Sankt |St\.? |Bad |Den )?(?:[A-ZÄÖÜ][\w'äöüßéë.-]{1,24})(?:(?: (?:am|an der|bei|im|aan de"
    r"|aan den|aan|op|on|of|upon|under|over|de|den|the|in der|ob der|near)|-)? [A-ZÄÖÜ][\w'äöüß-]{1,24}){0,2})"
)
_SMALL_TOWN = re.compile(r"[a-zäöüßéë'-]{4,24}(?= *(?:$|[.,!?;:)]|and |und |en ))")
_LIVES = re.compile(r"(?:lives? in|wohnt in|woont in|hometown is|grew up in|wohnort:?|woonplaats:?) $")
_STATES = "lexicon/states.txt"


# A dwelling that the way to it tells apart: "the last house before the wood", "derde boerderij voorbij de brug".
_DWELLING = re.compile(
    r"(?<!\w)(?:first|second|third|fourth|last|only|yellow|red|blue|white|erstes?|zweites?|drittes?|letztes?"
    r"|gelbes?|rotes?|blaues?|eerste|tweede|derde|laatste"
    r"|gele|rode|blauwe|witte)(?:s|r|n)? (?:house|cottage|farm|bungalow|caravan|houseboat|door|haus|hof"
    r"|bauernhof|hütte|hausboot|huis|huisje|boerderij|woonboot) "
    r"(?:past|before|after|behind|by|beyond|opposite|at|next to|vorm?|nach|hinterm?|am|neben|gegenüber|beim"
    r"|voorbij|voor|na|achter|bij|naast|tegenover)"
    r"(?: (?:the|dem|der|den|de|het))?(?: [\w'äöüß-]{3,24}){1,2}"
)
_DWELLINGS = frozenset(
    listed(
        "house cottage farm bungalow caravan houseboat haus hof bauernhof hütte hausboot huis huisje boerderij woonboot"
    )
)
_LIVES_THERE = frozenset(
    listed(
        "lives live home his her she he their door wohnt wohnen daheim er sie ihr ihre sein seine woont wonen thuis "
        "hij ze zij haar zijn deur address adresse adres patient patientin patiënt lift taxi"
    )
)


def homes(view: View) -> Iterator[Hit]:
    """Towns that some words make a home."""
    yield from longest(_homes(view))


def _homes(view: View) -> Iterator[Hit]:
    vocabulary = view.vocabulary
    if not _DWELLINGS.isdisjoint(vocabulary) and not _LIVES_THERE.isdisjoint(vocabulary):
        for m in _DWELLING.finditer(view.low):
            yield Hit(m.start(), m.end(), "place", "dwelling", 0.6)
    if not _HOME_WORDS.triggers.isdisjoint(vocabulary):
        yield from _towns(view, _HOME)
    if not _LINKS.isdisjoint(vocabulary) and not _PEOPLE.triggers.isdisjoint(vocabulary):
        yield from _towns(view, _FROM)
    if not _NEAR.isdisjoint(vocabulary):
        yield from _of_somebody(view)
    if not _WHOLE_WORDS.isdisjoint(vocabulary):
        for m in _WHOLE_TOWN.finditer(view.text):
            town = _TOWN.match(view.text, m.end())
            if (
                town
                and view.lexicon.town(view.words_in(town.start(), town.end())[0].fold)
                and not _is_thing(view, town)
            ):
                yield Hit(town.start(), _end(view, town), "place", "whole-town", 0.6)
    if not _PLACE_WORDS.triggers.isdisjoint(vocabulary):
        for m in _PLACE_WORD.finditer(view.text):
            town = _TOWN.match(view.text, m.end())
            if town and not _is_thing(view, town):
                yield Hit(town.start(), _end(view, town), "place", "home-kind", 0.7)
        for m in _COUNTY.finditer(view.text):
            yield Hit(m.start(), m.end(), "place", "county", 0.7)
    if view.lang == "de":
        yield from _by_form(view)


_LINKS = frozenset({"from", "aus", "uit"})
_NEAR = frozenset({"from", "past", "near", "outside", "aus", "nahe", "uit", "vanuit", "nabij", "bij"})


def _of_somebody(view: View) -> Iterator[Hit]:
    for m in _OF_SOMEBODY.finditer(view.text):
        town = _TOWN.match(view.text, m.end())
        if not town or _is_thing(view, town):
            continue
        sentence = around(view.low, m.start(), town.end())
        is_town = any(view.lexicon.town(w.fold) for w in view.words_in(town.start(), town.end()))
        if is_town and _SOMEBODY.search(sentence) and not _OTHERS.search(sentence):
            yield Hit(town.start(), _end(view, town), "place", "home-of-somebody", 0.6)


def _towns(view: View, pattern: re.Pattern[str]) -> Iterator[Hit]:
    for m in pattern.finditer(view.low):
        town = _TOWN.match(view.text, m.end())
        if town:
            if not _is_thing(view, town):
                yield Hit(town.start(), _end(view, town), "place", "home", 0.8)
        elif _LIVES.search(m.group()):
            small = _SMALL_TOWN.match(view.text, m.end())
            if small and not view.plain(view.words_in(small.start(), small.end())[0].fold):
                yield Hit(small.start(), small.end(), "place", "home-small", 0.6)


def _end(view: View, town: re.Match[str]) -> int:
    """German writes its nouns with a capital too: "Rommersheim im Winter" ends with its first word."""
    words = view.words_in(town.start(), town.end())
    end = words[0].end
    for word in words[1:]:
        if word.cap and view.plain(word.fold) and not view.lexicon.town(word.fold) and view.lang == "de":
            break
        if word.cap:
            end = word.end
    return max(end, town.start() + 1)


_TOWN_FORM = re.compile(
    r"(?<!\w)(?:in|aus|bei|nach|von) (?P<town>[A-ZÄÖÜ][a-zäöüß]{2,20}"
    r"(?:bach|heim|hausen|dorf|burg|stadt|ingen|hofen|kirchen|brunn|stetten|weiler|rode|büttel|moos|reuth|bühl"
    r"|beuren)|[A-ZÄÖÜ][a-zäöüß]{2,20}(?P<noun>wald|feld|tal|ach|winkel|zell))(?!\w)"
)


def _by_form(view: View) -> Iterator[Hit]:
    """German towns are built like nouns, but few nouns end as they do; large towns and known words may stand."""
    for m in _TOWN_FORM.finditer(view.text):
        town = view.word_at(m.start("town"))
        if not town or view.plain(town.fold) or town.fold in view.lexicon.places:
            continue
        if not (m["noun"] and view.lexicon.compound(town.fold, "de")):
            yield Hit(m.start("town"), m.end("town"), "place", "town-form", 0.5)


def _is_thing(view: View, town: re.Match[str]) -> bool:
    """A state, a country, a word of the language that no town is called by, an abbreviation."""
    words = view.words_in(town.start(), town.end())
    states = packaged.words(_STATES)
    name = _end_stripped(town).lower()
    if not words or name in states or (len(words) == 1 and words[0].text.lower() in states):
        return True
    first = words[0]
    if len(words) > 1:
        return all(view.lexicon.everyday(w.fold, view.lang) for w in words)
    if first.upper and len(first.text) <= 4:
        return True
    known_town = first.fold in view.lexicon.places or view.lexicon.town(first.fold)
    return view.plain(first.fold) and not known_town


def _end_stripped(town: re.Match[str]) -> str:
    return town.group().rstrip(".'-")
