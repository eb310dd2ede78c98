"""What keeps a control from being taken, each with its reason in words; and what a control is made of. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from producers.desk.queue import LiveEventView
from schemas.assertion import Assertion
from schemas.control import ControlKind
from schemas.envelope import Actor
from schemas.errors import Refused
from streams import lifecycle, run_sheet

Mode = Literal["hold", "stop", "text-only"]


@dataclass(frozen=True)
class Given:
    """What a person pressed, with what goes with it; each but the kind is for some kinds alone."""

    kind: ControlKind
    update_id: UUID | None = None  # retract
    pace_percent: int | None = None  # release
    phase: str | None = None  # told
    run_sheet_sha256: str | None = None  # sign-run-sheet: of the sheet that was read
    assertion: Assertion | None = field(default=None, repr=False)


_GOES_WITH: dict[str, tuple[str, str]] = {
    "update_id": ("retract", "A retract names an update, no other control does."),
    "pace_percent": ("release", "Only a release has a pace."),
    "phase": ("told", "Only `told` names a phase."),
    "run_sheet_sha256": ("sign-run-sheet", "Only a signature names a run sheet."),
}
_NEEDED = {
    "update_id": "A retract names an update, no other control does.",
    "phase": "Name the phase of which they know.",
}


def check_shape(given: Given) -> None:
    """Raises Refused when something is given that does not go with this kind, or is missing."""
    for name, (kind, words) in _GOES_WITH.items():
        if getattr(given, name) is not None and given.kind != kind:
            raise Refused(words, code="invalid")
        if given.kind == kind and name in _NEEDED and getattr(given, name) is None:
            raise Refused(_NEEDED[name], code="invalid")


def check_may_be(view: LiveEventView, given: Given, actor: Actor, now: datetime) -> None:
    """Raises Refused, in words, when this control would make no sense as things stand."""
    if given.update_id is not None and not view.knows(given.update_id):
        raise Refused("There is no update of this id in this live event.", code="unknown-update", status=404)
    check = _CHECKS.get(given.kind)
    if check is not None:
        check(view, given, actor, now)
    lifecycle.after(view.lifecycle(), act_of(view, given, actor, now))


def act_of(view: LiveEventView, given: Given, actor: Actor, now: datetime) -> lifecycle.Act:
    if given.kind == "complication":
        acts: dict[Mode, lifecycle.Act] = {
            "hold": "complication-hold", "stop": "complication-stop", "text-only": "complication-text-only",
        }  # fmt: skip
        return acts[mode_of(view)]
    return lifecycle.resuming(view.standing, actor, now) if given.kind == "resume" else given.kind


def mode_of(view: LiveEventView | None) -> Mode:
    """What the plan chose before the event. Whatever it says that this version does not know, or a plan that was not
    read yet, holds."""
    known = view.live_event if view is not None else None
    chosen = known.plan.complication if known is not None else "hold"
    return chosen if chosen in ("stop", "text-only") else "hold"  # type: ignore[return-value]  # one of the three, by the line above


def fields(view: LiveEventView | None, given: Given) -> dict[str, Any]:
    """The fields of the record beside its head."""
    found: dict[str, Any] = {
        "kind": given.kind,
        "update_id": given.update_id,
        "pace_percent": given.pace_percent,
        "phase": given.phase,
        "assertion": given.assertion,
    }
    if given.kind == "complication":
        found["mode"] = mode_of(view)
    if given.kind == "sign-run-sheet":
        assert view is not None
        assert view.live_event is not None
        found["run_sheet_sha256"] = run_sheet.sha256(view.live_event.plan.run_sheet)
    return found


def _may_resume(view: LiveEventView, _: Given, actor: Actor, now: datetime) -> None:
    """A stop ends by two people. Whatever slips through here, the fold of the controls counts names again."""
    standing = view.standing
    if standing.state == "withdrawn":
        raise Refused("Consent is withdrawn; nothing can go on.", code="withdrawn", status=409)
    if view.agree_before(now) is not None and standing.agreed is not None and standing.agreed.name == actor.name:
        raise Refused("You have agreed already. A second person has to agree too.", code="needs-second", status=409)


def _may_release(view: LiveEventView, _: Given, __: Actor, now: datetime) -> None:
    standing = view.standing
    if not view.is_as_live:
        raise Refused("Only an as-live event is released; this one goes out live.", code="not-as-live", status=409)
    if standing.released_at is not None:  # the pace of what is on its way is not changed
        raise Refused("This event was released already.", code="already-released", status=409)
    if standing.state != "running":
        raise Refused(f"The event is {standing.state}; resume first.", code="not-running", status=409)
    if not view.kept(now):
        raise Refused("Nothing is kept that could go out.", code="nothing-kept", status=409)


def _may_end_complication(view: LiveEventView, _: Given, __: Actor, ___: datetime) -> None:
    if view.standing.complication is None:
        raise Refused("No complication lasts; there is nothing to end.", code="no-complication", status=409)


def _may_tell(view: LiveEventView, given: Given, _: Actor, __: datetime) -> None:
    assert view.live_event is not None
    plan = view.live_event.plan
    if given.phase not in plan.phases:
        raise Refused("This event has no such phase. Choose one of its own.", code="unknown-phase")
    if given.phase not in plan.family_first:
        raise Refused("In this phase nothing waits for the family.", code="not-family-first", status=409)


def _may_sign(view: LiveEventView, given: Given, _: Actor, __: datetime) -> None:
    assert view.live_event is not None
    sheet = view.live_event.plan.run_sheet
    if not sheet:
        raise Refused("This event has no run sheet to sign.", code="no-run-sheet", status=409)
    if given.run_sheet_sha256 is not None and given.run_sheet_sha256 != run_sheet.sha256(sheet):
        raise Refused("The run sheet is another one now. Read it again; nothing was signed.", code="stale", status=409)


_CHECKS: dict[str, Callable[[LiveEventView, Given, Actor, datetime], None]] = {
    "resume": _may_resume,
    "release": _may_release,
    "complication-over": _may_end_complication,
    "told": _may_tell,
    "sign-run-sheet": _may_sign,
}
