"""What a passkey signs when somebody approves a text or signs a run sheet: one hash over all that the word binds to.

The canonical text is lines of `name value` under a version line, lists as JSON; its SHA-256 is the WebAuthn challenge.
Another text, policy, place, consent or revision is another challenge, so an old answer cannot stand for it.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from schemas.control import Control
from schemas.decision import Decision

ASKED_FOR = timedelta(minutes=5)  # long enough to find a key in a pocket, short for a challenge that was copied
SKEW = timedelta(minutes=1)  # two desks of one cluster


def subject(
    *,
    live_event_id: str,
    draft_id: UUID,
    revision: int,
    text_sha256: str,
    policy_sha256: str,
    destinations: Sequence[str],
    consent_sha256: str | None,
    asked_at: datetime,
    media: Sequence[str] = (),
) -> bytes:
    """32 bytes: the challenge of an approval. `media`: hashes of pictures, in their order; `asked_at` to the ms."""
    return _hashed(
        "scrubcast/approval/v1",
        ("live-event", live_event_id),
        ("draft", str(draft_id)),
        ("revision", str(revision)),
        ("text", text_sha256),
        ("media", _listed(media)),
        ("policy", policy_sha256),
        ("destinations", _listed(sorted(destinations))),
        ("consent", consent_sha256 or "none"),
        ("asked-at", stamp(asked_at)),
    )


def sheet_subject(live_event_id: str, run_sheet_sha256: str, asked_at: datetime) -> bytes:
    """32 bytes: the challenge of a physician's signature under a run sheet."""
    return _hashed(
        "scrubcast/run-sheet/v1",
        ("live-event", live_event_id),
        ("run-sheet", run_sheet_sha256),
        ("asked-at", stamp(asked_at)),
    )


def of_decision(decision: Decision, asked_at: datetime) -> bytes:
    """The challenge that this record must have been signed with: from its own fields alone."""
    return subject(
        live_event_id=decision.live_event_id,
        draft_id=decision.draft_id,
        revision=decision.revision,
        text_sha256=decision.text_sha256,
        policy_sha256=decision.policy_sha256,
        destinations=decision.destinations,
        consent_sha256=decision.consent_sha256,
        asked_at=asked_at,
    )


def of_control(control: Control, asked_at: datetime) -> bytes:
    """As of_decision, for `sign-run-sheet`."""
    return sheet_subject(control.live_event_id, control.run_sheet_sha256 or "none", asked_at)


def stamp(at: datetime) -> str:
    """An instant as it is signed: UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def asked(key: bytes, person_id: UUID, asked_at: datetime) -> str:
    """The mark that this installation asked this person at that time; without it a browser could set the clock back."""
    said = f"scrubcast/asked/v1\n{person_id}\n{stamp(asked_at)}"
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def was_asked(key: bytes, person_id: UUID, asked_at: datetime, mark: str, now: datetime) -> bool:
    """Whether the mark is ours and not older than five minutes."""
    fresh = -SKEW <= now - asked_at <= ASKED_FOR
    return fresh and hmac.compare_digest(asked(key, person_id, asked_at).encode(), mark.encode())


def _listed(values: Sequence[str]) -> str:
    return json.dumps(list(values), separators=(",", ":"))  # escapes line ends and all that is not ASCII


def _hashed(version: str, *fields: tuple[str, str]) -> bytes:
    lines = (version, *(f"{name} {value}" for name, value in fields))
    return hashlib.sha256("\n".join(lines).encode()).digest()
