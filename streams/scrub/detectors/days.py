"""Days that no calendar date names: feasts, weekdays, "yesterday", months: identifiers once they are tied to a person.

"Live on Friday" may stand; "admitted last Friday" is a date of treatment: 45 CFR 164.514(b)(2)(i)(C). The words are in
`lexicon/day_words.toml`.
"""

import re
from collections.abc import Iterator
from functools import cache

from streams.scrub import packaged
from streams.scrub.calendar_dates import MONTHS, SAID_YEAR
from streams.scrub.listing import words
from streams.scrub.phrases import Phrases, phrases
from streams.scrub.sentences import around
from streams.scrub.spans import Hit, longest
from streams.scrub.view import View


@cache
def _words(name: str) -> Phrases:
    return phrases(packaged.table("lexicon/day_words.toml")[name]["words"])


@cache
def _said(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_words(name).pattern}(?!\w)")


_WEEKDAYS = words(
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag "
    "sonnabend sonntag maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
)
_DAY = (
    rf"(?:{'|'.join(sorted(_WEEKDAYS))})(?:s|abend|nacht|morgen|nachmittag|früh|avond|ochtend|middag| night| morning"
    rf"| evening"
    r"| abend| nacht)?"
)
_PAST_WORDS = phrases(
    "yesterday the_day_before_yesterday day_before_yesterday last_night the_other_day the_other_night last_week "
    "last_weekend last_month earlier_this_week over_the_weekend at_the_weekend since_yesterday "
    "the_night_before_last gestern vorgestern seit_gestern seit_vorgestern letzte_woche vorige_woche "
    "vergangene_woche letztes_wochenende am_wochenende letzte_nacht vorletzte_nacht letzten_monat vorletzte_woche "
    "gestern_abend gestern_nacht gisteren eergisteren sinds_gisteren sinds_eergisteren vorige_week verleden_week "
    "afgelopen_week afgelopen_weekend vorige_maand gisteravond gisterenavond gisternacht afgelopen_nacht "
    "eergisteravond"
)
_PAST_DAY = re.compile(
    rf"(?<!\w)(?:{_PAST_WORDS.pattern}|(?:last|this past|since|on|letzten|vorigen|vergangenen|vorletzten|am|seit"
    rf"|seit letztem|afgelopen|vorige|verleden|sinds|op|admitted|discharged|fell|born|operated|transplanted"
    rf"|scanned|aufgenommen"
    rf"|entlassen|gestürzt|geboren|operiert|opgenomen|ontslagen|gevallen|geopereerd) {_DAY}|{_DAY} (?:last week"
    rf"|vorige week|letzte woche))(?!\w)"
)
_COMING_WORDS = phrases(
    "tomorrow next_week the_day_after_tomorrow übermorgen nächste_woche kommende_woche overmorgen morgen "
    "volgende_week komende_week"
)
_COMING_DAY = re.compile(
    rf"(?<!\w)(?:(?:(?:a|one|two|three|four) weeks? (?:from|on) |(?:the )?(?:on|next|this|am|übernächsten"
    rf"|nächsten|kommenden|bis"
    rf"|by|op|volgende|aanstaande|komende|volgende week|nächste woche) )?{_DAY}(?: (?:week|in a week|in einer woche"
    rf"|over een week))?|{_COMING_WORDS.pattern})(?!\w)"
)
_COUNT = (
    r"(?:\d{1,3}|a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|einem|einer|zwei|drei|vier"
    r"|fünf|sechs"
    r"|sieben|acht|neun|zehn|elf|zwölf|een|één|twee|drie|vijf|zes|zeven|negen|tien|twaalf|wenigen|ein paar|paar|few"
    r"|couple of)"
)
_AGO = re.compile(
    rf"(?<!\w)(?:(?:exactly |just )?{_COUNT} (?:days?|nights?|weeks?|months?|fortnights?) ago|a fortnight ago"
    rf"|(?:heute )?vor {_COUNT} (?:tag(?:en)?|nächten|wochen?|monat(?:en)?)|{_COUNT} (?:dag(?:en)?|nachten|weken|week"
    rf"|maand(?:en)?) geleden)"
    r"(?!\w)"
)
_AGO_WORDS = words("ago vor geleden")
_SINCE = re.compile(
    rf"(?<!\w)(?:(?:for|since|these) {_COUNT} (?:days|nights|weeks)|seit {_COUNT} (?:tag(?:en)?|nächten|wochen?)"
    rf"|(?:sinds|al) {_COUNT} (?:dagen|nachten|weken))(?!\w)"
)
_SINCE_WORDS = words("days nights weeks tag tagen nächten woche wochen dagen nachten weken")
_WISH = re.compile(
    r"(?<!\w)(?:merry|happy|like|frohe[sn]?|schöne[sn]?|wie(?: an)?|fijne|vrolijke?|prettige?|gelukkig|zalige?"
    r"|als)(?: met)? $"
)
# "on the 14th", "seit dem 3.", "op de veertiende": a day whose month goes without saying.
_NO_DAY = (
    "floor|time|try|attempt|level|rib|day|week|month|post|row|hole|mile|km|lap|suture|screw|stitch|patient|hip|knee"
    "|case|slide|episode"
    "|edition|minute|hour|round|place|step|part|toe|finger|metatarsal|nerve|ventricle|vertebra|intercostal|cranial"
    "|century|birthday"
    "|year|degree|go|run|shift|corner|set|verdieping|keer|poging|dag|maand|hechting|schroef|patiënt|heup|knie|etage"
    "|plaats|ronde"
    "|kilometer|eeuw|helft|stap|deel|aflevering|uur|minuut|rij|wervel|editie|baan|loper|rib|teen|vinger|verjaardag"
    "|graad|jaar"
)
_DAY_OF_MONTH = re.compile(
    r"(?<!\w)(?:(?:on|since|by|until|from|before|after) the (?P<en>\d{1,2}(?:st|nd|rd|th))|(?:am|seit dem|vom"
    r"|bis zum|zum|ab dem) "
    r"(?P<de>\d{1,2}\.)(?= [a-zäöü]|,|\s*$)|(?:op|sinds|vanaf|tot|van) de (?P<nl>\d{1,2}(?:e|de|ste)))"
    rf"(?!\w| (?:\w{{3,10}} )?(?:{_NO_DAY}|mal)s?(?!\w))"
)
_DAY_OF_MONTH_LEAD = re.compile(r"(?:the|de) \d|(?:am|dem|vom|zum) \d{1,2}\.")
_MONTH_NAMES = phrases(" ".join(name for name in MONTHS if len(name) > 3 or name in ("may", "mai", "mei")))
_MONTH = re.compile(
    rf"(?<!\w)(?:(?:in|last|this|since|early|late|mid|around|before|after|until|im|letzten|seit|anfang|mitte|ende"
    rf"|vorigen|afgelopen"
    rf"|vorige|sinds|begin|half|halverwege|eind|tot|voor|na|vorig jaar|vorig jaar in|letztes jahr im)[ -]"
    rf"(?P<month>{_MONTH_NAMES.pattern})(?! \d)|(?P<month2>{_MONTH_NAMES.pattern}) (?:of )?(?:last year|this year"
    rf"|letzten jahres"
    r"|vorigen jahres|vorig jaar|dit jaar|vergangenen jahres))(?![\w-])"
)


# "the last day of September", "der dritte Montag im Mai", "de eerste zondag van juni": as good as a date in figures.
_NTH = (
    r"(?:first|second|third|fourth|last|erste[nrms]?|zweite[nrms]?|dritte[nrms]?|vierte[nrms]?|letzte[nrms]?"
    r"|eerste|tweede|derde|vierde"
    r"|laatste|[1-4](?:st|nd|rd|th|e|\.))"
)
_NTH_OF = re.compile(
    rf"(?<!\w)(?:(?:on|since|by|am|an|seit|op|sinds) )?(?:(?:the|der|die|dem|den|de) )?(?:very )?{_NTH}"
    rf" (?:{_DAY}|day|night|weekend|week|tag|wochenende|woche"
    rf"|dag|nacht|avond) (?:of|in|im|des|von|vom|van) (?:the month of )?{_MONTH_NAMES.pattern}(?: (?:19"
    rf"|20)\d\d)?(?!\w)"
    rf"|(?<!\w)(?:in der |die )?nacht (?:zum|auf den) (?:\d{{1,2}}\. |{_NTH} ){_MONTH_NAMES.pattern}(?!\w)"
)


# Seasons, anniversaries to the day, and days that are named by what happened on them.
_SEASON = re.compile(
    r"(?<!\w)(?:last|this|since|in the|in early|in late|before|after|letzten|letztes|im|seit dem|seit|vorigen"
    r"|late|early|mid|spät im|früh im|laat in de|afgelopen|vorige|vorig"
    r"|sinds|in de|van de|dit|deze|eind|begin)(?: the| de| het)? (?P<season>spring|summer|autumn|fall|winter"
    r"|frühling|frühjahr|sommer"
    r"|herbst|spätsommer|spätherbst|lente|voorjaar|zomer|herfst|najaar|nazomer)(?! (?:school|break|term|time|sport"
    r"|olympics)|\w)(?:,? (?:of |van |von )?(?:19|20)\d\d(?:/\d\d(?:\d\d)?)?)?"
)
_SEASONS = words(
    "spring summer autumn fall winter frühling frühjahr sommer herbst spätsommer spätherbst lente voorjaar zomer "
    "herfst najaar nazomer"
)
_TO_THE_DAY = re.compile(
    rf"(?<!\w)(?:(?:exactly |just )?{_COUNT} years? (?:ago )?(?:today|tomorrow|yesterday|this week|to the day)"
    rf"|(?:heute|gestern|morgen) "
    rf"(?:genau )?vor {_COUNT} jahr(?:en)?|auf den tag genau (?:vor )?{_COUNT} jahre?n?|(?:vandaag|gisteren"
    rf"|morgen)(?: precies)? {_COUNT} "
    r"jaar geleden)(?!\w)"
)
_TO_THE_DAY_WORDS = words("year years jahr jahre jahren jaar")
_DAY_THAT = re.compile(
    r"(?<!\w)(?:born|geboren|admitted|diagnosed|aufgenommen|opgenomen|gediagnosticeerd|operiert|geopereerd)(?: (?:on"
    r"|in|am|an|op|over|zu))?"
    r" (?P<that>(?:the |dem |der |de |den )?(?:very )?(?:day|night|morning|evening|week|weekend|tag|nacht|abend"
    r"|woche|dag|avond)(?:,? (?:of|that|when|als|der|des|an dem|dat|van|waarop|toen|the|de) )[^.!?,]{3,60})"
)


@cache
def _feast() -> re.Pattern[str]:
    """A feast, its part of the day, and the year if it is told."""
    year = rf"(?:,? (?:in |of |van |anno )?(?:(?:19|20)\d\d|'\d\d|{SAID_YEAR}))?"
    part = (
        r"(?: (?:morning|afternoon|evening|night|eve|weekend|week|morgens?|abends?|nachts?|ochtend|middag|avond"
        r"|nacht))?"
    )
    return re.compile(rf"(?<!\w)(?:{_words('feasts').pattern}|{_COMPOSED}){part}{year}(?!\w)")


# What stands right before a feast and moves its day.
_NEAR_FEAST = re.compile(
    rf"(?<!\w)(?:(?:the |de |der |am |den )?(?:{_DAY}|day|days|week|weekend|night|morning|tag|woche|nacht|dag|avond"
    rf"|ochtend|{_COUNT} (?:days?|weeks?|months?|tage?|wochen?|monate?|dag(?:en)?|week|weken|maand(?:en)?)"
    rf"|shortly|right|just|kurz|gleich"
    r"|kort|vlak)[ -](?:before|after|of|vor|nach|voor|na|van) (?:the |dem |der |de |het )?|(?:around|rond|om"
    r"|um|rund um|round) )$"
)
_NEAR_FEAST_REACH = 40
# Any day that is called after a feast or a saint: Sinterklaasdag, Faschingssamstag, St. Brigid's Eve.
_COMPOSED = (
    r"(?:(?:st\.?|saint|sankt|sint)[ -][a-z]{3,14}(?:'?s)?[ -]?(?:day|eve|night|tag|abend|dag|avond)"
    r"|(?:weihnachts|oster|pfingst|advents|faschings|fasnachts|fastnachts|karnevals|silvester|neujahrs|nikolaus"
    r"|nikolo|martins|johannis"
    r"|kirchweih|kirmes|erntedank|himmelfahrts|allerheiligen|allerseelen|dreikönigs|valentins|halloween"
    r"|muttertags|vatertags"
    r"|barbara|josefi|leonhardi|georgi|michaeli|krampus|christ|palm|stephans|walpurgis)-?"
    r"(?:tags?|tage|tagen|abends?|nacht|nächte|morgen|montags?|dienstags?|mittwochs?|donnerstags?|freitags?"
    r"|samstags?|sonntags?|woche|wochen"
    r"|wochenende|zeit|ferien|feiertage?n?)"
    r"|(?:kerst|paas|pinkster|sinterklaas|sint-?maarten|sint-?nicolaas|carnavals?|oudejaars|nieuwjaars|konings"
    r"|koninginne|hemelvaarts?|moeder"
    r"|vader|driekoningen|valentijns|vasten|allerheiligen|allerzielen|kermis|bevrijdings|halloween|palm)-?"
    r"(?:dag|dagen|avond|nacht|ochtend|morgen|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|week"
    r"|weekend|vakantie|tijd|periode)"
    r"|(?:easter|christmas|carnival|whit|lent|advent|halloween|shrove|palm|holy|maundy)[ -](?:monday|tuesday"
    r"|wednesday|thursday|friday|saturday"
    r"|sunday|day|week|weekend|eve|holidays?|night|time))"
)
_FEAST_CUES = re.compile(
    r"(?<!\w)(?:(?:st\.?|saint|sankt|sint)[ -][a-z]|(?:easter|christmas|carnival|whit|lent|shrove|palm|holy"
    r"|maundy)[ -]"
    r"|(?:weihnacht|oster|pfingst|advents|fas[ct]|fasn|karneval|silvester|neujahr|nikol|martins|johannis|kir[cm]"
    r"|erntedank"
    r"|himmelfahrt|aller[hs]|dreikönig|valentin|halloween|mutterta|vaterta|barbarat|josefi|leonhardi|georgi"
    r"|michaeli|krampus|christ"
    r"|palms|stephans|walpurg|kerst|paas|pinkster|sint|carnaval|oudejaar|nieuwjaar|koning|moederdag|vaderdag"
    r"|driekon|vasten|kermis"
    r"|bevrijd|palmz))"
)


@cache
def _thing() -> re.Pattern[str]:
    return re.compile(rf" (?:\w{{2,12}} )?{_words('things').pattern}(?!\w)")


_BORN = words("born geboren admitted diagnosed aufgenommen opgenomen gediagnosticeerd operiert geopereerd")
_TRIGGERS = (
    _WEEKDAYS | _PAST_WORDS.triggers | _COMING_WORDS.triggers | _MONTH_NAMES.triggers | _AGO_WORDS | _SINCE_WORDS
)
_TRIGGERS |= frozenset(
    f"{day}{part}" for day in _WEEKDAYS for part in ("s", "abend", "nacht", "morgen", "avond", "ochtend", "middag")
)


def days(view: View) -> Iterator[Hit]:
    yield from longest(_days(view))


def _days(view: View) -> Iterator[Hit]:
    vocabulary, low = view.vocabulary, view.low
    if not _words("feasts").absent(view) or _FEAST_CUES.search(low):
        for m in _feast().finditer(low):
            sentence = around(low, m.start(), m.end())
            near = _NEAR_FEAST.search(low[max(0, m.start() - _NEAR_FEAST_REACH) : m.start()])
            start = m.start() - len(near.group()) if near else m.start()
            is_wish = _WISH.search(low[max(0, start - 14) : start]) or _thing().match(low, m.end())
            if not is_wish and (_is_tied(sentence, loosely=True) or _said("planned").search(sentence)):
                yield Hit(start, m.end(), "date", "date-feast", 0.7)
    if view.has_digits and _DAY_OF_MONTH_LEAD.search(low):
        for m in _DAY_OF_MONTH.finditer(low if view.lang != "de" else view.text):
            if _is_tied(around(low, m.start(), m.end())):
                yield Hit(*m.span(m.lastgroup or 0), "date", "date-day", 0.6)
    for triggers, pattern, rule in (
        (_SEASONS, _SEASON, "date-season"),
        (_MONTH_NAMES.triggers, _NTH_OF, "date-nth"),
        (_TO_THE_DAY_WORDS, _TO_THE_DAY, "date-anniversary"),
        (_BORN, _DAY_THAT, "date-told"),
    ):
        for m in () if triggers.isdisjoint(vocabulary) else pattern.finditer(low):
            is_plain = pattern in (_SEASON, _TO_THE_DAY)
            if pattern is _DAY_THAT or _is_tied(around(low, m.start(), m.end()), loosely=not is_plain):
                yield Hit(*(m.span("that") if pattern is _DAY_THAT else m.span()), "date", rule, 0.6)
    if _TRIGGERS.isdisjoint(vocabulary):
        return
    for pattern, rule in ((_PAST_DAY, "date-relative"), (_AGO, "date-relative"), (_MONTH, "date-month")):
        for m in pattern.finditer(low):
            if _is_tied(around(low, m.start(), m.end())):
                yield Hit(*m.span(m.lastgroup or 0), "date", rule, 0.6)
    for pattern, rule, tie in ((_SINCE, "date-since", "care"), (_COMING_DAY, "date-planned", "planned")):
        for m in () if _words(tie).absent(view) else pattern.finditer(low):
            sentence = around(low, m.start(), m.end())
            if _said(tie).search(sentence) and not _said("programme").search(sentence):
                yield Hit(m.start(), m.end(), "date", rule, 0.6)


def _is_tied(sentence: str, *, loosely: bool = False) -> bool:
    """Whether a sentence is about somebody's health; `loosely`: about somebody, whatever happened."""
    if _said("care").search(sentence):
        return True
    if not _said("person").search(sentence) or _said("programme").search(sentence):
        return False
    return loosely or _said("happened").search(sentence) is not None
