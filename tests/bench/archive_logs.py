"""Logs for the archive's bench: invented updates with everything that the stages write of one, and a disk that waits
for nothing, on which a year of them is written in a minute.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from consumers.archive import checkpoint, merkle, proof, tiles
from consumers.archive.checkpoint import Signer
from consumers.archive.disk import RealDisk
from consumers.archive.entry import Shaped, Source, encode, shape, stamp
from consumers.archive.log import open_log
from consumers.archive.said import Said
from schemas.envelope import Envelope
from schemas.ids import derive
from schemas.topics import DECISIONS, LEDGER, Topic
from tests.unit.archive import records

KEY = bytes(range(32))
ORIGIN = "bench.example/archive"
START = datetime(2026, 12, 1, 8, tzinfo=UTC)
EACH = 8  # records of one update: submission, draft, decision, release, intent, posted, page, receipt
BATCH = 500  # what the archive takes from the broker at once under load
SIGNED_EVERY = 10  # batches


class Unsynced(RealDisk):
    """For making logs, never for measuring how fast they are made."""

    def sync(self, path: str) -> None:
        pass

    def sync_dir(self, path: str) -> None:
        pass


def messages(updates: int) -> Iterator[tuple[Source, str, bytes]]:
    """What lies on the topics for so many updates: source, key, value."""
    offset = 0
    for n in range(1, updates + 1):
        intent = records.intent(n)
        posted = intent.model_copy(update={"id": derive("posted", intent.id), "kind": "posted", "post": None})
        others: list[tuple[Topic, Envelope]] = [  # type: ignore[type-arg]  # any topic will do
            (DECISIONS, records.decision(n)), (LEDGER, posted),
        ]  # fmt: skip
        for topic, record in [*records.posted(n), *others]:
            yield Source(topic.name, 0, offset), topic.key(record), record.encode()
            offset += 1


@cache
def shaped(updates: int) -> Sequence[Shaped]:
    return [shape(source, key, value) for source, key, value in messages(updates)]


def with_posts(found: Sequence[Shaped], share: int) -> Iterator[Shaped]:
    """The same with one public post in `share` entries, as long as there are posts; 0: with none."""
    posts = iter([each for each in found if each.post_id])
    others = [each for each in found if not each.post_id]
    for i, each in enumerate(others, 1):
        yield each
        if share and i % (share - 1) == 0 and (post := next(posts, None)):
            yield post


def batches(found: Sequence[Shaped], size: int) -> Iterator[Sequence[Shaped]]:
    for at in range(0, len(found), size):
        yield found[at : at + size]


def write(folder: Path, name: str, found: Sequence[Shaped]) -> None:
    """A closed log of these records under another live event's name, signed on its way."""
    now = START
    log = open_log(Unsynced(folder), name, Signer(f"{ORIGIN}/{name}", KEY), now)
    for i, batch in enumerate(batches(found, BATCH), 1):
        now += timedelta(seconds=1)
        log.append([replace(each, log=name) for each in batch], now)
        if i % SIGNED_EVERY == 0:
            log.checkpoint(now)
    log.close(now)


def lay(folder: Path, name: str, entries: Sequence[bytes]) -> None:
    """A closed log of these entries with all that belongs to it, signed once: written without the archive's care, for
    logs that are only read."""
    at, edge, signer = folder / name, tiles.TileEdge(), Signer(f"{ORIGIN}/{name}", KEY)
    edge.extend(map(merkle.leaf_hash, entries))
    files = {tiles.tile_path(level, n): data for level, n, data in edge.take_full()}
    files |= {tiles.tile_path(level, n, width): data for level, n, width, data in edge.partial()}
    for n, width in tiles.shapes(edge.size, 0):
        start = n * tiles.TILE_WIDTH
        files[tiles.bundle_path(n, width)] = tiles.frame(entries[start : start + width])
    note = checkpoint.sign(signer, edge.size, edge.root())
    nodes = tiles.nodes_in_tiles(edge.size, lambda level, n, width: files[tiles.tile_path(level, n, width)])
    said = Said(name)
    said.take(0, entries)
    for posted in said.posted:
        path = tuple(merkle.inclusion_proof(posted.seq, edge.size, nodes))
        files[posted.proof] = proof.encode(proof.Proof(posted.entry, posted.seq, path, note))
    files |= {"checkpoint": note, "keys.txt": f"{signer.key.vkey}\n".encode(), "pending": b""}
    for made in {(at / where).parent for where in files}:
        made.mkdir(parents=True, exist_ok=True)
    disk = RealDisk(at)
    for where, data in files.items():
        disk.write(where, data)


def lay_event(folder: Path, size: int, number: int) -> None:
    """One event of a year, of so many entries."""
    name = f"event-{number:03}"
    kept = [replace(each, log=name) for each in shaped(size // EACH)]
    lay(folder, name, [encode(each, seq, stamp(START)) for seq, each in enumerate(kept)])
