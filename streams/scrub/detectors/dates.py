"""Dates finer than a year that may be a person's: 45 CFR 164.514(b)(2)(i)(C). The programme's own dates may stand."""

import re
from collections.abc import Iterator

from streams.scrub.calendar_dates import Dated
from streams.scrub.spans import Hit
from streams.scrub.view import View

_PROGRAMME = re.compile(
    r"(?<!\w)(?:next|join|see you|tune in|save the date|register|sign up|tickets?|broadcast|webinar|episode"
    r"|congress|conference|symposium|meeting|course|workshop|edition|starts? (?:on|at)|doors|deadline"
    r"|applications?|rerun|repeat|replay|part \d|release|open day|available (?:on|from)|until"
    r"|nächste[rnsm]?|sehen uns|wiedersehen|anmeld\w{0,6}|termin(?:e)?|kongress|tagung|symposium|kurs|folge"
    r"|übertragung|sendung|sendetermin|wiederholung|ab dem|bis zum|tag der offenen tür|vormerken"
    r"|volgende?|tot ziens|aanmeld\w{0,5}|inschrij\w{0,6}|kaarten|congres|cursus|uitzending|aflevering"
    r"|herhaling|editie|agenda|tot en met|t/m|open dag|noteer)(?!\w)"
)
_PERSON = re.compile(
    r"(?<!\w)(?:dob|d\.o\.b|born|birth\w{0,8}|b\.|admitted|admission|discharged|diagnosed|diagnosis|since"
    r"|had|underwent|previous|prior|stroke|stent|fell|fall|accident|wristband|chart|label|header|screen|she"
    r"|he|her|his|patient|pt|last (?:year|month|spring|summer|autumn|fall|winter)"
    r"|geb|geboren|geburtsdatum|geburtstag|aufgenommen|aufnahme|entlassen|diagnose|seit|hatte|war|gestürzt"
    r"|unfall|armband|etikett|sie|er|ihr|sein|patientin|letztes jahr|letzten|voroperiert|operiert"
    r"|geboortedatum|gebdat|opgenomen|opname|ontslagen|sinds|had|kreeg|gekregen|gevallen|ongeluk|polsbandje"
    r"|bandje|hij|zij|ze|haar|zijn|jarig|verjaardag|patiënt|vorig jaar|geopereerd)(?!\w)"
)
# How far words count for a date when no full stop comes first; it bounds the time that a row of dates can take.
_SENTENCE = 120
_CLINICAL_BEFORE = re.compile(
    r"(?<!\w)(?:hb|crp|inr|ph|be|krea|kreat|k|na|ca|hba1c|temp|temperatur|size|maat|größe|gr|ratio|score|auf"
    r"|von|um|uhr|om|at|v|version|punkt|nr|no|part|teil|deel)\.?:?\s*$"
)
_DATE_BEFORE = re.compile(
    r"(?<!\w)(?:am|vom|seit|zum|bis|ab|dem|den|der|geb|geboren|und|oder|am \w+tag,? den|dob|op|datum|,"
    r"|\*)\.?\s*$"
)
_FEAST = re.compile(
    r"(?<!\w)(?:christmas(?: eve| day)?|boxing day|new year(?:'s (?:eve|day))|easter(?: sunday| monday)?"
    r"|good friday|thanksgiving|halloween|valentine'?s(?: day)?|st\.? patrick'?s day|mother'?s day"
    r"|father'?s day|independence day|labor day|memorial day|fourth of july|4th of july|burns night"
    r"|bonfire night"
    r"|heiligabend|weihnachten|silvester|neujahr|ostern|ostersonntag|ostermontag|karfreitag|pfingsten"
    r"|pfingstmontag|pfingstsonntag|himmelfahrt|fronleichnam|rosenmontag|aschermittwoch|muttertag"
    r"|nikolaus(?:tag)?|allerheiligen|tag der (?:deutschen )?(?:einheit|arbeit)|dreikönig\w{0,4}"
    r"|kerst(?:mis|avond|dag)?|eerste kerstdag|tweede kerstdag|oudejaarsavond|oudjaar|oud en nieuw"
    r"|nieuwjaarsdag|pasen|eerste paasdag|tweede paasdag|goede vrijdag|hemelvaart(?:sdag)?|pinksteren"
    r"|eerste pinksterdag|tweede pinksterdag|koningsdag|bevrijdingsdag|sinterklaas(?:avond)?|moederdag"
    r"|vaderdag|sint maarten|driekoningen)(?!\w)"
)
_TIED = re.compile(
    r"(?<!\w)(?:born|admitted|admission|fell|broke|diagnosed|diagnosis|stroke|stent|accident|operated"
    r"|had (?:her|his|a|an|the)|underwent|since|transplanted|injured|in hospital"
    r"|geboren|aufgenommen|gestürzt|gebrochen|diagnostiziert|schlaganfall|operiert|verletzt|verunglückt"
    r"|eingeliefert|seit|hatte"
    r"|opgenomen|gevallen|gebroken|beroerte|geopereerd|gekregen|sinds|had|kreeg)(?!\w)"
)
_RELATIVE = re.compile(
    r"(?<!\w)(?:(?:last|this past|on) (?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday"
    r"|(?:the )?day before yesterday|(?:two|three|four|five|six|\d{1,2}) (?:days|weeks) ago"
    r"|(?:letzten|vorigen|am) (?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)|gestern"
    r"|vorgestern|vor (?:zwei|drei|vier|fünf|sechs|\d{1,2}) (?:tagen|wochen)"
    r"|(?:afgelopen|vorige|op) (?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)|gisteren"
    r"|eergisteren|(?:twee|drie|vier|vijf|zes|\d{1,2}) (?:dagen|weken) geleden)(?!\w)"
)
_ADMITTED = re.compile(
    r"(?<!\w)(?:born|admitted|admission|diagnosed|transplanted|geboren|aufgenommen|eingeliefert|diagnostiziert"
    r"|opgenomen|verunglückt)(?!\w)"
)


def found_dates(view: View) -> Iterator[Hit]:
    for day in view.dates:
        if day.rule == "date-day-month" and not _DATE_BEFORE.search(view.low[max(0, day.start - 24) : day.start]):
            continue  # "Hb 13.1." ends a sentence with a reading
        if day.rule == "date-figures" and _CLINICAL_BEFORE.search(view.low[max(0, day.start - 16) : day.start]):
            continue
        if not _of_the_programme(view.low, day):
            yield Hit(day.start, day.end, "date", day.rule, 1.0 if day.year else 0.8)
    yield from _feasts(view)


def _of_the_programme(low: str, day: Dated) -> bool:
    """A date that the event announces: its sentence speaks of what comes, and of nobody."""
    left, right = max(0, day.start - _SENTENCE), min(len(low), day.end + _SENTENCE)
    start = max(left, *(low.rfind(mark, left, day.start) + 1 for mark in (". ", "! ", "? ", "\n")))
    stop = min((at for mark in ("! ", "? ", "\n") if (at := low.find(mark, day.end, right)) >= 0), default=right)
    sentence = low[start:stop]
    return bool(_PROGRAMME.search(sentence)) and not _PERSON.search(sentence) and not 0 < day.year < 2000


def _feasts(view: View) -> Iterator[Hit]:
    low = view.low
    for m in _FEAST.finditer(low):
        if _TIED.search(low):
            yield Hit(m.start(), m.end(), "date", "date-feast", 0.7)
    if _ADMITTED.search(low):
        for m in _RELATIVE.finditer(low):
            yield Hit(m.start(), m.end(), "date", "date-relative", 0.6)
