"""The one door to WebAuthn (Level 3): what a browser is asked, and whether what it answers holds.

A passkey has to verify its person (PIN or biometry of their own device) each time. Attestation is not asked for: which
make of authenticator people carry is not ours to know.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field, ValidationError
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers.exceptions import WebAuthnException

from schemas.assertion import Assertion
from schemas.enrolment import Passkey, Person
from schemas.envelope import Frozen
from schemas.errors import Refused

ALGORITHMS = (-7, -8, -257)  # ES256, EdDSA, RS256 (RFC 9053, RFC 8812): what the library checks by default
TIMEOUT_MS = 120_000  # gloves off, key out of the pocket
TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})


@dataclass(frozen=True)
class Relying:
    """As which site passkeys know the desk: `https://desk.example.org` and `desk.example.org` or a parent of it."""

    origin: str
    rp_id: str


@dataclass(frozen=True)
class Made:
    """A new credential; byte strings in base64url."""

    credential_id: str
    public_key: str
    sign_count: int
    transports: tuple[str, ...]


class _Response(Frozen):
    clientDataJSON: str = Field(max_length=2000)  # noqa: N815  # the name in the standard
    authenticatorData: str = Field(max_length=1000)  # noqa: N815  # as above
    signature: str = Field(max_length=700)


class Answer(Frozen):
    """What `navigator.credentials.get()` gave, as JSON (section 5.1.8)."""

    id: str = Field(max_length=1400)
    response: _Response

    @classmethod
    def of(cls, credential: object) -> "Answer":
        """Raises Refused (422 bad-passkey) for another shape."""
        try:
            return cls.model_validate(credential)
        except ValidationError:
            raise _bad() from None


def creation_options(
    relying: Relying, person: Person, *, challenge: bytes, house: str, kept: Iterable[Passkey]
) -> dict[str, Any]:
    """For `navigator.credentials.create()`; `kept`: the person's active passkeys, not to be made twice on a device."""
    return {
        "rp": {"id": relying.rp_id, "name": house},
        "user": {"id": encoded(person.id.bytes), "name": person.name, "displayName": person.name},
        "challenge": encoded(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in ALGORITHMS],
        "timeout": TIMEOUT_MS,
        "excludeCredentials": described(kept),
        "authenticatorSelection": {"residentKey": "preferred", "userVerification": "required"},
        "attestation": "none",
    }


def request_options(relying: Relying, *, challenge: bytes, allow: Iterable[Passkey] = ()) -> dict[str, Any]:
    """For `navigator.credentials.get()`; without `allow` the device offers what it knows for this site."""
    return {
        "rpId": relying.rp_id,
        "challenge": encoded(challenge),
        "timeout": TIMEOUT_MS,
        "allowCredentials": described(allow),
        "userVerification": "required",
    }


def described(passkeys: Iterable[Passkey]) -> list[dict[str, Any]]:
    return [{"type": "public-key", "id": k.credential_id, "transports": list(k.transports)} for k in passkeys]


def made(credential: Mapping[str, Any], relying: Relying, *, challenge: bytes) -> Made:
    """The new credential, if the answer to `creation_options` holds (section 7.1). Raises Refused (422 bad-passkey)."""
    try:
        found = verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=relying.rp_id,
            expected_origin=relying.origin,
            require_user_verification=True,
        )
        told = credential["response"].get("transports", [])
        transports = tuple(sorted({t for t in told if t in TRANSPORTS}))
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError):
        raise _bad() from None
    return Made(encoded(found.credential_id), encoded(found.credential_public_key), found.sign_count, transports)


def challenge_in(answer: Answer) -> bytes:
    """What a browser says it was asked. Raises Refused for client data that is none."""
    try:
        return decoded(json.loads(decoded(answer.response.clientDataJSON))["challenge"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _bad() from None


def challenge_made(credential: Mapping[str, Any]) -> bytes:
    """As challenge_in(), for the answer to `creation_options`."""
    try:
        return decoded(json.loads(decoded(credential["response"]["clientDataJSON"]))["challenge"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _bad() from None


def assertion_of(answer: Answer, passkey: Passkey, relying: Relying, asked_at: datetime) -> Assertion:
    """The answer with all that is needed to check it again from the record alone. It is not checked yet."""
    return Assertion(
        passkey_id=passkey.id,
        person_id=passkey.person_id,
        asked_at=asked_at,
        credential_id=answer.id,
        public_key=passkey.public_key,
        client_data=answer.response.clientDataJSON,
        authenticator_data=answer.response.authenticatorData,
        signature=answer.response.signature,
        origin=relying.origin,
        rp_id=relying.rp_id,
    )


def verify(assertion: Assertion, challenge: bytes) -> int:
    """The authenticator's count of signatures, if the assertion answers this challenge (section 7.2).

    Raises Refused: 409 `other-challenge` where it answers another one, 403 `bad-passkey` where it does not hold.
    """
    answer = Answer(
        id=assertion.credential_id,
        response=_Response(
            clientDataJSON=assertion.client_data,
            authenticatorData=assertion.authenticator_data,
            signature=assertion.signature,
        ),
    )
    if challenge_in(answer) != challenge:
        raise Refused("The passkey signed something else. Nothing was approved.", code="other-challenge", status=409)
    if _is_cross_origin(assertion.client_data):
        raise _bad(403)
    try:
        found = verify_authentication_response(
            credential={
                "id": answer.id,
                "rawId": answer.id,
                "type": "public-key",
                "response": answer.response.model_dump(),
            },
            expected_challenge=challenge,
            expected_rp_id=assertion.rp_id,
            expected_origin=assertion.origin,
            credential_public_key=decoded(assertion.public_key),
            credential_current_sign_count=0,  # counted() looks, where a desk knows the last one
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError):
        raise _bad(403) from None
    return found.new_sign_count


def counted(passkey: Passkey, sign_count: int) -> bool:
    """Whether the count grew, or is not kept at all (0, as of passkeys that a provider keeps on several devices)."""
    return sign_count == passkey.sign_count == 0 or sign_count > passkey.sign_count


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """Raises ValueError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def _is_cross_origin(client_data: str) -> bool:
    return json.loads(decoded(client_data)).get("crossOrigin", False) is not False  # in a frame of another site


def _bad(status: int = 422) -> Refused:
    return Refused("This passkey could not be verified. Try again.", code="bad-passkey", status=status)
