"""What is known of a word that the packaged word data holds: a bit for each class, and the tries that keep them.

`words.marisa` gives each folded word a number, `words.classes` gives each number its bits. Both are mapped, not read:
a million words cost as much memory as the pages that are looked at. `deploy.lexicon` builds them.
"""

import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Final, Self

import marisa_trie

from streams.scrub import packaged

ORDINARY: Final = {"en": 1 << 0, "de": 1 << 1, "nl": 1 << 2}
FREQUENT: Final = {"en": 1 << 3, "de": 1 << 4, "nl": 1 << 5}
NOUN_DE: Final = 1 << 6
CLINICAL: Final = 1 << 7  # diseases, anatomy, procedures
EPONYM: Final = 1 << 8  # only written with a capital in clinical text: Wilson, Kaposi
PRODUCT: Final = 1 << 9
ABBREVIATION: Final = 1 << 10  # says something of a word in capitals only
GIVEN: Final = 1 << 11
COMMON_GIVEN: Final = 1 << 12
SURNAME: Final = 1 << 13
COMMON_SURNAME: Final = 1 << 14
CITY: Final = 1 << 15  # large and no common name of persons
TOWN: Final = 1 << 16

NAMES_OF_BITS: Final = {
    **{f"ordinary_{lang}": bit for lang, bit in ORDINARY.items()},
    **{f"frequent_{lang}": bit for lang, bit in FREQUENT.items()},
    "noun_de": NOUN_DE,
    "clinical": CLINICAL,
    "eponym": EPONYM,
    "product": PRODUCT,
    "abbreviation": ABBREVIATION,
    "given": GIVEN,
    "common_given": COMMON_GIVEN,
    "surname": SURNAME,
    "common_surname": COMMON_SURNAME,
    "city": CITY,
    "town": TOWN,
}
SPELLED: Final = "="
"""Before a key: a word of two letters that fold to one (ae, oe, ue, ij), as it is spelled. `koen` is none of them."""

ORDINARY_ANYWHERE: Final = ORDINARY["en"] | ORDINARY["de"] | ORDINARY["nl"]

_WORDS = "lexicon/data/words.marisa"
_CLASSES = "lexicon/data/words.classes"
# Magic; how many masks the table has; how many words have a mask that the table has no room for.
_HEAD = struct.Struct("<4sII")
_MAGIC = b"SCW1"
# A text has some thirty words and the thread repeats them; dropped with the texts (see `forget`).
_REMEMBERED = 8192
_RARE = 255
"""Stands for masks that few words share; those have a list of their own, which saves a second byte for each word."""


class WordClasses:
    """Bits of folded words. Unknown words have none."""

    def __init__(self, trie: marisa_trie.Trie, classes: memoryview) -> None:
        magic, count, rare = _HEAD.unpack_from(classes)
        masks_end = _HEAD.size + 4 * count
        rare_end = masks_end + 8 * rare
        if magic != _MAGIC or len(classes) - rare_end != len(trie):
            raise ValueError(f"{_CLASSES} and {_WORDS} are not of one build")
        self._number: Callable[[str], int | None] = trie.get
        self._starting: Callable[[str], Iterator[tuple[str, int]]] = trie.iter_prefixes_with_ids
        self.of = lru_cache(maxsize=_REMEMBERED)(self._of)
        self._masks: tuple[int, ...] = struct.unpack_from(f"<{count}I", classes, _HEAD.size)
        self._rare: dict[int, int] = dict(struct.iter_unpack("<II", classes[masks_end:rare_end]))
        self._class_of = classes[rare_end:]

    @classmethod
    def read(cls, trie: bytes, classes: bytes) -> Self:
        return cls(marisa_trie.Trie().frombytes(trie), memoryview(classes))

    def _of(self, word: str) -> int:
        number = self._number(word)
        return 0 if number is None else self._bits(number)

    def _bits(self, number: int) -> int:
        at = self._class_of[number]
        return self._rare[number] if at == _RARE else self._masks[at]

    def starting(self, text: str) -> Iterator[tuple[str, int]]:
        """The words that `text` starts with, shortest first, each with its bits."""
        for word, number in self._starting(text):
            yield word, self._bits(number)

    def forget(self) -> None:
        self.of.cache_clear()


def packed(masks: Mapping[str, int]) -> tuple[bytes, bytes]:
    """The two files for these words, the same bytes for the same words."""
    trie = marisa_trie.Trie(sorted(masks))
    most = sorted(Counter(masks.values()).items(), key=lambda row: (-row[1], row[0]))
    table = [mask for mask, _ in most[:_RARE]]
    place = {mask: i for i, mask in enumerate(table)}
    numbered = bytearray(len(masks))
    rare: list[tuple[int, int]] = []
    for word, mask in masks.items():
        number = trie[word]
        numbered[number] = place.get(mask, _RARE)
        if mask not in place:
            rare.append((number, mask))
    head = _HEAD.pack(_MAGIC, len(table), len(rare)) + struct.pack(f"<{len(table)}I", *table)
    return trie.tobytes(), head + b"".join(struct.pack("<II", *row) for row in sorted(rare)) + numbered


@cache
def word_classes() -> WordClasses:
    trie = marisa_trie.Trie().mmap(str(packaged.path(_WORDS)))
    return WordClasses(trie, packaged.mapped(_CLASSES))
