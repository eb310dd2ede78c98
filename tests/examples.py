"""Invented people and an invented event, as small as the models allow; for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.draft import Disposition, Draft, PolicyRef
from schemas.envelope import Actor, Role, sha256_hex
from schemas.ids import derive
from schemas.live_event import LiveEvent, LiveEventFile, Plan

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
POLICY = PolicyRef(name="strict", sha256="a" * 64)
NOOR = Actor(role=Role.REPORTER, name="Noor")
REVIEWER = Actor(role=Role.REVIEWER, name="S. de Wit")
PHYSICIAN = Actor(role=Role.PHYSICIAN, name="A. Visser")
DIRECTOR = Actor(role=Role.DIRECTOR, name="J. Brandt")
ADVOCATE = Actor(role=Role.ADVOCATE, name="E. Martens")


def event_file(**changes: Any) -> dict[str, Any]:
    """A live-event file without gaps at NOW."""
    return {
        "id": "knee-2026",
        "title": "A total knee replacement, live",
        "hashtag": "#OurKneeLive",
        "languages": ["en", "de", "nl"],
        "timezone": "Europe/Amsterdam",
        "window": {"opens": NOW - timedelta(hours=1), "closes": NOW + timedelta(hours=3)},
        "allow": ["Dr. A. Visser", "@OurHospital", "St. Anna"],
        "protect": ["Maria Lopez", "1957-03-14", "00482913"],
        "destinations": [{"platform": "local"}],
        "release": {"delay_s": 0},
        "consent": {
            "subject": "patient",
            "information": "text updates about the operation",
            "disclosed_by": "St. Anna",
            "recipients": "the public",
            "purpose": "education",
            "expires": "2027-12-01",
            "right_to_revoke": "at any time, in writing or by word to the advocate",
            "no_conditioning": "care does not depend on it",
            "redisclosure": "readers may pass it on",
            "signed_by": "patient",
            "signature": "sha256:" + "0" * 64,
            "signed_at": NOW - timedelta(days=3),
            "taken_by": "E. Martens",
            "copy_given": True,
            "plain_language": True,
            "language": "en",
            "legal_basis": ["HIPAA 164.508", "GDPR 9(2)(a)"],
            "advocate": "E. Martens",
            "remuneration": None,
            "media": {"text": True, "photo": False, "video": False},
        },
        "run_sheet": [{"id": "welcome", "text": "Welcome to the operating theatre."}],
    } | changes


def live_event(**changes: Any) -> LiveEvent:
    """The record of that event, open, under POLICY."""
    file = LiveEventFile.model_validate(event_file(**changes))
    return LiveEvent(
        id=derive(file.id),
        live_event_id=file.id,
        at=NOW - timedelta(hours=1),
        actor=DIRECTOR,
        plan=Plan.of(file),
        state="open",
        sealing_key={"kty": "EC", "crv": "P-256", "x": "x", "y": "y", "kid": "k1"},
        policy_sha256=POLICY.sha256,
        consent_sha256="b" * 64,
        opened_at=NOW - timedelta(hours=1),
    )


def draft(text: str = "The new joint fits.", **changes: Any) -> Draft:
    update_id = changes.pop("update_id", UUID("01930000-0000-7000-8000-000000000001"))
    fields: dict[str, Any] = {
        "id": derive(update_id, "draft", changes.get("revision", 0)),
        "live_event_id": "knee-2026",
        "at": NOW,
        "actor": Actor(role=Role.SYSTEM, name="scrub"),
        "update_id": update_id,
        "text": text,
        "text_sha256": sha256_hex(text),
        "disposition": Disposition.CLEAR,
        "policy": POLICY,
        "authors": ("Noor",),
        "received_at": NOW,
    }
    return Draft(**(fields | changes))
