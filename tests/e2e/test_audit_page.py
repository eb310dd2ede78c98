"""The archive in a real browser: an auditor finds the event, jumps, plays, follows one update, and asks of a policy."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.archive_hand import audited, rehearsed
from tests.axe import violations
from tests.browser_fixture import opened
from tests.desk_world import TOKENS
from tests.rehearsal_hand import REHEARSAL

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("SCRUBCAST_TEST_SCREENSHOTS")  # a folder, to look at the pages
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
DESKTOP, TABLET, PHONE = (1440, 900), (1024, 768), (390, 844)


@pytest_asyncio.fixture(scope="module")
async def origin(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with rehearsed(tmp_path_factory.mktemp("audit")) as made, audited(*made) as found:
        yield found


async def sign_in(page: Page, origin: str, path: str) -> None:
    await page.goto(f"{origin}{path}")
    await page.get_by_label("Your key").fill(TOKENS["auditor"])
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def looked_at(page: Page, name: str) -> None:
    """No wider than the screen, and clean for axe."""
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
    assert await page.evaluate(WIDE) <= 0, name
    assert await violations(page) == [], name


async def test_an_auditor_replays_the_event(browser: Browser, origin: str) -> None:
    async with opened(browser, size=DESKTOP) as auditor:
        page = auditor.page
        await sign_in(page, origin, "/audit")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Live events in the archive")
        await page.get_by_role("button", name="Verify").click()
        await expect(page.get_by_text("Whole", exact=True)).to_be_visible()
        await looked_at(page, "audit-front-1440")
        await page.get_by_role("link", name="Rehearsal: A total knee replacement, live").click()

        await page.get_by_label("Jump to").fill("10:00:37")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Public at 10:00:37")).to_be_visible()
        await expect(page.locator(".queue-list li")).to_have_count(13)
        await page.get_by_role("link", name="Wristband read out loud").click()
        way = page.get_by_role("region", name="The way of post")
        await expect(way.get_by_text("Checked: held")).to_be_visible()
        await expect(way.get_by_text("Without a passkey: by a role's key")).to_be_visible()
        await looked_at(page, "audit-replay-1440")

        await page.get_by_role("link", name="Later").click()
        await expect(page.locator("#now")).not_to_have_text("10:00:37")
        await page.get_by_role("link", name="Earlier").click()
        await expect(page.locator("#now")).to_have_text("10:00:36")


async def test_it_plays_pauses_and_goes_where_the_slider_is_put(browser: Browser, origin: str) -> None:
    async with opened(browser, size=TABLET) as auditor:
        page = auditor.page
        await sign_in(page, origin, f"/audit/{REHEARSAL}")
        await expect(page.get_by_role("button", name="Play")).to_be_visible()
        slider = page.get_by_role("slider", name="Time")
        await slider.focus()
        await page.keyboard.press("Home")
        await expect(page.get_by_role("heading", name="Public at 10:00:00")).to_be_visible()
        await expect(page.get_by_text("Nothing was public.")).to_be_visible()
        for _ in range(6):
            await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("heading", name="Public at 10:00:06")).to_be_visible()
        await expect(page.locator(".queue-list li")).to_have_count(3)

        await page.get_by_label("Speed").select_option("60")
        await page.get_by_role("button", name="Play").click()
        await expect(page.get_by_role("button", name="Pause")).to_be_visible()
        await expect(page.get_by_text("Dr. Fenwick closes layer by layer")).to_be_visible()
        await expect(page.get_by_role("button", name="Play")).to_be_visible()  # at the end it stops by itself
        await expect(page.get_by_text("Stop pressed")).to_be_visible()
        await looked_at(page, "audit-replay-1024")

        await page.get_by_label("Speed").select_option("1")
        await page.get_by_role("button", name="Play").click()  # from the beginning
        await page.get_by_role("button", name="Pause").click()
        await expect(page.get_by_role("button", name="Play")).to_be_focused()
        assert int(await slider.input_value()) < 60


async def test_everything_is_there_without_script(browser: Browser, origin: str) -> None:
    async with opened(browser, size=PHONE, java_script_enabled=False) as auditor:
        page = auditor.page
        await sign_in(page, origin, f"/audit/{REHEARSAL}")
        await page.goto(f"{origin}/audit/{REHEARSAL}?at=10:00:37")
        await expect(page.get_by_role("button", name="Play")).to_be_hidden()
        await expect(page.get_by_role("button", name="Show this time")).to_be_visible()
        await page.get_by_role("link", name="Earlier").click()
        await expect(page.locator(".queue-list li")).to_have_count(13)
        if SHOTS:
            await page.screenshot(path=str(Path(SHOTS) / "audit-replay-390.png"), full_page=True)


async def test_another_policy_gives_a_list_to_act_on(browser: Browser, origin: str) -> None:
    async with opened(browser, size=TABLET, color_scheme="dark") as auditor:
        page = auditor.page
        await sign_in(page, origin, f"/audit/{REHEARSAL}/policy")
        await page.get_by_role("combobox", name="Policy").select_option("gdpr")
        await page.get_by_role("button", name="Compare", exact=True).click()
        await expect(page.get_by_role("heading", name="Under gdpr:")).to_be_visible()
        document = (
            b"name = 'stricter'\nversion = 1\n[kinds.phone]\naction = 'hold'\n[kinds.known-term]\naction = 'refuse'"
        )
        await page.get_by_label("Or a policy file (TOML)").set_input_files(
            {"name": "stricter.toml", "mimeType": "application/toml", "buffer": document}
        )
        await page.get_by_role("button", name="Compare this file").click()
        await expect(page.get_by_role("heading", name="Public now, and this policy would have")).to_be_visible()
        await looked_at(page, "audit-policy-1024-dark")
        await page.get_by_role("link", name="Post").first.click()
        await expect(page.get_by_role("region", name="The way of post")).to_be_visible()
        await looked_at(page, "audit-replay-1024-dark")
