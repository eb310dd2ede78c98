"""Tile paths and contents as C2SP tlog-tiles gives them, its own examples included."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.archive import merkle, tiles


@pytest.mark.parametrize(
    ("n", "path"),
    [(0, "000"), (999, "999"), (1000, "x001/000"), (1234067, "x001/x234/067"), (10**9, "x001/x000/x000/000")],
)
def test_numbers_are_cut_into_thousands(n: int, path: str) -> None:
    assert tiles.number_path(n) == path


def test_the_files_of_seventy_thousand_entries() -> None:
    found = list(tiles.layout(70_000))

    assert sum(path.startswith("tile/0/") for path in found) == 274
    assert sum(path.startswith("tile/entries/") for path in found) == 274
    assert [p for p in found if ".p/" in p] == [
        "tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1",
    ]  # fmt: skip
    assert "tile/1/000" in found


def test_the_files_of_256_entries_and_of_none() -> None:
    assert list(tiles.layout(256)) == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
    assert list(tiles.layout(0)) == []


@given(st.one_of(st.none(), st.integers(0, 63)), st.integers(0, 10**12), st.integers(1, 256))
def test_paths_are_read_back_as_written(level: int | None, n: int, width: int) -> None:
    path = tiles.bundle_path(n, width) if level is None else tiles.tile_path(level, n, width)
    assert tiles.parse_path(path) == (level, n, width)


@pytest.mark.parametrize(
    "path",
    ["tile/0/0", "tile/00/000", "tile/0/x001", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/x000/001", "tile/a/000"],
)
def test_other_paths_are_no_tiles(path: str) -> None:
    assert tiles.parse_path(path) is None


@given(st.lists(st.binary(max_size=300), max_size=50))
def test_bundles_are_read_back_as_written(entries: list[bytes]) -> None:
    assert tiles.unframe(tiles.frame(entries)) == (entries, True)


def test_a_bundle_is_big_endian_length_then_bytes() -> None:
    assert tiles.frame([b"ab", b"", b"c" * 258]) == b"\x00\x02ab\x00\x00\x01\x02" + b"c" * 258
    assert tiles.unframe(b"\x00\x02ab\x00\x05x") == ([b"ab"], False)
    assert len(tiles.frame([b"x" * 65_535])) == 65_537


def test_tiles_hold_the_hashes_that_lead_to_the_root() -> None:
    edge = tiles.TileEdge()
    hashes = [merkle.leaf_hash(str(i).encode()) for i in range(70_000)]
    full: dict[tuple[int, int], bytes] = {}
    for leaf in hashes:
        edge.append(leaf)
        full |= {(level, n): data for level, n, data in edge.take_full()}
    part = {(level, n, width): data for level, n, width, data in edge.partial()}

    def fetch(level: int, n: int, width: int) -> bytes:
        return full[level, n] if width == 256 else part[level, n, width]

    nodes, whole = tiles.nodes_in_tiles(70_000, fetch), merkle.nodes_of(hashes)
    assert sorted(part) == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert full[0, 0] == b"".join(hashes[:256])
    assert full[1, 0][:32] == merkle.root_of(hashes[:256])
    assert edge.root() == merkle.root_of(hashes)
    for index in (0, 255, 256, 65_535, 65_536, 69_999):
        assert merkle.inclusion_proof(index, 70_000, nodes) == merkle.inclusion_proof(index, 70_000, whole)
