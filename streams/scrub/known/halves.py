"""Protected names and numbers split over two updates: one half ends an earlier one, this one begins with the other."""

import re
from collections.abc import Iterator
from itertools import islice

from streams.scrub.known.near import edges, stream_of
from streams.scrub.normalise import clean, fold
from streams.scrub.spans import Hit
from streams.scrub.view import View, lowered

_TAIL_MARKS = re.compile(r"(?:\s*[#@]\w{1,60})+\s*$")
# How much of the end of an earlier update and of the start of this one may hold the halves of a name.
_JUNCTION = 60
_DIGRAPHS = frozenset({"ae", "oe", "ue", "ij"})
_HALF_MIN = 3
_BEFORE_DIGRAPH = frozenset("aoui")  # with the e or j that follows: ae, oe, ue, ij


def found_halves(view: View) -> Iterator[Hit]:
    """The second half of a name or number whose first half ended an earlier update."""
    low = view.low[:_JUNCTION]
    heads = _openings(low, view.terms.half_max)
    starts = [(rest, name) for rest in heads for name in view.terms.halves.get(rest, ())]
    digraph = low.lstrip(" .,-!?").startswith(("e", "j")) and any(
        _TAIL_MARKS.sub("", text).rstrip()[-1:].lower() in _BEFORE_DIGRAPH for text in view.recent
    )
    if not starts and not digraph:
        return
    tails = [_tail(text) for text in view.recent if text]
    if len(tails) >= 2 and len(tails[-1]) <= 12:
        tails.append(f"{tails[-2]} {tails[-1]}")
    for tail in tails:
        stream, places = stream_of(tail)
        for rest, name in starts:
            cut = len(name) - len(rest)
            if stream.endswith(name[:cut]) and edges(tail, places[-cut], places[-1] + 1):
                numeric = any(c.isdigit() for c in name)
                yield Hit(*heads[rest], "known-number" if numeric else "known-term", "known-split", 0.9)
        if digraph and tail[-1:] in _BEFORE_DIGRAPH:
            yield from _split_digraph(view, tail, low)


def found_first_halves(view: View) -> Iterator[Hit]:
    """An update that ends in the beginning of a protected name: the rest is about to follow, and this half is public
    by then."""
    body = _TAIL_MARKS.sub("", view.text).rstrip(" \t\n-…")
    last = view.words[-1] if view.words else None
    if last is not None and last.end != len(body):
        last = next((word for word in reversed(view.words) if word.end == len(body)), None)
    if last is None or len(last.base) < _HALF_MIN or last.base in view.terms.exact or not last.cap:
        return
    if last.base not in view.terms.allowed and last.base not in view.terms.vocabulary and _begins(view, last.base):
        yield Hit(last.start, last.end, "known-term", "known-half", 0.6)


def _begins(view: View, base: str) -> bool:
    return any(name.startswith(base) and len(name) >= len(base) + 2 for name in view.terms.tokens)


def _split_digraph(view: View, tail: str, low: str) -> Iterator[Hit]:
    """A name cut inside ae, oe, ue or ij, which fold to one letter only once they are joined."""
    pieces = [tail[m.start() :] for m in re.finditer(r"(?<![^\W_])[^\W_]", tail)][-4:]
    head = re.match(r"\W{0,5}([^\W_]+)", low)
    if head is None:
        return
    for piece in pieces:
        if fold(re.sub(r"[\W_]", "", piece) + head[1]) in view.terms.tokens | view.terms.glued:
            yield Hit(head.start(1), head.end(1), "known-term", "known-split", 0.9)


def _openings(low: str, longest: int) -> dict[str, tuple[int, int]]:
    """What the update begins with, word by word run together, with its span; a possessive s counts with and without."""
    found: dict[str, tuple[int, int]] = {}
    joined, first = "", -1
    for m in islice(re.finditer(r"[^\W_]+", low), 8):
        first = m.start() if first < 0 else first
        piece = fold(m.group())
        met = joined[-1:] + piece[:1]
        joined += piece
        found[joined] = (first, m.end())
        if met in _DIGRAPHS:
            found.setdefault(fold(joined), (first, m.end()))  # letters given one by one fold together: i, j
        if len(joined) > longest:
            break
        if joined.endswith("s"):
            found.setdefault(joined[:-1], (first, m.end()))
    return found


def _tail(text: str) -> str:
    """The end of an earlier update, without the hashtags it closes with."""
    return _TAIL_MARKS.sub("", lowered(clean(text[-3 * _JUNCTION :]).text))[-_JUNCTION:]
