"""One log's folder as anchoring sees it: what was signed last, proofs from its tiles, and where its anchors are kept.

Nothing here writes outside `anchors/`. The log's own writer may be at work at the same time: what it signed stays.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from consumers.archive import merkle, tiles
from consumers.archive.anchors import found
from consumers.archive.anchors.cosignature import Cosignature, WitnessKey, read
from consumers.archive.checkpoint import TreeHead, open_checkpoint, parse_keys
from consumers.archive.derived import entries_of
from consumers.archive.disk import Disk
from consumers.archive.entry import canonical
from consumers.archive.shelf import Shelf
from schemas.errors import Refused, Unavailable

ALARMS_MAX = 100  # of one log: a log that grows under an alarm has another one each hour


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint of ours, as its bytes and as what they say."""

    note: bytes
    head: TreeHead

    @property
    def text(self) -> str:
        return self.head.text


class Place:
    """`root` is the archive's folder, `name` that of the log in it."""

    def __init__(self, disk: Disk, root: Path, name: str) -> None:
        self.name = name
        self._disk = disk
        self._folder = root / name
        self._shelf = Shelf(disk, f"{name}/{found.FOLDER.rstrip('/')}")

    def note(self) -> bytes | None:
        """The checkpoint as it lies there now; None where there is no log any more."""
        return self._disk.read(f"{self.name}/checkpoint")

    def signed(self, note: bytes) -> Signed:
        """Raises Refused for a checkpoint that the log's own key did not sign: that is nothing to anchor."""
        return Signed(note, open_checkpoint(note, parse_keys(self._disk.read(f"{self.name}/keys.txt") or b"")))

    def proof(self, old: int, size: int) -> list[bytes]:
        """That the tree of `old` entries is a prefix of that of `size`. Raises Unavailable while tiles are swept."""
        return merkle.consistency_proof(old, size, tiles.nodes_in_tiles(size, self._tile)) if 0 < old < size else []

    def _tile(self, level: int, n: int, width: int) -> bytes:
        for path in (tiles.tile_path(level, n, width), tiles.tile_path(level, n)):
            data = self._disk.read(f"{self.name}/{path}")
            if data is not None:
                return data[: width * merkle.HASH_SIZE]
        raise Unavailable(f"archive: {self.name}: a tile is being replaced")

    def closes_in(self, first: int, size: int) -> bool:
        """Whether the live event closed among these signed entries."""
        told = (e for e in entries_of(self._folder, first, size - first) if b'"live-event"' in e and b'"closed"' in e)
        return any(_says_closed(entry) for entry in told)

    # --- what is kept ---

    def last_cosigned(self, key: WitnessKey) -> tuple[int, datetime] | None:
        """Size and time of this witness's co-signature over the most entries."""
        for size in self._sizes(found.COSIGNED):
            for line in self._cosigned_lines(size):
                one = read(line, self._text(size), [key])
                if one is not None:
                    return size, one.at
        return None

    def last_stamped(self) -> int:
        """Of how many entries the last stamp speaks; 0 where there is none."""
        return next(self._sizes(found.STAMP), 0)

    def stamp_of(self, size: int) -> tuple[bytes, bytes]:
        """The stamp and the checkpoint that it is of."""
        return self._read(f"{size}/{found.STAMP}"), self._read(f"{size}/{found.CHECKPOINT}")

    def _sizes(self, kind: str) -> Iterator[int]:
        parts = [found.ANCHOR.fullmatch(found.FOLDER + name) for name in self._shelf.names()]
        yield from sorted((int(one[1]) for one in parts if one and one[2] == kind), reverse=True)

    def _read(self, path: str) -> bytes:
        data = self._shelf.read(path)
        if data is None:
            raise Refused(f"{self.name}: {found.FOLDER}{path} is missing", code="not-as-written")
        return data

    def _text(self, size: int) -> str:
        return self._read(f"{size}/{found.CHECKPOINT}").decode(errors="replace").rpartition("\n\n")[0] + "\n"

    def _cosigned_lines(self, size: int) -> list[str]:
        note, data = self._read(f"{size}/{found.CHECKPOINT}"), self._shelf.read(f"{size}/{found.COSIGNED}")
        return (data or note)[len(note) :].decode(errors="replace").split("\n")[:-1]

    def keep_cosignatures(self, signed: Signed, key: WitnessKey, new: Sequence[Cosignature]) -> None:
        """Adds the lines of one witness to what others signed of the same checkpoint; its key first."""
        self._keep_checkpoint(signed)
        known = (self._shelf.read(_inside(found.WITNESSES)) or b"").decode()
        if key.vkey not in known.split("\n"):
            self._shelf.put(_inside(found.WITNESSES), f"{known}{key.vkey}\n".encode())
        lines = self._cosigned_lines(signed.head.size)
        lines += [one.line for one in new if one.line not in lines]
        whole = signed.note + "".join(f"{line}\n" for line in lines).encode()
        self._shelf.put(f"{signed.head.size}/{found.COSIGNED}", whole)

    def keep_stamp(self, signed: Signed, stamp: bytes, roots: bytes) -> None:
        """Keeps a stamp that holds under these roots, which are kept beside it."""
        self._keep_checkpoint(signed)
        known = self._shelf.read(_inside(found.ROOTS)) or b""
        if roots not in known:
            self._shelf.put(_inside(found.ROOTS), known + roots)
        self._shelf.put(f"{signed.head.size}/{found.STAMP}", stamp)

    def keep_alarm(self, signed: Signed, by: str, said: str, at: datetime) -> None:
        """Keeps what a witness told; once for each thing that it says of each size."""
        about = {"by": by, "root": signed.head.root.hex(), "said": said, "size": signed.head.size}
        name = f"alarms/{hashlib.sha256(canonical(about)).hexdigest()[:16]}.json"
        self._make()
        kept = [path for path in self._shelf.names() if path.startswith("alarms/")]
        if name not in kept and len(kept) < ALARMS_MAX:
            self._shelf.put(name, canonical({**about, "at": at.isoformat(timespec="seconds")}))

    def _keep_checkpoint(self, signed: Signed) -> None:
        self._make()
        path = f"{signed.head.size}/{found.CHECKPOINT}"
        if self._shelf.read(path) != signed.note:
            self._shelf.put(path, signed.note)

    def _make(self) -> None:
        if self.note() is None:  # removed meanwhile: its folder must not come back
            raise Unavailable(f"archive: {self.name}: the log is not there any more")
        self._disk.make_dir(f"{self.name}/anchors")
        self._disk.sync_dir(self.name)


def _inside(path: str) -> str:
    return path.removeprefix(found.FOLDER)


def _says_closed(entry: bytes) -> bool:
    told = json.loads(entry)
    return bool(told["type"] == "live-event" and told["record"].get("state") == "closed")
