"""`scrubcast retention show|run|hold|release`: what is kept until when, what is due, and what a legal hold keeps."""

import argparse
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from consumers.archive import audit, expiry
from consumers.archive.disk import RealDisk
from consumers.archive.expiry import Expiry, Removed
from consumers.archive.retention import RetentionState
from consumers.archive.store import Store
from deploy.cli import with_data
from deploy.home import Home
from deploy.remote import Remote
from deploy.retention import schedule_of
from deploy.settings import Settings, load
from schemas.envelope import Role
from schemas.errors import Broken, Refused
from schemas.schedule import Rule

COUNTED = {
    "written": "from when it was written", "closed": "from the event's close", "last-change": "from its last change",
    "made": "from when it was made", "asked": "from when it was asked for",
}  # fmt: skip
ENDS = {
    "broker": "Kafka",
    "desk": "the desk",
    "archive": "the archive",
    "house": "people of the house",
    "anyone": "anybody",
}


_TOLD = {"at", "reason", "whose", "erased", "left"}


def add(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="show|run|hold|release", required=True)
    show = acts.add_parser("show", help="the schedule, and for each event until when what is kept and what holds it")
    show.add_argument("id", metavar="ID", nargs="?", help="one live event (default: the schedule and all of them)")
    show.add_argument("--json", action="store_true", help="for programs")
    run = acts.add_parser("run", help="destroy now what is due; desk and archive do so by themselves, too")
    run.add_argument("--dry-run", action="store_true", help="only say what would go, and what is held")
    hold = acts.add_parser("hold", help="nothing of an event is erased or expires from now on")
    release = acts.add_parser("release", help="one of the two words that end a hold")
    for sub in (hold, release):
        sub.add_argument("id", metavar="ID", help="the live event")
        sub.add_argument("--matter", required=True, metavar="REFERENCE", help="as lawyers refer to it; never a name")
    release.add_argument("--as", dest="role", choices=(Role.DIRECTOR.value, Role.ADVOCATE.value), default="director",
                         help="whose word this is (default: director)")  # fmt: skip
    for sub in (show, run, hold, release):
        with_data(sub)


def run(arguments: argparse.Namespace) -> int:
    acts: dict[str, Callable[[argparse.Namespace], int]] = {
        "show": _show, "run": _run, "hold": _hold, "release": _release,
    }  # fmt: skip
    return acts[arguments.act](arguments)


def _settings(arguments: argparse.Namespace) -> Settings:
    return load(**({"data": arguments.data} if arguments.data else {}))


def _show(arguments: argparse.Namespace) -> int:
    settings = _settings(arguments)
    archive, now = Home(settings.data).archive, datetime.now(UTC)
    if arguments.id:
        states: list[RetentionState | str] = [expiry.state_of(audit.find(archive, arguments.id))]
    else:
        states = list(_states(archive))
    if arguments.json:
        rules = [] if arguments.id else [_rule_fields(rule) for rule in schedule_of(settings)]
        events = [fields(one, settings) for one in states if not isinstance(one, str)]
        print(json.dumps({"schedule": rules, "live_events": events}, ensure_ascii=False))
        return 0
    if not arguments.id:
        print("\n".join(_rule(rule) for rule in schedule_of(settings)))
    for one in states:
        print(one if isinstance(one, str) else "\n".join(lines(one, settings, now)))
    return 1 if any(isinstance(one, str) for one in states) else 0


def _states(archive: Path) -> Iterator[RetentionState | str]:
    for folder in expiry.logs(archive):
        try:
            yield expiry.state_of(folder)
        except (Refused, ValueError, KeyError):
            yield f"{folder.name}: the log cannot be read as it was written; run audit verify"


def _rule(rule: Rule) -> str:
    days = "as long as needed" if rule.keep_days is None else f"{rule.keep_days} days"
    how = f", set by {rule.setting}" if rule.setting else ""
    return (
        f"{rule.name:<13} {days:<18} {COUNTED[rule.counted_from]}; removed by {ENDS[rule.ends]}{how}\n"
        f"{'':<13} {rule.what}\n{'':<13} {rule.law}: {rule.why}"
    )


def _rule_fields(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name, "what": rule.what, "keep_days": rule.keep_days, "counted_from": rule.counted_from,
        "removed_by": rule.ends, "law": rule.law, "why": rule.why, "topics": list(rule.topics), "setting": rule.setting,
    }  # fmt: skip


def fields(one: RetentionState, settings: Settings) -> dict[str, Any]:
    """An event's state for programs: instants in RFC 3339, null where there is none."""

    def said(at: datetime | None) -> str | None:
        return None if at is None else at.isoformat()

    return {
        "id": one.live_event_id,
        "closed_at": said(one.closed_at),
        "keys_until": said(one.keys_until(settings.desk.retention_days)),
        "keys_erased": None if one.keys_erased is None else one.keys_erased.at.isoformat(),
        "log_until": said(one.log_until(settings.retention.log_days)),
        "holds": [{"matter": h.matter, "by": h.by.name, "since": h.since.isoformat()} for h in one.holds],
        "erasures": [
            e.model_dump(mode="json", include={"at", "reason", "whose", "erased", "left"}) for e in one.erasures
        ],
    }


def lines(one: RetentionState, settings: Settings, now: datetime) -> list[str]:
    """An event's state for people."""
    if one.closed_at is None:
        first = f"{one.live_event_id}: open; nothing of it expires"
    else:
        until = one.log_until(settings.retention.log_days)
        over = " (its time is over)" if until is not None and until <= now else ""
        first = f"{one.live_event_id}: closed {_day(one.closed_at)}; log until {_day(until)}{over}"
    out = [first, f"  {_keys(one, settings)}"]
    out += [f"  held: matter {h.matter}, by {h.by.name}, since {_day(h.since)}" for h in one.holds]
    out += [f"  was held: matter {h.matter}, {_day(h.since)} to {_day(end)}" for h, end in one.ended_holds]
    for erasure in one.erasures:
        out.append(
            f"  erased {erasure.at.isoformat()} by {erasure.actor.name} ({erasure.reason}): {', '.join(erasure.erased)}"
        )
        out += [f"    not erased: {_left(left.what, left.count, left.place, left.until)}" for left in erasure.left]
    return out


def _keys(one: RetentionState, settings: Settings) -> str:
    if one.keys_erased is not None:
        return f"keys destroyed {_day(one.keys_erased.at)}: what was typed can never be read again"
    until = one.keys_until(settings.desk.retention_days)
    return "keys kept" if until is None else f"keys until {_day(until)}"


def _left(what: str, count: int | None, place: str | None, until: datetime | None) -> str:
    parts = (what.replace("-", " "), f"× {count}" if count is not None else "", f"on {place}" if place else "",
             f"until {_day(until)}" if until else "")  # fmt: skip
    return " ".join(part for part in parts if part)


def _day(at: datetime | None) -> str:
    return "?" if at is None else at.date().isoformat()


def _run(arguments: argparse.Namespace) -> int:
    settings = _settings(arguments)
    home, now = Home(settings.data), datetime.now(UTC)
    if arguments.dry_run:
        return _dry(home.archive, settings, now)
    running = _running(arguments)
    if running is None:
        store = Store(RealDisk(home.archive), home.archive_key(), origin="scrubcast", policy_document=lambda *_: None)
        try:
            removed = Expiry(home.archive, store, settings.retention.log_days).run(now)
        except Broken as taken:
            raise Refused(f"An archive is at work on this folder, and removes what is due by itself. {taken}") from None
        finally:
            store.close(now)
        print("\n".join(map(_gone, removed)) or "no log is due")
        print("no system runs here: keys are destroyed by the desk, once it runs")
        return 0
    answer = running.desk("POST", "/retention/run", role=Role.DIRECTOR)
    print("\n".join(f"{one}: keys destroyed" for one in answer["keys_destroyed"]) or "no keys are due")
    due = list(expiry.due(home.archive, settings.retention.log_days, now))
    print(
        "\n".join(f"{one.live_event_id}: its log is due; the archive removes it today" for one in due)
        or "no log is due"
    )
    return 0


def _running(arguments: argparse.Namespace) -> Remote | None:
    try:
        return Remote.find(arguments.data)
    except Refused as refused:
        if refused.code != "not-running":
            raise
        return None


def _dry(archive: Path, settings: Settings, now: datetime) -> int:
    days = settings.retention.log_days
    for one in _states(archive):
        if isinstance(one, str):
            print(one)
            continue
        keys, log = one.keys_until(settings.desk.retention_days), one.log_until(days)
        due = [name for name, until in (("keys", keys), ("log", log)) if until is not None and until <= now]
        if one.keys_erased is not None and "keys" in due:
            due.remove("keys")
        if due:
            held = f"; held: matter {', '.join(h.matter for h in one.holds)}" if one.holds else "; would go"
            print(f"{one.live_event_id}: {' and '.join(due)} due{held}")
    print("nothing was changed")
    return 0


def _gone(one: Removed) -> str:
    return f"{one.live_event_id}: log removed, {one.size} entries, root {one.root}"


def _hold(arguments: argparse.Namespace) -> int:
    body = {"matter": arguments.matter}
    path = f"/live-events/{arguments.id}/holds"
    answer = Remote.find(arguments.data).desk("POST", path, role=Role.DIRECTOR, body=body)
    print(f"held {arguments.id} {answer['since']}: nothing of it is erased or expires until two people end the hold")
    return 0


def _release(arguments: argparse.Namespace) -> int:
    role, path = Role(arguments.role), f"/live-events/{arguments.id}/holds/lift"
    body = {"matter": arguments.matter}
    answer = Remote.find(arguments.data).desk("POST", path, role=role, body=body)
    if answer["lifted"]:
        print(f"released {arguments.id}: the hold has ended; what is due goes at the next look")
        return 0
    other = Role.ADVOCATE if role is Role.DIRECTOR else Role.DIRECTOR
    print(
        f"{role} agreed; a second person has to agree before {answer['hold']['agree_before']}: "
        f"scrubcast retention release {arguments.id} --matter … --as {other.value}"
    )
    return 0
