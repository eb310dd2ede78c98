"""Live events, releases and controls for the poster's tests: invented, small, the same at each call."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from schemas.consent import Consent, Media
from schemas.control import Control, ControlKind
from schemas.draft import PolicyRef
from schemas.envelope import Actor, Role, sha256_hex, system
from schemas.ids import derive
from schemas.live_event import Destination, LiveEvent, Plan, Platform, ReleaseRules, Window
from schemas.release import Release
from streams.release import binding

START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
LOCAL = Destination(platform=Platform.LOCAL)
X = Destination(platform=Platform.X, account="@OurHospital")
POLICY = PolicyRef(name="strict", sha256="a" * 64)
DIRECTOR = Actor(role=Role.DIRECTOR, name="director")
PHYSICIAN = Actor(role=Role.PHYSICIAN, name="physician")


def live_event(
    live_event_id: str = "knee-2026",
    *,
    destinations: tuple[Destination, ...] = (X,),
    stamp: str = "none",
    delay_s: int = 0,
) -> LiveEvent:
    consent = Consent(
        subject="patient", information="updates", disclosed_by="the hospital", recipients="the public",
        purpose="education", expires=date(2027, 12, 1), right_to_revoke="at any time", no_conditioning="care goes on",
        redisclosure="others may copy", signed_by="patient", signature="sha256:" + "b" * 64,
        signed_at=START - timedelta(days=3), taken_by="a nurse", copy_given=True, plain_language=True, language="en",
        legal_basis=("HIPAA 164.508",), advocate="an advocate", remuneration=None,
        media=Media(text=True, photo=False, video=False),
    )  # fmt: skip
    plan = Plan(
        id=live_event_id,
        title="A knee",
        hashtag="#OurKneeLive",
        languages=("en",),
        timezone="Europe/Amsterdam",
        window=Window(opens=START - timedelta(hours=1), closes=START + timedelta(hours=6)),
        destinations=destinations,
        release=ReleaseRules.model_validate({"delay_s": delay_s, "stamp": stamp}),
        consent=consent,
        phases=("arrival",),
    )
    return LiveEvent(
        id=derive(live_event_id, "open"), live_event_id=live_event_id, at=START, actor=DIRECTOR, plan=plan,
        state="open", sealing_key={}, policy_sha256=POLICY.sha256, consent_sha256="c" * 64, opened_at=START,
    )  # fmt: skip


def update_id(number: int) -> UUID:
    return derive("update", number)


def release(
    number: int,
    text: str | None = None,
    *,
    of: str = "knee-2026",
    destinations: tuple[Destination, ...] = (X,),
    revision: int = 0,
    at: datetime = START,
    delay_s: float = 0,
    expires_at: datetime | None = None,
    corrects: UUID | None = None,
) -> Release:
    text = f"Update {number}." if text is None else text
    keys = tuple(d.key for d in destinations)
    return Release(
        id=derive(of, "release", number, revision), live_event_id=of, at=at, actor=system("scrub"),
        update_id=update_id(number), draft_id=derive(of, "draft", number, revision), revision=revision, text=text,
        text_sha256=sha256_hex(text), policy=POLICY, destinations=destinations,
        binding_sha256=binding(sha256_hex(text), POLICY.sha256, keys), not_before=at + timedelta(seconds=delay_s),
        expires_at=expires_at, received_at=at, corrects=corrects,
    )  # fmt: skip


def control(
    kind: ControlKind,
    *,
    number: int | None = None,
    of: str = "knee-2026",
    at: datetime = START,
    by: Actor = DIRECTOR,
) -> Control:
    return Control(
        id=derive(of, kind, number or 0, at.isoformat(), by.name), live_event_id=of, at=at, actor=by, kind=kind,
        update_id=update_id(number) if number is not None else None,
    )  # fmt: skip
