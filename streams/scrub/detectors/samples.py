"""What is measured, cast or taken of one body and tells it from all others: samples, prints, patterns, with an owner.

What says by itself that it is biometric ("fingerprint") is in `pictures.py`: 45 CFR 164.514(b)(2)(i)(P).
"""

import re
from collections.abc import Iterator

from streams.scrub.listing import words
from streams.scrub.spans import Hit
from streams.scrub.view import View

_WORD = r"[\w'äöüßëé-]{1,30}"
_OWNER = (
    r"(?:her|his|their|ihre?[mnrs]?|seine?[mnrs]?|deren|dessen|haar|zijn|hun|(?:the )?(?:patient|donor"
    r"|baby|mum|dad|runner|lady|man|woman)'s)"
)
_SOMEBODY = (
    r"(?:him|her|them|patient(?:in|en)?|patiënte?|baby|child|kid|twins?|mother|father|mum|dad|sisters?|brothers?"
    r"|runner|rider|winner|lady|gentleman|man|woman"
    r"|boy|girl|donor|recipient|volunteer|ihr|ihm|ihnen|kleinen|kindes|kind|mutter|vaters?|schwestern?|brüder"
    r"|zwillinge|siegerin|siegers?|läufer(?:in|s)?"
    r"|frau|mannes|mann|dame|herrn|jungen|mädchens|spender(?:in|s)?|empfänger(?:in|s)?|seniorin|probandin"
    r"|probanden|freiwilligen"
    r"|hem|moeder|vader|zussen|broers|broer|zus|tweeling|winnaar|winnares|loper|loopster|vrouw|meneer|mevrouw"
    r"|jong(?:en|etje)|meisje|ontvanger|vrijwilliger)"
)
_BODILY = (
    r"(?:(?:finger|thumb|palm|hand|foot|toe|ear|lip|voice|iris|retinal?|vein|face|facial|gait|walking|tooth"
    r"|teeth|bite|dental|genetic|genomic|dna|genome|heartbeat)"
    r"[- ]?(?:prints?|scans?|patterns?|traces?|profiles?|casts?|moulds?|impressions?|maps?|models?|mesh"
    r"|recordings?|samples?|signatures?|templates?|videos?|analys[ie]s)"
    r"|(?:hair|saliva|dna|skin|nail|sweat) (?:samples?|swabs?|specimens?|tubes?|strands?)|lock of hair"
    r"|\w{0,8}(?:finger|daumen|hand|handflächen|fuß|ohr|zahn|gebiss|stimm|iris|netzhaut|venen|adern|gesichts"
    r"|gang|erbgut|gen|dna|genom|sprach|haar|speichel|haut)-?\w{0,10}"
    r"(?:abdr(?:uck|ücke)|abguss|scans?|muster|profile?|proben?|analysen?|tests?|sequenz(?:en)?|spur|vorlage"
    r"|daten|locke)"
    r"|tonspur|tonaufnahme|mitschnitt|geluidsopname|geluidsfragment|audio"
    r"|\w{0,8}(?:vinger|duim|hand|handpalm|voet|oor|gebits?|tand|stem|iris|netvlies|ader|gezichts|loop|gen|dna"
    r"|genoom|spraak|haar|speeksel|huid)-?\w{0,10}"
    r"(?:afdruk(?:ken|je)?|afgietsel|scans?|patro(?:on|nen)|profiel(?:en)?|monsters?|analyses?|tests?|sta(?:al"
    r"|len)|data|lok|uitslag|buisje)"
    r"|(?:dna|erbgut|genome?|genoom|chromosomen))"
)
# Taken from everybody every day: an owner whom the others know makes it somebody's.
_FLUID = (
    r"(?:(?:blood|tissue|urine|stool|bone|marrow|plasma|serum|sperm|semen) (?:samples?|specimens?|tubes?|vials?"
    r"|spots?|cards?)"
    r"|(?:blut|gewebe|urin|stuhl|knochen|plasma|serum|sperma|haar)(?:s|n)?-?(?:proben?|röhrchen|karten?|tropfen)"
    r"|(?:bloed|weefsel|urine|ontlasting|bot|plasma|serum|sperma)-?(?:monsters?|buisjes?|kaartjes?|stalen|staal"
    r"|druppels?|potje))"
)
_KNOWN_OWNER = (
    r"(?:baby|child|kid|twins?|mother|father|mum|dad|sisters?|brothers?|runner|rider|winner|champion|lady|boy"
    r"|girl|kleinen|kindes|mutter|vaters?|schwestern?"
    r"|brüder|zwillinge|siegerin|siegers|läufer(?:in|s)|radler(?:in|s)?|dame|jungen|mädchens|seniorin|moeder"
    r"|vader|zussen|broers|zus|broer|tweeling|winnaar|winnares"
    r"|loper|loopster|mevrouw|meneer|jong(?:en|etje)|meisje)"
)
_BEFORE = r"(?:(?:the|a|der|die|das|dem|den|ein\w{0,2}|de|het|een) )?"
_OF = (
    r"(?:of|from|von|vom|der|des|unserer|unseres|van|vd|where|on which|wie|waarop)(?: (?:the|our|this|der"
    r"|dem|den|de|het|onze|deze|dit|both|beiden?|beide|seiner|ihrer))?"
)
_OWNED = re.compile(
    rf"(?<![\w'])(?:{_OWNER} (?:(?:left|right|own|linke[nrs]?|rechte[nrs]?|eigene[nrs]?|linker|rechter) )?{_BODILY}"
    rf"|{_BEFORE}{_BODILY}(?:,? (?:card|on film|sample|tube))?,? {_OF} (?:{_WORD} )?{_SOMEBODY}"
    rf"|{_BEFORE}{_BODILY} (?:seiner|seines|ihrer|ihres) {_WORD}|{_BEFORE}{_BODILY},? (?:of|von|van) {_OWNER}"
    rf" (?:{_WORD} ?){{1,2}}"
    rf"|{_BEFORE}{_FLUID},? {_OF} (?:{_WORD} )?{_KNOWN_OWNER})(?!\w)"
)
# A scan, a cast or a model of what a person is known by.
_OF_A_FACE = re.compile(
    rf"(?<![\w'])(?:the|a|der|die|das|ein|de|het|een)? ?(?:3d[- ])?(?:scans?|model|modell|maske?|mask|cast|mould"
    rf"|abguss|gipsabguss|abdruck|afgietsel|gipsafdruk|afdruk|print|ink prints?|recording|muster"
    rf"|aufnahme|opname|patroon) (?:of|from|von|vom|van)(?: {_WORD}){{0,2}}? (?:faces?|hands?|f[eo]{{2}}t|ears?"
    rf"|iris|retina|voice|teeth|bite|jaw|gesicht(?:s|es)?|hand|füße|fußes|stimme|gebiss"
    r"|netzhaut|gezicht|voet(?:en|je|jes)?|stem|gebit|netvlies)(?!\w)"
)
_UNLOCKED = re.compile(
    rf"(?<![\w'])(?:unlock(?:ed|s)?|logged in|log in|login|entsperr\w{{0,4}}|ontgrendel\w{{0,3}}"
    rf"|freigeschaltet)(?: {_WORD}){{0,5}}? (?:face|finger|thumb|eye|iris|gesicht|daumen|finger|auge|gezicht"
    rf"|duim|vinger|oog)(?!\w)"
)
_HEEL = re.compile(
    r"(?<![\w'])(?P<before>(?:the|a|das|die|der|de|het|een) )?(?:heel[- ]?prick (?:cards?|samples?|blood|spots?)"
    r"|newborn screening card|blood spot card|guthrie[- ]?(?:cards?|karten?|test)"
    r"|fersen(?:blut)?(?:probe|karte|kärtchen|röhrchen)|filterpapierkarte|screeningkarte"
    r"|neugeborenenscreening-?karte|hielprik-?(?:kaart(?:je)?s?|buisje|setje|bloed|monster)"
    r"|genetic (?:test|testing|result|report)s?|gentest(?:ergebnis)?(?:se)?|genbefunde?|erbgutanalyse"
    r"|dna-(?:uitslag|onderzoek)|genuitslag|gen(?:en)?onderzoek(?:suitslag)?)(?!\w)"
)
_STEMS = (
    *(
        "print",
        "scan",
        "pattern",
        "trace",
        "profil",
        "profiel",
        "cast",
        "mould",
        "impression",
        "sample",
        "swab",
        "specimen",
        "hair",
    ),
    *("dna", "gen", "voice", "mesh", "model", "mask", "recording", "signature", "unlock", "log", "audio", "chromosom"),
    *("druck", "drücke", "abguss", "muster", "probe", "röhrchen", "spur", "mitschnitt", "locke", "aufnahme", "karte"),
    *("tropfen", "erbgut", "entsperr", "ontgrendel", "fragment", "spot", "vial", "tube", "haarlok", "buisje", "kaart"),
    *("afdruk", "afgietsel", "patro", "monster", "staal", "opname"),
)
_OWNERS = words(
    "her his their ihr ihre ihrem ihren ihrer ihres sein seine seinem seinen seiner seines deren dessen haar"
    " zijn hun of from von vom "
    "der des unserer unseres van vd with mit met where wie waarop das die the het de"
)


def samples(view: View) -> Iterator[Hit]:
    low = view.low
    if _OWNERS.isdisjoint(view.vocabulary) or not any(stem in low for stem in _STEMS):
        return
    for pattern in (_OWNED, _OF_A_FACE, _UNLOCKED, _HEEL):
        for m in pattern.finditer(low):
            yield Hit(m.start(), m.end(), "biometric", "body-sample", 0.6)
