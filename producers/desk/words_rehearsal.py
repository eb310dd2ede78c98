"""What the desk says after a press on the page of a rehearsal: codes of facts and refusals, in three languages."""

from streams.scrub.kind_words import Three

SAID: dict[str, Three] = {
    "rehearsing": (
        "The rehearsal has begun. Open its desk on every device.",
        "Die Probe läuft. Öffnen Sie ihre Seite auf jedem Gerät.",
        "De oefening is begonnen. Open haar pagina op elk apparaat.",
    ),
    "rehearsal-stopped": (
        "No more lines come. What waits can still be decided.",
        "Es kommen keine Meldungen mehr. Was wartet, kann noch entschieden werden.",
        "Er komen geen meldingen meer. Wat wacht, kan nog worden beslist.",
    ),
    "rehearsal-open": (
        "A rehearsal of this event goes on. End it first.",
        "Eine Probe dieser Veranstaltung läuft noch. Beenden Sie sie erst.",
        "Er loopt nog een oefening van dit evenement. Beëindig die eerst.",
    ),
    "rehearsal-over": (
        "This rehearsal has ended. Start another one.",
        "Diese Probe ist beendet. Beginnen Sie eine neue.",
        "Deze oefening is beëindigd. Begin een nieuwe.",
    ),
    "rehearsal-going": (
        "The score sheet is shown when the rehearsal has ended.",
        "Der Bewertungsbogen wird gezeigt, wenn die Probe beendet ist.",
        "Het scoreformulier wordt getoond als de oefening is beëindigd.",
    ),
    "rehearsal-gaps": (
        "The plan has gaps that a rehearsal needs filled. Look at the preparation.",
        "Der Plan hat Lücken, die für eine Probe geschlossen sein müssen. Sehen Sie in der Vorbereitung nach.",
        "Het plan heeft hiaten die voor een oefening gevuld moeten zijn. Kijk bij de voorbereiding.",
    ),
    "rehearsal-id": (
        "The event's address is too long, or it was rehearsed too often. Shorten the address.",
        "Die Adresse der Veranstaltung ist zu lang, oder es wurde zu oft geprobt. Kürzen Sie die Adresse.",
        "Het adres van het evenement is te lang, of er is te vaak geoefend. Kort het adres in.",
    ),
    "no-rehearsal": (
        "There is no rehearsal to end.",
        "Es gibt keine Probe, die enden könnte.",
        "Er is geen oefening om te beëindigen.",
    ),
    "not-in-rehearsal": (
        "The score sheet is for the director, the auditor and those who took part.",
        "Der Bewertungsbogen ist für die Leitung, die Revision und alle, die mitgemacht haben.",
        "Het scoreformulier is voor de leiding, de auditor en wie heeft meegedaan.",
    ),
    "bad-speed": (
        "The speed is a number from 1 to 20.",
        "Das Tempo ist eine Zahl von 1 bis 20.",
        "Het tempo is een getal van 1 tot 20.",
    ),
    "bad-language": (
        "Choose a language of the plan.",
        "Wählen Sie eine Sprache des Plans.",
        "Kies een taal van het plan.",
    ),
}
