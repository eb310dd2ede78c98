"""An event set up in a real browser, from nothing to open: by form alone, with script and without, at three sizes."""

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Page, expect

from schemas.topics import CONTROLS, LIVE_EVENTS, TOPICS
from tests.browser_fixture import DESKTOP, PHONE, TABLET_LANDSCAPE, opened
from tests.desk_world import TOKENS, World, served_desk
from tests.optional import IN_CI
from tests.prepare_hand import CONSENT, CONSENT_TICKS, ID, TERMS, TITLE, enrol, rehearse

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
SHOTS = os.environ.get("SCRUBCAST_TEST_SCREENSHOTS")  # a folder, to look at the pages
SECTIONS = (
    "event", "consent", "destinations", "release", "run-sheet", "phases", "phrases", "allow", "protected", "people",
)  # fmt: skip

LOOK = """async () => {
  const found = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    rules: { "target-size": { enabled: true }, "color-contrast-enhanced": { enabled: true } },
  });
  return found.violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map((node) => node.html.slice(0, 160))]);
}"""
SMALL = """() => [...document.querySelectorAll("a.btn, button, .ways a, input:not([type=hidden]), select, textarea")]
  .filter((e) => e.offsetParent && !e.closest("label.tickbox"))
  .filter((e) => e.getBoundingClientRect().height < 48).map((e) => e.outerHTML.slice(0, 120))"""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[World, str]]:
    async with served_desk(tmp_path) as found:
        yield found


async def sign_in(page: Page, origin: str, role: str) -> None:
    await page.goto(f"{origin}/desk/sign-in")
    await page.get_by_label("Your key").fill(TOKENS[role])
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("heading", name="Live events")).to_be_visible()


async def go_on(page: Page) -> None:
    await page.get_by_role("button", name="Save and go on").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()


async def fill_in(page: Page) -> None:
    """Every section in turn, from the list to the people, as somebody does it who has all papers at hand."""
    await page.get_by_role("link", name="Prepare an event").click()
    await page.get_by_label("Title").fill(TITLE)
    await page.get_by_role("button", name="Begin").click()
    await page.get_by_label("Hashtag").fill("#OurKneeLive")
    await page.get_by_label("What will happen").fill("A total knee replacement under spinal anaesthesia.")
    await page.get_by_label("Opens").fill("2026-12-01T08:00")
    await page.get_by_label("Closes").fill("2026-12-01T12:00")
    await go_on(page)
    for name, value in CONSENT.items():
        await page.locator(f"[name='{name}']").fill(value)
    for name in CONSENT_TICKS:
        await page.locator(f"[name='{name}']").check()
    await go_on(page)
    await go_on(page)  # the public page alone
    await page.get_by_label("After minutes").fill("20")
    await page.get_by_label("This item of the run sheet is proposed").fill("wait")
    await go_on(page)
    await page.locator("[name='run_sheet.0.id']").fill("welcome")
    await page.locator("[name='run_sheet.0.text']").fill("Welcome to the operating theatre.")
    await page.locator("[name='run_sheet.1.id']").fill("wait")
    await page.locator("[name='run_sheet.1.text']").fill("We work on; the next news comes in {minutes} minutes.")
    await go_on(page)
    await page.locator("[name='phases.3.family_first']").check()
    await go_on(page)
    await go_on(page)  # the phrases as they are
    await page.get_by_label("One a line").fill("Dr. A. Visser\nSt. Anna")
    await go_on(page)
    await page.get_by_label("Terms, one a line").fill(TERMS)
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_text("3 terms are in the vault.")).to_be_visible()
    await page.get_by_role("link", name="Go on to people").click()


async def sign(browser: Browser, origin: str, *, script: bool) -> None:
    async with opened(browser, size=TABLET_LANDSCAPE, java_script_enabled=script) as visit:
        await sign_in(visit.page, origin, "physician")
        await visit.page.goto(f"{origin}/desk/prepare/{ID}")
        await visit.page.get_by_role("link", name="Read and sign").click()
        await expect(visit.page.get_by_text("We work on; the next news comes in")).to_be_visible()
        await visit.page.get_by_role("button", name="Sign the run sheet").click()
        await expect(visit.page.get_by_text("2 items, signed by physician on")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
async def test_an_event_is_set_up_from_nothing_by_form_alone_and_opened(
    browser: Browser, served: tuple[World, str], *, script: bool
) -> None:
    world, origin = served
    began = time.monotonic()
    async with opened(browser, size=TABLET_LANDSCAPE, java_script_enabled=script) as visit:
        page = visit.page
        await sign_in(page, origin, "director")
        await fill_in(page)
        await page.goto(f"{origin}/desk/prepare/{ID}")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Six things are missing")
        await expect(page.get_by_role("button", name="Open the event")).to_have_attribute("aria-disabled", "true")
        await shot(page, f"prepare-missing-{script}")
        await enrol(world)
        await rehearse(world)
        await sign(browser, origin, script=script)
        await page.reload()
        await page.locator("#c-in-room-advocate").get_by_role("button").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Everything is ready")
        await shot(page, f"prepare-ready-{script}")
        await page.get_by_role("button", name="Open the event").click()
        await expect(page).to_have_url(f"{origin}/desk/{ID}")
        (event,) = world.records(LIVE_EVENTS)
        assert all(check.ok for check in event.checks)
        assert [c.kind for c in world.records(CONTROLS)] == ["sign-run-sheet"]
        await page.goto(f"{origin}/desk/prepare/{ID}")
        await expect(page.get_by_role("heading", level=1)).to_have_text("This event has been opened")
        assert (visit.console, visit.errors, visit.foreign(origin)) == ([], [], [])
    took = time.monotonic() - began
    print(f"set up and opened in {took:.1f} s")
    every = b"".join(m.value or b"" for topic in TOPICS for m in world.bus.everything(topic.name))
    assert not any(term.encode() in every for term in TERMS.splitlines())


async def shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


# German has the longest words: at both sizes. The others where there is least room.
@pytest.mark.parametrize(
    ("size", "language"),
    [(TABLET_LANDSCAPE, "Deutsch"), (PHONE, "Deutsch"), (PHONE, "English"), (PHONE, "Nederlands")],
)
async def test_every_page_is_plain_large_and_no_wider_than_the_screen(
    browser: Browser, served: tuple[World, str], size: tuple[int, int], language: str
) -> None:
    _, origin = served
    async with opened(browser, size=size) as visit:
        page = visit.page
        await sign_in(page, origin, "director")
        await page.get_by_role("link", name="Prepare an event").click()
        await page.get_by_label("Title").fill(TITLE)
        await page.get_by_role("button", name="Begin").click()
        await page.get_by_role("button", name=language).click()
        paths = ["", f"/{ID}", *(f"/{ID}/{section}" for section in SECTIONS), f"/{ID}/sign", f"/{ID}/drop"]
        for path in [*(f"/desk/prepare{p}" for p in paths), "/desk/guidance"]:
            await page.goto(f"{origin}{path}")
            await shot(page, f"{path.strip('/').replace('/', '-')}-{size[0]}-{language[:2]}")
            assert await page.evaluate(WIDE) <= 0, path
            assert await page.evaluate(SMALL) == [], path
            if not AXE.is_file():
                assert not IN_CI, "CI has to have axe-core, which `make setup` brings"
                continue
            await page.evaluate(AXE.read_text(encoding="utf-8"))
            assert await page.evaluate(LOOK) == [], path
        assert (visit.console, visit.errors) == ([], [])


async def test_a_fingerprint_is_made_in_the_page_and_the_form_is_sent_nowhere(
    browser: Browser, served: tuple[World, str]
) -> None:
    _, origin = served
    async with opened(browser, size=DESKTOP) as visit:
        page = visit.page
        await sign_in(page, origin, "director")
        await page.goto(f"{origin}/desk/prepare")
        await page.get_by_label("Title").fill(TITLE)
        await page.get_by_role("button", name="Begin").click()
        await page.goto(f"{origin}/desk/prepare/{ID}/consent")
        before = len(visit.requests)
        chosen = FilePayload(name="form.pdf", mimeType="application/pdf", buffer=b"abc")
        await page.get_by_label("Choose the scanned form").first.set_input_files(chosen)
        expected = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        await expect(page.locator("[name='consent.signature']")).to_have_value(expected)
        assert [asked for asked in visit.requests[before:] if not asked.endswith("/icon.svg")] == []


async def test_a_wrong_value_comes_back_beside_its_field_and_nothing_is_lost(
    browser: Browser, served: tuple[World, str]
) -> None:
    _, origin = served
    async with opened(browser, size=PHONE) as visit:
        page = visit.page
        await sign_in(page, origin, "director")
        await page.goto(f"{origin}/desk/prepare")
        await page.get_by_label("Title").fill(TITLE)
        await page.get_by_role("button", name="Begin").click()
        await page.get_by_label("Address").fill("Not A Slug")
        await page.get_by_label("Hashtag").fill("#bad tag")
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_text("2 things are not right yet. Nothing was saved.")).to_be_visible()
        await expect(page.get_by_label("Address")).to_have_value("Not A Slug")
        await expect(page.get_by_label("Hashtag")).to_have_attribute("aria-invalid", "true")
        await shot(page, "prepare-wrong-390")
