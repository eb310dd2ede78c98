"""Which record each finding leaves; an id follows from what was said before, so a repeated reading adds none."""

import json
from collections.abc import Callable
from datetime import datetime

from consumers.poster.sight import Finding, Told
from schemas.envelope import sha256_hex, system
from schemas.ids import derive
from schemas.sighting import SeenBy, Sighting

ACTOR = system("poster")
TEXT_MAX = 10_000  # code points that are kept of a text that is not ours: an entry of the archive stays small
URL_MAX, VERSION_MAX = 1000, 200  # as the record has them

Seal = Callable[[bytes], str | None]
"""Seals to the live event's key; None where there is none."""


def sighting_of(
    finding: Finding, live_event_id: str, destination: str, at: datetime, *, source: SeenBy, told: Told, seal: Seal
) -> Sighting:
    """The record of one post."""
    e, seen = finding.expected, finding.seen
    before = told.latest.get(finding.platform_id)
    unscreened = seen is not None and (
        finding.what == "added" or (finding.what == "edited" and "text" in finding.parts)
    )
    url = (seen.url if seen else None) or (e.url if e else None) or (before.url if before else None)
    return Sighting(
        id=derive(
            destination, live_event_id, "sighting", finding.platform_id, finding.what, before.id if before else ""
        ),
        live_event_id=live_event_id,
        at=at,
        actor=ACTOR,
        cause=e.post_id if e else None,
        update_id=e.update_id if e else None,
        destination=destination,
        what=finding.what,
        source=source,
        post_id=e.post_id if e else None,
        platform_id=finding.platform_id,
        n=e.n if e else None,
        url=url if url and len(url) <= URL_MAX else None,
        posted_at=seen.posted_at if seen and finding.what == "added" else None,
        parts=finding.parts,
        place=finding.place,
        text_sha256=sha256_hex(seen.text) if seen else None,
        sealed=seal(json.dumps({"text": seen.text[:TEXT_MAX]}).encode()) if seen and unscreened else None,
        version=(seen.version or "")[:VERSION_MAX] or None if seen else None,
    )


def unreadable(
    live_event_id: str, destination: str, at: datetime, *, source: SeenBy, since: datetime, reason: str
) -> Sighting:
    """That the destination could not be read since then: a gap that the next reading ends."""
    return Sighting(
        id=derive(destination, live_event_id, "unreadable", since.isoformat()), live_event_id=live_event_id, at=at,
        actor=ACTOR, destination=destination, what="unreadable", source=source, since=since, reason=reason,
    )  # fmt: skip


def read(live_event_id: str, destination: str, at: datetime, *, source: SeenBy, told: Told, checked: int) -> Sighting:
    """That all of it was read: after a gap, and after the end."""
    return Sighting(
        id=derive(destination, live_event_id, "read", at.isoformat()), live_event_id=live_event_id, at=at, actor=ACTOR,
        destination=destination, what="read", source=source, checked=checked, differing=told.differing(),
        since=told.read.since if told.read else None,
    )  # fmt: skip
