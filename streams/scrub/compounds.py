"""Takes German and Dutch compounds and the endings of all three languages apart, given what counts as a word.

Everything is bounded: at most four parts, and each rest of a word is tried once for each number of parts left.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from streams.scrub.listing import listed, words
from streams.scrub.normalise import fold

PARTS_MAX: Final = 4
PART_MIN: Final = 4
SHORT_PART: Final = 3  # only for words that everybody uses every day
WORD_MAX: Final = 40  # longer than any compound that is said in a theatre
_STEM_MIN: Final = 4
_STEM_MAX: Final = 12

LINKS: Final = {"de": ("", *listed("s n en es er e")), "nl": ("", *listed("s n en e er"))}
# Folding reads ae, oe and ue as one letter, also where one part ends and the next begins: Neu-eingriff is neuingriff.
_SWALLOWS: Final = ("a", "o", "u")

ENDINGS: Final = {
    "en": listed("s es ed d ing er ers ly al ally ic ies"),
    "de": listed("s es e n en er ern em nen in innen lich liche lichen licher te ten tes t st isch ische ischen"),
    "nl": listed("s es e en n t d te de ten den je jes tje tjes pje pjes etje etjes ing ingen er ers ste isch ische"),
}
# What ends a surname rather than a thing when the dictionary does not have the whole: Rosenfeld, Rietveld, Heidemann.
_SURNAME_ENDS: Final = frozenset(
    fold(end)
    for end in words(
        "mann man mans berg berger berge bergen stein steiner feld felder bach bacher hof hofer hoff burg burger dorf "
        "dorfer meier maier mayer meyer meijer bauer huber schmidt schmid moser thaler hauser reuter reiter wald "
        "walder brand brandt horst kamp heim heimer hauer macher wirth horn veld velde huis huizen broek bos bosch "
        "dijk stra haar laar laan wijk molen water land kerk meer beek donk hout brink koop mulder bakker smit visser "
        "woud daal dal roth rath"
    )
)
_SURNAME_HEAD_MAX = 9  # before such an end a longer first part makes a thing again

Starts = Callable[[str], Iterable[str]]
Parts = tuple[str, ...]
"""The parts of a compound, links left out; none when it is none."""


def split(word: str, lang: str, starts: Starts, is_stem: Callable[[str], bool]) -> Parts:
    """`starts` gives the words of the language that a text starts with; `is_stem` knows stems that lost their e."""
    if lang not in LINKS or not PART_MIN + SHORT_PART <= len(word) <= WORD_MAX:
        return ()
    parts = _parts(word, PARTS_MAX, LINKS[lang], starts, {})
    if not parts and lang == "de":
        parts = _behind_stem(word, starts, is_stem)
    return () if _like_a_surname(word, parts) else parts


def _parts(rest: str, left: int, links: tuple[str, ...], starts: Starts, tried: dict[tuple[str, int], Parts]) -> Parts:
    """The parts of `rest`, at most `left` of them, the longest first; () when it cannot be taken apart."""
    if (rest, left) in tried:
        return tried[rest, left]
    found: Parts = ()
    for part in sorted(starts(rest), key=len, reverse=True):
        if part == rest and left < PARTS_MAX:
            found = (part,)
        elif left > 1 and part != rest:
            tails = (_parts(tail, left - 1, links, starts, tried) for tail in _tails(rest, len(part), links))
            found = next(((part, *tail) for tail in tails if tail), ())
        if found:
            break
    tried[rest, left] = found
    return found


def _tails(rest: str, end: int, links: tuple[str, ...]) -> Iterator[str]:
    """What may be the next part: what stands behind each link, and the same with an e that folding has swallowed."""
    for link in links:
        if rest.startswith(link, end) and end + len(link) < len(rest):
            yield rest[end + len(link) :]
    if rest[end - 1] in _SWALLOWS:
        yield "e" + rest[end:]


def _behind_stem(word: str, starts: Starts, is_stem: Callable[[str], bool]) -> Parts:
    """Hüft-gelenk, Ripp-fell: German drops the e of a noun that stands first."""
    for end in range(min(len(word) - PART_MIN, _STEM_MAX), _STEM_MIN - 1, -1):
        if is_stem(word[:end]):
            rest = word[end:]
            tail = (rest,) if rest in starts(rest) else _parts(rest, PARTS_MAX - 1, LINKS["de"], starts, {})
            if tail:
                return (word[:end], *tail)
    return ()


def _like_a_surname(word: str, parts: Parts) -> bool:
    """Two parts, the second one of those that make surnames, and before it not much, nor an s that only things have."""
    if len(parts) != 2 or parts[1] not in _SURNAME_ENDS or len(parts[0]) > _SURNAME_HEAD_MAX:
        return False
    return not word.removesuffix(parts[1]).endswith("s")


def stems(word: str, lang: str) -> Iterator[str]:
    """What `word` may be a form of: without an ending, with the e or y it took, without a doubled letter."""
    for ending in ENDINGS[lang]:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < _STEM_MIN:
            continue
        yield stem
        if ending == "ies":
            yield stem + "y"
        elif ending[0] in "aei":
            yield stem + "e"
            if stem[-1] == stem[-2]:
                yield stem[:-1]
            elif lang == "nl" and stem[-2] in "aeou":
                yield stem[:-1] + stem[-2] + stem[-1]  # klemmen has its m doubled, but haken its a of haak halved
