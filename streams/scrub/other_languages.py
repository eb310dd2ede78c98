"""Whether a text is in a language that the policy does not screen: then that nothing was found in it means nothing."""

import re
import unicodedata
from collections.abc import Sequence

from streams.scrub import language
from streams.scrub.listing import words

# Words that carry a sentence in the language on the left and are no words of English, German or Dutch, nor names.
_ELSEWHERE: dict[str, frozenset[str]] = {
    "fr": words("le les une est et dans avec pour nous vous pas mais sur cette qui elle ils sont été fait après très"),
    "es": words("el los las una está y con por para pero muy nos sin este esta ella son fue ha como ahora más todo"),
    "it": words("il gli una è con per non ma questo questa sono della nel anche molto dopo stato ora tutto siamo"),
    "pt": words("os uma está com por para não mas muito nós ela são foi como agora mais tudo depois aqui já"),
    "pl": words("jest nie się na do za przez oraz ale już teraz bardzo tylko jak po pod nad przy są był będzie"),
    "tr": words("bir ve bu için çok ile ama şimdi var yok değil daha gibi kadar sonra oldu hasta biz"),
    "da": words("og er det ikke på til med fra vi nu har som men også efter meget blev jeg bliver"),
    "sv": words("och är det inte på till med från vi nu har som men också efter mycket blev jag blir"),
}
_ALL = frozenset().union(*_ELSEWHERE.values())
_TOKENS = re.compile(r"[^\W\d_]+")
_WORDS_MIN = 3  # the languages share many short words ("en", "la", "die"): a sentence has to insist
_LETTERS_MIN = 12  # of another script; fewer are a name, or look-alikes, which normalising undoes
_LATIN_END = "\u0250"


def outside(original: str, low: str, hint: str | None, languages: Sequence[str]) -> str | None:
    """The language, or `other-script`, of a text that is plainly in none of `languages`; None when it may be in one.

    `low`: its clean text in lower case. What shows no language at all is not held against it.
    """
    if _other_script(original):
        return "other-script"
    own = language.evidence(low)
    if strange := _elsewhere(low, max(own.values())):
        return strange
    told = language.tell(low, hint)
    said = hint == told or own[told] > 0
    return told if said and told not in languages else None


def _elsewhere(low: str, own: int) -> str | None:
    tokens = [t for t in _TOKENS.findall(low) if t in _ALL]
    if len(tokens) < _WORDS_MIN:
        return None
    counts = {lang: sum(t in found for t in tokens) for lang, found in _ELSEWHERE.items()}
    best = max(counts, key=lambda lang: counts[lang])
    return best if counts[best] >= _WORDS_MIN and counts[best] > own + 1 else None


def _other_script(original: str) -> bool:
    if original.isascii():
        return False
    letters = [c for c in unicodedata.normalize("NFKC", original) if c.isalpha()]
    strange = [c for c in letters if c >= _LATIN_END and not unicodedata.name(c, "").startswith("LATIN")]
    return len(strange) >= _LETTERS_MIN and 2 * len(strange) > len(letters)
