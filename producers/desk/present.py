"""What goes out of the desk as JSON: drafts, posts, counts. Pure: values in, plain objects out."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from producers.desk import words
from producers.desk.queue import LiveEventView
from producers.desk.values import Counts, Row
from schemas.control import Control
from schemas.envelope import Actor
from schemas.sighting import Sighting
from streams import counts, review
from streams.review import Review

DIFFERENCES_MAX = 20  # of a status; the page and the record have all
Json = dict[str, Any]


def live_event(view: LiveEventView) -> Json:
    known = view.live_event
    assert known is not None
    return {
        "id": known.live_event_id,
        "title": known.plan.title,
        "hashtag": known.plan.hashtag,
        "state": known.state,
        "standing": view.standing.state,
        "lifecycle": view.lifecycle(),
        "languages": known.plan.languages,
        "timezone": known.plan.timezone,
        "window": known.plan.window.model_dump(mode="json"),
        "destinations": [d.key for d in known.plan.destinations],
        "policy": known.plan.policy,
        "policy_sha256": known.policy_sha256,
        "opened_at": _iso(known.opened_at),
        "closed_at": _iso(known.closed_at),
        "archived_at": _iso(known.archived_at),
    }


def draft(view: LiveEventView, one: Review, actor: Actor, now: datetime) -> Json:
    """One revision, with whether this actor may approve it and if not, why."""
    body = one.draft.model_dump(
        mode="json",
        include={
            "update_id", "revision", "text", "text_sha256", "findings", "disposition", "reasons", "policy", "lang",
            "phase", "run_sheet_item", "corrects", "authors", "received_at",
        },
    )  # fmt: skip
    lapsed = view.lapsed(one, now)
    reason = lapsed or next(iter(one.draft.reasons), "read-first")
    return {
        "id": str(one.draft.id),
        "number": view.number(one.draft.update_id),
        **body,
        "needs": review.needed_role(one.draft, view.standing).value,
        "headline": words.why(words.headline(reason, one.draft.reasons), "en"),
        "state": "waiting" if lapsed else one.state,
        "lapsed": lapsed,
        "may_approve": may_approve(view, one, actor, now) is None,
        "may_not": may_approve(view, one, actor, now),
        "decided": None if one.decided is None else one.decided.model_dump(mode="json"),
    }


def may_approve(view: LiveEventView, one: Review, actor: Actor, now: datetime) -> str | None:
    """None when this actor may approve it now; else the code of the reason."""
    if actor.role not in review.MAY_READ:
        return "wrong-role"
    if view.lapsed(one, now) is not None:
        return review.may_approve(Review(one.draft), actor, view.standing)
    return review.may_approve(one, actor, view.standing)


def queue(view: LiveEventView, actor: Actor, now: datetime) -> Json:
    """What needs a person: drafts, posts that may or may not be public, posts that stayed. Most urgent first."""
    items = view.queue(now, actor)
    posts = [i.row for i in items if i.row]
    return {
        "drafts": [{"since": _iso(i.since), **draft(view, i.review, actor, now)} for i in items if i.review],
        "unknown": [_post(view, row) for row in posts if row.state == "unknown"],
        "not_deleted": [_post(view, row) for row in posts if row.state == "not-deleted"],
    }


def _post(view: LiveEventView, row: Row) -> Json:
    """`answers` are what POST …/settlements takes now; `said` is the answer the poster has not acted on yet."""
    word = view.word_on(row)
    return {
        "since": _iso(row.since),
        "update_id": str(row.receipt.update_id),
        "destination": row.receipt.destination,
        "post_id": str(row.receipt.post_id),
        "text": row.receipt.text,
        "reason": row.reason,
        "url": row.receipt.url,
        "answers": row.answers,
        "said": None if word is None else {"found": word.found, "by": word.actor.name, "at": _iso(word.at)},
    }


def status(view: LiveEventView, counted: counts.Counts, now: datetime) -> Json:
    """Counts per stage and how the event stands. `counted` is what the stream engine counted of it."""
    known = view.live_event
    return {
        "live_event_id": view.live_event_id,
        "state": known.state if known else "unknown",
        "standing": view.standing.state,
        "lifecycle": view.lifecycle() if known else "unknown",
        "complication": view.standing.complication.mode if view.standing.complication else None,
        "awaits_family": list(view.awaits_family),
        "since": _iso(view.standing.since),
        "mode": known.plan.release.mode if known else "unknown",
        "released_at": _iso(view.standing.released_at),
        "counts": {**_counts(view.counts(now)), **_counted(counted)},
        "destinations": {d.key: _destination(view, d.key) for d in view.destinations()},
        "differences": [_difference(one) for one in view.differences()[:DIFFERENCES_MAX]],
    }


def _counts(found: Counts) -> Json:
    times = {name: _iso(getattr(found, name)) for name in ("oldest_waiting_at", "last_posted_at")}
    return {**asdict(found), **times}


def _counted(found: counts.Counts) -> Json:
    return {
        "screening_ms_median": found.median_ms,
        "by_disposition": dict(sorted(found.by_disposition.items())),
        "per_minute": found.per_minute,
    }


def _destination(view: LiveEventView, key: str) -> Json:
    states = [row.state for row in view.rows(key)]
    away = view.away(key)
    return {
        **{
            state: states.count(state)
            for state in ("posted", "unknown", "not-posted", "taking-back", "retracted", "not-deleted")
        },
        "away_since": _iso(away.since) if away else None,
        "away_reason": away.reason if away else None,
        "away_until": _iso(away.until) if away else None,
        "standalone": view.is_standalone(key),
        "differing": sum(one.destination == key for one in view.differences()),
        "unreadable_since": _iso(gap.since or gap.at) if (gap := view.unreadable(key)) else None,
    }


def _difference(one: Sighting) -> Json:
    """What was seen, where and when; never a text."""
    return {"what": one.what, "destination": one.destination, "url": one.url, "at": _iso(one.at)}


def control(record: Control, view: LiveEventView | None, now: datetime) -> Json:
    """A control that is durable. `needs_second`: it was a first person's word, and another one's is missing."""
    before = view.agree_before(now) if view is not None and record.kind == "resume" else None
    return {
        "id": str(record.id),
        "at": _iso(record.at),
        "needs_second": before is not None,
        **({"mode": record.mode} if record.mode else {}),
        "agree_before": _iso(before),
    }


def news(view: LiveEventView, now: datetime) -> Json:
    """What open pages are told over the event stream: numbers and states, never a text."""
    found = view.counts(now)
    return {
        "version": view.version,
        "standing": view.standing.state,
        "state": view.live_event.state if view.live_event else "unknown",
        "waiting": found.waiting,
        "unknown": found.unknown,
        "posted": found.posted,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")
