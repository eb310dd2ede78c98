"""What was typed beside what the public would read: which characters gave way, and to what.

Driven by the findings' spans; where they do not explain the difference (a text that was cleaned as well), word by word.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, cast

from schemas.draft import Action, Finding
from streams.scrub.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Piece:
    """`same` and `mark` stand in both texts, `del` only in the original, `ins` only in the draft."""

    kind: Literal["same", "mark", "del", "ins"]
    text: str


def pieces(original: str, text: str, findings: Iterable[Finding]) -> tuple[Piece, ...]:
    """The original cut at the findings' spans, each span with what stands in its place in `text`."""
    spans = _merged((f.start, min(f.end, len(original))) for f in findings if f.start < f.end)
    return _by_spans(original, text, spans) or _by_words(original, text)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        elif start < end:
            out.append((start, end))
    return out


def _by_spans(original: str, text: str, spans: list[tuple[int, int]]) -> tuple[Piece, ...]:
    """Empty when what lies between the spans does not stand in `text` in the same order."""
    out: list[Piece] = []
    at, place = 0, 0
    for index, (start, end) in enumerate(spans):
        kept = original[at:start]
        if not text.startswith(kept, place):
            return ()
        place += len(kept)
        following = original[end : spans[index + 1][0] if index + 1 < len(spans) else len(original)]
        covered = _in_place(original[start:end], text, place, following, last=index + 1 == len(spans))
        if covered is None:
            return ()
        out += [Piece("same", kept), *_changed(original[start:end], covered)]
        at, place = end, place + len(covered)
    if text[place:] != original[at:]:
        return ()
    return tuple(piece for piece in (*out, Piece("same", original[at:])) if piece.text)


def _in_place(was: str, text: str, place: int, following: str, *, last: bool) -> str | None:
    """What stands in `text` where `was` stood: itself, a word in brackets, or all up to what follows."""
    if last:
        end = len(text) - len(following)
        return text[place:end] if end >= place and text.endswith(following) else None
    bracketed = re.compile(r"\[[^\]\n]{1,40}\]").match(text, place)
    for candidate in (was, bracketed.group() if bracketed else ""):
        if candidate and text.startswith(candidate + following, place):
            return candidate
    end = text.find(following, place) if following else -1
    return text[place:end] if end >= 0 else None


def _changed(was: str, now: str) -> list[Piece]:
    return [Piece("mark", was)] if was == now else [Piece("del", was), Piece("ins", now)]


_WORDS = re.compile(r"\s+|\[[^\]\n]{1,40}\]|\w+|[^\w\s]")


def _by_words(original: str, text: str) -> tuple[Piece, ...]:
    before, after = _WORDS.findall(original), _WORDS.findall(text)
    out: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            out.append(Piece("same", "".join(before[a:b])))
        else:
            out += [Piece("del", "".join(before[a:b])), Piece("ins", "".join(after[c:d]))]
    return tuple(piece for piece in out if piece.text)


_COVERED = re.compile(r"(\[[^\[\]\n]{1,40}\])|(#\w+)")
_WORD_IN_PLACE = re.compile(r"\[[^\[\]\n]{1,40}\]")
_JOINED_MAX = 2  # covers of one kind with no more than a space or a hyphen between them have become one word

Shown = Literal["text", "covered", "tag", "judged"]


def marked(text: str, findings: Iterable[Finding] = ()) -> tuple[tuple[Shown, str], ...]:
    """The draft's text for display: words that stand in for something covered, hashtags, words that a person is to
    judge, and the rest."""
    cuts = [(m.start(), m.end(), "covered" if m.group(1) else "tag") for m in _COVERED.finditer(text)]
    cuts += [(*span, "judged") for span in judged(text, findings)]
    out: list[tuple[Shown, str]] = []
    at = 0
    for start, end, kind in sorted(cuts):
        if start < at:
            continue
        if start > at:
            out.append(("text", text[at:start]))
        out.append((cast("Shown", kind), text[start:end]))
        at = end
    return (*out, ("text", text[at:])) if at < len(text) else tuple(out)


def judged(text: str, findings: Iterable[Finding]) -> list[tuple[int, int]]:
    """Where in the draft's text the words stand that findings judge; none when the text does not tell.

    Findings count in the original, which is not at hand: only covers, each now a word in brackets, move what is behind.
    """
    findings = [f for f in findings if f.start < f.end and f.action is not Action.ALLOW]
    covers = _merged((f.start, f.end) for f in findings if not _content(f))
    moves = _moves(text, covers)
    if moves is None:
        return []
    out = []
    for found in findings:
        if _content(found) and not any(start < found.end and found.start < end for start, end in covers):
            shift = next((by for behind, by in reversed(moves) if behind <= found.start), 0)
            out.append((found.start + shift, found.end + shift))
    return _merged((start, end) for start, end in out if end <= len(text))


def _moves(text: str, covers: list[tuple[int, int]]) -> list[tuple[int, int]] | None:
    """Behind which place of the original everything has moved by how much; None when a cover's word is not found."""
    moves: list[tuple[int, int]] = []
    shift = 0
    for start, end in covers:
        word = _WORD_IN_PLACE.match(text, start + shift)
        if word is not None:
            shift = word.end() - end
        elif moves and start - moves[-1][0] <= _JOINED_MAX:
            shift -= end - moves[-1][0]
        else:
            return None
        moves.append((end, shift))
    return moves


def _content(found: Finding) -> bool:
    known = KINDS.get(found.kind)
    return known is not None and known.content
