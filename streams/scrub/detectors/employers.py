"""Where somebody works or goes to school, trains or worships: 45 CFR 164.514(b)(2)(ii), GDPR recital 26."""

import re
from collections.abc import Iterator
from itertools import pairwise

from streams.scrub.detectors.institutions import institutions
from streams.scrub.listing import words
from streams.scrub.occupations import is_role
from streams.scrub.phrases import phrases
from streams.scrub.spans import Hit, longest
from streams.scrub.view import View

_WORK = re.compile(
    r"(?<!\w)(?:(?:works?|worked|working|teaches|taught|teaching|employed|drives|volunteers|apprentice|apprenticed"
    r"|trains|trained"
    r"|student|pupil|teacher|nurse|clerk|manager|coach|janitor|cashier|driver|foreman|welder|cook|cleaner|porter"
    r"|trainee|intern|studies|plays"
    r"|goes to school|back to work|colleagues|workmates|lads|staff|boss|job|shift|career|clerks|runs the|owns|sings"
    r"|worships|head|serves|serving|served|packs|stacks|pulls|bakes|sells|delivers|retired|corporal|sergeant|private"
    r"|hairdressers?|barmaid|waitress|cook)(?:(?: \w{2,10}){0,3}? (?:at|for|with|w/|w|from|of|in) (?:the )?|"
    r" (?:the )?)"
    r"|(?:arbeitet|arbeitete|schafft|angestellt|beschäftigt|lehrt|unterrichtet|studiert|ausbildung|lehre|fährt"
    r"|dient|diente|backt|bedient|kellnert|jobbt|jobt|verkauft"
    r"|azubi|schüler(?:in)?|lehrer(?:in)?|kollegen|kolleginnen|mitarbeiter(?:in)?|chef(?:in)?|meister(?:in)?"
    r"|verkäufer(?:in)?|fahrer(?:in)?"
    r"|erzieher(?:in)?|rektor(?:in)?|trainer(?:in)?|spielt|turnt|singt|job|geht) (?:\w{1,14} ){0,3}?(?:bei|beim"
    r"|an der|an die|an|am|vom|in der|im|für|auf) (?:der |dem |den |das |die )?"
    r"|(?:kollegen|kolleginnen|mitarbeiter(?:in)?|chef(?:in)?|lehrling|gruß|grüße|schüler(?:in)?"
    r"|lehrer(?:in)?) (?:von|der|des|vom) (?:der |dem |den )?"
    r"|(?:werkt|werkte|werken|werkzaam|studeert|leerling|leraar|lerares|juf|meester|collega's|medewerk(?:er|ster)"
    r"|dient|diende|bakt|brood|bezorgt|vrijwilliger|stoker|stage|kassière|chauffeur"
    r"|verkoopster|speelt|traint|les|lesgeeft|geeft les|zingt|baas|eigenaar|directeur|zit|baan|stagiaire?)"
    r" (?:\w{1,14} )?(?:bij|op|aan|van|in|voor) (?:de |het )?)"
)
# "the bakery at Kessler's": what it is may stand between the work and the name.
_WORKPLACE = re.compile(
    r"(?:[a-zäöüß-]{3,20} )?(?:bakery|butchers?|shop|store|mine|mill|factory|garage|pub|inn|school|kiosk|market"
    r"|farm|brewery|bank|bar"
    r"|café|cafe|restaurant|hotel|bakkerij|slagerij|winkel|fabriek|kraam|veiling|markt|boerderij|kroeg) (?:(?:at"
    r"|on|in|of|by|near"
    r"|van|bij|op|aan|in) )(?:the |de |het )?"
)
_WORK_WORDS = phrases(
    "work works worked working teaches taught teaching employed drives volunteers apprentice apprenticed trains "
    "trained student pupil teacher nurse clerk manager coach janitor cashier driver foreman welder cook cleaner "
    "porter trainee intern studies plays goes back colleagues workmates lads staff boss job shift career clerks "
    "serves serving served packs stacks pulls bakes sells delivers retired corporal sergeant private hairdresser"
    " hairdressers "
    "barmaid waitress dient diente backt bedient diende bakt brood bezorgt vrijwilliger stoker "
    "runs owns sings worships head arbeitet arbeitete schafft angestellt beschäftigt lehrt unterrichtet studiert "
    "ausbildung lehre fährt kellnert jobbt jobt verkauft azubi schüler schülerin lehrer lehrerin kollegen "
    "kolleginnen mitarbeiter mitarbeiterin chef chefin meister meisterin verkäufer verkäuferin fahrer fahrerin "
    "erzieher erzieherin rektor rektorin trainer trainerin spielt turnt singt geht lehrling gruß grüße werkt werkte "
    "werken werkzaam studeert leerling leraar lerares juf meester collega's medewerker medewerkster stage kassière "
    "chauffeur verkoopster speelt traint les lesgeeft geeft zingt baas eigenaar directeur zit baan stagiair "
    "stagiaire"
)
_FIRM = re.compile(
    r"(?<!\w)(?i:betrieb|firma|fa\.|bäckerei|metzgerei|fleischerei|schreinerei|tischlerei|gasthaus|gasthof|autohaus"
    r"|kanzlei|brauerei"
    r"|weingut|apotheke|druckerei|spedition|reederei|gärtnerei|konditorei|praxis|salon|hofladen|zeche|werft"
    r"|stahlwerk|feuerwehr"
    r"|bakkerij|slagerij|garage|bouwbedrijf|kapsalon|café|restaurant|drukkerij|brouwerij|kwekerij|boerderij"
    r"|scheepswerf|manege"
    r"|basisschool|grundschule|realschule|gymnasium|hauptschule|gesamtschule|kita|kindergarten|college|lyceum"
    r"|kleuterschool"
    r"|universität|hochschule|hogeschool|universiteit|uni|berufsschule|sportverein|turnverein|fußballverein"
    r"|musikverein|voetbalclub"
    r"|voetbalvereniging|fanfare|schützenverein|university of|company|messrs|firm of) (?=[A-ZÄÖÜ])"
)
_FIRM_WORDS = phrases(
    "betrieb firma fa bäckerei metzgerei fleischerei schreinerei tischlerei gasthaus gasthof autohaus kanzlei "
    "brauerei weingut apotheke druckerei spedition reederei gärtnerei konditorei praxis salon hofladen zeche werft "
    "stahlwerk feuerwehr bakkerij slagerij garage bouwbedrijf kapsalon café restaurant drukkerij brouwerij kwekerij "
    "boerderij scheepswerf manege basisschool grundschule realschule gymnasium hauptschule gesamtschule kita "
    "kindergarten college lyceum kleuterschool universität hochschule hogeschool universiteit uni berufsschule "
    "sportverein turnverein fußballverein musikverein voetbalclub voetbalvereniging fanfare schützenverein "
    "university company messrs firm"
)
_ENDINGS = (
    "Elementary|Primary|Academy|Grammar|Middle School|High School|High|Secondary|Kindergarten|Preschool|Nursery|Prep"
    "|College|University"
    "|Bakery|Brewery|Garage|Butchers?|Pub|Inn|Farm|Farms|Dairy|Plumbing|Motors|Builders|Bros|& Sons|& Co|Ltd|Inc|LLC"
    "|Corp|GmbH|AG|KG|OHG"
    "|e\\.V\\.|BV|NV|Logistics|Steelworks|Foundry|Shipyard|Mill|Mills|Colliery|Haulage|Transport|Bank|Insurance"
    "|Bakehouse|Tavern|Arms"
    "|Hotel|Church|Parish|Fire Department|Fire Station|Police|Council"
)
_FORM = re.compile(
    rf"(?<!\w)(?:[A-ZÄÖÜ][\w'.äöüß-]{{1,24}} ){{1,3}}(?:{_ENDINGS})(?: School)?(?!\w)"
    r"|(?<!\w)[A-Z][\w]{1,24}'s (?:bakery|brewery|garage|shop|pub|farm|store|salon|restaurant|bar|café"
    r"|butchers?|school|deli|diner|bakehouse|pharmacy|barber|florist|workshop|yard|chippy)(?!\w)"
    r"|(?<!\w)[A-ZÄÖÜ][\w'äöüß]{1,24}-(?:Grundschule|Realschule|Gymnasium|Gesamtschule|Schule|Werke|Werk|Werft"
    r"|Apotheke|Bäckerei|College|Lyceum|school|fabriek)(?!\w)"
)
_FORM_WORDS = phrases(
    "elementary primary academy grammar school high secondary kindergarten preschool nursery prep college "
    "university bakery brewery garage butcher butchers pub inn farm farms dairy plumbing motors builders bros sons "
    "co ltd inc llc corp gmbh ag kg ohg e bv nv logistics steelworks foundry shipyard mill mills colliery haulage "
    "transport bank insurance bakehouse tavern arms hotel church parish department station police council shop "
    "store salon restaurant bar café deli diner pharmacy barber florist workshop yard chippy grundschule realschule "
    "gymnasium gesamtschule schule werke werk werft apotheke bäckerei lyceum fabriek"
)
# A role in front of "at", "bei", "bij" and a name: "tapijtwever bij Zwartewater", "barmaid at Hollinger's".
_ROLE_AT = re.compile(
    r"(?<!\w)(?P<role>[a-zäöüß-]{4,30}|[A-ZÄÖÜ][a-zäöüß-]{3,30}) (?:at|with|for|bei|beim|bei der|an der|am|in der"
    r"|vom|von der|bij|op|van) (?:the |de |het |der |dem )?(?=[A-ZÄÖÜ])"
)
_AT_WORDS = frozenset({"at", "with", "for", "bei", "beim", "an", "am", "vom", "bij", "op", "van", "von", "in"})
_SCHOOL_ENDINGS = (
    *(
        "schule",
        "gymnasium",
        "kita",
        "kindergarten",
        "werk",
        "werke",
        "werft",
        "brauerei",
        "mühle",
        "käserei",
        "molkerei",
    ),
    *("school", "fabriek", "bakkerij", "brouwerij", "kaasmakerij", "werf"),
)
# Not a name of its own until something stands before it: "an der Deichschule", not "an der Grundschule".
_SCHOOLS = words(
    "schule grundschule realschule hauptschule gesamtschule hochschule berufsschule fahrschule volksschule "
    "musikschule mittelschule gymnasium kita kindergarten werk werke werft brauerei mühle käserei molkerei "
    "kraftwerk bauwerk feuerwerk handwerk netzwerk uhrwerk kunstwerk schuhwerk mauerwerk laufwerk triebwerk "
    "stockwerk klinikschule pflegeschule schwesternschule school basisschool middelbareschool hogeschool "
    "muziekschool fabriek bakkerij brouwerij werf kaasmakerij"
)
_RUN = re.compile(
    r"(?:[A-ZÄÖÜ]|(?=[a-z]{0,12}[A-Z])[a-z])[\w'&.äöüß-]{1,30}(?: (?:(?:in|of|and|und|en|am|aan|für|voor|de"
    r"|van) )?[A-ZÄÖÜ&][\w'&.äöüß-]{0,30}){0,5}"
)
# The house and its people are the programme's.
_ARTICLES = words("de het die der das den st sint sankt")
_HOUSE = words(
    "theatre theater or op ok saal hospital klinik ziekenhuis team surgery icu ward station knie hüfte heup hip "
    "knee live uhr monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag "
    "freitag samstag sonntag january february march april may june july august september october november december "
    "christmas easter nacht tag dr prof"
)


def employers(view: View) -> Iterator[Hit]:
    yield from longest(_employers(view))


def _employers(view: View) -> Iterator[Hit]:
    yield from institutions(view)
    if not _WORK_WORDS.absent(view):
        for m in _WORK.finditer(view.low):
            within = _WORKPLACE.match(view.low, m.end())
            at = within.end() if within else m.end()
            end = _capital_run(view, at)
            if end:
                yield Hit(m.end(), end, "employer", "work-cue", 0.7)
    if not _AT_WORDS.isdisjoint(view.vocabulary):
        yield from _beside_roles(view)
    if not _FIRM_WORDS.absent(view):
        for m in _FIRM.finditer(view.text):
            end = _capital_run(view, m.end())
            if end:
                yield Hit(m.start(), end, "employer", "firm-cue", 0.7)
    if not _FORM_WORDS.absent(view):
        for m in _FORM.finditer(view.text):
            if not _is_sentence(view, m):
                yield Hit(m.start(), m.end(), "employer", "firm-form", 0.6)


def _beside_roles(view: View) -> Iterator[Hit]:
    for m in _ROLE_AT.finditer(view.text):
        end = _capital_run(view, m.end()) if is_role(view, m["role"].removeprefix("oud-").removeprefix("ex-")) else 0
        if end:
            yield Hit(m.start("role"), end, "employer", "role-at", 0.6)


def _is_sentence(view: View, m: re.Match[str]) -> bool:
    """ "Great College team": words of every day before a word of the list are no name."""
    head = view.words_in(m.start(), m.end())[:-1]
    return bool(head) and all(view.lexicon.everyday(w.fold, view.lang) for w in head)


def _capital_run(view: View, at: int) -> int:
    m = _RUN.match(view.text, at)
    if not m:
        return 0
    first = view.word_at(at)
    if first and first.fold in _ARTICLES and len(view.words_in(m.start(), m.end())) > 1:
        return _end(view, m)  # "basisschool De Klimop"
    if first and first.text.lower().endswith(_SCHOOL_ENDINGS) and first.text.lower() not in _SCHOOLS:
        return _end(view, m)
    if first is None or first.fold in _HOUSE or (first.upper and len(first.text) <= 2):
        return 0
    if view.lexicon.everyday(first.fold, view.lang) or (view.lang == "de" and view.lexicon.noun(first.fold)):
        return 0
    if view.lang == "de" and view.plain(first.fold):
        return 0
    return _end(view, m)


def _end(view: View, m: re.Match[str]) -> int:
    """German writes its nouns with a capital too: "Rommel-Realschule in Teilzeit" ends before "in"."""
    found = view.words_in(m.start(), m.end())
    for before, word in pairwise(found):
        if (
            view.lang == "de"
            and not before.cap
            and word.cap
            and view.plain(word.fold)
            and not view.lexicon.town(word.fold)
        ):
            return next(w.end for w in reversed(found) if w.cap and w.start < before.start)
    return m.end()
