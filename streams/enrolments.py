"""Folds the topic `enrolments`: which codes may still be used, which tablets, people and passkeys count. Pure.

In whatever order records are read (compaction moves a record that was written again to the end), the answer is the
same: revoked and used stick, and of two on one invitation the one that was enrolled first holds it.
"""

import hashlib
import unicodedata
from collections import OrderedDict
from datetime import datetime
from uuid import UUID

from schemas.enrolment import Invitation, Passkey, Person, Tablet
from streams.rehearsals import rehearsal_of

INVITATIONS_MAX = 1_000  # they live five minutes; older ones only say that a code was used
CODE_BYTES = 16


def code_sha256(code: str) -> str:
    """The hash of a code as people type it: small or large letters, in groups or not. 128 random bits need no salt."""
    return hashlib.sha256("".join(c for c in code.upper() if c.isalnum()).encode()).hexdigest()


def same_name(one: str, other: str) -> bool:
    """Whether people would take the two for one."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


class Enrolments:
    """All invitations, tablets, people and passkeys of one installation."""

    def __init__(self, invitations_max: int = INVITATIONS_MAX) -> None:
        self._invitations_max = invitations_max
        self._invitations: OrderedDict[UUID, Invitation] = OrderedDict()
        self._tablets: dict[UUID, Tablet] = {}
        self._holders: dict[UUID, UUID] = {}  # invitation → the tablet that took it up first
        self._people: dict[UUID, Person] = {}
        self._passkeys: dict[UUID, Passkey] = {}
        self._key_holders: dict[UUID, UUID] = {}  # invitation → the passkey that took it up first

    def apply(self, record: Invitation | Tablet | Person | Passkey) -> None:
        """One record of the topic, in the order of the topic; copies change nothing."""
        if isinstance(record, Invitation):
            self._apply_invitation(record)
        elif isinstance(record, Tablet):
            self._apply_tablet(record)
        elif isinstance(record, Passkey):
            self._apply_passkey(record)
        else:
            self._people[record.id] = record

    def _apply_invitation(self, record: Invitation) -> None:
        earlier = self._invitations.get(record.id)
        if earlier is not None:
            record = record.model_copy(
                update={"used_by": earlier.used_by or record.used_by, "revoked": earlier.revoked or record.revoked}
            )
        self._invitations[record.id] = record
        if len(self._invitations) > self._invitations_max:
            self._invitations.popitem(last=False)

    def _apply_tablet(self, record: Tablet) -> None:
        earlier = self._tablets.get(record.id)
        if earlier is not None and earlier.state == "revoked":
            return
        self._tablets[record.id] = record
        holder = self._tablets.get(self._holders.get(record.invitation_id, record.id), record)
        first = min(holder, record, key=lambda t: (t.enrolled_at, t.id))
        self._holders[record.invitation_id] = first.id

    def _apply_passkey(self, record: Passkey) -> None:
        earlier = self._passkeys.get(record.id)
        if earlier is not None:
            kept = earlier if earlier.state == "revoked" else record
            record = kept.model_copy(update={"sign_count": max(earlier.sign_count, record.sign_count)})
        self._passkeys[record.id] = record
        holder = self._passkeys.get(self._key_holders.get(record.invitation_id, record.id), record)
        self._key_holders[record.invitation_id] = min(holder, record, key=lambda k: (k.enrolled_at, k.id)).id

    def usable(self, code: str, now: datetime, *, for_person: bool = False) -> Invitation | None:
        """The invitation that this code may still be used for, by a tablet or by a person for a passkey."""
        found = self.invited_by(code)
        if found is None or (found.person_id is not None) != for_person or not self.is_open(found, now):
            return None
        return found

    def is_open(self, invitation: Invitation, now: datetime) -> bool:
        if invitation.revoked or invitation.used_by is not None or now >= invitation.expires_at:
            return False
        return invitation.id not in self._holders and invitation.id not in self._key_holders

    def invitations_for(self, person_id: UUID, now: datetime) -> tuple[Invitation, ...]:
        """Those that this person could still take up."""
        mine = (i for i in self._invitations.values() if i.person_id == person_id)
        return tuple(i for i in mine if self.is_open(i, now))

    def invited_by(self, code: str) -> Invitation | None:
        """The invitation of this code, whatever became of it."""
        wanted = code_sha256(code)
        return next((i for i in reversed(self._invitations.values()) if i.code_sha256 == wanted), None)

    def invitation(self, invitation_id: UUID) -> Invitation | None:
        found = self._invitations.get(invitation_id)
        holder = self._holders.get(invitation_id) or self._key_holders.get(invitation_id)
        if found is None or holder is None or found.used_by is not None:
            return found
        return found.model_copy(update={"used_by": holder})

    def is_closed(self, invitation_id: UUID) -> bool:
        """Whether the invitation itself says by whom it was used."""
        found = self._invitations.get(invitation_id)
        return found is None or found.used_by is not None

    def tablet(self, tablet_id: UUID) -> Tablet | None:
        """As it stands; one that came second on its invitation stands as revoked."""
        found = self._tablets.get(tablet_id)
        if found is None or self._holders[found.invitation_id] == found.id or found.state == "revoked":
            return found
        return found.model_copy(update={"state": "revoked", "revoked_at": found.enrolled_at})

    def tablet_of(self, invitation_id: UUID) -> Tablet | None:
        """The tablet that holds this invitation."""
        holder = self._holders.get(invitation_id)
        return None if holder is None else self.tablet(holder)

    def tablets(self) -> tuple[Tablet, ...]:
        """All, revoked ones too, by name and time."""
        found = (self.tablet(tablet_id) for tablet_id in self._tablets)
        return tuple(sorted((t for t in found if t), key=lambda t: (_folded(t.name), t.enrolled_at)))

    def is_taken(self, name: str) -> bool:
        """Whether a tablet that may write has this name, or one that people would take for it."""
        return any(t.state == "enrolled" and same_name(t.name, name) for t in self.tablets())

    def person(self, person_id: UUID) -> Person | None:
        """Removed people too."""
        return self._people.get(person_id)

    def named(self, name: str) -> tuple[Person, ...]:
        """Everybody of this name, removed people too."""
        return tuple(p for p in self._people.values() if same_name(p.name, name))

    def people(self) -> tuple[Person, ...]:
        """Those who may sign in, by name."""
        return tuple(sorted((p for p in self._people.values() if p.state == "active"), key=lambda p: _folded(p.name)))

    def passkey(self, passkey_id: UUID) -> Passkey | None:
        """As it stands; one that came second on its invitation stands as revoked."""
        found = self._passkeys.get(passkey_id)
        if found is None or self._key_holders[found.invitation_id] == found.id or found.state == "revoked":
            return found
        return found.model_copy(update={"state": "revoked", "revoked_at": found.enrolled_at})

    def passkey_of(self, credential_id: str) -> Passkey | None:
        """The passkey of this credential; the active one where a revoked one has the same."""
        found = [k for k in self.passkeys() if k.credential_id == credential_id]
        return next((k for k in found if k.state == "active"), found[0] if found else None)

    def passkeys(self, person_id: UUID | None = None) -> tuple[Passkey, ...]:
        """All, or one person's, revoked ones too, by time."""
        found = (self.passkey(k.id) for k in self._passkeys.values() if person_id in (None, k.person_id))
        return tuple(sorted((k for k in found if k), key=lambda k: (k.enrolled_at, k.id)))

    def owner(self, passkey: Passkey) -> Person | None:
        """Whose passkey it is, if both still count."""
        person = self._people.get(passkey.person_id)
        return person if passkey.state == "active" and person is not None and person.state == "active" else None


def names_event(person: Person, live_event_id: str) -> bool:
    """Whether this person has their role's right for this live event: named for it, or for the one it rehearses."""
    named = person.live_events
    return named is None or live_event_id in named or rehearsal_of(live_event_id) in named
