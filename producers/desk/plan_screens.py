"""What the panel of the plan and the pages of the run sheet show, as plain values for their templates. Pure."""

from producers.desk import diff, plan, words
from producers.desk.look import Look, Values, clock
from producers.desk.queue import LiveEventView
from producers.desk.strip import complication
from schemas.live_event import RunSheetItem
from streams import review, run_sheet

_STATES = {
    "public": ("check", "state-good", "Public since {at}"),
    "waits": ("clock", "", "On its way, or waiting"),
    "next": ("next", "state-you", "Next"),
    "open": ("open", "", "Not said yet"),
}
_BLANKS = {"time": "The time, as 10:42", "minutes": "Minutes", "number": "A number", "side": "Left or right"}


def panel(view: LiveEventView, look: Look) -> Values:
    """Phases, run sheet, what is said when it was silent, what a complication does."""
    known = view.live_event
    assert known is not None
    return {
        "phases": [_phase(one, look) for one in plan.phases(view, look.now)],
        "lines": [_item(one, view, look) for one in plan.sheet(view, look.now)],
        "signature": signature(view, look),
        "holding": _holding(view, look),
        "complication": complication(view, look),
        "may_tell": look.actor.role in review.MAY_TELL and known.state == "open",
    }


def _phase(one: plan.Phase, look: Look) -> Values:
    waits = one.family_first and not one.told
    told = look.t("The family knows") if one.told else look.t("Waits until the family was told")
    return {
        "name": one.name,
        "now": one.state == "now",
        "past": one.state == "past",
        "family_first": one.family_first,
        "told": one.told,
        "waits": waits,
        "word": told if one.family_first else None,
    }


def _item(one: plan.Planned, view: LiveEventView, look: Look) -> Values:
    known = view.live_event
    assert known is not None
    icon, style, word = _STATES[one.state]
    at = clock(known)(one.at)[:5] if one.at else ""
    holding = known.plan.holding is not None and known.plan.holding.item == one.item.id
    if holding and one.state == "open":
        icon, style, word = ("pause", "", "When it was silent for too long")
    return {
        "id": one.item.id,
        "pieces": blanked(one.item, look),
        "icon": icon,
        "style": style,
        "next": one.state == "next",
        "word": look.t(word, at=at) if "{at}" in word else look.t(word),
        "href": None if one.update_id is None else f"/desk/{view.live_event_id}/updates/{one.update_id}#draft",
    }


def blanked(item: RunSheetItem, look: Look) -> list[tuple[str, str]]:
    """The text in pieces, ("text", …) and ("blank", what it takes)."""
    found, at = [], 0
    for blank in run_sheet.blanks(item.text):
        found += [("text", item.text[at : blank.start]), ("blank", look.t(_BLANKS[blank.type]))]
        at = blank.end
    return [piece for piece in (*found, ("text", item.text[at:])) if piece[1]]


def _holding(view: LiveEventView, look: Look) -> str | None:
    known = view.live_event
    assert known is not None
    if known.plan.holding is None:
        return None
    return look.t("After {n} minutes of silence the desk proposes to say so.", n=known.plan.holding.after_min)


def proposal(view: LiveEventView, proposed: plan.Proposal, look: Look) -> Values:
    """The page of a silence: how long, the signed words, the blanks that are still to fill."""
    known = view.live_event
    assert known is not None
    now = clock(known)(look.now)[:5]
    return {
        "update_id": str(proposed.update_id),
        "why": silent(proposed, look),
        "since": clock(known)(proposed.since),
        "pieces": blanked(proposed.item, look),
        "marked": diff.marked(proposed.item.text),
        "blanks": [
            {
                "name": f"blank_{place}",
                "label": look.t(_BLANKS[blank.type]),
                "value": now if blank.type == "time" else "",
            }
            for place, blank in enumerate(run_sheet.blanks(proposed.item.text))
        ],
        "signature": signature(view, look),
        "may": look.actor.role in review.MAY_READ,
    }


def silent(proposed: plan.Proposal, look: Look) -> str:
    return look.t("Nothing was said for {n} minutes", n=proposed.minutes)


def signature(view: LiveEventView, look: Look) -> Values:
    """Who signed the run sheet, and whether that still is this very sheet."""
    known, signed = view.live_event, view.standing.signed
    assert known is not None
    holds = run_sheet.is_signed(known.plan.run_sheet, signed)
    if signed is None:
        word = look.t("Nobody has signed it. What stands on it waits for a person.")
    elif holds:
        who, at = words.role(signed.actor.name, look.lang), clock(known)(signed.at)[:5]
        word = look.t("Signed by {who} at {at}.", who=who, at=at)
    else:
        word = look.t("It was changed after it was signed. It has to be signed again.")
    return {"holds": holds, "word": word, "any": bool(known.plan.run_sheet)}


def sheet_page(view: LiveEventView, look: Look) -> Values:
    """All items as they are signed, their hash, who signed."""
    known = view.live_event
    assert known is not None
    sha256 = run_sheet.sha256(known.plan.run_sheet)
    return {
        "lines": [{"id": item.id, "pieces": blanked(item, look)} for item in known.plan.run_sheet],
        "sha256": sha256,
        "short": f"{sha256[:6]}…{sha256[-6:]}",
        "signature": signature(view, look),
        "may": look.actor.role in review.MAY_SIGN and known.state == "open" and bool(known.plan.run_sheet),
    }
