"""Whether the entries of one stretch of a log agree with its leaf tiles and proofs. Pure.

A stretch is what one process judges by itself, with nothing in memory but the tile at hand; verify() puts the stretches
together. So a log of any length takes little memory, and several cores share a long one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from consumers.archive import merkle, proof, tiles
from consumers.archive.checkpoint import Key, TreeHead
from consumers.archive.said import Posted, Said
from consumers.archive.tiles import TILE_WIDTH
from consumers.archive.verdict import Bad, Reader
from schemas.errors import Refused

STRETCH = 256  # tiles: 65,536 entries, a tenth of a second or two of work


@dataclass(frozen=True, slots=True)
class Task:
    """What each stretch needs to know of the log. `earlier`: level-0 tiles and bundles of earlier checkpoints that
    still lie there, by number."""

    reader: Reader
    keys: tuple[Key, ...]
    live_event_id: str
    size: int
    earlier: Mapping[int, Sequence[str]]
    copied: bool  # entries.jsonl has to hold the same


@dataclass
class Stretch:
    """What was found in the tiles from number `first` on."""

    first: int
    roots: list[bytes] = field(default_factory=list)  # of full tiles
    edge: bytes = b""  # the leaf hashes of the last tile, where it is not full
    first_ts: str = ""
    last_ts: str = ""
    problem: Bad | None = None  # the first entry that is not in order; nothing behind it was read
    differs: Bad | None = None  # the first entry whose hash is not the one in its leaf tile
    misfits: dict[str, Bad] = field(default_factory=dict)  # the first bundle, leaf tile, … that is not what it must be
    unsigned: Bad | None = None
    unproved: Bad | None = None  # the first proof that is missing or wrong
    proofs: int = 0
    again: list[tuple[str, int]] = field(default_factory=list)  # posts said to be public by a second entry
    heads: dict[tuple[int, bytes], str] = field(default_factory=dict)  # (size, root) that proofs lead to -> first one
    beside: dict[str, int] = field(default_factory=dict)
    fuller: list[str] = field(default_factory=list)  # full files in place of partial ones: what waits is in them, too
    lines: list[tuple[int, bytes]] = field(default_factory=list)  # of each tile: bytes in entries.jsonl, and their hash

    @property
    def size(self) -> int:
        return len(self.roots) * TILE_WIDTH + len(self.edge) // merkle.HASH_SIZE

    def misfit(self, kind: str, place: str, reason: str) -> None:
        self.misfits.setdefault(kind, Bad(place, reason))


def judge(task: Task, first: int) -> Stretch:
    """The stretch whose first tile is number `first`."""
    found, said = Stretch(first), Said(task.live_event_id)
    opened: dict[bytes, TreeHead] = {}
    for n in range(first, min(first + STRETCH, -(-task.size // TILE_WIDTH))):
        rows = _judge_tile(task, found, said, n)
        if rows is None:
            break
        ways = Ways(n, rows)
        for posted in said.posted:
            judge_proof(task, found, posted, opened, ways)
        said.posted.clear()
    found.first_ts, found.last_ts = said.first_ts, said.last_ts
    found.unsigned, found.beside = said.unsigned, said.beside
    return found


def _judge_tile(task: Task, found: Stretch, said: Said, n: int) -> Sequence[bytes] | None:
    """The tile's hashes and those above them, when it is full; None when nothing behind it may be read."""
    start, width = n * TILE_WIDTH, min(TILE_WIDTH, task.size - n * TILE_WIDTH)
    path, data = either(task.reader, tiles.bundle_path(n, width), tiles.bundle_path(n))
    if data is None:
        found.problem = Bad(f"entry {start}", f"is missing with its bundle {path}")
        return None
    entries, whole = tiles.unframe(data)
    whole = whole and len(entries) == tiles.width_of(path)
    entries = entries[:width]
    found.problem = said.take(start, entries)
    if found.problem is None and len(entries) < width:
        found.problem = Bad(f"entry {start + len(entries)}", f"is missing or torn in {path}")
    leaves = merkle.leaf_hashes(entries)
    _compare_leaves(task, found, n, leaves, width)
    if found.problem is not None:
        return None
    if tiles.width_of(path) != width:
        found.fuller.append(path)
    elif not whole:
        found.misfit("bundle", path, "is not what the entries give")
    for name in task.earlier.get(n, ()):
        if not fits(name, task.reader.read(name), leaves):
            found.misfit("earlier", name, "does not belong to this log")
    if task.copied:
        lines = b"\n".join(entries) + b"\n"
        found.lines.append((len(lines), hashlib.sha256(lines).digest()))
    if width < TILE_WIDTH:
        found.edge = leaves
        return ()
    rows = tiles.rows_above(leaves)
    found.roots.append(rows[-1])
    return rows


def _compare_leaves(task: Task, found: Stretch, n: int, leaves: bytes, width: int) -> None:
    path, theirs = either(task.reader, tiles.tile_path(0, n, width), tiles.tile_path(0, n))
    if theirs is None:
        found.misfit("leaves", path, "is missing")
        return
    if tiles.width_of(path) != width:
        found.fuller.append(path)
    elif theirs == leaves:
        return
    else:
        found.misfit("leaves", path, "is not what the entries give")
    # Behind a problem nothing counts: the entry with the problem is named before.
    stop = int(found.problem.place.split()[1]) - n * TILE_WIDTH if found.problem else width
    at = first_difference(leaves, theirs, stop)
    if at is not None and found.differs is None:
        reason = f"was changed: it has not the hash that {path} holds"
        found.differs = Bad(f"entry {n * TILE_WIDTH + at}", reason)


def first_difference(ours: bytes, theirs: bytes, stop: int) -> int | None:
    """The first of `stop` hashes that both have and that is not the same."""
    size = merkle.HASH_SIZE
    for i in range(min(len(ours) // size, len(theirs) // size, stop)):
        if ours[size * i : size * i + size] != theirs[size * i : size * i + size]:
            return i
    return None


def either(reader: Reader, path: str, full: str) -> tuple[str, bytes | None]:
    """A tile or bundle, or the full one that replaced a partial one (C2SP tlog-tiles), and which it was."""
    data = reader.read(path)
    if data is not None or path == full:
        return path, data
    data = reader.read(full)
    return (path if data is None else full), data


def fits(path: str, data: bytes | None, row: bytes) -> bool:
    """Whether a tile or bundle of an earlier size is what the hashes of its full row give. None: swept meanwhile."""
    parsed = tiles.parse_path(path)
    if data is None or parsed is None:
        return data is None
    level, _, width = parsed
    expected = row[: merkle.HASH_SIZE * width]
    if len(expected) != merkle.HASH_SIZE * width:
        return False
    if level is None:
        entries, whole = tiles.unframe(data)
        return whole and merkle.leaf_hashes(entries) == expected
    return data == expected


class Ways:
    """How the proofs of one full tile go on above it, once one of them was checked: the others differ only inside the
    tile, whose hashes are at hand, and are compared byte by byte."""

    def __init__(self, n: int, rows: Sequence[bytes]) -> None:
        self._start = n * TILE_WIDTH
        self._rows = rows
        self._checked: set[bytes] = set()

    def _split(self, posted: Posted, data: bytes) -> bytes | None:
        """What follows in the proof behind the way through the tile; None when it does not begin as it has to."""
        path = tiles.siblings(self._rows, posted.seq - self._start)
        front = proof.front(posted.entry, posted.seq, path)
        return data[len(front) :] if data.startswith(front) else None

    def known(self, posted: Posted, data: bytes) -> bool:
        return bool(self._checked) and self._split(posted, data) in self._checked

    def learn(self, posted: Posted, data: bytes, size: int) -> None:
        """From a proof that was checked, of a tree of `size`: in a smaller one this tile's ways were others."""
        if self._rows and size >= self._start + TILE_WIDTH and (rest := self._split(posted, data)) is not None:
            self._checked.add(rest)


def judge_proof(
    task: Task, found: Stretch, posted: Posted, opened: dict[bytes, TreeHead], ways: Ways | None = None
) -> None:
    """The proof of one post, which has to be of this very entry."""
    data, name = task.reader.read(posted.proof), posted.proof
    if data is None:
        if posted.seq < task.size:  # what is not signed has no proof yet
            _unproved(found, name, f"is missing: entry {posted.seq} says that this was posted")
        return
    if ways and ways.known(posted, data):
        found.proofs += 1
        return
    try:
        shown, head = proof.check(data, task.keys, opened)
    except Refused as refused:
        _unproved(found, name, str(refused))
        return
    if shown.index < posted.seq:  # said before, perhaps; whoever knows all stretches decides
        found.again.append((posted.post_id, shown.index))
    elif shown.index != posted.seq or shown.entry != posted.entry:
        _unproved(found, name, "proves another entry than that of its post")
    else:
        found.proofs += 1
        found.heads.setdefault((head.size, head.root), name)
        if ways:
            ways.learn(posted, data, head.size)


def _unproved(found: Stretch, name: str, reason: str) -> None:
    if found.unproved is None:
        found.unproved = Bad(name, reason)
