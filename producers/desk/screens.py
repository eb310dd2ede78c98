"""What each page of the desk shows, as plain values for its template: words chosen, times written, nothing decided."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from producers.desk import diff, doubts, words
from producers.desk.look import (
    Look,
    Values,
    age,
    all_names,
    clock,
    iso,
    name,
    platform,
    sentence,
    spoken,
    timer,
    took,
)
from producers.desk.present import may_approve
from producers.desk.queue import Item, LiveEventView, Pending, Row
from schemas.envelope import Role
from schemas.ledger import Ledger
from streams import review
from streams.counts import Counts
from streams.review import Review

PEEK_MAX = 90  # characters of a text in the queue; the style cuts what does not fit
POSTS_SHOWN = 50  # newest posts of a destination on the desk; the thread page has them all


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
        "phase": _phase(view, look),
        "state": _state(view, look),
        "clock": clock(known)(look.now),
        "now": iso(look.now),
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


def strip(view: LiveEventView, counted: Counts, look: Look) -> Values:
    known = view.live_event
    assert known is not None
    counts = view.counts(look.now)
    plans = {"hold": "Hold everything", "stop": "Stop everything", "text-only": "Text only"}
    oldest = counts.oldest_waiting_s
    return {
        "waiting": counts.waiting,
        "oldest": None if oldest is None else age(oldest),
        "oldest_iso": None if counts.oldest_waiting_at is None else iso(counts.oldest_waiting_at),
        "per_minute": counts.updates_per_minute,
        "screening": None if counted.median_ms is None else took(counted.median_ms, look),
        "silence": None if counts.last_posted_at is None else timer(counts.last_posted_at, look),
        "posted": counts.posted,
        "complication": look.t(plans.get(known.plan.complication, "Hold everything")),
    }


# -- the queue


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


# -- one draft


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
        "minutes": max(1, known.plan.release.approval_expires_s // 60),
        "reasons": words.return_reasons(found.reasons, look.lang),
        "lapsed": words.outcome(lapsed, look.lang) if lapsed else None,
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
        role = words.role(review.needed_role(one.draft), look.lang)
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


# -- what the public sees


def tabs(view: LiveEventView, look: Look, chosen: str) -> list[Values]:
    out = []
    for destination in view.destinations():
        rows = view.rows(destination.key)
        public = sum(row.is_public for row in rows)
        word = None
        if any(row.state == "unknown" for row in rows):
            word = look.t("Unknown")
        elif view.away(destination.key) is not None:
            word = look.t("Away")
        out.append(
            {
                "key": destination.key,
                "name": name(view, destination.key, look),
                "count": word or public,
                "you": word is not None,
                "word": "" if word else look.t("post" if public == 1 else "posts"),
                "selected": destination.key == chosen,
            }
        )
    return out


def chosen_destination(view: LiveEventView, asked: str | None) -> str:
    """The destination that was asked for; else one with an unknown outcome, for it needs a look; else the first."""
    keys = [d.key for d in view.destinations()]
    if asked in keys:
        return str(asked)
    unknown = [k for k in keys if any(row.state == "unknown" for row in view.rows(k))]
    return (unknown or keys)[0]


def posts(view: LiveEventView, look: Look, chosen: str) -> Values:
    destination = next(d for d in view.destinations() if d.key == chosen)
    account = f"{destination.account} · " if destination.account else ""
    rows = view.rows(chosen)
    return {
        "line": account + look.t("{place}, newest first", place=platform(destination.platform, look)),
        "pending": [_pending(view, p, look) for p in reversed(view.pending(destination, look.now))],
        "rows": [_row(view, row, look) for row in rows[:POSTS_SHOWN]],
        "more": max(0, len(rows) - POSTS_SHOWN),
    }


def _pending(view: LiveEventView, one: Pending, look: Look) -> Values:
    known = view.live_event
    assert known is not None
    release = one.release
    total = max(1, int((release.not_before - release.at).total_seconds()))
    left = max(0.0, (release.not_before - look.now).total_seconds())
    waits = one.reason == "delay"
    if waits:
        word = look.t("Waiting: {left} left of {total}", left=age(left), total=age(total))
    elif one.reason == "going":
        word = look.t("Going out now")
    elif one.until is not None:
        word = look.t("Goes out at {at}", at=clock(known)(one.until))
    else:
        word = look.t("Not out: {why}", why=words.outcome(one.reason, look.lang))
    return {
        "key": f"release-{release.id}",
        "update_id": str(release.update_id),
        "marked": diff.marked(release.text),
        "word": word,
        "waits": waits,
        "from": iso(release.at),
        "until": iso(release.not_before),
        "total": total,
        "passed": int(total - left),
        "left": age(left),
        "total_age": age(total),
    }


def _row(view: LiveEventView, row: Row, look: Look) -> Values:
    known = view.live_event
    assert known is not None
    receipt = row.receipt
    at = clock(known)(receipt.posted_at or receipt.at)
    place = spoken(view, receipt.destination, look)
    why = words.outcome(row.reason, look.lang)
    states: dict[str, tuple[str, str, str]] = {
        "posted": ("check", "state-good", look.t("Posted {at}", at=at)),
        "unknown": ("question", "state-you", look.t("Unknown: {place} gave no answer.", place=place)),
        "not-posted": ("x", "", look.t("Not posted: {why}.", why=why)),
        "taking-back": ("undo", "", look.t("Being taken back")),
        "retracted": ("undo", "", look.t("Taken back")),
        "not-deleted": ("warn", "state-you", look.t("Still on {place}, not deleted: {why}.", place=place, why=why)),
    }
    icon, style, word = states[row.state]
    return {
        "key": f"post-{receipt.destination}-{receipt.post_id}",
        "update_id": str(receipt.update_id),
        "n": receipt.n,
        "url": receipt.url if row.is_public else None,
        "marked": () if row.state == "retracted" else diff.marked(receipt.text),
        "icon": icon,
        "style": style,
        "word": word,
        "state": row.state,
        "public": row.is_public,
        "asks": bool(row.answers),
        "place": name(view, receipt.destination, look),
        "part": look.t("part {n} of {of}", n=receipt.part + 1, of=receipt.parts) if receipt.parts > 1 else None,
    }


def update(view: LiveEventView, update_id: UUID, look: Look, thread_url: str | None) -> Values:
    """One update wherever it went or waits: to say what became of it, and to take it back."""
    rows = view.on(update_id)
    asked = [row for row in rows if row.answers]
    current = view.current(update_id, look.now)
    text = rows[0].receipt.text if rows else (current.draft.text if current else "")
    return {
        "id": str(update_id),
        "number": view.number(update_id),
        "marked": diff.marked(text) if any(r.state != "retracted" for r in rows) or not rows else (),
        "rows": [_row(view, row, look) for row in rows],
        "pending": [
            {**_pending(view, p, look), "place": name(view, d.key, look)}
            for d in view.destinations()
            for p in view.pending(d, look.now)
            if p.release.update_id == update_id
        ],
        "unknown": any(row.state == "unknown" for row in rows),
        "parts": any(row.receipt.parts > 1 for row in rows),
        "asked": [doubts.question(view, row, look, thread_url) for row in asked],
        "taken_back": update_id in view.standing.retracted or view.standing.state == "withdrawn",
    }


# -- after the stop


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
        "who": words.role(standing.by.role, look.lang) if standing.by else "",
        "public": len(found.public),
        "last_at": at(last.posted_at or last.at) if last else None,
        "last_text": last.text if last and view.standing.state != "withdrawn" else None,
        "places": all_names(view, look),
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
