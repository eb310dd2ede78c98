"""The score sheet as a file to keep: JSON for programs, CSV for a spreadsheet. Pure; words stay codes in English."""

import csv
import io
from datetime import datetime
from typing import Any

from producers.desk.score_values import Detail, Person, Score
from schemas.envelope import Actor

# What a spreadsheet takes for a formula when it stands first (OWASP, CSV injection): a name may begin so.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "row", "line", "kind", "text", "outcome", "how", "role", "name", "where", "public_at", "public_for_s",
    "approved", "edited", "returned", "median_s", "slowest_s", "pressed",
)  # fmt: skip


def as_json(score: Score) -> dict[str, Any]:
    """All of the sheet; times in UTC, durations in seconds."""
    found = score.complication
    return {
        "live_event_id": score.live_event_id,
        "title": score.title,
        "language": score.lang,
        "began_at": _iso(score.began_at),
        "ended_at": _iso(score.ended_at),
        "lines": {"played": score.played, "of": score.of},
        "counts": score.counts,
        "planted": {
            "all": len(score.details),
            "caught_by_the_system": score.count("system"),
            "caught_by_a_person": score.count("person"),
            "slipped": score.count("slipped"),
            "waiting": score.count("open"),
        },
        "details": [_detail(one) for one in score.details],
        "harmless": {
            "all": score.harmless,
            "held": [
                {
                    "line": one.number, "text": one.text, "how": one.how, "reasons": list(one.reasons),
                    "decided_s": one.decided_s,
                }
                for one in score.harmless_held
            ],
        },
        "people": [_person(one) for one in score.people],
        "median_s": score.median_s,
        "slowest_s": score.slowest_s,
        "complication": None if found is None else {
            "line": found.number, "at": _iso(found.at), "pressed": found.kind, "by": _actor(found.by),
            "after_s": found.after_s,
        },
    }  # fmt: skip


def as_csv(score: Score) -> str:
    """One table: a row for each planted detail, each harmless line that was held, and each person."""
    out = io.StringIO(newline="")
    table = csv.DictWriter(out, COLUMNS, restval="")
    table.writeheader()
    for detail in score.details:
        flat = _detail(detail)
        by = flat.pop("by") or {}
        table.writerow(_plain({"row": "detail", **flat, **by, "where": " ".join(detail.where)}))
    for held in score.harmless_held:
        table.writerow(_plain({"row": "harmless", "line": held.number, "text": held.text, "how": held.how}))
    for person in score.people:
        row = _person(person)
        pressed = " ".join(f"{kind}:{count}" for kind, count in person.pressed)
        table.writerow(_plain({"row": "person", **row, "pressed": pressed}))
    return out.getvalue()


def _detail(one: Detail) -> dict[str, Any]:
    return {
        "line": one.number,
        "kind": one.kind,
        "text": one.text,
        "outcome": one.outcome,
        "how": one.how,
        "by": _actor(one.by),
        "where": list(one.where),
        "public_at": _iso(one.public_at),
        "public_for_s": one.public_for_s,
    }


def _person(one: Person) -> dict[str, Any]:
    return {
        "role": one.actor.role.value,
        "name": one.actor.name,
        "approved": one.approved,
        "edited": one.edited,
        "returned": one.returned,
        "median_s": one.median_s,
        "slowest_s": one.slowest_s,
        "pressed": dict(one.pressed),
    }


def _actor(actor: Actor | None) -> dict[str, str] | None:
    return None if actor is None else {"role": actor.role.value, "name": actor.name}


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: f"'{v}" if isinstance(v, str) and v.startswith(_FORMULA) else v for key, v in row.items()}
