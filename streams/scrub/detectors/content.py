"""What is said about treatment and outcome: claims, which a physician answers for, and alarming wording.

These findings leave the text as it is: whoever decides must read the words that are to be judged.
"""

import re
from collections.abc import Iterator

from streams.scrub.spans import Hit
from streams.scrub.view import View

_CLAIMS: tuple[tuple[str, str], ...] = (
    (
        "claim-first",
        (
            r"(?:world'?s|nation'?s|country'?s|state'?s|hospital'?s|europe'?s|america'?s"
            r"|britain'?s) (?:very )?first|first[- ]ever|first (?:in (?:the|our) (?:world|country|nation|state"
            r"|region|hospital|history)|of its kind|time (?:ever|in history))|never (?:been )?(?:done|performed"
            r"|attempted) before|medical history|making history|groundbreaking|ground-breaking|breakthrough"
            r"|revolutionary|game[- ]chang\w{2,4}|state[- ]of[- ]the[- ]art|cutting[- ]edge|world[- ]class"
            r"|weltweit (?:erst|einzig)\w{0,4}|weltpremiere|erstmals (?:in|weltweit)"
            r"|erste[rsn]? (?:\w+ )?(?:weltweit|in deutschland|in europa|dieser art|überhaupt)|bahnbrechend\w{0,2}"
            r"|revolutionär\w{0,2}|durchbruch in|medizingeschichte|meilenstein|wereldprimeur|primeur|(?:eerste"
            r"|enige) (?:\w+ )?(?:ter wereld|in nederland|in europa|in belgië|ooit)|baanbrekend\w?|revolutionair\w?"
            r"|doorbraak in|geschiedenis geschreven"
        ),
    ),
    (
        "claim-best",
        (
            r"(?:the|our|simply|is|are) (?:very |absolute(?:ly)? )?best (?:\w+ )?(?:implant|knee|hip|valve|robot"
            r"|device|surgeons?|team|hospital|clinic|treatment|therapy|technique|method|outcomes?|results?"
            r"|in (?:the|town|class|europe|america))|best[- ]in[- ]class|number one (?:hospital|clinic|choice|robot"
            r"|implant)|superior to|better than (?:any|every|all|other|the|conventional|traditional|manual|open"
            r"|standard|competing)|outperforms?|beats (?:every|any|all|the)|safer than|more (?:accurate|precise"
            r"|reliable|effective|durable) than|gold standard|unmatched|unrivall?ed|second to none|(?:much|far|way"
            r"|so much|significantly) (?:more \w+|better|faster|safer|easier|stronger|smoother) (?:than|with)"
            r"|(?:deutlich|viel|wesentlich) (?:besser|schneller|sicherer|genauer|schonender) als|(?:veel|duidelijk"
            r"|aanzienlijk) (?:beter|sneller|veiliger|nauwkeuriger) dan|perfect (?:results?|outcome|fit|alignment)"
            r"|perfekte[rsn]? (?:ergebnis|sitz|passform)|perfecte? (?:resultaat|pasvorm)|leading (?:hospital|clinic"
            r"|centre|center|brand)|(?:der|die|das|den|dem"
            r"|unser\w{0,2}) (?:weltweit )?beste[nrs]? (?:\w+ )?(?:implantat|prothese|knie|hüfte|klappe|roboter"
            r"|klinik|team|operateur\w{0,2}|chirurg\w{0,3}|methode|therapie|verfahren|ergebnisse?|auf dem markt)"
            r"|besser als (?:alle|jede|andere|herkömmliche|die konkurrenz|das|der|die)|überlegen|sicherer als"
            r"|genauer als|präziser als|führend\w{0,2} (?:klinik|hersteller|zentrum)|goldstandard|marktführer|(?:de"
            r"|het|onze?) (?:aller)?beste (?:\w+ )?(?:implantaat|prothese|knie|heup|klep|robot|ziekenhuis|kliniek"
            r"|team|chirurg\w{0,2}|methode|techniek|behandeling|resultaten)|beter dan (?:alle|elke|andere"
            r"|de concurrentie|de|het)|veiliger dan|nauwkeuriger dan|superieur|gouden standaard|marktleider"
            r"|toonaangevend\w?"
        ),
    ),
    (
        "claim-cure",
        (
            r"cures?|cured|curing|cancer[- ]free(?! margins?)|miracles?|miraculous|pain[- ]free (?:for|forever"
            r"|again|within|in|by)|(?:fully|completely|totally) (?:healed|cured|recovered|safe|painless)"
            r"|risk[- ]free|no (?:risk|side effects|scars?)|guaranteed?|guarantees|100 ?% (?:safe|success"
            r"|effective)|life[- ]?(?:saving|changing)|will (?:be able to )?(?:walk|run|dance|play|drive|live|see"
            r"|hear)\b[^.!?]{0,30}\b(?:again|tomorrow|by|within|forever|pain[- ]free)|heilt|geheilt|heilung"
            r"|wunder(?:heilung|bar geheilt|mittel)|schmerzfrei|risikofrei|ohne (?:risiko|nebenwirkungen)"
            r"|garantiert\w{0,2}|lebensrettend\w{0,2}|krebsfrei|kann (?:\w+ ){0,3}wieder (?:laufen|gehen|sehen"
            r"|tanzen)|geneest|genezen|genezing|wondermiddel|mirakel|pijnvrij|risicoloos|zonder (?:risico"
            r"|bijwerkingen)|gegarandeerd|levensreddend\w?|kankervrij|kan (?:\w+ ){0,3}weer (?:lopen|zien|dansen"
            r"|tennissen)"
        ),
    ),
    (
        "claim-lasting",
        (
            r"lasts? (?:\w+ ){0,3}(?:longer|a lifetime|forever|for life|\d+ years)|(?:good|built|designed"
            r"|made) (?:for|to last) (?:\w+ ){0,2}(?:\d+|thirty|twenty|forty) years|never wears? out|(?:half"
            r"|twice) the (?:time|pain|risk|recovery|blood loss)|(?:faster|quicker|shorter) (?:recovery|healing"
            r"|rehab)|less (?:pain|blood loss|scarring|invasive) than|hält (?:\w+ ){0,3}(?:länger|ein leben lang"
            r"|\d+ jahre|ewig)|schnellere (?:heilung|erholung|reha)|weniger (?:schmerzen|blutverlust|risiko"
            r"|komplikationen) als|gaat (?:\w+ ){0,3}(?:langer|een leven lang|\d+ jaar|levenslang) mee"
            r"|sneller (?:herstel|genezen|revalideren)|minder (?:pijn|bloedverlies|risico|complicaties) dan"
        ),
    ),
    (
        "claim-statistic",
        (
            r"\d{1,3}(?:[.,]\d+)? ?(?:%|per ?cent|percent|prozent|procent) (?:\w+ ){0,3}(?:success\w{0,4}|survival"
            r"|survive|satisfied|satisfaction|effective|accura\w{2,4}|fewer|less|lower|better|higher|reduction"
            r"|of (?:our |all )?patients|erfolg\w{0,5}|überleben\w{0,5}|zufrieden\w{0,5}|wirksam|weniger|besser"
            r"|der patient\w{0,5}|succes\w{0,6}|overleving|overleeft|tevreden|effectief|minder|beter"
            r"|van de patiënten)|(?:success|survival|complication|infection|satisfaction|mortality|death|revision"
            r"|failure) rates?|(?:erfolgs|überlebens|komplikations|infektions|sterblichkeits|revisions)(?:rate"
            r"|quote)|(?:succes|overlevings|complicatie|infectie|sterfte|revisie)(?:percentage|kans|cijfer)"
            r"|\d+ (?:times|fold) (?:more|less|better|faster|safer)|out of (?:ten|10|100|a hundred) patients"
        ),
    ),
    (
        "claim-recommendation",
        (
            r"you should (?:take|stop|ask for|get|try|choose|demand)|ask your (?:doctor|surgeon|gp) (?:for|about)"
            r"|everyone (?:should|over \d+ should)|no need to see a doctor|recommend (?:this|the|our"
            r"|every\w{0,4}) (?:implant|drug|device|brand|treatment|procedure)|(?:sollten sie|sollte jeder"
            r"|empfehlen (?:allen|jedem|dieses|diese|diesen))|fragen sie ihren arzt nach|vraag uw arts om"
            r"|iedereen zou .{0,20}moeten|raden (?:iedereen|dit|deze)"
        ),
    ),
)
_ALARMS: tuple[tuple[str, str], ...] = (
    (
        "alarm-bleeding",
        (
            r"(?:bleeding|bleed|blood loss|ooze|oozing) (?:\w+ ){0,2}(?:more|heavily|a lot|heavy|badly|worse|than"
            r"|won't stop|not stopping|out of control|uncontrolled|everywhere)|(?:heavy|massive|major|severe"
            r"|serious|uncontrolled|significant|brisk|unexpected|torrential|profuse|more|lots of"
            r"|too much) (?:\w+ )?(?:bleed\w{0,3}|blood loss|ha?emorrhage)|ha?emorrhag\w{1,4}|bleeding out"
            r"|blood everywhere|massive transfusion|(?:starke|massive|schwere|unerwartete|unstillbare|mehr"
            r"|viel) blutung\w{0,2}|blutet (?:\w+ ){0,2}(?:stark|mehr|heftig|viel|wieder)|verblutet"
            r"|massentransfusion|(?:hevige|ernstige|massale|meer|flinke|onverwachte) bloeding\w{0,2}"
            r"|bloedt (?:\w+ ){0,2}(?:hevig|meer|flink|veel|leeg)|meer bloed(?:verlies)? dan"
        ),
    ),
    (
        "alarm-complication",
        (
            r"complications?|complicated (?:by|case)|(?:accidental(?:ly)?|inadvertent(?:ly)?|oops|damn|shit|fuck"
            r"|mein gott|oh gott|scheiße|verdammt|kut|godver\w{0,4}|oh my god|holy (?:shit|crap|cow))|(?:nicked"
            r"|punctured|perforat\w{1,4}|lacerated|tore|severed|cut) (?:the|an|a|his|her) (?:\w+ )?(?:artery|vein"
            r"|bowel|bladder|ureter|nerve|aorta|vessel|dura|lung|spleen|liver|tendon)|(?:artery|bowel|nerve|bladder"
            r"|dura|aortic) (?:injury|tear|perforation|rupture|laceration)|wrong (?:side|site|patient|implant|knee"
            r"|hip|level|leg)|left (?:behind|inside)|missing (?:swab|sponge|needle|instrument|gauze)"
            r"|count (?:is )?(?:incorrect|wrong|off)|retained|dropped the|broke (?:off )?(?:in|inside)|convert(?:ed"
            r"|ing)? to open|unexpected(?:ly)?|something(?:'s| is| went)? wrong|went wrong|going wrong"
            r"|not going (?:well|to plan|as planned)|komplikation(?:en|s\w+)?|(?:versehentlich|aus versehen"
            r"|unerwartet\w{0,2}|unvorhergesehen\w{0,2}|schiefgegangen|geht schief|läuft nicht (?:gut|nach plan)"
            r"|falsche (?:seite|patient\w{0,2}|klemme|größe)|verletzt (?:die|den|das) (?:\w+ )?(?:arterie|vene|darm"
            r"|blase|nerv|nerven|gefäß)|(?:darm|gefäß|nerven)verletzung|tupfer fehlt|zählung stimmt nicht"
            r"|umstieg auf offen)|complicaties?|(?:per ongeluk|onverwachts?|misgegaan|gaat mis|loopt niet (?:goed"
            r"|volgens plan)|verkeerde (?:kant|zijde|patiënt|maat)|gaas kwijt|telling klopt niet|zenuwletsel"
            r"|vaatletsel|darmletsel)"
        ),
    ),
    (
        "alarm-crisis",
        (
            r"code (?:blue|red)|crash(?:ing|ed)? (?:c-section|cart|call|team)|(?:patient|pt|she|he)(?:'s| is"
            r"| was)? (?:crash\w{2,3}|arrest\w{2,3}|coding|dying|unresponsive|unstable|in shock|deteriorat\w{2,4})"
            r"|cardiac arrest|arrested|asystole|flatlin\w{2,4}|cpr|chest compressions|defibrillat\w{1,4}|v-?fib"
            r"|resuscitat\w{1,4}|pulseless|no pulse|lost (?:the )?pulse|anaphyla\w{2,5}|malignant hyperthermia"
            r"|pressure (?:is )?(?:dropping|crashing|falling|in the boots)|stroke on|died|dies|dying|passed away"
            r"|dead|death of (?:the|our)|we lost (?:him|her|the patient)|did(?:n't| not) make it|herzstillstand"
            r"|kreislaufstillstand|reanimation|reanimier\w{1,4}|kammerflimmern|notfall im saal|(?:patient\w{0,2}"
            r"|sie|er) (?:ist )?(?:instabil|verstorben|gestorben|stirbt|im schock|kritisch)|verstorben|gestorben"
            r"|druck (?:fällt|stürzt|sackt)|lebensgefahr|hartstilstand|reanimatie|reaniméren|gereanimeerd"
            r"|(?:patiënte?|ze|hij) (?:is )?(?:instabiel|overleden|kritiek|in shock)|overleden|levensgevaar"
            r"|druk (?:zakt|keldert|daalt snel)"
        ),
    ),
    (
        "alarm-graphic",
        (
            r"(?:blood|guts|brain(?:s)?|pus|faeces|feces|vomit) (?:\w+ ){0,2}(?:spray\w{0,3}|squirt\w{0,3}"
            r"|splatter\w{0,3}|spurt\w{0,3}|gush\w{0,3}|flying|everywhere|all over)|smell of (?:burning"
            r"|burnt) flesh|gory|gross+ (?:stuff|!)|disgusting|butcher(?:ed|y)?|hack(?:ing|ed) (?:through|off)"
            r"|screaming|in agony|spritzt|widerlich|ekelhaft|verbranntes fleisch|schreit vor schmerz\w{0,2}"
            r"|spuit (?:alle kanten|eruit)|walgelijk|gilt van de pijn|verbrand vlees"
        ),
    ),
)
# What says that the alarming thing did not happen, right before it or right behind it.
_DENIED = re.compile(
    r"(?<!\w)(?:no|not|n't|without|never|zero|avoid\w{0,3}|prevent\w{0,3}|reduces?|risk of|rule out|in case of"
    r"|if|any|kein\w{0,2}|keine|nicht|ohne|nie|vermeid\w{1,3}|falls|geen|niet|zonder|nooit"
    r"|voorkom\w{0,3}) (?:\w+ ){0,2}$"
)
_DENIED_BEHIND = re.compile(r"\s?(?:-|:)?\s?(?:free|frei|vrij|none|keine|geen|training|kurs|course|cursus)\b")


def _compiled(table: tuple[tuple[str, str], ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((rule, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")) for rule, pattern in table)


_CLAIM_PATTERNS, _ALARM_PATTERNS = _compiled(_CLAIMS), _compiled(_ALARMS)


def claims(view: View) -> Iterator[Hit]:
    for rule, pattern in _CLAIM_PATTERNS:
        for m in pattern.finditer(view.low):
            if not _denied(view.low, m):
                yield Hit(m.start(), m.end(), "claim", rule, 0.8)


def alarming(view: View) -> Iterator[Hit]:
    for rule, pattern in _ALARM_PATTERNS:
        for m in pattern.finditer(view.low):
            if not _denied(view.low, m):
                yield Hit(m.start(), m.end(), "alarming", rule, 0.8)


def _denied(low: str, m: re.Match[str]) -> bool:
    return bool(_DENIED.search(low[max(0, m.start() - 40) : m.start()]) or _DENIED_BEHIND.match(low, m.end()))
