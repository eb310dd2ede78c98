"""What another policy would have decided otherwise, as a list somebody can act on, and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from consumers.archive.retrial import DO, GROUPS, READ_FIRST, Lack, Retrial, Retried
from consumers.archive.timeline import Timeline, instant
from deploy.commands.audit.moments import clock, number
from streams.scrub.kind_words import what

LACKS: dict[Lack, str] = {
    "": "",
    "keys-destroyed": "the event's keys are destroyed",
    "not-kept": "what was typed is no longer kept for these",
    "not-reached": "what was typed and the event's protected terms are on the system's machine, while it runs",
    "no-raw-text-in-a-bundle": "a bundle holds no raw text",
}
_JUDGED = {
    "typed": "screened again as typed",
    "published": "screened again as published, with the recorded findings",
    "recorded": "by the recorded findings alone",
}


def as_text(of: Timeline, found: Retrial) -> Iterator[str]:
    """A heading with counts, then each group with what to do, then its rows."""
    name, sha256 = found.policy
    yield f"under {name} {sha256[:12]}: {len(found.found)} of {found.total} updates would have gone another way"
    yield "judged " + "; ".join(f"{_JUDGED[by]}: {n}" for by, n in found.judged.items() if n)
    if found.lack:
        yield f"not all could be screened as typed: {LACKS[found.lack]}"
    if not found.protected:
        yield "screened without the event's protected terms, which were not at hand"
    for group in GROUPS:
        rows = found.of(group)
        if rows:
            title, do = DO[group]
            yield f"\n{title}: {len(rows)}"
            yield f"  {do.replace(' ID ', f' {of.live_event_id} ')}"
            for row in rows:
                yield from _row(of, row)


def _row(of: Timeline, row: Retried) -> Iterator[str]:
    way = f"{row.recorded} → {row.derived}" + (f" for a {row.needs}" if row.needs else "")
    yield f"  {clock(of, instant(row.at), day=True)}  {number(of, row.update_id)}  {way}  {_why(row)}  [{row.state}]"
    if row.text is not None:
        places = ", ".join(url or destination for destination, url in row.where)
        yield f"      “{row.text}”  {places}"
    yield f"      {row.update_id}, entry {row.seq}" + (f", let go by a {row.approved_by}" if row.approved_by else "")


def _why(row: Retried) -> str:
    return ", ".join(f"{_named(kind)}{f' ×{n}' if n > 1 else ''}" for kind, n in row.because)


def _named(kind: str) -> str:
    if kind == READ_FIRST:
        return "this policy has a person read everything"
    return f"{what(kind, 'en')} ({kind})"


def as_json(found: Retrial) -> dict[str, Any]:
    """For programs. `text` is there only of what was public."""
    return {
        "policy": {"name": found.policy[0], "sha256": found.policy[1]},
        "updates": found.total,
        "judged": dict(found.judged),
        "lack": found.lack,
        "protected_terms": found.protected,
    }


def rows_as_json(found: Retrial) -> list[dict[str, Any]]:
    return [
        {
            **asdict(row),
            "do": DO[row.group][1],
            "reasons": [kind for kind, _ in row.because],
            "because": [{"kind": kind, "what": _named(kind), "count": n} for kind, n in row.because],
            "where": [{"destination": destination, "url": url} for destination, url in row.where],
        }
        for row in found.found
    ]
