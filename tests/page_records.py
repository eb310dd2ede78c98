"""Records of the public page for its tests and its bench: a live event, posts and controls, all invented."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from schemas.control import Control, ControlKind
from schemas.envelope import Actor, Role, system
from schemas.ids import NAMESPACE
from schemas.live_event import LiveEvent
from schemas.page import PagePost

NOW = datetime(2026, 12, 1, 9, 42, tzinfo=UTC)  # 10:42 in Amsterdam
CONSENT = {
    "subject": "patient",
    "information": "As the form says.",
    "disclosed_by": "St. Brendan, its knee team",
    "recipients": "The public.",
    "purpose": "Teaching.",
    "expires": "2027-12-01",
    "right_to_revoke": "As the form says.",
    "no_conditioning": "As the form says.",
    "redisclosure": "As the form says.",
    "signed_by": "patient",
    "signature": "sha256:" + "0" * 64,
    "signed_at": "2026-11-28T10:00:00+01:00",
    "taken_by": "an independent nurse",
    "copy_given": True,
    "plain_language": True,
    "language": "en",
    "legal_basis": ["GDPR 9(2)(a)"],
    "advocate": "an advocate",
    "remuneration": None,
    "media": {"text": True, "photo": False, "video": False},
}


def id_of(what: str) -> UUID:
    return uuid5(NAMESPACE, what)


def live_event(live_event_id: str = "knee-2026", *, state: str = "open", now: datetime = NOW, **plan: Any) -> LiveEvent:
    """Open from two hours before `now` to two hours after it; `plan` replaces fields of the file."""
    fields = {
        "id": live_event_id,
        "title": "A total knee replacement, live",
        "hashtag": "#OurKneeLive",
        "languages": ["en"],
        "timezone": "Europe/Amsterdam",
        "window": {"opens": now - timedelta(hours=2), "closes": now + timedelta(hours=2)},
        "destinations": [{"platform": "local"}],
        "consent": CONSENT,
        "phases": ["incision", "key step"],
    } | plan
    return LiveEvent.model_validate(
        {
            "id": id_of(live_event_id),
            "live_event_id": live_event_id,
            "at": now,
            "actor": system("desk"),
            "plan": fields,
            "state": state,
            "sealing_key": {"kty": "EC"},
            "policy_sha256": "0" * 64,
            "consent_sha256": "0" * 64,
            "opened_at": now,
        }
    )


def post(
    n: int,
    text: str,
    *,
    minutes: float = 0,
    live_event_id: str = "knee-2026",
    now: datetime = NOW,
    **fields: Any,
) -> PagePost:
    """The post in place `n`, `minutes` after `now`."""
    at = now + timedelta(minutes=minutes)
    values = {
        "id": id_of(f"{live_event_id}/{n}"),
        "live_event_id": live_event_id,
        "at": at,
        "actor": system("poster"),
        "update_id": id_of(f"{live_event_id}/update/{n}"),
        "n": n,
        "text": text,
        "posted_at": at,
    } | fields
    return PagePost.model_validate(values)


def taken_back(one: PagePost, *, minutes: float = 0) -> PagePost:
    """The record that the poster writes in place of the post."""
    at = NOW + timedelta(minutes=minutes)
    return one.model_copy(update={"text": "", "state": "retracted", "retracted_at": at, "at": at})


def control(
    kind: ControlKind, *, minutes: float = 0, update_id: UUID | None = None, live_event_id: str = "knee-2026"
) -> Control:
    return Control(
        id=id_of(f"{live_event_id}/{kind}/{minutes}"),
        live_event_id=live_event_id,
        at=NOW + timedelta(minutes=minutes),
        actor=Actor(role=Role.DIRECTOR, name="J. Brandt"),
        kind=kind,
        update_id=update_id,
    )
