"""The protocol of a witness, without its transport: what it is asked, and what its answer means for our log. Pure.

Source: c2sp.org/tlog-witness, `add-checkpoint`. A witness keeps, for each log, the largest checkpoint it co-signed. Its
size is all that it tells of it; so an answer that our log cannot have caused is an alarm, not a proof.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from consumers.archive.anchors.cosignature import Cosignature, WitnessKey, read
from schemas.errors import Refused

ANSWER_MAX = 16_384  # bytes of an answer that are read: a hundred signature lines
PROOF_MAX = 63  # lines of a consistency proof that the protocol allows; no tree of ours needs more

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422
_ABOUT = {400: "it cannot read what we sent", 403: "it does not trust our key", 404: "it does not know this log",
          429: "it has too much to do"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cosigned:
    """It signed."""

    cosignatures: tuple[Cosignature, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """It holds our log at another size than we said: ask again with a proof from there."""

    size: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """It has seen another log under our name and key than the one that lies here."""

    said: str


@dataclass(frozen=True, slots=True)
class Failed:
    """No co-signature this time; it may be otherwise later."""

    why: str


Outcome = Cosigned | Behind | Alarm | Failed


def request(old: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """The body of `add-checkpoint`: `proof` shows that the tree of `old` entries is a prefix of the checkpoint's."""
    lines = [f"old {old}", *(base64.b64encode(step).decode() for step in proof), "", ""]
    return "\n".join(lines).encode() + checkpoint


@dataclass(frozen=True, slots=True)
class Asked:
    """What we asked: a checkpoint with this note text, of this size, from this older size on."""

    text: str
    size: int
    old: int


def outcome(asked: Asked, key: WitnessKey, status: int, body: bytes) -> Outcome:
    """What an answer means."""
    if status == OK:
        return _cosigned(asked, key, body)
    if status == CONFLICT:
        return _conflict(asked, body)
    if status == UNPROCESSABLE:
        if asked.old == asked.size:
            return Alarm(f"it holds another root for our first {asked.size} entries")
        return Alarm(f"the {asked.old} entries that it saw are not the first {asked.old} of ours")
    return Failed(_ABOUT.get(status, f"it answered {status}"))


def _cosigned(asked: Asked, key: WitnessKey, body: bytes) -> Outcome:
    try:
        lines = body.decode().split("\n")
        found = [read(line, asked.text, [key]) for line in lines[:-1]]
    except (UnicodeDecodeError, Refused) as error:
        why = str(error) if isinstance(error, Refused) else "its answer is not UTF-8"
        return Failed(f"it sent a bad answer: {why}")
    mine = tuple(one for one in found if one is not None)
    return Cosigned(mine) if mine and not lines[-1] else Failed("it sent no co-signature of the key that we know")


def _conflict(asked: Asked, body: bytes) -> Outcome:
    said = body.decode(errors="replace").removesuffix("\n")
    if not said.isascii() or not said.isdigit() or len(said) > 18 or (said[0] == "0" and said != "0"):
        if asked.old == asked.size:  # it need not say a size when only the roots differ
            return Alarm(f"it holds another root for our first {asked.size} entries")
        return Failed("it refused, and did not say which size it holds")
    size = int(said)
    if size > asked.size:
        return Alarm(f"it has seen {size} entries of this log, only {asked.size} are here")
    if size == asked.old:
        # The size that we said ourselves: only the roots can differ.
        return Alarm(f"it holds another root for our first {size} entries")
    return Behind(size)
