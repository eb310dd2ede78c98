"""Where the hashes and entries of a log lie as files, and what is in them (C2SP tlog-tiles). Pure.

A tile holds up to 256 hashes of one level; the hashes of level 1 are the roots of full tiles of level 0, and so on.
An entry bundle holds the entries under the level-0 tile of the same number.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from consumers.archive.merkle import HASH_SIZE, CompactRange, Nodes, fold_peaks, node_hash

TILE_HEIGHT = 8
TILE_WIDTH = 256
ENTRY_MAX = 65_535  # a bundle writes the length of an entry in 16 bits
LEVEL_MAX = 63

_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


def number_path(n: int) -> str:
    """1234067 is `x001/x234/067`."""
    parts = [f"{n % 1000:03}"]
    while n >= 1000:
        n //= 1000
        parts.append(f"x{n % 1000:03}")
    return "/".join(reversed(parts))


def _path(kind: str, n: int, width: int) -> str:
    whole = f"tile/{kind}/{number_path(n)}"
    return whole if width == TILE_WIDTH else f"{whole}.p/{width}"


def tile_path(level: int, n: int, width: int = TILE_WIDTH) -> str:
    return _path(str(level), n, width)


def bundle_path(n: int, width: int = TILE_WIDTH) -> str:
    return _path("entries", n, width)


def parse_path(path: str) -> tuple[int | None, int, int] | None:
    """(level, number, width) of a path under tile/; level None is an entry bundle; None when it is no such path."""
    found = _PATH.fullmatch(path)
    if not found:
        return None
    kind, number, width = found[1], int(found[2].replace("x", "").replace("/", "")), int(found[3] or TILE_WIDTH)
    level = None if kind == "entries" else int(kind)
    return (level, number, width) if _path(kind if level is None else str(level), number, width) == path else None


def width_of(path: str) -> int:
    """How many hashes or entries the file of this name holds."""
    return int(path.rpartition(".p/")[2]) if ".p/" in path else TILE_WIDTH


def shapes(size: int, level: int) -> Iterator[tuple[int, int]]:
    """(number, width) of each tile of one level in a tree of `size` entries."""
    hashes = size >> (TILE_HEIGHT * level)
    for n in range(-(-hashes // TILE_WIDTH)):
        yield n, min(TILE_WIDTH, hashes - n * TILE_WIDTH)


def layout(size: int) -> Iterator[str]:
    """The paths of all files that a tree of `size` entries has."""
    for n, width in shapes(size, 0):
        yield bundle_path(n, width)
    level = 0
    while size >> (TILE_HEIGHT * level):
        yield from (tile_path(level, n, width) for n, width in shapes(size, level))
        level += 1


def frame(entries: Iterable[bytes]) -> bytes:
    """Entries as a bundle: 16-bit big-endian length, then the bytes."""
    return b"".join([piece for entry in entries for piece in (len(entry).to_bytes(2, "big"), entry)])


def unframe(bundle: bytes) -> tuple[list[bytes], bool]:
    """The entries of a bundle, and whether it ends where its last entry ends."""
    entries, at, last = list[bytes](), 0, len(bundle) - 2
    number = int.from_bytes
    while at <= last:
        start = at + 2
        stop = start + number(bundle[at:start], "big")
        if stop > last + 2:
            break
        entries.append(bundle[start:stop])
        at = stop
    return entries, at == last + 2


class TileEdge:
    """A growing tree and the right-most tile of each level; full tiles are handed out once, by take_full()."""

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]
        self._counts = [0]  # tiles that became full, by level
        self._full: list[tuple[int, int, bytes]] = []

    @property
    def size(self) -> int:
        return self._counts[0] * TILE_WIDTH + len(self._levels[0])

    def root(self) -> bytes:
        """From the largest subtree: that of the highest level's tile."""
        peaks: list[bytes] = []
        for row in reversed(self._levels):
            growing = CompactRange()
            for node in row:
                growing.append(node)
            peaks += growing.peaks
        return fold_peaks(peaks)

    def append(self, leaf: bytes) -> None:
        self._add(0, leaf)

    def extend(self, leaves: Iterable[bytes]) -> None:
        for leaf in leaves:
            self._add(0, leaf)

    def _add(self, level: int, node: bytes) -> None:
        row = self._levels[level]
        row.append(node)
        if len(row) < TILE_WIDTH:
            return
        joined = b"".join(row)
        self._full.append((level, self._counts[level], joined))
        self._counts[level] += 1
        row.clear()
        if level + 1 == len(self._levels):
            self._levels.append([])
            self._counts.append(0)
        self._add(level + 1, fold_joined(joined))

    def take_full(self) -> list[tuple[int, int, bytes]]:
        """(level, number, bytes) of the tiles that became full since the last call."""
        full, self._full = self._full, []
        return full

    def partial(self) -> list[tuple[int, int, int, bytes]]:
        """(level, number, width, bytes) of the right-most tiles that are not full."""
        return [
            (level, self.size >> (TILE_HEIGHT * (level + 1)), len(row), b"".join(row))
            for level, row in enumerate(self._levels)
            if row
        ]


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    return fold_joined(b"".join(hashes))


def fold_joined(row: bytes) -> bytes:
    """The root over a power of two of hashes that lie one behind the other, as in a tile."""
    return rows_above(row)[-1]


def rows_above(row: bytes) -> list[bytes]:
    """These hashes (a power of two), and the rows of hashes above them up to the root."""
    rows, sha256, step = [row], hashlib.sha256, 2 * HASH_SIZE
    while len(row) > HASH_SIZE:
        row = b"".join([sha256(b"\x01" + row[at : at + step]).digest() for at in range(0, len(row), step)])
        rows.append(row)
    return rows


def siblings(rows: Sequence[bytes], index: int) -> list[bytes]:
    """The way from hash number `index` of the first row to the root."""
    places = [((index >> height) ^ 1) * HASH_SIZE for height in range(len(rows) - 1)]
    return [row[at : at + HASH_SIZE] for row, at in zip(rows, places, strict=False)]


def nodes_in_tiles(size: int, fetch: Callable[[int, int, int], bytes]) -> Nodes:
    """The complete subtrees of a tree of `size`; `fetch(level, number, width)` gives a tile's bytes. Each is computed
    once: the proofs of neighbours share most of their steps."""

    @cache
    def tile(level: int, number: int) -> bytes:
        return fetch(level, number, min(TILE_WIDTH, (size >> (TILE_HEIGHT * level)) - number * TILE_WIDTH))

    @cache
    def node(height: int, index: int) -> bytes:
        level, above = divmod(height, TILE_HEIGHT)
        if above:
            return node_hash(node(height - 1, 2 * index), node(height - 1, 2 * index + 1))
        number, place = divmod(index, TILE_WIDTH)
        return tile(level, number)[place * HASH_SIZE : (place + 1) * HASH_SIZE]

    return node
