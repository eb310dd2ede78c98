"""When a word of a person needs their passkey: what the browser is asked to sign, and whether it was signed.

Approvals and a physician's signature under a run sheet are signed; edits, returns and every stop are not. A role's
token goes without, unless the installation insists on passkeys.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import Field, ValidationError
from starlette.requests import Request

from producers.desk.gate import Gate
from producers.desk.people import People
from producers.desk.relying import RelyingParty
from schemas.assertion import Assertion
from schemas.decision import Decision
from schemas.enrolment import Person
from schemas.envelope import Actor, Closed, UtcTime
from schemas.errors import Refused
from schemas.ids import Sha256
from streams import approval, passkeys
from streams.passkeys import Answer, Relying

SIGNED_MAX = 8_000  # characters of the hidden field: an RSA key's signature and long client data fit
Subject = Callable[[datetime], bytes]


class Signed(Closed):
    """What passkey.js puts into the field `assertion`, as JSON."""

    asked_at: UtcTime
    mark: Sha256
    credential: dict[str, Any] = Field(max_length=20)


@dataclass(frozen=True)
class Attesting:
    """`key` is the installation's session key; `insists`: tokens alone approve nothing."""

    gate: Gate
    people: People
    relying: RelyingParty
    key: bytes = field(repr=False)
    insists: bool = False

    def needs(self, request: Request) -> bool:
        """Whether whoever asks has to sign. After gate.actor()."""
        return self.insists or self._person(request) is not None

    def ask(self, request: Request, subject: Subject) -> dict[str, Any]:
        """What the browser is to sign now, with our mark on the time. Raises Refused (403 needs-passkey)."""
        person, relying = self._known(request)
        now = self.people.enrolling.clock.now()
        asked_at = now.replace(microsecond=now.microsecond // 1000 * 1000)
        kept = [k for k in self.people.enrolling.known.passkeys(person.id) if k.state == "active"]
        return {
            **passkeys.request_options(relying, challenge=subject(asked_at), allow=kept),
            "asked_at": approval.stamp(asked_at),
            "mark": approval.asked(self.key, person.id, asked_at),
        }

    async def signed(self, request: Request, given: str | None, subject: Subject) -> Assertion | None:
        """The verified assertion over this subject; None for a role's token that needs none.

        Raises Refused: 403 needs-passkey, old-challenge, bad-passkey, passkey-counter; 409 stale where what was signed
        is not what would be written now.
        """
        if not self.needs(request):
            return None
        person, relying = self._known(request)
        if not given:
            raise _needs_passkey()
        said, now = _signed(given), self.people.enrolling.clock.now()
        if not approval.was_asked(self.key, person.id, said.asked_at, said.mark, now):
            raise Refused("This took too long, or was done before. Try again.", code="old-challenge", status=403)
        answer = Answer.of(said.credential)
        passkey = self.people.enrolling.known.passkey_of(answer.id)
        if passkey is None or passkey.state != "active" or passkey.person_id != person.id:
            raise Refused("This passkey is not known here, or was revoked.", code="unknown-passkey", status=403)
        assertion = passkeys.assertion_of(answer, passkey, relying, said.asked_at)
        try:
            await self.people.verify(assertion, passkey, subject(said.asked_at))
        except Refused as refused:
            if refused.code != "other-challenge":
                raise
            raise Refused(
                "The text was changed. Read it again; nothing was approved.", code="stale", status=409
            ) from None
        return assertion

    def for_decision(self, request: Request, given: str | None) -> Callable[[Decision], Any]:
        """For Deciding.decide(): called with the very record that is about to be written."""

        async def attest(decision: Decision) -> Assertion | None:
            return await self.signed(request, given, lambda at: approval.of_decision(decision, at))

        return attest

    async def for_sheet(
        self, request: Request, live_event_id: str, run_sheet_sha256: str, given: str | None
    ) -> Assertion | None:
        """For Steering.control(kind="sign-run-sheet") and sign_prepared()."""
        return await self.signed(request, given, lambda at: approval.sheet_subject(live_event_id, run_sheet_sha256, at))

    async def proven(self, request: Request, _: Actor, live_event_id: str, run_sheet_sha256: str) -> Assertion | None:
        """for_sheet() with the field `assertion` of the form that was posted."""
        given = (await request.form()).get("assertion")
        text = given if isinstance(given, str) and len(given) <= SIGNED_MAX else None
        return await self.for_sheet(request, live_event_id, run_sheet_sha256, text)

    def _person(self, request: Request) -> Person | None:
        session = self.gate.current(request)
        return None if session is None else session.person

    def _known(self, request: Request) -> tuple[Person, Relying]:
        person, relying = self._person(request), self.relying.of(request)
        if person is None or relying is None:
            raise _needs_passkey()
        return person, relying


def _signed(given: str) -> Signed:
    try:
        return Signed.model_validate_json(given)
    except ValidationError:
        raise Refused("This passkey could not be verified. Try again.", code="bad-passkey") from None


def _needs_passkey() -> Refused:
    return Refused(
        "This needs your passkey. Sign in with it, and press again with scripts switched on.",
        code="needs-passkey",
        status=403,
    )
