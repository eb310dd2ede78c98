"""Words that are a name in themselves, by a list or by their build, and what stands behind a given name."""

import re
from collections.abc import Iterator

from streams.scrub import evidence
from streams.scrub.lexicon_words import Called
from streams.scrub.listing import words
from streams.scrub.name_words import eponym_here, is_new, name_end
from streams.scrub.spans import Hit
from streams.scrub.view import View

_SURNAME_FORM = re.compile(
    r"(?:Mc|Mac|O'|Fitz|D'|Van|De|Di|El|Al|Ben)[A-Z][a-z]+$|.{2,}(?:wicz|owski|ewski|czyk|nsson|sdóttir|dottir"
    r"|escu|opoulos|oğlu|oglu|ović|ovic|enko|ashvili|dijk|stra|inga|ssens)$"
)
_IRISH = frozenset({"Ó", "Ní", "Nic", "Uí", "Ui"})
# Two to four capitals with full stops, or three with gaps, before a word in lower case: people write of somebody so.
_INITIALS = re.compile(
    r"(?<![\w.])(?P<letters>(?:[A-ZÄÖÜ][a-z]?\. ?)(?:(?:[A-ZÄÖÜ][a-z]?|[dv]|de|den|der)\. ?){0,2}[A-ZÄÖÜ]\."
    r"|[A-ZÄÖÜ] [A-ZÄÖÜ] [A-ZÄÖÜ])(?='s|’s| [a-zäöü]{2,})"
)
_DOTTED_WORDS = words(
    "us usa uk eu un am pm ad bc er or iv im sc po pr nr md phd rn pa np dc bp hr ct ekg ecg ed eta tba asap vip "
    "zb dh ua ub va ma so og tr inr pca no nb ps pps ie eg oa ob ok op bv mc dj tv pc fm lp cd la ny"
)
# Beside the surname of a list: an article, a figure or a unit makes it a thing.
_NO_PERSON = -0.2
_LOWER_MIN = 4  # letters


def listed(view: View) -> Iterator[Hit]:
    """Words that are a name in themselves, and what stands behind a given name."""
    words = view.words
    named: set[int] = set()
    for i, word in enumerate(words):
        given = word.base in view.lexicon.given
        surname = word.base in view.lexicon.surnames and word.cap
        if not (given or surname) or view.known(word) or len(word.text) < 3 or word.base in view.lexicon.places:
            continue
        if (not word.cap and not (given and _lower_case_name(view, i))) or _initialled(view, i):
            continue
        if word.start in named or eponym_here(view, i) or (word.upper and len(word.text) <= 4 and not view.shouts):
            continue
        if not given and evidence.beside(view, i) < _NO_PERSON:
            continue
        reached = name_end(view, i) if given else word.end
        yield Hit(word.start, reached, "name", "listed-name", 0.8 if given else 0.6)
        named.update(range(word.start, reached))
    yield from (hit for hit in _formed(view) if hit.start not in named)


def _lower_case_name(view: View, i: int) -> bool:
    """A given name without its capital: a common one that is no word of any of our languages. One that only a far list
    has is written as it folds, and something beside it makes it a person."""
    word, names = view.words[i], view.lexicon
    if len(word.base) < _LOWER_MIN or names.called(word.base) is not Called.COMMON_GIVEN:
        return False
    if names.ordinary_anywhere(word.base) or word.base in names.clinical.written or names.abbreviation(word.base):
        return False
    return word.base in names.given.written or (word.text == word.fold and evidence.beside(view, i) > 0)


def _formed(view: View) -> Iterator[Hit]:
    """What is built like a surname: McPhee, O'Hara, van der Berg, Nowakowski."""
    words = view.words
    for i, word in enumerate(words):
        if _initialled(view, i):
            yield Hit(words[i - 1].start, name_end(view, i), "name", "initial-name", 0.7)
        if (
            word.cap
            and 5 <= len(word.text) <= 24
            and _SURNAME_FORM.search(word.text)
            and not view.known(word)
            and not word.upper
            and word.base not in view.lexicon.places
        ):
            yield Hit(word.start, word.end, "name", "name-form", 0.6)
        if word.fold in ("van", "von", "vd") and i + 1 < len(words):
            yield from _particle(view, i)
        if word.text in _IRISH and i + 1 < len(words) and words[i + 1].cap and words[i + 1].start - word.end == 1:
            yield Hit(word.start, words[i + 1].end, "name", "name-particle", 0.7)
    if view.single_letters:
        yield from _dotted(view)


def _dotted(view: View) -> Iterator[Hit]:
    """Initials that stand for somebody: "J.K. was brave"."""
    for m in _INITIALS.finditer(view.text):
        if re.sub(r"[. ]", "", m["letters"]).lower() not in _DOTTED_WORDS:
            yield Hit(m.start("letters"), m.end("letters"), "name", "initials", 0.5)


def _initialled(view: View, i: int) -> bool:
    """The surname in "K. Osterloh"; not "z. B. Morgen" or "St. Xaver"."""
    word, initial = view.words[i], view.words[i - 1] if i else None
    if not initial or len(initial.text) != 1 or not initial.cap or not word.cap or word.upper or len(word.text) < 3:
        return False
    dotted = view.text[initial.end : word.start] in (". ", ".")
    abbreviated = view.text[max(0, initial.start - 2) : initial.start].strip().endswith(".")
    return dotted and not abbreviated and is_new(view, word)


def _particle(view: View, i: int) -> Iterator[Hit]:
    words = view.words
    j = i + 1
    while (
        j < len(words)
        and words[j].fold in ("der", "den", "de", "het", "t", "zu", "der")
        and words[j].start - words[j - 1].end <= 2
    ):
        j += 1
    plain_van = j == i + 1 or words[j - 1].fold in ("de", "het", "t")
    if j >= len(words) or words[j].start - words[j - 1].end != 1 or (plain_van and view.lang != "en"):
        return
    if words[j].cap and not words[j].upper and is_new(view, words[j]) and evidence.beside(view, j) >= _NO_PERSON:
        yield Hit(words[i].start, words[j].end, "name", "name-particle", 0.6)
