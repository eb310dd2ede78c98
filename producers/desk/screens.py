"""What each page of an event shows at its top, as plain values for its template: words chosen, nothing decided."""

from producers.desk.look import Look, Values, clock, iso
from producers.desk.queue import LiveEventView
from schemas.envelope import Role
from streams import review


def list_of_events(views: tuple[LiveEventView, ...], look: Look) -> list[Values]:
    return [_event_row(view, look) for view in views]


def _event_row(view: LiveEventView, look: Look) -> Values:
    counts = view.counts(look.now)
    return {
        **head(view, look),
        "waiting": counts.waiting + counts.unknown + counts.not_deleted,
        "posted": counts.posted,
    }


def head(view: LiveEventView, look: Look) -> Values:
    """The top of every page of one event."""
    known = view.live_event
    assert known is not None
    return {
        "id": view.live_event_id,
        "title": known.plan.title,
        "hashtag": known.plan.hashtag,
        "training": known.plan.training,
        "phase": _phase(view, look),
        "state": _state(view, look),
        "clock": clock(known)(look.now),
        "now": iso(look.now),
        "version": view.version,
    }


def _phase(view: LiveEventView, look: Look) -> str | None:
    said = [one.draft.phase for one in view.reviews(look.now) if one.draft.phase]
    return said[-1] if said else None


def _state(view: LiveEventView, look: Look) -> Values:
    known = view.live_event
    assert known is not None
    standing, at = view.standing, clock(known)
    since = at(standing.since)[:5] if standing.since else ""
    if standing.state == "withdrawn":
        return {
            "code": "withdrawn",
            "chip": "chip-stop",
            "icon": "x",
            "word": look.t("Consent withdrawn {at}", at=since),
        }
    if standing.state == "stopped":
        return {"code": "stopped", "chip": "chip-stop", "icon": "stop", "word": look.t("Stopped {at}", at=since)}
    if known.state == "closed":
        closed = at(known.closed_at)[:5] if known.closed_at else ""
        return {"code": "closed", "chip": "", "icon": "lock", "word": look.t("Closed {at}", at=closed)}
    if standing.state == "held":
        return {"code": "held", "chip": "chip-you", "icon": "pause", "word": look.t("Held since {at}", at=since)}
    if view.is_kept:
        return {"code": "kept", "chip": "", "icon": "clock", "word": look.t("Kept, not out yet")}
    since = at(known.opened_at)[:5]
    return {"code": "running", "chip": "chip-good", "icon": "globe", "word": look.t("Live since {at}", at=since)}


def may(view: LiveEventView, look: Look) -> Values:
    """Which acts this person is shown."""
    role, state = look.actor.role, view.standing.state
    assert view.live_event is not None
    is_open = view.live_event.state == "open"
    return {
        "read": role in review.MAY_READ,
        "stop": role in review.MAY_STOP,
        "hold": role in review.MAY_STOP and state == "running" and is_open,
        "resume": role in review.MAY_RESUME and state in ("held", "stopped"),
        "settle": role in review.MAY_SETTLE,
        "release": role in review.MAY_RELEASE,
        "withdraw": role in review.MAY_WITHDRAW and state != "withdrawn",
        "retract": role in review.MAY_RETRACT,
        "correct": role in review.MAY_READ and is_open and state != "withdrawn",
        "close": role is Role.DIRECTOR and is_open,
        "enrol": role is Role.DIRECTOR,
    }
