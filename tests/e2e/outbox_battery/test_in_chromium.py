"""The battery in Chromium; a file of its own, so that WebKitGTK may play beside it."""

from playwright.async_api import Browser

from tests.e2e.outbox_battery.battery import HALVES, MOSTLY, NEEDS_THE_PAGE, hold, seeds
from tests.e2e.outbox_battery.tabs import chromium_tabs

pytestmark = NEEDS_THE_PAGE


@seeds(MOSTLY, HALVES[0])
async def test_in_chromium_every_update_is_taken_exactly_once(browser: Browser, seeds: range) -> None:
    async with chromium_tabs(browser) as tabs:
        await hold(tabs, seeds)
