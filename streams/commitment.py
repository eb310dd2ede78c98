"""Keyed commitments to a text: what a record may keep of words that it must not repeat. Pure.

HMAC-SHA-256 (RFC 2104) over the exact bytes, under a key of the live event's subject that lies in the vault and goes
with it. While the key lives a given text can be told to be the one that was typed; once it is destroyed nobody can
tell, by guessing either. The update is bound in, so that the same words in two updates do not show as the same.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterator
from typing import Literal
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Field = Literal["raw", "text"]
"""`raw`: what was typed. `text`: what screening left of it."""

KEY_BYTES = 32


def key_of(secret: bytes, live_event_id: str) -> bytes:
    """The commitment key of an event's subject, derived from the event's private key (HKDF, RFC 5869).

    Derived, not stored beside it: there is nothing that could be forgotten when the private key is destroyed.
    """
    info = f"scrubcast/commitment/1/{live_event_id}/subject".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret)


def commit(key: bytes, field: Field, update_id: UUID, text: str) -> str:
    """64 hexadecimal digits. `text` as it is: no normal form, no trimming, UTF-8."""
    head = f"scrubcast/commitment/1/{field}/{update_id}\n".encode()
    return hmac.new(key, head + text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def opens(key: bytes, field: Field, update_id: UUID, text: str, commitment: str) -> str | None:
    """How a text has to be read to be the committed one: `as it is`, or what was changed; None when it is not."""
    for how, candidate in _readings(text):
        if hmac.compare_digest(commit(key, field, update_id, candidate), commitment):
            return how
    return None


def _readings(text: str) -> Iterator[tuple[str, str]]:
    """What editors do to a file without being asked: a line's end at the end, other line ends, another normal form."""
    yield "as it is", text
    lines = text.replace("\r\n", "\n")
    for how, candidate in (("with other line ends", lines), ("without the end of its last line", lines.rstrip("\n"))):
        yield how, candidate
        yield f"{how}, composed (NFC)", unicodedata.normalize("NFC", candidate)
        yield f"{how}, decomposed (NFD)", unicodedata.normalize("NFD", candidate)
