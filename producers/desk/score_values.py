"""The score sheet of a rehearsal as values: planted details, harmless lines, people, the complication."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from schemas.control import ControlKind
from schemas.envelope import Actor

Outcome = Literal["system", "person", "slipped", "open"]
How = Literal[
    "covered", "refused", "held",  # by the system
    "returned", "edited", "taken-back", "stopped",  # by a person
    "public", "cleared",  # slipped: read by the public, or cleared and not out yet when it ended
    "waiting",  # nobody has said anything of it
]  # fmt: skip
# A rehearsal that ended before half its lines had come has shown the team too little to count as one.
COUNTS_FROM = 0.5


@dataclass(frozen=True)
class Detail:
    """A planted detail and what became of it. `by`: who caught it, or whose word let it out; None for the system."""

    number: int  # of its line in the recording, from 1
    kind: str
    text: str
    outcome: Outcome
    how: How
    by: Actor | None = None
    where: tuple[str, ...] = ()  # destinations on which it was public
    public_at: datetime | None = None
    public_for_s: float | None = None  # until it was taken back everywhere; None while it is still there


@dataclass(frozen=True)
class Harmless:
    """A harmless line that did not go through as it was written. `decided_s`: how long it waited for a person."""

    number: int
    text: str
    how: How
    reasons: tuple[str, ...]
    decided_s: float | None


@dataclass(frozen=True)
class Person:
    """What one person did. Times are from held to decided, in seconds; None for who decided nothing."""

    actor: Actor
    approved: int = 0
    edited: int = 0
    returned: int = 0
    median_s: float | None = None
    slowest_s: float | None = None
    pressed: tuple[tuple[ControlKind, int], ...] = ()

    @property
    def decided(self) -> int:
        return self.approved + self.edited + self.returned


@dataclass(frozen=True)
class Complication:
    """The line that tells of one, and who pressed stop, hold or complication first after it came."""

    number: int
    at: datetime
    kind: ControlKind | None = None
    by: Actor | None = None
    after_s: float | None = None


@dataclass(frozen=True)
class Score:
    """`ended_at` None: it goes on, and the sheet says how it stands. `of`: all lines that the recording has."""

    live_event_id: str
    title: str
    lang: str
    began_at: datetime
    ended_at: datetime | None
    played: int
    of: int
    details: tuple[Detail, ...]
    harmless: int
    harmless_held: tuple[Harmless, ...]
    people: tuple[Person, ...]
    complication: Complication | None
    median_s: float | None
    slowest_s: float | None

    def count(self, outcome: Outcome) -> int:
        return sum(one.outcome == outcome for one in self.details)

    @property
    def caught(self) -> int:
        return self.count("system") + self.count("person")

    @property
    def counts(self) -> bool:
        """Whether it counts as a rehearsal of the event."""
        return self.of > 0 and self.played >= COUNTS_FROM * self.of

    def took_part(self, actor: Actor) -> bool:
        return any((p.actor.role, p.actor.name) == (actor.role, actor.name) for p in self.people)
