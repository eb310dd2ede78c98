"""Ages over 89, in figures and in words: 45 CFR 164.514(b)(2)(i)(C). Younger ages may stand.

Figures from 90 to 119 measure far more often than they date a person: nothing counts without words that speak of age.
"""

import re
from collections.abc import Iterator

from streams.scrub.numerals import NUMBERS
from streams.scrub.spans import Hit
from streams.scrub.view import View

_OLD = r"(?:9\d|1[01]\d)"
_SPELLED = "|".join(
    re.escape(w) for w in sorted((w for w, n in NUMBERS.items() if 90 <= n <= 119), key=lambda w: (-len(w), w))
)
_N = rf"(?P<n>{_OLD}|{_SPELLED})"
# What a text with such an age in words must have in it.
_STEMS = ("ninet", "neunzig", "negentig", "hundred", "hundert", "honderd")
_FIGURES = re.compile(r"(?<![\d.,])(?:9\d|1[01]\d)(?!\d)")
_UNIT = re.compile(
    r"[\s-]?(?:%|°|per ?cent|percent|prozent|procent|degrees?|grad|graden|min|minutes?|minuten?|secs?"
    r"|seconds?|sekunden|seconden|hours?|stunden|uur|mm|cm|m\b|km|kilomet|mile|meter|metre|ml|milli|mg|g\b"
    r"|kg|gram|bpm|beats|schläge|slagen|watts?|euro|dollars?|pounds?|bilder|people|personen|mensen|leute|viewers"
    r"|volunteers"
    r"|patients|patienten|patiënten|operation|operaties|ops|cases|fälle|gevallen|days?|tage|dagen|weeks?|wochen"
    r"|weken|months?|monate|maanden|steps|sachen|stück|stuks|keer|mal|times|of|to|over|per|oder|kontakte|blaren"
    r"|blisters"
    r"|problems|jahre? (?:erfahrung|klinik|tradition)|helfer|vrijwilligers|runners|läufer|lopers|zuschauer|kijkers"
    r"|systol|\d)"
)
_MEASURED_BEFORE = re.compile(
    r"(?<!\w)(?:sats?|saturation|spo2|o2|pulse|heart ?rate|hr|rate|pressure|systolic|diastolic|map|bp|temp"
    r"|temperature|rpm"
    r"|volume|number|channel|track|score|power|torque|bib|room|sätt\w{1,8}|sauerstoff\w{0,12}|puls|frequenz"
    r"|herzfrequenz|druck"
    r"|blutdruck|hf|af|nummer|zimmer|saturatie|pols|hartslag|druk|bloeddruk|frequentie|kanaal|kamer|point|komma"
    r"|punkt|about|roughly|etwa|ungefähr|ongeveer|top|at)\W{1,3}(?:\w{1,12}\W{1,3}){0,2}$"
)
_PEOPLE = (
    r"she|he|who|it's her|pt|patient|patientin|patiënte?|grandma|grandpa|granny|gran|nana|nan|mum|dad|mother|father"
    r"|lady|gentleman"
    r"|man|woman|runner|farmer|widow|widower|sie|er|oma|opa|mutter|vater|mann|frau|dame|herr|rentnerin|rentner"
    r"|bäuerin|bauer"
    r"|läuferin|läufer|zij|ze|hij|moeder|vader|vrouw|meneer|mevrouw|omaatje|opaatje|loopster|loper|boer|boerin|weduwe"
)
_BEHIND = re.compile(
    rf"(?<![\w.,:/-]){_N}(?:st|nd|rd|th|e|ste)?(?:\s?-?\s?(?:y/?o\b|y\.o\.|years?[- ]old|yrs?[- ]old|-?years?-?young"
    rf"|years? young"
    r"|(?<=\d)\s?(?:[mfwv]\b(?!\w)|j\.|j\b)|jahre? (?:alt|jung)|jaar (?:oud|jong)"
    r"|(?:(?<=\d)-?|(?<=[\s-]))(?:jährige?|jarige?)\w{0,2})|\s?-?\s?(?P<weak>yrs?\b|jahre\b|jaar\b|years\b)"
    r"|\.?[\s-](?:lebensjahr|levensjaar|birthday|geburtstag|verjaardag|summers|lenze|lentes)"
    r"|[- ]?(?:something|odd years)|\s?(?:plus|\+)(?=[\s,.!]|$))"
)
_WEAK_AFTER = re.compile(
    r" (?:of|ago|later|long|experience|in|on|from|erfahrung|geschichte|klinik|garantie|später|her|lang|nach"
    r"|tradition|haltbar|im|am|geleden|ervaring|bestaan|geschiedenis|trouwe|vol|voller|service|dienst)\b"
)
_WEAK_BEFORE = re.compile(
    r"(?<!\w)(?:seit|vor|nach|since|for|after|within|past|na|sinds|voor|over|binnen|unter|alle)\W$"
)
_BEFORE = re.compile(
    rf"(?<!\w)(?:aged?|age:|alter:?|leeftijd:?|turn(?:ed|ing|s)|going on|goes on|on her way to|geht auf die"
    rf"|gaat naar de|(?:oldest|älteste[rn]?|oudste)(?: \w{{2,15}}){{0,2}}"
    rf"|(?:{_PEOPLE})(?: (?:is|was|ist|war|wird|wurde|werd|wordt|turned|turns|becomes|will be|hits|reaches"
    rf"|has reached)|'s)"
    r"|is now|now aged|a (?:sprightly|young|proud|frail|lively|feisty|spry|fit|hearty|healthy)|stolze|rüstige"
    r"|muntere|krasse|kwieke"
    rf"|vitale|fitte)[\s:,]{{1,2}}(?:a |of |just |already |only |now |soon |nearly |almost |past |over |schon "
    rf"|stolze |rüstige |bald "
    rf"|fast |knapp |über |al |wel |bijna |ruim |nu |net |die |de ){{0,2}}{_N}(?![\w/:°%]|[.,]\d|-\d)"
)
_AT = re.compile(
    rf"(?:(?:^|[.,!?;:] ?)at {_N},? (?:she|he|her|his|and|still|you)\b|(?<!\w)(?:mit|met)(?: (?:ihren|seinen|haar"
    rf"|zijn))? "
    rf"(?P<n2>{_OLD}|{_SPELLED})(?: jahren| jaar)?,? (?:noch|nog|und|en|ist|is|hat|heeft|kann|kan|tanzt|fietst|lacht)\b"
    rf"|(?<!\w)(?:mit|met) (?:ihren|seinen|haar|zijn) (?P<n3>{_OLD}|{_SPELLED})\b|\bmit (?P<n4>{_OLD}"
    rf"|{_SPELLED}) jahren\b"
    rf"|(?<!\w)(?:in|op|im) (?:her|his|haar|zijn|ihrem|seinem) (?P<n5>{_OLD})(?:st|nd|rd|th|e|ste|\.)(?=\W))"
)
_NEARLY = re.compile(
    rf"(?<!\w)(?:nearly|almost|past|pushing|nearing|rising|over|fast|knapp|über|bald|bijna|ruim|boven de|van) {_N}"
    r"(?=\s*(?:$|[,.!)?;]|(?:and|und|en|but|aber|maar|now|still|noch|nog|today|heute|vandaag)\b))"
)
_PERSON = re.compile(rf"(?<!\w)(?:{_PEOPLE}|her|his|ihre|seine|haar)(?!\w)")
_APPOSED = re.compile(rf"(?<!\w)(?:{_PEOPLE}|spectator|zuschauer(?:in)?)[\s,(]{{1,3}}{_N}(?=[\s,.!);:]|$)(?![.,]\d)")
_NAME_IS = re.compile(
    rf"(?P<name>[^\W\d_]{{1,25}})\.? (?:is|was|ist|war|wird|wurde|werd|wordt|turned|turns)"
    rf"(?: (?:already|now|just|schon|jetzt|al|nu|nog))? (?P<n>{_OLD})(?![\w/:°%]|[.,]\d|-\d)"
)
_NAMED = re.compile(rf"(?P<name>[^\W\d_]{{2,25}})(?:, ?| ?\(){_OLD}(?=[),.!;]|$)(?!\.\d|,\d)")
_NINETIES = re.compile(
    r"(?<!\w)(?:(?:her|his|their|my) (?:early[- ]|mid-?[- ]?|late[- ])?(?P<n>nineties|90'?s|hundreds)"
    r"|(?<!the )(?:early|mid|late)[- ](?P<n2>nineties|90'?s)"
    r"|(?:anfang|mitte|ende|über|knapp|gut) (?P<n3>neunzig|90)(?!\s?(?:%|prozent|grad|min|kg|mm|ml|euro|jahre"
    r"|zuschauer|watt))|(?:ihren|seinen) (?P<n4>neunzigern|90ern)|(?:begin|midden|half|eind|ver in de|diep in de"
    r"|dik in de) (?P<n5>negentig|90)|ü\s?-?(?P<n6>90)|(?P<n7>ninety|90)-(?:something|ish)|in de (?P<n8>negentig)"
    r"|(?:the big|hit|hits|her|his|first) (?P<n9>century|hundred)(?= (?:this|birthday|next|in|candle)))(?!\w)"
)
_WORDS = re.compile(
    r"(?<!\w)(?:nonagenarians?|(?:super)?centenarians?|ninety-?somethings?|neunzigerin|neunziger(?= patient)"
    r"|\w{0,14}(?:neunzig|hundert)jährige[rnsm]?|\w{0,14}(?:negentig|honderd)jarige?n?|negentigers?|eeuwelingen"
    r"|eeuweling|negentigplussers?|hundertjährige[rn]?)(?!\w)"
    r"(?! (?:jubiläum|bestehen|geschichte|haus|klinik|tradition|baum|kalender|krieg|bestaan|jubileum|oorlog|boom))"
)
_WORD_STEMS = ("genarian", "ntenarian", "neunzig", "hundertj", "negentig", "honderdj", "eeuwel")
# Whoever was born in this year or before is over 89 by 2030; younger years of birth may stand.
_BORN_YEAR = re.compile(
    r"(?<!\w)(?:born|born in|jahrgang|jg\.?|geburtsjahr:?|year of birth:?|yob:?|geboortejaar:?|geboren|geb\.?"
    r"|geboren in|lichting|class of) (?:in |the year |im jahr |anno )?(?P<year>1[89][0-3]\d|1940)(?![\d/.-]\d|\d)"
)
_BORN_WORDS = (
    "born",
    "jahrgang",
    "jg",
    "gebor",
    "geb.",
    "jahr:",
    "yob",
    "year of b",
    "lichting",
    "class of",
    "geburtsjahr",
)
_ROUND = frozenset(w for w, n in NUMBERS.items() if n in (90, 100, 110))


def ages(view: View) -> Iterator[Hit]:
    low = view.low
    figures = view.has_digits and _FIGURES.search(low)
    spelled = any(stem in low for stem in _STEMS)
    if figures or spelled:
        yield from _told(view)
    if spelled:
        yield from _bare_words(view)
    if spelled or "90" in low:
        yield from _groups(_NINETIES, low, "age-decade")
    if any(stem in low for stem in _WORD_STEMS):
        for m in _WORDS.finditer(low):
            yield Hit(m.start(), m.end(), "age", "age-word", 0.9)
    if view.has_digits and any(word in low for word in _BORN_WORDS):
        for m in _BORN_YEAR.finditer(low):
            yield Hit(m.start("year"), m.end("year"), "age", "birth-year", 0.7)


def _told(view: View) -> Iterator[Hit]:
    """Numbers that words beside them call an age."""
    low = view.low
    for m in _BEHIND.finditer(low):
        if not (
            m["weak"]
            and (_WEAK_AFTER.match(low, m.end()) or _WEAK_BEFORE.search(low[max(0, m.start() - 8) : m.start()]))
        ):
            yield Hit(m.start("n"), m.end("n"), "age", "age-unit")
    for pattern, rule in ((_BEFORE, "age-cue"), (_APPOSED, "age-apposed")):
        for m in pattern.finditer(low):
            if not _UNIT.match(low, m.end("n")) and not _measured_before(low, m.start()):
                yield Hit(m.start("n"), m.end("n"), "age", rule)
    yield from _groups(_AT, low, "age-at")
    for m in _NEARLY.finditer(low):
        if _PERSON.search(low) and not _measured_before(low, m.start()):
            yield Hit(m.start("n"), m.end("n"), "age", "age-nearly", 0.7)
    for m in _NAME_IS.finditer(view.text):
        if (
            _is_name(view, m.start("name"))
            and not _UNIT.match(low, m.end("n"))
            and not _measured_before(low, m.end("name"))
        ):
            yield Hit(m.start("n"), m.end("n"), "age", "age-named", 0.7)
    for m in _NAMED.finditer(view.text):
        if _is_name(view, m.start("name")):
            at = m.end() - len(_DIGITS_AT_END.search(m.group())[0])  # type: ignore[index]  # the pattern ends in figures
            yield Hit(at, m.end(), "age", "age-named", 0.7)


def _is_name(view: View, at: int) -> bool:
    """A capital that the language does not explain, or an initial."""
    word = view.word_at(at)
    if word is None or not word.cap:
        return False
    return len(word.text) == 1 or (not word.upper and not view.plain(word.fold))


_DIGITS_AT_END = re.compile(r"\d+$")


def _groups(pattern: re.Pattern[str], low: str, rule: str) -> Iterator[Hit]:
    for m in pattern.finditer(low):
        name = next(name for name, found in m.groupdict().items() if found)
        if not _UNIT.match(low, m.end(name)):
            yield Hit(m.start(name), m.end(name), "age", rule, 0.8)


_BARE = re.compile(rf"(?<![\w-])(?:{_SPELLED})(?:st|nd|rd|th|ste|sten|ster)?(?![\w-])")


def _bare_words(view: View) -> Iterator[Hit]:
    """ "Ninety-three and still skiing": readings are written in figures; round numbers are said of anything."""
    low = view.low
    for m in _BARE.finditer(low):
        if m.group() not in _ROUND and not _UNIT.match(low, m.end()) and not _measured_before(low, m.start()):
            yield Hit(m.start(), m.end(), "age", "age-spelled", 0.8)


def _measured_before(low: str, at: int) -> bool:
    return _MEASURED_BEFORE.search(low[max(0, at - 40) : at]) is not None
