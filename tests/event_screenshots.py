"""Takes the pictures of one whole event that is really played: `python -m tests.event_screenshots`."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

import platformdirs
from playwright.async_api import Page, async_playwright

from tests.browser_fixture import ARGUMENTS
from tests.screenshots import OUT
from tests.system_fixture import System
from tests.whole_event import Play, play

KEPT = frozenset({
    "event-missing", "event-ready", "event-name-held", "event-claim", "event-complication", "event-expired",
    "event-family", "event-stopped", "event-one-agrees", "event-after-stop", "event-withdrawn", "event-reader",
})  # fmt: skip


async def shot(page: Page, name: str) -> None:
    if name in KEPT:
        await page.wait_for_timeout(700)  # what comes by the event stream has come
        await page.mouse.move(0, 0)
        await page.screenshot(path=OUT / f"{name}.png")


async def pictures(system: System) -> Play:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is needed (install the package `chromium`)"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            return await play(system, browser, shot)
        finally:
            await browser.close()


def main() -> None:
    cache = os.environ.get("SCRUBCAST_CACHE_DIR") or platformdirs.user_cache_dir("scrubcast")
    with tempfile.TemporaryDirectory() as folder:
        system = System(Path(folder) / "data", {"SCRUBCAST_CACHE_DIR": cache})
        system.start()
        try:
            played = asyncio.run(pictures(system))
        finally:
            system.stop()
    print(f"written to {OUT}: {played.took}")


if __name__ == "__main__":
    main()
