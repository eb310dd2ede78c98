"""What waits, part by part, as a platform would show it now. Pure.

The poster alone composes what goes out, and its ledger may still say otherwise: another number, posts that stand alone,
a finer time where another event of the account says the same. So this is what would be posted now, and says so.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from producers.desk import diff, words
from producers.desk.look import Look, Values, name
from producers.desk.queue import LiveEventView
from producers.desk.values import Pending
from schemas.draft import Draft
from schemas.errors import Refused
from schemas.ids import derive
from schemas.live_event import Destination, Plan, Platform

# A long text on X costs 5 ms of the one loop; what stands further behind changes before its turn comes.
SHOWN_PARTS_OF = 20


@dataclass(frozen=True)
class Going:
    """A text that goes to one destination. `at` is what its stamp says, `number` the how-manieth release it is there.

    `taken`: what other releases' posts say there.
    """

    text: str
    destination: Destination
    plan: Plan
    number: int
    at: datetime
    numbered: bool = False  # the account may not reply: posts stand alone, each with its number
    corrects_url: str | None = None
    taken: AbstractSet[str] = frozenset()


@dataclass(frozen=True)
class Parts:
    """The posts it becomes, how long each is as the platform counts, and how long one may be."""

    texts: tuple[str, ...]
    lengths: tuple[int, ...]
    max: int


Compose = Callable[[Going], Parts]
"""As the poster does it. Raises Refused where no post can be made of a text."""


@dataclass(frozen=True)
class Line:
    """What waits for one destination, the next one first, and what the first of it would be; made once for a page."""

    destination: Destination
    waiting: Sequence[Pending]
    made: tuple[Parts | Refused, ...]
    compose: Compose | None


def line(view: LiveEventView, key: str, waiting: Sequence[Pending], compose: Compose | None) -> Line:
    """Nothing is made of it where nobody composes."""
    destination = next(d for d in view.destinations() if d.key == key)
    made = () if compose is None else tuple(_made(view, destination, waiting, compose))
    return Line(destination, waiting, made, compose)


def of_pending(found: Line, look: Look) -> dict[UUID, Values]:
    """By release: its posts, of what goes next."""
    pairs = zip(found.waiting, found.made, strict=False)
    return {one.release.id: _values(made, found.destination, look) for one, made in pairs}


def of_draft(view: LiveEventView, found: Line, draft: Draft, look: Look) -> Values | None:
    """The posts of a draft if it were approved now; None where they say what it says, word for word."""
    known, destination = view.live_event, found.destination
    if found.compose is None or known is None or not draft.text.strip():
        return None
    going = Going(
        draft.text,
        destination,
        known.plan,
        number=view.begun(destination.key) + len(found.waiting) + 1,
        at=look.now + timedelta(seconds=known.plan.release.delay_s),
        numbered=view.is_standalone(destination.key),
        corrects_url=view.url_of(draft.corrects, destination.key),
        taken=view.texts_besides(derive(draft.id, "release"), destination.key) | _texts(found.made),
    )
    made = _composed(going, found.compose)
    if isinstance(made, Parts) and made.texts == (draft.text.strip(),):
        return None
    return {**_values(made, destination, look), "place": name(view, destination.key, look)}


def _made(
    view: LiveEventView, destination: Destination, waiting: Sequence[Pending], compose: Compose
) -> Iterator[Parts | Refused]:
    """One after the other, as they go: none says what one before it will say."""
    known, taken = view.live_event, frozenset[str]()
    assert known is not None
    for place, one in enumerate(waiting[:SHOWN_PARTS_OF]):
        release = one.release
        going = Going(
            release.text,
            destination,
            known.plan,
            number=view.begun(destination.key) + place + 1,
            at=release.not_before,
            numbered=view.is_standalone(destination.key),
            corrects_url=view.url_of(release.corrects, destination.key),
            taken=view.texts_besides(release.id, destination.key) | taken,
        )
        made = _composed(going, compose)
        taken |= _texts([made])
        yield made


def _composed(going: Going, compose: Compose) -> Parts | Refused:
    try:
        return compose(going)
    except Refused as refused:
        return refused


def _texts(made: Sequence[Parts | Refused]) -> frozenset[str]:
    return frozenset(text for one in made if isinstance(one, Parts) for text in one.texts)


def _values(made: Parts | Refused, destination: Destination, look: Look) -> Values:
    if isinstance(made, Refused):
        why = words.outcome(made.code, look.lang)
        return {"word": look.t("It cannot be posted there: {why}.", why=why), "parts": [], "refused": True}
    many = len(made.texts)
    own = destination.platform is Platform.LOCAL
    word = look.t("As it would go now: {n} posts", n=many) if many > 1 else look.t("As it would go now")
    pairs = zip(made.texts, made.lengths, strict=True)
    return {
        "word": "" if own and many == 1 else word,
        "parts": [
            {
                "marked": diff.marked(text),
                "part": look.t("part {n} of {of}", n=n, of=many) if many > 1 else "",
                "length": "" if own else _length(length, made.max, destination, look),
            }
            for n, (text, length) in enumerate(pairs, start=1)
        ],
        "refused": False,
    }


def _length(length: int, most: int, destination: Destination, look: Look) -> str:
    """Only the poster knows what an account's own Mastodon server takes."""
    if destination.platform is Platform.MASTODON:
        return look.t("{n} of {max} characters, more where the server takes more", n=length, max=most)
    return look.t("{n} of {max} characters", n=length, max=most)
