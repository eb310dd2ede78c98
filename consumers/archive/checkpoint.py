"""What a log signs: its name, size and root, as a C2SP checkpoint inside a signed note, and when it is time to sign.

Everything read here must be written exactly as we would write it (base64 has spare bits that decoders ignore), so that
no byte of a checkpoint can change unseen.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from schemas.errors import Refused

CHECKPOINT_EVERY = timedelta(seconds=10)  # partial tiles stay for each signed size, so we do not sign more often
PENDING_MAX = 16_384  # entries waiting for a checkpoint are held in memory: about 12 MB
SIGNATURES_MAX = 100  # C2SP asks for at least 16; a limit keeps a hostile file cheap
ED25519 = b"\x01"

_VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)")


def unbase64(text: str) -> bytes | None:
    """The bytes of canonical base64, or None."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class Key:
    """A public key that may sign: written as the note package's `name+id+key` string."""

    name: str
    public: bytes

    @property
    def vkey(self) -> str:
        body = base64.b64encode(ED25519 + self.public).decode()
        return f"{self.name}+{_key_id(self.name, self.public).hex()}+{body}"

    @classmethod
    def parse(cls, vkey: str) -> "Key":
        found = _VKEY.fullmatch(vkey)
        body = unbase64(found[3]) if found else None
        if not found or body is None or len(body) != 33 or body[:1] != ED25519:
            raise Refused("expected an Ed25519 verifier key: name+id+base64", code="bad-key")
        key = cls(found[1], body[1:])
        if key.vkey != vkey:
            raise Refused("the id of a verifier key does not fit its name and key", code="bad-key")
        return key


class Signer:
    """Signs notes under one name. The key file is 32 raw bytes or PEM (PKCS 8)."""

    def __init__(self, name: str, key_file: bytes) -> None:
        if not name or re.search(r"[\s+]", name):
            raise Refused("a log's name is not empty and has no space and no plus", code="bad-name")
        self._private = _private_key(key_file)
        self.key = Key(name, self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, text: str) -> str:
        """The note: the text, an empty line, our signature line."""
        signature = _key_id(self.key.name, self.key.public) + self._private.sign(text.encode())
        return f"{text}\n— {self.key.name} {base64.b64encode(signature).decode()}\n"


def _private_key(key_file: bytes) -> Ed25519PrivateKey:
    if len(key_file) == 32:
        return Ed25519PrivateKey.from_private_bytes(key_file)
    try:
        key = load_pem_private_key(key_file, password=None)
    except (ValueError, TypeError):
        raise Refused("the archive's signing key is neither 32 bytes nor PEM", code="bad-key") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Refused("the archive's signing key is not Ed25519", code="bad-key")
    return key


def open_note(note: bytes, keys: Iterable[Key]) -> tuple[str, Key]:
    """The text of a note and the key that signed it. Refuses a note without a good signature of a known key."""
    try:
        whole = note.decode()
    except UnicodeDecodeError:
        raise Refused("the note is not UTF-8", code="bad-note") from None
    text, mark, tail = whole.rpartition("\n\n")
    lines = tail.split("\n")
    if not mark or lines.pop() or not lines or len(lines) > SIGNATURES_MAX or re.search(r"[\x00-\x09\x0b-\x1f]", whole):
        raise Refused("the note has no signature block", code="bad-note")
    known = {(key.name, _key_id(key.name, key.public)): key for key in keys}
    signed_by = None
    for line in lines:
        found = _SIGNATURE.fullmatch(line)
        signature = unbase64(found[2]) if found else None
        if not found or signature is None or len(signature) < 5:
            raise Refused("a signature line of the note is malformed", code="bad-note")
        key = known.get((found[1], signature[:4]))
        if key:  # signatures of keys we do not know, such as witnesses, are passed over
            _verify(key, signature[4:], f"{text}\n".encode())
            signed_by = key
    if not signed_by:
        raise Refused("no known key signed the note", code="bad-signature")
    return f"{text}\n", signed_by


def _verify(key: Key, signature: bytes, text: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text)
    except InvalidSignature:
        raise Refused("the signature does not fit the note", code="bad-signature") from None


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a checkpoint says: the log `origin` has `size` entries under `root`."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "TreeHead":
        origin, size, root, *rest = [*text.split("\n"), "", "", ""]
        hash_ = unbase64(root)
        if not origin or not _SIZE.fullmatch(size) or hash_ is None or len(hash_) != 32:
            raise Refused("expected a checkpoint: origin, size, root", code="bad-checkpoint")
        if any(rest):
            raise Refused("a checkpoint of ours has no extension lines", code="bad-checkpoint")
        return cls(origin, int(size), hash_)


def sign(signer: Signer, size: int, root: bytes) -> bytes:
    return signer.sign(TreeHead(signer.key.name, size, root).text).encode()


def open_checkpoint(note: bytes, keys: Iterable[Key]) -> TreeHead:
    """The tree head in a checkpoint, once its signature is checked and the name is the signer's own."""
    text, key = open_note(note, keys)
    head = TreeHead.parse(text)
    if head.origin != key.name:
        raise Refused("the checkpoint names another log than its key", code="bad-checkpoint")
    return head


def parse_keys(file: bytes) -> tuple[Key, ...]:
    """The keys of a `keys.txt`: one verifier key a line, nothing else."""
    try:
        lines = file.decode().split("\n")
    except UnicodeDecodeError:
        raise Refused("keys.txt is not UTF-8", code="bad-key") from None
    if len(lines) < 2 or lines.pop():
        raise Refused("keys.txt does not end with a whole line", code="bad-key")
    return tuple(Key.parse(line) for line in lines)


def checkpoint_due(now: datetime, last: datetime, pending: int) -> bool:
    """Whether entries have waited long enough, or are so many, that the log should sign."""
    return pending >= PENDING_MAX or (pending > 0 and (now - last >= CHECKPOINT_EVERY or now < last))
