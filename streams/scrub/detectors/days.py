"""Days that no calendar date names: feasts, weekdays, "yesterday", months: identifiers once they are tied to a person.

"Live on Friday" may stand; "admitted last Friday" is a date of treatment: 45 CFR 164.514(b)(2)(i)(C).
"""

import re
from collections.abc import Iterator

from streams.scrub.calendar_dates import MONTHS, SAID_YEAR
from streams.scrub.listing import words
from streams.scrub.phrases import combined, phrases
from streams.scrub.sentences import around
from streams.scrub.spans import Hit
from streams.scrub.view import View

_FEASTS = phrases(
    "christmas christmas_eve christmas_day xmas boxing_day new_year's_eve new_year's_day new_years_eve "
    "new_years_day new_year easter easter_sunday easter_monday good_friday palm_sunday ash_wednesday shrove_tuesday "
    "pancake_day whit_sunday whit_monday thanksgiving halloween valentine's_day valentines_day valentine's "
    "st_patrick's_day st._patrick's_day paddy's_day mother's_day father's_day independence_day labor_day labour_day "
    "memorial_day veterans_day remembrance_day juneteenth fourth_of_july 4th_of_july burns_night bonfire_night "
    "guy_fawkes_night mardi_gras may_day midsummer_day midsummer groundhog_day leap_day bank_holiday hanukkah "
    "passover yom_kippur rosh_hashanah eid eid_al-fitr ramadan diwali holi chinese_new_year all_saints_day "
    "heiligabend heilig_abend weihnachten advent adventssonntag weihnachtstag erster_weihnachtstag "
    "zweiter_weihnachtstag "
    "ersten_weihnachtstag zweiten_weihnachtstag silvester neujahr neujahrstag ostern ostersonntag ostermontag "
    "karfreitag gründonnerstag palmsonntag pfingsten pfingstmontag pfingstsonntag himmelfahrt christi_himmelfahrt "
    "vatertag fronleichnam rosenmontag faschingsdienstag aschermittwoch fasching karneval muttertag nikolaus "
    "nikolaustag allerheiligen allerseelen reformationstag martinstag tag_der_deutschen_einheit tag_der_einheit "
    "tag_der_arbeit dreikönig dreikönigstag heilige_drei_könige erster_advent ersten_advent zweiten_advent "
    "dritten_advent vierten_advent buß-_und_bettag zuckerfest opferfest mariä_himmelfahrt walpurgisnacht erntedank "
    "totensonntag nationalfeiertag bundesfeiertag kerst kerstmis kerstavond kerstdag eerste_kerstdag "
    "tweede_kerstdag oudejaarsavond oudjaar oudejaarsdag oud_en_nieuw nieuwjaar nieuwjaarsdag pasen eerste_paasdag "
    "tweede_paasdag paaszondag paasmaandag goede_vrijdag witte_donderdag palmzondag hemelvaart hemelvaartsdag "
    "pinksteren eerste_pinksterdag tweede_pinksterdag koningsdag koninginnedag bevrijdingsdag dodenherdenking "
    "sinterklaas sinterklaasavond pakjesavond moederdag vaderdag sint-maarten sint_maarten sinksen advent lichtmis "
    "driekoningen carnaval "
    "prinsjesdag suikerfeest offerfeest allerheiligen dierendag"
)
_WEEKDAYS_EN = "monday tuesday wednesday thursday friday saturday sunday"
_WEEKDAYS_DE = "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag"
_WEEKDAYS_NL = "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
_WEEKDAYS_DE += "".join(
    f" {day}{part}" for day in _WEEKDAYS_DE.split() for part in ("abend", "nacht", "morgen", "nachmittag")
)
_WEEKDAYS_NL += "".join(
    f" {day}{part}" for day in _WEEKDAYS_NL.split() for part in ("avond", "nacht", "ochtend", "middag")
)
_PAST = phrases(
    combined("last this_past since on", _WEEKDAYS_EN)
    + " yesterday the_day_before_yesterday day_before_yesterday last_night the_other_day last_week last_weekend "
    "last_month earlier_this_week over_the_weekend at_the_weekend since_yesterday a_week_ago a_fortnight_ago "
    "the_night_before_last "
    + combined("letzten vorigen vergangenen am seit seit_letztem", _WEEKDAYS_DE)
    + " gestern vorgestern seit_gestern seit_vorgestern letzte_woche vorige_woche vergangene_woche letztes_wochenende "
    "am_wochenende letzte_nacht vorletzte_nacht letzten_monat vorletzte_woche gestern_abend gestern_nacht "
    + combined("afgelopen vorige op sinds verleden", _WEEKDAYS_NL)
    + " gisteren eergisteren sinds_gisteren sinds_eergisteren vorige_week verleden_week afgelopen_week "
    "afgelopen_weekend vorige_maand gisteravond gisterenavond afgelopen_nacht eergisteravond"
)
_COUNT = (
    r"(?:\d{1,3}|a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|einem|einer|zwei|drei|vier|fünf"
    r"|sechs|sieben"
    r"|acht|neun|zehn|elf|zwölf|een|één|twee|drie|vijf|zes|zeven|negen|tien|twaalf|wenigen|paar|few|couple of)"
)
_AGO = re.compile(
    rf"(?<!\w)(?:{_COUNT} (?:days?|nights?|weeks?|months?) ago|vor {_COUNT} (?:tag(?:en)?|nächten|wochen?|monat(?:en)?)"
    rf"|{_COUNT} (?:dag(?:en)?|nachten|weken|week|maand(?:en)?) geleden)(?!\w)"
)
_AGO_WORDS = frozenset({"ago", "vor", "geleden"})
_SINCE = re.compile(
    rf"(?<!\w)(?:(?:for|since|these) {_COUNT} (?:days|nights|weeks)|seit {_COUNT} (?:tag(?:en)?|nächten|wochen?)"
    rf"|(?:sinds|al) {_COUNT} (?:dagen|nachten|weken))(?!\w)"
)
_SINCE_WORDS = words("days nights weeks tag tagen nächten woche wochen dagen nachten weken")
_COMING = phrases(
    combined("on next this", _WEEKDAYS_EN)
    + f" {_WEEKDAYS_EN} tomorrow next_week the_day_after_tomorrow in_two_days "
    + combined("am nächsten kommenden bis", _WEEKDAYS_DE)
    + f" {_WEEKDAYS_DE} übermorgen nächste_woche kommende_woche "
    + combined("op volgende aanstaande komende", _WEEKDAYS_NL)
    + f" {_WEEKDAYS_NL} overmorgen morgen volgende_week komende_week"
)
_MONTH_NAMES = phrases(" ".join(name for name in MONTHS if len(name) > 3 or name in ("may", "mai", "mei")))
_MONTH = re.compile(
    r"(?<!\w)(?P<lead>in|last|this|since|early|late|mid|im|letzten|seit|anfang|mitte|ende|vorigen|afgelopen|vorige"
    r"|sinds"
    rf"|begin|half|eind)[ -](?P<month>{_MONTH_NAMES.pattern})(?![\w-]| \d)"
)

# Each of these is done to patients and to nobody else.
_CARE = re.compile(
    r"(?<!\w)(?:born|admitted|admission|re-?admitted|hospitali[sz]ed|in (?:the )?hospital|discharged|diagnosed"
    r"|diagnosis"
    r"|transplanted|underwent|biopsied|amputated|operated on|gave birth|into labou?r|miscarried|in a coma|had (?:her"
    r"|his|a) "
    r"(?:\w+ )?(?:stroke|heart attack|fall|accident|stent|surgery|operation|bypass|seizure|transplant|scan|biopsy"
    r"|chemo)"
    r"|heart attack|stroke|relapsed|widowed|first seen|last seen|seen in clinic|birthday"
    r"|geboren|aufgenommen|aufnahme|eingeliefert|eingewiesen|entlassen|diagnose|diagnostiziert|transplantiert"
    r"|verunglückt"
    r"|entbunden"
    r"|voroperiert|operiert|im krankenhaus|in der klinik|bei uns|auf (?:der )?station|gestürzt|schlaganfall|herzinfarkt"
    r"|verwitwet|im koma"
    r"|opgenomen|opname|binnengebracht|ontslagen|gediagnosticeerd|geopereerd|getransplanteerd|verongelukt|bevallen"
    r"|in het ziekenhuis|bij ons|op de afdeling|gevallen|beroerte|hartinfarct|herseninfarct|weduwe|weduwnaar|in coma"
    r"|jarig|verjaardag|geburtstag"
    r")(?!\w)"
)
# These happen to anybody and anything: they count where somebody is spoken of.
_HAPPENED = re.compile(
    r"(?<!\w)(?:fell|fall|fallen|slipped|tripped|broke|broken|fractured|collapsed|crashed|accident|injured|hurt|tore"
    r"|ruptured|stent|surgery|operated|operation|had|came in|came to us|brought in|brought here|lost|felt|noticed|found"
    r"|married|retired|died|chemo|scan|transplant|wedding|in bed|limping|limps|in pain|on the ward"
    r"|fiel|sturz|unfall|brach|gebrochen|verletzt|kam|verlor|heiratete|geheiratet|hatte|hat|liegt|hinkt|schmerzen|stent"
    r"|hochzeit|verstorben|bewusstlos"
    r"|viel|val|ongeluk|brak|kwam|verloor|trouwde|had|kreeg|gekregen|ligt|hinkt|pijn|stent|bruiloft|overleden|gebroken"
    r"|gewond|gestruikeld|uitgegleden)(?!\w)"
)
_PERSON = re.compile(
    r"(?<!\w)(?:she|he|her|his|him|they|who|patient|pt|lady|gentleman|man|woman|boy|girl|child|baby|granny|grandma"
    r"|grandpa"
    r"|farmer|runner|husband|wife|mother|father|daughter|son|widow"
    r"|sie|er|ihr|ihre|ihren|ihrem|ihm|seine|seinen|patientin|mann|frau|oma|opa|kind|junge|mädchen|läufer(?:in)?|der"
    r"|die"
    r"|zij|ze|hij|haar|hem|zijn|patiënte?|vrouw|meneer|mevrouw|meisje|jongen|loper|loopster|boer)(?!\w)"
)
_PLANNED = re.compile(
    r"(?<!\w)(?:(?:test|scan|her|his|biopsy|lab|blood) results?|result (?:is |comes |due)|pathology|biopsy|histology"
    r"|discharge"
    r"|discharged|goes home|go home|going home|home on|follow[- ]?up|check-?up|chemo|radiotherapy|rehab"
    r"|stitches (?:come )?out|staples out|catheter (?:comes )?out|drain (?:comes )?out|cast (?:comes )?off"
    r"|second surgery"
    r"|next surgery|her wedding|his wedding|her scan|his scan"
    r"|befund|histologie|entlassung|entlassen|nach hause|heim darf|heimgehen|nachsorge|kontrolltermin|reha|chemo"
    r"|bestrahlung"
    r"|fäden raus|zweite op|ihre hochzeit|ihr ergebnis|laborergebnis"
    r"|uitslag|pathologie|ontslag|ontslagen|naar huis|controle(?:afspraak)?|revalidatie|chemo|bestraling"
    r"|hechtingen eruit"
    r"|tweede operatie|haar bruiloft)(?!\w)"
)
_PROGRAMME = re.compile(
    r"(?<!\w)(?:live|stream|join|see you|tune in|episode|broadcast|quiz|webinar|wir sehen uns|sendung|folge|übertragung"
    r"|uitzending|aflevering|tot ziens|kijk|meekijken)(?!\w)"
)
_ANY = _FEASTS | _PAST | _COMING | _MONTH_NAMES
_TRIGGERS = _ANY.triggers | _AGO_WORDS | _SINCE_WORDS
_FEAST_YEAR = rf"(?:,? (?:in |of |van |anno )?(?:(?:19|20)\d\d|'\d\d|{SAID_YEAR}))?"
_FEAST = re.compile(rf"(?<!\w){_FEASTS.pattern}{_FEAST_YEAR}(?!\w)")
_PAST_DAY = re.compile(rf"(?<!\w){_PAST.pattern}(?: night| morning| evening)?(?!\w)")
_FROM_NOW = rf"(?:(?:a|one|two|three|four) weeks? (?:from|on) {_COMING.pattern}|the {_COMING.pattern} (?:after|before) {_FEASTS.pattern})"
_COMING_DAY = re.compile(rf"(?<!\w)(?:{_FROM_NOW}|{_COMING.pattern})(?!\w)")


def days(view: View) -> Iterator[Hit]:
    vocabulary = view.vocabulary
    if _TRIGGERS.isdisjoint(vocabulary):
        return
    low = view.low
    if not (_CARE.search(low) or _HAPPENED.search(low) or _PLANNED.search(low)):
        return
    if not _FEASTS.absent(view):
        yield from _tied(low, _FEAST, "date-feast", 0.7)
    if not _PAST.absent(view):
        yield from _tied(low, _PAST_DAY, "date-relative", 0.6)
    if not _AGO_WORDS.isdisjoint(vocabulary):
        yield from _tied(low, _AGO, "date-relative", 0.6)
    if not _MONTH_NAMES.absent(view):
        for m in _MONTH.finditer(low):
            if _is_tied(around(low, m.start(), m.end())):
                yield Hit(m.start("month"), m.end("month"), "date", "date-month", 0.6)
    for pattern, rule, tie in ((_SINCE, "date-since", _CARE), (_COMING_DAY, "date-planned", _PLANNED)):
        for m in pattern.finditer(low) if tie.search(low) else ():
            sentence = around(low, m.start(), m.end())
            if tie.search(sentence) and not _PROGRAMME.search(sentence):
                yield Hit(m.start(), m.end(), "date", rule, 0.6)


def _tied(low: str, pattern: re.Pattern[str], rule: str, score: float) -> Iterator[Hit]:
    for m in pattern.finditer(low):
        if _is_tied(around(low, m.start(), m.end())):
            yield Hit(m.start(), m.end(), "date", rule, score)


def _is_tied(sentence: str) -> bool:
    if _CARE.search(sentence):
        return True
    return bool(_HAPPENED.search(sentence) and _PERSON.search(sentence) and not _PROGRAMME.search(sentence))
