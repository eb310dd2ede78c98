"""Schools, clubs, parishes, regiments and shops by the form of their names, when somebody belongs to them.

Firms behind a word for work are in `employers.py`; both report under the same detector.
"""

import re
from collections.abc import Iterator

from streams.scrub.listing import words
from streams.scrub.sentences import around
from streams.scrub.spans import Hit
from streams.scrub.view import View

# What an institution is, before its name. German and Dutch put anything in front: Musikmittelschule, roeivereniging.
_KIND = (
    r"(?:(?:[\wäöüß-]{0,20}(?:schule|gymnasium|lyzeum|kita|kindergarten|kinderkrippe|hort|internat|akademie"
    r"|kolleg|verein|club|klub|chor|kapelle|harmonie"
    r"|orchester|spielmannszug|fanfarenzug|feuerwehr|zunft|garde|gilde|loge|bataillon|regiment|kompanie"
    r"|geschwader|gemeinde|pfarrei|finanzamt|landratsamt"
    r"|rathaus|bäckerei|metzgerei|konditorei|buchhandlung|gärtnerei|tischlerei|schreinerei|spenglerei"
    r"|kfz-werkstatt|werkstatt|brauerei|käserei|molkerei"
    r"|supermarkt|baumarkt|handel|museum|heim|stift|zeche|hütte|kiosk)"
    r"|[\w-]{0,20}(?:basisschool|school|lyceum|obs|kdv|kinderopvang|crèche|vereniging|koor|harmonie|fanfare"
    r"|brandweer|gilde|compagnie|bataljon|parochie"
    r"|kerk|gemeentehuis|bakkerij|slagerij|kwekerij|handel|winkel|boekhandel|kringloop|brouwerij|fabriek|werf"
    r"|manege|stoomlijn|museum|camping|kazerne)"
    r"|elementary|primary|nursery|preschool|daycare|school|college|academy|club|choir|band|orchestra|troop|lodge"
    r"|guild|parish|chapel|regiment|battalion"
    r"|squadron|company|bakery|butchers?|garage|shop|store|supermarket|pub|inn|bar|café|cafe|diner|brewery|mill"
    r"|factory|mine|colliery|quarry|museum|farm))"
)
_OF = (
    r"(?:(?:am|an der|an den|im|in der|in den|zum|zur|beim|vom|von|unter den|auf der|auf dem|aan de|aan het|op"
    r" de|op het|in de|in het|bij|van|at|on|in|of|by|the|de|het"
    r"|'t|den|die|der|das|st\.?|sankt|sint|zu den) ){0,2}"
)
_ENDS = tuple(sorted({end for word in re.findall(r"[a-zäöüßéè]{3,}\??", _KIND.replace(r"\wäöüß", "")) for end in (
    word.rstrip("?"), word.rstrip("?").removesuffix("s") if word.endswith("?") else word)}))  # fmt: skip
_NAMED = re.compile(
    rf"(?<!\w)(?P<kind>(?i:{_KIND})) (?P<of>(?i:{_OF}))(?P<name>(?:[A-ZÄÖÜ][\w'&.äöüß-]{{2,30}})(?: (?:(?:&|and"
    rf"|und|en|am|an der|aan de|of) )?[A-ZÄÖÜ&][\w'äöüß-]{{1,30}}){{0,3}})"
)
# Clubs and units by their letters and numbers.
_CLUB = re.compile(
    r"(?<!\w)(?:FC|AFC|RFC|TSV|TuS|SpVgg|VfL|VfB|FSV|ASV|ESV|BSV|SpVg|RKV|VVV|GAA|CLG|HSV|TTC|THW|DLRG|FF|1\."
    r" ?FC) [A-ZÄÖÜ][\wäöüß-]{2,24}(?: [A-ZÄÖÜ][\wäöüß-]{2,24})?"
    r"|(?<!\w)(?:[A-Z][\w'-]{2,24} ){1,2}(?:FC|AFC|RFC|GAA|United|Rovers|Wanderers|Rangers|Athletic|Harriers"
    r"|Albion|Scouts|Brownies|Cubs|Guides|Young Farmers|Silver Band"
    r"|Brass Band|Male Voice Choir|Montessori|Comprehensive|Infants|Juniors|Fusiliers|Lancers|Hardware|Cathedral"
    r"|Abbey)(?!\w)"
    r"|(?<!\w)(?:the )?\d{1,3}(?:st|nd|rd|th|e|\.) (?:[A-Z][\w-]{2,20} )?(?:Regiment|Battalion|Signals|Brigade"
    r"|Squadron|Fusiliers|Rifles|Lancers|Engineers|Infantry|Bataillon"
    r"|Kompanie|[A-Z][\w]{2,20}(?:compagnie|bataljon|kompanie|bataillon|regiment|brigade))(?:, [A-Z] (?:Company"
    r"|Kompanie))?(?!\w)"
    r"|(?<!\w)[A-ZÄÖÜ][a-zäöü]{2,24}(?:bataillon|regiment|kompanie|geschwader|bataljon|brigade) \d{1,3}(?!\w)"
    r"|(?<!\w)(?:[A-ZÄÖÜ][\w'äöüß-]{2,24} ){1,2}(?:&|und|and|en) (?:Zn|Zoon|Zonen|Sohn|Söhne|Sons?|Co|Partner"
    r"|Töchter|Dochters)(?!\w)"
)
# Parishes and churches that are called after a saint in one word: "der Johannisgemeinde".
_PARISH = re.compile(
    r"(?<!\w)[A-ZÄÖÜ][a-zäöü]{3,20}(?:gemeinde|pfarre|pfarrei|stift|kirche|parochie|kerk|schule|school|gymnasium"
    r"|bad)(?!\w)"
)
_COMMON = words(
    "kirchengemeinde pfarrgemeinde ortsgemeinde stadtgemeinde stadtkirche dorfkirche dorpskerk grundschule"
    " realschule hauptschule "
    "musikschule skischule tanzschule fahrschule volksschule mittelschule oberschule förderschule sonderschule"
    " abendschule "
    "hochschule berufsschule pflegeschule krankenpflegeschule klinikschule volkshochschule basisschool"
    " hogeschool middelbareschool "
    "muziekschool dansschool zwemschool rijschool hallenbad freibad schwimmbad thermalbad wasserbad eisbad"
    " ultraschallbad bewegungsbad zwembad"
)
# Whoever belongs to it, or is greeted from there.
_TIED = words(
    "she he she's he's her his him their sie er ihr ihre ihrem ihren ihrer sein seine seinem seiner ze zij hij"
    " haar zijn hem "
    "teacher teaches pupil pupils class year classmates colleagues workmates boss lads greetings greets sends"
    " sent card wishes goes "
    "works worked job shift retired lehrer lehrerin schüler schülerin klasse kollegen chef azubi azubis lehrling"
    " grüßt grüße gruß "
    "glückwünsche gratuliert schickt geschickt arbeitet geht dient mitglied spielt singt turnt trainiert"
    " leerling leerlingen klas "
    "juf meester collega's baas groeten groetjes kaart stuurt werkt werkte gaat lid speelt zingt traint patient"
    " patientin patiënt "
    "mother father mum dad mutter vater mama papa moeder vader daughter son tochter sohn dochter zoon mevrouw"
    " meneer frau herr dame "
    "lady gentleman man woman mann vrouw boy girl junge mädchen jongen meisje küster mesner koster sergeant"
    " corporal feldwebel "
    "korporal soldat soldier soldaat member volunteer vrijwilliger helferin sitzt zit uniform jacke jas vest"
    " shirt trikot hemd "
    "warnweste hesje posaune trompete trommel tuba flöte trommelaar hip knee wrist hüfte knie handgelenk heup pols"
)
# The house that hosts the event, and those who treat.
_HOUSE = words(
    "hospital klinik klinikum ziekenhuis university universität universiteit medical medizinische hall saal zaal"
    " theatre op ok red cross "
    "rotes kreuz sanitäter ehbo congress kongress congres stage bühne podium live team"
)


def institutions(view: View) -> Iterator[Hit]:
    if not any(word.cap for word in view.words) or _TIED.isdisjoint(view.vocabulary):
        return
    for m in _named(view):
        if _is_name(view, m) and _is_tied(view, m):
            yield Hit(m.start(), m.end(), "employer", "institution", 0.6)
    for m in _CLUB.finditer(view.text):
        if _is_tied(view, m):
            yield Hit(m.start(), m.end(), "employer", "club", 0.6)
    for m in _PARISH.finditer(view.text):
        word = m.group().lower()
        if word not in _COMMON and not view.lexicon.in_dictionary(word, view.lang) and _is_tied(view, m):
            yield Hit(m.start(), m.end(), "employer", "parish", 0.5)


def _named(view: View) -> Iterator[re.Match[str]]:
    """Tried only where a word ends as an institution does: the pattern itself tries twenty letters at each place."""
    behind = 0
    for word in view.words:
        if word.start < behind or not word.text.lower().endswith(_ENDS):
            continue
        start = word.start
        while start and (view.text[start - 1].isalnum() or view.text[start - 1] in "-_"):
            start -= 1
        m = _NAMED.match(view.text, start)
        if m is not None:
            behind = m.end()
            yield m


def _is_name(view: View, m: re.Match[str]) -> bool:
    found = view.words_in(m.start("name"), m.end("name"))
    if not found or any(w.text.lower() in _HOUSE for w in found) or view.shouts:
        return False
    first = found[0]
    if m["of"] and (len(found) > 1 or view.lang != "de"):
        return not view.lexicon.everyday(first.fold, view.lang)
    if view.lang == "de":
        return not (view.plain(first.fold) or view.lexicon.noun(first.fold)) or view.lexicon.town(first.fold)
    return not view.lexicon.everyday(first.fold, view.lang)


def _is_tied(view: View, m: re.Match[str]) -> bool:
    near = around(view.low, m.start(), m.end())
    rest = near.replace(m.group().lower(), " ")
    return not _TIED.isdisjoint(_WORDS.findall(rest))


_WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]{1,12})?")
