"""A rehearsal in a real browser: started, played, two drafts decided, ended, and its score sheet read and printed."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from schemas.topics import PREPARATIONS
from tests.axe import violations
from tests.browser_fixture import PHONE, TABLET_LANDSCAPE, opened
from tests.desk_world import EVENT, TOKENS, World
from tests.rehearsal_hand import REHEARSAL, posted, served_rehearsing

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("SCRUBCAST_TEST_SCREENSHOTS")  # a folder, to look at the pages
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll("a.btn, button, select")]
  .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 48).map((e) => e.outerHTML.slice(0, 120))"""
A4_PAGES_MAX = 4
ALL_S = 60.0


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[World, str]]:
    async with served_rehearsing(tmp_path) as found:
        yield found


async def sign_in(page: Page, origin: str, role: str) -> None:
    await page.goto(f"{origin}/desk/sign-in")
    await page.get_by_label("Your key").fill(TOKENS[role])
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("heading", name="Live events")).to_be_visible()


async def looked_at(page: Page, name: str) -> None:
    """As large as it has to be, no wider than the screen, and clean for axe."""
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
    assert await page.evaluate(WIDE) <= 0, name
    assert await page.evaluate(SMALL) == [], name
    assert await violations(page) == [], name


async def decide(page: Page, origin: str, act: str) -> None:
    """The most urgent draft of those this reviewer may decide."""
    approve = page.get_by_role("button", name="Approve")
    async with asyncio.timeout(ALL_S):
        while not (await page.goto(f"{origin}/desk/{REHEARSAL}") and await approve.is_visible()):
            await page.wait_for_timeout(250)
    if act == "approve":
        await page.get_by_role("button", name="Approve").click()
        await expect(page.get_by_text("Approved. It goes out after the delay.")).to_be_visible()
    else:
        await page.get_by_role("button", name="Return", exact=True).click()
        await expect(page.get_by_text("Returned. The reporter reads why.")).to_be_visible()


async def test_a_team_rehearses_and_reads_its_score_sheet(browser: Browser, served: tuple[World, str]) -> None:
    world, origin = served
    async with (
        opened(browser, size=TABLET_LANDSCAPE) as director,
        opened(browser, size=TABLET_LANDSCAPE) as reviewer,
    ):
        page = director.page
        await sign_in(page, origin, "director")
        await page.goto(f"{origin}/desk/prepare/{EVENT}")
        await page.locator("#c-rehearsal").get_by_role("link").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Rehearse this event")
        await looked_at(page, "rehearse-none-1024")
        await page.get_by_label("Speed").select_option("20")
        await page.get_by_role("button", name="Start the rehearsal").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("The rehearsal goes on")
        await looked_at(page, "rehearse-playing-1024")

        await sign_in(reviewer.page, origin, "reviewer")
        await decide(reviewer.page, origin, "return")
        if SHOTS:
            await reviewer.page.screenshot(path=str(Path(SHOTS) / "rehearsal-desk-1024.png"))
        await decide(reviewer.page, origin, "approve")
        async with opened(browser, size=TABLET_LANDSCAPE) as physician:
            await sign_in(physician.page, origin, "physician")
            await physician.page.goto(f"{origin}/desk/{REHEARSAL}")
            await expect(physician.page.locator("header")).to_contain_text("Rehearsal")
            all_came = page.get_by_text("40 of 40 lines have come.")
            async with asyncio.timeout(ALL_S):
                while not (await page.goto(f"{origin}/desk/rehearse/{EVENT}") and await all_came.is_visible()):
                    await page.wait_for_timeout(250)
            await posted(world)
            await physician.page.get_by_role("button", name="STOP").click()
            await expect(physician.page.get_by_role("heading", level=1)).to_contain_text("Nothing more goes out.")
        await expect(page.get_by_role("heading", level=1)).to_have_text("No more lines come")
        await looked_at(page, "rehearse-open-1024")
        await page.get_by_role("button", name="End the rehearsal and score it").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Score sheet")
        await expect(page.get_by_role("heading", name="What slipped out")).to_be_visible()
        await looked_at(page, "score-1024")
        async with page.expect_download() as download:
            await page.get_by_role("link", name="CSV").click()
        assert (await download.value).suggested_filename == f"score-{REHEARSAL}.csv"
        await reviewer.page.goto(f"{origin}/desk/{REHEARSAL}/score")
        await expect(reviewer.page.get_by_role("heading", level=1)).to_have_text("Score sheet")
        await page.goto(f"{origin}/desk/rehearse/{EVENT}")
        await expect(page.get_by_text("It counts: the check “Rehearsal done” is green.")).to_be_visible()
        await looked_at(page, "rehearse-ended-1024")
        assert world.records(PREPARATIONS)[-1].rehearsal.planted == 18
        await printed(page, origin)
        await on_a_phone(browser, origin)
        assert (director.console, director.errors, director.foreign(origin)) == ([], [], [])
        assert (reviewer.console, reviewer.errors) == ([], [])


async def printed(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/desk/{REHEARSAL}/score")
    await page.emulate_media(media="print")
    await expect(page.locator("header.pagebar")).to_be_hidden()
    if SHOTS:
        await page.set_viewport_size({"width": 687, "height": 1017})  # A4 less its margins, at 96 dots an inch
        await page.screenshot(path=str(Path(SHOTS) / "score-print.png"), full_page=True)
    sheet = await page.pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page[^s]", sheet)) <= A4_PAGES_MAX
    await page.emulate_media(media="screen")


async def on_a_phone(browser: Browser, origin: str) -> None:
    """In each language, because German words are the longest."""
    async with opened(browser, size=PHONE) as visit:
        await sign_in(visit.page, origin, "director")
        for language in ("Deutsch", "Nederlands", "English"):
            for path in (f"/desk/{REHEARSAL}/score", f"/desk/rehearse/{EVENT}"):
                await visit.page.goto(f"{origin}{path}")
                await visit.page.get_by_role("button", name=language).click()
                await visit.page.goto(f"{origin}{path}")
                await looked_at(visit.page, f"{path.split('/')[2]}-390-{language[:2]}")
        assert (visit.console, visit.errors) == ([], [])
