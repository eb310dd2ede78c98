"""Whether the anchors that lie beside a log hold for it; the first that does not is named. Pure.

`witnesses.txt` and `tsa-roots.pem` lie in the log's own folder: whose they are, a stranger has to ask elsewhere, as of
`keys.txt`. Whoever has them from elsewhere gives them, and then they alone count.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import TypeVar

from consumers.archive.anchors import found
from consumers.archive.anchors.cosignature import WitnessKey, read
from consumers.archive.anchors.found import Alarmed, Anchors, Cosigned, Stamped
from consumers.archive.checkpoint import SIGNATURES_MAX, Key, TreeHead, open_checkpoint
from consumers.archive.verdict import Reader, Tampered
from schemas.errors import Refused

T = TypeVar("T")


@dataclass(frozen=True)
class Trust:
    """Keys of witnesses and roots of time stamps (PEM) from elsewhere; without them, those beside the log."""

    witnesses: Sequence[WitnessKey] = ()
    roots: bytes | None = None


BESIDE = Trust()


@dataclass
class Judge:
    """One run over one log's anchors. `keys` are the log's own."""

    reader: Reader
    keys: Sequence[Key]
    trust: Trust = BESIDE

    def heads(self) -> list[tuple[str, TreeHead]]:
        """The checkpoints that were anchored, for the caller to look for in the log. Raises Tampered."""
        return [(place, self._head(size)) for size, place in self._checkpoints.items()]

    def anchors(self) -> Anchors:
        """What holds. Raises Tampered for the first that does not, and for a file that is no anchor."""
        cosigned, stamped, alarms = list[Cosigned](), list[Stamped](), list[Alarmed]()
        for name in self._names:
            parts = found.ANCHOR.fullmatch(name)
            if parts and parts[2] == found.COSIGNED:
                cosigned += self._cosigned(name, int(parts[1]))
            elif parts and parts[2] == found.STAMP:
                stamped.append(self._stamped(name, int(parts[1])))
            elif found.ALARM.fullmatch(name):
                alarms.append(self._alarm(name))
            elif not parts and name not in {found.WITNESSES, found.ROOTS}:
                raise Tampered(name, "is no anchor")
        return Anchors(tuple(sorted(cosigned, key=_by_size)), tuple(sorted(stamped, key=_by_size)), tuple(alarms))

    @cached_property
    def _names(self) -> list[str]:
        return [name for name in self.reader.names() if name.startswith(found.FOLDER) and name != found.DRAFT]

    @cached_property
    def _checkpoints(self) -> dict[int, str]:
        sizes = {int(parts[1]) for name in self._names if (parts := found.ANCHOR.fullmatch(name))}
        return {size: f"{found.FOLDER}{size}/{found.CHECKPOINT}" for size in sorted(sizes)}

    def _need(self, name: str) -> bytes:
        data = self.reader.read(name)
        if data is None:
            raise Tampered(name, "is missing")
        return data

    def _head(self, size: int) -> TreeHead:
        place = self._checkpoints[size]
        head = _guarded(place, lambda: open_checkpoint(self._need(place), self.keys))
        if head.size != size:
            raise Tampered(place, f"speaks of {head.size} entries")
        return head

    @cached_property
    def _witnesses(self) -> list[WitnessKey]:
        lines = self._need(found.WITNESSES).decode(errors="replace").split("\n")
        if lines.pop():
            raise Tampered(found.WITNESSES, "does not end with a whole line")
        keys = [_guarded(found.WITNESSES, partial(WitnessKey.parse, line)) for line in lines]
        if self.trust.witnesses and not set(keys) <= set(self.trust.witnesses):
            raise Tampered(found.WITNESSES, "names a witness that is not one you trust")
        return keys

    def _cosigned(self, name: str, size: int) -> list[Cosigned]:
        note = self._need(self._checkpoints[size])
        data = self._need(name)
        if not data.startswith(note) or not data.endswith(b"\n"):
            raise Tampered(name, "is not the checkpoint beside it with further signatures")
        lines = data[len(note) :].decode(errors="replace").split("\n")[:-1]
        if not 0 < len(lines) <= SIGNATURES_MAX:
            raise Tampered(name, "has no co-signature")
        text = note.decode().rpartition("\n\n")[0] + "\n"
        held = [_guarded(name, partial(read, line, text, self._witnesses)) for line in lines]
        if None in held:
            raise Tampered(name, f"is signed by a witness that {found.WITNESSES} does not name")
        return [Cosigned(size, one.name, one.at) for one in held if one is not None]

    def _stamped(self, name: str, size: int) -> Stamped:
        from consumers.archive.anchors import stamp  # noqa: PLC0415  # a library of its own, for those who use it

        note, pem = self._need(self._checkpoints[size]), self.trust.roots or self._need(found.ROOTS)
        one = _guarded(name, lambda: stamp.check(self._need(name), note, stamp.roots_of(pem)))
        return Stamped(size, one.by, one.at)

    def _alarm(self, name: str) -> Alarmed:
        try:
            told = json.loads(self._need(name))
            one = Alarmed(told["size"], told["by"], datetime.fromisoformat(told["at"]), told["said"])
            plain = isinstance(one.size, int) and one.by.isprintable() and one.said.isprintable()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            plain = False
        if not plain:
            raise Tampered(name, "is no record of an alarm")
        return one


def _by_size(one: Cosigned | Stamped) -> tuple[int, str]:
    return one.size, one.by


def _guarded(place: str, act: Callable[[], T]) -> T:
    try:
        return act()
    except Refused as refused:
        raise Tampered(place, str(refused)) from None
