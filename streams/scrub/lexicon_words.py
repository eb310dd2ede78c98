"""The words that ship with the scrubber: ordinary, clinical, names, occupations.

Lists written by hand come first: what they say of a word stands. The packaged data (`word_classes`) answers for the
rest, a million words that are looked up where they lie and never made into sets.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache, lru_cache

from streams.scrub import compounds, packaged
from streams.scrub.normalise import fold, spelled, typed
from streams.scrub.word_classes import (
    ABBREVIATION,
    CITY,
    CLINICAL,
    COMMON_GIVEN,
    COMMON_SURNAME,
    EPONYM,
    FREQUENT,
    GIVEN,
    NOUN_DE,
    ORDINARY,
    ORDINARY_ANYWHERE,
    PRODUCT,
    SPELLED,
    SURNAME,
    TOWN,
    WordClasses,
    word_classes,
)

LANGUAGES = ("en", "de", "nl")
_COMMON_NAME = COMMON_GIVEN | COMMON_SURNAME
# What keeps a word from being a name and nothing else; those that are a name all the same are `double`.
_NO_NAME = ORDINARY_ANYWHERE | CLINICAL | PRODUCT
_FREQUENT_ANYWHERE = FREQUENT["en"] | FREQUENT["de"] | FREQUENT["nl"]
# A text has some thirty words and the thread repeats them; forgotten with the texts (see `forget`).
_REMEMBERED = 8192
_TELLING = 4


class Rarity(IntEnum):
    """How well a language knows a word; the higher, the more a capital on it asks for a reason."""

    FREQUENT = 0
    KNOWN = 1  # in its dictionary, or clinical
    DERIVED = 2  # a form or a compound of known words
    UNKNOWN = 3


class Called(IntEnum):
    """How likely people are called by a word, whatever else it means."""

    NO = 0
    RARE_SURNAME = 1
    RARE_GIVEN = 2
    COMMON_SURNAME = 3
    COMMON_GIVEN = 4


@dataclass(frozen=True, slots=True)
class Words:
    """A set to look folded words up in: `written` by hand, or packaged with certain bits and not `withheld`."""

    written: frozenset[str]
    any_of: int = 0
    also: int = -1  # one bit of these as well
    none_of: int = 0
    unless: int = 0  # bits that outweigh those of `none_of`
    withheld: frozenset[str] = frozenset()
    classes: WordClasses = field(default_factory=word_classes, repr=False)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and (word in self.written or self.packaged(word))

    def packaged(self, word: str) -> bool:
        bits = self.classes.of(word)
        if not bits & self.any_of or not bits & self.also or (bits & self.none_of and not bits & self.unless):
            return False
        return word not in self.withheld

    def __rsub__(self, other: AbstractSet[str]) -> frozenset[str]:
        return frozenset(word for word in other if word not in self)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words folded. `given` and `surnames` are no ordinary word; `double` are names that are one as well.

    `surnames` are common ones: of the 100,000 that the data hold most have been borne by few, and any trade name or
    instrument may be among them. They count as evidence (`called`), not as a name by themselves.
    """

    ordinary: dict[str, Words]
    clinical: Words
    given: Words
    surnames: Words
    double: Words
    places: Words
    occupations: frozenset[str]
    abbreviations: frozenset[str]
    theatre: frozenset[str]  # clinical words that are names as well: a hammer, a nail
    spelled: frozenset[str]  # of the lists written by hand: words in which two letters fold to one
    short_forms: dict[str, frozenset[str]]
    parts: dict[str, tuple[frozenset[str], int]] = field(repr=False)  # for compounds, written by hand; their longest
    classes: WordClasses = field(repr=False)

    def plain(self, word: str, lang: str) -> bool:
        """Clinical, or ordinary and no common name of persons unless everybody says it every day."""
        return word in self.clinical or word in self.ordinary[lang]

    def ordinary_anywhere(self, word: str) -> bool:
        """Whether a dictionary of any of our languages has it, also when it is a name as well.

        Of three letters and less dictionaries hold nearly all that can be said; there only lists by hand count.
        """
        known = len(word) >= _TELLING and self.classes.of(word) & ORDINARY_ANYWHERE
        return bool(known) or any(word in words.written for words in self.ordinary.values())

    def everyday(self, word: str, lang: str) -> bool:
        """What is said in every theatre, by the lists written by hand: words that are nobody's name behind a title."""
        return word in self.ordinary[lang].written

    def in_dictionary(self, word: str, lang: str) -> bool:
        return bool(self.classes.of(word) & ORDINARY[lang]) or word in self.ordinary[lang].written

    def named(self, word: str) -> bool:
        """A given name or a surname that is nothing else."""
        return word in self.given or word in self.surnames

    def misread(self, word: str) -> bool:
        """Whether a word as it is spelled (`normalise.spelled`) only folds to one that we know: Koen, Joelle, Aerts."""
        if word == fold(word) or word in self.spelled:
            return False
        return not self.classes.of(SPELLED + word)

    def frequent(self, word: str, lang: str) -> bool:
        return bool(self.classes.of(word) & FREQUENT[lang])

    def noun(self, word: str) -> bool:
        """A noun of German."""
        return bool(self.classes.of(word) & NOUN_DE)

    def abbreviation(self, word: str) -> bool:
        """A clinical abbreviation; ask only for words in capitals."""
        return word in self.abbreviations or bool(self.classes.of(word) & ABBREVIATION)

    def product(self, word: str) -> bool:
        return bool(self.classes.of(word) & PRODUCT)

    def eponym(self, word: str) -> bool:
        """A name that clinical text uses: it excuses itself beside a clinical word."""
        return bool(self.classes.of(word) & EPONYM)

    def town(self, word: str) -> bool:
        return bool(self.classes.of(word) & (TOWN | CITY))

    def called(self, word: str) -> Called:
        bits = self.classes.of(word)
        if bits & COMMON_GIVEN or word in self.given.written:
            return Called.COMMON_GIVEN
        if bits & COMMON_SURNAME or word in self.surnames.written or word in self.double.written:
            return Called.COMMON_SURNAME
        if bits & GIVEN:
            return Called.RARE_GIVEN
        return Called.RARE_SURNAME if bits & SURNAME else Called.NO

    def rarity(self, word: str, lang: str) -> Rarity:
        if self.frequent(word, lang):
            return Rarity.FREQUENT
        if self.in_dictionary(word, lang) or word in self.clinical or word in self.theatre:
            return Rarity.KNOWN
        return Rarity.DERIVED if self.inflected(word, lang) or self.compound(word, lang) else Rarity.UNKNOWN

    def inflected(self, word: str, lang: str) -> str:
        """The known word that `word` is a form of, or nothing."""
        known = (
            stem for stem in compounds.stems(word, lang) if self.in_dictionary(stem, lang) or stem in self.clinical
        )
        return next(known, "")

    def compound(self, word: str, lang: str) -> compounds.Parts:
        """The known words that a German or Dutch compound is made of, or nothing. What people are called is none."""
        return () if self.called(word) else _compound(word, lang)

    def starts(self, text: str, lang: str) -> list[str]:
        """The words of a language that `text` starts with and that compounds are made of."""
        part, short = ORDINARY[lang] | CLINICAL, FREQUENT[lang]
        found = []
        for word, bits in self.classes.starting(text):
            enough = part if len(word) >= compounds.PART_MIN else short
            if word == text and len(word) == compounds.SHORT_PART:
                enough = _FREQUENT_ANYWHERE  # what comes last may be an English word: Verbandsset
            if bits & enough and len(word) >= compounds.SHORT_PART and (not bits & COMMON_GIVEN or bits & short):
                found.append(word)
        written, longest = self.parts[lang]
        ends = range(compounds.PART_MIN, min(len(text), longest) + 1)
        found += [text[:end] for end in ends if text[:end] in written]
        if len(text) == compounds.SHORT_PART and text in written:
            found.append(text)
        return found


def _folded(*paths: str) -> frozenset[str]:
    return frozenset[str]().union(*map(_list, paths))


@cache
def _list(path: str) -> frozenset[str]:
    """A list's words. Entries with a hyphen count whole and in their parts: Insall-Salvati, Insall, Salvati."""
    entries = {part for word in packaged.words(path) for part in (word, *word.split("-"))}
    return frozenset(fold(entry) for entry in entries if entry)


def _spelled(*paths: str) -> frozenset[str]:
    entries = {part for path in paths for word in packaged.words(path) for part in (word, *word.split("-"))}
    forms = {form for entry in entries if not entry.isascii() or _two_letters(entry) for form in _forms(entry)}
    return frozenset(form for form in forms if form != fold(form))


def _two_letters(entry: str) -> bool:
    low = entry.lower()
    return "ae" in low or "oe" in low or "ue" in low or "ij" in low


def _forms(entry: str) -> tuple[str, str]:
    return spelled(entry), typed(entry)


@cache
def lexicon() -> Lexicon:
    shared = _folded("lexicon/calendar.txt", "lexicon/abbreviations.txt", "lexicon/culture.txt")
    ordinary = {lang: _folded(f"lexicon/ordinary.{lang}.txt") | shared for lang in LANGUAGES}
    clinical = _folded(
        "lexicon/eponyms.txt", "lexicon/products.txt", *(f"lexicon/clinical.{lang}.txt" for lang in LANGUAGES)
    )
    double = _folded("lexicon/names.double.txt", *packaged.matching("lexicon/clinical.double.*.txt"))
    given = _folded("lexicon/names.given.txt") - double
    # What an instrument or a shop is called after stays a given name where it is one.
    double |= _folded(*packaged.matching("lexicon/[ep]*.double.txt")) - given
    surnames = _folded("lexicon/names.surnames.txt") - double - clinical
    places = _folded("lexicon/places.txt")
    names = given | surnames | double
    things = clinical.union(places, *ordinary.values())
    return Lexicon(
        ordinary={
            lang: Words(words, ORDINARY[lang], none_of=_COMMON_NAME, unless=FREQUENT[lang] | CLINICAL, withheld=names)
            for lang, words in ordinary.items()
        },
        clinical=Words(clinical, CLINICAL | PRODUCT, withheld=names),
        given=Words(given, GIVEN, none_of=_NO_NAME, withheld=double | things),
        surnames=Words(surnames, COMMON_SURNAME, none_of=_NO_NAME, withheld=double | things),
        double=Words(double, _COMMON_NAME, also=_NO_NAME, none_of=_FREQUENT_ANYWHERE, withheld=given | surnames),
        places=Words(places, CITY, withheld=names),
        occupations=_folded("lexicon/occupations.txt"),
        abbreviations=_folded(*packaged.matching("lexicon/abbreviations.*.txt")),
        theatre=_folded(*packaged.matching("lexicon/clinical.double.*.txt")),
        spelled=_spelled(
            *(f"lexicon/{name}.{lang}.txt" for name in ("ordinary", "clinical") for lang in LANGUAGES),
            *(
                f"lexicon/{name}.txt"
                for name in ("calendar", "culture", "eponyms", "products", "places", "occupations")
            ),
        ),
        short_forms=_short_forms(),
        parts={lang: _parts(lang) for lang in LANGUAGES},
        classes=word_classes(),
    )


def _parts(lang: str) -> tuple[frozenset[str], int]:
    written = _folded(f"lexicon/ordinary.{lang}.txt", f"lexicon/clinical.{lang}.txt", "lexicon/products.txt")
    return written, max(map(len, written), default=0)


def _short_forms() -> dict[str, frozenset[str]]:
    """Name → all names of its group, so that Robert finds Bob and Bob finds Robert."""
    out: dict[str, frozenset[str]] = {}
    for group in packaged.groups("lexicon/names.short.txt"):
        folded = frozenset(fold(name) for name in group)
        for name in folded:
            out[name] = out.get(name, frozenset()) | folded
    return out


@lru_cache(maxsize=_REMEMBERED)
def _compound(word: str, lang: str) -> compounds.Parts:
    known = lexicon()
    return compounds.split(word, lang, lambda text: known.starts(text, lang), lambda stem: known.noun(stem + "e"))


def forget() -> None:
    """Drops the words that were looked up: after a live event's keys are destroyed none of them may stay."""
    _compound.cache_clear()
    word_classes().forget()
