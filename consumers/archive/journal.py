"""How the journal is framed and read: the file that makes a batch durable with one write, before any tile. Pure.

A batch is a 48-byte head (first seq, length, SHA-256 of the body, and four check bytes over all that) and a body framed
as an entry bundle. A process that dies while writing leaves a *short* last batch, which is cut off; a batch that is all
there but wrong was changed later, and nothing may be cut off then: that would be a silent gap.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from consumers.archive.tiles import frame, unframe
from schemas.errors import Broken

HEAD_SIZE = 48


@dataclass(frozen=True, slots=True)
class Pending:
    """The whole batches of a journal: the seq of their first entry, the entries, and where the last batch ends."""

    start: int
    entries: tuple[bytes, ...]
    end: int


def encode(start: int, entries: Sequence[bytes]) -> bytes:
    body = frame(entries)
    head = start.to_bytes(8, "big") + len(body).to_bytes(4, "big") + hashlib.sha256(body).digest()
    return head + hashlib.sha256(head).digest()[:4] + body


def decode(data: bytes) -> Pending:
    """Everything up to a short last batch. Raises Broken for a batch that is complete and wrong."""
    at, first, entries = 0, 0, list[bytes]()
    while at + HEAD_SIZE <= len(data):
        head = data[at : at + HEAD_SIZE]
        if hashlib.sha256(head[:44]).digest()[:4] != head[44:]:
            raise Broken(f"pending: the batch head at byte {at} was changed")
        stop = at + HEAD_SIZE + int.from_bytes(head[8:12], "big")
        if stop > len(data):
            break
        body = data[at + HEAD_SIZE : stop]
        if hashlib.sha256(body).digest() != head[12:44]:
            raise Broken(f"pending: the batch at byte {at} was changed")
        start = int.from_bytes(head[:8], "big")
        first = first if entries else start
        if start != first + len(entries):
            raise Broken(f"pending: the batch at byte {at} starts at seq {start}, not at {first + len(entries)}")
        entries += unframe(body)[0]
        at = stop
    return Pending(first, tuple(entries), at)
