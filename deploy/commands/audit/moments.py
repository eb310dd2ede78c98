"""What stood at one instant of an event, as text and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from consumers.archive.timeline import Astray, Cleared, Doubt, Ended, Gone, Moment, Shown, Timeline, Waiting


def as_text(of: Timeline, now: Moment) -> Iterator[str]:
    """Line by line: how things stood, what readers saw at each destination, and what they did not see and why."""
    yield f"{clock(of, now.at, day=True)} {of.zone.key} ({_utc(now.at)}), entries up to {max(now.entry, 0)}"
    yield f"event: {now.life}; {_standing(of, now)}"
    yield _consent(now)
    if now.policy is not None:
        yield f"policy: {now.policy[0]} {now.policy[1][:12]}"
    for destination in now.destinations:
        posts = now.on(destination)
        yield f"\npublic on {destination}: {len(posts)}"
        yield from (_shown(of, one) for one in posts)
    if not now.public:
        yield "\nnothing was public"
    for title, rows in (
        ("not sure", [_doubt(of, one) for one in now.doubts]),
        ("cleared, not out yet", [_cleared(of, one) for one in now.cleared]),
        ("waits for a person", [_waiting(of, one) for one in now.waiting]),
        ("does not go on", [_ended(of, one) for one in now.ended]),
        ("no longer public", [_gone(of, one) for one in now.gone]),
        ("public, and should not be", [_astray(of, one) for one in now.astray]),
    ):
        if rows:
            yield f"\n{title}: {len(rows)}"
            yield from rows


def as_json(of: Timeline, now: Moment) -> dict[str, Any]:
    """The same for programs; instants in UTC."""
    standing = now.standing
    return {
        "at": _utc(now.at),
        "local": of.local(now.at).isoformat(),
        "entry": now.entry,
        "event": now.life,
        "standing": {
            "state": standing.state,
            "since": _utc(standing.since) if standing.since else None,
            "by": f"{standing.by.name}, {standing.by.role}" if standing.by else None,
            "text_only": standing.is_text_only,
            "told": sorted(standing.told),
        },
        "consent": None
        if now.consent is None
        else {"state": now.consent.state, "sha256": now.consent.sha256, **_plain(asdict(now.consent.scope))},
        "policy": None if now.policy is None else {"name": now.policy[0], "sha256": now.policy[1]},
        "public": {key: [_plain(asdict(one)) for one in now.on(key)] for key in now.destinations},
        "not_sure": [_plain(asdict(one)) for one in now.doubts],
        "cleared": [_plain(asdict(one)) for one in now.cleared],
        "waiting": [_plain(asdict(one)) for one in now.waiting],
        "ended": [_plain(asdict(one)) for one in now.ended],
        "gone": [_plain(asdict(one)) for one in now.gone],
        "astray": [_plain(asdict(one)) for one in now.astray],
        "away": list(now.away),
    }


def clock(of: Timeline, at: datetime, *, day: bool = False) -> str:
    """To a tenth, by the clock of the event."""
    local = of.local(at)
    time = f"{local:%H:%M:%S}.{local.microsecond // 100_000}"
    return f"{local:%Y-%m-%d} {time}" if day else time


def number(of: Timeline, update_id: str) -> str:
    return f"update {of.updates.get(update_id, '?')}"


def _utc(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    return {
        k: _utc(v) if isinstance(v, datetime) else str(v) if hasattr(v, "isoformat") else v for k, v in value.items()
    }


def _standing(of: Timeline, now: Moment) -> str:
    standing = now.standing
    said = {"running": "live"}.get(standing.state, standing.state)
    if standing.state != "running" and standing.since and standing.by:
        said += f" since {clock(of, standing.since)} by {standing.by.name}, {standing.by.role}"
    return f"{said}; a physician reads every word" if standing.is_text_only else said


def _consent(now: Moment) -> str:
    if now.consent is None:
        return "consent: none is recorded"
    scope = now.consent.scope
    places = ", ".join(scope.platforms) if scope.platforms is not None else "every destination"
    return (
        f"consent: {now.consent.state}, {', '.join(scope.media) or 'no medium'}, {places}, until {scope.expires}, "
        f"sha256 {now.consent.sha256[:12]}"
    )


def _shown(of: Timeline, one: Shown) -> str:
    more = ["" if one.url is None else one.url]
    if one.corrects is not None:
        more.append(f"corrects {number(of, one.corrects)}")
    if one.going is not None:
        more.append(f"being taken back since {clock(of, one.going)}")
    if one.not_deleted is not None:
        more.append(f"could not be deleted: {one.not_deleted}")
    if one.changed is not None:
        more.append(f"changed there by somebody else, seen {clock(of, one.changed)}")
    said = "; ".join(part for part in more if part)
    return f"{one.n:>4}  {clock(of, one.since)}  {one.text}" + (f"  ({said})" if said else "")


def _doubt(of: Timeline, one: Doubt) -> str:
    how = "no answer" if one.unknown else "sent, answer awaited"
    return f"      {clock(of, one.since)}  {number(of, one.update_id)} on {one.destination}: {how}  {one.text}"


def _cleared(of: Timeline, one: Cleared) -> str:
    places = ", ".join(one.left)
    return f"      {number(of, one.update_id)} for {places}, from {clock(of, one.not_before)}  {one.text}"


def _waiting(of: Timeline, one: Waiting) -> str:
    why = ", ".join(one.reasons) or "every update is read"
    return f"      {number(of, one.update_id)} since {clock(of, one.since)}, for a {one.needs}: {why}"


def _ended(of: Timeline, one: Ended) -> str:
    where = f" on {one.destination}" if one.destination else ""
    why = f": {one.reason}" if one.reason else ""
    return f"      {number(of, one.update_id)} {one.how}{where} {clock(of, one.since)}{why}"


def _gone(of: Timeline, one: Gone) -> str:
    was = f"{clock(of, one.since)} to {clock(of, one.until)}"
    whose = "; nobody here took it back" if one.by_others else ""
    return f"      {number(of, one.update_id)} on {one.destination}, public {was}{whose}"


def _astray(of: Timeline, one: Astray) -> str:
    what = f"{number(of, one.update_id)}, taken back" if one.what == "still-public" else "not from here"
    return f"      {what}, on {one.destination}, seen {clock(of, one.since)}  {one.url or one.platform_id}"
