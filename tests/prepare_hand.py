"""An invented event as somebody fills it in, and the team it needs as records; for tests of preparing."""

from datetime import timedelta
from typing import Any

from producers.desk.people import ROLES
from schemas.enrolment import ENROLMENTS_OF, Passkey, Person, Pin, PublicKey, Tablet
from schemas.envelope import Role, system
from schemas.ids import derive
from schemas.preparation import Preparation, Rehearsal
from schemas.topics import ENROLMENTS, PREPARATIONS
from tests.desk_world import World

TITLE = "A new knee, live"
ID = "a-new-knee-live"
TERMS = "Maria Lopez\n1957-03-14\n00482913"
X = "A" * 43

CONSENT = {
    "consent.information": "Short written updates about my operation, in general words.",
    "consent.disclosed_by": "St. Anna Hospital, the knee team",
    "consent.recipients": "Everyone who can read the public page",
    "consent.purpose": "To show what happens during a knee replacement.",
    "consent.expires": "2027-12-01",
    "consent.right_to_revoke": "At any time, in writing or by word.",
    "consent.no_conditioning": "My treatment is the same either way.",
    "consent.redisclosure": "Readers may pass it on.",
    "consent.signature": "sha256:" + "0" * 64,
    "consent.signed_at": "2026-11-28T10:00",
    "consent.taken_by": "M. Keller, nurse of another ward",
    "consent.advocate": "Eva Martens",
}
CONSENT_TICKS = (
    "consent.media.text", "consent.copy_given", "consent.plain_language", "consent.remuneration.none",
)  # fmt: skip
# The fields of the whole form, as a browser sends them.
CONSENT_FORM = {
    **CONSENT, **dict.fromkeys(CONSENT_TICKS, "yes"), "consent.subject": "patient", "consent.signed_by": "patient",
    "consent.language": "en", "consent.legal_basis": "45 CFR 164.508\nGDPR 9(2)(a)", "consent.name_level": "none",
}  # fmt: skip

TEAM = (
    ("Noor Bakker", Role.REPORTER),
    ("S. de Wit", Role.REVIEWER),
    ("A. Visser", Role.PHYSICIAN),
    ("J. Brandt", Role.DIRECTOR),
    ("Eva Martens", Role.ADVOCATE),
    ("Tom Okafor", Role.LIAISON),
)


async def enrol(world: World, live_event_id: str = ID, *, roles: tuple[Role, ...] = ROLES) -> None:
    """The team with their passkeys and PINs, and one tablet, as the desk and intake write them."""
    now = world.clock.now()
    for number, (name, role) in enumerate(TEAM):
        if role not in roles:
            continue
        pin = Pin(salt="0" * 32, hash="0" * 64, log2_n=15) if role is Role.REPORTER else None
        person = Person(
            id=derive("person", name), live_event_id=ENROLMENTS_OF, at=now, actor=system("desk"), name=name,
            initials=name[:1], role=role, pin=pin, live_events=(live_event_id,),
        )  # fmt: skip
        await world.send(ENROLMENTS, person)
        if role is not Role.REPORTER:
            passkey = Passkey(
                id=derive("passkey", name), live_event_id=ENROLMENTS_OF, at=now, actor=system("desk"),
                person_id=person.id, invitation_id=derive("invitation", name), credential_id=f"c{number}",
                public_key="k", sign_count=0, enrolled_at=now,
            )  # fmt: skip
            await world.send(ENROLMENTS, passkey)
    tablet = Tablet(
        id=derive("tablet"), live_event_id=ENROLMENTS_OF, at=now, actor=system("intake"), name="Theatre 3",
        public_key=PublicKey(x=X, y=X), invitation_id=derive("invitation", "tablet"), enrolled_at=now,
        state="enrolled",
    )  # fmt: skip
    await world.send(ENROLMENTS, tablet)


def preparation(world: World, live_event_id: str = ID) -> Preparation:
    """The latest record."""
    found: list[Preparation] = [p for p in world.records(PREPARATIONS) if p.live_event_id == live_event_id]
    return found[-1]


async def rehearse(world: World, live_event_id: str = ID) -> None:
    """As a rehearsal leaves it."""
    before, now = preparation(world, live_event_id), world.clock.now()
    done = Rehearsal(
        live_event_id=f"{live_event_id}-rehearsal", began_at=now - timedelta(minutes=24), ended_at=now, planted=40,
        caught=40, slipped=0, slowest_answer_s=65.0, median_answer_s=12.0,
    )  # fmt: skip
    change: dict[str, Any] = {"id": derive(before.id, "rehearsed"), "at": now, "rehearsal": done}
    await world.send(PREPARATIONS, before.model_copy(update=change))
