"""What the pages show of corrections, as plain values: what a draft corrects, and what corrects an update."""

from uuid import UUID

from producers.desk import diff
from producers.desk.correcting import is_public
from producers.desk.look import Look, Values
from producers.desk.queue import LiveEventView
from schemas.draft import Draft
from streams import review
from streams.review import Review


def corrected(view: LiveEventView, update_id: UUID, look: Look) -> Values:
    """The update that is to be corrected: its text while it is public, and what corrects it already."""
    text = _text(view, update_id, look)
    return {
        "id": str(update_id),
        "number": view.number(update_id),
        "public": text != "",
        "text": text,
        "marked": diff.marked(text),
        "lang": _lang(view, update_id, look),
        **about(view, update_id, look),
    }


def about(view: LiveEventView, update_id: UUID, look: Look) -> Values:
    """What the page of an update says besides: whether this person may correct it, and what corrects it already."""
    known = view.live_event
    assert known is not None
    can_go = known.state == "open" and view.standing.state != "withdrawn"
    found = [one for one in view.reviews(look.now) if one.draft.corrects == update_id]
    return {
        "may_correct": look.actor.role in review.MAY_READ and can_go and is_public(view, update_id),
        "corrections": [_line(view, one, look) for one in found],
    }


def corrects(view: LiveEventView, draft: Draft, look: Look) -> Values | None:
    """What a draft corrects, as its reader needs it; None where it corrects nothing, or nothing that is known here."""
    if draft.corrects is None or not view.knows(draft.corrects):
        return None
    text = _text(view, draft.corrects, look)
    return {
        "id": str(draft.corrects),
        "number": view.number(draft.corrects),
        "text": text,
        "public": text != "",
        "lang": _lang(view, draft.corrects, look),
    }


def _text(view: LiveEventView, update_id: UUID, look: Look) -> str:
    """The released words; empty when they are public nowhere, for what was taken back is not shown again."""
    current = view.current(update_id, look.now)
    return current.draft.text if current is not None and is_public(view, update_id) else ""


def _lang(view: LiveEventView, update_id: UUID, look: Look) -> str:
    assert view.live_event is not None
    current = view.current(update_id, look.now)
    return (current.draft.lang if current else None) or view.live_event.plan.languages[0]


def _line(view: LiveEventView, one: Review, look: Look) -> Values:
    return {"id": str(one.draft.id), "number": view.number(one.draft.update_id), "word": look.t(_word(view, one))}


def _word(view: LiveEventView, one: Review) -> str:
    if one.draft.update_id in view.standing.retracted:
        return "Taken back"
    if is_public(view, one.draft.update_id):
        return "It is public"
    return {
        "waiting": "It waits for a person",
        "returned": "It was returned",
        "refused": "Refused by policy",
    }.get(one.state, "It was cleared")
