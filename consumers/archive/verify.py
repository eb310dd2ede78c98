"""Whether a log is as it was written, recomputed from its entries alone; the first bad entry or file is named. Pure.

Order of judgement: the keys and the signed checkpoint, then every entry (its place, time and hash), then every tile
against the entries, then passkeys' signatures, proofs, policies and attached records, then whatever
should not be there. When entries and the signed root disagree, the tiles help to find the first entry that changed.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

from consumers.archive import journal, merkle, proof, signed, tiles
from consumers.archive.checkpoint import Key, TreeHead, open_checkpoint, parse_keys
from consumers.archive.entry import TYPES, UNPLACED, VERSION
from schemas.envelope import sha256_hex
from schemas.errors import Broken, Refused

PENDING = "pending"
SCAFFOLD = frozenset({PENDING, "lock", "tmp"})  # the writer's own files; they prove nothing
COPY = "entries.jsonl"
SUMS = "sha256sums.txt"
DERIVED = frozenset({COPY, SUMS, "report.html", "VERIFY.md", "verify.py"})  # what an export adds to a log


R = TypeVar("R")


class Reader(Protocol):
    """A log as files: a folder, or a bundle."""

    def read(self, name: str) -> bytes | None: ...

    def names(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Bad:
    """The first thing that is not as it was written: `entry 17`, `tile/0/000`, `checkpoint`, …"""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. `size` entries are signed, `pending` more are written and wait for the next checkpoint."""

    origin: str = ""
    size: int = 0
    root: bytes = b""
    key: str = ""
    pending: int = 0
    proofs: int = 0
    first_ts: str = ""
    last_ts: str = ""
    bad: Bad | None = None

    @property
    def ok(self) -> bool:
        return self.bad is None


class _Tampered(Exception):  # carries the finding out of the depth, within this file only
    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place)
        self.bad = Bad(place, reason)


def verify(reader: Reader, *, known: Sequence[bytes] = (), trusted: Sequence[Key] = ()) -> Verdict:
    """Checks everything. `known` are checkpoints that someone kept from earlier: the log must still contain them.
    `trusted` are keys from elsewhere; without them the log's own keys.txt is taken at its word."""
    audit = _Audit(reader)
    try:
        audit.run(known, trusted)
    except _Tampered as found:
        return audit.verdict(found.bad)
    return audit.verdict(None)


def entries(reader: Reader, size: int) -> Iterator[bytes]:
    """The first `size` entries, as bytes. For a log that verify() found good."""
    for n, width in tiles.shapes(size, 0):
        yield from tiles.unframe(_tile(reader, tiles.bundle_path(n, width), tiles.bundle_path(n)) or b"")[0][:width]


def _tile(reader: Reader, path: str, full: str) -> bytes | None:
    """A tile or bundle; the full one may have replaced a partial one (C2SP tlog-tiles)."""
    data = reader.read(path)
    return reader.read(full) if data is None and path != full else data


@dataclass
class _Audit:
    reader: Reader
    head: TreeHead = field(default_factory=lambda: TreeHead("", 0, b""))
    keys: tuple[Key, ...] = ()
    pending: int = 0
    edge: tiles.TileEdge = field(default_factory=tiles.TileEdge)
    computed: dict[tuple[int, int], bytes] = field(default_factory=dict)  # (level, number) -> hashes
    roots: dict[int, bytes] = field(default_factory=dict)  # of the sizes that proofs and kept checkpoints speak of
    posted: dict[str, int] = field(default_factory=dict)  # post -> seq of its first receipt
    beside: dict[str, int] = field(default_factory=dict)  # files that entries promise -> seq
    times: list[str] = field(default_factory=lambda: ["", ""])
    proofs: int = 0
    unsigned: Bad | None = None  # the first entry whose passkey's signature does not hold

    def verdict(self, bad: Bad | None) -> Verdict:
        key = self.keys[0].vkey if self.keys else ""
        head, times = self.head, self.times
        return Verdict(head.origin, head.size, head.root, key, self.pending, self.proofs, times[0], times[1], bad)

    def run(self, known: Sequence[bytes], trusted: Sequence[Key]) -> None:
        self._read_head(trusted)
        earlier = [
            (f"known checkpoint {i + 1}", self._open(f"known checkpoint {i + 1}", c)) for i, c in enumerate(known)
        ]
        proofs = self._read_proofs()
        self.roots = dict.fromkeys([head.size for _, head in earlier] + [head.size for _, head in proofs.values()], b"")
        self._walk()
        self._compare_tiles()
        if self.unsigned is not None:  # only now: an entry that was altered is told as that
            raise _Tampered(self.unsigned.place, self.unsigned.reason)
        for place, head in earlier:
            self._contains(place, head)
        self._judge_proofs(proofs)
        self._judge_files()

    def _read_head(self, trusted: Sequence[Key]) -> None:
        self.keys = self._guarded("keys.txt", lambda: parse_keys(self._need("keys.txt")))
        if trusted and not set(self.keys) <= set(trusted):
            raise _Tampered("keys.txt", "names a key that is not the one you trust")
        self.head = self._open("checkpoint", self._need("checkpoint"))

    def _need(self, name: str) -> bytes:
        data = self.reader.read(name)
        if data is None:
            raise _Tampered(name, "is missing")
        return data

    def _open(self, place: str, note: bytes) -> TreeHead:
        return self._guarded(place, lambda: open_checkpoint(note, self.keys))

    @staticmethod
    def _guarded(place: str, act: Callable[[], R]) -> R:
        try:
            return act()
        except (Refused, Broken) as error:
            raise _Tampered(place, str(error)) from None

    # --- entries ---

    def _walk(self) -> None:
        """Every entry, signed ones first; raises for the first that is not in order, once the root has judged."""
        problem = None
        for n, width in tiles.shapes(self.head.size, 0):
            path = tiles.bundle_path(n, width)
            found = self._bundle(path, n, width)
            problem = problem or self._take(n * tiles.TILE_WIDTH, found)
            if problem is None and len(found) < width:
                problem = Bad(f"entry {n * tiles.TILE_WIDTH + len(found)}", f"is missing or torn in {path}")
            if problem:
                break
        if problem or self.edge.root() != self.head.root:
            raise self._first_changed(problem)
        self._remember_tiles()
        self._walk_pending()

    def _bundle(self, path: str, n: int, width: int) -> list[bytes]:
        data = _tile(self.reader, path, tiles.bundle_path(n))
        if data is None:
            raise _Tampered(f"entry {n * tiles.TILE_WIDTH}", f"its bundle {path} is missing")
        return tiles.unframe(data)[0][:width]

    def _take(self, start: int, found: Sequence[bytes]) -> Bad | None:
        """Adds entries to the tree; the first that says something it must not is returned."""
        problem = None
        for seq, entry in enumerate(found, start):
            problem = problem or self._read(seq, entry)
            self.edge.append(merkle.leaf_hash(entry))
            if seq + 1 in self.roots:
                self.roots[seq + 1] = self.edge.root()
        self._remember_tiles()
        return problem

    def _read(self, seq: int, entry: bytes) -> Bad | None:
        place = f"entry {seq}"
        try:
            said = json.loads(entry)
            type_, ts, record = said["type"], said["ts"], said["record"]
            if said["seq"] != seq:
                return Bad(place, f"says that it is entry {int(said['seq'])}")
            if said["v"] != VERSION or type_ not in TYPES:
                return Bad(place, "has a version or type that this verifier does not know")
            if said.get("live_event_id", UNPLACED) != self.head.origin.rpartition("/")[2]:
                return Bad(place, "belongs to another live event")
            if ts < self.times[1]:
                return Bad(place, "is earlier than the entry before it")
            self.times = [self.times[0] or ts, ts]
            self._promise(seq, type_, record)
            if (why := signed.wrong(type_, said)) is not None and self.unsigned is None:
                self.unsigned = Bad(place, why)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return Bad(place, "is not an entry of this archive")
        return None

    def _promise(self, seq: int, type_: str, record: Mapping[str, Any]) -> None:
        """What must lie beside the log because this entry says so."""
        if type_ == "receipt" and record.get("outcome") == "posted":
            self.posted.setdefault(record["post_id"], seq)
        if type_ == "policy":
            self.beside.setdefault(f"policies/{record['sha256']}.json", seq)
        if record.get("attached") is True:
            self.beside.setdefault(f"records/{record['sha256']}.json", seq)

    def _first_changed(self, problem: Bad | None) -> _Tampered:
        """Entries and signed root disagree: the tiles tell where it begins."""
        stop = int(problem.place.split()[1]) if problem else self.head.size
        for seq in range(0, stop, tiles.TILE_WIDTH):
            n = seq // tiles.TILE_WIDTH
            ours, theirs = self.computed.get((0, n), b""), self._leaves(n)
            for i in range(min(len(ours) // 32, stop - seq)):
                if ours[32 * i : 32 * i + 32] != theirs[32 * i : 32 * i + 32]:
                    return _Tampered(
                        f"entry {seq + i}", f"was changed: it has not the hash that {self._leaf_path(n)} holds"
                    )
        if problem:
            return _Tampered(problem.place, problem.reason)
        return self._changed_with_its_tile()

    def _changed_with_its_tile(self) -> _Tampered:
        level = 1
        while self.head.size >> (tiles.TILE_HEIGHT * level):
            for n, width in tiles.shapes(self.head.size, level):
                path = tiles.tile_path(level, n, width)
                theirs = _tile(self.reader, path, tiles.tile_path(level, n)) or b""
                ours = self.computed.get((level, n), b"")
                for i in range(width):
                    if ours[32 * i : 32 * i + 32] != theirs[32 * i : 32 * i + 32]:
                        span = tiles.TILE_WIDTH**level
                        first = (n * tiles.TILE_WIDTH + i) * span
                        return _Tampered(
                            f"entry {first}", f"or one of the {span - 1} after it was changed with its tile"
                        )
            level += 1
        return _Tampered("checkpoint", f"its root is not that of the {self.head.size} entries that are here")

    def _leaf_path(self, n: int) -> str:
        return tiles.tile_path(0, n, min(tiles.TILE_WIDTH, self.head.size - n * tiles.TILE_WIDTH))

    def _leaves(self, n: int) -> bytes:
        return _tile(self.reader, self._leaf_path(n), tiles.tile_path(0, n)) or b""

    def _remember_tiles(self) -> None:
        self.computed |= {(level, n): data for level, n, data in self.edge.take_full()}
        self.computed |= {(level, n): data for level, n, _, data in self.edge.partial()}

    def _walk_pending(self) -> None:
        data = self.reader.read(PENDING)
        if not data:
            return
        waiting = self._guarded(PENDING, lambda: journal.decode(data))
        if waiting.end != len(data) and not waiting.entries:
            return  # a first batch that was never finished
        if waiting.entries and waiting.start > self.head.size:
            raise _Tampered(f"entry {self.head.size}", "is missing between checkpoint and pending")
        fresh = waiting.entries[self.head.size - waiting.start :]
        for seq, entry in enumerate(waiting.entries[: self.head.size - waiting.start], waiting.start):
            if not self._has_leaf(seq, merkle.leaf_hash(entry)):
                raise _Tampered(PENDING, f"holds another entry {seq} than the one that was signed")
        self.pending = len(fresh)
        bad = self._take(self.head.size, fresh)
        if bad:
            raise _Tampered(bad.place, bad.reason)

    def _has_leaf(self, seq: int, leaf: bytes) -> bool:
        n, i = divmod(seq, tiles.TILE_WIDTH)
        return self.computed.get((0, n), b"")[32 * i : 32 * i + 32] == leaf

    # --- tiles, proofs, files ---

    def _compare_tiles(self) -> None:
        for path in tiles.layout(self.head.size):
            full = path.partition(".p/")[0]
            swept = self.reader.read(path) is None and self.reader.read(full) is not None
            place = full if swept else path  # the full tile answers for a partial one
            if not self._fits(place, self._need(place)):
                raise _Tampered(place, "is not what the entries give")

    def _fits(self, path: str, data: bytes) -> bool:
        """Whether a tile or bundle, whole or of an earlier size, is what the entries give."""
        parsed = tiles.parse_path(path)
        if not parsed:
            return False
        level, n, width = parsed
        expected = self.computed.get((level or 0, n), b"")[: 32 * width]
        if level is None:
            found, whole = tiles.unframe(data)
            return whole and len(expected) == 32 * width and b"".join(map(merkle.leaf_hash, found)) == expected
        return len(expected) == 32 * width and data == expected

    def _contains(self, place: str, head: TreeHead) -> None:
        if head.size > self.head.size + self.pending:
            raise _Tampered(place, f"speaks of {head.size} entries, only {self.head.size} are here: rolled back")
        if (self.roots[head.size] if head.size else merkle.EMPTY_ROOT) != head.root:
            raise _Tampered(place, f"the first {head.size} entries are not those that were signed then: forked")

    def _read_proofs(self) -> dict[str, tuple[proof.Proof, TreeHead]]:
        return {
            name: self._guarded(name, partial(proof.check, self._need(name), self.keys))
            for name in self.reader.names()
            if name.startswith("proofs/")
        }

    def _judge_proofs(self, found: Mapping[str, tuple[proof.Proof, TreeHead]]) -> None:
        expected = {f"proofs/{post}.tlog-proof": seq for post, seq in self.posted.items()}
        for name, (shown, head) in found.items():
            self._contains(name, head)
            if expected.get(name) != shown.index:
                raise _Tampered(name, "proves another entry than that of its post")
        for name, seq in expected.items():
            if seq < self.head.size and name not in found:
                raise _Tampered(name, f"is missing: entry {seq} says that this was posted")
        self.proofs = len(found)

    def _judge_files(self) -> None:
        for name, seq in self.beside.items():
            if self.reader.read(name) is None:
                raise _Tampered(name, f"is missing: entry {seq} names it")
        ours = {*tiles.layout(self.head.size), *SCAFFOLD, *DERIVED, "checkpoint", "keys.txt"}
        names = self.reader.names()
        for name in names:
            self._judge_file(name, ours)
        if DERIVED & set(names):  # an export: what was added must be whole, too
            self._judge_copy()
            self._judge_sums(names)

    def _judge_file(self, name: str, ours: set[str]) -> None:
        if name in ours or name.startswith("proofs/"):
            return
        data = self.reader.read(name)
        if data is None:
            return  # swept by the writer while we read
        if name.startswith(("policies/", "records/")):
            if sha256_hex(data) != name.partition("/")[2].removesuffix(".json"):
                raise _Tampered(name, "does not have the hash in its name")
        elif not self._fits(name, data):  # a partial tile of an earlier checkpoint may stay
            raise _Tampered(name, "does not belong to this log")

    def _judge_copy(self) -> None:
        lines = self._need(COPY).split(b"\n")
        if lines.pop() or len(lines) != self.head.size:
            raise _Tampered(COPY, f"does not have {self.head.size} lines")
        for seq, line in enumerate(lines):
            if not self._has_leaf(seq, merkle.leaf_hash(line)):
                raise _Tampered(f"{COPY} line {seq + 1}", f"is not entry {seq}")

    def _judge_sums(self, names: Sequence[str]) -> None:
        ours = "".join(f"{sha256_hex(self._need(name))}  {name}\n" for name in sorted(names) if name != SUMS).encode()
        theirs = self._need(SUMS)
        if ours != theirs:
            pairs = zip(ours.split(b"\n"), theirs.split(b"\n"), strict=False)
            first = next((a for a, b in pairs if a != b), b"")
            raise _Tampered(first[66:].decode() or SUMS, f"is not as {SUMS} says, or {SUMS} was changed")
