"""Decides why an update that is cleared does not go yet, and who reads one that is in review."""

from collections.abc import Mapping
from typing import Literal

from schemas.envelope import Role
from schemas.live_event import LiveEvent
from streams.standing import Standing

Keeps = Literal["held", "stopped", "as-live", "family"]
Reader = Literal["physician", "director"]

_STANDING: Mapping[str, Keeps] = {"held": "held", "stopped": "stopped"}


def keeps(phase: str | None, live_event: LiveEvent | None, standing: Standing) -> Keeps | None:
    """What has to change before it may go; None where only the delay is left. The poster asks in the same order."""
    kept = _STANDING.get(standing.state)
    if kept is not None or live_event is None:
        return kept
    if live_event.plan.release.mode == "as-live" and standing.released_at is None:
        return "as-live"
    return "family" if phase in live_event.plan.family_first and phase not in standing.told else None


def reader(needs: Role | None, standing: Standing) -> Reader | None:
    """Who reads it first, where it is not just any reviewer: in text alone after a complication, a physician all."""
    if needs is Role.DIRECTOR:
        return "director"
    return "physician" if needs is Role.PHYSICIAN or standing.is_text_only else None
