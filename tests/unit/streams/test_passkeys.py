"""Which answers of an authenticator hold: the right site, challenge, person's verification and signature."""

from typing import Any
from uuid import UUID

import pytest

from schemas.enrolment import ENROLMENTS_OF, Passkey, Person
from schemas.envelope import Role
from schemas.errors import Refused
from streams import passkeys
from streams.passkeys import Answer, Relying
from tests.authenticator import Authenticator
from tests.examples import DIRECTOR, NOW

ORIGIN = "https://desk.example.org"
SITE = Relying(ORIGIN, "desk.example.org")
HEAD: dict[str, Any] = {"live_event_id": ENROLMENTS_OF, "at": NOW, "actor": DIRECTOR}
ADA = Person(**HEAD, id=UUID(int=1), name="Ada Vos", initials="AV", role=Role.REVIEWER, live_events=("knee-2026",))
CHALLENGE = b"c" * 32


def enrolled(device: Authenticator, challenge: bytes = CHALLENGE, **client: Any) -> Passkey:
    options = passkeys.creation_options(SITE, ADA, challenge=CHALLENGE, house="St. Anna", kept=())
    made = passkeys.made(device.create(options, **client), SITE, challenge=challenge)
    return Passkey(
        **HEAD, id=UUID(int=2), person_id=ADA.id, invitation_id=UUID(int=3), credential_id=made.credential_id,
        public_key=made.public_key, sign_count=made.sign_count, transports=made.transports, enrolled_at=NOW,
    )  # fmt: skip


def asserted(device: Authenticator, passkey: Passkey, **client: Any) -> Any:
    options = passkeys.request_options(SITE, challenge=CHALLENGE, allow=[passkey])
    return passkeys.assertion_of(Answer.of(device.get(options, **client)), passkey, SITE, NOW)


def test_a_new_credential_and_what_it_signs_hold() -> None:
    device = Authenticator(ORIGIN)
    passkey = enrolled(device)
    assert (passkey.sign_count, passkey.transports) == (0, ("internal",))
    assertion = asserted(device, passkey)
    assert passkeys.verify(assertion, CHALLENGE) == 1
    assert type(assertion).model_validate_json(assertion.model_dump_json()) == assertion


def test_browsers_are_asked_to_verify_the_person_and_for_no_attestation() -> None:
    kept = enrolled(Authenticator(ORIGIN))
    made = passkeys.creation_options(SITE, ADA, challenge=CHALLENGE, house="St. Anna", kept=[kept])
    assert made["rp"] == {"id": "desk.example.org", "name": "St. Anna"}
    assert made["authenticatorSelection"] == {"residentKey": "preferred", "userVerification": "required"}
    assert (made["attestation"], len(made["excludeCredentials"])) == ("none", 1)
    asked = passkeys.request_options(SITE, challenge=CHALLENGE)
    assert (asked["userVerification"], asked["allowCredentials"]) == ("required", [])


@pytest.mark.parametrize(
    "client", [{"origin": "https://evil.example"}, {"type": "webauthn.get"}, {"challenge": "AAAA"}]
)
def test_a_credential_made_elsewhere_or_for_something_else_is_refused(client: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        enrolled(Authenticator(ORIGIN), **client)
    assert (refused.value.code, refused.value.status) == ("bad-passkey", 422)


def test_nobody_is_enrolled_without_being_verified() -> None:
    with pytest.raises(Refused):
        enrolled(Authenticator(ORIGIN, verifies=False))


@pytest.mark.parametrize("credential", [{}, {"id": 3}, {"id": "a", "rawId": "a", "response": []}, {"response": None}])
def test_what_is_no_credential_is_refused(credential: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        passkeys.made(credential, SITE, challenge=CHALLENGE)
    with pytest.raises(Refused):
        Answer.of(credential)


@pytest.mark.parametrize(
    "client", [{"origin": "https://evil.example"}, {"type": "webauthn.create"}, {"crossOrigin": True}]
)
def test_an_assertion_of_another_site_or_kind_does_not_hold(client: dict[str, Any]) -> None:
    device = Authenticator(ORIGIN)
    with pytest.raises(Refused) as refused:
        passkeys.verify(asserted(device, enrolled(device), **client), CHALLENGE)
    assert (refused.value.code, refused.value.status) == ("bad-passkey", 403)


def test_an_assertion_over_something_else_is_told_apart() -> None:
    device = Authenticator(ORIGIN)
    with pytest.raises(Refused) as refused:
        passkeys.verify(asserted(device, enrolled(device)), b"d" * 32)
    assert refused.value.code == "other-challenge"


@pytest.mark.parametrize(
    "change",
    [
        {"signature": "MEUCIQ"},
        {"signature": "?"},
        {"authenticator_data": "AAAA"},
        {"public_key": "pQ"},
        {"rp_id": "example.org"},
        {"client_data": "AAAA"},
        {"client_data": "W10"},
    ],
)
def test_an_altered_assertion_does_not_hold(change: dict[str, Any]) -> None:
    device = Authenticator(ORIGIN)
    assertion = asserted(device, enrolled(device))
    with pytest.raises(Refused):
        passkeys.verify(assertion.model_copy(update=change), CHALLENGE)


def test_another_persons_key_does_not_hold() -> None:
    device, other = Authenticator(ORIGIN), Authenticator(ORIGIN)
    assertion = asserted(device, enrolled(device))
    with pytest.raises(Refused):
        passkeys.verify(assertion.model_copy(update={"public_key": enrolled(other).public_key}), CHALLENGE)


def test_an_unverified_person_signs_nothing() -> None:
    device = Authenticator(ORIGIN)
    passkey = enrolled(device)
    device.verifies = False
    with pytest.raises(Refused):
        passkeys.verify(asserted(device, passkey), CHALLENGE)


def test_a_count_has_to_grow_where_one_is_kept() -> None:
    at_four = enrolled(Authenticator(ORIGIN, count=4))
    assert [passkeys.counted(at_four, n) for n in (0, 3, 4, 5)] == [False, False, False, True]
    uncounted = enrolled(Authenticator(ORIGIN))
    assert [passkeys.counted(uncounted, n) for n in (0, 1)] == [True, True]
