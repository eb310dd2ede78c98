"""What a witness signs: our checkpoint, with the time at which it saw it, as a C2SP tlog-cosignature/v1. Pure.

A co-signature says: as of this time, the largest tree of this log that the witness has seen, consistent with all that
it saw before, has this root. Source: c2sp.org/tlog-cosignature, Ed25519.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from consumers.archive.checkpoint import unbase64
from schemas.errors import Refused

ED25519_COSIGNATURE = b"\x04"
TIME_MAX = 253_402_300_799  # the last second of the year 9999: later ones no calendar here can say

_VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)")
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)")
_STAMP_SIZE, _ID_SIZE = 8, 4


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness's public key, written `name+id+key` as the note package has it, of type 4."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519_COSIGNATURE + self.public).digest()[:_ID_SIZE]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519_COSIGNATURE + self.public).decode()}"

    @classmethod
    def parse(cls, vkey: str) -> "WitnessKey":
        """Raises Refused for anything but the one right form."""
        found = _VKEY.fullmatch(vkey)
        body = unbase64(found[3]) if found else None
        if not found or body is None or len(body) != 33 or body[:1] != ED25519_COSIGNATURE or not vkey.isprintable():
            raise Refused("expected the key of a witness: name+id+base64, Ed25519, type 4", code="bad-witness")
        key = cls(found[1], body[1:])
        if key.vkey != vkey:
            raise Refused("the id of a witness's key does not fit its name and key", code="bad-witness")
        return key


@dataclass(frozen=True, slots=True)
class Cosignature:
    """One line that holds."""

    name: str
    at: datetime
    line: str


def message(text: str, at_s: int) -> bytes:
    """What is signed for a note's `text`, which ends with a newline; `at_s` is in seconds since 1970."""
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


def cosign(name: str, seed: bytes, text: str, at_s: int) -> str:
    """The signature line of a witness with this key."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key = WitnessKey(name, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    signed = key.id + at_s.to_bytes(_STAMP_SIZE) + private.sign(message(text, at_s))
    return f"— {name} {base64.b64encode(signed).decode()}\n"


def read(line: str, text: str, keys: Sequence[WitnessKey]) -> Cosignature | None:
    """What a signature line (without its newline) says of the note's `text`; None where it is of a key not in `keys`.

    Raises Refused for a malformed line, and for one of a known key that does not hold.
    """
    found = _LINE.fullmatch(line)
    body = unbase64(found[2]) if found else None
    if not found or body is None or len(body) <= _ID_SIZE:
        raise Refused("a signature line is malformed", code="bad-cosignature")
    key = next((key for key in keys if (key.name, key.id) == (found[1], body[:_ID_SIZE])), None)
    if key is None:
        return None
    stamp, signature = body[_ID_SIZE : _ID_SIZE + _STAMP_SIZE], body[_ID_SIZE + _STAMP_SIZE :]
    at_s = int.from_bytes(stamp)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message(text, at_s))
    except InvalidSignature:
        raise Refused(f"the co-signature of {key.name} does not fit the checkpoint", code="bad-cosignature") from None
    if at_s > TIME_MAX:
        raise Refused(f"the co-signature of {key.name} is of no year there is", code="bad-cosignature")
    return Cosignature(key.name, datetime.fromtimestamp(at_s, UTC), line)
