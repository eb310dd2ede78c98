"""Staff of every role: added for events by name, given a PIN or invited to make a passkey, taken away. By a director.

A director who signed in as a person looks after people of their own events alone: nobody gives what they do not have.
"""

import base64
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from pydantic import TypeAdapter, ValidationError

from producers.desk.challenges import Challenges
from producers.desk.enrolling import PEOPLE_MAX, Enrolling, Invited, initials_of, new_id
from producers.desk.reach import Reach
from producers.desk.sessions import NONCE_BYTES, Sessions
from schemas.assertion import Assertion
from schemas.enrolment import ENROLMENTS_OF, INVITATION_S, Invitation, Passkey, Person
from schemas.envelope import Actor, Role
from schemas.errors import Refused
from schemas.ids import LiveEventId, derive
from schemas.retention import STAFF, Erasure, Left
from schemas.topics import COMPACTED_WITHIN_MS, RETENTIONS
from streams import passkeys
from streams.enrolments import CODE_BYTES, code_sha256, same_name
from streams.passkeys import Answer, Relying

EVENTS_MAX = 50  # that one record names
ERASED = "erased"  # stands where a passkey's id and key stood
KEYS_MAX = 10  # active passkeys of one person: a phone, a key on a lanyard, and those before them
JOIN, SIGN_IN = "join", "sign-in"
ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
_IDS: TypeAdapter[str] = TypeAdapter(LiveEventId)
Within = frozenset[str] | None
"""The events of the director who acts; None: of every one."""

log = structlog.get_logger()


@dataclass
class People:
    """The acts. `enrolling` writes all records and reads them back; `house` stands in the device's list of passkeys."""

    enrolling: Enrolling
    sessions: Sessions
    challenges: Challenges
    house: str = "scrubcast"

    async def add(
        self,
        actor: Actor,
        name: str,
        role: Role,
        live_events: Iterable[LiveEventId] | None,
        *,
        pin: str | None = None,
        initials: str | None = None,
    ) -> Person:
        """A reporter with a PIN, or somebody of another role, who gets an invitation next.

        Raises Refused for a name that people would take for another's, and for rights that name no event.
        """
        if role not in ROLES:
            raise Refused("Nobody works as the system itself.", code="invalid")
        events = _events(role, live_events, self.within(actor))
        if (pin is not None) != (role is Role.REPORTER):
            raise Refused("Reporters have a PIN; everybody else makes a passkey.", code="pin-or-passkey")
        kept = None if pin is None else await self.enrolling.make_pin(pin)
        known = self.enrolling.known
        if len(known.people()) >= PEOPLE_MAX:
            raise Refused(f"There are {PEOPLE_MAX} people already.", code="too-many-people", status=409)
        try:
            person = Person(
                id=new_id(), live_event_id=ENROLMENTS_OF, at=self.enrolling.clock.now(), actor=actor, name=name,
                initials=initials or initials_of(name), role=role, pin=kept, live_events=events,
            )  # fmt: skip
        except ValidationError:
            raise Refused("A name has 1 to 40 characters, letters among them.", code="bad-name") from None
        # Names of roles too: a decision compares names, and nobody may seem to have written what they approve.
        if any(same_name(person.name, taken) for taken in (*(p.name for p in known.people()), *Role)):
            raise Refused("Somebody has this name already. Make it longer.", code="taken-name", status=409)
        await self.enrolling.write(person)
        return person

    async def name_events(self, actor: Actor, person_id: UUID, live_events: Iterable[LiveEventId] | None) -> Person:
        """Other events; open sessions have the new rights from their next request on."""
        person = self.person(person_id, actor)
        return await self._write(person, actor, live_events=_events(person.role, live_events, self.within(actor)))

    async def set_pin(self, actor: Actor, person_id: UUID, pin: str) -> Person:
        """Another PIN; the old one is worth nothing from now on."""
        person = self.person(person_id, actor)
        if person.role is not Role.REPORTER:
            raise Refused("Reporters have a PIN; everybody else makes a passkey.", code="pin-or-passkey")
        return await self._write(person, actor, pin=await self.enrolling.make_pin(pin))

    async def remove(self, actor: Actor, person_id: UUID) -> Person:
        """Out at once, on every device. What they wrote and decided stays and keeps their name."""
        return await self._write(self.person(person_id, actor), actor, state="removed")

    async def erase(self, actor: Actor, name: str, reach: Reach) -> tuple[Erasure, ...]:
        """Takes what removed people of this name signed in with, and the name, out of the enrolments.

        Who wrote, decided and pressed stays in the archive under its name: that is what the archive is for
        (45 CFR 164.312(b); GDPR 17(3)(b)). Raises Refused for somebody who still works here.
        """
        found = self.enrolling.known.named(name)
        if not found:
            raise Refused("There is nobody of this name.", code="unknown-person", status=404)
        return tuple([await self._erase(actor, person, reach) for person in found])

    async def _erase(self, actor: Actor, person: Person, reach: Reach) -> Erasure:
        if not is_within(person, self.within(actor)):
            raise Refused("They also work for events that are not yours.", code="other-event", status=403)
        if person.state != "removed":
            raise Refused("They still work here. Remove them first.", code="not-removed", status=409)
        now = self.enrolling.clock.now()
        record = Erasure(
            id=derive(person.id, "erasure"), live_event_id=STAFF, at=now, actor=actor, reason="request",
            whose=person.id, erased=("pin", "passkeys", "name-in-enrolments"),
            left=(
                Left(what="name-of-staff"),
                Left(what="older-versions", until=now + timedelta(milliseconds=COMPACTED_WITHIN_MS)),
            ),
        )  # fmt: skip
        await reach.bus.send(RETENTIONS, record)
        for one in self.enrolling.known.passkeys(person.id):
            gone = {"state": "revoked", "credential_id": ERASED, "public_key": ERASED, "transports": ()}
            ended = {"revoked_at": one.revoked_at or now, "revoked_by": one.revoked_by or actor.name}
            await self.enrolling.write(one.model_copy(update={"at": now, "actor": actor, **gone, **ended}))
        await self._write(person, actor, name=f"Erased {person.id.hex[-8:]}", initials="X", pin=None)
        return record

    async def invite(self, actor: Actor, person_id: UUID) -> Invited:
        """To make one passkey, within five minutes; earlier invitations of theirs end."""
        person = self.person(person_id, actor)
        if person.role is Role.REPORTER:
            raise Refused("Reporters have a PIN; everybody else makes a passkey.", code="pin-or-passkey")
        now = self.enrolling.clock.now()
        for open_one in self.enrolling.known.invitations_for(person.id, now):
            await self.enrolling.write(open_one.model_copy(update={"at": now, "actor": actor, "revoked": True}))
        code = base64.b32encode(self.enrolling.random(CODE_BYTES)).decode().rstrip("=")
        invitation = Invitation(
            id=new_id(), live_event_id=ENROLMENTS_OF, at=now, actor=actor, code_sha256=code_sha256(code),
            person_id=person.id, expires_at=now + timedelta(seconds=INVITATION_S),
        )  # fmt: skip
        await self.enrolling.write(invitation)
        return Invited(invitation, code)

    async def lost(self, actor: Actor, person_id: UUID) -> Invited:
        """All their passkeys end at once, and they are invited anew."""
        person = self.person(person_id, actor)
        for one in self.enrolling.known.passkeys(person.id):
            await self._end(actor, one)
        return await self.invite(actor, person_id)

    async def revoke(self, actor: Actor, person_id: UUID, passkey_id: UUID) -> Passkey:
        """One passkey, at once and for good; a second time changes nothing."""
        person, found = self.person(person_id, actor), self.enrolling.known.passkey(passkey_id)
        if found is None or found.person_id != person.id:
            raise Refused("There is no passkey of this id.", code="unknown-passkey", status=404)
        return await self._end(actor, found)

    def invitation(self, actor: Actor, invitation_id: UUID) -> dict[str, Any]:
        """`open`, `ended` or `used`, and whose it is. Raises Refused (404) for one that is no person's."""
        state, _ = self.enrolling.state_of(invitation_id)
        found = self.enrolling.known.invitation(invitation_id)
        if found is None or found.person_id is None:
            raise Refused("There is no invitation of this id.", code="unknown-invitation", status=404)
        return {"state": state, "person": {"name": self.person(found.person_id, actor).name}}

    def person(self, person_id: UUID, actor: Actor) -> Person:
        """Raises Refused: 404 for nobody, 403 other-event for people of events that the director has no right for."""
        found = self.enrolling.known.person(person_id)
        if found is None or found.state == "removed":
            raise Refused("There is nobody of this id.", code="unknown-person", status=404)
        if not is_within(found, self.within(actor)):
            raise Refused("They also work for events that are not yours.", code="other-event", status=403)
        return found

    def within(self, actor: Actor) -> Within:
        """An actor's device is the passkey they signed in with; a role's token has none, and stands for every event."""
        if actor.device is None:
            return None
        passkey = self.enrolling.known.passkey(UUID(actor.device))
        person = None if passkey is None else self.enrolling.known.owner(passkey)
        return frozenset(() if person is None else person.live_events or ())

    # -- the person's own acts

    def invited(self, code: str) -> Person:
        """Whose invitation a code is. Raises Refused (403 bad-code)."""
        found = self.enrolling.known.usable(code, self.enrolling.clock.now(), for_person=True)
        person = None if found is None or found.person_id is None else self.enrolling.known.person(found.person_id)
        if person is None or person.state == "removed":
            raise _bad_code()
        return person

    def joining(self, code: str, relying: Relying) -> dict[str, Any]:
        person = self.invited(code)
        kept = self._active(person)
        challenge = self.challenges.make(f"{JOIN}/{person.id}", self.enrolling.clock.now())
        return passkeys.creation_options(relying, person, challenge=challenge, house=self.house, kept=kept)

    async def join(self, code: str, credential: Mapping[str, Any], challenge: bytes, relying: Relying) -> Passkey:
        """The invited person's new passkey. Raises Refused: bad-code, old-challenge, bad-passkey."""
        person, now = self.invited(code), self.enrolling.clock.now()
        made = passkeys.made(credential, relying, challenge=challenge)
        self.challenges.take(challenge, f"{JOIN}/{person.id}", now)
        known = self.enrolling.known
        invitation = known.invited_by(code)
        assert invitation is not None
        if known.passkey_of(made.credential_id) is not None or len(self._active(person)) >= KEYS_MAX:
            raise Refused("This passkey is known already.", code="known-passkey", status=409)
        actor = Actor(role=person.role, name=person.name)
        passkey = Passkey(
            id=new_id(), live_event_id=ENROLMENTS_OF, at=now, actor=actor, cause=invitation.id, person_id=person.id,
            invitation_id=invitation.id, credential_id=made.credential_id, public_key=made.public_key,
            sign_count=made.sign_count, transports=made.transports, enrolled_at=now,
        )  # fmt: skip
        await self.enrolling.write(passkey)
        found = known.passkey(passkey.id)
        if found is None or found.state == "revoked":  # another desk let another passkey in with the same code
            raise _bad_code()
        await self.enrolling.write(invitation.model_copy(update={"at": now, "actor": actor, "used_by": passkey.id}))
        log.info("passkey-enrolled", passkey_id=str(passkey.id), person_id=str(person.id))
        return found

    def signing_in(self, relying: Relying) -> dict[str, Any]:
        challenge = self.challenges.make(SIGN_IN, self.enrolling.clock.now())
        return passkeys.request_options(relying, challenge=challenge)

    def whose(self, answer: Answer) -> UUID | None:
        """Whose passkey an answer names, before anybody looks whether it holds."""
        found = self.enrolling.known.passkey_of(answer.id)
        return None if found is None else found.person_id

    def role_of(self, passkey: Passkey) -> Role:
        """Raises Refused (403) where its owner was removed this very moment."""
        found = self.enrolling.known.owner(passkey)
        if found is None:
            raise _unknown_passkey()
        return found.role

    async def sign_in(self, answer: Answer, relying: Relying) -> Passkey:
        """The passkey that answered a challenge of ours. Raises Refused (403)."""
        now = self.enrolling.clock.now()
        challenge = passkeys.challenge_in(answer)
        found = self.enrolling.known.passkey_of(answer.id)
        if found is None or self.enrolling.known.owner(found) is None:
            raise _unknown_passkey()
        self.challenges.take(challenge, SIGN_IN, now)
        await self.verify(passkeys.assertion_of(answer, found, relying, now), found, challenge)
        return found

    async def verify(self, assertion: Assertion, passkey: Passkey, challenge: bytes) -> None:
        """Raises Refused where it does not hold, or its count went back: then there may be a copy of the key."""
        count = passkeys.verify(assertion, challenge)
        if not passkeys.counted(passkey, count):
            log.warning("passkey-count-went-back", passkey_id=str(passkey.id), known=passkey.sign_count, told=count)
            raise Refused(
                "The counter of this passkey went back; there may be a copy of it. Tell the director.",
                code="passkey-counter",
                status=403,
            )
        if count:
            change = {"at": self.enrolling.clock.now(), "sign_count": count}
            await self.enrolling.write(passkey.model_copy(update=change))

    def cookie(self, passkey: Passkey) -> str:
        return self.sessions.begin_with(passkey, self.enrolling.clock.now(), secrets.token_bytes(NONCE_BYTES))

    def _active(self, person: Person) -> list[Passkey]:
        return [k for k in self.enrolling.known.passkeys(person.id) if k.state == "active"]

    async def _end(self, actor: Actor, passkey: Passkey) -> Passkey:
        if passkey.state == "revoked":
            return passkey
        now = self.enrolling.clock.now()
        change = {"at": now, "actor": actor, "state": "revoked", "revoked_at": now, "revoked_by": actor.name}
        revoked = passkey.model_copy(update=change)
        await self.enrolling.write(revoked)
        log.info("passkey-revoked", passkey_id=str(passkey.id), person_id=str(passkey.person_id))
        return revoked

    async def _write(self, person: Person, actor: Actor, **change: object) -> Person:
        written = person.model_copy(update={"at": self.enrolling.clock.now(), "actor": actor, **change})
        await self.enrolling.write(written)
        return written


def is_within(person: Person, within: Within) -> bool:
    """Whether a director of these events may change this person's record."""
    return within is None or (person.live_events is not None and within.issuperset(person.live_events))


def _events(role: Role, given: Iterable[LiveEventId] | None, within: Within) -> tuple[LiveEventId, ...] | None:
    if given is None:
        if role is not Role.REPORTER:
            raise Refused("A right names its live events: one at least.", code="no-event")
        if within is not None:
            raise Refused("You can name your own live events alone.", code="other-event", status=403)
        return None
    try:
        events = tuple(_IDS.validate_python(e) for e in dict.fromkeys(given))
    except ValidationError:
        raise Refused("An event's id is made of small letters, digits and hyphens.", code="bad-event") from None
    if not 0 < len(events) <= EVENTS_MAX:
        raise Refused("A right names its live events: one at least.", code="no-event")
    if within is not None and not within.issuperset(events):
        raise Refused("You can name your own live events alone.", code="other-event", status=403)
    return events


def _unknown_passkey() -> Refused:
    return Refused("This passkey is not known here, or was revoked.", code="unknown-passkey", status=403)


def _bad_code() -> Refused:
    return Refused(
        "This code does not work: it is wrong, was used, or is older than five minutes. Ask for another.",
        code="bad-code",
        status=403,
    )
