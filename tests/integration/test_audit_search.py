"""The archive's search and import beside the desk: who may, what is entered before an answer, and what is refused."""

import csv
import html
import io
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from consumers.archive import audit
from consumers.archive.bundle import verify_bundle
from consumers.archive.imported import UPLOAD_MAX
from deploy.home import Home
from producers.desk.body_limit import LARGER
from schemas.access import ALL, Access
from schemas.errors import Unavailable
from schemas.topics import ACCESSES
from tests.audit_world import OTHER_KEY, archived, audited_desk
from tests.desk_world import TOKENS, World
from tests.unit.archive.records import KNEE, SECRET, dispose, submission


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[tuple[World, Home]]:
    archived(tmp_path / "data" / "archive")
    async with audited_desk(tmp_path) as made:
        yield made


async def look(world: World, path: str, role: str = "auditor") -> httpx.Response:
    return await world.http.get(path, headers={"Authorization": f"Bearer {TOKENS[role]}"})


def entered(world: World) -> list[Access]:
    found: list[Access] = world.records(ACCESSES)
    return found


async def test_a_search_shows_what_fits_and_links_to_its_entry(desk: tuple[World, Home]) -> None:
    world, _ = desk
    page = (await look(world, "/audit/search?words=UPDATE+8")).text
    assert "Update 8: the plan fits this knee." in page
    assert "Update 7" not in page
    assert "2 entries" in page
    (link,) = re.findall(r'href="([^"]+)">Entry 48<', page)
    assert html.unescape(link) == f"/audit/{KNEE}?at=2026-12-01T08%3A05%3A08.500000Z&update={submission(8).update_id}"
    replayed = await look(world, html.unescape(link))
    assert replayed.status_code == 200
    assert "way of post 8" in replayed.text.lower()


async def test_filters_stand_in_the_address_and_in_the_form(desk: tuple[World, Home]) -> None:
    world, _ = desk
    page = (await look(world, "/audit/search?by=okafor&type=submission&from=2026-12-01")).text
    assert 'value="okafor"' in page
    assert '<option value="submission" selected>' in page
    assert 'value="2026-12-01T00:00"' in page
    assert "9 entries" in page


async def test_a_search_is_entered_with_its_filters_and_never_with_its_words(desk: tuple[World, Home]) -> None:
    world, _ = desk
    await look(world, f"/audit/search?words={SECRET.replace(' ', '+')}&by=nobody")
    await look(world, "/audit/search?words=knee&platform=local")
    nothing, all_of_it, event = entered(world)
    assert (nothing.live_event_id, nothing.filters, nothing.results) == (ALL, ("words", "by"), 0)
    assert (all_of_it.live_event_id, all_of_it.live_events, all_of_it.results) == (ALL, (KNEE,), 15)
    assert (event.live_event_id, event.what, event.filters) == (KNEE, "searched", ("words", "platform"))
    assert event.actor.role == "auditor"
    written = b"".join(m.value or b"" for m in world.bus.everything(ACCESSES.name))
    assert b"Joris" not in written
    assert b"knee" not in written.replace(KNEE.encode(), b"")


async def test_without_a_question_there_is_a_form_and_no_entry(desk: tuple[World, Home]) -> None:
    world, _ = desk
    page = await look(world, "/audit/search")
    assert page.status_code == 200
    assert 'name="platform-id"' in page.text
    assert entered(world) == []


@pytest.mark.parametrize("path", ["/audit/search?words=knee", "/audit/search.csv?words=knee"])
async def test_what_cannot_be_entered_is_not_answered(
    desk: tuple[World, Home], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    world, _ = desk

    async def away(*_: Any, **__: Any) -> None:
        raise Unavailable("The broker is away.")

    monkeypatch.setattr(world.bus, "send", away)
    answer = await look(world, path)
    assert answer.status_code == 503
    assert "the plan fits" not in answer.text


async def test_the_csv_has_every_column_and_no_cell_that_a_spreadsheet_would_run(desk: tuple[World, Home]) -> None:
    world, _ = desk
    answer = await look(world, "/audit/search.csv?class=name")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    first, second = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))
    assert (first["log"], first["seq"], first["type"], first["finding_classes"]) == (KNEE, "50", "draft", "name.person")
    assert second["ts"] == "2026-12-01T08:05:00.000000Z"


@pytest.mark.parametrize(
    ("query", "word"),
    [("from=yesterday", "from"), ("words=" + "a+" * 17, "words"), ("by=" + "a" * 201, "by"), ("before=x", "before")],
)
async def test_a_filter_that_is_none_is_named(desk: tuple[World, Home], query: str, word: str) -> None:
    world, _ = desk
    page = await look(world, f"/audit/search?{query}")
    assert page.status_code == 422
    assert f"This filter is not understood: {word}: expected" in page.text
    assert entered(world) == []


async def test_pages_speak_german_and_dutch(desk: tuple[World, Home]) -> None:
    world, _ = desk
    for lang, word in (("de", "Archiv durchsuchen"), ("nl", "Archief doorzoeken")):
        headers = {"Authorization": f"Bearer {TOKENS['auditor']}", "Cookie": f"scrubcast-lang={lang}"}
        page = await world.http.get("/audit/search", headers=headers)
        assert word in page.text


# -- programs that read the folder


async def test_a_command_enters_itself_over_the_interface(desk: tuple[World, Home]) -> None:
    world, _ = desk
    said = await world.ask("auditor", "POST", "/audit/accesses", {"what": "exported", "live_event_id": KNEE})
    assert said.status_code == 201
    (record,) = entered(world)
    assert (record.what, record.live_event_id, record.actor.name) == ("exported", KNEE, "auditor")


@pytest.mark.parametrize(
    "body",
    [
        {"what": "exported"},
        {"what": "original-opened", "live_event_id": KNEE},
        {"what": "exported", "live_event_id": ALL},
        {"what": "searched", "live_event_id": ALL, "words": "Maria Lopez"},
        {"what": "searched", "live_event_id": ALL, "filters": ["Maria Lopez"]},
        {"what": "replayed", "live_event_id": "../x"},
    ],
)
async def test_an_access_that_is_none_is_refused_without_its_words(desk: tuple[World, Home], body: Any) -> None:
    world, _ = desk
    said = await world.ask("auditor", "POST", "/audit/accesses", body)
    assert said.status_code == 422
    assert "Lopez" not in said.text
    assert entered(world) == []


# -- bundles of other installations


def bundle(folder: Path, **more: Any) -> bytes:
    return audit.export_bundle(archived(folder, key=OTHER_KEY, **more) / KNEE, dispose)


async def send(world: World, data: bytes, role: str = "auditor", key: str = "") -> httpx.Response:
    headers = {"Authorization": f"Bearer {TOKENS[role]}"}
    files = {"bundle": ("event.zip", data, "application/zip")}
    return await world.http.post("/audit/import", headers=headers, files=files, data={"key": key})


async def test_a_bundle_is_taken_in_shown_searched_and_entered(desk: tuple[World, Home], tmp_path: Path) -> None:
    world, home = desk
    answer = await send(world, bundle(tmp_path / "theirs"))
    assert answer.status_code == 200
    assert "Imported: scrubcast." in answer.text
    (record,) = entered(world)
    assert (record.what, record.live_event_id) == ("imported", ALL)
    assert record.origin is not None
    assert record.origin.endswith(f"~{KNEE}")
    assert f'href="/audit/{record.origin}"' in (await look(world, "/audit")).text
    found = (await look(world, "/audit/search?words=update+8")).text
    assert "4 entries" in found
    assert f"from {record.origin.partition('~')[0]}" in found
    assert list((home.root / "archive").iterdir()) == [home.root / "archive" / KNEE]


async def test_an_imported_log_is_replayed_and_reported_under_its_own_name(
    desk: tuple[World, Home], tmp_path: Path
) -> None:
    world, _ = desk
    await send(world, bundle(tmp_path / "theirs"))
    name = entered(world)[0].origin
    assert "way of post 8" in (await look(world, f"/audit/{name}")).text.lower()
    assert (await look(world, f"/audit/{name}/report")).status_code == 200
    found = [(one.what, one.live_event_id, one.origin) for one in entered(world)]
    assert found == [("imported", ALL, name), ("replayed", ALL, name), ("reported", ALL, name)]


async def test_a_search_over_all_events_is_archived_in_a_log_of_its_own_that_verifies(
    desk: tuple[World, Home], tmp_path: Path
) -> None:
    world, _ = desk
    await look(world, "/audit/search?words=knee")
    archive = archived(tmp_path / "later", world.bus.everything(ACCESSES.name))
    assert sorted(path.name for path in archive.iterdir()) == [ALL, KNEE]
    for name in (ALL, KNEE):
        verdict = audit.verify_folder(archive / name)
        assert (verdict.ok, verdict.size) == (True, 1)
    (tmp_path / "all.zip").write_bytes(audit.export_bundle(archive / ALL, dispose))
    alone = subprocess.run(
        [sys.executable, "-I", verify_bundle.__file__, str(tmp_path / "all.zip")], capture_output=True, check=False
    )
    assert alone.stdout.startswith(b"Good: 1 entries")
    assert audit.replay(archive / KNEE, dispose).told.stories == ()


async def test_a_bundle_that_is_not_whole_is_refused_and_the_place_is_named(
    desk: tuple[World, Home], tmp_path: Path
) -> None:
    world, home = desk
    whole = bundle(tmp_path / "theirs")
    answer = await send(world, whole.replace(b"Update 7: the plan", b"Update 7: the plot", 2))
    assert answer.status_code == 422
    assert "Not imported: NOT whole: " in answer.text
    assert entered(world) == []
    assert not home.archive_imported.exists()


async def test_only_an_auditor_takes_a_bundle_in(desk: tuple[World, Home], tmp_path: Path) -> None:
    world, home = desk
    assert (await send(world, bundle(tmp_path / "theirs"), "director")).status_code == 403
    assert not home.archive_imported.exists()


async def test_a_key_that_was_told_by_another_way_has_to_fit(desk: tuple[World, Home], tmp_path: Path) -> None:
    world, _ = desk
    theirs = bundle(tmp_path / "theirs")
    archived(tmp_path / "ours")
    ours = (tmp_path / "ours" / KNEE / "keys.txt").read_text().strip()
    right = (tmp_path / "theirs" / KNEE / "keys.txt").read_text().strip()
    assert "names a key that is not the one you trust" in (await send(world, theirs, key=ours)).text
    assert "Imported: " in (await send(world, theirs, key=right)).text


async def test_an_upload_may_be_as_large_as_the_page_says() -> None:
    assert LARGER["/audit/import"] == UPLOAD_MAX


async def test_nobody_else_reads_the_archive(desk: tuple[World, Home]) -> None:
    world, _ = desk
    for role in ("reporter", "reviewer", "physician", "advocate", "liaison"):
        for path in ("/audit/search?words=knee", "/audit/search.csv", "/audit/imported"):
            assert (await look(world, path, role)).status_code == 403, (role, path)
    assert entered(world) == []
