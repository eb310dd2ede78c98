"""One log on disk: appends batches durably, and signs what it holds so that a crash at any step loses nothing.

Theory of operation. A batch is durable once it lies in `pending` (one append, one fsync). At a checkpoint the pending
entries become tiles and bundles, then proofs; only when all of them are on disk is `checkpoint` replaced, which is the
one step that counts; then `pending` is emptied. Entries never change once they lie in `pending`, so whatever a crash
leaves ahead of the checkpoint is what the next attempt writes again. Opening reads everything back, compares it with
the signed root, and finishes what was begun.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from consumers.archive import checkpoint, journal, merkle, proof, tiles
from consumers.archive.checkpoint import Signer, TreeHead, checkpoint_due
from consumers.archive.disk import Disk
from consumers.archive.entry import Shaped, encode, fingerprint, record_of, stamp
from consumers.archive.shelf import DRAFT, Shelf
from schemas.errors import Broken, Refused

PENDING = "pending"
CHECKPOINT = "checkpoint"
KEYS = "keys.txt"
LOCK = "lock"
SCAFFOLD = frozenset({PENDING, LOCK, DRAFT})  # not part of what is proved


@dataclass(frozen=True, slots=True)
class Post:
    """A published post that needs its proof file."""

    seq: int
    post_id: str
    entry: bytes


class Log:
    """Use open_log(). After Unavailable throw the object away and open the log again: the disk knows best."""

    def __init__(self, disk: Disk, folder: str, signer: Signer, lock: AbstractContextManager[None]) -> None:
        self._folder = folder
        self._shelf = Shelf(disk, folder)
        self._signer = signer
        self._lock = lock
        self._edge = tiles.TileEdge()
        self._bundle: list[bytes] = []  # entries of the right-most bundle that was written
        self._pending: list[bytes] = []
        self._posts: list[Post] = []
        self._proved: set[str] = set()
        self._seen: set[bytes] = set()
        self._ts = ""
        self.signed_at: datetime | None = None
        self.used_at: datetime | None = None

    @property
    def signed_size(self) -> int:
        return self._edge.size

    @property
    def size(self) -> int:
        return self._edge.size + len(self._pending)

    @property
    def pending(self) -> int:
        return len(self._pending)

    def due(self, now: datetime) -> bool:
        return checkpoint_due(now, self.signed_at or datetime.min.replace(tzinfo=now.tzinfo), len(self._pending))

    def has(self, shaped: Shaped) -> bool:
        return shaped.fingerprint in self._seen

    def append(self, records: Sequence[Shaped], now: datetime) -> int:
        """Makes the records that are new durable; returns how many they were."""
        self.used_at = now
        self._ts = max(self._ts, stamp(now))  # a clock that goes backwards stands still here
        fresh = {mark: shaped for shaped in records if (mark := shaped.fingerprint) not in self._seen}
        if not fresh:
            return 0
        size, ts = self.size, self._ts
        entries = [encode(shaped, seq, ts) for seq, shaped in enumerate(fresh.values(), size)]
        self._attach(fresh.values())
        self._shelf.append(PENDING, journal.encode(size, entries))
        for seq, (mark, shaped), entry in zip(count(size), fresh.items(), entries, strict=False):
            self._remember(mark, shaped.post_id, entry, seq)
        self._pending += entries
        return len(fresh)

    def _remember(self, mark: bytes, post_id: str | None, entry: bytes, seq: int) -> None:
        self._seen.add(mark)
        if post_id and post_id not in self._proved:
            self._proved.add(post_id)
            self._posts.append(Post(seq, post_id, entry))

    def _attach(self, fresh: Iterable[Shaped]) -> None:
        for shaped in fresh:
            if shaped.attached:
                name = json.loads(shaped.record)["sha256"]
                self.put(f"records/{name}.json", shaped.attached)

    def put(self, path: str, data: bytes) -> None:
        """Makes one file durable beside the log, at once or not at all."""
        self._shelf.put(path, data)

    def checkpoint(self, now: datetime) -> None:
        """Signs everything that was appended. Does nothing when nothing waits."""
        self.signed_at = now
        if not self._pending and not self._posts:
            return
        files = self._grow()
        note = checkpoint.sign(self._signer, self._edge.size, self._edge.root())
        self._shelf.put_each(files)
        self._shelf.put_many(self._proofs(files, note))
        self._shelf.put(CHECKPOINT, note)
        self._posts.clear()
        self._shelf.empty(PENDING)
        self._sweep(files)

    def _grow(self) -> dict[str, bytes]:
        """The tiles and bundles that the pending entries make."""
        files: dict[str, bytes] = {}
        waiting, at = self._pending, 0
        while at < len(waiting):
            taken = waiting[at : at + tiles.TILE_WIDTH - len(self._bundle)]
            self._bundle += taken
            self._edge.extend(map(merkle.leaf_hash, taken))
            at += len(taken)
            if len(self._bundle) == tiles.TILE_WIDTH:
                files[tiles.bundle_path(self._edge.size // tiles.TILE_WIDTH - 1)] = tiles.frame(self._bundle)
                self._bundle = []
        self._pending = []
        files |= {tiles.tile_path(level, n): data for level, n, data in self._edge.take_full()}
        files |= {tiles.tile_path(level, n, width): data for level, n, width, data in self._edge.partial()}
        if self._bundle:
            number = self._edge.size // tiles.TILE_WIDTH
            files[tiles.bundle_path(number, len(self._bundle))] = tiles.frame(self._bundle)
        return files

    def _proofs(self, files: dict[str, bytes], note: bytes) -> dict[str, bytes]:
        size = self._edge.size

        def fetch(level: int, n: int, width: int) -> bytes:
            path = tiles.tile_path(level, n, width)
            data = files.get(path) or self._shelf.read(path)
            if data is None:
                raise Broken(f"archive: {self._shelf.at(path)} is missing")
            return data

        nodes = tiles.nodes_in_tiles(size, fetch)
        return {
            f"proofs/{post.post_id}.tlog-proof": proof.encode(
                proof.Proof(post.entry, post.seq, tuple(merkle.inclusion_proof(post.seq, size, nodes)), note)
            )
            for post in self._posts
        }

    def _sweep(self, files: dict[str, bytes]) -> None:
        """Partial files of what is now full may go (C2SP tlog-tiles); whoever asks for one finds the full one."""
        for path in files:
            if ".p/" not in path:
                self._shelf.sweep(f"{path}.p")

    def close(self, now: datetime) -> None:
        try:
            self.checkpoint(now)
        finally:
            self.release()

    def release(self) -> None:
        """Lets the log go as it is; opening it again finishes what waits."""
        self._lock.__exit__(None, None, None)

    def load(self, now: datetime) -> None:
        """Reads the log back and finishes what a crash left open."""
        if self._shelf.read(CHECKPOINT) is None:
            self._create()
        head = self._head()
        self._read_bundles(head.size)
        if self._edge.root() != head.root:
            raise Broken(f"archive: {self._folder}: the entries do not have the root that was signed; run audit verify")
        self._edge.take_full()
        self._posts = [post for post in self._posts if not self._has_proof(post)]
        self._recover(head.size)
        self.checkpoint(now)

    def _has_proof(self, post: Post) -> bool:
        return self._shelf.read(f"proofs/{post.post_id}.tlog-proof") is not None

    def _create(self) -> None:
        foreign = [n for n in self._shelf.names() if n not in {KEYS, LOCK, DRAFT, PENDING}]
        if foreign or self._shelf.read(PENDING):
            raise Broken(f"archive: {self._folder}: there are entries but no checkpoint; run audit verify")
        self.put(PENDING, b"")
        self.put(KEYS, f"{self._signer.key.vkey}\n".encode())
        self.put(CHECKPOINT, checkpoint.sign(self._signer, 0, merkle.EMPTY_ROOT))

    def _head(self) -> TreeHead:
        try:
            keys = checkpoint.parse_keys(self._shelf.read(KEYS) or b"")
            if self._signer.key not in keys:
                raise Broken(f"archive: {self._folder}: keys.txt does not name the signing key we were given")
            return checkpoint.open_checkpoint(self._shelf.read(CHECKPOINT) or b"", keys)
        except Refused as refused:
            raise Broken(f"archive: {self._folder}: {refused}") from None

    def _read_bundles(self, size: int) -> None:
        for n, width in tiles.shapes(size, 0):
            path = tiles.bundle_path(n, width)
            data = self._shelf.read(path)
            if data is None:  # a crash before the sweep's end, or a full bundle that replaced it
                data = self._shelf.read(tiles.bundle_path(n)) or b""
            entries = tiles.unframe(data)[0][:width]
            if len(entries) != width:
                raise Broken(
                    f"archive: {self._shelf.at(path)}: expected {width} entries, found {len(entries)}; run audit verify"
                )
            for seq, entry in enumerate(entries, n * tiles.TILE_WIDTH):
                self._recall(seq, entry)
                self._edge.append(merkle.leaf_hash(entry))
            self._bundle = entries if width < tiles.TILE_WIDTH else []

    def _recall(self, seq: int, entry: bytes) -> None:
        """What must be known of an entry that is already there."""
        try:
            known = json.loads(entry)
            source, type_ = known.get("source"), known["type"]
            identity = known.get("id") or f"{source['topic']}/{source['partition']}/{source['offset']}"
            self._ts = max(self._ts, known["ts"])
            posted = type_ == "receipt" and known["record"].get("outcome") == "posted"
            post_id = known["record"]["post_id"] if posted else None
            mark = fingerprint(type_, identity, record_of(entry))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Broken(f"archive: {self._folder}: entry {seq} is not one of ours; run audit verify") from None
        self._remember(mark, post_id, entry, seq)

    def _recover(self, size: int) -> None:
        data = self._shelf.read(PENDING)
        if data is None:
            raise Broken(f"archive: {self._folder}: pending is missing")
        left = journal.decode(data)
        if left.entries and left.start > size:
            raise Broken(f"archive: {self._folder}: entries {size} to {left.start - 1} are missing")
        self._pending = list(left.entries[size - left.start :]) if left.entries else []
        for seq, entry in enumerate(self._pending, size):
            self._recall(seq, entry)
        if data and not self._pending:  # signed already, or a batch that never was whole
            self._shelf.empty(PENDING)


def open_log(disk: Disk, folder: str, signer: Signer, now: datetime) -> Log:
    """Opens or creates the log in `folder`; everything durable in it is signed when this returns."""
    disk.make_dir(folder)
    disk.sync_dir(".")
    log = Log(disk, folder, signer, disk.lock(f"{folder}/{LOCK}"))
    try:
        log.load(now)
    except BaseException:
        log.release()
        raise
    return log
