"""Protected names letter by letter, by spelling alphabets, as initials, and broken apart by gaps."""

import re
from collections.abc import Iterator

from streams.scrub.known.near import edges, is_name, stream_of
from streams.scrub.known.words import cued
from streams.scrub.listing import listed
from streams.scrub.normalise import fold
from streams.scrub.spans import Hit
from streams.scrub.view import View, Word

_LETTERS = re.compile(r"(?<![^\W_])[^\W\d_](?:[\s\-._*·•/,|+]{1,3}[^\W\d_](?![^\W_])){2,60}")
_DOTTED = re.compile(r"(?<![^\W_])[A-ZÀ-Þ]\.[ -]?(?:[A-ZÀ-Þ]\.[ -]?){0,2}[A-ZÀ-Þ](?![^\W_])\.?")
_AS_IN = re.compile(r"(?<!\w)([^\W\d_]) (?:as in|wie|like|van|for|als in) [^\W\d_]+")
_SPELLED_MIN = 3  # letters
_FIRST_LETTERS_MIN = 5
_SPELLING = {
    word: word[0]
    for word in listed(
        "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november "
        "oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu anton berta "
        "caesar cäsar dora emil friedrich gustav heinrich ida julius konrad ludwig martha nordpol otto paula "
        "quelle richard samuel siegfried theodor ulrich wilhelm xanthippe ypsilon zacharias zeppelin anna "
        "bernard cornelis dirk eduard ferdinand gerard hendrik izaak jan karel lodewijk maria nico"
    )
}


def found_spelled(view: View) -> Iterator[Hit]:
    if view.single_letters >= _SPELLED_MIN:
        for m in _LETTERS.finditer(view.text):
            if is_name(view.terms, fold("".join(c for c in m.group() if c.isalpha()))):
                yield Hit(m.start(), m.end(), "known-term", "known-spelled")
        named = list(_AS_IN.finditer(view.low))
        if len(named) >= _SPELLED_MIN and is_name(view.terms, fold("".join(m[1] for m in named))):
            yield Hit(named[0].start(), named[-1].end(), "known-term", "known-spelled")
    if not _SPELLING.keys().isdisjoint(view.vocabulary):
        yield from _by_alphabet(view)
    yield from _by_first_letters(view)


def _by_alphabet(view: View) -> Iterator[Hit]:
    """ "Mike Alpha Romeo …" """
    run: list[Word] = []
    for word in (*view.words, None):
        if word and word.text.lower() in _SPELLING:
            run.append(word)
            continue
        if len(run) >= _SPELLED_MIN and is_name(view.terms, fold("".join(_SPELLING[w.text.lower()] for w in run))):
            yield Hit(run[0].start, run[-1].end, "known-term", "known-spelled")
        run = []


def _by_first_letters(view: View) -> Iterator[Hit]:
    """Whatever alphabet of words somebody spells with: five first letters in a row are no accident."""
    words = [w for w in view.words if w.base != "ray"]  # "x-ray" is one word of it
    letters = "".join([w.text[0] for w in words]).lower()
    if len(words) < _FIRST_LETTERS_MIN:
        return
    stream, places = stream_of(letters)
    for m in view.terms.inside.finditer(stream):
        if len(m.group()) >= _FIRST_LETTERS_MIN:
            yield Hit(words[places[m.start()]].start, words[places[m.end() - 1]].end, "known-term", "known-spelled")


def found_initials(view: View) -> Iterator[Hit]:
    for m in _DOTTED.finditer(view.text) if view.single_letters > 1 else ():
        if "".join(c.lower() for c in m.group() if c.isalpha()) in view.terms.initials:
            yield Hit(m.start(), m.end(), "known-term", "known-initials", 0.9)
    for i, word in enumerate(view.words):
        if word.fold in view.terms.initials and word.upper and cued(view.words, i):
            yield Hit(word.start, word.end, "known-term", "known-initials", 0.9)


def found_broken(view: View) -> Iterator[Hit]:
    """Names with gaps inside: "Bri gid", "Hallo-ran"."""
    text = view.low
    if "'" not in text and not view.terms.inside.search("".join([w.fold for w in view.words])):
        return
    stream, places = stream_of(text)
    for name in view.terms.tokens | view.terms.glued:
        at = stream.find(name) if len(name) >= 4 else -1
        while at >= 0:
            start, end = places[at], places[at + len(name) - 1] + 1
            gaps = [places[k + 1] - places[k] for k in range(at, at + len(name) - 1)]
            apart = max(gaps, default=1) > 1 and max(gaps) <= 4 and edges(text, start, end)
            if apart and not _only_words(view, start, end):
                yield Hit(start, end, "known-term", "known-exact" if _whole(view, start, end) else "known-broken")
            at = stream.find(name, at + 1)


def _whole(view: View, start: int, end: int) -> bool:
    """Whether each piece is a protected name by itself: "Brigid Halloran" is plain, nothing in it is broken apart."""
    return all(fold(piece) in view.terms.tokens for piece in _pieces(view, start, end))


def _pieces(view: View, start: int, end: int) -> list[str]:
    return re.findall(r"[^\W_]+", view.low[start:end])


def _only_words(view: View, start: int, end: int) -> bool:
    """Whether the pieces may be ordinary words that happen to stand so: "good man", but not "Good man" in mid-sentence,
    nor "good-man"."""
    pieces = _pieces(view, start, end)
    first = view.word_at(start)
    marked = "-" in view.text[start:end] or (first is not None and first.cap and not first.first)
    return not marked and all(view.plain(fold(p)) or view.lexicon.ordinary_anywhere(fold(p)) for p in pieces)
