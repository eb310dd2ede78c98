"""How a live event lives: one table of what may be done in which state, and words for all that may not.

draft ⇄ ready ──open──▶ live ⇄ held ──close──▶ closed ──archive──▶ archived
                          ╲    │ stop           ▲
                           ▶ stopped ──two resume──▶ live
A withdrawal ends in closed, from wherever. A stop is never refused once the event was open.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from schemas.envelope import Actor
from schemas.errors import Refused
from schemas.live_event import LiveEvent
from schemas.preparation import Preparation
from streams.standing import Standing

State = Literal["draft", "ready", "live", "held", "stopped", "closed", "archived"]
Act = Literal[
    "green", "gap", "open", "open-file", "hold", "stop", "agree", "resume",
    "complication-hold", "complication-stop", "complication-text-only", "complication-over",
    "told", "sign-run-sheet", "release", "retract", "settle", "withdraw", "close", "archive",
]  # fmt: skip
"""`green` and `gap`: every check stands, or one no longer does. `open-file`: by the operator, from the file alone.
`agree` is the first of the two words that end a stop, `resume` the second, and the one that ends a hold."""

STATES: tuple[State, ...] = ("draft", "ready", "live", "held", "stopped", "closed", "archived")

_RUNNING: dict[State, dict[Act, State]] = {
    state: {
        "hold": "stopped" if state == "stopped" else "held",  # a hold does not weaken a stop
        "stop": "stopped",
        "complication-hold": "stopped" if state == "stopped" else "held",
        "complication-stop": "stopped",
        "complication-text-only": state,
        "complication-over": state,
        "told": state,
        "sign-run-sheet": state,
        "retract": state,
        "settle": state,
        "withdraw": "closed",
        "close": "closed",
    }
    for state in ("live", "held", "stopped")
}
_ROWS: dict[State, dict[Act, State]] = {
    "draft": {"green": "ready", "gap": "draft", "open-file": "live", "sign-run-sheet": "draft"},
    "ready": {"green": "ready", "gap": "draft", "open": "live", "open-file": "live", "sign-run-sheet": "ready"},
    "live": {**_RUNNING["live"], "resume": "live", "release": "live"},
    "held": {**_RUNNING["held"], "resume": "live"},
    "stopped": {**_RUNNING["stopped"], "agree": "stopped", "resume": "live"},
    # What was released before it closed may still be on its way: it can be stopped, taken back, and told of.
    "closed": {
        "stop": "closed", "told": "closed", "release": "closed", "retract": "closed", "settle": "closed",
        "withdraw": "closed", "close": "closed", "archive": "archived",
    },
    "archived": {
        "stop": "archived", "retract": "archived", "settle": "archived", "withdraw": "archived", "close": "archived",
        "archive": "archived",
    },
}  # fmt: skip
TABLE: Mapping[tuple[State, Act], State] = MappingProxyType(
    {(state, act): then for state, row in _ROWS.items() for act, then in row.items()}
)

_NOT_IN: dict[State, str] = {
    "draft": "The live event is not open yet",
    "ready": "The live event is not open yet",
    "live": "The live event is live",
    "held": "The live event is held",
    "stopped": "The live event is stopped",
    "closed": "The live event is closed",
    "archived": "The live event is archived",
}
_SAY: dict[Act, str] = {
    "green": "its checks were made before it opened.",
    "gap": "its checks were made before it opened.",
    "open": "it is open already.",
    "open-file": "it is open already.",
    "hold": "there is nothing to hold.",
    "stop": "there is nothing to stop.",
    "agree": "nothing was stopped that could go on.",
    "resume": "it cannot go on.",
    "complication-hold": "there is nothing to hold.",
    "complication-stop": "there is nothing to stop.",
    "complication-text-only": "no more updates are taken.",
    "complication-over": "no complication lasts.",
    "told": "nothing waits for the family.",
    "sign-run-sheet": "its run sheet is not used any more.",
    "release": "nothing can be released now.",
    "retract": "nothing was posted.",
    "settle": "nothing was posted.",
    "withdraw": "drop the preparation instead.",
    "close": "drop the preparation instead.",
    "archive": "close it first.",
}
_SAY_IN: dict[tuple[State, Act], str] = {
    ("draft", "open"): "Not every check is green; each says what is missing.",
    ("closed", "open"): "The live event is closed. Open a new one under another id.",
    ("closed", "open-file"): "The live event is closed. Open a new one under another id.",
    ("archived", "open"): "The live event is archived. Open a new one under another id.",
    ("archived", "open-file"): "The live event is archived. Open a new one under another id.",
    ("closed", "hold"): "The live event is closed; press stop to end what is still on its way.",
    ("closed", "complication-hold"): "The live event is closed; press stop to end what is still on its way.",
    ("closed", "complication-stop"): "The live event is closed; press stop to end what is still on its way.",
    ("closed", "resume"): "The live event is closed; nothing can go on.",
    ("held", "release"): "The live event is held; resume first.",
    ("stopped", "release"): "The live event is stopped; resume first.",
    ("draft", "archive"): "The live event is not open yet; there is nothing to archive.",
    ("ready", "archive"): "The live event is not open yet; there is nothing to archive.",
}


def after(state: State, act: Act) -> State:
    """The state that follows. Raises Refused (`wrong-state`, 409), in words, for what is not in the table."""
    then = TABLE.get((state, act))
    if then is None:
        words = _SAY_IN.get((state, act)) or f"{_NOT_IN[state]}; {_SAY[act]}"
        raise Refused(words, code="wrong-state", status=409)
    return then


def state_of(
    preparation: Preparation | None, live_event: LiveEvent | None, standing: Standing, *, is_ready: bool
) -> State:
    """The state that the records say. `is_ready`: every check of the preparation is green."""
    if live_event is None:
        return "ready" if is_ready and preparation is not None and preparation.state == "draft" else "draft"
    if live_event.archived_at is not None:
        return "archived"
    if live_event.state == "closed" or standing.state == "withdrawn":
        return "closed"
    if standing.state == "stopped":
        return "stopped"
    return "held" if standing.state == "held" else "live"


def resuming(standing: Standing, actor: Actor, now: datetime) -> Act:
    """Which of the two words this one would be."""
    if standing.state == "stopped" and not standing.may_start_again(actor, now):
        return "agree"
    return "resume"
