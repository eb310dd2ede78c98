"""Search over all logs: what fits a question, that the table behind it is never trusted, and that DuckDB is shut in."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from consumers.archive import derived, search
from consumers.archive.asking import Query, asked
from consumers.archive.derived import Derived, Log
from consumers.archive.disk import RealDisk
from consumers.archive.folded import fold
from consumers.archive.imported import every_log
from consumers.archive.search import Page
from consumers.archive.store import Store
from schemas.errors import Refused, Unavailable
from schemas.topics import RELEASES
from streams.bus import Message
from tests.audit_world import KEY, OTHER_KEY, archived
from tests.unit.archive.records import KNEE, START, message, policy_document, release, story


def table(root: Path) -> Derived:
    return Derived(root / "archive-search", lambda: every_log(root / "archive"))


def found(root: Path, **said: str) -> Page:
    return search.search(table(root), asked({name.replace("_", "-"): value for name, value in said.items()}))


def seqs(page: Page) -> list[int]:
    return [hit.seq for hit in page.hits]


def more(root: Path, messages: Sequence[Message], minutes: int) -> None:
    """What comes to the archive later."""
    store = Store(RealDisk(root / "archive"), KEY, origin="scrubcast", policy_document=policy_document)
    now = START + timedelta(minutes=minutes)
    store.append(messages, now)
    store.close(now)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    archived(tmp_path / "archive")
    return tmp_path


def test_words_are_found_without_case_and_accents_and_all_of_them_have_to_fit(root: Path) -> None:
    text = release(20).model_copy(update={"text": "Frau Müller grüßt die Ärzte."})
    more(root, [message(RELEASES, text, 100)], 1)
    assert seqs(found(root, words="MULLER arzte")) == [57]
    assert seqs(found(root, words="grüsst")) == [57]
    assert seqs(found(root, words="Muller knee")) == []
    assert fold("  ÅNGSTRÖM\tStraße ") == "angstrom strasse"


@pytest.mark.parametrize(
    ("said", "fit"),
    [
        ({"words": "update 8"}, [48, 47]),
        ({"class": "name"}, [50, 45]),
        ({"class": "name.person"}, [50, 45]),
        ({"class": "nam"}, []),
        ({"rule": "terms"}, [50, 45]),
        ({"rule": "term"}, []),
        ({"by": "DE WIT"}, [51, 47, 46]),
        ({"by": "de wit", "type": "decision"}, [51, 46]),
        ({"by": "brandt"}, [55, 52]),
        ({"device": "TABLET-1", "words": ""}, [49, 44, 38, 32, 26, 20, 14, 8, 2]),
        ({"platform": "local", "type": "retraction"}, [54]),
        ({"url": "#8"}, [48]),
        ({"type": "control"}, [55, 52]),
        ({"event": "hip-2026"}, []),
        ({"from": "2026-12-01T08:05:01"}, []),
        ({"to": "2026-12-01T08:04"}, []),
        ({"from": "2026-12-01", "to": "2026-12-01", "type": "control"}, [55, 52]),
        ({"from": "2026-12-01T09:05+01:00", "to": "2026-12-01T09:05+01:00", "type": "control"}, [55, 52]),
    ],
)
def test_each_filter_finds_what_fits_newest_first(root: Path, said: dict[str, str], fit: list[int]) -> None:
    page = search.search(table(root), asked(said))
    assert (seqs(page), page.count) == (fit, len(fit))


def test_pages_follow_one_another_without_gap_or_double_while_the_log_grows(root: Path) -> None:
    own = table(root)
    first = search.search(own, Query(), limit=20)
    more(root, [message(RELEASES, release(30), 200)], 2)
    second = search.search(own, Query(), limit=20, before=first.next or "")
    third = search.search(own, Query(), limit=20, before=second.next or "")
    assert [*seqs(first), *seqs(second), *seqs(third)] == list(range(56, -1, -1))
    assert third.next is None
    assert seqs(search.search(own, Query(), limit=1)) == [57]


def test_the_table_is_made_from_the_log_again_when_it_is_gone(root: Path) -> None:
    assert len(found(root).hits) == 50
    for path in (root / "archive-search" / "own" / KNEE).iterdir():
        path.unlink()
    assert found(root).count == 57


def test_segments_that_are_full_stay_as_the_log_grows(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "SEGMENT", 16)  # a power of two, smaller than a bundle
    place = root / "archive-search" / "own" / KNEE
    assert found(root).count == 57
    before = {path.name: path.stat().st_ino for path in place.glob("*.parquet")}
    more(root, [message(RELEASES, release(30), 200)], 2)
    assert found(root).count == 58
    after = {path.name: path.stat().st_ino for path in place.glob("*.parquet")}
    assert len(before) == len(after) == 4
    assert len(before.items() & after.items()) == 3


def test_a_table_of_another_log_is_not_believed(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    archived(other / "archive", story()[:20], key=OTHER_KEY)
    assert found(other).count == 21
    found(root)
    place = root / "archive-search" / "own"
    for path in (place / KNEE).iterdir():
        path.unlink()
    for path in (other / "archive-search" / "own" / KNEE).iterdir():
        (place / KNEE / path.name).write_bytes(path.read_bytes())
    assert found(root).count == 57


def test_a_table_that_was_changed_is_made_again(root: Path) -> None:
    found(root)
    (path,) = (root / "archive-search" / "own" / KNEE).glob("*.parquet")
    path.write_bytes(path.read_bytes().replace(b"update 8", b"update 9"))
    assert seqs(found(root, words="update 8")) == [48, 47]


def test_an_index_that_says_what_is_not_so_is_not_believed(root: Path) -> None:
    found(root)
    path = root / "archive-search" / "own" / KNEE / "index.json"
    said = json.loads(path.read_bytes())
    said["segments"][0]["root"] = "0" * 64
    path.write_text(json.dumps(said))
    assert found(root).count == 57
    for text in ("", "[]", '{"version":1,"segments":[{}]}'):
        path.write_text(text)
        assert found(root).count == 57


def test_a_log_that_is_not_as_it_was_written_is_left_out_and_named(root: Path) -> None:
    (bundle,) = (root / "archive" / KNEE / "tile" / "entries").rglob("57")
    bundle.write_bytes(bundle.read_bytes().replace(b"Update 8: the plan", b"Update 8: the plot"))
    page = found(root, words="plot")
    assert page.hits == ()
    assert [(log.name, why) for log, why in page.left_out] == [(KNEE, "is not as it was written: run audit verify")]


def test_an_answer_is_read_from_the_log_and_not_from_the_table(root: Path) -> None:
    own = table(root)
    search.search(own, Query())
    (path,) = (root / "archive-search" / "own" / KNEE).glob("*.parquet")
    path.write_bytes(path.read_bytes().replace(b"update 8", b"update 9"))  # behind the back of a running process
    assert search.search(own, asked({"words": "update 9"})).hits == ()
    assert seqs(search.search(own, asked({"words": "update 8"}))) == [48, 47]


def test_what_was_derived_from_a_log_that_is_gone_goes_with_it(root: Path) -> None:
    found(root)
    (root / "archive" / KNEE).rename(root / "elsewhere")
    assert found(root).count == 0
    assert not (root / "archive-search" / "own" / KNEE).exists()


def test_a_log_that_may_not_be_seen_is_not_searched(root: Path) -> None:
    page = search.search(table(root), Query(), sees=lambda log: log.name != KNEE)
    assert (page.count, page.hits) == (0, ())


def test_a_disk_that_cannot_be_written_is_told_as_unavailable(root: Path) -> None:
    (root / "archive-search").write_text("in the way")
    with pytest.raises(Unavailable, match="cannot be written"):
        found(root)


@pytest.mark.parametrize(
    "said",
    [
        {"words": "' or 1=1 --"},
        {"by": "x') union select 1 --"},
        {"class": "a' || 'b"},
        {"platform": "$files"},
        {"url": "%"},
    ],
)
def test_a_question_is_never_a_part_of_sql(root: Path, said: dict[str, str]) -> None:
    assert found(root, **said).count == 0


@pytest.mark.parametrize(
    "before", ["x", "1~2", "1~2~a~b~c" * 80, "1~x~knee~", "-1~1~knee~", "9" * 30 + "~1~knee~", "'~'~'~'"]
)
def test_a_place_to_go_on_from_that_is_none_is_refused_or_finds_nothing(root: Path, before: str) -> None:
    with suppress(Refused):
        assert search.search(table(root), Query(), before=before).hits == ()


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('{root}/archive/" + KNEE + "/checkpoint')",
        "copy (select 1) to '{root}/x.parquet'",
        "attach '{root}/x.db'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set memory_limit = '8GB'",
        "select * from read_parquet('https://example.org/x.parquet')",
    ],
)
def test_the_database_reaches_nothing_but_its_table(root: Path, sql: str) -> None:
    found(root)
    (path,) = (root / "archive-search" / "own" / KNEE).glob("*.parquet")
    with search._closed_in([str(path)]) as db:
        assert db.execute("select count(*) from read_parquet(?)", [[str(path)]]).fetchone() == (57,)
        with pytest.raises(duckdb.Error):
            db.execute(sql.replace("{root}", str(root)))
    assert not (root / "x.parquet").exists()


def test_a_log_is_named_by_where_it_came_from(root: Path) -> None:
    place = root / "archive-imported" / "scrubcast.0123456789abcdef"
    place.mkdir(parents=True)
    (archived(root / "theirs", key=OTHER_KEY) / KNEE).rename(place / KNEE)
    page = found(root, words="update 8")
    assert [(hit.source, hit.seq) for hit in page.hits] == [
        ("scrubcast.0123456789abcdef", 48), ("scrubcast.0123456789abcdef", 47), ("", 48), ("", 47),
    ]  # fmt: skip
    assert page.shown == (KNEE,)
    assert every_log(root / "archive")[1] == Log("scrubcast.0123456789abcdef", KNEE, place / KNEE)


def test_threads_that_search_at_once_share_one_table(root: Path) -> None:
    own = table(root)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: search.search(own, asked({"words": "update 8"})), range(8)))
    assert [seqs(page) for page in answers] == [[48, 47]] * 8


def test_two_processes_with_a_table_each_see_what_the_other_made(root: Path) -> None:
    one, two = table(root), table(root)
    assert search.search(one, Query()).count == 57
    more(root, [message(RELEASES, release(30), 200)], 2)
    assert search.search(two, Query()).count == 58  # and with it the file that `one` has in mind is gone
    assert search.search(one, Query()).count == 58
