"""Whether a log is as it was written, recomputed from its entries alone; the first bad entry or file is named. Pure.

Order of judgement: the keys and the signed checkpoint, then every entry (its form, place, time and hash) up to the
signed root, then every tile against the entries, then what waits for the next checkpoint, passkeys' signatures, kept
checkpoints, proofs, what lies beside the log, and what others said of it. When entries and root disagree, the tiles
tell where it begins.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NoReturn, TypeVar

from consumers.archive import journal, merkle, proof, tiles
from consumers.archive.anchors.found import NONE
from consumers.archive.anchors.judge import BESIDE, Judge, Trust
from consumers.archive.anchors.posted import head_of
from consumers.archive.beside import judge_files
from consumers.archive.checkpoint import Key, TreeHead, open_checkpoint, parse_keys
from consumers.archive.rows import Rows
from consumers.archive.said import Posted, Said
from consumers.archive.stretch import STRETCH, Stretch, Task, either, first_difference, fits, judge, judge_proof
from consumers.archive.tiles import TILE_WIDTH
from consumers.archive.verdict import COPY, PENDING, Bad, Mapped, Reader, Tampered, Verdict
from schemas.errors import Broken, Refused

__all__ = ["Bad", "Reader", "Verdict", "entries", "verify"]

R = TypeVar("R")


def verify(
    reader: Reader,
    *,
    known: Sequence[bytes] = (),
    trusted: Sequence[Key] = (),
    trust: Trust = BESIDE,
    mapped: Mapped = map,
) -> Verdict:
    """Checks everything. `known` are checkpoints that someone kept from earlier, or copies of the post with the closing
    root: the log must still contain them.
    `trusted` are keys from elsewhere; without them the log's own keys.txt is taken at its word. `trust` is the same for
    those who anchored it. `mapped` may spread the stretches of a long log over processes."""
    audit = _Audit(reader)
    try:
        audit.run(known, trusted, mapped)
        audit.judge_anchors(trust)
    except Tampered as found:
        return audit.verdict(found.bad)
    return audit.verdict(None)


def entries(reader: Reader, size: int) -> Iterator[bytes]:
    """The first `size` entries, as bytes. For a log that verify() found good."""
    for n, width in tiles.shapes(size, 0):
        data = either(reader, tiles.bundle_path(n, width), tiles.bundle_path(n))[1]
        yield from tiles.unframe(data or b"")[0][:width]


def guarded(place: str, act: Callable[[], R]) -> R:
    """What `act` gives; its refusal is a finding at `place`."""
    try:
        return act()
    except (Refused, Broken) as error:
        raise Tampered(place, str(error)) from None


class _Audit:
    """One run over one log."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._keys: tuple[Key, ...] = ()
        self._head = TreeHead("", 0, b"")
        self._rows = Rows(reader)
        self._whole = Stretch(0)  # all stretches together
        self._pending = 0
        self._waiting: dict[int, str] = {}  # posts that entries without a signature speak of, by seq
        self._anchors = NONE

    def verdict(self, bad: Bad | None) -> Verdict:
        key = self._keys[0].vkey if self._keys else ""
        head, found = self._head, self._whole
        return Verdict(
            head.origin, head.size, head.root, key, self._pending, found.proofs, found.first_ts, found.last_ts, bad,
            self._anchors,
        )  # fmt: skip

    def run(self, known: Sequence[bytes], trusted: Sequence[Key], mapped: Mapped) -> None:
        self._read_head(trusted)
        places = [f"known checkpoint {i}" for i in range(1, len(known) + 1)]
        earlier = [(p, head_of(note) or self._open(p, note)) for p, note in zip(places, known, strict=True)]
        task = self._task()
        self._walk(task, mapped)
        self._compare_tiles()
        if self._whole.unsigned is not None:  # only now: an entry that was altered is told as that
            raise Tampered(self._whole.unsigned.place, self._whole.unsigned.reason)
        self._contain(earlier)
        self._judge_proofs()
        judge_files(self._reader, self._head.size, self._rows, self._whole)

    def _read_head(self, trusted: Sequence[Key]) -> None:
        self._keys = guarded("keys.txt", lambda: parse_keys(self._need("keys.txt")))
        if trusted and not set(self._keys) <= set(trusted):
            raise Tampered("keys.txt", "names a key that is not the one you trust")
        self._head = self._open("checkpoint", self._need("checkpoint"))

    def _need(self, name: str) -> bytes:
        data = self._reader.read(name)
        if data is None:
            raise Tampered(name, "is missing")
        return data

    def _open(self, place: str, note: bytes) -> TreeHead:
        return guarded(place, partial(open_checkpoint, note, self._keys))

    # --- entries ---

    def _task(self) -> Task:
        earlier: dict[int, list[str]] = {}
        for name in self._reader.names():
            parsed = tiles.parse_path(name) if ".p/" in name else None
            # Those of the last tile are judged with what waits.
            if parsed and not parsed[0] and parsed[1] < self._head.size // TILE_WIDTH:
                earlier.setdefault(parsed[1], []).append(name)
        live_event_id = self._head.origin.rpartition("/")[2]
        copied = COPY in self._reader.names()
        return Task(self._reader, self._keys, live_event_id, self._head.size, earlier, copied)

    def _walk(self, task: Task, mapped: Mapped) -> None:
        starts = range(0, -(-self._head.size // TILE_WIDTH), STRETCH)
        for found in mapped(partial(judge, task), starts):
            self._take(found)
            if self._whole.problem is not None:
                break
        whole, problem = self._whole, self._whole.problem
        self._rows.close(whole.roots, whole.edge)
        if problem is not None or self._rows.root() != self._head.root:
            bad = whole.differs or problem or self._changed_with_its_tile()
            raise Tampered(bad.place, bad.reason)
        self._walk_pending(task)

    def _take(self, found: Stretch) -> None:
        """Puts the next stretch to those before it."""
        whole = self._whole
        if found.first_ts and found.first_ts < whole.last_ts and whole.problem is None:
            whole.problem = Bad(f"entry {found.first * TILE_WIDTH}", "is earlier than the entry before it")
        whole.problem = whole.problem or found.problem
        whole.differs = whole.differs or found.differs
        whole.unsigned = whole.unsigned or found.unsigned
        whole.unproved = whole.unproved or found.unproved
        whole.misfits = {**found.misfits, **whole.misfits}
        whole.heads = {**found.heads, **whole.heads}
        whole.beside = {**found.beside, **whole.beside}
        whole.first_ts, whole.last_ts = whole.first_ts or found.first_ts, found.last_ts or whole.last_ts
        whole.roots += found.roots
        whole.lines += found.lines
        whole.again += found.again
        whole.fuller += found.fuller
        whole.edge = found.edge
        whole.proofs += found.proofs

    def _tile(self, level: int, n: int, row: bytes) -> tuple[str, bytes | None]:
        path = tiles.tile_path(level, n, len(row) // merkle.HASH_SIZE)
        return either(self._reader, path, tiles.tile_path(level, n))

    def _changed_with_its_tile(self) -> Bad:
        """All leaf tiles agree with the entries, the signed root does not: a tile above tells how near we can come."""
        for level, n, row in self._rows.upper(self._head.size):
            path, theirs = self._tile(level, n, row)
            at = first_difference(row, theirs or b"", TILE_WIDTH)
            if at is not None:
                span = TILE_WIDTH**level
                first = (n * TILE_WIDTH + at) * span
                return Bad(f"entry {first}", f"or one of the {span - 1} after it was changed with its tile: see {path}")
        return Bad("checkpoint", f"its root is not that of the {self._head.size} entries that are here")

    def _walk_pending(self, task: Task) -> None:
        data = self._reader.read(PENDING)
        if not data:
            return
        waiting = guarded(PENDING, lambda: journal.decode(data))
        if waiting.end != len(data) and not waiting.entries:
            return  # a first batch that was never finished
        size = self._head.size
        if waiting.entries and waiting.start > size:
            raise Tampered(f"entry {size}", "is missing between checkpoint and pending")
        fresh = waiting.entries[size - waiting.start :]
        for seq, entry in enumerate(waiting.entries[: size - waiting.start], waiting.start):
            if self._rows.entries(seq // TILE_WIDTH)[seq % TILE_WIDTH] != entry:
                raise Tampered(PENDING, f"holds another entry {seq} than the one that was signed")
        self._pending = len(fresh)
        self._take_pending(task, fresh)

    def _take_pending(self, task: Task, fresh: Sequence[bytes]) -> None:
        whole, said = self._whole, Said(task.live_event_id, last_ts=self._whole.last_ts)
        bad = said.take(self._head.size, fresh)
        if bad:
            raise Tampered(bad.place, bad.reason)
        self._rows.extend(map(merkle.leaf_hash, fresh))
        whole.first_ts, whole.last_ts = whole.first_ts or said.first_ts, said.last_ts
        whole.unsigned = whole.unsigned or said.unsigned
        whole.beside = {**said.beside, **whole.beside}
        self._waiting = {posted.seq: posted.post_id for posted in said.posted}
        for posted in said.posted:
            judge_proof(task, whole, posted, {})

    # --- tiles, kept checkpoints, proofs ---

    def _compare_tiles(self) -> None:
        for kind in ("bundle", "leaves"):
            if bad := self._whole.misfits.get(kind):
                raise Tampered(bad.place, bad.reason)
        for level, n, row in self._rows.upper(self._head.size):
            path, theirs = self._tile(level, n, row)
            if theirs is None:
                raise Tampered(path, "is missing")
            if not fits(path, theirs, self._rows.row(level, n)):
                raise Tampered(path, "is not what the entries give")
        for path in self._whole.fuller:
            parsed = tiles.parse_path(path)
            if not parsed or not fits(path, self._reader.read(path), self._rows.row(0, parsed[1])):
                raise Tampered(path, "is not what the entries give")
        if bad := self._whole.misfits.get("earlier"):
            raise Tampered(bad.place, bad.reason)

    def _contain(self, heads: Sequence[tuple[str, TreeHead]]) -> None:
        """Whether the log holds each of these states."""
        size = self._head.size + self._pending
        for place, head in heads:
            if head.size > size:
                raise Tampered(place, f"speaks of {head.size} entries, only {self._head.size} are here: rolled back")
        roots = self._rows.roots_at({head.size for _, head in heads})
        for place, head in heads:
            if roots[head.size] != head.root:
                raise Tampered(place, f"the first {head.size} entries are not those that were signed then: forked")

    def _judge_proofs(self) -> None:
        whole = self._whole
        if whole.unproved is not None:
            raise Tampered(whole.unproved.place, whole.unproved.reason)
        self._contain([(name, TreeHead("", size, root)) for (size, root), name in whole.heads.items()])
        for post_id, index in whole.again:
            if not self._says_posted(index, post_id):
                raise Tampered(f"proofs/{post_id}.tlog-proof", "proves another entry than that of its post")
        names = [name for name in self._reader.names() if name.startswith("proofs/")]
        if len(names) != whole.proofs:
            self._name_foreign_proof(names)

    def _says_posted(self, index: int, post_id: str) -> bool:
        if index >= self._head.size:
            return self._waiting.get(index) == post_id
        return any((said.seq, said.post_id) == (index, post_id) for said in self._posted_in(index // TILE_WIDTH))

    def _posted_in(self, n: int) -> Sequence[Posted]:
        said = Said(self._head.origin.rpartition("/")[2])
        said.take(n * TILE_WIDTH, self._rows.entries(n))
        return said.posted

    def judge_anchors(self, trust: Trust) -> None:
        """What others said of this log has to be of this log; the last that is judged, for it is the least."""
        judge = Judge(self._reader, self._keys, trust)
        self._contain(judge.heads())
        self._anchors = judge.anchors()

    def _name_foreign_proof(self, names: Sequence[str]) -> NoReturn:
        """There are more proofs than posts: reads the log once more to say which."""
        ours = {f"proofs/{post_id}.tlog-proof" for post_id in self._waiting.values()}
        for n, _ in tiles.shapes(self._head.size, 0):
            ours |= {said.proof for said in self._posted_in(n)}
        name = min(set(names) - ours)
        _, head = guarded(name, lambda: proof.check(self._need(name), self._keys))
        self._contain([(name, head)])
        raise Tampered(name, "proves another entry than that of its post")
