"""Kinds of findings, reasons and refusals in plain words, in English, German and Dutch.

A kind nobody described yet gets a general sentence: the desk must never fail because a rule is newer than its words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from schemas.draft import Action

Lang = Literal["en", "de", "nl"]
LANGS: tuple[Lang, ...] = ("en", "de", "nl")
_PLACE: dict[Lang, int] = {"en": 0, "de": 1, "nl": 2}

Three = tuple[str, str, str]


def pick(three: Three, lang: Lang) -> str:
    return three[_PLACE[lang]]


@dataclass(frozen=True, slots=True)
class Word:
    """`why` is the headline in the queue, `what` names the thing in the table of findings."""

    why: Three
    what: Three


def _w(why: Three, what: Three) -> Word:
    return Word(why, what)


_NAME = ("Name", "Name", "Naam")

# What a finding of each kind is, and how the queue says it. Kinds stand in streams/scrub/kinds.py.
KINDS: dict[str, Word] = {
    "known-term": _w(
        ("Holds a protected name", "Enthält einen geschützten Namen", "Bevat een beschermde naam"),
        ("On the event’s protected list", "Auf der Schutzliste der Veranstaltung", "Op de beschermde lijst"),
    ),
    "known-date": _w(
        ("Holds a protected date", "Enthält ein geschütztes Datum", "Bevat een beschermde datum"),
        ("Protected date", "Geschütztes Datum", "Beschermde datum"),
    ),
    "known-number": _w(
        ("Holds a protected number", "Enthält eine geschützte Nummer", "Bevat een beschermd nummer"),
        ("Protected number", "Geschützte Nummer", "Beschermd nummer"),
    ),
    "name": _w(("Holds a name", "Enthält einen Namen", "Bevat een naam"), _NAME),
    "unknown-name": _w(
        ("Looks like a name", "Sieht nach einem Namen aus", "Lijkt op een naam"),
        ("Perhaps a name", "Vielleicht ein Name", "Misschien een naam"),
    ),
    "relative": _w(
        ("Names a relative", "Nennt Angehörige", "Noemt een familielid"),
        ("Relative’s name", "Name von Angehörigen", "Naam van een familielid"),
    ),
    "address": _w(
        ("Gives an address", "Nennt eine Adresse", "Geeft een adres"),
        ("Address", "Adresse", "Adres"),
    ),
    "postcode": _w(
        ("Gives a postcode", "Nennt eine Postleitzahl", "Geeft een postcode"),
        ("Postcode", "Postleitzahl", "Postcode"),
    ),
    "place": _w(
        ("Says where someone lives", "Sagt, wo jemand wohnt", "Zegt waar iemand woont"),
        ("Place", "Ort", "Plaats"),
    ),
    "date": _w(("Gives a date", "Nennt ein Datum", "Geeft een datum"), ("Date", "Datum", "Datum")),
    "birthday": _w(
        ("Gives a birthday", "Nennt einen Geburtstag", "Geeft een verjaardag"),
        ("Birthday", "Geburtstag", "Verjaardag"),
    ),
    "age": _w(
        ("Gives a very high age", "Nennt ein sehr hohes Alter", "Geeft een zeer hoge leeftijd"),
        ("Age over 89", "Alter über 89", "Leeftijd boven 89"),
    ),
    "phone": _w(
        ("Gives a phone number", "Nennt eine Telefonnummer", "Geeft een telefoonnummer"),
        ("Phone number", "Telefonnummer", "Telefoonnummer"),
    ),
    "email": _w(
        ("Gives an e-mail address", "Nennt eine E-Mail-Adresse", "Geeft een e-mailadres"),
        ("E-mail address", "E-Mail-Adresse", "E-mailadres"),
    ),
    "national-number": _w(
        ("Holds a national number", "Enthält eine Personennummer", "Bevat een persoonsnummer"),
        ("National number", "Staatliche Personennummer", "Nationaal persoonsnummer"),
    ),
    "record-number": _w(
        ("Holds a record number", "Enthält eine Fallnummer", "Bevat een dossiernummer"),
        ("Record number", "Fall- oder Aktennummer", "Dossiernummer"),
    ),
    "health-plan": _w(
        ("Holds an insurance number", "Enthält eine Versichertennummer", "Bevat een verzekeringsnummer"),
        ("Insurance number", "Versichertennummer", "Verzekeringsnummer"),
    ),
    "account": _w(
        ("Holds an account number", "Enthält eine Kontonummer", "Bevat een rekeningnummer"),
        ("Account number", "Kontonummer", "Rekeningnummer"),
    ),
    "licence": _w(
        ("Holds a licence number", "Enthält eine Ausweisnummer", "Bevat een vergunningsnummer"),
        ("Licence number", "Ausweis- oder Zulassungsnummer", "Vergunningsnummer"),
    ),
    "plate": _w(
        ("Gives a number plate", "Nennt ein Kennzeichen", "Geeft een kenteken"),
        ("Number plate", "Kennzeichen", "Kenteken"),
    ),
    "device-serial": _w(
        ("Holds a serial number", "Enthält eine Seriennummer", "Bevat een serienummer"),
        ("Serial number", "Seriennummer", "Serienummer"),
    ),
    "url": _w(("Holds a link", "Enthält einen Link", "Bevat een link"), ("Link", "Link", "Link")),
    "ip-address": _w(
        ("Holds a network address", "Enthält eine Netzadresse", "Bevat een netwerkadres"),
        ("Network address", "Netzadresse", "Netwerkadres"),
    ),
    "biometric": _w(
        ("Holds a body’s own mark", "Enthält ein Körpermerkmal", "Bevat een lichaamskenmerk"),
        ("Biometric mark", "Biometrisches Merkmal", "Biometrisch kenmerk"),
    ),
    "photo": _w(
        ("Photo: needs a look", "Foto: bitte ansehen", "Foto: eerst bekijken"),
        ("Photo", "Foto", "Foto"),
    ),
    "handle": _w(
        ("Names an account", "Nennt ein Konto", "Noemt een account"),
        ("Account name", "Kontoname", "Accountnaam"),
    ),
    "other-number": _w(
        ("Holds an unusual number", "Enthält eine auffällige Nummer", "Bevat een opvallend nummer"),
        ("Other number", "Andere Nummer", "Ander nummer"),
    ),
    "number": _w(
        ("Holds a long number", "Enthält eine lange Zahl", "Bevat een lang getal"),
        ("Number", "Nummer", "Nummer"),
    ),
    "room": _w(
        ("Says which room", "Nennt das Zimmer", "Noemt de kamer"),
        ("Room number", "Zimmernummer", "Kamernummer"),
    ),
    "employer": _w(
        ("Says where someone works", "Sagt, wo jemand arbeitet", "Zegt waar iemand werkt"),
        ("Employer or school", "Arbeitgeber oder Schule", "Werkgever of school"),
    ),
    "singled-out": _w(
        ("People would know who it is", "Man wüsste, wer es ist", "Mensen weten wie dit is"),
        ("Singles a person out", "Macht eine Person erkennbar", "Maakt iemand herkenbaar"),
    ),
    "claim": _w(
        ("Makes a medical claim", "Macht eine medizinische Aussage", "Doet een medische bewering"),
        ("Medical claim", "Medizinische Aussage", "Medische bewering"),
    ),
    "alarming": _w(
        ("May alarm a family", "Kann Angehörige erschrecken", "Kan familie ongerust maken"),
        ("May alarm", "Kann erschrecken", "Kan ongerust maken"),
    ),
    "empty": _w(
        ("Nothing was left", "Es blieb nichts übrig", "Er bleef niets over"),
        ("Nothing left", "Nichts übrig", "Niets over"),
    ),
    "detector-failed": _w(
        ("Could not be checked fully", "Konnte nicht ganz geprüft werden", "Kon niet volledig worden nagekeken"),
        ("A check failed", "Eine Prüfung ist ausgefallen", "Een controle viel uit"),
    ),
    "screening-failed": _w(
        ("Could not be checked", "Konnte nicht geprüft werden", "Kon niet worden nagekeken"),
        ("The checking failed", "Die Prüfung ist ausgefallen", "Het nakijken mislukte"),
    ),
    "unreadable": _w(
        ("Could not be read", "Konnte nicht gelesen werden", "Kon niet worden gelezen"),
        ("Not readable", "Nicht lesbar", "Niet leesbaar"),
    ),
    "asked-again": _w(
        ("Cleared before, asked again", "Schon freigegeben, neu gefragt", "Eerder vrijgegeven, opnieuw gevraagd"),
        ("Asked again", "Neu gefragt", "Opnieuw gevraagd"),
    ),
    # not findings: why a person is asked
    "unknown-outcome": _w(
        ("Is this public? Nobody knows", "Ist das öffentlich? Niemand weiß es", "Is dit openbaar? Niemand weet het"),
        ("Unknown outcome", "Ausgang unbekannt", "Uitkomst onbekend"),
    ),
    "stopped": _w(
        ("Cleared before the stop", "Vor dem Stopp freigegeben", "Vrijgegeven vóór de stop"),
        ("The stop ended its clearance", "Der Stopp beendete die Freigabe", "De stop beëindigde de vrijgave"),
    ),
    "approval-expired": _w(
        ("The approval ended", "Die Freigabe ist abgelaufen", "De goedkeuring is verlopen"),
        ("Approval ended", "Freigabe abgelaufen", "Goedkeuring verlopen"),
    ),
    "policy-changed": _w(
        ("The policy was changed", "Die Regeln wurden geändert", "De regels zijn gewijzigd"),
        ("Policy changed", "Regeln geändert", "Regels gewijzigd"),
    ),
    "edited": _w(
        ("Edited, needs a second person", "Geändert, braucht eine zweite Person", "Gewijzigd, vraagt een tweede"),
        ("Edited", "Geändert", "Gewijzigd"),
    ),
    "read-first": _w(
        ("Read before it goes out", "Vor der Veröffentlichung lesen", "Lezen voor het uitgaat"),
        ("Read first", "Erst lesen", "Eerst lezen"),
    ),
    "too-long": _w(
        ("Very long", "Sehr lang", "Erg lang"),
        ("Very long", "Sehr lang", "Erg lang"),
    ),
}  # fmt: skip
KINDS["expired"] = KINDS["approval-expired"]
# Codes of texts that could not be screened, or not be read at all.
KINDS["broken"] = KINDS["unknown-event"] = KINDS["screening-failed"]
KINDS["bad-seal"] = KINDS["moved-seal"] = KINDS["not-understood"] = KINDS["key-destroyed"] = KINDS["unreadable"]

_OTHER = _w(
    ("Needs a person", "Braucht einen Menschen", "Vraagt een mens"),
    ("Held by a rule", "Von einer Regel angehalten", "Aangehouden door een regel"),
)

SURE_NAME = frozenset({"known-term", "relative"})
ANY_NAME = frozenset({"name", "unknown-name"})
"""Kinds that say less than those of SURE_NAME about the same words."""


def headline(reason: str, reasons: Sequence[str]) -> str:
    """The reason that tells a person most: a relative is more than a name on the list."""
    return "relative" if reason == "known-term" and "relative" in reasons else reason


CLAIMS = frozenset({"claim", "alarming"})
"""Kinds that judge what is said; all others cover something that points to a person."""

ACTIONS: dict[Action, Three] = {
    Action.ALLOW: ("Let through", "Durchgelassen", "Doorgelaten"),
    Action.REDACT: ("Covered", "Verdeckt", "Afgedekt"),
    Action.HOLD: ("Held for a person", "Für einen Menschen angehalten", "Aangehouden voor een mens"),
    Action.REFUSE: ("Refused", "Abgelehnt", "Geweigerd"),
}

ROLES: dict[str, Three] = {
    "reporter": ("Reporter", "Reporter", "Verslaggever"),
    "reviewer": ("Reviewer", "Prüfung", "Beoordelaar"),
    "physician": ("Physician", "Ärztin oder Arzt", "Arts"),
    "director": ("Director", "Leitung", "Leiding"),
    "advocate": ("Advocate", "Patientenfürsprache", "Patiëntvertrouwenspersoon"),
    "liaison": ("Liaison", "Angehörigenbetreuung", "Familiecontact"),
    "auditor": ("Auditor", "Revision", "Auditor"),
    "system": ("The system", "Das System", "Het systeem"),
}

# What the reporter reads when an update comes back; the code stands in Decision.reason.
RETURN_REASONS: dict[str, Three] = {
    "without-detail": ("Without the detail", "Ohne diese Angabe", "Zonder dat detail"),
    "family-first": ("When the family was told", "Wenn die Familie es weiß", "Als de familie het weet"),
    "what-you-see": ("Say what you see instead", "Schreiben Sie, was Sie sehen", "Schrijf wat u ziet"),
    "not-now": ("Not at this moment", "Nicht in diesem Moment", "Niet op dit moment"),
    "other": ("Something else", "Etwas anderes", "Iets anders"),
}

# Codes of refusals and facts, as the desk says them after a press.
SAID: dict[str, Three] = {
    "approved": (
        "Approved. It goes out after the delay.",
        "Freigegeben. Es geht nach der Wartezeit hinaus.",
        "Goedgekeurd. Het gaat uit na de wachttijd.",
    ),
    "returned": ("Returned. The reporter reads why.", "Zurückgegeben, mit Grund.", "Teruggestuurd, met de reden."),
    "edited": (
        "Your text was checked again. Someone else has to approve it.",
        "Ihr Text wurde neu geprüft. Freigeben muss ihn jemand anders.",
        "Uw tekst is opnieuw nagekeken. Iemand anders moet hem goedkeuren.",
    ),
    "own-words": (
        "You wrote this. Someone else has to approve it.",
        "Das haben Sie geschrieben. Freigeben muss es jemand anders.",
        "Dit hebt u zelf geschreven. Iemand anders moet het goedkeuren.",
    ),
    "needs-role": (
        "This needs another role. Nothing was changed.",
        "Das darf nur eine andere Rolle. Es wurde nichts geändert.",
        "Dit vraagt een andere rol. Er is niets gewijzigd.",
    ),
    "wrong-role": (
        "Your role cannot do this. Nothing was changed.",
        "Ihre Rolle darf das nicht. Es wurde nichts geändert.",
        "Uw rol mag dit niet. Er is niets gewijzigd.",
    ),
    "already-decided": (
        "Someone has decided this already. Nothing was changed.",
        "Das wurde schon entschieden. Es wurde nichts geändert.",
        "Iemand heeft dit al besloten. Er is niets gewijzigd.",
    ),
    "stale": (
        "The text was changed. Read it again; nothing was approved.",
        "Der Text wurde geändert. Lesen Sie ihn neu; es wurde nichts freigegeben.",
        "De tekst is gewijzigd. Lees hem opnieuw; er is niets goedgekeurd.",
    ),
    "policy-changed": (
        "The policy was changed. Edit the text, so that it is checked again.",
        "Die Regeln wurden geändert. Ändern Sie den Text, dann wird er neu geprüft.",
        "De regels zijn gewijzigd. Wijzig de tekst, dan wordt hij opnieuw nagekeken.",
    ),
    "nothing-left": (
        "Nothing was left after names were removed. Write it another way.",
        "Ohne die Namen blieb nichts übrig. Schreiben Sie es anders.",
        "Zonder de namen bleef er niets over. Schrijf het anders.",
    ),
    "reason-missing": (
        "Choose what the reporter reads, then return it.",
        "Wählen Sie, was zurückgemeldet wird, und geben Sie es dann zurück.",
        "Kies wat de verslaggever leest en stuur het dan terug.",
    ),
    "note-identifies": (
        "The note holds something that identifies. Write it without; nothing was returned.",
        "Die Notiz enthält etwas, das jemanden erkennbar macht. Schreiben Sie sie ohne; es wurde nichts zurückgegeben.",
        "De notitie bevat iets herkenbaars. Schrijf haar zonder; er is niets teruggestuurd.",
    ),
    "invalid": (
        "Something was missing or too long. Nothing was changed.",
        "Etwas fehlte oder war zu lang. Es wurde nichts geändert.",
        "Er ontbrak iets of het was te lang. Er is niets gewijzigd.",
    ),
    "held": (
        "Held. Nothing goes out until someone resumes.",
        "Angehalten. Nichts geht hinaus, bis jemand fortsetzt.",
        "Vastgehouden. Er gaat niets uit tot iemand hervat.",
    ),
    "resumed": (
        "Resumed. What was cleared before the stop waits here for a person.",
        "Fortgesetzt. Was vor dem Stopp freigegeben war, wartet hier.",
        "Hervat. Wat vóór de stop was vrijgegeven, wacht hier op een mens.",
    ),
    "taking-back": (
        "It is being taken back everywhere.",
        "Es wird überall zurückgenommen.",
        "Het wordt overal teruggenomen.",
    ),
    "withdrawn": (
        "Consent is withdrawn. What was typed can never be read again.",
        "Die Einwilligung ist widerrufen. Das Geschriebene ist nie wieder lesbar.",
        "De toestemming is ingetrokken. Wat getypt is, kan nooit meer worden gelezen.",
    ),
    "closed": ("The event is closed.", "Die Veranstaltung ist beendet.", "Het evenement is gesloten."),
    "unknown-token": (
        "This key is not known here. Ask the director for yours.",
        "Dieser Schlüssel ist hier nicht bekannt. Fragen Sie die Leitung.",
        "Deze sleutel is hier niet bekend. Vraag de leiding.",
    ),
    "no-desk-role": (
        "This key belongs to a role that has no desk.",
        "Dieser Schlüssel gehört zu einer Rolle ohne Pult.",
        "Deze sleutel hoort bij een rol zonder desk.",
    ),
    "unavailable": (
        "Kafka is away. Nothing was changed; try again in a moment.",
        "Kafka ist nicht erreichbar. Es wurde nichts geändert; versuchen Sie es gleich wieder.",
        "Kafka is onbereikbaar. Er is niets gewijzigd; probeer het zo weer.",
    ),
    "not-kept": (
        "What was typed is no longer kept.",
        "Das Geschriebene wird nicht mehr aufbewahrt.",
        "Wat getypt is, wordt niet meer bewaard.",
    ),
    "key-destroyed": (
        "The keys of this event are destroyed. What was typed can never be read again.",
        "Die Schlüssel dieser Veranstaltung sind vernichtet. Das Geschriebene ist nie wieder lesbar.",
        "De sleutels van dit evenement zijn vernietigd. Wat getypt is, kan nooit meer worden gelezen.",
    ),
}  # fmt: skip

# Why something was not posted, or nobody knows; codes of receipts and of waits.
OUTCOMES: dict[str, Three] = {
    "stopped": ("the stop came first", "der Stopp kam vorher", "de stop kwam eerst"),
    "held": ("the event is held", "die Veranstaltung ist angehalten", "het evenement wordt vastgehouden"),
    "approval-expired": ("the approval ended", "die Freigabe lief ab", "de goedkeuring verliep"),
    "expired": ("the approval ended", "die Freigabe lief ab", "de goedkeuring verliep"),
    "retracted": ("it was taken back", "es wurde zurückgenommen", "het werd teruggenomen"),
    "withdrawn": ("consent was withdrawn", "die Einwilligung wurde widerrufen", "de toestemming werd ingetrokken"),
    "consent-expired": ("the consent had ended", "die Einwilligung war abgelaufen", "de toestemming was verlopen"),
    "event-closed": ("the event was closed", "die Veranstaltung war beendet", "het evenement was gesloten"),
    "policy-changed": ("the policy was changed", "die Regeln wurden geändert", "de regels waren gewijzigd"),
    "no-answer": ("no answer came", "es kam keine Antwort", "er kwam geen antwoord"),
    "as-live": ("it is released later", "es wird später veröffentlicht", "het gaat later uit"),
    "needs-person": ("looking did not settle it", "Nachsehen brachte keine Klarheit", "kijken gaf geen duidelijkheid"),
    "duplicate": ("the platform says it has it", "die Plattform hat es schon", "het platform heeft het al"),
    "already-posted": ("the update is public already", "es ist schon öffentlich", "het is al openbaar"),
    "refused": ("the platform refused it", "die Plattform lehnte es ab", "het platform weigerde het"),
}


def why(reason: str, lang: Lang) -> str:
    """The headline of a reason: a finding's kind, or why a person is asked."""
    return pick(_word(reason).why, lang)


def what(kind: str, lang: Lang) -> str:
    """The name of a kind in the table of findings."""
    return pick(_word(kind).what, lang)


def _word(kind: str) -> Word:
    return KINDS.get(kind) or KINDS.get(kind.partition(".")[0]) or _OTHER


def action(value: Action, lang: Lang) -> str:
    return pick(ACTIONS[value], lang)


def role(value: str, lang: Lang) -> str:
    return pick(ROLES[value], lang) if value in ROLES else value


def outcome(code: str | None, lang: Lang) -> str:
    """Why something was not posted; an unknown code stands for itself, for it names a rule and no person."""
    if code is None:
        return pick(OUTCOMES["no-answer"], lang)
    return pick(OUTCOMES[code], lang) if code in OUTCOMES else code


def said(code: str, lang: Lang) -> str | None:
    """The sentence after a press; None for a code the desk does not know, so that nothing can be put in its mouth."""
    return pick(SAID[code], lang) if code in SAID else None


def return_reasons(reasons: tuple[str, ...], lang: Lang) -> tuple[tuple[str, str], ...]:
    """The three answers that fit why it was held, as (code, words)."""
    judged = bool(CLAIMS.intersection(r.partition(".")[0] for r in reasons[:1]))
    codes = ("what-you-see", "family-first", "other") if judged else ("without-detail", "family-first", "other")
    return tuple((code, pick(RETURN_REASONS[code], lang)) for code in codes)
