"""The report, its PDF and the bundle on the archive's pages: entered first, served whole, refused to others."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.async_api import Browser

from consumers.archive import audit, web
from consumers.archive.export import verify_zip
from consumers.archive.reporting import html
from consumers.archive.web import reporting
from schemas.access import What
from schemas.envelope import Actor
from schemas.errors import Unavailable
from streams.scrub.policy import dispose
from streams.web.headers import SecurityHeaders
from tests.audit_world import archived
from tests.axe import violations
from tests.browser_fixture import DESKTOP, opened, serving
from tests.commanded_desk import command
from tests.unit.archive.eventful import AUDITOR, ID, eventful
from tests.unit.archive.records import KNEE, at
from tests.unit.archive.test_report_facts import facts_about, reader_of
from tests.unit.archive.test_report_hostile import HOSTILE


@dataclass
class House:
    """The archive's pages over one log, and the accesses that were entered."""

    app: FastAPI
    entered: list[tuple[str, What, str]] = field(default_factory=list)
    broker: bool = True


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(tmp_path_factory: Any) -> AsyncIterator[House]:
    archive: Path = tmp_path_factory.mktemp("archive")
    reader = reader_of(eventful(12, texts=HOSTILE))
    for name in reader.names():
        path = archive / ID / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(reader.read(name) or b"")
    house = House(FastAPI())

    async def enter(actor: Actor, what: What, live_event_id: str, /, **_: Any) -> None:
        if not house.broker:
            raise Unavailable("the broker is away", retry_after_s=1)
        house.entered.append((actor.name, what, live_event_id))

    gate = lambda _: web.Visitor(AUDITOR, "en", lambda __: True)  # noqa: E731  # the sign-in is the desk's
    pages = web.AuditPages(archive, gate, enter, dispose, lambda: at(0))
    house.app.include_router(reporting.routes(pages))
    house.app.add_middleware(SecurityHeaders)
    yield house


def asking(house: House) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(house.app), base_url="http://desk.example")


async def test_each_is_entered_before_it_goes_out(house: House) -> None:
    house.entered.clear()
    async with asking(house) as client:
        page = await client.get(f"/audit/{ID}/report")
        paper = await client.get(f"/audit/{ID}/report.pdf")
        bundle = await client.get(f"/audit/{ID}/bundle.zip")

    assert house.entered == [
        ("M. Köhler", "reported", ID),
        ("M. Köhler", "reported", ID),
        ("M. Köhler", "exported", ID),
    ]
    assert "Verified: every entry is as it was written" in page.text
    assert paper.content.startswith(b"%PDF-1.7")
    assert paper.headers["content-disposition"] == 'attachment; filename="hip-2026.pdf"'
    assert verify_zip(BytesIO(bundle.content).getvalue()).ok
    assert paper.content in bundle.content  # stored, not packed: the same bytes


async def test_without_an_entry_nothing_goes_out(house: House) -> None:
    house.broker = False
    try:
        async with asking(house) as client:
            for path in ("report", "report.pdf", "bundle.zip"):
                try:
                    answer = await client.get(f"/audit/{ID}/{path}")
                except Unavailable:
                    continue
                assert answer.status_code == 503
    finally:
        house.broker = True


@pytest.mark.browser
async def test_the_served_page_loads_only_our_sheet_and_everybody_can_read_it(house: House, browser: Browser) -> None:
    async with serving(house.app) as origin, opened(browser, size=DESKTOP) as visit:
        await visit.page.goto(f"{origin}/audit/{ID}/report")
        assert visit.foreign(origin) == []
        assert [r.removeprefix(origin) for r in visit.requests][:2] == [f"/audit/{ID}/report", "/audit/report.css"]
        assert (visit.console, visit.errors) == ([], [])
        assert await violations(visit.page) == []


@pytest.mark.browser
async def test_the_page_of_a_bundle_asks_the_network_for_nothing(browser: Browser, tmp_path: Path) -> None:
    app, page = FastAPI(), html(facts_about(eventful(12, texts=HOSTILE)))

    @app.get("/")
    async def whole() -> HTMLResponse:
        return HTMLResponse(page)

    async with serving(app) as origin, opened(browser, size=DESKTOP) as visit:
        await visit.page.goto(origin)
        await visit.page.emulate_media(media="print")
        assert [r for r in visit.requests if not r.endswith("/favicon.ico")] == [f"{origin}/"]
        assert visit.errors == []


async def test_the_command_writes_page_and_paper_and_says_that_nobody_was_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    archived(tmp_path / "data" / "archive")
    monkeypatch.setenv("SCRUBCAST_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("SCRUBCAST_DESK_URL", raising=False)
    page, paper = tmp_path / "report.html", tmp_path / "report.pdf"

    code, out, err = await command(capsys, "audit", "report", KNEE, "--out", str(page), "--pdf", str(paper))
    assert (code, out) == (0, f"{paper}\n{page}\n")
    assert err == "no system runs on this data folder: that you looked is not on record\n"
    assert "Verified: every entry is as it was written" in page.read_text(encoding="utf-8")
    assert paper.read_bytes().startswith(b"%PDF-1.7")


async def test_a_bundle_gives_the_report_that_lies_in_it_and_a_damaged_one_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = audit.export_bundle(archived(tmp_path / "archive") / KNEE, dispose)
    bundle, paper = tmp_path / "event.zip", tmp_path / "report.pdf"
    bundle.write_bytes(data)

    code, _, _ = await command(capsys, "audit", "report", "--bundle", str(bundle), "--pdf", str(paper))
    assert code == 0
    assert paper.read_bytes() in data

    bundle.write_bytes(data.replace(b"Update 4", b"Update 5", 1))
    code, out, err = await command(capsys, "audit", "report", "--bundle", str(bundle))
    assert code == 1
    assert "NOT whole: " in err
    assert "the plan fits this knee" not in out
