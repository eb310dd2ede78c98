"""The sentences of the archive's pages. English is the key, so that templates read as what they show."""

from streams.scrub.kind_words import Lang

# From English to German and Dutch. Each part of the pages adds a table of its own with add_phrases().
PHRASES: dict[str, tuple[str, str]] = {
    "Archive": ("Archiv", "Archief"),
    "Desk": ("Pult", "Desk"),
    "All live events": ("Alle Veranstaltungen", "Alle evenementen"),
    "Live events in the archive": ("Veranstaltungen im Archiv", "Evenementen in het archief"),
    "There is nothing in the archive yet, or it is kept on another machine.": (
        "Im Archiv ist noch nichts, oder es liegt auf einem anderen Rechner.",
        "Er staat nog niets in het archief, of het staat op een andere computer.",
    ),
    "Live event": ("Veranstaltung", "Evenement"),
    "State": ("Stand", "Stand"),
    "Entries": ("Einträge", "Regels"),
    "Last entry": ("Letzter Eintrag", "Laatste regel"),
    "Verified": ("Geprüft", "Gecontroleerd"),
    "Verify": ("Prüfen", "Controleren"),
    "Whole": ("Vollständig", "Compleet"),
    "NOT whole": ("NICHT vollständig", "NIET compleet"),
    "open": ("offen", "open"),
    "closed": ("beendet", "gesloten"),
    "archived": ("archiviert", "gearchiveerd"),
    "not known": ("nicht bekannt", "niet bekend"),
    "Rehearsal": ("Probe", "Generale"),
    "Language": ("Sprache", "Taal"),
}


def translate(english: str, lang: Lang, **values: object) -> str:
    """The sentence in the language of the page; the English one where a translation is missing."""
    if lang != "en" and english in PHRASES:
        english = PHRASES[english][0 if lang == "de" else 1]
    return english.format(**values) if values else english


def add_phrases(table: dict[str, tuple[str, str]]) -> None:
    """For the sentences of one page. Raises ValueError where two pages say the same in two ways."""
    for english, both in table.items():
        if PHRASES.setdefault(english, both) != both:
            raise ValueError(f"two translations: {english}")
