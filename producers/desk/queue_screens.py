"""What the list of things that need a person shows, as plain values for its template. Pure."""

from functools import lru_cache
from urllib.parse import quote
from uuid import UUID

from producers.desk import plan, words
from producers.desk.look import Look, Values, age, iso, sentence, spoken, timer
from producers.desk.phrases import translate
from producers.desk.plan_screens import silent
from producers.desk.present import may_approve
from producers.desk.queue import LiveEventView
from producers.desk.values import Item, Row
from producers.desk.words import Lang

# A few hundred drafts, each as three roles and two languages read it.
KEPT = 4096
PEEK_MAX = 90  # characters of a text in the queue; the style cuts what does not fit


def queue(
    view: LiveEventView, look: Look, current: UUID | None, waits: plan.Waiting, proposed: plan.Proposal | None
) -> list[Values]:
    """Posts that need a person, approvals that are about to end, a silence, and what waits to be read."""
    items = view.queue(look.now, look.actor)
    posts = [_line(view, item, look, current) for item in items if item.row is not None]
    quiet = [] if proposed is None else [_quiet_line(view, proposed, look, current)]
    ending = [_ending_line(view, one, look, current) for one in plan.ending(view, waits, look.now)]
    drafts = [_line(view, item, look, current) for item in items if item.row is None]
    return [*posts, *ending, *quiet, *drafts]


def _quiet_line(view: LiveEventView, proposed: plan.Proposal, look: Look, current: UUID | None) -> Values:
    return {
        "key": f"quiet-{proposed.update_id}",
        "href": f"/desk/{view.live_event_id}/holding#draft",
        "why": silent(proposed, look),
        "peek": proposed.item.text[:PEEK_MAX],
        "icon": "pause",
        "you": False,
        "who": look.t("Holding message"),
        "left": None,
        "timer": timer(proposed.since, look),
        "current": current == proposed.update_id,
    }


def _ending_line(view: LiveEventView, one: plan.Ending, look: Look, current: UUID | None) -> Values:
    release = one.pending.release
    return {
        "key": f"ending-{release.id}",
        "href": f"/desk/{view.live_event_id}/updates/{release.update_id}?to={quote(one.destination)}#draft",
        "why": look.t("Approval is about to end"),
        "peek": release.text[:PEEK_MAX],
        "icon": "clock",
        "you": False,
        "who": look.t("Not out yet"),
        "left": {"iso": iso(one.ends), "age": age((one.ends - look.now).total_seconds())},
        "current": current == release.update_id,
    }


def _line(view: LiveEventView, item: Item, look: Look, current: UUID | None) -> Values:
    if item.row is not None:
        return _post_line(view, item.row, look, current)
    assert item.review is not None
    found, blocked = item.review.draft, may_approve(view, item.review, look.actor, look.now)
    why = words.headline(item.reason, found.reasons)
    who = "own-words" if blocked == "own-words" else str(item.needs)
    fixed = _draft_line(
        f"/desk/{view.live_event_id}/drafts/{found.id}", item.text, why, who, is_locked=bool(blocked), lang=look.lang
    )
    return {**fixed, "timer": timer(item.since, look), "current": current == found.id}


@lru_cache(KEPT)
def _draft_line(href: str, text: str, why: str, who: str, *, is_locked: bool, lang: Lang) -> Values:
    """All of a line that stays as it is from one look to the next; nobody may change what this gives back."""
    return {
        "key": f"draft-{href.rpartition('/')[2]}",
        "href": f"{href}#draft",
        "why": words.why(why, lang),
        "peek": text[:PEEK_MAX] or translate("No text", lang),
        "icon": "lock" if is_locked else "eye",
        "you": False,
        "who": translate("Your words", lang) if who == "own-words" else words.role(who, lang),
        "left": None,
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
        "left": None,
        "timer": timer(row.since, look),
        "current": current == receipt.update_id,
    }


def by_itself(view: LiveEventView, look: Look, waits: plan.Waiting) -> str | None:
    """What needs nobody: how many wait out their delay."""
    if view.is_as_live:
        return None
    going = (p for pending in waits.values() for p in pending if p.reason in ("delay", "going"))
    waiting = {p.release.id for p in going}
    if not waiting:
        return None
    return look.t("Goes by itself: {n} in their delay.", n=len(waiting))
