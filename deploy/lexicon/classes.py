"""Decides to which classes each word belongs. The rules are about languages and names, never about single words."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from deploy.lexicon import readers
from deploy.lexicon.material import Material, Names, Words, folded
from streams.scrub.normalise import fold
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
)

# Nobody writes longer words; what the lists hold beyond is a curiosity of theirs.
WORD_MAX = 40
# Zipf 4.5, thirty uses in a million words; the English corpus has 15.7 million of them.
_FREQUENT_EN = 500
# A word of clinical text that news use this often is an everyday word, and says nothing of medicine.
_EVERYDAY_EN = 300
# The 2,000 most frequent words of Dutch reach down to about zipf 4.5.
_FREQUENT_NL = 2_000
# The German list knows six bands of 17,000 words; the first is the finest it has.
_BAND_DE = 10
# Beyond the third band a word that may be a name is one.
_BAND_NAMES_DE = 30
_CITY_PEOPLE = 100_000
_FAR_CITY_PEOPLE = 500_000
_CLINICAL_MIN = 4
# Of two letters dictionaries have almost everything; those that are said stand in the lists written by hand.
_ORDINARY_MIN = 3
_PRODUCT_MIN = 5
_SENTENCE = re.compile(r"[^.;:()\[\]]+")
# American spelling of a British word, so that it is as frequent as its American twin.
_SPELLINGS = (
    ("our", "or"), ("tre", "ter"), ("ise", "ize"), ("isa", "iza"), ("isi", "izi"), ("yse", "yze"), ("ogue", "og"),
    ("lled", "led"), ("lling", "ling"), ("amme", "am"), ("ence", "ense"),
)  # fmt: skip


def classify(material: Material, nouns_kept: frozenset[str]) -> dict[str, int]:
    """The bits of every word that any source knows."""
    masks: Counter[str] = Counter()
    for bit, words in _classes(material, nouns_kept):
        for word in words:
            if len(word) <= WORD_MAX:
                masks[word] |= bit
    known = {word: mask for word, mask in masks.items() if word.isascii() and word.isalpha()}
    return known | {
        SPELLED + word: ORDINARY_ANYWHERE for word in material.spelled if word.isascii() and fold(word) in known
    }


def _classes(material: Material, nouns_kept: frozenset[str]) -> Iterator[tuple[int, Iterable[str]]]:
    en, de, nl, names = material.en, material.de, material.nl, material.names
    german = german_words(de, names, nouns_kept)
    everyday = {word for word, count in en.counts.items() if count >= _EVERYDAY_EN}
    lower, capital = _seen(material.diseases)
    lower |= _seen(material.expansions)[0]  # these are in title case as often as not, so that a capital says nothing
    called = names.common_given | names.common_surnames
    for language, words in (("en", en.words), ("de", german), ("nl", nl.words)):
        yield ORDINARY[language], {word for word in words if len(word) >= _ORDINARY_MIN}
    yield FREQUENT["en"], frequent_english(en)
    yield FREQUENT["de"], {w for w in german if de.ranks.get(w) == _BAND_DE and w not in names.common_given}
    yield FREQUENT["nl"], {word for word, rank in nl.ranks.items() if rank <= _FREQUENT_NL}
    yield NOUN_DE, de.nouns & german
    yield GIVEN, names.given
    yield COMMON_GIVEN, names.common_given
    yield SURNAME, names.surnames
    yield COMMON_SURNAME, names.common_surnames
    eponyms = capital - lower - everyday
    yield EPONYM, eponyms
    titled = _title_words(material.procedures) - names.given
    yield CLINICAL, (lower | eponyms | titled) - called - everyday
    cities, towns = _places(material)
    drugs = {word for word in map(folded, material.drugs) if len(word) >= _PRODUCT_MIN}
    yield PRODUCT, (drugs | (_title_words(material.devices) - en.words)) - names.given - called - everyday - towns
    yield ABBREVIATION, map(folded, material.abbreviations)
    yield CITY, cities - called - en.words
    yield TOWN, towns


def german_words(de: Words, names: Names, nouns_kept: frozenset[str]) -> set[str]:
    """German words without the names that the list holds unmarked, since it has lost its capitals."""

    def only_a_name(word: str) -> bool:
        seldom = de.ranks.get(word, 99) > _BAND_NAMES_DE
        if word in de.nouns:
            return word in names.given and word not in nouns_kept and (seldom or word in names.common_given)
        return seldom and (word in names.given or word in names.common_surnames)

    return {word for word in de.words if not only_a_name(word)}


def frequent_english(en: Words) -> set[str]:
    frequent = {word for word, count in en.counts.items() if count >= _FREQUENT_EN}
    twins = {w for w in en.words if w not in en.counts and any(t in frequent for t in american(w))}
    return frequent | twins


def american(word: str) -> Iterator[str]:
    """How a British word may be spelled in America."""
    for british, other in _SPELLINGS:
        at = word.find(british, 1)
        if at > 0:
            yield word[:at] + other + word[at + len(british) :]


def _seen(texts: Iterable[str]) -> tuple[set[str], set[str]]:
    """Words of text in sentence case: those written small, and those written with a capital in mid-sentence."""
    lower: set[str] = set()
    capital: set[str] = set()
    for text in texts:
        for sentence in _SENTENCE.findall(text):
            for i, token in enumerate(readers.tokens(sentence)):
                word = folded(token.removesuffix("'s"))
                if len(word) < _CLINICAL_MIN:
                    continue
                if token.islower():
                    lower.add(word)
                elif i and token[1:].islower():
                    capital.add(word)
    return lower, capital


def _title_words(texts: Iterable[str]) -> set[str]:
    words = {folded(token.removesuffix("'s")) for text in texts for token in readers.tokens(text)}
    return {word for word in words if len(word) >= _CLINICAL_MIN}


def _places(material: Material) -> tuple[set[str], set[str]]:
    """Large cities, and all towns. Names of more words than one are left out: their words say nothing alone."""
    one_word = [(folded(name), people, near) for name, people, near in material.towns if name.isalpha()]
    cities = {w for w, people, near in one_word if people >= (_CITY_PEOPLE if near else _FAR_CITY_PEOPLE)}
    return cities, {w for w, people, near in one_word if near or people >= _CITY_PEOPLE}
