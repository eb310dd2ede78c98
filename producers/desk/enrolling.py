"""Tablets: invited, listed, switched off, by a director alone; and the way in which this desk writes enrolments."""

import asyncio
import base64
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import uuid_utils

from producers.desk.reach import READ_BACK_S
from schemas.enrolment import ENROLMENTS_OF, INITIALS_MAX, INVITATION_S, Invitation, Passkey, Person, Pin, Tablet
from schemas.envelope import Actor, Role
from schemas.errors import Refused, Unavailable
from schemas.topics import ENROLMENTS, decode_enrolment
from streams.auth import require
from streams.bus import Bus, Message, Position
from streams.clock import Clock
from streams.enrolments import CODE_BYTES, Enrolments, code_sha256
from streams.pins import SALT_BYTES, make_pin
from streams.views import View

MAY_ENROL = frozenset({Role.DIRECTOR})
PEOPLE_MAX = 200  # a tablet shows all tiles on one screen, or on one that scrolls; far beyond any team


@dataclass(frozen=True)
class Invited:
    """An invitation with its code, which is nowhere else and never to be had again."""

    invitation: Invitation
    code: str

    def url(self, intake_url: str) -> str:
        """After `#`, which no server and no log sees."""
        return f"{intake_url.rstrip('/')}/#enrol={self.code}"

    def join_url(self, desk_url: str) -> str:
        """As url(), for a person who is to make a passkey."""
        return f"{desk_url.rstrip('/')}/desk/join#code={self.code}"

    @property
    def groups(self) -> str:
        """As people type it."""
        return " ".join(self.code[n : n + 4] for n in range(0, len(self.code), 4))


@dataclass
class Enrolling:
    """The acts, and what is on the topic, which `view` hands to apply(). `pepper`: the installation's key for PINs."""

    bus: Bus
    clock: Clock
    view: View
    pepper: bytes = field(repr=False)
    random: Callable[[int], bytes] = secrets.token_bytes
    known: Enrolments = field(default_factory=Enrolments)
    _places: dict[tuple[str, int], int] = field(default_factory=dict)

    async def invite(self, actor: Actor) -> Invited:
        """For one tablet, for five minutes."""
        require(actor, *MAY_ENROL)
        code = base64.b32encode(self.random(CODE_BYTES)).decode().rstrip("=")
        now = self.clock.now()
        invitation = Invitation(
            id=new_id(),
            live_event_id=ENROLMENTS_OF,
            at=now,
            actor=actor,
            code_sha256=code_sha256(code),
            expires_at=now + timedelta(seconds=INVITATION_S),
        )
        await self.write(invitation)
        return Invited(invitation, code)

    def state_of(self, invitation_id: UUID) -> tuple[str, Tablet | None]:
        """`open`, `ended`, or `used` with the tablet. Raises Refused (404) for an unknown one."""
        found = self.known.invitation(invitation_id)
        if found is None:
            raise Refused("There is no invitation of this id.", code="unknown-invitation", status=404)
        if found.used_by is not None:
            return "used", self.known.tablet(found.used_by)
        return ("ended" if found.revoked or self.clock.now() >= found.expires_at else "open"), None

    async def revoke(self, actor: Actor, tablet_id: UUID) -> Tablet:
        """At once and for good; a second time changes nothing. What it still holds waits for the director."""
        require(actor, *MAY_ENROL)
        found = self.known.tablet(tablet_id)
        if found is None:
            raise Refused("There is no tablet of this id.", code="unknown-tablet", status=404)
        if found.state == "revoked":
            return found
        now = self.clock.now()
        change = {"at": now, "actor": actor, "state": "revoked", "revoked_at": now, "revoked_by": actor.name}
        revoked = found.model_copy(update=change)
        await self.write(revoked)
        return revoked

    async def make_pin(self, pin: str) -> Pin:
        """Raises Refused for one that is too short, too long, or among the first to be tried."""
        salt = self.random(SALT_BYTES)
        return await asyncio.to_thread(make_pin, pin, salt=salt, pepper=self.pepper)

    async def write(self, record: Invitation | Tablet | Person | Passkey) -> None:
        """Durable, and read back, so that the next page shows it."""
        position = await self.bus.send(ENROLMENTS, record)
        await self._applied(position)

    async def _applied(self, position: Position) -> None:
        place = (position.topic, position.partition)
        try:
            async with asyncio.timeout(READ_BACK_S):
                while self._places.get(place, -1) < position.offset:
                    version = self.view.version
                    if self._places.get(place, -1) >= position.offset:
                        return
                    await self.view.changed(version, 1.0)
        except TimeoutError:
            raise Unavailable("It was written, but could not be read back yet. Look again.") from None

    def apply(self, message: Message) -> None:
        """One record of the topic."""
        with suppress(Refused):  # a record that nobody can read takes nothing away from the others
            if message.value is not None:
                self.known.apply(decode_enrolment(message.value))
        self._places[message.topic, message.partition] = message.offset


def initials_of(name: str) -> str:
    """The first letters of the first and the last word: what the tile shows large."""
    words = [word for word in name.split() if any(c.isalnum() for c in word)]
    firsts = [next(c for c in word if c.isalnum()) for word in words]
    return "".join([*firsts[:1], *firsts[1:][-1:]]).upper()[:INITIALS_MAX]


def new_id() -> UUID:
    return UUID(bytes=uuid_utils.uuid7().bytes)
