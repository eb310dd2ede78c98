"""The steps a Publication may ask for, and the gate it is asked under. Values only; the lane does them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from consumers.poster.book import Entry
from consumers.poster.platforms.base import Outgoing
from schemas.control import Control
from schemas.live_event import Destination, LiveEvent
from schemas.release import Release
from streams.release import Verdict, may_go
from streams.standing import Standing


@dataclass(frozen=True, slots=True)
class Gate:
    """What the live event and the controls say now."""

    destination: Destination
    live_event: LiveEvent | None
    standing: Standing
    origin: datetime | None = None  # when the first update of the thread was received

    def verdict(self, release: Release, now: datetime) -> Verdict:
        return may_go(release, self.destination, self.live_event, self.standing, now, origin=self.origin)

    def word_on(self, post_id: UUID) -> Control | None:
        """What a person said became of this post."""
        return self.standing.settled.get((self.destination.key, post_id))

    @property
    def takes_back(self) -> bool:
        """Whether anything at all is taken back."""
        return self.standing.state == "withdrawn" or bool(self.standing.retracted)

    def taken_back(self, update_id: UUID) -> bool:
        return self.standing.state == "withdrawn" or update_id in self.standing.retracted


@dataclass(frozen=True, slots=True)
class Intend:
    """Write the intent; it must be durable, and the writer still in power, before the next step is asked for."""

    out: Outgoing
    repeat: bool = False  # of a post that is in doubt


@dataclass(frozen=True, slots=True)
class Publish:
    """Send the request now: between the reading of the controls that led here and the request nothing may wait."""

    out: Outgoing
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class LookUp:
    out: Outgoing
    since: datetime
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Skip:
    """Write down that it was not posted, and why."""

    out: Outgoing
    reason: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Write down that it is unknown whether it was posted.

    `heard`: what a person had said by then. It was said of an older state, and will not be taken for an answer to this.
    """

    out: Outgoing
    reason: str
    heard: UUID | None = None


@dataclass(frozen=True, slots=True)
class Settle:
    """Write down what a person found out about a post that nobody here can find out about."""

    out: Outgoing
    entry: Entry
    word: Control


@dataclass(frozen=True, slots=True)
class Retract:
    """Write down that the post is about to be deleted."""

    out: Outgoing
    entry: Entry


@dataclass(frozen=True, slots=True)
class Delete:
    """`again`: it is deleted already, but a request that was given up could have made it anew since."""

    out: Outgoing
    entry: Entry
    again: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Ask again at `until`, or when something changes (None: only then)."""

    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing is left to do until a release or a control arrives."""


Step = Intend | Publish | LookUp | Skip | Doubt | Settle | Retract | Delete | Wait | Idle
