"""Pictures in which somebody is recognised, and traits that a machine recognises: 45 CFR 164.514(b)(2)(i)(P) and "
"(Q)."""

import re
from collections.abc import Iterator

from streams.scrub.detectors.samples import samples
from streams.scrub.detectors.shown import shown
from streams.scrub.phrases import phrases
from streams.scrub.spans import Hit, longest
from streams.scrub.view import View

_PICTURE_WORDS = phrases(
    "camera lens livestream drone footage webcam feed kamera linse drohne poster mugshot polaroid snapshot plakat "
    "affiche banner background hintergrund achtergrond sticker label band passfoto geschwisterfoto kinderfoto "
    "babyfoto gruppenfoto klassenfoto porträtfoto portretfoto pasfoto groepsfoto photo photos photograph "
    "photographs picture pictures pic pics selfie selfies video videos footage snap snaps clip clips image images "
    "portrait portraits shot shots view close-up closeup close frame screen camera monitor stream wall face faces "
    "facial eyes tattoo tattoos scar birthmark recognise recognize recognised recognized recognisable recognizable "
    "unblurred uncropped blurred blur visible showing xray x-ray scan wristband name tag gown mirror reflection "
    "reflected hochzeitsfoto familienfoto urlaubsfoto hochzeitsbild familienbild nahaufnahme vorher trouwfoto "
    "trouwfoto's familiefoto familiefoto's vakantiefoto vakantiefoto's voor foto fotos bild bilder selfie aufnahme "
    "aufnahmen schnappschuss porträt gesicht gesichter tattoo tätowierung muttermal narbe erkennbar erkennen "
    "erkannt sichtbar monitor röntgenbild unverpixelt verpixelt spiegel spiegelung foto's plaatje plaatjes filmpje "
    "filmpjes filmpje beeld beelden opname opnames portret gezicht gezichten tatoeage tattoo litteken moedervlek "
    "herkenbaar herkennen herkend zichtbaar röntgenfoto onherkenbaar spiegel weerspiegeling"
)
_WHO_EN = (
    "patients?|face|eyes|husband|wife|daughter|son|mother|father|family|kids?|children|child|baby|newborn|donor"
    "|recipient|him|her|them"
    "|runner|bystander|tattoos?|scar|birthmark|lady|gentleman|man|woman|boy|girl|couple|grandma|grandpa|relatives"
    "|mum|dad|parents"
)
_PHOTO_EN = re.compile(
    r"(?<!\w)(?:(?:full[- ]face|close[- ]?up|unblurred|uncropped|clear) (?:\w+ )?(?:photos?|pictures?|pics?"
    r"|shots?|images?|video|view)(?: of (?:the |our |her |his )?(?:patient|face|man|woman|lady|child|boy"
    r"|girl|\w+'s face))?"
    r"|(?:photos?|photographs?|pictures?|pics?|selfies?|video|footage|snaps?|clips?|images?|portraits?|shots?"
    r"|close-?ups?)(?: \w{2,12})? (?:of|with"
    rf"|showing|from) (?:the |our |this |her |his |their |a )?(?:\w+ ){{0,2}}(?:{_WHO_EN})(?:'s (?:face|tattoo|scar"
    rf"|eyes))?"
    r"|(?:her|his|patient'?s?|their) (?:face|eyes|tattoos?|birthmark|scar|id|passport|photo"
    r"|picture|reflection)(?: \w+){0,3} (?:is |are |was )?(?:visible|showing|shown|seen|on (?:the )?(?:screen|camera"
    r"|monitor|stream|wall)|recogni[sz]able|in (?:the )?(?:shot|frame|picture|view))"
    r"|(?:her|his|their) (?:picture|photo|face|portrait) (?:w|with|on|in|was|went|made)(?: (?:the|a|an|his"
    r"|her))?(?: \w{2,12})?"
    r"|name (?:sticker|tag|label|band) (?:on|is|in)|(?:you can|can|could|will|may) (?:see|recogni[sz]e"
    r"|make out) (?:her|his|the patient'?s?|their) (?:whole |full )?(?:face|tattoo|eyes|features)"
    r"|face (?:is )?(?:visible|recogni[sz]able|not blurred|unblurred|in (?:the )?(?:shot|frame|picture|view))"
    r"|(?:visible|distinctive"
    r"|unique|recogni[sz]able|unmistakable) (?:\w+ )?(?:tattoo|scar|birthmark|face)|tattoo (?:of|on|with|across"
    r"|reading|saying) (?:a |an |the |her |his |one )?\w+|wedding (?:photo|picture)|family (?:photo|picture|portrait)"
    r"|before[- ]and[- ]after (?:photo|picture|pic|shot)s?|(?:x-?ray|scan|film|mri|ct|image) (?:with|shows|showing"
    r"|still has) (?:the |her |his |a )?(?:patient name|name band|name|label"
    r"|dob|details)|(?:easily|clearly|still) recogni[sz]able|see (?:the )?(?:picture|photo|pic) of (?:her|him"
    r"|them))(?!\w)"
)
_PHOTO_DE = re.compile(
    r"(?<!\w)(?:(?:fotos?|bild(?:er)?|selfies?|video|aufnahmen?|schnappschuss|porträt|nahaufnahme) (?:von|mit|vom|der"
    r"|des|unserer|unseres|ihres|seines) (?:der |dem |den |ihr\w{0,2} |sein\w{0,2} "
    r"|unser\w{0,2} )?(?:\w+ ){0,1}(?:patient(?:in|en)?|gesicht\w{0,2}"
    r"|familie|tochter|sohn(?:es)?|mann(?:es)?|frau|spender\w{0,2}|kind\w{0,3}|baby|ihr|ihm|tattoos?|narbe|oma|opa"
    r"|mutter|vater|enkel\w{0,2}|läufer(?:in|s)?|herrn? \w+|dame)"
    r"|gesicht (?:ist |war )?(?:\w+ ){0,3}(?:erkennbar|zu sehen|zu erkennen|sichtbar|im bild|im monitor|unverpixelt"
    r"|nicht verpixelt)"
    r"|(?:sieht|erkennt|sehen|erkennen) (?:man )?(?:ihr|sein|das) gesicht|(?:patientin|patient|patienten|sie"
    r"|er) (?:ist |war )?(?:\w+ ){0,2}"
    r"(?:erkennbar|im bild zu sehen|zu erkennen)|(?:patientin|patient|patienten) (?:ist )?(?:\w+ ){0,2}im bild"
    r"|(?:ihr|sein|ihre|seine|auffällige[srn]?|erkennbare[srn]?|unverwechselbare[srn]?) (?:\w+ )?(?:tattoo"
    r"|tätowierung|muttermal|gesicht|narbe)"
    r"|(?:hochzeits|familien|urlaubs|geschwister|kinder|baby|pass|porträt|gruppen|klassen|schul)-?(?:foto|bild)(?:s"
    r"|er)?|vorher-nachher-(?:foto|bild)\w{0,3}|röntgenbild (?:mit|zeigt) (?:dem |den |ihr\w{0,2} )?(?:namen?|etikett"
    r"|namensband|patientennamen)|spiegelung (?:ihres|seines|des) gesichts?)(?!\w)"
)
_PHOTO_NL = re.compile(
    r"(?<!\w)(?:(?:foto'?s?|plaatjes?|selfies?|video|filmpjes?|beelden|opnames?|portret|close-?up) (?:van"
    r"|met) (?:de |het |een "
    r"|haar |zijn |hun |onze )?(?:\w+ ){0,1}(?:patiënte?n?|gezicht|familie|gezin|dochter|zoon|man|vrouw|donor"
    r"|kind(?:eren)?|baby|hem|oma|opa|moeder|vader"
    r"|haar|tatoeage|tattoo|litteken|loper|loopster|meneer|mevrouw|dame|heer|vrijwilliger)|gezicht (?:is "
    r"|was )?(?:\w+ ){0,3}(?:herkenbaar|zichtbaar|te zien|in beeld|niet geblurd|niet onherkenbaar)"
    r"|(?:je ziet|zie je|zien) (?:haar|zijn|het) (?:hele )?gezicht|(?:patiënte?|zij|ze|hij) (?:is "
    r"|was )?(?:\w+ ){0,2}(?:herkenbaar|te herkennen)"
    r"|patiënte? (?:is )?(?:\w+ ){0,2}in beeld|(?:haar|zijn|opvallende|herkenbare?|unieke?) (?:\w+ )?(?:tatoeage"
    r"|tattoo|moedervlek|gezicht|litteken)"
    r"|(?:trouw|familie|vakantie|portret|pas|kinder|baby|groeps|klassen|school)-?foto'?s?|voor-en-na-?foto'?s?"
    r"|voor- en nafoto'?s?|röntgenfoto (?:met|toont) (?:de |haar |zijn )?(?:naam|etiket|gegevens)"
    r"|weerspiegeling van (?:haar|zijn|het) gezicht)(?!\w)"
)
_PICTURE_ENDINGS = ("foto", "fotos", "foto's", "bild", "selfie")
# A picture that is somebody's own, whatever it shows; pictures for treatment are not meant.
_OWNED = re.compile(
    r"(?<!\w)(?:her|his|their|ihr|ihre[mnrs]?|sein|seine[mnrs]?|deren|haar|zijn|z'n|hun|the patient's|patient's"
    r"|mum's|dad's) "
    r"(?!x-?ray|röntgen|mrt?|ct|ultraschall|echo|scan)(?:\w{2,14} ){0,2}?(?!röntgen|mrt|ct-|ultraschall|echo)\w{0,14}"
    r"(?:foto|bild|photo|pic|picture|portrait|porträt|portret|selfie|poster|mugshot|polaroid|snapshot|video|plaatje"
    r"|filmpje)(?:s|'s)?(?!\w)"
)
# The camera has caught somebody.
_CAUGHT = re.compile(
    r"(?<!\w)(?:(?:camera|lens|stream|livestream|drone|footage|clip|webcam|feed|video) (?:\w{2,10} ){0,2}?(?:caught"
    r"|shows?|showed|got|picked up|zoom(?:s|ed) in on"
    r"|points? at|has) (?:\w{2,10} ){0,2}?(?:her|his|him|the patient|patient's|a face|faces)"
    r"|(?:kamera|linse|stream|livestream|drohne|video|clip) (?:\w{2,12} ){0,2}?(?:zeigt|zeigte|hält|erwischt|hat"
    r"|filmt|filmte) (?:\w{2,12} ){0,2}?(?:sie|ihn|ihr|sein|die patientin|den patienten|gesicht|gesichter)"
    r"|(?:camera|lens|stream|livestream|drone|video|beeld) (?:\w{2,12} ){0,2}?(?:toont|toonde|pakt|pakte|liet|filmt"
    r"|filmde|heeft) (?:\w{2,12} ){0,2}?(?:haar|hem|zijn|de patiënte?|gezicht|gezichten)"
    r"|(?:on|in|auf|op) (?:the|this|that|dem|der|diesem|de|het|die) (?:\w{2,12} )?(?:photo|picture|pic|poster|banner"
    r"|foto|bild|plakat|affiche|plaatje) (?:is|are|you see"
    r"|you can see|ist|sieht man|sieht|erkennt man|staat|zie je|is te zien) (?:\w{2,14} ){0,2}?(?:she|he|her|him"
    r"|our patient|the donor|sie|er|ihn|die patientin|ze|zij|hij|hem|haar|de patiënte?)"
    r"|(?:face|faces|gesicht|gesichter|gezicht|gezichten) (?:\w{1,12} ){0,3}?(?:in (?:the )?(?:mirror|reflection"
    r"|glass|window|background)|im (?:spiegel|hintergrund)"
    r"|in (?:der scheibe|de spiegel|het raam)|op de achtergrond|unblurred|unverpixelt|ongeblurd|not pixelated))(?!\w)"
)
_BIOMETRIC = re.compile(
    r"(?<!\w)(?:(?:finger|thumb|palm|foot|hand|ear|baby|heel)[ -]?(?:prints?|scans?|impressions?|casts?"
    r"|moulds?)(?! powder| paint| art| game)"
    r"|fingerprint(?: scan| reader)|voice ?-?print|iris scan|retina(?:l)? (?:scan|pattern|image)"
    r"|face id|facial recognition|face scan|palm scan|vein scan|gait analysis of (?:her|him)|dental records"
    r"|dna[- ](?:sample|profile|result|test|swab|sequence)s?|(?:her|his|patient'?s?|their) (?:dna|genome|voice"
    r"|retina|iris|fingerprint)s?"
    r"|genetic (?:profile|sample|result|fingerprint)s?|voice ?-?(?:recording|sample|message|memo|note|clip|mail)s?"
    r"|recordings? of (?:her|his|the patient'?s?|their) (?:\w+ )?(?:voice|singing|snoring|speech|heartbeat)"
    r"|(?:saliva|cheek|buccal) (?:swab|sample)|touch id|biometrics?|heel prick card|guthrie card"
    r"|dental (?:impression|cast|records)|genome sequence"
    r"|fingerabdr(?:uck|ücke)|fingerabdruckscan\w{0,3}|handabdruck|fußabdruck|stimmabdruck|stimmprobe|irisscan"
    r"|iris-scan|retinascan|netzhautscan"
    r"|gesichtserkennung|gesichtsscan|venenscan|dna-?(?:probe|profil|test|ergebnis|analyse)n?|(?:ihre|seine"
    r"|deren) (?:dna|stimme|iris|netzhaut)"
    r"|stimmaufnahmen?|sprachaufnahmen?|sprachnachricht|sprachmemo|aufnahme (?:ihrer|seiner) stimme|handscan"
    r"|handflächenscan|fußabdrücke|handabdrücke"
    r"|gipsabdruck|gebissabdruck|ohrabdruck|speichelprobe|abstrich für die dna|dna-röhrchen|gendaten"
    r"|biometrisch\w{0,4}|fersenblutkarte|genprofil|zahnschema"
    r"|vingerafdruk(?:ken)?|duimafdruk|handafdruk|voetafdruk|stemafdruk|stemopnames?|stemfragment|spraakbericht"
    r"|spraakmemo|opname van (?:haar|zijn) stem|handscan|voetafdruk(?:je|ken)?|handafdruk(?:je|ken)?"
    r"|gipsafdruk|gebitsafdruk|oorafdruk|speekselmonster|wangslijm\w{0,6}|dna-buisje|biometrisch\w{0,4}"
    r"|hielprikkaart|irisscan|netvliesscan|gezichtsherkenning|gezichtsscan"
    r"|dna-?(?:profiel|monster|test|uitslag|staal)|(?:haar|zijn|diens) (?:dna|stem|iris|netvlies)|genprofiel"
    r"|gebitsgegevens)(?!\w)"
)
_BIOMETRIC_STEMS = (
    *(
        "print",
        "scan",
        "dna",
        "voice",
        "retina",
        "iris",
        "facial",
        "face id",
        "gene",
        "geno",
        "dental",
        "gait",
        "saliva",
        "swab",
        "touch id",
        "biomet",
        "guthrie",
        "heel",
        "recording",
    ),
    *(
        "druck",
        "drücke",
        "stimm",
        "sprachaufnahme",
        "gesicht",
        "netzhaut",
        "zahnschema",
        "genprofil",
        "speichel",
        "fersen",
        "gendaten",
        "röhrchen",
        "abdrücke",
        "sprach",
    ),
    *(
        "afdruk",
        "stem",
        "gezicht",
        "gebits",
        "netvlies",
        "genprofiel",
        "spraak",
        "speeksel",
        "wangslijm",
        "hielprik",
        "buisje",
    ),
)


# "der Irisscan von vorhin", "fingerprint sample on page three": the words that belong to the find.
_BEFORE = re.compile(
    r"(?<!\w)(?:the|her|his|their|a|an|this|der|die|das|ein\w{0,2}|ihr\w{0,2}|sein\w{0,2}|de|het|een|haar|zijn) $"
)
_BEHIND = re.compile(
    r"(?: (?:sample|scan|picture|reading|reader|tube|swab|probe|röhrchen|bild|monster|buisje))?"
    r"(?: (?:of|from|on|with|von|vom|der|des|auf|mit|van|op|met) (?:the |her |his |our |der |dem |den |de |het "
    r"|onze )?[\w'äöüß-]{2,30}){0,2}"
)


def _whole(low: str, m: re.Match[str]) -> tuple[int, int]:
    before = _BEFORE.search(low[max(0, m.start() - 8) : m.start()])
    behind = _BEHIND.match(low, m.end())
    return m.start() - (len(before.group()) if before else 0), behind.end() if behind else m.end()


def pictures(view: View) -> Iterator[Hit]:
    yield from longest(_pictures(view))


def _pictures(view: View) -> Iterator[Hit]:
    low = view.low
    yield from shown(view)
    yield from samples(view)
    if not _PICTURE_WORDS.absent(view) or any(word.endswith(_PICTURE_ENDINGS) for word in view.vocabulary):
        for pattern in (_PHOTO_EN, _PHOTO_DE, _PHOTO_NL, _OWNED, _CAUGHT):
            for m in pattern.finditer(low):
                yield Hit(*_whole(low, m), "photo", "picture-of-person", 0.7)
    if any(stem in low for stem in _BIOMETRIC_STEMS):
        for m in _BIOMETRIC.finditer(low):
            yield Hit(*_whole(low, m), "biometric", "biometric", 0.7)
