"""What is kept longer than its time, and what was destroyed: a legal hold and an erasure, told apart by `kind`.

No name of a patient or of anybody pictured is in either: a hold has a reference, an erasure a pseudonymous id.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from schemas.enrolment import ENROLMENTS_OF
from schemas.envelope import Envelope, Frozen, UtcTime
from schemas.ids import derive

STAFF = ENROLMENTS_OF
"""Stands where a live event's id would: the erasure of what is kept of a staff member's sign-in."""

Matter = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[\w .,:/#()&+-]+$")
]
"""The reference under which a matter is known to the house's lawyers, as "2027/114": it is archived in full."""


class LegalHold(Envelope):
    """That nothing of a live event may be erased or expire, or one person's word that it may again.

    `place`: `id` is the hold's own. `lift`: one of the two words that end the hold `hold_id`.
    """

    kind: Literal["legal-hold"] = "legal-hold"
    act: Literal["place", "lift"]
    hold_id: UUID
    matter: Matter


Reason = Literal["withdrawal", "schedule", "request"]
Erased = Literal["sealing-key", "protected-terms", "commitment-key", "pin", "passkeys", "name-in-enrolments"]
NotErased = Literal[
    "public-post",  # still public at `place`, or not confirmed to be deleted there
    "published-text",  # what was released stands in the archive: it is the proof
    "scrubbed-drafts",  # on the topic `drafts` until then
    "sealed-updates",  # unreadable without the key, on their topic until then
    "what-was-typed",  # stays sealed to the event's key until that is destroyed
    "backup",  # of the vault: until then a key could be brought back
    "bundle",  # exported, so out of our hands
    "name-of-staff",  # in the archive, as who wrote, decided and pressed
    "older-versions",  # of a record that was written again, until the broker has cleaned its topic
]


class Left(Frozen):
    """What an erasure could not reach: how many, where, until when; each where it is known."""

    what: NotErased
    count: int | None = Field(default=None, ge=0)
    place: str | None = Field(default=None, max_length=240)
    until: UtcTime | None = None


class Erasure(Envelope):
    """That something was destroyed for good. `whose`: subject_id() of a role, or the id of a staff member's record."""

    kind: Literal["erasure"] = "erasure"
    reason: Reason
    whose: UUID
    erased: tuple[Erased, ...]
    terms: int = Field(default=0, ge=0)  # how many protected terms went
    left: tuple[Left, ...] = Field(default=(), max_length=40)
    despite: tuple[UUID, ...] = ()  # the holds that stood against it and gave way to a withdrawal


def subject_id(live_event_id: str, role: str) -> UUID:
    """The pseudonymous id of a person in a live event, by the role under which its consent speaks of them."""
    return derive(live_event_id, "subject", role)
