"""The sentences of the panel that says how long an event is kept, what holds it, and what was erased."""

PHRASES: dict[str, tuple[str, str]] = {
    "Kept until": ("Aufbewahrt bis", "Bewaard tot"),
    "Keys": ("Schlüssel", "Sleutels"),
    "This log": ("Dieses Protokoll", "Dit logboek"),
    "Legal hold": ("Aufbewahrungspflicht", "Bewaarplicht"),
    "Erased": ("Gelöscht", "Gewist"),
    "Not erased": ("Nicht gelöscht", "Niet gewist"),
    "The event is open; nothing of it expires.": (
        "Die Veranstaltung läuft; nichts davon läuft ab.",
        "Het evenement is open; er verloopt niets.",
    ),
    "destroyed on {day}": ("vernichtet am {day}", "vernietigd op {day}"),
    "held": ("festgehalten", "vastgehouden"),
    "until {day}": ("bis {day}", "tot {day}"),
    "{day}, by {who}: protected terms of one person": (
        "{day}, von {who}: geschützte Begriffe einer Person",
        "{day}, door {who}: beschermde termen van één persoon",
    ),
    "{day}, by {who}: the event’s keys": (
        "{day}, von {who}: die Schlüssel der Veranstaltung",
        "{day}, door {who}: de sleutels van het evenement",
    ),
    "matter {matter}, by {who} since {day}": (
        "Sache {matter}, durch {who} seit {day}",
        "zaak {matter}, door {who} sinds {day}",
    ),
    "Commitment to what was typed: {digits}": (
        "Bindung an das Geschriebene: {digits}",
        "Vastlegging van wat getypt is: {digits}",
    ),
    "posts still public": ("noch öffentliche Beiträge", "nog openbare berichten"),
    "released texts in this log": ("freigegebene Texte in diesem Protokoll", "vrijgegeven teksten in dit logboek"),
    "scrubbed drafts": ("bereinigte Entwürfe", "opgeschoonde concepten"),
    "sealed updates": ("versiegelte Meldungen", "verzegelde updates"),
    "what was typed, sealed": ("Geschriebenes, versiegelt", "wat getypt is, verzegeld"),
    "backups": ("Sicherungskopien", "back-ups"),
    "exported bundles": ("ausgegebene Bündel", "geëxporteerde bundels"),
    "names of staff in this log": ("Namen der Beteiligten in diesem Protokoll", "namen van medewerkers in dit logboek"),
    "older versions on a topic": ("ältere Fassungen auf einem Topic", "oudere versies op een topic"),
}
