"""The table of entries and its Parquet file: what stands in it, and that its bytes are the same everywhere."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.archive import parquet, table
from consumers.archive.derived import entries_of
from consumers.archive.parquet import Column
from tests.audit_world import archived
from tests.unit.archive.records import KNEE, SECRET

# Written out, so that no other change of the program moves them.
PINNED = (
    (
        b'{"at":"2026-12-01T08:05:00Z","id":"a","live_event_id":"knee-2026","record":{"actor":{"name":"Noor","role":'
        b'"reporter","device":"tablet-1"},"phase":"arrival"},"seq":0,"ts":"2026-12-01T08:05:00.000001Z","type":"submission",'
        b'"update_id":"u","v":1}'
    ),
    (
        b'{"id":"b","live_event_id":"knee-2026","record":{"findings":[{"kind":"name","rule":"terms"},{"kind":"name","rule":'
        b'"first"}],"disposition":"hold","policy":{"name":"strict","sha256":"aa"}},"seq":1,"ts":"2026-12-01T08:05:01.000000Z",'
        b'"type":"draft","v":1}'
    ),
    '{"record":{"destination":"x:@StAnna","n":1,"outcome":"posted","text":"Über 40 – alles gut."},"seq":2,'
    '"ts":"2026-12-01T08:05:02.000000Z","type":"receipt","v":1}'.encode(),
)
# Another number here means that the same log gives another bundle than it did.
PINNED_SHA256 = "761e7f396de02d787642a7be8e67cf8e0b6b610c4789891911271ff56f512969"


@pytest.fixture
def entries(tmp_path: Path) -> list[bytes]:
    return list(entries_of(archived(tmp_path) / KNEE, 0, 57))


def read(folder: Path, data: bytes, sql: str) -> list[Any]:
    (folder / "x.parquet").write_bytes(data)
    with duckdb.connect() as db:
        return db.execute(sql.replace("entries", f"'{folder / 'x.parquet'}'")).fetchall()


def test_the_same_entries_give_the_bytes_that_are_pinned_here() -> None:
    assert hashlib.sha256(table.parquet(PINNED)).hexdigest() == PINNED_SHA256


def test_two_processes_with_different_hash_seeds_write_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "lines").write_bytes(b"\n".join(PINNED))
    code = (
        "import sys, hashlib; from pathlib import Path; from consumers.archive.table import parquet\n"
        "print(hashlib.sha256(parquet(Path(sys.argv[1]).read_bytes().split(b'\\n'))).hexdigest())"
    )
    run = [sys.executable, "-c", code, str(tmp_path / "lines")]
    said = [
        subprocess.run(run, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True, cwd=Path.cwd())
        for seed in ("1", "2")
    ]
    assert {one.stdout.strip() for one in said} == {PINNED_SHA256}


def test_the_file_names_no_version_and_no_time_of_its_making(entries: list[bytes]) -> None:
    footer = table.parquet(entries)[-4000:]
    assert b"scrubcast" in footer
    assert b"DuckDB" not in footer
    assert b"version" not in footer


def test_another_program_reads_every_row_and_column(tmp_path: Path, entries: list[bytes]) -> None:
    data = table.parquet(entries)
    assert read(tmp_path, data, "select count(*), min(seq), max(seq) from entries") == [(57, 0, 56)]
    columns = [row[0] for row in read(tmp_path, data, "describe select * from entries")]
    assert columns == [column.name for column in table.COLUMNS]
    asked = "select type, text, outcome, platform, n, url from entries where type = 'receipt' and n = 8"
    url = f"http://localhost/t/{KNEE}#8"
    assert read(tmp_path, data, asked) == [("receipt", "Update 8: the plan fits this knee.", "posted", "local", 8, url)]
    asked = "select disposition, finding_classes, finding_rules, findings, needs, text from entries where findings > 0"
    assert read(tmp_path, data, asked) == [("hold", "name.person", "terms", 1, "reviewer", None)] * 2
    asked = "select verdict, approver, approver_role, reasons from entries where type = 'decision' order by seq"
    assert read(tmp_path, data, asked) == [
        ("approve", "S. de Wit", "reviewer", "name.person"),
        ("return", None, None, "name.person"),
    ]
    asked = "select control, epoch_us(happened_at) - epoch_us(ts) from entries where control is not null order by seq"
    assert read(tmp_path, data, asked) == [("retract", 20_000_000), ("stop", 30_000_000)]


def test_text_that_was_not_public_is_in_no_column(entries: list[bytes]) -> None:
    data = table.parquet(entries)
    assert SECRET.encode() not in data
    rows = [dict(zip((c.name for c in table.COLUMNS), table.row(entry), strict=True)) for entry in entries]
    assert {row["type"] for row in rows if row["text"] is not None} == {"release", "receipt", "page"}


def test_bytes_that_are_no_entry_are_refused() -> None:
    for data in (b"", b"[]", b"{}", b'{"record":[],"seq":1,"ts":"x","type":"draft"}', b"\xff"):
        with pytest.raises(ValueError, match="not an entry"):
            table.row(data)


def test_an_instant_that_is_none_is_null_and_one_without_a_zone_is_none() -> None:
    assert table.micros("2026-12-01T08:05:00.000001Z") == 1_796_112_300_000_001
    assert table.micros("1969-12-31T23:59:59Z") == -1_000_000
    assert [table.micros(x) for x in ("", "soon", None, 7, "2026-12-01T08:05:00")] == [None] * 5
    assert table.stamp(1_796_112_300_000_001) == "2026-12-01T08:05:00.000001Z"


def test_every_column_says_what_it_means_and_no_name_comes_twice() -> None:
    names = [column.name for column in table.COLUMNS]
    assert len(set(names)) == len(names)
    assert all(column.means for column in table.COLUMNS)


def test_the_page_on_the_table_names_every_column() -> None:
    page = (Path(__file__).parents[3] / "docs" / "entries-parquet.md").read_text(encoding="utf-8")
    assert "\n".join(table.page()) in page


COLUMNS = (Column("a", "text", ""), Column("b", "integer", ""), Column("c", "time", ""))
ROWS = st.tuples(
    st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5) | st.sampled_from(["x", "y"]),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.integers(-(10**15), 4 * 10**15),
)


@given(st.lists(st.lists(ROWS, min_size=1, max_size=40), max_size=3))
def test_whatever_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, groups: list[list[Any]]) -> None:
    data = b"".join(parquet.write(COLUMNS, groups, {"made": "for a test"}))
    folder = tmp_path_factory.mktemp("x")
    assert read(folder, data, "select a, b, epoch_us(c) from entries") == [row for group in groups for row in group]


def test_more_values_than_a_dictionary_holds_are_written_plainly(tmp_path: Path) -> None:
    rows = [(f"value {i % 300}", i, None) for i in range(2000)]
    data = b"".join(parquet.write(COLUMNS, [rows]))
    assert read(tmp_path, data, "select count(distinct a), sum(b), count(c) from entries") == [(300, 1_999_000, 0)]
