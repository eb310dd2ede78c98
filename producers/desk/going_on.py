"""What a page shows of going on: two people who agree to resume after a stop, the release of what was kept. Pure."""

from producers.desk import words
from producers.desk.look import Look, Values, age, clock
from producers.desk.queue import LiveEventView
from streams import review

PACES = (
    (100, "Original pauses, {time}"),
    (50, "Pauses half as long, {time}"),
    (25, "Pauses a quarter as long, {time}"),
)
"""Percent of the original pauses, and how it is said; at once stands beside them."""


def resuming(view: LiveEventView, look: Look) -> Values | None:
    """The two seats of a stopped event; None when it is not stopped."""
    standing, known = view.standing, view.live_event
    if standing.state != "stopped" or known is None:
        return None
    before, may = view.agree_before(look.now), look.actor.role in review.MAY_RESUME
    mine = before is not None and standing.agreed is not None and standing.agreed.name == look.actor.name
    at = clock(known)
    return {
        "agreed": before is not None,
        "first": _seat(view, look),
        "may": may,
        "mine": mine,
        "sentence": None
        if before is None or standing.agreed is None
        else look.t(
            "{who} agrees to resume. A second person has to agree before {at}.",
            who=words.role(standing.agreed.name, look.lang),
            at=at(before)[:5],
        ),
    }


def _seat(view: LiveEventView, look: Look) -> Values | None:
    """Who agreed, and whether that still holds."""
    agreed, at, known = view.standing.agreed, view.standing.agreed_at, view.live_event
    if agreed is None or at is None or known is None:
        return None
    holds = view.agree_before(look.now) is not None
    name, role = words.role(agreed.name, look.lang), words.role(agreed.role, look.lang)
    said = "Agreed at {at}" if holds else "Agreed at {at}. That has ended."
    return {
        "name": name,
        "role": role if role != name else None,
        "holds": holds,
        "word": look.t(said, at=clock(known)(at)),
    }


def as_live(view: LiveEventView, look: Look) -> Values | None:
    """The panel of an as-live event: what is kept, or when it was released. None for a live one."""
    known, standing = view.live_event, view.standing
    if not view.is_as_live or known is None or standing.state == "withdrawn":
        return None
    at = clock(known)
    if standing.released_at is not None:
        return {"released": _released(view, look), "kept": 0}
    kept = view.kept(look.now)
    if not kept:
        return {"released": None, "kept": 0, "blocked": None}
    first, last = kept[0].received_at, kept[-1].received_at
    return {
        "released": None,
        "kept": len(kept),
        "from": at(first),
        "to": at(last),
        "paces": [*_paces((last - first).total_seconds(), look)],
        "button": look.t("Release 1 update") if len(kept) == 1 else look.t("Release {n} updates", n=len(kept)),
        "blocked": _blocked(view, look),
    }


def _paces(seconds: float, look: Look) -> list[Values]:
    paced = [{"percent": p, "word": look.t(w, time=age(seconds * p / 100))} for p, w in PACES]
    return [*paced, {"percent": 0, "word": look.t("All at once")}]


def _blocked(view: LiveEventView, look: Look) -> str | None:
    """Why this person cannot release it now."""
    if look.actor.role not in review.MAY_RELEASE:
        return look.t("Only the director can release it.")
    return look.t("First resume; then it can be released.") if view.standing.state != "running" else None


def _released(view: LiveEventView, look: Look) -> str:
    standing, known = view.standing, view.live_event
    assert known is not None
    assert standing.released_at is not None
    at, percent = clock(known)(standing.released_at), round(standing.pace * 100)
    who = words.role(view.released_by.name, look.lang) if view.released_by else ""
    if percent == 0:
        return look.t("Released at {at} by {who}, all at once.", at=at, who=who)
    return look.t("Released at {at} by {who}, with {n} % of the original pauses.", at=at, who=who, n=percent)
