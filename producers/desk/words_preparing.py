"""What the desk says after a press on the pages of preparing: codes of facts and refusals, in three languages."""

from streams.scrub.kind_words import Three

SAID: dict[str, Three] = {
    "saved": ("Saved.", "Gespeichert.", "Opgeslagen."),
    "dropped": (
        "Dropped. Its protected terms are out of the vault.",
        "Verworfen. Die geschützten Begriffe sind aus dem Tresor.",
        "Weggegooid. De beschermde termen zijn uit de kluis.",
    ),
    "terms-kept": (
        "Kept in the vault. They are not shown again.",
        "Im Tresor. Sie werden nicht wieder gezeigt.",
        "In de kluis. Ze worden niet meer getoond.",
    ),
    "already-opened": (
        "This event has been opened. Its plan stands; nothing was changed.",
        "Diese Veranstaltung ist eröffnet. Ihr Plan steht; nichts wurde geändert.",
        "Dit evenement is geopend. Het plan staat vast; er is niets gewijzigd.",
    ),
    "too-many": (
        "Too many events are being prepared. Drop one first.",
        "Zu viele Veranstaltungen sind in Vorbereitung. Verwerfen Sie erst eine.",
        "Er zijn te veel evenementen in voorbereiding. Gooi er eerst een weg.",
    ),
}
