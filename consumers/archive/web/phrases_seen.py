"""What was read back from the platforms, in the words of the replay's page: English, then German and Dutch."""

PHRASES: dict[str, tuple[str, str]] = {
    "Read back: changed after it was posted": (
        "Gelesen: nachträglich geändert",
        "Teruggelezen: na plaatsing gewijzigd",
    ),
    "Read back: gone, and nobody here took it back": (
        "Gelesen: weg, und niemand hier hat es zurückgenommen",
        "Teruggelezen: weg, en niemand hier heeft het teruggehaald",
    ),
    "Read back: taken back, and still to be read": (
        "Gelesen: zurückgenommen und noch zu lesen",
        "Teruggelezen: teruggehaald en nog te lezen",
    ),
    "Read back: not to be read any more": ("Gelesen: nicht mehr zu lesen", "Teruggelezen: niet meer te lezen"),
    "Read back: as it was sent": ("Gelesen: wie gesendet", "Teruggelezen: zoals verstuurd"),
    "changed on {place} by somebody else, seen {at}": (
        "auf {place} von jemand anderem geändert, bemerkt {at}",
        "op {place} door iemand anders gewijzigd, gezien {at}",
    ),
    "taken back, and still to be read on {place}": (
        "zurückgenommen und auf {place} noch zu lesen",
        "teruggehaald en op {place} nog te lezen",
    ),
    "gone from {place}, and nobody here took it back": (
        "von {place} verschwunden, niemand hier hat es zurückgenommen",
        "weg van {place}, en niemand hier heeft het teruggehaald",
    ),
    "{n} gone by somebody else’s hand": ("{n} von fremder Hand entfernt", "{n} door een ander verwijderd"),
    "Public too, and not from here: {n}.": (
        "Auch öffentlich, und nicht von hier: {n}.",
        "Ook openbaar, en niet van hier: {n}.",
    ),
}
