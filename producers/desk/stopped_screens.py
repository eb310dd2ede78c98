"""The still page after a stop or a withdrawal, as plain values for its template. Pure."""

from collections.abc import Callable
from datetime import datetime

from producers.desk import words
from producers.desk.look import Look, Values, clock, name
from producers.desk.queue import LiveEventView
from producers.desk.values import Row
from schemas.envelope import Actor
from schemas.ledger import Ledger


def stopped(view: LiveEventView, look: Look) -> Values | None:
    """The still page: what was public, what was in flight, what waits. None when nothing was stopped."""
    known, standing = view.live_event, view.standing
    found = view.at_stop(look.now)
    if found is None or known is None or standing.stopped_at is None:
        return None
    at = clock(known)
    rows = [row for d in view.destinations() for row in view.rows(d.key)]
    last = found.public[-1].receipt if found.public else None
    return {
        "at": at(standing.since or standing.stopped_at),
        "who": _who(standing.by, look) if standing.by else "",
        "complication": standing.complication is not None and standing.complication.mode == "stop",
        "public": len(found.public),
        "last_at": at(last.posted_at or last.at) if last else None,
        "last_text": last.text if last and view.standing.state != "withdrawn" else None,
        "places": [_at_stop(view, d.key, standing.stopped_at, look) for d in view.destinations()],
        "in_flight": [_flight(view, one, at, look) for one in found.in_flight],
        "approved": found.approved,
        "waiting": found.waiting,
        "since": found.since,
        "kept": found.approved + found.waiting + found.since,
        "deleted": sum(row.state == "retracted" for row in rows),
        "remaining": _remaining(view, rows, look),
        "public_still": sum(row.is_public for row in rows),
        "ever": sum(row.state != "not-posted" for row in rows),
    }


def _who(by: Actor, look: Look) -> str:
    """Name and role; a role's key has no other name."""
    name_, role = words.role(by.name, look.lang), words.role(by.role, look.lang)
    return name_ if by.name == by.role else f"{name_} ({role})"


def _at_stop(view: LiveEventView, key: str, since: datetime, look: Look) -> Values:
    """What one place showed at that moment, and what it had not yet answered."""
    rows = view.rows(key)
    public = sum(r.receipt.outcome == "posted" and (r.receipt.posted_at or r.receipt.at) <= since for r in rows)
    away = view.away(key)
    return {
        "place": name(view, key, look),
        "n": public,
        "unknown": sum(r.state == "unknown" for r in rows),
        "away": away is not None,
    }


def _remaining(view: LiveEventView, rows: list[Row], look: Look) -> list[Values]:
    """What is public still: a line for each place and state, not for each post."""
    groups: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.is_public:
            place = (row.receipt.destination, row.state)
            groups[place] = groups.get(place, 0) + 1
    icons = {"taking-back": ("undo", "", "Being taken back"), "unknown": ("question", "state-you", "Unknown")}
    out = []
    for (destination, state), n in groups.items():
        icon, style, word = icons.get(state, ("warn", "state-you", "It could not be deleted"))
        asked = (r for r in rows if r.answers and (r.receipt.destination, r.state) == (destination, state))
        first = next(asked, None)
        out.append(
            {"place": name(view, destination, look), "n": n, "icon": icon, "style": style, "word": look.t(word),
             "href": None if first is None else f"/desk/{view.live_event_id}/updates/{first.receipt.update_id}"}
        )  # fmt: skip
    return out


def _flight(view: LiveEventView, one: Row | Ledger, at: Callable[[datetime], str], look: Look) -> Values:
    if isinstance(one, Ledger):
        text = one.post.text if one.post else ""
        word = look.t("no answer yet")
        return {
            "text": text,
            "place": name(view, one.destination, look),
            "word": word,
            "known": False,
            "at": at(one.at),
            "href": None,
        }
    receipt = one.receipt
    posted = receipt.outcome == "posted"
    word = look.t("it is public, posted {at}", at=at(receipt.posted_at or receipt.at)) if posted else look.t("unknown")
    return {"text": receipt.text if one.state != "retracted" else "", "place": name(view, receipt.destination, look),
            "word": word, "known": posted, "at": at(receipt.at),
            "href": f"/desk/{view.live_event_id}/updates/{receipt.update_id}" if one.answers else None}  # fmt: skip
