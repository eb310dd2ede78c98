"""Birthdays: who has one today has told the day and month of birth: 45 CFR 164.514(b)(2)(i)(C)."""

import re
from collections.abc import Iterator

from streams.scrub.phrases import phrases
from streams.scrub.spans import Hit
from streams.scrub.view import View

_CUES = phrases(
    "birthday birthdays bday turns turned turning becomes born celebrates celebrating anniversary candles "
    "geburtstag geburtstagskind geburtstags geburtstages wird feiert feierte jubilar jubilarin jarig jarige "
    "verjaardag verjaardags verjaart viert vierde wordt werd is was"
)
_AGE = r"(?:\d{1,3}|[a-zäöüßë]{2,14}(?:ty|teen|zig|ßig|zehn|tig|tien|hundred|hundert|honderd)(?:-[a-z]{3,5})?)"
_WHEN = r"(?:today|tomorrow|yesterday|this week|last week|next week|tonight|on \w+day|this weekend)"
_BIRTHDAY = re.compile(
    rf"(?<!\w)(?:(?:turn(?:s|ed|ing)?|becomes) (?:the big )?{_AGE}(?:st|nd|rd|th)? {_WHEN}"
    r"|(?:it's |it is )?(?:his|her|their|the patient's|patient's|\w{1,30}'s) (?:\d{1,3}(?:st|nd|rd"
    r"|th) |\w{3,12}th )?b(?:irth)?-?day(?: (?:is |was )?(?:today|tomorrow|yesterday|this week|next week))?"
    r"|birthday (?:boy|girl|lady|child)|birthday of (?:our|the) (?:patient|lady|donor)|born (?:today|on this day"
    r"|this day|on a day like)"
    r"|happy birthday,? (?:to )?(?:our |the |dear )?(?:patient|lady|gentleman|runner|donor|her|him)"
    r"|celebrat(?:es|ing) (?:her|his) (?:\d{1,3}(?:st|nd|rd|th)|\w{3,14}th)(?: birthday)?"
    rf"|wird (?:heute|morgen|nächste woche|diese woche|am \w+tag) {_AGE}|(?:heute|morgen"
    rf"|gestern) (?:\w{{1,20}} ){{0,2}}geburtstag"
    r"|(?:hat|hatte|feiert|feierte) (?:\w{1,20} ){0,3}(?:\d{1,3}\. )?geburtstag|geburtstagskind|(?:ihr|sein|ihrem"
    r"|seinem|ihren"
    r"|seinen) (?:\d{1,3}\. |\w{3,20}(?:te[rn]?|sten) )?geburtstag|geburtstag (?:der patientin|des patienten"
    r"|unserer patientin)"
    rf"|(?:is|was|wordt|werd) (?:vandaag|morgen|gisteren|deze week|zaterdag|zondag) (?:\w{{1,20}} )?(?:jarig"
    rf"|\d{{1,3}}|{_AGE})"
    r"|(?:is|was) (?:\w{1,20} ){0,2}jarig|jarige (?:job|jet|patiënte?|loper|loopster)|(?:viert|vierde) (?:\w{1,20} "
    r"){0,3}verjaardag|(?:zijn|haar|hun|patiënts) (?:\d{1,3}e |\w{3,20}(?:ste|de) )?verjaardag|verjaardag van (?:de"
    r"|onze) (?:patiënte?|mevrouw|meneer)|verjaart (?:vandaag|morgen|deze week))(?!\w)"
)
_NOT_OURS = re.compile(
    r"\b(?:hospital|klinik|ziekenhuis|clinic|team|verein|robot|hospital's|team's|robot's|clinic's|it's)\b"
)


def birthdays(view: View) -> Iterator[Hit]:
    if _CUES.absent(view):
        return
    for m in _BIRTHDAY.finditer(view.low):
        if not _NOT_OURS.search(m.group().removeprefix("it's ")):
            yield Hit(m.start(), m.end(), "birthday", "birthday")
