"""What somebody does or once did outside this house, when it is what a whole place tells of: recital 26.

A verb of life, a thing that a place has one of and somebody who is spoken of must come together in a sentence; some
verbs are enough. The words are in `lexicon/lives.toml`.
"""

import re
from collections.abc import Iterator
from functools import cache

from streams.scrub import packaged
from streams.scrub.phrases import phrases
from streams.scrub.spans import Hit
from streams.scrub.view import View, Word

_COMPOUND_MIN = 5
_REACH = 8  # words between the verb and the thing
_CLAUSE = re.compile(r"[^.!?;:,\n]{0,100}")
_THEATRE = frozenset(
    [
        "team",
        "robot",
        "theatre",
        "theater",
        "crew",
        "staff",
        "we",
        "wir",
        "wij",
        "we",
        "band-aid",
        "playlist",
        "playliste",
        "afspeellijst",
        "music",
        "musik",
        "muziek",
        "song",
        "lied",
        "liedje",
        "speaker",
        "radio",
        "surgeon",
        "chirurg",
        "box",
        "quiz",
    ]
)


@cache
def _table(name: str) -> frozenset[str]:
    """Words that hyphens part count as their last part too, as texts are read."""
    entries = phrases(packaged.table("lexicon/lives.toml")[name]["words"]).entries
    return frozenset(part for entry in entries for part in (entry, entry.rpartition("-")[2]))


@cache
def _tails() -> tuple[str, ...]:
    return tuple(sorted(word for word in _table("things") if len(word) >= _COMPOUND_MIN))


def lives(view: View) -> Iterator[Hit]:
    vocabulary = view.vocabulary
    if not _table("alone").isdisjoint(vocabulary):
        for word in view.words:
            if word.text.lower() in _table("alone") and not (word.cap and not word.first):
                yield Hit(word.start, _clause_end(view, word.end), "singled-out", "life", 0.6)
    is_told = not _table("people").isdisjoint(vocabulary)
    if is_told and not _table("verbs").isdisjoint(vocabulary):
        yield from _with_things(view)


def _with_things(view: View) -> Iterator[Hit]:
    for at, word in enumerate(view.words):
        if not _is_thing(view, word):
            continue
        near = view.words[max(0, at - _REACH) : at + _REACH]
        verb = next((w for w in near if w.text.lower() in _table("verbs")), None)
        if any(w.text.lower() in _THEATRE for w in near):
            continue
        person = any(w.text.lower() in _table("people") for w in near)
        if verb and person:
            start = min(verb.start, word.start)
            yield Hit(start, _clause_end(view, max(word.end, verb.end)), "singled-out", "life", 0.5)


def _is_thing(view: View, word: Word) -> bool:
    low = word.text.lower()
    if low in _table("things"):
        return True
    return view.lang != "en" and len(low) > _COMPOUND_MIN + 2 and low.endswith(_tails())


def _clause_end(view: View, at: int) -> int:
    m = _CLAUSE.match(view.text, at)
    return at + len(m.group().rstrip()) if m else at
