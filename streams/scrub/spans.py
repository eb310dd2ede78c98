"""Spans of text and how they merge: what a detector reports, and which stretches of text a redaction replaces."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Hit(NamedTuple):
    """What a detector found, in offsets of the normalised text it was shown."""

    start: int
    end: int
    kind: str
    rule: str
    score: float = 1.0


def longest(hits: Iterable[Hit]) -> Iterator[Hit]:
    """In order, without those that lie inside another: where several forms match, the longest says it all."""
    end = 0
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if hit.end > end:
            end = hit.end
            yield hit


@dataclass(frozen=True, slots=True)
class Cover:
    """A stretch of the original text that one bracketed word replaces."""

    start: int
    end: int
    label: str


def merged(covers: Iterable[Cover], text: str) -> list[Cover]:
    """Overlapping covers become one, and so do those of one label with nothing but space or a hyphen between them.

    The label of an overlap is that of its longest part.
    """
    out: list[Cover] = []
    lengths: list[int] = []
    for cover in sorted(covers, key=lambda c: (c.start, -c.end, c.label)):
        size = cover.end - cover.start
        if out and _joins(out[-1], cover, text):
            last = out[-1]
            label = cover.label if size > lengths[-1] else last.label
            out[-1] = Cover(last.start, max(last.end, cover.end), label)
            lengths[-1] = max(size, lengths[-1])
        else:
            out.append(cover)
            lengths.append(size)
    return out


def _joins(left: Cover, right: Cover, text: str) -> bool:
    if right.start < left.end:
        return True
    if right.start == left.end:
        return True
    between = text[left.end : right.start]
    return left.label == right.label and len(between) <= 2 and all(c.isspace() or c in "-.'’" for c in between)
