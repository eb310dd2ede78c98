"""What makes a word new to us, a possible name, or an eponym; and where a name that begins here ends."""

import re

from streams.scrub import packaged
from streams.scrub.lexicon_words import Called
from streams.scrub.listing import words
from streams.scrub.normalise import fold
from streams.scrub.terms import PARTICLES
from streams.scrub.view import View, Word

# A name has at most this many words after its cue: given name, particles, two surnames.
_NAME_WORDS_MAX = 5
JOINERS = words("van von der den de vd ter ten zu zur la el al bin di da dos le du o mac mc st y")
GAP = re.compile(r"[\s.'-]{1,3}")
_EPONYMS = frozenset(fold(word) for word in packaged.words("lexicon/eponyms.txt"))
_EPONYMS_OF_PEOPLE = frozenset(fold(word) for word in packaged.words("lexicon/eponyms.double.txt"))
_PRODUCTS = frozenset(fold(word) for word in packaged.words("lexicon/products.txt"))
_PRODUCTS_OF_PEOPLE = frozenset(fold(word) for word in packaged.words("lexicon/products.double.txt"))
_ROW = 4  # words from one eponym to the next
_CLINICAL_HEADS = frozenset(fold(word) for word in packaged.words("lexicon/heads.txt"))


def is_new(view: View, word: Word) -> bool:
    """Neither a word of the language nor a clinical one, whole or in its parts, nor one the event allows."""
    base = word.base
    if base in view.terms.allowed or base in view.terms.vocabulary or base in PARTICLES or len(base) < 2:
        return False
    if view.plain(base):
        return view.misread(word)
    return not derived(view, base)


def derived(view: View, base: str) -> bool:
    """Plurals, participles and compounds of known words."""
    plain = view.plain
    for ending in (
        "s",
        "es",
        "ed",
        "d",
        "ing",
        "er",
        "ers",
        "ly",
        "en",
        "e",
        "n",
        "er",
        "em",
        "te",
        "ten",
        "je",
        "jes",
        "tje",
    ):
        if base.endswith(ending) and len(base) - len(ending) >= 3 and plain(base[: -len(ending)]):
            return True
    if base.endswith("ing") and (plain(base[:-3] + "e") or (base[-5:-4] == base[-4:-3] and plain(base[:-4]))):
        return True
    if base.endswith("ies") and plain(base[:-3] + "y"):
        return True
    if view.lang == "en":
        return False  # English writes compounds apart; what looks like one is as often a surname: Bellweather
    return any(plain(base[:cut]) and plain(base[cut:].removeprefix("s")) for cut in range(4, len(base) - 3))


def could_be_name(view: View, word: Word) -> bool:
    """A name by the lists: with a capital also one that is an ordinary word as well."""
    names = view.lexicon
    if word.base in names.given and not (view.plain(word.base) and not word.cap):
        return True
    return word.cap and (word.base in names.surnames or (word.base in names.double and view.lang != "de"))


def german_noun(view: View, word: Word) -> bool:
    """A capital word of a German text is taken for a noun when it ends like one."""
    if view.lang != "de":
        return False
    return word.base.endswith(
        (
            "ung",
            "heit",
            "keit",
            "schaft",
            "tion",
            "tat",
            "nis",
            "raum",
            "saal",
            "bett",
            "tisch",
            "zeit",
            "los",
            "stuhl",
            "team",
            "kette",
            "gruppe",
        )
    )


def eponym_here(view: View, i: int) -> bool:
    """An eponym excuses itself beside a clinical head ("Adams clamp", "Meyer-Haken"), as part of one that has two names
    ("Joel-Cohen"), and in a row with another ("Kelly and Overholt")."""
    words = view.words
    word = words[i]
    if _double_eponym(view, i) or _in_a_row(view, i):
        return True
    if i + 1 < len(words) and words[i + 1].start - word.end == 1:
        behind = words[i + 1].base
        hyphen = view.text[word.end] == "-"
        if behind in _CLINICAL_HEADS or (hyphen and not words[i + 1].cap and view.plain(behind)):
            return True
        if hyphen and view.lang in ("de", "nl") and (view.plain(behind) or derived(view, behind)):
            return view.lexicon.called(behind) <= Called.RARE_SURNAME  # Evert-Jan is no kind of Jan
    return False


def _double_eponym(view: View, i: int) -> bool:
    words = view.words
    return any(
        words[k + 1].start - words[k].end == 1 and words[k].base + words[k + 1].base in _EPONYMS
        for k in (i - 1, i)
        if 0 <= k < len(words) - 1
    )


def _in_a_row(view: View, i: int) -> bool:
    words = view.words
    if words[i].base in _PRODUCTS_OF_PEOPLE:
        beside = (*words[max(0, i - 1) : i], *words[i + 1 : i + 2])
        return any(w.cap and (w.base in _PRODUCTS or w.base in view.terms.allowed) for w in beside)
    if words[i].base not in _EPONYMS_OF_PEOPLE:
        return False
    near = (*words[max(0, i - _ROW) : i], *words[i + 1 : i + 1 + _ROW])
    return any(w.cap and (w.base in _EPONYMS or w.base in _EPONYMS_OF_PEOPLE) for w in near)


def name_end(view: View, i: int) -> int:
    """Where a name that starts with word `i` ends: capitals, initials and particles in a row belong to it."""
    words = view.words
    end = words[i].end
    real = words[i].fold not in JOINERS
    for j in range(i + 1, min(i + _NAME_WORDS_MAX, len(words))):
        word = words[j]
        if (
            not GAP.fullmatch(view.text[words[j - 1].end : word.start])
            or "\n" in view.text[words[j - 1].end : word.start]
        ):
            break
        if ". " in view.text[words[j - 1].end : word.start] and len(words[j - 1].text) > 2:
            break
        joiner = word.fold in JOINERS and not word.cap
        if joiner and not any(
            w.cap for w in words[j + 1 : j + 4 if words[j + 1 : j + 2] and words[j + 1].fold in JOINERS else j + 2]
        ):
            break
        behind_particle = word.cap and words[j - 1].fold in JOINERS and not words[j - 1].cap  # "de Wilg" is no tree
        if not joiner and not behind_particle and not _continues_name(view, word, real=real):
            break
        real = real or not joiner
        end = word.end
    if "'" in view.text[words[i].start : end] and view.text[:end].endswith("'s"):
        end -= 2
    return end


def _continues_name(view: View, word: Word, *, real: bool) -> bool:
    if not word.cap:
        return word.base in view.lexicon.surnames and not view.plain(word.base)
    if len(word.text) == 1:
        return word.text not in ("I", "A")
    if word.upper and len(word.text) <= 4 and not view.shouts:
        return False
    if word.base in view.terms.allowed:
        return True  # "A. Visser" is whole before the allow-list judges it
    if not real or word.base in view.lexicon.surnames or word.base in view.lexicon.given:
        return True
    if view.lang == "de":
        return word.base in view.lexicon.double or is_new(view, word)
    return word.base in view.lexicon.double or is_new(view, word) or word.base in view.lexicon.clinical
