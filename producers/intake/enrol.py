"""Takes up a director's invitation for a tablet, names the people who write on it, and lets them sign in by PIN.

Bodies are JSON, answers too; a refusal is problem+json with `type` = `urn:scrubcast:` and one of the codes below.

    POST   /api/v1/enrolments  {"code", "public_key": {"kty":"EC","crv":"P-256","x","y"}, "name"}   unsigned, no token
           201 {"tablet_id", "name", "installation"}; the same code and key again: the same answer
           403 bad-code (wrong, expired, used, revoked) · 403 tablet-revoked · 409 name-taken (the code stays good)
           422 bad-key, private-key (`d` was sent), bad-name, invalid · 429 too-fast (five tries a minute in all)
    GET    /api/v1/people                                             signed by the tablet, no token
           200 [{"id", "name", "initials"}]
    POST   /api/v1/sessions    {"person_id", "pin"}                   signed by the tablet, no token
           200 {"token", "name", "role", "expires_at"}
           403 wrong-pin (`tries_left` before it locks), unknown-person (not there, or removed)
           429 locked, too-fast · 409 replayed
    DELETE /api/v1/sessions                                           signed, `Authorization: Bearer` of the session
           204

All that are signed (producers/intake/signing.py has the form) may also be answered by:

    401 unknown-tablet (enrol anew), unknown-token, session-ended, unknown-person (sign in again)
    403 bad-signature (sign anew) · 403 wrong-tablet (no signature, or not that of the token's tablet)
    403 tablet-revoked (`revoked_by`: a name) · 409 replayed (the counter's number was used: sign anew)
    503 unavailable (Retry-After)

`POST …/updates` and `POST …/updates/{update_id}/undo` are in routes.py. An update goes under the token of who wrote it,
with the signature made when it was sealed: up to three days after the session ended, and also from a revoked tablet
(202 with `"held": "revoked-tablet"`). 403 person-removed: kept on the tablet. Undo: 202 {"update_id", "live_event_id",
"state": "retracted"} · 404 unknown-update · 403 not-yours · 409 too-late.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from secrets import token_bytes
from typing import Any, TypeVar
from uuid import UUID, uuid4

import structlog
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.responses import JSONResponse, Response

from producers.intake.asking import described, json_body, problems
from producers.intake.durable import durable
from producers.intake.gate import Gate, revoked
from producers.intake.sessions import NONCE_BYTES, Sessions
from producers.intake.signing import public_key_of
from producers.intake.view import Known
from schemas.enrolment import ENROLMENTS_OF, Invitation, Name, Person, PublicKey, Tablet
from schemas.envelope import Closed, Frozen, UtcTime, system
from schemas.errors import Refused, Unavailable
from schemas.topics import ENROLMENTS
from streams.bus import Bus
from streams.clock import Clock
from streams.pins import PIN_DIGITS_MAX, pin_matches
from streams.rates import Rates, TooFast
from streams.views import View
from streams.web.denials import SecurityLog

CODES_PER_MINUTE = 5
SIGN_INS_PER_MINUTE = 20  # of one tablet: each costs 50 ms of a core; people change hands once in minutes
# Of one person, on all tablets together: three tablets' five, then one a minute. Thirty tablets would have 150 in five
# minutes; and one that was stolen, with its five in five minutes, cannot use this up and lock its people out elsewhere.
WRONG_PINS, WRONG_PINS_OVER_S = 15, 900.0
SCRYPTS_MAX = 2  # at once, 16 MB each
READ_BACK_S = 1.0  # how long one waits for the view at a time
_NAME: TypeAdapter[str] = TypeAdapter(Name)
B = TypeVar("B", bound=BaseModel)

log = structlog.get_logger("intake")
security_log = structlog.get_logger("security")


class EnrolmentRequest(Closed):
    """Body of `POST /enrolments`. `public_key`: the public part alone; `name`: what people call this tablet."""

    code: str = Field(min_length=1, max_length=100)
    public_key: dict[str, Any] = Field(max_length=20)
    name: str = Field(max_length=200)


class Enrolled(Frozen):
    tablet_id: UUID
    name: str
    installation: str


class Tile(Frozen):
    """A person, as the tablet lets one choose."""

    id: UUID
    name: str
    initials: str


class SessionRequest(Closed):
    """Body of `POST /sessions`."""

    person_id: UUID
    pin: str = Field(min_length=1, max_length=PIN_DIGITS_MAX)


class Begun(Frozen):
    """The token counts together with this tablet's signatures only, for twelve hours."""

    token: str
    name: str
    role: str
    expires_at: UtcTime


class Enrolling:
    """One enrolment after the other: the code is looked up, the tablet written, and read back before it is told."""

    def __init__(
        self, bus: Bus, known: Known, view: View, *, ack_timeout_s: float, new_id: Callable[[], UUID] = uuid4
    ) -> None:
        self._bus = bus
        self._known = known
        self._view = view
        self._ack_timeout_s = ack_timeout_s
        self._new_id = new_id
        self._tries = Rates(CODES_PER_MINUTE, say="Too many codes were tried. Try again in {wait} s.")
        self._turn = asyncio.Lock()

    async def enrol(self, request: EnrolmentRequest, now: datetime, at_s: float) -> Tablet:
        """The tablet, durable. Raises Refused, or Unavailable when Kafka does not say so in time; then nothing is lost:
        the same code with the same key finishes what was begun."""
        key, name = public_key_of(request.public_key), _named(request.name)
        self._tries.take("codes", at_s)
        async with self._turn:
            tablet = self._begun(request.code, key) or await self._write(request.code, key, name, now)
            if tablet.state == "revoked":
                raise revoked(tablet)
            await self._close_invitation(tablet, now)
        self._tries.give_back("codes")  # of those who have a good code none waits for another
        log.info("enrolled", tablet_id=str(tablet.id), invitation_id=str(tablet.invitation_id))
        return tablet

    def _begun(self, code: str, key: PublicKey) -> Tablet | None:
        """What this very tablet took up before, when it did not hear the answer."""
        invitation = self._known.enrolments.invited_by(code)
        found = self._known.enrolments.tablet_of(invitation.id) if invitation else None
        return found if found is not None and found.public_key == key else None

    async def _write(self, code: str, key: PublicKey, name: str, now: datetime) -> Tablet:
        invitation = self._known.enrolments.usable(code, now)
        if invitation is None:
            raise _bad_code()
        if self._known.enrolments.is_taken(name):
            raise Refused("Another tablet has this name. Choose one of its own.", code="name-taken", status=409)
        tablet = Tablet(
            id=self._new_id(),
            live_event_id=ENROLMENTS_OF,
            at=now,
            actor=system("intake"),
            cause=invitation.id,
            name=name,
            public_key=key,
            invitation_id=invitation.id,
            enrolled_at=now,
            state="enrolled",
        )
        await durable(self._bus.send(ENROLMENTS, tablet), self._ack_timeout_s)
        return await self._read_back(tablet)

    async def _read_back(self, tablet: Tablet) -> Tablet:
        """Another process may have let another tablet in with the same code: the fold says whose it is."""
        try:
            async with asyncio.timeout(self._ack_timeout_s):
                version = self._view.version
                while (found := self._known.enrolments.tablet(tablet.id)) is None:
                    version = await self._view.changed(version, READ_BACK_S)
        except TimeoutError:
            raise Unavailable("It could not be stored in time. Try again.") from None
        holder = self._known.enrolments.tablet_of(tablet.invitation_id)
        if holder is None or holder.id != tablet.id:
            raise _bad_code()
        return found

    async def _close_invitation(self, tablet: Tablet, now: datetime) -> None:
        """For the desk's list; that the code is used follows from the tablet already."""
        found = self._known.enrolments.invitation(tablet.invitation_id)
        if not isinstance(found, Invitation) or self._known.enrolments.is_closed(found.id):
            return
        used = found.model_copy(update={"at": now, "actor": system("intake"), "used_by": tablet.id})
        await durable(self._bus.send(ENROLMENTS, used), self._ack_timeout_s)


class SigningIn:
    """PINs are looked at beside the event loop, two at a time."""

    def __init__(self, known: Known, sessions: Sessions, clock: Clock, security: SecurityLog, *, pepper: bytes) -> None:
        self._known = known
        self._sessions = sessions
        self._clock = clock
        self._pepper = pepper
        self._rate = Rates(SIGN_INS_PER_MINUTE, say="Too many sign-ins on this tablet. Try again in {wait} s.")
        self._wrong = Rates(
            WRONG_PINS,
            over_s=WRONG_PINS_OVER_S,
            say="Too many wrong PINs of this person, on all tablets together. Try again in {wait} s.",
            code="locked",
        )
        self._security = security
        self._free = asyncio.Semaphore(SCRYPTS_MAX)

    def tiles(self) -> list[Tile]:
        return [Tile(id=p.id, name=p.name, initials=p.initials) for p in self._known.enrolments.people() if p.pin]

    async def begin(self, tablet: Tablet, request: SessionRequest) -> Begun:
        """Raises Refused (403 unknown-person, wrong-pin) or TooFast (429 locked, too-fast)."""
        at_s = self._clock.monotonic()
        about = {"kind": "pin", "tablet_id": str(tablet.id), "person_id": str(request.person_id)}
        person = self._known.enrolments.person(request.person_id)
        if person is None or person.state == "removed" or person.pin is None:  # a passkey signs in at the desk alone
            raise Refused("This person may not write here. Choose another.", code="unknown-person", status=403)
        self._rate.take(str(tablet.id), at_s)
        left = self._try(tablet, person, at_s)
        async with self._free:
            right = await asyncio.to_thread(pin_matches, request.pin, person.pin, pepper=self._pepper)
        if not right:
            self._security.tell("sign-in-refused", code="wrong-pin", **about)
            raise Refused("This PIN is wrong.", code="wrong-pin", status=403, about={"tries_left": left})
        self._sessions.right_pin(tablet.id, person.id)
        self._wrong.give_back(str(person.id))
        security_log.info("signed-in", role=str(person.role), **about)
        token, expires_at = self._sessions.begin(
            tablet.id, person.id, person.pin, self._clock.now(), token_bytes(NONCE_BYTES)
        )
        return Begun(token=token, name=person.name, role=person.role, expires_at=expires_at)

    def _try(self, tablet: Tablet, person: Person, at_s: float) -> int:
        """How many are left on this tablet; a try that is not looked at counts nowhere."""
        self._wrong.take(str(person.id), at_s)
        try:
            return self._sessions.try_pin(tablet.id, person.id, at_s)
        except TooFast:
            self._wrong.give_back(str(person.id))
            raise


def enrolment_router(
    gate: Gate, enrolling: Enrolling, signing_in: SigningIn, sessions: Sessions, *, clock: Clock, installation: str
) -> APIRouter:
    api = APIRouter(prefix="/api/v1")

    @api.post(
        "/enrolments",
        status_code=201,
        response_model=Enrolled,
        responses=problems(400, 403, 409, 413, 415, 422, 429, 503),
        summary="Enrol this tablet by the director's one-time code",
        openapi_extra={"requestBody": described(EnrolmentRequest)["requestBody"]},
    )
    async def enrol(request: Request) -> Response:
        body = await json_body(request)
        gate.caught_up()
        tablet = await enrolling.enrol(_parsed(EnrolmentRequest, body), clock.now(), clock.monotonic())
        found = Enrolled(tablet_id=tablet.id, name=tablet.name, installation=installation)
        return JSONResponse(found.model_dump(mode="json"), 201)

    @api.get(
        "/people",
        responses=problems(401, 403, 409, 503),
        summary="Who may sign in on this tablet",
        openapi_extra=described(),
    )
    async def people(request: Request) -> list[Tile]:
        gate.tablet(request)
        return signing_in.tiles()

    @api.post(
        "/sessions",
        response_model=Begun,
        responses=problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
        summary="Sign in by PIN, on this tablet, for twelve hours",
        openapi_extra=described(SessionRequest),
    )
    async def begin(request: Request) -> Response:
        body = await json_body(request)
        tablet = gate.tablet(request, body, fresh=True)
        begun = await signing_in.begin(tablet, _parsed(SessionRequest, body))
        return JSONResponse(begun.model_dump(mode="json"), headers={"Cache-Control": "no-store"})

    @api.delete(
        "/sessions",
        status_code=204,
        responses=problems(401, 403, 409, 503),
        summary="End this session",
        openapi_extra=described(),
    )
    async def end(request: Request) -> Response:
        session = gate.who(request).session
        if session is None:
            raise Refused("A role's token has no session to end.", code="no-session", status=409)
        sessions.end(session)
        return Response(status_code=204)

    return api


def _named(name: str) -> str:
    try:
        return _NAME.validate_python(name)
    except ValidationError:
        raise Refused(
            "A tablet's name has 1 to 40 characters that can be seen, with a letter or a digit among them.",
            code="bad-name",
        ) from None


def _parsed(model: type[B], body: bytes) -> B:
    """The body, or Refused naming the fields that are wrong: never what they hold, nor the names of unknown ones."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_input=False, include_context=False, include_url=False)
    if found[0]["type"] == "json_invalid":
        raise Refused("The body is not JSON.", code="bad-json", status=400)
    if any(e["type"] == "extra_forbidden" for e in found):
        raise Refused(f"Known here are {', '.join(model.model_fields)}, and no other field.", code="unknown-field")
    places = ", ".join(dict.fromkeys(str(e["loc"][0]) if e["loc"] else "the body" for e in found))
    raise Refused(f"These are wrong: {places}.", code="invalid")


def _bad_code() -> Refused:
    return Refused(
        "This code does not work: it is wrong, was used, or is older than five minutes. Ask for another.",
        code="bad-code",
        status=403,
    )
