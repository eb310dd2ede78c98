"""Letters as search compares them: without case and diacritics, so that “muller” finds “Müller”. Pure."""

import unicodedata


def fold(text: str) -> str:
    """One line, lower case, no marks above or below letters; ß is ss (Unicode: case folding, NFKD)."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())
