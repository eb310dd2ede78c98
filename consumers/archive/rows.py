"""The hashes that a log's entries give, level by level as tiles hold them, and the roots that follow. Pure.

Only the roots of level-0 tiles are kept (a three-hundredth of the entries); what is below is read again where it is
asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from consumers.archive import merkle, tiles
from consumers.archive.merkle import HASH_SIZE, CompactRange
from consumers.archive.tiles import TILE_WIDTH
from consumers.archive.verdict import Reader


class Rows:
    """close() says what is signed, extend() adds what waits behind it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._size = 0  # signed
        self._upper: list[list[bytes]] = []  # [0] are the roots of level-0 tiles, [1] those of level-1 tiles, …
        self._open = b""  # leaf hashes behind the last full tile that is signed
        self._last: tuple[int, list[bytes]] = (-1, [])

    def close(self, roots: Iterable[bytes], edge: bytes) -> None:
        for root in roots:
            self._add(0, root)
        full = len(self._upper[0]) if self._upper else 0
        self._size, self._open = full * TILE_WIDTH + len(edge) // HASH_SIZE, edge

    def _add(self, level: int, root: bytes) -> None:
        if level == len(self._upper):
            self._upper.append([])
        row = self._upper[level]
        row.append(root)
        if len(row) % TILE_WIDTH == 0:
            self._add(level + 1, tiles.fold(row[-TILE_WIDTH:]))

    def extend(self, leaves: Iterable[bytes]) -> None:
        had = len(self._open) // (TILE_WIDTH * HASH_SIZE)
        self._open += b"".join(leaves)
        for i in range(had, len(self._open) // (TILE_WIDTH * HASH_SIZE)):
            self._add(0, tiles.fold_joined(self._open_row(i)))

    def _open_row(self, i: int) -> bytes:
        return self._open[TILE_WIDTH * HASH_SIZE * i : TILE_WIDTH * HASH_SIZE * (i + 1)]

    def root(self) -> bytes:
        """Over what is signed."""
        return self.roots_at({self._size})[self._size]

    def entries(self, n: int) -> Sequence[bytes]:
        """The signed entries under tile number `n`."""
        if self._last[0] != n:
            width = min(TILE_WIDTH, self._size - n * TILE_WIDTH)
            path = tiles.bundle_path(n, width)
            data = self._reader.read(path)
            data = self._reader.read(tiles.bundle_path(n)) if data is None else data
            self._last = (n, tiles.unframe(data or b"")[0][:width])
        return self._last[1]

    def row(self, level: int, n: int) -> bytes:
        """All hashes of one tile, those of what waits included."""
        if level:
            upper = self._upper[level - 1] if level <= len(self._upper) else []
            return b"".join(upper[TILE_WIDTH * n : TILE_WIDTH * (n + 1)])
        if n >= self._size // TILE_WIDTH:
            return self._open_row(n - self._size // TILE_WIDTH)
        return merkle.leaf_hashes(self.entries(n))

    def upper(self, size: int) -> Iterator[tuple[int, int, bytes]]:
        """(level, number, hashes) of the tiles above the leaves in a tree of `size` entries."""
        level = 1
        while size >> (tiles.TILE_HEIGHT * level):
            for n, width in tiles.shapes(size, level):
                yield level, n, self.row(level, n)[: width * HASH_SIZE]
            level += 1

    def roots_at(self, sizes: AbstractSet[int]) -> dict[int, bytes]:
        """The roots of the trees of the first so many entries."""
        found, full = dict[int, bytes](), CompactRange()
        for size in sorted(sizes):
            while full.size < size // TILE_WIDTH:
                full.append(self._upper[0][full.size])
            rest = CompactRange()
            row = self.row(0, full.size) if size % TILE_WIDTH else b""
            for at in range(0, size % TILE_WIDTH * HASH_SIZE, HASH_SIZE):
                rest.append(row[at : at + HASH_SIZE])
            found[size] = merkle.fold_peaks([*full.peaks, *rest.peaks])
        return found
