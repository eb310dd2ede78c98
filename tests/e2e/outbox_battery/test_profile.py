"""After a day's use nothing that was typed lies readable in the browser's profile: every file is searched."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, async_playwright, expect

from producers.intake.pages import DIST
from tests.browser_fixture import ARGUMENTS
from tests.e2e.outbox_battery.world import World, world
from tests.optional import IN_CI, missing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not IN_CI and not (DIST / "index.html").is_file(), reason="the reporter's page was not built (make setup)"
    ),
]
UPDATES = 200
FIRST = ("Marjolein", "Thaddeus", "Oluwaseun", "Brunhilde", "Ximena")
LAST = ("Quistvater", "Zandhoeven", "Pfefferkron", "Wyckmanse", "Abendrotsky")
PEOPLE = [f"{first} {last}" for first in FIRST for last in LAST]
NUMBERS = [f"4711{n:02d}93586" for n in range(25)]
PLANTED = [*PEOPLE, *NUMBERS]  # fifty, all invented, each in four updates
CONTROL = "control-marker-68231"
STEMS = [
    stem.lower().encode(encoding)
    for stem in (*LAST, NUMBERS[0][-5:], CONTROL)
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
]
KEYS_MS = 15  # between two keys: many drafts are stored while a text grows


def found_in(folder: Path, words: Iterable[str]) -> list[str]:
    """`file: word` wherever one lies, in UTF-8 or either UTF-16, whatever its case; logs and caches among them."""
    wanted = {
        form.encode(encoding).lower(): word
        for word in words
        for form in (word, word.replace(" ", "%20"), word.replace(" ", "+"))
        for encoding in ("utf-8", "utf-16-le", "utf-16-be")
    }
    hits: list[str] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()):
        content = path.read_bytes().lower()
        if not any(stem in content for stem in STEMS):  # thirty needles instead of hundreds in each of many files
            continue
        hits += [f"{path.relative_to(folder)}: {word}" for needle, word in wanted.items() if needle in content]
    return hits


@asynccontextmanager
async def profile(folder: Path) -> AsyncIterator[BrowserContext]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("no Chromium on this machine (install the package `chromium`)")
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            str(folder),
            executable_path=path,
            args=list(ARGUMENTS),
            locale="en-GB",
            viewport={"width": 820, "height": 1180},
        )
        try:
            yield context
        finally:
            await context.close()


async def page_of(context: BrowserContext, behind: World) -> Page:
    page = context.pages[0] if context.pages else await context.new_page()
    await page.goto(f"{behind.url}/#token=reporter-token")
    await page.wait_for_selector("#send")
    return page


async def write(page: Page, text: str, *, typed: bool) -> None:
    if typed:
        await page.locator("#text").press_sequentially(text, delay=KEYS_MS)
    else:
        await page.locator("#text").fill(text)
    await page.locator("#send").click()
    await expect(page.locator("#text")).to_have_value("")


def planted(number: int) -> str:
    """Each of the fifty in four updates and more."""
    return f"{PEOPLE[number % 25]}, file {NUMBERS[(number * 7) % 25]}, is doing well ({number})"


async def test_a_search_through_the_profile_of_a_day_finds_no_identifier(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    assert len(PLANTED) == 50
    async with world() as behind:
        async with profile(folder) as context:
            page = await page_of(context, behind)
            await page.evaluate("(word) => localStorage.setItem('control', word)", CONTROL)
            for number in range(UPDATES):
                if number % 50 == 20:
                    await behind.proxy.settings(down=True)
                if number % 50 == 30:
                    await page.reload()  # with ten in the outbox
                    await page.wait_for_selector("#send")
                    await behind.proxy.settings(down=False)
                await write(page, planted(number), typed=number % 10 == 0)
            await page.locator("#text").press_sequentially(f"Not sent: {PEOPLE[0]} {NUMBERS[0]}", delay=KEYS_MS)
            await expect(page.locator("#unsent")).to_have_attribute("data-count", "0", timeout=60_000)
            await asyncio.sleep(1)  # Chromium writes its session and histories in the background
            open_yet = found_in(folder, PLANTED)  # a tablet that is stolen while the page is open
        assert len(behind.texts()) == UPDATES
        assert found_in(folder, [CONTROL]), "the search has to find what is there"
        assert (open_yet, found_in(folder, PLANTED)) == ([], [])
        async with profile(folder) as context:  # and the unsent text is still its writer's
            page = await page_of(context, behind)
            await expect(page.locator("#text")).to_have_value(f"Not sent: {PEOPLE[0]} {NUMBERS[0]}")
