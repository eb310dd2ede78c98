"""Tells which of our languages a text is in, by its function words; the tablet's word is the hint, not the proof."""

import re

from streams.scrub.listing import words

_FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "en": words(
        "the and of to is are was with for you your we our it this that has have at on from by be not but what "
        "who will she he her his they their just now so i'm it's an as or out all"
    ),
    "de": words(
        "der die das und ist sind war mit für von vom zum zur ein eine einen einem einer nicht auch wir ihr "
        "sie es im am auf aus bei nach noch schon jetzt hat haben wird werden den dem des als wie aber oder "
        "nur sich uns"
    ),
    "nl": words(
        "de het een en is zijn was met voor van niet ook wij we jij je zij ze hij er op aan uit bij naar nog "
        "al nu heeft hebben wordt worden als maar of dat die dit ons onze om te in door over geen even straks"
    ),
}
_ANY = frozenset().union(*_FUNCTION_WORDS.values())
_TOKENS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]{1,3})?")
# The hint is overruled only by clear evidence: short texts share words across the three languages.
_MARGIN = 3


def tell(low: str, hint: str | None) -> str:
    """`en`, `de` or `nl`, of a text in lower case."""
    counts = evidence(low)
    best = max(counts, key=lambda lang: (counts[lang], lang == "en"))
    if hint not in counts:
        return best
    return best if counts[best] - counts[hint] >= _MARGIN else hint


def evidence(low: str) -> dict[str, int]:
    """How many function words of each of our languages a text has."""
    tokens = [token for token in _TOKENS.findall(low) if token in _ANY]
    return {lang: sum(t in words for t in tokens) for lang, words in _FUNCTION_WORDS.items()}
