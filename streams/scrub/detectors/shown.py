"""Pictures of somebody in any wording: a word for a picture with a person behind it, a face or a name on show.

The fixed wordings are in `pictures.py`; both report under the same detector.
"""

import re
from collections.abc import Iterator

from streams.scrub.listing import listed, words
from streams.scrub.spans import Hit
from streams.scrub.view import View

_WORD = r"[\w'äöüßëé-]{1,30}"
_PICTURE = (
    r"(?:photo(?:graph)?s?|pictures?|pics?|snaps?|shots?|stills?|footage|portraits?|paintings?|drawings?"
    r"|sketch(?:es)?"
    r"|caricatures?|murals?|statues?|mugshots?|gifs?|reels?|screen ?grabs?|time-?lapses?|close-?ups?|posters?"
    r"|banners?|billboards?"
    r"|polaroids?|selfies?|screenshots?|videos?|clips?"
    r"|\w{0,18}(?:fotos?|foto's|fotootjes?|bild(?:er)?|selfies?|videos?|aufnahmen?|plakate?|gemälde"
    r"|zeichnung(?:en)?|karikatur(?:en)?"
    r"|zeitraffer|schnappsch(?:uss|üsse)|porträts?|filmchen|kiekjes?|filmpjes?|video's|beeld(?:en)?|opnames?"
    r"|affiches?|spandoek(?:en)?"
    r"|schilderij(?:en)?|tekening(?:en)?|karikatu(?:ur|ren)|plaatjes?|portret(?:ten)?|bildchen|fotootje))"
)
# Pictures for treatment show nobody; they count with a name on them.
_MEDICAL = re.compile(
    r"(?:röntgen|ultraschall|schnitt|ct|mrt?|mri|echo|dsa|angio|endoskop|scan|herz|lungen|thorax|gelenk"
    r"|operations|op-|röntgenfoto"
    r"|kontroll|probe|ton|sprach|stimm|stem|geluids|auf|patienten|krankenhaus|ziekenhuis|ok-)\w*(?:bild|foto"
    r"|aufnahme|video|beeld|opname)"
)
_PERSON = (
    r"(?:patient(?:s|in|en|e|innen)?|patiënte?n?|faces?|gesicht(?:er|s|es|chen)?|gezicht(?:en|je)?|him|her|them"
    r"|ihr|ihm|ihn|hem|husbands?|wife"
    r"|daughters?|sons?|mothers?|fathers?|mum|mom|mama|mam|mami|dad|dads|papa|pap|gran|granny|grandma|grandpa"
    r"|oma|opa|family|kids?|child(?:ren)?"
    r"|baby|babies|newborn|twins?|triplets|donor|recipient|runners?|riders?|skiers?|surfer|lady|gentleman|m[ae]n"
    r"|wom[ae]n|boys?|girls?|lads?"
    r"|couple|parents|injured|casualt(?:y|ies)|victims?|bride|winner"
    r"|familie|tochter|töchter|sohn|mutter|vater|kind(?:es|er|ern)?|zwillinge?s?|drillinge?|spender(?:in|s)?"
    r"|empfänger(?:in|s)?"
    r"|läufer(?:in|s)?|radler(?:in|s)?|frau|mann(?:es)?|dame|herrn?|junge|jungen|mädchens?|eltern|ehepaar"
    r"|verletzten?|verunglückten?|siegerin|siegers?"
    r"|gezin|dochter|zoon|moeder|vader|kinderen|tweeling|drieling|ontvanger|lopers?|loopster|vrouw|man|meneer"
    r"|mevrouw|jongen(?:tje|s)?|meisjes?"
    r"|ouders|gewonden?|zieken?|slachtoffers?|winnaar|winnares|bruid|haar)"
)
_OF = (
    r"(?:of|with|w/|showing|shows|where|featuring|from|von|vom|mit|samt|wo|auf (?:dem|der|denen)|der|des|eines"
    r"|einer|unserer|unseres|zeigt"
    r"|van|met|waarop|waarin|waar|vd|toont)"
)
_OF_PERSON = re.compile(
    rf"(?<![\w'])(?P<before>(?:the|a|an|this|our|der|die|das|dem|den|ein\w{{0,2}}|de|het|een)"
    rf" )?(?P<picture>{_PICTURE})"
    rf"(?: \w{{2,12}})?(?:(?::|,)? {_OF}|:)(?: (?!of|with|from|von|mit|van|met|und|and|en){_WORD}){{0,4}}?"
    rf" {_PERSON}(?!\w)"
    r"(?:'s (?:face|tattoo|eyes|back))?"
)
# "his face and his name on the banner", "sein Gesicht auf der Anzeigetafel".
_FACE_ON = re.compile(
    rf"(?<![\w'])(?:(?:with|mit|met) )?(?:her|his|their|ihre?[mnr]?|seine?[mnr]?|das|haar|zijn|het"
    rf"|[\w-]{{2,24}}'s) (?:\w{{2,14}} )?(?:face|name|features|gesicht|name|namen"
    rf"|gezicht|naam)(?: {_WORD}){{0,5}}? (?:on|in|across|over|auf|im|am|in der|op|in) (?:the |a |that |der |dem"
    rf" |den |einem |einer |de |het |een )?(?:\w{{2,14}} )?"
    r"\w{0,12}(?:banner|posters?|screens?|sites?|cover|page|stream|board|slides?|wall|camera|lens|clip|tv|phone"
    r"|photo|picture|window|mirror|billboard"
    r"|plakat|leinwand|bildschirm|tafel|kamera|linse|video|foto|bild|fenster|spiegel|scheibe|seite|handy|website"
    r"|doek|scherm|bord|raam|spiegel"
    r"|pagina|telefoon|beeld|muur)(?!\w)"
)
_FACE_DURING = re.compile(
    r"(?<![\w'])(?:her|his|ihr|sein|haar|zijn) (?:face|gesicht|gezicht) (?:as|when|while|during|at|after|beim"
    r"|während|nach|vor|im moment|bij|tijdens|toen)"
    rf"(?: {_WORD}){{1,4}}"
)
# Somebody filmed, painted or drew somebody.
_TAKEN = re.compile(
    rf"(?<![\w'])(?:filmed|photographed|snapped|painted|drew|sketched|videoed|took a picture of|filming) (?:the "
    rf"|his |her |our |a )?(?:\w{{2,14}} ){{0,2}}?{_PERSON}(?!\w)"
    rf"|(?<![\w'])(?:{_PERSON})(?: {_WORD}){{0,4}}? (?:gefilmt|fotografiert|gemalt|gezeichnet|porträtiert"
    rf"|geknipst|gefilmd|gefotografeerd|getekend|geschilderd"
    r"|geportretteerd)(?!\w)"
)
_WITH_NAME = re.compile(
    r"(?<![\w'])(?P<before>(?:the|a|der|die|das|dem|ein|de|het|een) )?(?:x-?rays?|scans?|ultrasound|sonogram"
    r"|slides?|screen(?:shot)?s?|films?|monitor|mri|ct|echo|prints?"
    r"|\w{0,16}(?:bild|foto|aufnahme|film|folie|monitor|scherm|beeld|opname|scan|echo))"
    rf"(?: (?!and|und|en){_WORD}){{0,3}}? (?:with|w/|mit|samt|inklusive|inkl|met|inclusief|incl|showing|shows"
    rf"|zeigt|toont) (?:{_WORD} ){{0,3}}?"
    r"(?:(?:full |patient )?names?|namens?\w{0,10}|naam\w{0,8}|dob|date of birth|initials|initialen|geburtsdatum"
    r"|geboortedatum|patientendaten|patiëntgegevens"
    r"|gegevens|personalien)(?!\w)"
)
_CUES = words(
    "photo photos photograph photographs picture pictures pic pics snap snaps shot shots still stills footage"
    " portrait "
    "portraits painting paintings drawing drawings sketch sketches caricature mural statue mugshot gif reel reels "
    "screengrab screenshot screenshots timelapse time lapse close-up closeup close-ups close poster posters"
    " banner banners "
    "billboard polaroid polaroids selfie selfies video videos clip clips zeitraffer face faces name gesicht"
    " namen naam gezicht "
    "filmed photographed snapped painted drew sketched videoed filming took gefilmt fotografiert gemalt"
    " gezeichnet porträtiert "
    "geknipst gefilmd gefotografeerd getekend geschilderd geportretteerd"
)
_TAILS = listed(
    "foto fotos foto's fotootje bild bilder selfie selfies video aufnahme aufnahmen plakat gemälde zeichnung "
    "karikatur schnappschuss porträt filmchen kiekje kiekjes filmpje filmpjes beeld beelden opname opnames "
    "affiche spandoek schilderij tekening karikatuur plaatje plaatjes portret bildchen"
)
_NAME_CUES = words(
    "name names initials dob namen naam initialen geburtsdatum geboortedatum patientendaten gegevens personalien"
)
_NAME_STARTS = ("namens", "naam")


def shown(view: View) -> Iterator[Hit]:
    vocabulary = view.vocabulary
    if not _CUES.isdisjoint(vocabulary) or any(word.endswith(_TAILS) for word in vocabulary):
        for m in _OF_PERSON.finditer(view.low):
            if not _MEDICAL.fullmatch(m["picture"]):
                yield Hit(m.start(), m.end(), "photo", "picture-of-person", 0.7)
        for pattern in (_FACE_ON, _FACE_DURING, _TAKEN):
            for m in pattern.finditer(view.low):
                yield Hit(m.start(), m.end(), "photo", "face-shown", 0.6)
    if not _NAME_CUES.isdisjoint(vocabulary) or any(word.startswith(_NAME_STARTS) for word in vocabulary):
        for m in _WITH_NAME.finditer(view.low):
            yield Hit(m.start(), m.end(), "photo", "picture-with-name", 0.7)
