"""Calendar dates finer than a year that may be a person's: 45 CFR 164.514(b)(2)(i)(C). The programme's own may stand.

Days without a calendar, such as feasts and "last Tuesday", are in `days.py`.
"""

import re
from collections.abc import Iterator

from streams.scrub import calendar_dates
from streams.scrub.calendar_dates import Dated
from streams.scrub.sentences import around
from streams.scrub.spans import Hit
from streams.scrub.view import View

_PROGRAMME = re.compile(
    r"(?<!\w)(?:next|join|see you|tune in|save the date|register|sign up|tickets?|broadcast|webinar|episode"
    r"|congress|conference|symposium|meeting|course|workshop|edition|starts? (?:on|at)|doors|deadline"
    r"|applications?|rerun|repeat|replay|part \d|release|open day|available (?:on|from)|until|live on|live stream"
    r"|stream on|premiere|on air|airs|season|race day|today|tonight|good morning|welcome|follow us|vote|quiz"
    r"|nächste[rnsm]?|sehen uns|wiedersehen|anmeld\w{0,6}|termin(?:e)?|kongress|tagung|kurs|folge"
    r"|übertragung|sendung|sendetermin|wiederholung|ab dem|bis zum|tag der offenen tür|vormerken|heute|guten morgen"
    r"|willkommen|live am|livestream|sprechstunde|fortbildung"
    r"|volgende?|tot ziens|aanmeld\w{0,5}|inschrij\w{0,6}|kaarten|congres|cursus|uitzending|aflevering"
    r"|herhaling|editie|agenda|tot en met|t/m|open dag|noteer|vandaag|goedemorgen|welkom|live op|bijscholing)(?!\w)"
)
_PERSON = re.compile(
    r"(?<!\w)(?:dob|d\.o\.b|born|birth\w{0,8}|b\.|admitted|admission|discharged|diagnosed|diagnosis|since"
    r"|had|underwent|previous|prior|stroke|stent|fell|fall|accident|wristband|chart|label|header|screen|she"
    r"|he|her|his|patient|pt|mum|mom|dad|mother|father|wife|husband|grandma|grandpa|lost|mama|papa|oma|opa"
    r"|mutter|vater"
    r"|moeder|vader|last (?:year|month|spring|summer|autumn|fall|winter)|results?|biopsy|pathology|scan"
    r"|geb|geboren|geburtsdatum|geburtstag|aufgenommen|aufnahme|entlassen|diagnose|seit|hatte|war|gestürzt"
    r"|unfall|armband|etikett|sie|er|ihr|sein|patientin|letztes jahr|letzten|voroperiert|operiert|befund"
    r"|geboortedatum|gebdat|opgenomen|opname|ontslagen|sinds|kreeg|gekregen|gevallen|ongeluk|polsbandje"
    r"|bandje|hij|zij|ze|haar|zijn|jarig|verjaardag|patiënt|vorig jaar|geopereerd|uitslag)(?!\w)"
)
_CLINICAL_BEFORE = re.compile(
    r"(?<!\w)(?:hb|crp|inr|ph|be|krea|kreat|k|na|ca|hba1c|temp|temperatur|sizes?|mat?en|maat|größen?|gr|ratio"
    r"|scores?|auf"
    r"|von|um|uhr|om|at|v|version|punkt|nr|no|part|teil|deel|trays?|fr|ch|screws?|drills?|reamers?|bohrer|schrauben"
    r"|boren|schroeven|levels?|teeth|zähne|tanden|numbers?|readings?|werte|waarden)\.?:?\s*$"
)
_DATE_BEFORE = re.compile(
    r"(?<!\w)(?:am|vom|seit|zum|bis|ab|dem|den|der|geb|geboren|und|oder|am \w+tag,? den|dob|op|datum|,"
    r"|geburtstag|aufgenommen|operiert|\*)\.?\s*$"
)
# Right before two figures these make them a day and a month: "born 21/8", "opgenomen op 7-4".
_CUE_BEFORE = re.compile(
    r"(?<!\w)(?:dob|born|birthday|bday|b-day|admitted|admission|discharged|diagnosed|transplanted|operated"
    r"|surgery date"
    r"|geb|geboren|geburtstag|aufgenommen|aufnahme|entlassen|operiert|gestürzt"
    r"|opgenomen|opname|ontslagen|geopereerd|verjaardag|jarig|gevallen|due|visit|appointment|follow-?up|results?"
    r"|scan|check|uitgerekend|geburtstermin|termin|kontrolle"
    r"|befund|controle|uitslag|afspraak|fell|since|seit|sinds)\.?[\s:]{1,3}(?:on |am |op |the |de |dem |den |vom )?$"
)
_ON_BEFORE = re.compile(r"(?<!\w)(?:on|since|am|vom|seit|op|sinds) (?:the |dem |de )?$")
_PAIR = re.compile(r"\d[-./]\d")
_NO_PATIENT_BEFORE = 1900  # nobody who is alive was born or treated before
_LATEST_FOR_BIRTH = 2000  # a programme has no dates as old as this
# Whoever writes more dates than this in one update gets them all taken for a person's.
_WEIGHED_MAX = 40
_RISING_FROM = 3


def found_dates(view: View) -> Iterator[Hit]:
    for count, day in enumerate(view.dates):
        if _is_reading(view.low, day) or 100 <= day.year < _NO_PATIENT_BEFORE:
            continue
        if count >= _WEIGHED_MAX or not _of_the_programme(view.low, day):
            yield Hit(day.start, day.end, "date", day.rule, 1.0 if day.year else 0.8)
    if view.has_digits and _PAIR.search(view.low):
        yield from _cued_pairs(view)


def _cued_pairs(view: View) -> Iterator[Hit]:
    for day in calendar_dates.pairs(view.low):
        if view.low[day.end : day.end + 1] == "." and day.rule == "date-pair" and "." in view.low[day.start : day.end]:
            continue  # "21.8." is a date of its own
        before = view.low[max(0, day.start - 24) : day.start]
        is_day = _ON_BEFORE.search(before) and _PERSON.search(around(view.low, day.start, day.end))
        if is_day or _CUE_BEFORE.search(before):
            yield Hit(day.start, day.end, "date", "date-pair", 0.8)


def _is_reading(low: str, day: Dated) -> bool:
    """Figures that look like a date: "Hb 13.1." at the end of a sentence, "sizes 8-10-12"."""
    if day.rule == "date-day-month":
        before = low[max(0, day.start - 24) : day.start]
        return not (_DATE_BEFORE.search(before) or _CUE_BEFORE.search(before))
    if day.rule != "date-figures" or day.year > 99:
        return False
    if _CLINICAL_BEFORE.search(low[max(0, day.start - 16) : day.start]):
        return True
    values = [int(figures) for figures in re.findall(r"\d+", low[day.start : day.end])]
    evenly = len(values) == _RISING_FROM and values[1] - values[0] == values[2] - values[1]
    return evenly and not _PERSON.search(around(low, day.start, day.end))


def _of_the_programme(low: str, day: Dated) -> bool:
    """A date that the event announces: its sentence speaks of what comes, and of nobody."""
    sentence = around(low, day.start, day.end)
    announced = _PROGRAMME.search(sentence) and not _PERSON.search(sentence)
    return bool(announced) and not 0 < day.year < _LATEST_FOR_BIRTH
