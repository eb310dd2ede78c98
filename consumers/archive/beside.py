"""Whether what lies beside the entries and tiles of a log belongs there: documents, records, copies, sums. Pure."""

import hashlib
from collections.abc import Iterator, Sequence

from consumers.archive import tiles
from consumers.archive.merkle import HASH_SIZE
from consumers.archive.rows import Rows
from consumers.archive.stretch import Stretch, fits
from consumers.archive.tiles import ENTRY_MAX, TILE_WIDTH
from consumers.archive.verdict import ANCHORS, COPY, DERIVED, SCAFFOLD, SUMS, Reader, Tampered
from schemas.envelope import sha256_hex

PIECE = 1 << 20  # of a large file at a time


def judge_files(reader: Reader, size: int, rows: Rows, found: Stretch) -> None:
    """Raises Tampered for the first file that is missing, changed or foreign."""
    for name, seq in found.beside.items():
        if reader.read(name) is None:
            raise Tampered(name, f"is missing: entry {seq} names it")
    ours = {*tiles.layout(size), *SCAFFOLD, *DERIVED, "checkpoint", "keys.txt"}
    names = reader.names()
    for name in names:
        if name not in ours and not name.startswith(("proofs/", ANCHORS)):
            _judge_file(reader, size, rows, name)
    if DERIVED & set(names):  # an export: what was added must be whole, too
        _judge_copy(reader, size, rows, found.lines)
        _judge_sums(reader, names)


def _judge_file(reader: Reader, size: int, rows: Rows, name: str) -> None:
    if name.startswith(("policies/", "records/")):
        data = reader.read(name)
        if data is not None and sha256_hex(data) != name.partition("/")[2].removesuffix(".json"):
            raise Tampered(name, "does not have the hash in its name")
        return
    parsed = tiles.parse_path(name)
    if parsed:
        level, n, _ = parsed
        if not level and n < size // TILE_WIDTH:
            return  # a leaf tile of an earlier checkpoint, compared when its entries were read
        if fits(name, reader.read(name), rows.row(level or 0, n)):
            return
    elif reader.read(name) is None:
        return  # swept by the writer while we read
    raise Tampered(name, "does not belong to this log")


def _judge_copy(reader: Reader, size: int, rows: Rows, lines: Sequence[tuple[int, bytes]]) -> None:
    at = 0
    for n, (length, hash_) in enumerate(lines):
        piece = reader.part(COPY, at, length)
        if len(piece) != length or hashlib.sha256(piece).digest() != hash_:
            _name_line(n * TILE_WIDTH, reader.part(COPY, at, TILE_WIDTH * (ENTRY_MAX + 1)), rows.entries(n))
        at += length
    if reader.part(COPY, at, 1) or not (lines or reader.read(COPY) is not None):
        raise Tampered(COPY, f"does not have {size} lines")


def _name_line(start: int, piece: bytes, entries: Sequence[bytes]) -> None:
    lines = piece.split(b"\n")
    for i, entry in enumerate(entries):
        if i + 1 >= len(lines) or lines[i] != entry:
            raise Tampered(f"{COPY} line {start + i + 1}", f"is not entry {start + i}")


def _judge_sums(reader: Reader, names: Sequence[str]) -> None:
    theirs = (reader.read(SUMS) or b"").split(b"\n")
    ours = _sums(reader, names)
    for line, given in zip(ours, theirs, strict=False):
        if line != given:
            name = line[2 * HASH_SIZE + 2 :].decode()
            raise Tampered(name or SUMS, f"is not as {SUMS} says, or {SUMS} was changed")
    if len(theirs) != len(names):  # one line less for itself, one more for the end of the last
        raise Tampered(SUMS, "names more or fewer files than are here")


def _sums(reader: Reader, names: Sequence[str]) -> Iterator[bytes]:
    for name in names:
        if name != SUMS:
            yield f"{hash_of(reader, name)}  {name}".encode()
    yield b""


def hash_of(reader: Reader, name: str) -> str:
    """SHA-256 of a file, in hex, a piece at a time."""
    hash_, at = hashlib.sha256(), 0
    while piece := reader.part(name, at, PIECE):
        hash_.update(piece)
        at += len(piece)
        if len(piece) < PIECE:
            break
    return hash_.hexdigest()
