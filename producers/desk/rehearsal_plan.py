"""The plan of a training event: the real one's rules and words, with invented people, an invented consent, no account.

Nothing that is protected in the real event comes near it. Pure.
"""

from datetime import datetime, timedelta
from typing import Any

from producers.desk.recording import Recording
from producers.desk.words import Lang
from schemas.live_event import TERMS_MAX, LiveEventFile

# The recording lasts 24 minutes, and a team stops, talks and goes on; after this the training ends by itself.
OPEN_FOR = timedelta(hours=4)
TITLE_MAX = 200
TITLES: dict[Lang, str] = {"en": "Rehearsal", "de": "Probe", "nl": "Oefening"}
"""In the language that the team is rehearsed in, as the page says it to everybody."""
# Phases of a recording, in order; an event with other phases gets those that lie at the same place in its own order.
PHASES = ("arrival", "briefing", "incision", "key step", "closing", "done")
OF_THE_REAL_EVENT = frozenset({"id", "title", "consent", "protect", "destinations", "window", "training"})
"""What a rehearsal must not take over."""


def training_file(real: LiveEventFile, live_event_id: str, recording: Recording, now: datetime) -> dict[str, Any]:
    """The file of the training event, as opening takes it: everything else is as in the real one."""
    now = now.replace(microsecond=0)
    kept = real.model_dump(mode="json", exclude=set(OF_THE_REAL_EVENT))
    return {
        **kept,
        "id": live_event_id,
        "title": f"{TITLES[recording.lang]}: {real.title}"[:TITLE_MAX],
        "window": {"opens": now, "closes": now + OPEN_FOR},
        "allow": list(dict.fromkeys((*recording.allow, *real.allow)))[:TERMS_MAX],
        "protect": list(recording.protect),
        "destinations": [{"platform": "local"}],
        "consent": invented_consent(now),
        "training": True,
    }


def invented_consent(now: datetime) -> dict[str, Any]:
    """Of a person who does not exist, valid for as long as the training lasts."""
    return {
        "subject": "patient",
        "information": "Nothing: a rehearsal with an invented patient.",
        "disclosed_by": "the team that rehearses",
        "recipients": "whoever opens the page of the rehearsal",
        "purpose": "training of staff",
        "expires": (now + timedelta(days=2)).date(),
        "right_to_revoke": "At any time; withdrawing is a part of the rehearsal.",
        "no_conditioning": "Nobody is treated.",
        "redisclosure": "Nobody is described.",
        "signed_by": "nobody: the patient is invented",
        "signature": "sha256:" + "0" * 64,
        "signed_at": now - timedelta(minutes=1),
        "taken_by": "nobody: the patient is invented",
        "copy_given": True,
        "plain_language": True,
        "language": "en",
        "legal_basis": ["training"],
        "advocate": "the advocate who rehearses",
        "remuneration": None,
        "media": {"text": True, "photo": False, "video": False},
    }


def phase_of(phase: str | None, phases: tuple[str, ...]) -> str | None:
    """The event's own phase for one of the recording's."""
    if phase is None or phase in phases:
        return phase
    return phases[PHASES.index(phase) * len(phases) // len(PHASES)] if phase in PHASES else None
