"""A page with a fault makes the battery break: it can fail, and it fails for the right thing."""

import asyncio
import re

import pytest
from playwright.async_api import Browser

from producers.intake.pages import DIST
from tests.e2e.outbox_battery.broken import FAULTS, Fault
from tests.e2e.outbox_battery.judge import Broke
from tests.e2e.outbox_battery.play import play
from tests.e2e.outbox_battery.tabs import chromium_tabs
from tests.optional import IN_CI

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not IN_CI and not (DIST / "index.html").is_file(), reason="the reporter's page was not built (make setup)"
    ),
]
SEED_S = 180.0


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
async def test_the_battery_breaks_when_an_update(browser: Browser, fault: Fault) -> None:
    async with chromium_tabs(browser) as tabs:
        for seed in fault.seeds():
            try:
                async with asyncio.timeout(SEED_S):
                    await play(tabs, seed, fault.change())
            except Broke as broke:
                print(f"\nseed {seed}: {broke}")
                assert re.search(fault.says, str(broke)), str(broke)  # noqa: PT017  # any seed may be the one that breaks
                return
    pytest.fail(f"none of the seeds {fault.seeds()} broke, though an update {fault.name}")
