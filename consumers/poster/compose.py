"""How a release becomes posts that a platform takes: split at a sentence, else at a word, each with stamp and hashtag.

A post reads `10:42 text of the update (1/2) #OurKneeLive`. What stands in it besides the released text is the stamp
before, and number, address of the corrected post and hashtag behind; the released words themselves are never changed.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from consumers.poster.length import grapheme_ends, urls
from consumers.poster.platforms.base import Limits
from schemas.errors import Refused
from schemas.ids import derive
from schemas.live_event import Destination
from schemas.release import Release
from schemas.thread import Post

PARTS_MAX = 99  # two digits: an update of 2,000 code points makes 9 posts on the tightest platform

_MENTION_OR_TAG = re.compile(r"(?<!\w)(?:@\w[\w.\-]*(?:@[\w.\-]+)?|[#＃]\w+)")
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?:[.!?…。！？][\"'”’»)\]]*(?=\s)|(?=\n))")
# A full stop after these, or after a single letter, ends no sentence: "Dr. A. Visser", "approx. 20 min", "z. B.".
_ABBREVIATION = re.compile(
    r"(?:\b\w|\b(?:dr|prof|mr|mrs|ms|st|approx|ca|bzw|nr|vs|bijv|evtl|incl|inkl|usw|resp|hr|fr|e\.g|i\.e|z\.b|m\.i\.v))\.$",
    re.IGNORECASE,
)

Fits = Callable[[str], bool]


def compose(
    release: Release,
    limits: Limits,
    *,
    destination: Destination,
    hashtag: str,
    stamp: str,
    at: datetime,
    timezone: str,
    elapsed_from: datetime,
    counter: int,
    corrects_url: str | None = None,
    warning: str | None = None,  # noqa: ARG001
    numbered: bool = False,  # noqa: ARG001
    taken: frozenset[str] = frozenset(),  # noqa: ARG001
) -> tuple[Post, ...]:
    """The posts, in order. Raises Refused when the text is empty, or holds a link, mention or tag that fits no post."""
    frame = _Frame(
        limits,
        prefix=stamp_of(stamp, at=at, timezone=timezone, elapsed_from=elapsed_from, counter=counter)
        if limits.stamp
        else "",
        tag=hashtag if limits.tag else "",
        cite=corrects_url if limits.tag else None,
    )
    bodies = _bodies(release.text.strip(), frame)
    return tuple(
        Post(
            id=derive(release.id, destination.key, part),
            release_id=release.id,
            update_id=release.update_id,
            part=part,
            parts=len(bodies),
            text=frame.dress(body, part, len(bodies)),
            lang=release.lang,
        )
        for part, body in enumerate(bodies)
    )


def stamp_of(style: str, *, at: datetime, timezone: str, elapsed_from: datetime, counter: int) -> str:
    """What stands before the text, with its space: when it was, or the how-manieth it is. Never from a clock."""
    if style == "clock":
        return f"{at.astimezone(ZoneInfo(timezone)):%H:%M} "
    if style == "elapsed":
        minutes = int((at - elapsed_from).total_seconds() // 60)
        return f"T{'-' if minutes < 0 else '+'}{abs(minutes) // 60}:{abs(minutes) % 60:02d} "
    return f"{counter}. " if style == "counter" else ""


def holds(text: str, hashtag: str) -> bool:
    """Whether the hashtag stands in the text as a whole; platforms read it in either case."""
    return any(m[0].replace("＃", "#").lower() == hashtag.lower() for m in _MENTION_OR_TAG.finditer(text))


def body_of(posts: Sequence[Post], *, hashtag: str, prefix: str = "", corrects_url: str | None = None) -> str:
    """The released words again, out of the posts: what an auditor compares with the release.

    A hashtag at the very end of a post is taken for ours, so compare without it.
    """
    out = []
    for post in posts:
        text = post.text.removeprefix(prefix).removesuffix(f" {hashtag}")
        if corrects_url and post.part == 0:
            text = text.removesuffix(f" {corrects_url}")
        out.append(text.removesuffix(f" ({post.part + 1}/{post.parts})"))
    return " ".join(out)


@dataclass(frozen=True)
class _Frame:
    """What stands around the words of each post, and whether both together fit."""

    limits: Limits
    prefix: str
    tag: str
    cite: str | None

    def dress(self, body: str, part: int, parts: int) -> str:
        number = [f"({part + 1}/{parts})"] if parts > 1 else []
        cite = [self.cite] if self.cite and part == 0 else []
        tag = [self.tag] if self.tag and not holds(body, self.tag) else []
        return self.prefix + " ".join([body, *number, *cite, *tag])

    def fits(self, body: str, part: int, parts: int) -> bool:
        return self.limits.count(self.dress(body, part, parts)) <= self.limits.max

    def fits_numbered(self, body: str, *, most: int, first: bool) -> bool:
        """Whether it fits under the widest number there may be; the first may cite what it corrects besides."""
        return self.fits(f"{body} {self.cite}" if first and self.cite else body, most - 1, most)


def _bodies(text: str, frame: _Frame) -> list[str]:
    if not text:
        raise Refused("A release without text cannot be posted.", code="empty")
    if frame.fits(text, 0, 1):
        return [text]
    for most in (9, PARTS_MAX):  # room is kept for the widest number, "(9/9)" or "(99/99)"
        bodies = _split(text, frame, most)
        if len(bodies) <= most:
            return bodies
    raise Refused(f"A release needs more than {PARTS_MAX} posts.", code="too-long")


def _split(text: str, frame: _Frame, most: int) -> list[str]:
    out: list[str] = []
    while text and len(out) <= most:
        cut = _cut(text, partial(frame.fits_numbered, most=most, first=not out))
        out.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return out


def _cut(text: str, fits: Fits) -> int:
    """Where the longest piece ends that fits: the whole text, else at a sentence, else at a word, else in the word."""
    if fits(text):
        return len(text)
    words = [m.start() for m in _SPACE.finditer(text)]
    for breaks in (_sentence_ends(text), words):
        cut = _last_that_fits(text, breaks, fits)
        if cut:
            return cut
    cut = _last_that_fits(text, _breaks_in_word(text[: words[0]] if words else text), fits)
    if not cut:
        raise Refused("A link, mention or hashtag is longer than a whole post.", code="unsplittable")
    return cut


def _last_that_fits(text: str, breaks: list[int], fits: Fits) -> int:
    """The greatest break with a piece that fits, 0 if none. A longer piece is assumed to weigh no less."""
    low, high = 0, len(breaks)
    while low < high:
        middle = (low + high) // 2
        if fits(text[: breaks[middle]].rstrip()):
            low = middle + 1
        else:
            high = middle
    return breaks[low - 1] if low else 0


def _sentence_ends(text: str) -> list[int]:
    return [
        m.end()
        for m in _SENTENCE_END.finditer(text)
        if not _ABBREVIATION.search(text[max(0, m.end() - 9) : m.end()])  # 9: longer than any abbreviation
    ]


def _breaks_in_word(word: str) -> list[int]:
    """Grapheme ends that lie in no link, mention or hashtag."""
    kept = [*urls(word), *(m.span() for m in _MENTION_OR_TAG.finditer(word))]
    return [end for end in grapheme_ends(word) if not any(a < end < b for a, b in kept)]
