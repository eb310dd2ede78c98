"""Protected names as words: with typos, as pet names, inflected, with particles and initials, and whole phrases."""

import re
from collections.abc import Iterator, Sequence

from streams.scrub.cues import PATIENT, RELATIVES
from streams.scrub.known.near import nearest
from streams.scrub.spans import Hit
from streams.scrub.terms import EDITS_MAX, PARTICLES, TITLES, TYPO_MIN
from streams.scrub.view import View, Word


def found_words(view: View) -> Iterator[Hit]:
    words = view.words
    how = [_match(view, word) for word in words]
    if any(how):
        yield from _told_apart(view, how)
    yield from _phrases(view)


def _told_apart(view: View, how: list[str]) -> Iterator[Hit]:
    """What may as well be an ordinary word counts beside a cue, or beside a word that is certain."""
    words = view.words
    strong = [bool(h) and not h.startswith("weak") for h in how]
    for i, h in enumerate(how):
        if h.startswith("weak") and (cued(words, i) or _beside(words, how, i)):
            strong[i] = True
    for i, word in enumerate(words):
        unsure = not how[i] and len(word.fold) >= 4 and not view.plain(word.fold)
        if unsure and _beside(words, strong, i) and nearest(view.terms, word.fold, 2):
            strong[i], how[i] = True, "typo"
    for i, word in enumerate(words):
        if strong[i]:
            start, end = _with_particles(words, i), word.end
            yield Hit(start, end, "known-term", f"known-{how[i].removeprefix('weak-')}")
            yield from _initial_beside(view, start, end)


def _match(view: View, word: Word) -> str:
    """How a word matches a protected name; "weak-" when it may as well be an ordinary word."""
    terms = view.terms
    base = word.base
    if base not in terms.exact and word.fold not in terms.exact:
        return _typo(view, word)
    plain = view.plain(base) or base in TITLES
    weak = "weak-" if (plain or len(base) == 2) and not word.cap else ""
    if base in terms.tokens or word.fold in terms.tokens or word.fold in terms.glued:
        return f"{weak}exact"
    if base in terms.short_forms:
        return "weak-short" if (plain or base in view.lexicon.double) and not _must_be_a_name(view, word) else "short"
    return f"{weak}inflected"


def _edits(view: View, word: Word) -> int:
    """How many letters may be wrong. A name written in Greek or Cyrillic comes back by its sound."""
    if view.transliterated(word):
        return EDITS_MAX
    return 1 if len(word.base) <= 7 else 2


def _must_be_a_name(view: View, word: Word) -> bool:
    """A capital that neither its place in the sentence nor the language asks for."""
    return (
        word.cap and not word.first and not (view.lang == "de" and len(word.base) > 3 and view.lexicon.noun(word.base))
    )


def _typo(view: View, word: Word) -> str:
    base = word.base
    if len(base) < TYPO_MIN or view.plain(base) or base in TITLES:
        return ""
    edits = _edits(view, word)
    near = nearest(view.terms, base, edits)
    if not near and base.endswith("s") and len(base) > TYPO_MIN + 1:
        near = nearest(view.terms, base[:-1], edits)  # mistyped, and a possessive
    if not near or base in view.terms.allowed or base in view.terms.vocabulary or base in view.lexicon.places:
        return ""
    return "weak-typo" if len(near) == TYPO_MIN and not word.cap else "typo"


def cued(words: tuple[Word, ...], i: int) -> bool:
    return i > 0 and (words[i - 1].fold in TITLES or words[i - 1].fold in PATIENT or words[i - 1].fold in RELATIVES)


def _beside(words: tuple[Word, ...], marks: Sequence[str] | Sequence[bool], i: int) -> bool:
    """Whether the word before or behind, up to three particles skipped, is a match."""
    for step in (-1, 1):
        for j in range(i + step, i + 5 * step, step):
            if not 0 <= j < len(words):
                break
            if marks[j]:
                return True
            if words[j].fold not in PARTICLES:
                break
    return False


def _with_particles(words: tuple[Word, ...], i: int) -> int:
    start = words[i].start
    while (
        i > 0
        and words[i - 1].fold in ("van", "der", "den", "von", "vd", "ter", "ten", "de")
        and start - words[i - 1].end <= 2
    ):
        if words[i - 1].fold == "de" and not (i > 1 and words[i - 2].fold == "van"):
            break
        i -= 1
        start = words[i].start
    return start


def _initial_beside(view: View, start: int, end: int) -> Iterator[Hit]:
    """The capital in "Brigid H." or "B. Halloran"."""
    after = re.match(r" ([A-ZÀ-Þ])(?:\.|(?![\w]))", view.text[end : end + 4])
    if after and any(t.startswith(after[1].lower()) for t in view.terms.tokens):
        yield Hit(end, end + after.end(), "known-term", "known-initial")
    before = re.search(r"(?<!\w)([A-ZÀ-Þ])\. ?$", view.text[max(0, start - 4) : start])
    if before and any(t.startswith(before[1].lower()) for t in view.terms.tokens):
        yield Hit(start - len(before[0]), start, "known-term", "known-initial")


def _phrases(view: View) -> Iterator[Hit]:
    folds = [w.fold for w in view.words]
    for phrase in view.terms.phrases:
        for i in range(len(folds) - len(phrase) + 1):
            if tuple(folds[i : i + len(phrase)]) == phrase:
                yield Hit(view.words[i].start, view.words[i + len(phrase) - 1].end, "known-term", "known-phrase")
