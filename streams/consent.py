"""What the consent covers: each release's scope and time, the gaps of a file, and the scope as pages show it.

Only what the data can tell is decided here; whether a consent was free, and what the form says, a person judges.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from schemas.consent import Consent, ConsentState, PictureConsent
from schemas.live_event import Destination, LiveEvent

Medium = Literal["text", "photo", "video"]
MEDIA: tuple[Medium, ...] = ("text", "photo", "video")

NOT_YET, EXPIRED, MEDIUM, PLATFORM = "consent-not-yet", "consent-expired", "consent-media", "consent-platform"
CODES = (NOT_YET, EXPIRED, MEDIUM, PLATFORM)
SAY = {
    NOT_YET: "The consent is not signed yet; nothing can go out.",
    EXPIRED: "The consent does not cover this day; nothing can go out.",
    MEDIUM: "The consent does not cover this medium; nothing can go out.",
    PLATFORM: "The consent does not cover every destination of this event; nothing can go out.",
}


def state(live_event: LiveEvent, now: datetime) -> ConsentState:
    """Whether it was signed before `now`, and the day of its expiry has not ended where the event is."""
    consent = live_event.plan.consent
    if consent.signed_at > now:
        return "not-yet"
    today = now.astimezone(ZoneInfo(live_event.plan.timezone)).date()
    return "valid" if today <= consent.expires else "expired"


def out_of_scope(
    live_event: LiveEvent, destination: Destination, now: datetime, *, media: Medium = "text"
) -> str | None:
    """Why this may not go there now, as a code; None when the consent covers it."""
    consent = live_event.plan.consent
    found = state(live_event, now)
    if found != "valid":
        return NOT_YET if found == "not-yet" else EXPIRED
    if not getattr(consent.media, media):
        return MEDIUM
    return None if covers_platform(consent, destination) else PLATFORM


def out_of_scope_anywhere(live_event: LiveEvent, now: datetime, *, media: Medium = "text") -> str | None:
    """The same over all destinations of the plan: a release binds them all, so each has to be covered."""
    found = (out_of_scope(live_event, d, now, media=media) for d in live_event.plan.destinations)
    return next((code for code in found if code is not None), None)


def covers_platform(consent: Consent, destination: Destination) -> bool:
    return consent.platforms is None or destination.platform in consent.platforms


@dataclass(frozen=True)
class Scope:
    """The consent's scope for a page: values, not sentences. Nothing of it names anybody but who took it."""

    state: ConsentState
    media: tuple[Medium, ...]
    platforms: tuple[str, ...] | None  # None: every destination
    body_area: str | None
    name_level: str
    purposes: tuple[str, ...]
    language: str
    version: str | None
    signed_at: datetime
    expires: date
    taken_by: str
    pictured: int
    withdrawal_cutoff: datetime | None
    cutoff_passed: bool  # copies can no longer be called back; withdrawing itself stays possible


def scope(live_event: LiveEvent, now: datetime) -> Scope:
    consent = live_event.plan.consent
    return Scope(
        state=state(live_event, now),
        media=tuple(medium for medium in MEDIA if getattr(consent.media, medium)),
        platforms=consent.platforms,
        body_area=consent.body_area,
        name_level=consent.name_level,
        purposes=consent.purposes or (consent.purpose,),
        language=consent.language,
        version=consent.version,
        signed_at=consent.signed_at,
        expires=consent.expires,
        taken_by=consent.taken_by,
        pictured=len(consent.pictured),
        withdrawal_cutoff=consent.withdrawal_cutoff,
        cutoff_passed=consent.withdrawal_cutoff is not None and consent.withdrawal_cutoff <= now,
    )


def pictured(consent: Consent) -> tuple[PictureConsent, ...]:
    """Those who gave a consent of their own; a bare name of the older form is none."""
    return tuple(one for one in consent.pictured if isinstance(one, PictureConsent))
