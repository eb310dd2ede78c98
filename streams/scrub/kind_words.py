"""What a finding of each kind is, in plain words of English, German and Dutch, wherever people read of findings.

A kind that nobody described yet gets a general sentence: no page may fail because a rule is newer than its words.
"""

from dataclasses import dataclass
from typing import Literal

Lang = Literal["en", "de", "nl"]
LANGS: tuple[Lang, ...] = ("en", "de", "nl")
_PLACE: dict[Lang, int] = {"en": 0, "de": 1, "nl": 2}

Three = tuple[str, str, str]


def pick(three: Three, lang: Lang) -> str:
    return three[_PLACE[lang]]


@dataclass(frozen=True, slots=True)
class Word:
    """`why` says it as a headline, `what` names the thing in a table."""

    why: Three
    what: Three


def _w(why: Three, what: Three) -> Word:
    return Word(why, what)


_NAME = ("Name", "Name", "Naam")

# One row for each of streams/scrub/kinds.py; a test finds the one that is missing.
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
    "advice": _w(
        ("Gives readers medical advice", "Gibt Lesenden medizinischen Rat", "Geeft lezers medisch advies"),
        ("Medical advice", "Medizinischer Rat", "Medisch advies"),
    ),
    "complication": _w(
        ("Tells of a complication", "Berichtet von einer Komplikation", "Meldt een complicatie"),
        ("Complication", "Komplikation", "Complicatie"),
    ),
    "alarming": _w(
        ("May alarm a family", "Kann Angehörige erschrecken", "Kan familie ongerust maken"),
        ("May alarm", "Kann erschrecken", "Kan ongerust maken"),
    ),
    "second-person": _w(
        ("Tells of a second patient", "Berichtet von einer zweiten Person", "Gaat over een tweede patiënt"),
        ("Another patient, donor or newborn", "Andere Patienten, Spende oder Neugeborenes",
         "Andere patiënt, donor of baby"),
    ),
    "quote": _w(
        ("Quotes a person", "Gibt wieder, was jemand sagte", "Haalt iemand aan"),
        ("A person’s words", "Worte einer Person", "Woorden van een persoon"),
    ),
    "unsourced": _w(
        ("States a fact without a source", "Behauptet etwas ohne Quelle", "Stelt iets zonder bron"),
        ("No source given", "Ohne Quelle", "Zonder bron"),
    ),
    "tone": _w(
        ("Unprofessional tone", "Unangemessener Ton", "Onprofessionele toon"),
        ("Tone", "Ton", "Toon"),
    ),
    "other-language": _w(
        ("In a language that is not checked", "In einer Sprache, die nicht geprüft wird",
         "In een taal die niet wordt nagekeken"),
        ("Language not checked", "Sprache nicht geprüft", "Taal niet nagekeken"),
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
    "correction": _w(
        ("Corrects an earlier post", "Berichtigt einen früheren Beitrag", "Corrigeert een eerder bericht"),
        ("Correction", "Korrektur", "Correctie"),
    ),
    "revoked-tablet": _w(
        (
            "Came from a tablet that was switched off",
            "Kam von einem abgemeldeten Tablet",
            "Kwam van een afgemelde tablet",
        ),
        ("Tablet switched off", "Tablet abgemeldet", "Tablet afgemeld"),
    ),
    "not-as-signed": _w(
        ("Not as it was signed", "Nicht wie unterschrieben", "Niet zoals ondertekend"),
        ("Other than the run sheet", "Anders als der Ablaufplan", "Anders dan het draaiboek"),
    ),
    "out-of-consent": _w(
        ("The consent does not cover it", "Die Einwilligung deckt es nicht", "De toestemming dekt het niet"),
        ("Outside the consent", "Außerhalb der Einwilligung", "Buiten de toestemming"),
    ),
    "edited": _w(
        ("Edited, needs a second person", "Geändert, braucht eine zweite Person", "Gewijzigd, vraagt een tweede"),
        ("Edited", "Geändert", "Gewijzigd"),
    ),
}  # fmt: skip

OTHER = _w(
    ("Needs a person", "Braucht einen Menschen", "Vraagt een mens"),
    ("Held by a rule", "Von einer Regel angehalten", "Aangehouden door een regel"),
)


def what(kind: str, lang: Lang) -> str:
    """The name of a kind; a finer kind (`relative.step`) has that of its family."""
    return pick((KINDS.get(kind) or KINDS.get(kind.partition(".")[0]) or OTHER).what, lang)
