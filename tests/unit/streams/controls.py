"""A control as a person would press it; for tests."""

from datetime import timedelta
from typing import Any

from schemas.control import Control
from schemas.ids import derive
from tests.examples import DIRECTOR, NOW


def control(kind: str, seconds: float = 0, **changes: Any) -> Control:
    at = NOW + timedelta(seconds=seconds)
    fields: dict[str, Any] = {
        "id": derive(kind, at.isoformat(), str(changes)),
        "live_event_id": "knee-2026",
        "at": at,
        "actor": DIRECTOR,
        "kind": kind,
    }
    return Control.model_validate(fields | changes)
