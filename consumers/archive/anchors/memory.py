"""A witness in memory that keeps the protocol of c2sp.org/tlog-witness: for tests, and to try the setting out."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

from consumers.archive import merkle
from consumers.archive.anchors.cosignature import WitnessKey, cosign
from consumers.archive.anchors.witness import PROOF_MAX
from consumers.archive.checkpoint import Key, Signer, TreeHead, open_note
from schemas.errors import Refused
from streams.clock import Clock

SIZE_TYPE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Answer:
    """Of HTTP: status, content type, body."""

    status: int
    content_type: str = "text/plain; charset=utf-8"
    body: bytes = b""


class MemoryWitness:
    """Knows some logs by their keys and co-signs what is consistent with what it saw. Forgets everything at its end."""

    def __init__(self, name: str, seed: bytes, logs: Iterable[Key], clock: Clock) -> None:
        self.key = WitnessKey(name, Signer(name, seed).key.public)
        self._seed = seed
        self._logs = {key.name: key for key in logs}
        self._clock = clock
        self.heads: dict[str, TreeHead] = {}

    def add_checkpoint(self, body: bytes) -> Answer:
        """One call of `add-checkpoint`; everything in it happens at once."""
        try:
            old, proof, note = _parse(body)
            origin = note.decode().partition("\n")[0]
        except (Refused, UnicodeDecodeError):
            return Answer(400)
        if origin not in self._logs:
            return Answer(404)
        try:
            text, _ = open_note(note, [self._logs[origin]])
            head = TreeHead.parse(text)
        except Refused as refused:
            return Answer(403 if refused.code == "bad-signature" else 400)
        return self._judge(old, proof, text, head)

    def _judge(self, old: int, proof: list[bytes], text: str, head: TreeHead) -> Answer:
        known = self.heads.get(head.origin)
        size = known.size if known else 0
        if old > head.size:
            return Answer(400)
        if old != size or (known and old == head.size and known.root != head.root):
            return Answer(409, SIZE_TYPE, f"{size}\n".encode())
        if not _follows(known, proof, head):
            return Answer(422)
        self.heads[head.origin] = head
        at_s = int(self._clock.now().timestamp())
        return Answer(200, body=cosign(self.key.name, self._seed, text, at_s).encode())


def _follows(known: TreeHead | None, proof: list[bytes], head: TreeHead) -> bool:
    if known is None or known.size == 0:
        return not proof
    if known.size == head.size:
        return not proof and known.root == head.root
    return merkle.verify_consistency(known.size, head.size, known.root, head.root, proof)


def _parse(body: bytes) -> tuple[int, list[bytes], bytes]:
    head, mark, note = body.partition(b"\n\n")
    first, *lines = head.decode(errors="replace").split("\n")
    size = first.removeprefix("old ")
    plain = size.isascii() and size.isdigit() and len(size) < 19 and str(int(size)) == size
    if not mark or not first.startswith("old ") or not plain or len(lines) > PROOF_MAX:
        raise Refused("expected an old size, a proof and a checkpoint", code="bad-request")
    try:
        proof = [base64.b64decode(line, validate=True) for line in lines]
    except binascii.Error:
        raise Refused("the proof is not base64", code="bad-request") from None
    if any(len(step) != merkle.HASH_SIZE for step in proof):
        raise Refused("a step of the proof is no hash", code="bad-request")
    return int(size), proof, note
