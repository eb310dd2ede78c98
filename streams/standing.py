"""How the controls of one live event stand, folded in the order of their topic: what runs, what waits, and for whom.

running ──hold──▶ held ──resume──▶ running          a complication acts as the plan chose: hold, stop, or text alone
   │  ╲──stop──▶ stopped ──two resume──▶ running    text alone: a physician reads every word until it is over
   ╰──withdraw──▶ withdrawn                         for ever
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from schemas.control import Control, ControlKind
from schemas.envelope import Actor

LOOK_S = 0.1
"""How old a poster's reading of the controls may be when its request starts, in seconds of its own clock; and how long
whoever writes a control that takes a right to post away waits, once it is durable, before it says so.

Poster and desk share no lock, and between a reading and the request that follows it a stop may become durable. With
both waits a request that starts after the answer had its reading begin after the stop was durable: it saw it. A reading
takes milliseconds (one question for the end of the topic); of 0.2 s that a stop may take, half is left.
"""
TAKES_AWAY: frozenset[ControlKind] = frozenset({"stop", "hold", "withdraw", "retract", "complication"})

RESUME_AGREE_S = 900  # the second person has so long to agree: after it, what the first one knew may be old


@dataclass(frozen=True)
class TextOnly:
    """A time in which a physician reads every word; `over` None: it lasts."""

    began: datetime
    over: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """The controls of one live event, folded: whether it runs, and which updates were taken back."""

    state: str = "running"  # running | held | stopped | withdrawn
    since: datetime | None = None
    by: Actor | None = None
    retracted: frozenset[UUID] = field(default_factory=frozenset)
    stopped_at: datetime | None = None  # of the latest stop: approvals given before it have ended
    agreed: Actor | None = None  # the first of the two persons whom a resume after a stop takes
    agreed_at: datetime | None = None
    released_at: datetime | None = None  # of an as-live event
    pace: float = 1.0  # times the original pauses
    settled: Mapping[tuple[str, UUID], Control] = field(
        default_factory=dict
    )  # by destination and post: a person's word
    complication: Control | None = None  # the one in force; its mode says what it does
    text_only: tuple[TextOnly, ...] = ()  # all times in which a physician reads every word, oldest first
    told: frozenset[str] = frozenset()  # the phases of which the family knows
    signed: Control | None = None  # the latest signature under the run sheet

    @property
    def is_text_only(self) -> bool:
        """Whether a physician has to read every word now."""
        return bool(self.text_only) and self.text_only[-1].over is None

    def after(self, control: Control) -> "Standing":
        """Withdrawal is for ever; a hold never weakens a stop; one person ends a hold, two end a stop.

        A kind that this version does not know changes nothing.
        """
        if control.kind == "retract":
            assert control.update_id is not None
            return replace(self, retracted=self.retracted | {control.update_id})
        if control.kind == "settle":
            assert control.destination is not None and control.post_id is not None  # noqa: PT018  # one fact: it names a post
            return replace(self, settled={**self.settled, (control.destination, control.post_id): control})
        if self.state == "withdrawn":
            return self
        fold = _FOLDS.get(control.kind)
        return self if fold is None else fold(self, control)

    def may_start_again(self, actor: Actor, now: datetime) -> bool:
        """Whether this person is the second one, and in time."""
        if self.agreed is None or self.agreed_at is None or self.agreed.name == actor.name:
            return False
        return now - self.agreed_at <= timedelta(seconds=RESUME_AGREE_S)


RUNNING = Standing()
"""Before any control."""

State = Literal["held", "stopped", "withdrawn"]


def _ended(standing: Standing, control: Control, state: State) -> Standing:
    if state == "held" and standing.state == "stopped":
        return standing
    stopped_at = standing.stopped_at if state == "held" else control.at
    return replace(
        standing, state=state, since=control.at, by=control.actor, stopped_at=stopped_at, agreed=None, agreed_at=None
    )


def _resumed(standing: Standing, control: Control) -> Standing:
    if standing.state == "stopped" and not standing.may_start_again(control.actor, control.at):
        return replace(standing, agreed=control.actor, agreed_at=control.at)
    # What held or stopped for a complication ends with the hold or the stop; text alone goes on until it is said over.
    going = standing.complication if standing.is_text_only else None
    return replace(
        standing,
        state="running",
        since=control.at,
        by=control.actor,
        agreed=None,
        agreed_at=None,
        complication=going,
    )


def _released(standing: Standing, control: Control) -> Standing:
    # The first release sets the pace: a second one must not move what is on its way.
    if standing.released_at:
        return standing
    pace = 1.0 if control.pace_percent is None else control.pace_percent / 100
    return replace(standing, released_at=control.at, pace=pace)


def _complicated(standing: Standing, control: Control) -> Standing:
    # Text alone that lasts is not weakened by a second press: a resume would end what only "over" may end.
    now = standing if standing.is_text_only else replace(standing, complication=control)
    if control.mode == "hold":
        return _ended(now, control, "held")
    if control.mode == "stop":
        return _ended(now, control, "stopped")
    if now.is_text_only:
        return now
    return replace(now, text_only=(*now.text_only, TextOnly(control.at)))


def _over(standing: Standing, control: Control) -> Standing:
    if not standing.is_text_only:
        return replace(standing, complication=None)
    *before, last = standing.text_only
    return replace(standing, complication=None, text_only=(*before, replace(last, over=control.at)))


def _told(standing: Standing, control: Control) -> Standing:
    assert control.phase is not None
    return replace(standing, told=standing.told | {control.phase})


_FOLDS: Mapping[str, Callable[[Standing, Control], Standing]] = {
    "release": _released,
    "resume": _resumed,
    "hold": lambda standing, control: _ended(standing, control, "held"),
    "stop": lambda standing, control: _ended(standing, control, "stopped"),
    "withdraw": lambda standing, control: _ended(standing, control, "withdrawn"),
    "complication": _complicated,
    "complication-over": _over,
    "told": _told,
    "sign-run-sheet": lambda standing, control: replace(standing, signed=control),
}
