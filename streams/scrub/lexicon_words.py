"""The words that ship with the scrubber: ordinary, clinical, names, occupations; each a set, read once."""

from dataclasses import dataclass
from functools import cache

from streams.scrub import packaged
from streams.scrub.normalise import fold

LANGUAGES = ("en", "de", "nl")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words folded. `names` are given names and surnames that are no ordinary word; `double` are those that are."""

    ordinary: dict[str, frozenset[str]]
    clinical: frozenset[str]
    given: frozenset[str]
    surnames: frozenset[str]
    double: frozenset[str]
    places: frozenset[str]
    occupations: frozenset[str]
    short_forms: dict[str, frozenset[str]]

    def plain(self, word: str, lang: str) -> bool:
        return word in self.clinical or word in self.ordinary[lang]

    def ordinary_anywhere(self, word: str) -> bool:
        return any(word in words for words in self.ordinary.values())

    def named(self, word: str) -> bool:
        """A given name or a surname that is nothing else."""
        return word in self.given or word in self.surnames


def _folded(*paths: str) -> frozenset[str]:
    """Entries with a hyphen count whole and in their parts: Insall-Salvati, Insall, Salvati."""
    entries = {part for path in paths for word in packaged.words(path) for part in (word, *word.split("-"))}
    return frozenset(fold(entry) for entry in entries if entry)


@cache
def lexicon() -> Lexicon:
    shared = _folded("lexicon/calendar.txt", "lexicon/abbreviations.txt", "lexicon/culture.txt")
    ordinary = {lang: _folded(f"lexicon/ordinary.{lang}.txt") | shared for lang in LANGUAGES}
    clinical = _folded(
        "lexicon/eponyms.txt", "lexicon/products.txt", *(f"lexicon/clinical.{lang}.txt" for lang in LANGUAGES)
    )
    double = _folded("lexicon/names.double.txt")
    given = _folded("lexicon/names.given.txt") - double
    surnames = _folded("lexicon/names.surnames.txt") - double - clinical
    return Lexicon(
        ordinary=ordinary,
        clinical=clinical,
        given=given,
        surnames=surnames,
        double=double,
        places=_folded("lexicon/places.txt"),
        occupations=_folded("lexicon/occupations.txt"),
        short_forms=_short_forms(),
    )


def _short_forms() -> dict[str, frozenset[str]]:
    """Name → all names of its group, so that Robert finds Bob and Bob finds Robert."""
    out: dict[str, frozenset[str]] = {}
    for group in packaged.groups("lexicon/names.short.txt"):
        folded = frozenset(fold(name) for name in group)
        for name in folded:
            out[name] = out.get(name, frozenset()) | folded
    return out
