"""What singles a person out without a name: roles, work, school, pictures, traits: item (Q), (b)(2)(ii), recital 26."""

import re
from collections.abc import Iterator

from streams.scrub import packaged
from streams.scrub.listing import words
from streams.scrub.normalise import fold
from streams.scrub.spans import Hit
from streams.scrub.view import View

_SOLE = (
    r"(?:only|sole|last(?: remaining| surviving| living)?|first (?:female|male|black|deaf|blind)|oldest"
    r"|youngest|tallest|most famous|best[- ]known|einzige[nrsm]?|letzte[nrsm]?|älteste[nrsm]?|jüngste[nrsm]?"
    r"|bekannteste[nrsm]?|enige|allerlaatste|laatste|oudste|jongste|bekendste)"
)
_WHOSE = r"(?:(?:the|our|this|his|her|der|die|das|den|dem|unser\w{0,2}|de|het|onze|ons|\w{1,30}'s|\w{1,30}s) )?"
_ROLE_PLACE = re.compile(
    rf"(?<!\w)(?P<clause>{_WHOSE}{_SOLE} (?:[\w'-]{{1,30}} ){{1,4}}(?:in|at|of|from|on|within|im|in der|am"
    rf"|an der|auf|aus|von|vom|van|uit|op|bij) (?:the |our |this |der |dem |den |de |het |ons "
    rf"|onze )?(?P<place>[\w'äöüß-]{{1,30}}(?: [A-Z][\w'-]{{1,30}})?))"
)
_SOLE_HEAD = re.compile(rf"(?<!\w)(?P<clause>{_WHOSE}{_SOLE})(?= )")
_NEXT_WORD = re.compile(r" [\w'-]{1,30}")
# How many words may stand between "the only" and the role: "the only female deep-sea diver".
_SOLE_WORDS_MAX = 4
_OFFICE = re.compile(
    r"(?<![\w-])(?P<clause>(?:(?:former|ex-?|retired|deputy|acting|ehemalige[rn]?|früherer?"
    r"|pensionierte[rn]?|ex-|oud-|voormalige?|gepensioneerde?)\s?)?"
    r"(?P<office>[\w-]{3,30})(?:'s (?:wife|husband|son|daughter|mother|father))? (?:of|at|for|der|des|von"
    r"|vom|in|im|am|aus|van|uit|bij|te) (?:the |der |dem |den |de "
    r"|het )?(?P<place>[A-ZÄÖÜ][\w'äöüß-]{2,30}(?: [A-ZÄÖÜ][\w'äöüß-]{2,30}){0,2}))"
)
_OFFICES = words(
    "mayor mayoress bürgermeister bürgermeisterin oberbürgermeister burgemeester wethouder landrat landrätin "
    "minister ministerin president präsident präsidentin premier senator governor sheriff vicar priest pastor "
    "pastorin pfarrer pfarrerin pastoor dominee imam rabbi bishop bischof bisschop headmaster headmistress "
    "headteacher principal schulleiter schulleiterin schooldirecteur rektor harbourmaster harbormaster "
    "havenmeester hafenmeister lighthouse-keeper postmaster postmistress councillor captain kapitein kapitän "
    "goalkeeper trainer organist kantor dirigent stationmaster forester förster bankdirektor judge richter ceo "
    "chairman chairwoman vorsitzende vorsitzender voorzitter"
)
_OFFICE_ENDINGS = tuple(sorted(_OFFICES))  # German and Dutch glue the village to the office: Dorfpfarrer
_FAMOUS = re.compile(
    r"(?<!\w)(?:(?:a |the |our |well-)?(?:famous|well[- ]known|celebrity|award[- ]winning|olympic"
    r"|world champion|ex-premier league|former (?:professional|olympic|international|premier league)"
    r"|bekannte[rn]?|berühmte[rn]?|prominente[rn]?|ehemalige[rn]? (?:profi|national)\w{0,12}|bekende"
    r"|beroemde|voormalige? (?:prof|international)\w{0,6}) (?:[\w'-]{1,30} ){0,2}(?P<role>[\w-]{2,40})"
    r"|lottery winner|lottogewinner(?:in)?|loterijwinnaar|tv (?:star|presenter|host)|fernsehstar"
    r"|fernsehmoderator(?:in)?|tv-presentat(?:or|rice)|social media star|influencer(?:in)?|youtuber(?:in)?"
    r"|only survivor|sole survivor)(?!\w)"
)
_WORK = re.compile(
    r"(?<!\w)(?:(?:works?|worked|working|teaches|taught|teaching|employed|drives|volunteers|apprentice"
    r"|student|pupil|teacher|nurse|clerk|manager|coach|janitor|cashier|driver|foreman|studies|plays"
    r"|goes to school|back to work|colleagues|lads|staff) (?:in |part-time )?(?:at|for|with|from) (?:the )?"
    r"|(?:arbeitet|arbeitete|schafft|angestellt|beschäftigt|lehrt|unterrichtet|studiert|ausbildung|lehre"
    r"|azubi|schüler(?:in)?|lehrer(?:in)?|kollegen|kolleginnen|mitarbeiter(?:in)?|chef(?:in)?"
    r"|spielt) (?:\w+ )?(?:bei|beim|an der|am|von|vom|in der|im|für) (?:der |dem |den )?"
    r"|(?:werkt|werkte|werkzaam|studeert|leerling|leraar|lerares|juf|collega's|medewerk(?:er|ster)|stage"
    r"|speelt|traint|les) (?:\w+ )?(?:bij|op|aan|van|in) (?:de |het )?)"
)
_FIRM = re.compile(
    (
        r"(?<!\w)(?:(?:betrieb|firma|fa\.|bäckerei|metzgerei|fleischerei|schreinerei|tischlerei|gasthaus"
        r"|gasthof|autohaus|kanzlei|brauerei|weingut|apotheke|druckerei|spedition|bakkerij|slagerij|firma"
        r"|garage|bouwbedrijf|kapsalon|café|restaurant|drukkerij|brouwerij|kwekerij|boerderij|basisschool"
        r"|grundschule|realschule|gymnasium|hauptschule|gesamtschule|kita|kindergarten|college|lyceum"
        r"|kleuterschool|universität|hochschule|hogeschool|universiteit|sportverein|voetbalclub"
        r"|the) )(?=[A-ZÄÖÜ])"
    ),
    re.IGNORECASE,
)
_SCHOOL = re.compile(
    r"(?<!\w)(?:[A-ZÄÖÜ][\w'.äöüß-]{1,24} ){1,3}(?:Elementary|Primary|Academy|Grammar|Middle School"
    r"|High School|High|Secondary|Kindergarten|Preschool|Nursery|Prep|College|Bakery|Brewery|Garage"
    r"|Butchers?|Pub|Inn|Farm|Dairy|Plumbing|Motors|Builders|Bros|& Sons|Ltd|Inc|LLC|GmbH|AG|KG|BV"
    r"|NV)(?: School)?(?!\w)"
    r"|(?<!\w)[A-Z][\w]{1,24}'s (?:bakery|brewery|garage|shop|pub|farm|store|salon|restaurant|bar|café"
    r"|butchers?|school|deli|diner|bakehouse|pharmacy)(?!\w)"
    r"|(?<!\w)[A-ZÄÖÜ][\w'äöüß]{1,24}-(?:Grundschule|Realschule|Gymnasium|Gesamtschule|Schule|Werke|Werk"
    r"|College|Lyceum|school)(?!\w)"
)
_PHOTO = re.compile(
    r"(?<!\w)(?:(?:full[- ]face|close[- ]?up|unblurred|uncropped|clear) (?:\w+ )?(?:photos?|pictures?|pics?"
    r"|shots?|images?|video|view)(?: of (?:the |our |her |his )?(?:patient|face|man|woman|lady|child|boy"
    r"|girl|\w+'s face))?"
    r"|(?:photos?|pictures?|pics?|selfies?|video|footage|snaps?|clips?|images?|portraits?) (?:of|with"
    r"|showing) (?:the |our |this |her |his |their |a )?(?:\w+ ){0,2}(?:patients?|face|eyes|husband|wife"
    r"|daughter|son|mother|father|family|kids?|child|donor|recipient|him|her|runner|bystander|tattoo|scar"
    r"|birthmark)"
    r"|(?:her|his|patient'?s?|their) (?:face|tattoos?|birthmark|id|passport|photo"
    r"|picture)(?: \w+){0,3} (?:is |are |was )?(?:visible|showing|shown|on (?:the )?(?:screen|camera"
    r"|monitor|stream|wall)|recogni[sz]able|in (?:the )?(?:shot|frame|picture|view))"
    r"|(?:you can see|can see|recogni[sz]e) (?:her|his|the patient'?s?|their) (?:face|tattoo|eyes)"
    r"|face (?:is )?(?:visible|recogni[sz]able|in (?:the )?(?:shot|frame|picture))|(?:visible|distinctive"
    r"|unique|recogni[sz]able) (?:tattoo|scar|birthmark|face)|wedding (?:photo|picture)"
    r"|before[- ]and[- ]after (?:photo|picture|pic)s?"
    r"|(?:fotos?|bild(?:er)?|selfies?|video|aufnahmen?|schnappschuss|porträt) (?:von|mit|vom|der"
    r"|des) (?:der |dem |den |ihr\w{0,2} |sein\w{0,2} )?(?:\w+ ){0,1}(?:patient(?:in|en)?|gesicht\w{0,2}"
    r"|familie|tochter|sohn|mann|frau|spender\w{0,2}|kind\w{0,2}|ihr|ihm|tattoo|narbe)|gesicht (?:ist "
    r"|war )?(?:\w+ ){0,2}(?:erkennbar|zu sehen|zu erkennen|sichtbar|im bild|im monitor)|(?:patientin"
    r"|patient|patienten) (?:ist )?(?:\w+ ){0,2}(?:erkennbar|im bild|zu erkennen)|(?:ihr|sein|auffälliges"
    r"|erkennbares) (?:tattoo|muttermal|gesicht)"
    r"|(?:foto'?s?|plaatjes?|selfies?|video|filmpjes?|beelden|opnames?|portret) (?:van|met) (?:de |het "
    r"|haar |zijn |hun )?(?:\w+ ){0,1}(?:patiënte?n?|gezicht|familie|dochter|zoon|man|vrouw|donor|kind|hem"
    r"|haar|tatoeage|litteken)|gezicht (?:is |was )?(?:\w+ ){0,2}(?:herkenbaar|zichtbaar|te zien|in beeld)"
    r"|(?:patiënte?) (?:is )?(?:\w+ ){0,2}(?:herkenbaar|in beeld)|(?:haar|zijn|opvallende"
    r"|herkenbare?) (?:tatoeage|moedervlek|gezicht))(?!\w)"
)
_BIOMETRIC = re.compile(
    r"(?<!\w)(?:finger ?prints?|thumb ?prints?|voice ?print|iris scan|retina(?:l)? scan|face id"
    r"|facial recognition|palm scan|dna (?:sample|profile|result|test)|genetic (?:profile|sample|result)"
    r"|voice recording|(?:her|his) voice|fingerabdr(?:uck|ücke)|stimmabdruck|irisscan|gesichtserkennung"
    r"|dna-(?:probe|profil|test)|stimmaufnahme|(?:ihre|seine) stimme|vingerafdruk(?:ken)?|stemopname"
    r"|gezichtsherkenning|dna-(?:profiel|monster|test)|(?:haar|zijn) stem)(?!\w)"
)
_EN_ROLE = (
    "er",
    "or",
    "ist",
    "man",
    "woman",
    "ian",
    "eer",
    "smith",
    "maker",
    "keeper",
    "wright",
    "master",
    "mistress",
    "ess",
)
_DE_ROLE = (
    "macher",
    "bauer",
    "bläser",
    "händler",
    "meister",
    "führer",
    "wärter",
    "schmied",
    "gießer",
    "flechter",
    "erin",
    "istin",
    "orin",
    "macherin",
    "bäuerin",
    "meisterin",
    "mann",
    "frau",
    "ist",
    "ologe",
    "ologin",
    "wirt",
    "wirtin",
    "hirte",
)
_NL_ROLE = (
    "maker",
    "houder",
    "handelaar",
    "meester",
    "ster",
    "smid",
    "boer",
    "man",
    "vrouw",
    "ist",
    "aar",
    "wachter",
    "bewaarder",
    "drijver",
    "bouwer",
    "binder",
    "werker",
    "rijder",
    "stoker",
    "snijder",
    "dekker",
    "zetter",
    "loog",
    "loge",
    "ier",
)
# Nouns with such endings that are things, or people every update speaks of.
_NOT_A_ROLE = words(
    "number order paper water corner layer center centre computer monitor power water-level scanner finger "
    "letter matter quarter liner trocar counter timer chapter answer winter summer dinner offer border bladder "
    "liver ulcer cancer fever shoulder catheter laser doctor surgeon donor factor error door floor minor major "
    "motor sensor tumor tumour retractor operator monitor indicator year list exist assist resist consist "
    "wrist twist mist first best last least test rest chest fist waist problem human member other another "
    "either together never ever over under after later longer smaller sister brother mother father daughter "
    "player user viewer follower reader thing hammer fehler finger zimmer wasser muster filter messer fenster "
    "meister-schritt weiser körper meter nummer kammer klammer leber leiter schalter puffer zucker futter "
    "letzter erster bester hunger dauer mauer kanister register drittmann niemand jemand patientin patient "
    "lampe man mann frau woman vrouw person kanaal vinger kamer meter nummer letter venster hamer liter lager "
    "vier manier plezier papier dier spier nier paar jaar daar waar maar klaar haar gevaar bezwaar vijver "
    "kelder zomer winter water duur uur"
)


def roles(view: View) -> Iterator[Hit]:
    """ "The only …", "die letzte …", "de enige …", with a role or a place: one person answers to it."""
    if _SOLE_QUICK.search(view.low):
        for m in _SOLE_HEAD.finditer(view.low):
            end = _role_end(view, m.end())
            if end:
                yield Hit(m.start("clause"), _with_place(view, end), "singled-out", "sole-role", 0.7)
        for m in _ROLE_PLACE.finditer(view.low):
            if (
                view.text[m.start("place")].isupper()
                and view.lang != "de"
                and not view.plain(_fold_at(view, m.start("place")))
            ):
                yield Hit(m.start("clause"), m.end(), "singled-out", "sole-place", 0.6)
    for m in _OFFICE.finditer(view.text):
        if m["office"].lower().endswith(_OFFICE_ENDINGS):
            yield Hit(m.start("clause"), m.end(), "singled-out", "office", 0.7)
    for m in _FAMOUS.finditer(view.low):
        if m["role"] is None or _is_role(view, m["role"]):
            yield Hit(m.start(), m.end(), "singled-out", "famous", 0.6)


def _role_end(view: View, at: int) -> int:
    for _ in range(_SOLE_WORDS_MAX):
        m = _NEXT_WORD.match(view.low, at)
        if not m:
            return 0
        at = m.end()
        if _is_role(view, m.group()[1:]):
            return at
    return 0


_SOLE_QUICK = re.compile(
    r"only|sole|last|oldest|youngest|tallest|famous|known|first|einzig|letzt|ältest|jüngst|bekannt|enige|laatst"
    r"|oudste|jongst|bekend"
)
_PLACE_BEHIND = re.compile(
    r" (?:in|at|of|on|from|im|am|aus|von|vom|der|des|van|uit|op|bij|te) (?:the |our |this |der |dem |den |de "
    r"|het |ons |onze )?[\w'äöüß-]{1,30}(?: [A-ZÄÖÜ][\w'-]{1,30})?"
)


def _with_place(view: View, end: int) -> int:
    m = _PLACE_BEHIND.match(view.text, end)
    return m.end() if m else end


def _fold_at(view: View, at: int) -> str:
    word = view.word_at(at)
    return word.fold if word else ""


def _is_role(view: View, word: str) -> bool:
    low = word.lower().removesuffix("'s")
    if low in _NOT_A_ROLE or len(low) < 3:
        return False
    if low in packaged.words("lexicon/occupations.txt"):
        return True
    endings = {"en": _EN_ROLE, "de": _DE_ROLE, "nl": _NL_ROLE}[view.lang]
    return len(low) >= 7 and low.endswith(endings) and not view.lexicon.everyday(fold(low), view.lang)


def employers(view: View) -> Iterator[Hit]:
    """Where somebody works or goes to school."""
    for m in _WORK.finditer(view.low):
        end = _capital_run(view, m.end())
        if end:
            yield Hit(m.end(), end, "employer", "work-cue", 0.7)
    for m in _FIRM.finditer(view.text):
        if m.group().lower().strip() != "the":
            end = _capital_run(view, m.end())
            if end:
                yield Hit(m.start(), end, "employer", "firm-cue", 0.7)
    for m in _SCHOOL.finditer(view.text):
        yield Hit(m.start(), m.end(), "employer", "firm-form", 0.6)


_RUN = re.compile(r"[A-ZÄÖÜ][\w'&.äöüß-]{1,30}(?: (?:(?:in|of|and|und|en|am|aan) )?[A-ZÄÖÜ&][\w'&.äöüß-]{0,30}){0,5}")


def _capital_run(view: View, at: int) -> int:
    m = _RUN.match(view.text, at)
    if not m:
        return 0
    first = view.word_at(at)
    if first is None or view.plain(first.fold) or (first.upper and len(first.text) <= 4):
        return 0
    return m.end()


def pictures(view: View) -> Iterator[Hit]:
    for m in _PHOTO.finditer(view.low):
        yield Hit(m.start(), m.end(), "photo", "picture-of-person", 0.7)
    for m in _BIOMETRIC.finditer(view.low):
        yield Hit(m.start(), m.end(), "biometric", "biometric", 0.7)
