"""The parts of what waits, and of a draft, in a real browser: held across, nothing is wide or hard to read."""

from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect

from deploy.previewing import compose
from streams.memory import MemoryBus
from streams.vault import Vault
from tests import axe
from tests.browser_fixture import TABLET_LANDSCAPE, opened, serving
from tests.desk_world import EVENT, TOKENS, RunningClock, World, make_app

pytestmark = pytest.mark.browser

LONG = (
    "The surgeon has now prepared the bone, and every cut was checked twice against the plan of last week. "
    "The trial joint is in place, it bends as it should, and it stays where it is when the leg is turned. "
    "The team is calm, the music is quiet, and the next step is to mix the cement for the real joint."
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_long_text_is_read_in_its_parts_by_everybody(browser: Browser, tmp_path: Path, scheme: str) -> None:
    bus, clock, vault = MemoryBus(), RunningClock(), Vault(tmp_path / "vault", b"v" * 32)
    app = make_app(bus, clock, vault, compose=compose)
    headers = {"Authorization": f"Bearer {TOKENS['reviewer']}"}
    async with (
        serving(app) as origin,
        httpx.AsyncClient(base_url=origin, trust_env=False) as http,
        opened(browser, size=TABLET_LANDSCAPE, color_scheme=scheme, extra_http_headers=headers) as visit,
    ):
        world = World(app, bus, clock, vault, http)
        assert (await world.open(release={"delay_s": 120, "stamp": "clock"})).status_code == 201
        waiting = await world.held(LONG)
        assert (await world.decide("reviewer", waiting, "approve")).status_code == 200
        await world.held(f"Her [relative] knows. {LONG}")
        page = visit.page
        await page.goto(f"{origin}/desk/{EVENT}?to=x%3A%40StAnna")
        await expect(page.locator(".posts .made")).to_have_count(2)
        await expect(page.locator("main .made")).to_have_count(2)
        await expect(page.locator("main details.made-of")).to_have_attribute("open", "")
        wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide
        assert await axe.violations(page) == []
        assert (visit.console, visit.errors, visit.foreign(origin)) == ([], [], [])
