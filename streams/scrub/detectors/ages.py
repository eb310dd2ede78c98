"""Ages over 89, in figures and in words, and birthdays: 45 CFR 164.514(b)(2)(i)(C). Younger ages may stand."""

import re
from collections.abc import Iterator

from streams.scrub.listing import words
from streams.scrub.numerals import NUMBERS
from streams.scrub.spans import Hit
from streams.scrub.view import View

_OLD = r"(?:9\d|1[01]\d)"
_WORDS = sorted((w for w, n in NUMBERS.items() if 90 <= n <= 119), key=lambda w: (-len(w), w))
_SPELLED = re.compile(
    rf"(?<![\w-])(?:{'|'.join(re.escape(w) for w in _WORDS)})(?:st|nd|rd|th|ste|sten|ster|jährige[nr]?"
    rf"|jarige)?(?![\w-])|(?<!\w)(?:{'|'.join(re.escape(w) for w in _WORDS)})(?=[- ](?:year|yr|jährig|jarig"
    rf"|jaar|jahre))"
)
_HUNDREDS = words("hundred hundert honderd")
_UNIT = re.compile(
    r"[\s-]?(?:%|°|per ?cent|percent|prozent|procent|degrees?|grad|graden|min|minutes?|minuten?|secs?"
    r"|seconds?|sekunden|seconden|hours?|stunden|uur|mm|cm|m\b|km|kilomet|mile|meter|metre|ml|milli|mg|g\b"
    r"|kg|gram|bpm|beats|watts?|euro|dollars?|pounds?|bilder|people|personen|mensen|viewers|volunteers"
    r"|patients|patienten|patiënten|operation|operaties|ops|cases|fälle|days?|tage|dagen|weeks?|wochen"
    r"|weken|months?|steps|sachen|stück|stuks|keer|mal|times|of|to|over|per|oder|kontakte|blaren|blisters"
    r"|\d)"
)
_AGE_BEHIND = re.compile(
    rf"(?<![\w.,:/-])(?P<n>{_OLD})\s?-?\s?(?:y/?o\b|yrs?\b|years?[- ]old|year[- ]?old|-?years?-?young"
    rf"|years young|m\b(?!m)|f\b|w\b|j\.|jahre?\b(?: alt| jung)?|-?jährige?\w{{0,2}}|jaar\b(?: oud)?"
    rf"|-?jarige?\w{{0,2}})"
)
_AGE_BEFORE = re.compile(
    rf"(?<!\w)(?:aged?|turned|turning|turns|oldest|she's|he's|she is|he is|pt is|patient is|who is|is now"
    rf"|nearly|almost|wird|wurde|ist|alter|alt|ältester?|älteste|oudste(?: \w{{2,15}})?|leeftijd|werd|wordt"
    rf"|bijna|fast|knapp|über|van)[\s:,]{{1,2}}(?:a |of |just |already |schon |stolze |al "
    rf"|wel )?(?P<n>{_OLD})(?![\w/:°%]|[.,]\d|-\d)"
)
_AGE_APPOSED = re.compile(
    rf"(?<!\w)(?:oma|opa|granny|grandma|grandpa|gran|nan|nana|lady|gentleman|patientin|patient|patiënte?|pt"
    rf"|man|woman|mann|frau|vrouw|meneer|mevrouw|herr|dame|herr|omaatje|opaatje|runner|läuferin|läufer"
    rf"|loper|loopster|spectator|zuschauer(?:in)?)[\s,(]{{1,3}}(?P<n>{_OLD})(?=[\s,.!)]|$)(?![.,]\d)"
)
_ANY_OLD = re.compile(r"(?<!\d)(?:9\d|1[01]\d)(?!\d)")
_BIRTHDAY = re.compile(
    r"(?<!\w)(?:(?:turn(?:s|ed|ing)?|becomes) (?:\d{1,3}|[a-z]+(?:-[a-z]+)?)(?:st|nd|rd|th)? (?:today"
    r"|tomorrow|yesterday|this week|last week|next week|on \w+day)"
    r"|(?:it's |it is )?(?:his|her|their|the patient's|patient's|\w+'s) (?:\d{1,3}(?:st|nd|rd"
    r"|th) )?birthday(?: (?:today|tomorrow|yesterday|this week|next week))?"
    r"|birthday (?:boy|girl)|born (?:today|on this day|this day)"
    r"|wird (?:heute|morgen|nächste woche|diese woche) \d{1,3}|(?:heute|morgen|gestern) (?:\w+ )?geburtstag"
    r"|(?:hat|hatte|feiert|feierte) (?:\w+ ){0,3}(?:\d{1,3}\. )?geburtstag|geburtstagskind"
    r"|(?:is|was|wordt|werd) (?:vandaag|morgen|gisteren|deze week) (?:\w+ )?(?:jarig|\d{1,3})|(?:is"
    r"|was) (?:\w+ )?jarig|jarige (?:job|jet)|(?:viert|vierde) (?:\w+ ){0,3}verjaardag|(?:zijn"
    r"|haar) (?:\d{1,3}e )?verjaardag)(?!\w)"
)
_NOT_OURS = re.compile(r"\b(?:hospital|klinik|ziekenhuis|clinic|team|verein|robot)\b")


def ages(view: View) -> Iterator[Hit]:
    low = view.low
    if _ANY_OLD.search(low):
        for pattern, rule in ((_AGE_BEHIND, "age-unit"), (_AGE_BEFORE, "age-cue"), (_AGE_APPOSED, "age-apposed")):
            for m in pattern.finditer(low):
                if rule == "age-unit" or not _UNIT.match(low, m.end("n")):
                    yield Hit(m.start("n"), m.end("n"), "age", rule)
    for m in _SPELLED.finditer(low):
        if not _UNIT.match(low, m.end()) and m.group() not in _HUNDREDS:
            yield Hit(m.start(), m.end(), "age", "age-spelled", 0.8)


def birthdays(view: View) -> Iterator[Hit]:
    low = view.low
    if not any(
        cue in low for cue in ("birth", "turn", "born", "becomes", "geburt", "wird", "jarig", "verjaar", "is ", "wordt")
    ):
        return
    for m in _BIRTHDAY.finditer(low):
        if not _NOT_OURS.search(m.group()):
            yield Hit(m.start(), m.end(), "birthday", "birthday")
