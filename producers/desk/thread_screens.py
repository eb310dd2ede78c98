"""What the public sees and will see, place by place, as plain values for templates. Pure."""

from collections.abc import Sequence
from uuid import UUID

from producers.desk import diff, doubts, going_out, plan, words
from producers.desk.limits import Limits, this_hour
from producers.desk.look import Look, Values, age, clock, iso, name, platform, spoken, timer
from producers.desk.queue import LiveEventView
from producers.desk.values import Pending, Row
from schemas.live_event import Destination, Platform

POSTS_SHOWN = 50  # newest posts of a destination on the desk; the thread page has them all


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


def posts(
    view: LiveEventView,
    look: Look,
    chosen: str,
    waits: plan.Waiting,
    limits: Limits,
    *,
    line: going_out.Line | None = None,
) -> Values:
    """Without a `line` what waits there is shown as it was approved, under one line on what is added."""
    destination = next(d for d in view.destinations() if d.key == chosen)
    going = {} if line is None else going_out.of_pending(line, look)
    account = f"{destination.account} · " if destination.account else ""
    rows = _told_once(view.rows(chosen))
    return {
        "line": account + look.t("{place}, newest first", place=platform(destination.platform, look)),
        "pending": [{**_pending(view, p, look), "going": going.get(p.release.id)} for p in reversed(waits[chosen])],
        "health": _health(view, look, chosen, waits, limits),
        "dress": None if len(going) == len(waits[chosen]) else _dress(view, destination, look),
        "rows": [_row(view, row, look) for row in rows[:POSTS_SHOWN]],
        "more": max(0, len(rows) - POSTS_SHOWN),
    }


def _told_once(rows: Sequence[Row]) -> list[Row]:
    """Without what stayed where its update went out after all: that it did not would no longer be true. Parts of one
    release are posts of their own, and one that stayed is told."""
    went = {row.receipt.update_id: row.receipt.release_id for row in rows if row.state != "not-posted"}

    def is_told(row: Row) -> bool:
        release = row.receipt.release_id
        return row.state != "not-posted" or went.get(row.receipt.update_id, release) == release

    return [row for row in rows if is_told(row)]


def _health(view: LiveEventView, look: Look, chosen: str, waits: plan.Waiting, limits: Limits) -> list[Values]:
    """How this place does: reachable or since when not, how much went there, what it still takes, the oldest wait."""
    known, away = view.live_event, view.away(chosen)
    assert known is not None
    at, left = clock(known), limits.left(view, chosen, look.now)
    found = [
        _said("check", "state-good", look.t("Reachable"))
        if away is None
        else _said("pause", "state-you", look.t("Away since {at}", at=at(away.since)[:5])),
        _said(None, "muted", look.t("{n} in the last hour", n=this_hour(view, chosen, look.now))),
    ]
    if left is not None:
        until = at(left.until)[:5] if left.until else ""
        said = "{n} left until {at}" if until else "{n} left"
        found.append(_said(None, "muted", look.t(said, n=left.posts, at=until)))
    if waits[chosen]:
        oldest = min(p.release.at for p in waits[chosen])
        found.append({**_said(None, "muted", look.t("oldest waiting:")), "timer": timer(oldest, look)})
    return found


def _said(icon: str | None, style: str, word: str) -> Values:
    return {"icon": icon, "style": style, "word": word, "timer": None}


_STAMPS = {
    "clock": "Before each post stands the time, behind it {tag}.",
    "elapsed": "Before each post stand the minutes since the beginning, behind it {tag}.",
    "counter": "Before each post stands its number, behind it {tag}.",
    "none": "Behind each post stands {tag}.",
}


def _dress(view: LiveEventView, destination: Destination, look: Look) -> str | None:
    """What the poster adds there to the words that wait. What is posted is shown as it was sent; our own page adds
    nothing to the text."""
    known = view.live_event
    assert known is not None
    if destination.platform is Platform.LOCAL:
        return None
    return look.t(_STAMPS[known.plan.release.stamp], tag=known.plan.hashtag)


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
    elif one.reason == "family" and release.phase not in view.awaits_family:
        word = look.t("Waits behind a post that waits for the family")
    elif one.reason == "family":
        word = look.t("Waits until the family was told of “{phase}”", phase=release.phase or "")
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
        "ends": None if release.expires_at is None or waits else clock(known)(release.expires_at),
        "family": one.reason == "family",
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
