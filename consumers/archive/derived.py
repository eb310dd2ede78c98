"""The small table that search reads: derived from the logs, thrown away at will, and never trusted.

Each log's entries lie here in segments of SEGMENT entries. A segment is a whole subtree of the log's Merkle tree, and
`index.json` keeps the root that its entries gave: the roots of all segments together must be the root in the log's
signed checkpoint, or what lies here is stale, foreign or damaged and is made again. A log whose own entries do not give
that root is left out, and its name is told to who searches.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from consumers.archive import parquet, tiles
from consumers.archive.checkpoint import TreeHead, open_checkpoint, parse_keys
from consumers.archive.folded import fold
from consumers.archive.merkle import EMPTY_ROOT, leaf_hash, node_hash, root_of
from consumers.archive.parquet import Column
from consumers.archive.table import COLUMNS, Row, row
from schemas.errors import Refused, Unavailable

SEGMENT = parquet.ROWS_MAX  # a power of two, so that a segment is a subtree
VERSION = 1  # of what the columns below hold; a rise makes every table anew
INDEX, LOCK = "index.json", "lock"

SEARCHED: tuple[Column, ...] = (
    Column("source", "text", "empty for our own logs, else the installation that a bundle came from"),
    Column("log", "text", "the folder's name: a live event, or what stands for none"),
    Column("seq", "integer", "the entry's place in its log"),
    Column("ts", "integer", "when the archive wrote it, microseconds since 1970"),
    Column("type", "text", "of the entry"),
    Column("words", "text", "the public text, folded"),
    Column("classes", "text", "kinds of findings and their families, each between spaces"),
    Column("rules", "text", "rules of findings, each between spaces"),
    Column("people", "text", "who did it and who approved it, folded, a line each"),
    Column("device", "text", "folded"),
    Column("platform", "text", "of the destination"),
    Column("platform_id", "text", "of the post"),
    Column("url", "text", "of the post"),
)
_AT = {column.name: i for i, column in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True)
class Log:
    """A log that is searched: its folder, and where it came from ("" is our own)."""

    source: str
    name: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Segment:
    file: str
    rows: int
    root: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Covered:
    """What there is to search: the tables' files, and the logs that are not as they were written, in words."""

    files: dict[Log, tuple[Path, ...]]
    left_out: tuple[tuple[Log, str], ...]


@dataclass
class Derived:
    """`folder` is ours alone. `logs` says which logs there are now. For several threads and processes."""

    folder: Path
    logs: Callable[[], Sequence[Log]]
    _fresh: dict[Log, tuple[bytes, tuple[Path, ...]]] = field(default_factory=dict)  # by the checkpoint they fit

    def covered(self, sees: Callable[[Log], bool] = lambda _: True) -> Covered:
        """Brings the tables up to the logs' checkpoints. Raises Unavailable when the disk is full or away."""
        files, left_out = dict[Log, tuple[Path, ...]](), []
        with self._locked():
            logs = self.logs()
            self._drop_others(logs)
            for log in logs:
                try:
                    found = self._up_to_date(log)
                except Refused as bad:
                    left_out.append((log, str(bad)))
                else:
                    files[log] = found
        seen = {log: found for log, found in files.items() if sees(log)}
        return Covered(seen, tuple((log, why) for log, why in left_out if sees(log)))

    def drop(self) -> None:
        """What was derived from logs that are gone goes at once, not with the next search."""
        with self._locked():
            self._drop_others(self.logs())

    def forget(self) -> None:
        """Throws all tables away: an answer from them was not what the logs say."""
        with self._locked():
            self._fresh.clear()
            for path in self._folders(self.folder):
                shutil.rmtree(path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self.folder / LOCK).open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            why = os.strerror(error.errno or 0)
            raise Unavailable(f"The table for search cannot be written ({why}).") from None

    def _place(self, log: Log) -> Path:
        return self.folder / (f"from {log.source.replace('/', ' ')}" if log.source else "own") / log.name

    def _drop_others(self, logs: Sequence[Log]) -> None:
        """What was derived from a log that is gone goes, too."""
        ours = {self._place(log) for log in logs}
        for path in (found for source in self._folders(self.folder) for found in self._folders(source)):
            if path not in ours:
                shutil.rmtree(path)
        for log in self._fresh.keys() - set(logs):
            del self._fresh[log]

    @staticmethod
    def _folders(path: Path) -> list[Path]:
        return [found for found in path.iterdir() if found.is_dir()]

    def _up_to_date(self, log: Log) -> tuple[Path, ...]:
        note = _read(log.folder / "checkpoint")
        kept = self._fresh.get(log)
        if kept is None or kept[0] != note or not all(path.is_file() for path in kept[1]):
            head = open_checkpoint(note, parse_keys(_read(log.folder / "keys.txt")))
            kept = self._fresh[log] = (note, self._made(log, head))
        return kept[1]

    def _made(self, log: Log, head: TreeHead) -> tuple[Path, ...]:
        """The files for exactly this head; first with what is kept of an earlier one, then from nothing."""
        place = self._place(log)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = _kept(place)
        for start in (kept, []) if kept else ([],):
            segments = self._grown(log, head.size, start)
            if _root(segments) == head.root:
                if segments != kept:  # else all is there already, and a year has hundreds of logs
                    self._write_index(place, head, segments)
                return tuple(place / segment.file for segment in segments)
        raise Refused("is not as it was written: run audit verify", code="not-as-written")

    def _grown(self, log: Log, size: int, kept: Sequence[Segment]) -> list[Segment]:
        counts = [min(SEGMENT, size - first) for first in range(0, size, SEGMENT)]
        segments = [k for k, rows in zip(kept, counts, strict=False) if k.rows == rows]
        fresh = range(len(segments), len(counts))
        return [*segments, *(self._segment(log, n * SEGMENT, counts[n]) for n in fresh)]

    def _segment(self, log: Log, first: int, rows: int) -> Segment:
        entries = list(entries_of(log.folder, first, rows))
        try:
            table = [searched(log, row(entry)) for entry in entries]
        except ValueError:
            raise Refused("holds what is no entry: run audit verify", code="not-as-written") from None
        data = b"".join(parquet.write(SEARCHED, [table]))
        root, sha256 = root_of(map(leaf_hash, entries)).hex(), hashlib.sha256(data).hexdigest()
        name = f"{first:09}-{root[:16]}.parquet"
        _write(self._place(log) / name, data)
        return Segment(name, rows, root, sha256)

    def _write_index(self, place: Path, head: TreeHead, segments: Sequence[Segment]) -> None:
        said = {
            "version": VERSION, "origin": head.origin, "size": head.size, "root": head.root.hex(),
            "segments": [asdict(segment) for segment in segments],
        }  # fmt: skip
        _write(place / INDEX, json.dumps(said).encode())
        ours = {INDEX, *(segment.file for segment in segments)}
        for path in place.iterdir():
            if path.name not in ours:
                path.unlink()


def searched(log: Log, told: Row) -> Row:
    """What stands in the table of an entry: by SEARCHED."""

    def text(name: str) -> str | None:
        value = told[_AT[name]]
        return value if isinstance(value, str) else None

    def folded(*names: str) -> str | None:
        return "\n".join(fold(value) for name in names if (value := text(name))) or None

    def spaced(name: str, *, families: bool = False) -> str | None:
        each = (text(name) or "").split()
        also = [kind.partition(".")[0] for kind in each] if families else []
        return f" {' '.join(dict.fromkeys([*each, *also]))} " if each else None

    return (
        log.source, log.name, told[_AT["seq"]], told[_AT["ts"]], text("type"), folded("text"),
        spaced("finding_classes", families=True), spaced("finding_rules"), folded("person", "approver"),
        folded("device"), text("platform"), text("platform_id"), text("url"),
    )  # fmt: skip


def entries_of(folder: Path, first: int, count: int) -> Iterator[bytes]:
    """`count` entries from `first` on, as they lie in the log's bundles. Raises Refused when one is missing."""
    while count:
        n, skip = divmod(first, tiles.TILE_WIDTH)
        found = bundle_of(folder, n, min(tiles.TILE_WIDTH, skip + count))[skip : skip + count]
        yield from found
        first, count = first + len(found), count - len(found)


def bundle_of(folder: Path, n: int, width: int) -> list[bytes]:
    """At least `width` entries of bundle `n`. Of partial ones any that is wide enough will do: none ever changes."""
    full = folder / tiles.bundle_path(n)
    for _ in range(2):  # between a look and a read the writer may put a full bundle in a partial one's place
        partial = sorted((full.parent / f"{full.name}.p").glob("*"), key=lambda path: -int(path.name))
        for path in (full, *(path for path in partial if int(path.name) >= width)):
            with suppress(FileNotFoundError):
                found = tiles.unframe(path.read_bytes())[0]
                if len(found) >= width:
                    return found
    raise Refused(f"lacks entries of bundle {n}: run audit verify", code="not-as-written")


def _root(segments: Sequence[Segment]) -> bytes:
    """The log's root from those of its segments (RFC 6962 section 2.1: all but the last are complete subtrees)."""

    def over(roots: Sequence[bytes]) -> bytes:
        if len(roots) == 1:
            return roots[0]
        left = 1 << (len(roots) - 1).bit_length() - 1
        return node_hash(over(roots[:left]), over(roots[left:]))

    return over([bytes.fromhex(segment.root) for segment in segments]) if segments else EMPTY_ROOT


def _kept(place: Path) -> list[Segment]:
    """The segments an earlier run left, up to the first that is not as it was written."""
    try:
        said: Any = json.loads((place / INDEX).read_bytes())
        if said["version"] != VERSION:
            return []
        segments = [Segment(**one) for one in said["segments"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    whole = []
    for segment in segments:
        if "/" in segment.file or _sha256_of(place / segment.file) != segment.sha256:
            break
        whole.append(segment)
    return whole


def _sha256_of(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Refused(f"has no {path.name}: run audit verify", code="not-as-written") from None


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(".new")
    beside.write_bytes(data)
    beside.replace(path)
