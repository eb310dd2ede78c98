"""One file that proves one entry offline: a C2SP tlog-proof with the entry itself as its extra data. Pure.

The extra data is trusted only after its hash leads to the signed root: the file both shows a post's text and proves it.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consumers.archive import merkle
from consumers.archive.checkpoint import Key, TreeHead, open_checkpoint, unbase64
from schemas.errors import Refused

HEADER = "c2sp.org/tlog-proof@v1"
PATH_MAX = 64  # no tree is higher


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry, its place, the way to the root, and the signed checkpoint as it was."""

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def encode(proof: Proof) -> bytes:
    head = [HEADER, f"extra {_b64(proof.entry)}", f"index {proof.index}"]
    return "\n".join([*head, *map(_b64, proof.path), "", ""]).encode() + proof.checkpoint


def decode(data: bytes) -> Proof:
    """Reads what encode() wrote; anything else, down to a spare bit, is refused."""
    head, _, checkpoint = data.partition(b"\n\n")
    lines = head.decode(errors="replace").split("\n")
    if len(lines) < 3 or not lines[1].startswith("extra ") or not lines[2].startswith("index "):
        raise Refused("expected a proof file: header, extra, index", code="bad-proof")
    entry, index = unbase64(lines[1][6:]), lines[2][6:]
    path = [unbase64(line) for line in lines[3:]]
    if entry is None or not (index.isascii() and index.isdigit() and len(index) < 19) or len(path) > PATH_MAX:
        raise Refused("the proof's entry or index is malformed", code="bad-proof")
    proof = Proof(entry, int(index), tuple(_hashes(path)), checkpoint)
    if encode(proof) != data:
        raise Refused("the proof is not in its one right form", code="bad-proof")
    return proof


def _hashes(path: Sequence[bytes | None]) -> Iterable[bytes]:
    for step in path:
        if step is None or len(step) != merkle.HASH_SIZE:
            raise Refused("a step of the proof is not a hash", code="bad-proof")
        yield step


def check(data: bytes, keys: Iterable[Key]) -> tuple[Proof, TreeHead]:
    """The proof and the tree head it leads to, once signature and path are checked."""
    proof = decode(data)
    head = open_checkpoint(proof.checkpoint, keys)
    if not merkle.verify_inclusion(proof.index, head.size, merkle.leaf_hash(proof.entry), proof.path, head.root):
        raise Refused("the proof does not lead to the signed root", code="bad-proof")
    return proof, head
