"""How a release becomes posts that a platform takes: split at a sentence, else at a word, each with stamp and hashtag.

A post reads `[surgery] 3. 10:42 text of the update (1/2) #OurKneeLive`. What stands in it besides the released text is
content warning, number of a stand-alone post and stamp before, and number of the part, address of the corrected post
and hashtag behind; the released words themselves are never changed.
"""

import unicodedata
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from consumers.poster.breaks import breaks
from consumers.poster.platforms.base import Limits
from consumers.poster.stamps import Stamp, stamp_of
from schemas.errors import Refused
from schemas.ids import derive
from schemas.live_event import Destination
from schemas.release import Release
from schemas.thread import Post
from streams.links import tags

__all__ = ["PARTS_MAX", "body_of", "compose", "holds", "openings", "stamp_of", "texts"]

PARTS_MAX = 99  # two digits: an update of 2,000 code points makes 9 posts on the tightest platform

_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a symbol by class, but nothing to see

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
    warning: str | None = None,
    numbered: bool = False,
    taken: AbstractSet[str] = frozenset(),
) -> tuple[Post, ...]:
    """The posts, in order; their texts are those of texts(), which raises."""
    made = texts(
        release.text,
        limits,
        hashtag=hashtag,
        stamp=stamp,
        at=at,
        timezone=timezone,
        elapsed_from=elapsed_from,
        counter=counter,
        corrects_url=corrects_url,
        warning=warning,
        numbered=numbered,
        taken=taken,
    )
    return tuple(_post(release, destination, made, part) for part in range(len(made)))


def texts(
    released: str,
    limits: Limits,
    *,
    hashtag: str,
    stamp: str,
    at: datetime,
    timezone: str,
    elapsed_from: datetime,
    counter: int,
    corrects_url: str | None = None,
    warning: str | None = None,
    numbered: bool = False,
    taken: AbstractSet[str] = frozenset(),
) -> tuple[str, ...]:
    """What stands in each post, in order.

    `warning` stands on each post, or in its own field where the platform has one. `numbered`: the posts stand alone,
    and the number of the release, `counter`, stands in each. `taken` are the texts of other releases' posts: where the
    platform has stamps, none of them is made again; the stamp gets finer, and at last has the number.
    Raises Refused when there is nothing to see in the text (`empty`), it holds a link, mention or tag that fits no post
    (`unsplittable`), needs too many posts (`too-long`), or every stamp makes a text that is taken (`taken`).
    """
    text = released.strip()
    if not _is_visible(text):
        raise Refused("A release without text cannot be posted.", code="empty")
    stamped = Stamp(stamp, at, timezone, elapsed_from, counter)
    others = {_compared(other) for other in taken} if limits.stamp else set()
    for opening in _openings(stamped, limits, numbered=numbered, warning=warning):
        frame = _Frame(
            limits,
            opening=opening,
            room=_room(stamped, limits, opening, warning),
            tag=hashtag if limits.tag else "",
            cite=corrects_url if limits.tag else None,
            beside=limits.count(warning) if warning and limits.own_warning else 0,
        )
        bodies = _bodies(text, frame)
        made = tuple(frame.dress(body, part, len(bodies)) for part, body in enumerate(bodies))
        if not any(_compared(one) in others for one in made):
            return made
    raise Refused("Whatever stamp it gets, another post has the same text.", code="taken")


def openings(
    limits: Limits,
    *,
    stamp: str,
    at: datetime,
    timezone: str,
    elapsed_from: datetime,
    counter: int,
    warning: str | None = None,
    numbered: bool = False,
) -> tuple[str, ...]:
    """All that may stand before the released words, each with its space, the plainest first."""
    return _openings(Stamp(stamp, at, timezone, elapsed_from, counter), limits, numbered=numbered, warning=warning)


def holds(text: str, hashtag: str) -> bool:
    """Whether the hashtag stands in the text as a whole; platforms read it in either case, and with either sign."""
    return any(_tag(text[a:b]) == _tag(hashtag) for a, b in tags(text))


def body_of(posts: Sequence[Post], *, hashtag: str, prefix: str = "", corrects_url: str | None = None) -> str:
    """The released words again, out of the posts: what an auditor compares with the release.

    `prefix` is one of openings(). A hashtag at the very end of a post is taken for ours, so compare without it, and
    without space, which is lost where the text was cut.
    """
    out = []
    for post in posts:
        text = post.text.removeprefix(prefix).removesuffix(f" {hashtag}")
        if corrects_url and post.part == 0:
            text = text.removesuffix(f" {corrects_url}")
        out.append(text.removesuffix(f" ({post.part + 1}/{post.parts})") if post.parts > 1 else text)
    return " ".join(out)


def _is_visible(text: str) -> bool:
    return any(unicodedata.category(c)[0] in "LNPS" and c not in _BLANK for c in text)


def _compared(text: str) -> str:
    """As platforms compare: they compose characters and trim space."""
    return unicodedata.normalize("NFC", text).strip()


def _tag(tag: str) -> str:
    return unicodedata.normalize("NFC", tag).replace("＃", "#").casefold()


def _openings(stamped: Stamp, limits: Limits, *, numbered: bool, warning: str | None) -> tuple[str, ...]:
    if not limits.stamp:
        return (_warned(limits, warning),)
    return tuple(_warned(limits, warning) + opening for opening in stamped.openings(numbered=numbered))


def _room(stamped: Stamp, limits: Limits, opening: str, warning: str | None) -> str:
    """The widest opening, so that a thread that loses or regains its replies goes on where its parts ended."""
    if not limits.stamp:
        return opening
    room = _warned(limits, warning) + stamped.room(number=limits.may_forbid_replies)
    return max(room, opening, key=limits.count)


def _warned(limits: Limits, warning: str | None) -> str:
    """Where neither tag nor stamp belongs into the text, the page shows all of them beside it."""
    in_text = warning and not limits.own_warning and (limits.tag or limits.stamp)
    return f"[{warning}] " if in_text else ""


def _post(release: Release, destination: Destination, texts: Sequence[str], part: int) -> Post:
    return Post(
        id=derive(release.id, destination.key, part),
        release_id=release.id,
        update_id=release.update_id,
        part=part,
        parts=len(texts),
        text=texts[part],
        lang=release.lang,
    )


@dataclass(frozen=True)
class _Frame:
    """What stands around the words of each post, and whether both together fit."""

    limits: Limits
    opening: str
    room: str  # what is counted in place of the opening; never shorter
    tag: str
    cite: str | None
    beside: int  # length of what has its own field but counts

    def dress(self, body: str, part: int, parts: int) -> str:
        return self._around(self.opening, body, part, parts)

    def fits(self, body: str, part: int, parts: int) -> bool:
        return self.limits.count(self._around(self.room, body, part, parts)) + self.beside <= self.limits.max

    def fits_numbered(self, body: str, *, most: int, first: bool) -> bool:
        """Whether it fits under the widest number there may be; the first may cite what it corrects besides."""
        return self.fits(f"{body} {self.cite}" if first and self.cite else body, most - 1, most)

    def _around(self, opening: str, body: str, part: int, parts: int) -> str:
        number = [f"({part + 1}/{parts})"] if parts > 1 else []
        cite = [self.cite] if self.cite and part == 0 else []
        tag = [self.tag] if self.tag and not holds(opening + body, self.tag) else []
        return opening + " ".join([body, *number, *cite, *tag])


def _bodies(text: str, frame: _Frame) -> list[str]:
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
    for places in breaks(text):
        cut = _last_that_fits(text, places, fits)
        if cut:
            return cut
    raise Refused("A link, mention or hashtag is longer than a whole post.", code="unsplittable")


def _last_that_fits(text: str, places: list[int], fits: Fits) -> int:
    """The greatest place with a piece that fits, 0 if none. A longer piece is assumed to weigh no less."""
    low, high = 0, len(places)
    while low < high:
        middle = (low + high) // 2
        if fits(text[: places[middle]].rstrip()):
            low = middle + 1
        else:
            high = middle
    return places[low - 1] if low else 0
