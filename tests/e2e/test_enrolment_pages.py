"""The director's page of tablets and people, and the page on trusting the authority: plain to read and to touch."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from deploy import tls, trust
from deploy.lan import Names
from tests.browser_fixture import PHONE, TABLET_LANDSCAPE, TABLET_PORTRAIT, opened, serving
from tests.desk_world import TOKENS, World, served_desk
from tests.looked_at import look_at
from tests.tablet_hand import Desk

pytestmark = pytest.mark.browser

SIZES = [TABLET_LANDSCAPE, TABLET_PORTRAIT, PHONE]
SCHEMES = ["light", "dark"]
PIN = "280571"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[World, str]]:
    async with served_desk(tmp_path) as (world, origin):
        yield world, origin


@pytest.fixture
async def trusting(tmp_path: Path) -> AsyncIterator[str]:
    names = Names((), "theatre-3", (IPv4Address("192.168.1.20"),))
    files = tls.ensure(tmp_path / "tls", names, datetime.now(UTC))
    assert files.ca_file is not None
    async with serving(trust.create_app(files.ca_file, "https://192.168.1.20:8480")) as origin:
        yield origin


async def at_the(page: Page, origin: str, name: str) -> None:
    await page.goto(f"{origin}/desk/sign-in")
    await page.get_by_label("Your key").fill(TOKENS["director"])
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.get_by_role("link", name=name, exact=True).click()
    await expect(page.get_by_role("heading", name=name, level=1, exact=True)).to_be_visible()


async def add(page: Page, name: str, pin: str = PIN, again: str = PIN) -> None:
    form = page.locator("form[action='/desk/people/reporters']")
    await form.get_by_label("Name, as colleagues know it").fill(name)
    await form.get_by_label("PIN, 4 to 8 digits").fill(pin)
    await form.get_by_label("The same again").fill(again)
    await form.get_by_role("button", name="Add").click()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", SCHEMES)
async def test_the_pages_of_tablets_and_people_are_plain_to_read_and_to_touch(
    browser: Browser, served: tuple[World, str], size: tuple[int, int], scheme: str
) -> None:
    world, origin = served
    hand = Desk(world.bus, world.clock)
    async with opened(browser, size=size, color_scheme=scheme) as visit:
        page = visit.page
        await at_the(page, origin, "People")
        await add(page, "Noor Bakker")
        await add(page, "Maximiliane von Schwarzenberg-Oldenkamp", "4711", "4712")
        await expect(page.get_by_role("alert")).to_contain_text("The two PINs differ.")
        await look_at(page)
        await add(page, "Maximiliane von Schwarzenberg-Oldenkamp", "47110815", "47110815")
        await page.get_by_role("link", name="Tablets", exact=True).click()
        await look_at(page)
        await hand.tablet("Theatre 3")
        await hand.tablet("A tablet with as long a name as there is")
        await page.get_by_role("button", name="Show a code").click()
        await expect(page.get_by_role("img", name="QR code with a one-time code")).to_be_visible()
        await look_at(page)
        await page.get_by_role("button", name="Switch off Theatre 3").click()
        await expect(page.get_by_role("status")).to_contain_text("Switched off.")
        await page.get_by_text("Switched off: 1").click()
        await look_at(page)
        assert (visit.errors, visit.foreign(origin)) == ([], [])


@pytest.mark.parametrize("lang", ["Deutsch", "Nederlands"])
async def test_longer_words_fit_as_well(browser: Browser, served: tuple[World, str], lang: str) -> None:
    world, origin = served
    await Desk(world.bus, world.clock).tablet("Theatre 3")
    async with opened(browser, size=PHONE) as visit:
        page = visit.page
        await at_the(page, origin, "Tablets")
        await page.get_by_role("button", name=lang).click()
        await look_at(page)


@pytest.mark.parametrize("pin", ["123", "123456789", "47x1"])
async def test_a_pin_of_another_length_is_refused_with_words_where_no_browser_checks(
    browser: Browser, served: tuple[World, str], pin: str
) -> None:
    _, origin = served
    async with opened(browser) as visit:
        page = visit.page
        await at_the(page, origin, "People")
        await page.evaluate(
            "for (const e of document.querySelectorAll('input'))"
            " for (const name of ['pattern', 'maxlength']) e.removeAttribute(name)"
        )
        await add(page, "Noor Bakker", pin, pin)
        await expect(page.get_by_role("alert")).to_have_text("A PIN has 4 to 8 digits. Nothing was changed.")
        form = page.get_by_role("form", name="Add somebody who writes on tablets")
        await expect(form.get_by_label("Name, as colleagues know it")).to_have_value("Noor Bakker")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", SCHEMES)
async def test_the_trust_page_is_plain_to_read_and_to_touch(
    browser: Browser, trusting: str, size: tuple[int, int], scheme: str
) -> None:
    async with opened(browser, size=size, color_scheme=scheme) as visit:
        page = visit.page
        for lang, title in (
            ("en", "Trust this system"), ("de", "Diesem System vertrauen"), ("nl", "Dit systeem vertrouwen"),
        ):  # fmt: skip
            await page.goto(f"{trusting}/trust?lang={lang}")
            await expect(page.get_by_role("heading", level=1)).to_have_text(title)
            await page.locator("summary").click()
            await look_at(page)
        assert (visit.console, visit.errors, visit.foreign(trusting)) == ([], [], [])
