"""What the list of things that need a person shows, as plain values for its template. Pure."""

from urllib.parse import quote
from uuid import UUID

from producers.desk import words
from producers.desk.look import Look, Values, sentence, spoken, timer
from producers.desk.present import may_approve
from producers.desk.queue import LiveEventView
from producers.desk.values import Item, Row

PEEK_MAX = 90  # characters of a text in the queue; the style cuts what does not fit


def queue(view: LiveEventView, look: Look, current: UUID | None) -> list[Values]:
    return [_line(view, item, look, current) for item in view.queue(look.now, look.actor)]


def _line(view: LiveEventView, item: Item, look: Look, current: UUID | None) -> Values:
    base = f"/desk/{view.live_event_id}"
    if item.row is not None:
        return _post_line(view, item.row, look, current)
    assert item.review is not None
    blocked = may_approve(view, item.review, look.actor, look.now)
    who = look.t("Your words") if blocked == "own-words" else words.role(str(item.needs), look.lang)
    return {
        "key": f"draft-{item.review.draft.id}",
        "href": f"{base}/drafts/{item.review.draft.id}#draft",
        "why": words.why(words.headline(item.reason, item.review.draft.reasons), look.lang),
        "peek": item.text[:PEEK_MAX] or look.t("No text"),
        "icon": "lock" if blocked else "eye",
        "you": False,
        "who": who,
        "timer": timer(item.since, look),
        "current": current == item.review.draft.id,
    }


def _post_line(view: LiveEventView, row: Row, look: Look, current: UUID | None) -> Values:
    receipt, unknown = row.receipt, row.state == "unknown"
    place = spoken(view, receipt.destination, look)
    return {
        "key": f"post-{receipt.destination}-{receipt.post_id}",
        "href": f"/desk/{view.live_event_id}/updates/{receipt.update_id}?to={quote(receipt.destination)}#draft",
        "why": sentence(look.t("Did this reach {place}? Nobody knows", place=place))
        if unknown
        else look.t("Still on {place}: it could not be deleted", place=place),
        "peek": receipt.text[:PEEK_MAX],
        "icon": "question" if unknown else "warn",
        "you": True,
        "who": look.t("Unknown") if unknown else look.t("Not deleted"),
        "timer": timer(row.since, look),
        "current": current == receipt.update_id,
    }


def by_itself(view: LiveEventView, look: Look) -> str | None:
    """What needs nobody: how many wait out their delay."""
    if view.is_as_live:
        return None
    going = (p for d in view.destinations() for p in view.pending(d, look.now) if p.reason in ("delay", "going"))
    waiting = {p.release.id for p in going}
    if not waiting:
        return None
    return look.t("Goes by itself: {n} in their delay.", n=len(waiting))
