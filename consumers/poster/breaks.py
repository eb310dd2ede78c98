"""Where a text may be cut so that it reads well: behind a sentence, else behind a word, else between characters."""

import re
from itertools import pairwise

from consumers.poster.length import grapheme_ends
from streams.links import Span, whole

_CLOSING = r"\"'”’»›“)\]}」』）】〉》"
_STOP = re.compile(rf"[.!?…؟۔।॥]+[{_CLOSING}]*(?=\s)|[。！？]+[{_CLOSING}]*|(?=\n)")
_UP_TO_WORD = re.compile(r"[\s\W_]*")
_LAST_WORD = re.compile(r"[\w.]*\Z")
_WORD_MAX = 40  # longer than any abbreviation

# A full stop behind these ends no sentence; nor does it behind a letter, "A. Visser", "z. B.", or a day, "am 3. Mai".
_SHORT = """
dr drs prof mr mrs ms st ir ing mw dhr hr fr frl dipl med univ phd
approx ca bzw nr no vs bijv evtl incl inkl excl exkl usw resp etc sog vgl ggf max min mind tel abs abt art aufl bd
e.g i.e a.m p.m u.s u.k z.b d.h u.a o.ä o.a d.w.z m.b.t i.v.m t.g.v n.a.v m.i.v z.t u.u v.a i.d.r s.o s.u
jan feb febr mrt apr jun jul aug sep sept okt oct nov dez dec
pp vol fig figs ed al cf blz str pag par hfst afb tab geb gest
"""
_ABBREVIATIONS = frozenset(_SHORT.split())
_SPACE = re.compile(r"[^\S\u00a0\u202f\u2007]+")  # a no-break space holds its words together
_NUMBER = re.compile(r"(?<!\S)[(\[„“\"']?[+\-−±~≈<>≤≥]?\d[\d.,:/\-–]*\Z")
_UNIT = re.compile(
    r"(?:[munpµμkcdMG]?(?:m|g|l|L|mol|Hz|Pa|W|V|A|Gy|s)|I[EU]|min|sec|h|hrs?|Uhr|uur|[ap]\.?m|mm ?Hg|bpm|"
    r"°[CF]?|%|‰|€|\$|cc|lbs?|oz|ft|in|inch|cmH2O|units?|"
    r"years?|Jahren?|jaar|minutes?|Minuten|minuten|hours?|Stunden?)(?:[/²³][\w²³]*)?(?!\w)"
)
_CJK = "\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_IDEOGRAPH = re.compile(f"[{_CJK}](?=[{_CJK}])")  # scripts that need no space between words
_SMALL_KANA = "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"  # never begin a line
_NEVER_FIRST = _SMALL_KANA + ".,:;!?…%°、。，．：；！？ー々・)]}」』）】〉》”’»"
_NEVER_LAST = "([{「『（【〈《“„«€$£"
_RUN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9]|[.,:/%+\-](?=[A-Za-z0-9]))*")


def breaks(text: str) -> list[list[int]]:
    """Where the text may end, from the best kind of place to the worst; each list in order of place.

    Never within a link, mention or hashtag, nor within a character.
    """
    kept = whole(text)
    spaces = [m.start() for m in _SPACE.finditer(text)]
    first = text[: spaces[0]] if spaces else text
    ends = grapheme_ends(first)
    words = [s for s in spaces if not _belong_together(text, s)]
    kinds = [_sentence_ends(text), sorted([*words, *_between_ideographs(text)]), spaces, _neat(first, ends), ends]
    return [[p for p in places if 0 < p < len(text) and not any(a < p < b for a, b in kept)] for places in kinds]


def _sentence_ends(text: str) -> list[int]:
    return [m.end() for m in _STOP.finditer(text) if _ends_sentence(text, m)]


def _ends_sentence(text: str, stop: re.Match[str]) -> bool:
    if not stop[0] or text.startswith("\n", stop.end()):
        return True
    if text.count("(", 0, stop.end()) > text.count(")", 0, stop.end()):
        return False
    if stop[0][0] in "。！？۔।॥":
        return True
    following = _UP_TO_WORD.sub("", text[stop.end() : stop.end() + _WORD_MAX], count=1)
    if following[:1].islower():
        return False
    return not (stop[0].startswith(".") and stop[0][1:2] != "." and _is_short(text[: stop.start()]))


def _is_short(before: str) -> bool:
    """Whether a full stop after this belongs to its last word."""
    match = _LAST_WORD.search(before[-_WORD_MAX:])
    word = (match[0] if match else "").lower()
    last = word.rpartition(".")[2]
    return word in _ABBREVIATIONS or (len(last) == 1 and last.isalpha()) or (last.isdecimal() and len(word) <= 2)


def _belong_together(text: str, space: int) -> bool:
    """Number and unit, title and name, "p. 3", "am 3. Mai": better not parted, though they may be."""
    before = text[max(0, space - _WORD_MAX) : space]
    after = text[space : space + _WORD_MAX].lstrip()
    if before.endswith("."):
        return _is_short(before[:-1])
    return _NUMBER.search(before) is not None and _UNIT.match(after) is not None


def _between_ideographs(text: str) -> list[int]:
    return [m.end() for m in _IDEOGRAPH.finditer(text) if text[m.end()] not in _SMALL_KANA]


def _neat(word: str, ends: list[int]) -> list[int]:
    """Ends of characters in a word longer than a post: in no number or Latin word, and not before closing marks."""
    runs: list[Span] = [m.span() for m in _RUN.finditer(word)]
    neat = [b for a, b in pairwise([0, *ends]) if word[b : b + 1] not in _NEVER_FIRST and word[a] not in _NEVER_LAST]
    return [end for end in neat if not any(a < end < b for a, b in runs)]
