"""What the page of one draft shows, as plain values for its template: words chosen, nothing decided. Pure."""

from collections.abc import Sequence
from typing import Any

from producers.desk import diff, words
from producers.desk.look import Look, Values, all_names, clock, platform
from producers.desk.presences import Present
from producers.desk.present import may_approve
from producers.desk.queue import LiveEventView
from schemas.live_event import LiveEvent
from streams import review
from streams.review import Review


def draft(view: LiveEventView, one: Review, look: Look) -> Values:
    known = view.live_event
    assert known is not None
    found, lapsed = one.draft, view.lapsed(one, look.now)
    waits = view.waits(one, look.now)
    reason = lapsed or next(iter(found.reasons), "edited" if found.revision else "read-first")
    reason = words.headline(reason, found.reasons)
    return {
        "id": str(found.id),
        "update_id": str(found.update_id),
        "why": words.why(reason, look.lang),
        "number": view.number(found.update_id),
        "authors": ", ".join(words.role(a, look.lang) for a in found.authors),
        "at": clock(known)(found.received_at),
        "revision": found.revision,
        "lang": found.lang or known.plan.languages[0],
        "text": found.text,
        "marked": diff.marked(found.text, found.findings),
        "text_sha256": found.text_sha256,
        "findings": [_finding(f, look) for f in found.findings],
        "also": _also(found.reasons, reason, look),
        "waits": waits,
        "blocked": _blocked(view, one, look) if waits else None,
        "settled": None if waits else _settled(view, one, look),
        "policy": known.plan.policy,
        "policy_short": known.policy_sha256[:6],
        "places": all_names(view, look),
        "minutes": known.plan.release.approval_expires_s // 60,
        "seconds": known.plan.release.approval_expires_s,
        "reasons": words.return_reasons(found.reasons, look.lang),
        "lapsed": words.outcome(lapsed, look.lang) if lapsed else None,
        "consent": consent(known, look),
        "signed_item": found.run_sheet_item,
        "newer": _newer(view, one, look),
    }


def _also(reasons: Sequence[str], headline: str, look: Look) -> list[str]:
    """The other reasons in words. That a protected name is also a name tells nobody anything."""
    told = {headline} | (words.ANY_NAME if words.SURE_NAME.intersection(reasons) else frozenset())
    if "relative" in reasons:
        told |= {"known-term"}
    said = dict.fromkeys(words.why(r, look.lang) for r in reasons if r not in told)
    return [word for word in said if word != words.why(headline, look.lang)]


def _finding(found: Any, look: Look) -> Values:
    return {
        "what": words.what(found.kind, look.lang),
        "done": words.action(found.action, look.lang),
        "rule": found.rule,
        "law": found.law.split("; ") if found.law else [],
    }


def _blocked(view: LiveEventView, one: Review, look: Look) -> str | None:
    """Why this person cannot approve it, in words; None when nothing is in the way."""
    known = view.live_event
    assert known is not None
    code = may_approve(view, one, look.actor, look.now)
    if known.state == "closed":
        return words.said("closed", look.lang)
    if not one.draft.text.strip():
        return look.t("There is no text to approve. Edit or return it.")
    if code == "needs-role":
        role = words.role(review.needed_role(one.draft, view.standing), look.lang)
        return look.t("Only this role can approve it: {role}.", role=role)
    if code is None and one.draft.policy.sha256 != known.policy_sha256:
        return words.said("policy-changed", look.lang)
    return None if code is None else words.said(code, look.lang)


def _settled(view: LiveEventView, one: Review, look: Look) -> Values:
    """What became of a revision that needs nobody any more."""
    known = view.live_event
    assert known is not None
    if view.standing.state == "withdrawn":
        return {"icon": "x", "word": look.t("Consent was withdrawn. Nothing of this goes out.")}
    if one.draft.update_id in view.standing.retracted:
        return {"icon": "undo", "word": look.t("Taken back. It does not go out.")}
    who = words.role(one.decided.actor.name, look.lang) if one.decided else ""
    at = clock(known)(one.decided.at) if one.decided else ""
    sentences = {
        "approved": ("check", look.t("Approved by {who} at {at}.", who=who, at=at)),
        "returned": ("return", look.t("Returned by {who} at {at}.", who=who, at=at)),
        "superseded": ("edit", look.t("There is a newer text of this update.")),
        "released": ("check", look.t("Cleared by policy. It needed nobody.")),
        "refused": ("x", look.t("Refused by policy. The reporter writes it another way.")),
    }
    icon, word = sentences.get(one.state, ("check", ""))
    return {"icon": icon, "word": word}


def _newer(view: LiveEventView, one: Review, look: Look) -> str | None:
    """The revision that counts instead of this one."""
    current = view.current(one.draft.update_id, look.now)
    return None if current is None or current.draft.id == one.draft.id else str(current.draft.id)


def told(view: LiveEventView, one: Review, look: Look) -> str | None:
    """Who was quicker, by name, and with what: for somebody whose own word came second."""
    known = view.live_event
    if one.decided is None or known is None or one.decided.actor.name == look.actor.name:
        return None
    values = {"who": words.role(one.decided.actor.name, look.lang), "at": clock(known)(one.decided.at)}
    return {
        "approve": look.t("{who} approved this at {at}. Nothing of yours was changed.", **values),
        "return": look.t("{who} returned this at {at}. Nothing of yours was changed.", **values),
        "edit": look.t("{who} changed the text at {at}. Read it again; nothing was approved.", **values),
    }[one.decided.verdict]


def reading(readers: Sequence[Present], look: Look) -> list[str]:
    """Who else has this draft open, one sentence each."""
    return [
        look.t("{who} writes another wording", who=words.role(p.name, look.lang))
        if p.edits
        else look.t("{who} reads this", who=words.role(p.name, look.lang))
        for p in readers
    ]


_LEVELS = {"none": "no name", "first-name": "the first name", "full-name": "the full name"}


def consent(known: LiveEvent, look: Look) -> str:
    """What the consent covers, beside the text it has to cover."""
    found = known.plan.consent
    media = [look.t(word) for word, given in zip(("text", "photo", "video"), _media(known), strict=True) if given]
    level = look.t(_LEVELS[found.name_level])
    places = [] if found.platforms is None else [", ".join(platform(code, look) for code in found.platforms)]
    parts = [*media, *([found.body_area] if found.body_area else []), level, *places]
    return look.t("Consent covers: {what}", what=" · ".join(parts))


def _media(known: LiveEvent) -> tuple[bool, bool, bool]:
    media = known.plan.consent.media
    return media.text, media.photo, media.video
