"""Names that the event does not know, where a cue word introduces them: relatives, patients, titles, greetings."""

import re
from collections.abc import Iterable, Iterator

from streams.scrub.cues import DOCTOR, GREETING, MISTER, NAMING, PATIENT, RELATIVES
from streams.scrub.name_words import GAP, JOINERS, could_be_name, german_noun, is_new, name_end
from streams.scrub.spans import Hit
from streams.scrub.view import View, Word

_NAMING = re.compile(
    rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(NAMING, key=len, reverse=True)))})(?!\w)[\s:,\"'„“]{{1,3}}"
)
_GREETING = re.compile(
    rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(GREETING, key=len, reverse=True)))})(?!\w)[\s,:\"']{{1,3}}"
)
_AFTER_RELATIVE = re.compile(r"[\s,:(\"'-]{1,3}(?:(?:is|heißt|heisst|heet|called|named|namens|genannt)\s)?[\"']?")


def _telling(cues: Iterable[str]) -> frozenset[str]:
    """The longest word of each cue: a text that has none of them has no cue."""
    return frozenset(max(cue.split(), key=len) for cue in cues)


_INTRODUCING = (
    (_NAMING, _telling(NAMING), "naming-cue", 1.0),
    (_GREETING, _telling(GREETING), "greeting-cue", 0.7),
)


def relatives(view: View) -> Iterator[Hit]:
    """Who is someone's daughter, husband, neighbour."""
    for i, word in enumerate(view.words):
        if word.base in RELATIVES:
            hit = _name_behind(view, i, "relative", "relative-cue")
            if hit:
                yield hit


def patients(view: View) -> Iterator[Hit]:
    for i, word in enumerate(view.words):
        if word.base in PATIENT:
            hit = _name_behind(view, i, "name", "patient-cue")
            if hit:
                yield hit


def titled(view: View) -> Iterator[Hit]:
    """Mr, Frau, mevrouw, Dr and the like, with the word or the initial behind them."""
    words = view.words
    for i, word in enumerate(words[:-1]):
        if word.fold not in MISTER and word.fold not in DOCTOR:
            continue
        if word.fold in ("fr", "hr") and not (word.cap and view.text[word.end : word.end + 1] == "."):
            continue
        lead = i + 1
        while lead < min(len(words), i + 4) and (
            words[lead].fold in MISTER or words[lead].fold in DOCTOR or words[lead].fold in ("med", "dent", "vet")
        ):
            lead += 1
        if lead >= len(words) or not GAP.fullmatch(view.text[words[lead - 1].end : words[lead].start]):
            continue
        if lead > i + 1 and word.fold in DOCTOR and words[lead - 1].fold in MISTER:
            continue
        end = _titled_end(view, lead, word)
        if end:
            yield Hit(words[lead].start, end, "name", "title-cue")


def _titled_end(view: View, lead: int, title: Word) -> int:
    words = view.words
    name = words[lead]
    if len(name.text) == 1:
        return name_end(view, lead) if name.cap else 0
    if name.fold in JOINERS:
        return name_end(view, lead)
    lower_case_ok = title.fold in ("mr", "mrs", "ms", "miss", "dr") or could_be_name(view, name)
    if name.cap or (lower_case_ok and not view.plain(name.fold)):
        # "Frau Doktor", "Dr says": an ordinary word behind a title is no name; a capital clinical one may be.
        if view.lexicon.everyday(name.fold, view.lang) and name.fold not in view.lexicon.double and not name.upper:
            return 0
        if title.fold in DOCTOR and view.lexicon.everyday(name.fold, "en") and not could_be_name(view, name):
            return 0
        return name_end(view, lead)
    return 0


def introduced(view: View) -> Iterator[Hit]:
    """ "called X", "surname X", "heißt X", and names that are greeted or thanked."""
    for pattern, cues, rule, score in _INTRODUCING:
        for m in pattern.finditer(view.low) if not cues.isdisjoint(view.vocabulary) else ():
            i = view.index_at(m.end())
            if i is None:
                continue
            word = view.words[i]
            named = rule == "naming-cue" and word.cap and not view.lexicon.everyday(word.base, view.lang)
            nounless = view.lang != "de" or (m.group().startswith(_DEAR) and not german_noun(view, word))
            greeted = rule != "naming-cue" and word.cap and nounless and is_new(view, word)
            if word.fold not in view.lexicon.places and (named or greeted or could_be_name(view, word)):
                yield Hit(word.start, name_end(view, i), "name", rule, score)
    yield from _quoted(view)


_DEAR = ("liebe", "lieber", "hallo", "gute besserung")  # in German only these are followed by a name, not by a thing
_MARKS = frozenset("'\"„“”")
_QUOTED = re.compile(r"(?<!\w)['\"„“”](?P<name>[A-ZÄÖÜ][^\W\d_]{2,15})['\"“”](?!\w)")


def _quoted(view: View) -> Iterator[Hit]:
    """One capital word in quotation marks is what people call each other."""
    for m in _QUOTED.finditer(view.text) if not _MARKS.isdisjoint(view.text) else ():
        word = view.word_at(m.start("name"))
        if word and not word.upper and not view.plain(word.base) and word.base not in view.terms.allowed:
            yield Hit(m.start("name"), m.end("name"), "name", "quoted-name", 0.5)


def _name_behind(view: View, i: int, kind: str, rule: str) -> Hit | None:
    words = view.words
    if i + 1 >= len(words):
        return None
    gap = _AFTER_RELATIVE.match(view.low, words[i].end)
    if not gap:
        return None
    k = next((k for k in range(i + 1, min(i + 3, len(words))) if words[k].start == gap.end()), None)
    if k is None:
        return None
    name = words[k]
    comma = "," in gap.group() or ":" in gap.group()
    if (
        name.fold in JOINERS
        and k + 1 < len(words)
        and words[k + 1].cap
        and is_new(view, words[k + 1])
        and view.lang != "de"
    ):
        return Hit(name.start, name_end(view, k), kind, rule, 0.9)
    if len(name.text) == 1:
        dotted = name.cap and view.text[name.end : name.end + 1] == "."
        return Hit(name.start, name.end, kind, rule, 0.8) if dotted else None
    if could_be_name(view, name) or (name.cap and not comma and is_new(view, name) and not german_noun(view, name)):
        return Hit(name.start, name_end(view, k), kind, rule, 0.9)
    return None
