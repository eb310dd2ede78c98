"""The search of the archive in a real browser: by form alone, with a keyboard, at three sizes, and what axe finds."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.audit_world import archived, served_audit
from tests.axe import violations
from tests.browser_fixture import DESKTOP, PHONE, TABLET_LANDSCAPE, opened
from tests.desk_world import TOKENS
from tests.integration.test_audit_search import bundle
from tests.unit.archive.records import KNEE

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("SCRUBCAST_TEST_SCREENSHOTS")  # a folder, to look at the pages
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest_asyncio.fixture
async def origin(tmp_path: Path) -> AsyncIterator[str]:
    archived(tmp_path / "data" / "archive")
    (tmp_path / "event.zip").write_bytes(bundle(tmp_path / "theirs"))
    async with served_audit(tmp_path) as (_, _, found):
        yield found


async def sign_in(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/desk/sign-in")
    await page.get_by_label("Your key").fill(TOKENS["auditor"])
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_label("Your key")).to_have_count(0)


async def shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.mark.parametrize("scripts", [True, False])
async def test_an_auditor_finds_an_entry_and_goes_to_its_moment(
    browser: Browser, origin: str, *, scripts: bool
) -> None:
    async with opened(browser, size=DESKTOP, java_script_enabled=scripts) as visit:
        page = visit.page
        await sign_in(page, origin)
        await page.goto(f"{origin}/audit")
        await page.get_by_role("link", name="Search").click()
        await page.get_by_label("Words in the public text").fill("UPDATE 8")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="2 entries")).to_be_visible()
        await page.get_by_text("More filters").click()
        await page.get_by_label("Kind of entry").select_option("receipt")
        await page.get_by_role("button", name="Search").click()
        await expect(page.get_by_role("heading", name="1 entry")).to_be_visible()
        assert "words=UPDATE+8" in page.url
        assert "type=receipt" in page.url
        await page.get_by_role("link", name="Entry 48").click()
        await expect(page.get_by_role("heading", name="The way of post 8")).to_be_visible()


@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "light"), (TABLET_LANDSCAPE, "dark"), (PHONE, "light")])
async def test_the_pages_are_within_wcag_and_the_window(
    browser: Browser, origin: str, size: tuple[int, int], theme: str
) -> None:
    async with opened(browser, size=size, color_scheme=theme) as visit:
        page = visit.page
        await sign_in(page, origin)
        for address, name in (
            ("/audit/search", "search-empty"),
            ("/audit/search?class=name", "search-found"),
            ("/audit/search?from=noon", "search-wrong"),
            ("/audit/imported", "imported"),
        ):
            await page.goto(origin + address)
            assert await violations(page) == [], (address, size, theme)
            assert await page.evaluate(WIDE) <= 0, (address, size)
            await shot(page, f"{name}-{size[0]}-{theme}")


async def test_a_bundle_is_handed_in_by_form_and_shown_with_where_it_is_from(
    browser: Browser, origin: str, tmp_path: Path
) -> None:
    async with opened(browser, size=DESKTOP) as visit:
        page = visit.page
        await sign_in(page, origin)
        await page.goto(f"{origin}/audit")
        await page.get_by_role("link", name="Import a bundle").click()
        await page.get_by_label("The zip").set_input_files(tmp_path / "event.zip")
        await page.get_by_role("button", name="Import").click()
        await expect(page.get_by_text("Imported: scrubcast.")).to_be_visible()
        await shot(page, "imported-one")
        assert await violations(page) == []
        await page.get_by_role("link", name=KNEE).click()
        await expect(page.get_by_role("heading", name="Verification")).to_be_visible()
