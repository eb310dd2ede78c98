"""One file that proves one entry offline: a C2SP tlog-proof with the entry itself as its extra data. Pure.

The extra data is trusted only after its hash leads to the signed root: the file both shows a post's text and proves it.
"""

import binascii
from collections.abc import Iterable
from dataclasses import dataclass

from consumers.archive import merkle
from consumers.archive.checkpoint import Key, TreeHead, open_checkpoint
from schemas.errors import Refused

HEADER = b"c2sp.org/tlog-proof@v1"
PATH_MAX = 64  # no tree is higher


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry, its place, the way to the root, and the signed checkpoint as it was."""

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes


def _b64(data: bytes) -> bytes:
    return binascii.b2a_base64(data, newline=False)


def front(entry: bytes, index: int, path: Iterable[bytes]) -> bytes:
    """How a proof file begins whose way begins with `path`."""
    return b"\n".join([HEADER, b"extra " + _b64(entry), b"index %d" % index, *map(_b64, path), b""])


def encode(proof: Proof) -> bytes:
    return front(proof.entry, proof.index, proof.path) + b"\n" + proof.checkpoint


def decode(data: bytes) -> Proof:
    """Reads what encode() wrote; anything else, down to a spare bit, is refused: it is written again and compared."""
    head, _, checkpoint = data.partition(b"\n\n")
    lines = head.split(b"\n")
    if len(lines) < 3 or not lines[1].startswith(b"extra ") or not lines[2].startswith(b"index "):
        raise Refused("expected a proof file: header, extra, index", code="bad-proof")
    index = lines[2][6:]
    if not (index.isdigit() and len(index) < 19) or len(lines) - 3 > PATH_MAX:
        raise Refused("the proof's index or path is malformed", code="bad-proof")
    try:
        entry, *path = map(binascii.a2b_base64, [lines[1][6:], *lines[3:]])
    except binascii.Error:
        raise Refused("the proof holds bad base64", code="bad-proof") from None
    proof = Proof(entry, int(index), tuple(path), checkpoint)
    if any(len(step) != merkle.HASH_SIZE for step in path) or encode(proof) != data:
        raise Refused("the proof is not in its one right form", code="bad-proof")
    return proof


def check(data: bytes, keys: Iterable[Key], opened: dict[bytes, TreeHead] | None = None) -> tuple[Proof, TreeHead]:
    """The proof and the tree head it leads to, once signature and path are checked. `opened` remembers checkpoints:
    many proofs bear the same one, and its signature is the dearest part."""
    proof, opened = decode(data), {} if opened is None else opened
    head = opened.get(proof.checkpoint)
    if head is None:
        head = opened[proof.checkpoint] = open_checkpoint(proof.checkpoint, keys)
    if not merkle.verify_inclusion(proof.index, head.size, merkle.leaf_hash(proof.entry), proof.path, head.root):
        raise Refused("the proof does not lead to the signed root", code="bad-proof")
    return proof, head
