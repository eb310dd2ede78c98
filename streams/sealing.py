"""Sealing what staff wrote to a live event's public key: JWE, ECDH-ES on P-256 with A256GCM (RFC 7516, RFC 7518)."""

import base64
import json
import uuid
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from schemas.errors import Refused

ALGORITHMS = ["ECDH-ES", "A256GCM"]


def new_key() -> tuple[dict[str, str], dict[str, str]]:
    """A key pair for one live event: (private JWK, public JWK), with the same random `kid`."""
    key = ECKey.generate_key("P-256", {"kid": uuid.uuid4().hex, "use": "enc"}, private=True)
    return _plain(key.as_dict(private=True)), _plain(key.as_dict(private=False))


def _plain(jwk: Any) -> dict[str, str]:
    return {name: str(value) for name, value in jwk.items() if name in {"kty", "crv", "x", "y", "d", "kid", "use"}}


def _key(jwk: dict[str, str]) -> ECKey:
    members: dict[str, str | list[str]] = dict(jwk)  # dict is invariant, and the vendor asks for the wider one
    return ECKey.import_key(members)


def seal(public_jwk: dict[str, str], content: bytes) -> str:
    """`content` as a compact JWE that only the holder of the private key can open."""
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": public_jwk["kid"], "cty": "application/json"}
    key = _key({k: v for k, v in public_jwk.items() if k != "d"})
    return jwe.encrypt_compact(header, content, key, algorithms=ALGORITHMS)


PrivateKey = ECKey


def private_key(jwk: dict[str, str]) -> PrivateKey:
    """The key ready for use: reading it takes as long as opening a seal."""
    return _key(jwk)


def unseal(private: PrivateKey | dict[str, str], sealed: str) -> bytes:
    """The content. Raises Refused when it was sealed to another key or was altered."""
    try:
        key = _key(private) if isinstance(private, dict) else private
        return jwe.decrypt_compact(sealed, key, algorithms=ALGORITHMS).plaintext or b""
    except (JoseError, ValueError, TypeError, RecursionError) as error:  # the last two for headers made to break it
        raise Refused(f"The seal cannot be opened: {type(error).__name__}.", code="bad-seal") from None


def header_of(sealed: str) -> dict[str, Any]:
    """The protected header of a compact JWE. Raises Refused when it is none of ours."""
    first, *rest = sealed.split(".")
    try:
        header = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, RecursionError):  # a header of a thousand brackets is JSON as well
        header = None
    if len(rest) != 4 or not isinstance(header, dict):
        raise Refused("A sealed update was expected: five parts, the first a header.", code="bad-seal")
    if header.get("alg") != "ECDH-ES" or header.get("enc") != "A256GCM":
        raise Refused("The seal has to be ECDH-ES with A256GCM.", code="bad-seal")
    return header
