"""Decides whether a request bears the signature of an enrolled tablet. Pure: headers, bytes and a public key in.

What is signed, as UTF-8 and joined by line feeds:

    scrubcast/tablet/v1
    METHOD
    PATH                    as it is sent, with the query where there is one
    Scrubcast-Time          ISO 8601; recorded, never judged: tablets' clocks may be a day off
    Scrubcast-Counter       grows by one with each request of the tablet
    update id               of the update that is sent (as its body spells it) or taken back; else empty
    hex SHA-256 of the body

ECDSA on P-256 with SHA-256, r and s as 64 bytes (IEEE P1363, which WebCrypto makes), in base64url without padding.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pydantic import ValidationError

from schemas.enrolment import PublicKey
from schemas.errors import Refused
from schemas.submission import COUNTER_MAX, Signed

TIME_MAX = 40  # characters; a time with nine digits of a second and its zone has 35
COORDINATE_BYTES = 32
SIGNATURE_BYTES = 2 * COORDINATE_BYTES
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{86}")
_COUNTER = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True)
class Signature:
    """The four headers, well-formed; nothing is said yet about whether they hold."""

    tablet_id: UUID
    time: str
    counter: int
    value: str

    def signed(self, body: bytes) -> Signed:
        """As it is kept with a submission."""
        return Signed(
            tablet_id=self.tablet_id,
            time=self.time,
            counter=self.counter,
            signature=self.value,
            body_sha256=hashlib.sha256(body).hexdigest(),
        )


def signature_in(headers: Mapping[str, str]) -> Signature | None:
    """The signature a request claims to bear; None without one. Raises Refused (403 bad-signature) for half of one.

    `headers` by names in small letters.
    """
    value = headers.get("scrubcast-signature")
    if value is None:
        return None
    device, time, counter = (headers.get(f"scrubcast-{name}", "") for name in ("device", "time", "counter"))
    if not (_SIGNATURE.fullmatch(value) and _COUNTER.fullmatch(counter) and int(counter) <= COUNTER_MAX):
        raise bad_signature()
    try:
        if len(time) > TIME_MAX or datetime.fromisoformat(time).tzinfo is None:
            raise bad_signature()
        return Signature(UUID(device), time, int(counter), value)
    except ValueError:
        raise bad_signature() from None


def bad_signature() -> Refused:
    return Refused(
        "The signature of this tablet does not hold. Sign the request anew; nothing was changed.",
        code="bad-signature",
        status=403,
    )


def message(method: str, path: str, signature: Signature, update_id: str, body: bytes) -> bytes:
    """The bytes under the signature."""
    digest = hashlib.sha256(body).hexdigest()
    parts = ("scrubcast/tablet/v1", method, path, signature.time, str(signature.counter), update_id, digest)
    return "\n".join(parts).encode()


def check(key: PublicKey, signature: Signature, signed: bytes) -> None:
    """Raises Refused (403 bad-signature) unless `key` signed these bytes."""
    raw = base64.urlsafe_b64decode(signature.value + "==")
    r, s = (int.from_bytes(part) for part in (raw[:COORDINATE_BYTES], raw[COORDINATE_BYTES:]))
    try:
        _loaded(key).verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        raise bad_signature() from None


def public_key_of(jwk: Mapping[str, Any]) -> PublicKey:
    """The key a tablet wants to be known by. Raises Refused (422) for any that is none, and for one with its secret."""
    if "d" in jwk:
        raise Refused(
            "A private key was sent with it, so this key is worthless now. Make another, and send its public part.",
            code="private-key",
        )
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise Refused("`public_key` has to be an EC key on P-256, as a JWK.", code="bad-key")
    try:
        key = PublicKey(x=jwk.get("x", ""), y=jwk.get("y", ""))
        _loaded(key)
    except (ValidationError, ValueError):
        raise Refused("`public_key` is no point of P-256.", code="bad-key") from None
    return key


def _loaded(key: PublicKey) -> ec.EllipticCurvePublicKey:
    """Raises ValueError for a point that is not on the curve: cryptography looks."""
    return ec.EllipticCurvePublicNumbers(_number(key.x), _number(key.y), ec.SECP256R1()).public_key()


def _number(coordinate: str) -> int:
    try:
        return int.from_bytes(base64.urlsafe_b64decode(coordinate + "="))
    except binascii.Error as error:
        raise ValueError("not base64url") from error
