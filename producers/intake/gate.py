"""Decides who asks: a program with a role's token, or a person on an enrolled tablet that signed the request.

A person's token counts only together with the signature of its own tablet. A role's token counts as ever, but whoever
names an enrolled tablet as the device has to sign as that tablet.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from fastapi import Request

from producers.intake.accept import MAY_WRITE, replayed
from producers.intake.asking import device_in
from producers.intake.sessions import Session, Sessions, is_session
from producers.intake.signing import Signature, check, message, signature_in
from producers.intake.view import Known
from schemas.enrolment import Person, Tablet
from schemas.envelope import Actor
from schemas.errors import Refused, Unavailable
from schemas.submission import HeldBack, Signed
from streams.auth import Tokens, bearer, require
from streams.clock import Clock
from streams.enrolments import names_event
from streams.views import View

NOT_READY_S = 1.0  # a view over a day's topics is rebuilt within a second or two
# Numbers of counters that requests other than updates bore, in about 5 MB: an hour of thirty tablets. They count for
# each process; those of updates are on the topic, and count for all.
ASKED_MAX = 20_000


@dataclass(frozen=True)
class Who:
    """Somebody who may ask. `signed` and `held_back` go with an update; `session` is a person's, on `tablet`."""

    actor: Actor
    device: str | None
    tablet: Tablet | None = None
    session: Session | None = None
    signed: Signed | None = None
    held_back: HeldBack | None = None


class Gate:
    def __init__(
        self, known: Known, view: View, tokens: Tokens, sessions: Sessions, clock: Clock, *, enrolled_only: bool
    ) -> None:
        self._known = known
        self._view = view
        self._tokens = tokens
        self._sessions = sessions
        self._clock = clock
        self._enrolled_only = enrolled_only
        self._asked: OrderedDict[tuple[UUID, int], bytes] = OrderedDict()

    def caught_up(self) -> None:
        if not self._view.is_ready:
            raise Unavailable("Intake is still reading what came before. Keep the update.", retry_after_s=NOT_READY_S)

    def bears_token(self, request: Request) -> None:
        """Before a body is read. Raises Refused (401, 403) for a request without a token that is known here."""
        token = bearer(request.headers.get("authorization"))
        if is_session(token):
            self._session(token)
        else:
            self._of_role(request, token)

    def who(self, request: Request, body: bytes = b"", *, update_id: str = "", sends: bool = False) -> Who:
        """Raises Refused: 401 to sign in again, 403 for a tablet or a signature that may not, 409 for a replay.

        `sends`: the request brings an update. Then it matters who wrote it, not whether they may still act: a session
        that has ended since counts, and what a revoked tablet had written is taken in and held.
        """
        token = bearer(request.headers.get("authorization"))
        if is_session(token):
            session = self._session(token)
            self.caught_up()
            return self._person(request, body, update_id, session, sends=sends)
        actor, device = self._of_role(request, token), device_in(request)
        tablet = self._named(device)
        if tablet is None:
            if self._enrolled_only:
                raise Refused("Only enrolled tablets are taken here.", code="enrolled-only", status=403)
            return Who(actor, device)
        signature = self._signature(request, tablet, body, update_id, sends=sends)
        return self._standing(Who(actor, device, tablet), signature, body, sends=sends)

    def tablet(self, request: Request, body: bytes = b"", *, fresh: bool = False) -> Tablet:
        """The enrolled tablet that signed, before anyone has signed in on it. `fresh`: not the same request again."""
        self.caught_up()
        tablet = self._named(device_in(request))
        if tablet is None:
            raise _unknown_tablet()
        self._signature(request, tablet, body, "", sends=False, fresh=fresh)
        if tablet.state == "revoked":
            raise revoked(tablet)
        return tablet

    def may_still(self, who: Who) -> bool:
        """Whether one who listens may go on: a revoked tablet, a removed person, an ended session may not."""
        if who.tablet is None:
            return True
        tablet = self._known.enrolments.tablet(who.tablet.id)
        if tablet is None or tablet.state == "revoked":
            return False
        return who.session is None or self._counts(who.session, self._clock.now())

    def sees(self, who: Who, live_event_id: str) -> bool:
        """Whether this event is one of theirs; a role's token stands for every event."""
        person = None if who.session is None else self._known.enrolments.person(who.session.person_id)
        return person is None or names_event(person, live_event_id)

    def _of_role(self, request: Request, token: str) -> Actor:
        request.state.actor = self._tokens.actor(token)  # for the log, should they be turned away
        return require(request.state.actor, *MAY_WRITE)

    def _session(self, token: str) -> Session:
        found = self._sessions.read(token)
        if found is None:
            raise Refused("This token is not known here. Sign in again.", code="unknown-token", status=401)
        return found

    def _named(self, device: str | None) -> Tablet | None:
        try:
            tablet_id = UUID(device or "")
        except ValueError:
            return None
        self.caught_up()  # before, every tablet would be unknown
        return self._known.enrolments.tablet(tablet_id)

    def _signature(
        self, request: Request, tablet: Tablet, body: bytes, update_id: str, *, sends: bool, fresh: bool = False
    ) -> Signature:
        signature = signature_in(request.headers)
        if signature is None:
            raise _wrong_tablet()
        signed = message(request.method, _path(request), signature, update_id, body)
        check(tablet.public_key, signature, signed)
        self._count(signature, hashlib.sha256(signed).digest(), sends=sends, fresh=fresh)
        return signature

    def _count(self, signature: Signature, digest: bytes, *, sends: bool, fresh: bool) -> None:
        """A number of the counter stands for one request. Of updates the topic tells, and accept() looks."""
        place = (signature.tablet_id, signature.counter)
        earlier = self._asked.get(place)
        if sends:
            if earlier is not None:
                raise replayed()
            return
        if self._known.used(*place) is not None or (earlier is not None and (fresh or earlier != digest)):
            raise replayed()
        self._asked[place] = digest
        if len(self._asked) > ASKED_MAX:
            self._asked.popitem(last=False)

    def _person(self, request: Request, body: bytes, update_id: str, session: Session, *, sends: bool) -> Who:
        device = device_in(request)
        if signature_in(request.headers) is None:
            raise _wrong_tablet()
        tablet = self._named(device)
        if tablet is None:
            raise _unknown_tablet()
        signature = self._signature(request, tablet, body, update_id, sends=sends)
        if session.tablet_id != tablet.id:
            raise _wrong_tablet()
        person = self._known.enrolments.person(session.person_id)
        if person is None:
            raise Refused("This person is not known here.", code="unknown-person", status=401)
        actor = request.state.actor = Actor(role=person.role, name=person.name, device=str(tablet.id))
        who = self._standing(Who(actor, str(tablet.id), tablet, session), signature, body, sends=sends)
        if sends:
            self._check_writer(session, person, held=who.held_back is not None)
        elif not self._counts(session, self._clock.now()):
            raise Refused("This session has ended. Sign in again.", code="session-ended", status=401)
        _check_event(person, request.path_params.get("live_event_id"))
        return who

    def _standing(self, who: Who, signature: Signature, body: bytes, *, sends: bool) -> Who:
        assert who.tablet is not None
        is_revoked = who.tablet.state == "revoked"
        if is_revoked and not sends:
            raise revoked(who.tablet)
        if not sends:
            return who
        return replace(who, signed=signature.signed(body), held_back="revoked-tablet" if is_revoked else None)

    def _check_writer(self, session: Session, person: Person, *, held: bool) -> None:
        if session.is_late(self._clock.now()):
            raise Refused("This session ended days ago. Sign in again.", code="session-ended", status=401)
        if person.state == "removed" and not held:
            raise Refused(
                "Whoever wrote this may not write here any more. The update is kept on the tablet; ask the director.",
                code="person-removed",
                status=403,
            )

    def _counts(self, session: Session, now: datetime) -> bool:
        person = self._known.enrolments.person(session.person_id)
        if person is None or person.state == "removed" or person.pin is None:
            return False
        return self._sessions.counts(session, person.pin, now)


def _check_event(person: Person, live_event_id: str | None) -> None:
    """A person writes for the events their record names. What they wrote while it did is kept on the tablet."""
    if live_event_id is not None and not names_event(person, live_event_id):
        raise Refused(
            "You are not named for this live event. The update is kept on the tablet; ask the director.",
            code="other-event",
            status=403,
        )


def _path(request: Request) -> str:
    path = (request.scope.get("raw_path") or request.url.path.encode()).decode("latin-1")
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _wrong_tablet() -> Refused:
    return Refused(
        "Only the tablet that it belongs to may ask this, and it signs what it asks. Sign in here.",
        code="wrong-tablet",
        status=403,
    )


def _unknown_tablet() -> Refused:
    return Refused("This tablet is not enrolled here. Ask the director.", code="unknown-tablet", status=401)


def revoked(tablet: Tablet) -> Refused:
    """403 with `revoked_by`: who switched it off, so that whoever holds it knows whom to ask."""
    return Refused(
        "The director switched this tablet off. What was written on it before is still sent, and waits for the "
        "director.",
        code="tablet-revoked",
        status=403,
        about={"revoked_by": tablet.revoked_by} if tablet.revoked_by else None,
    )
