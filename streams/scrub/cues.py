"""Words that say who a name belongs to: relatives, patients, titles, greetings, in the three languages, folded."""

from streams.scrub.normalise import fold


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(w) for w in words.split())


RELATIVES = _folded(
    "husband wife hubby missus spouse fiance fiancé fiancée girlfriend boyfriend son daughter sons "
    "daughters brother sister siblings sis bro"
    " mother father mum mom dad mummy daddy mama papa grandma grandpa granny grandad granddad grandmother grandfather"
    " granddaughter grandson grandchild aunt auntie uncle niece nephew cousin stepson stepdaughter "
    "stepmother stepfather"
    " twin godson goddaughter godmother neighbour neighbor newborn toddler"
    " ehemann ehefrau mann gatte gattin verlobter verlobte lebensgefährte lebensgefährtin freundin sohn tochter"
    " bruder schwester mutter vater mutti vati oma opa großmutter großvater enkel enkelin tante onkel "
    "nichte neffe cousin"
    " cousine schwager schwägerin schwiegersohn schwiegertochter schwiegermutter schwiegervater zwillingsbruder"
    " zwillingsschwester nachbar nachbarin söhnchen töchterchen"
    " man vrouw echtgenoot echtgenote verloofde vriendin zoon dochter broer zus zusje broertje moeder vader moe pa"
    " grootmoeder grootvader kleinzoon kleindochter kleinkind oom nicht neef zwager schoonzus schoonzoon schoondochter"
    " schoonmoeder schoonvader tweelingbroer tweelingzus buurman buurvrouw dochtertje zoontje"
)
"""`Schwester` is a nurse as often as a sister: both may stand before a name that has no business in public."""

PATIENT = _folded(
    "patient patients pt patientin patiënt patiënte pat donor recipient spender empfänger spenderin "
    "empfängerin ontvanger runner läufer läuferin loper loopster deelnemer deelneemster teilnehmer teilnehmerin"
)

MISTER = _folded(
    "mr mrs ms miss mister missis frau herr herrn hr fr fräulein mevrouw mevr mvr mw meneer mijnheer mnr dhr "
    "heer madame monsieur señora señor"
)
"""Before a name of any spelling. `fr` and `hr` need their capital and full stop: they mean Friday and heart rate."""

DOCTOR = _folded(
    "dr prof professorin doktorin doctor doktor dokter professor oberarzt oberärztin oa oä chefarzt chefärztin "
    "notarzt notärztin "
    "nurse sister matron schwester pfleger pflegerin verpleegkundige zuster broeder physio paramedic hebamme "
    "anästhesist anästhesistin anesthesist chirurg pastor reverend rabbi imam pfarrer"
)
"""Staff who may be named stand on the allow-list; whoever does not is a person like any other."""

NAMING = (
    "named",
    "called",
    "name is",
    "name's",
    "first name",
    "surname",
    "last name",
    "nickname",
    "aka",
    "heißt",
    "heisst",
    "namens",
    "genannt",
    "vorname",
    "nachname",
    "name ist",
    "spitzname",
    "heet",
    "genaamd",
    "voornaam",
    "achternaam",
    "naam is",
    "bijnaam",
    "noemen we",
)

GREETING = (
    "hi",
    "hello",
    "hey",
    "dear",
    "good luck",
    "well done",
    "happy birthday",
    "thank you",
    "thanks",
    "thanks to",
    "get well",
    "get well soon",
    "go",
    "bravo",
    "congrats",
    "congratulations",
    "shoutout to",
    "shout out to",
    "applause for",
    "cheers for",
    "prayers for",
    "praying for",
    "thoughts with",
    "strength to",
    "love to",
    "hallo",
    "liebe",
    "lieber",
    "gute besserung",
    "viel glück",
    "alles gute",
    "danke",
    "danke an",
    "grüße an",
    "gruß an",
    "applaus für",
    "daumen für",
    "kopf hoch",
    "toi toi toi",
    "hoi",
    "beste",
    "lieve",
    "succes",
    "beterschap",
    "sterkte",
    "gefeliciteerd",
    "applaus voor",
    "groetjes aan",
    "groeten aan",
    "dank je",
    "bedankt",
    "hup",
    "zet hem op",
    "fijne verjaardag",
)
