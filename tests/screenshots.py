"""Takes the pictures of README and docs from a running system with the demo event: `python -m tests.screenshots`."""

import asyncio
import json
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs
import yaml
from playwright.async_api import Browser, Page, async_playwright

from deploy.demo import demo_event, demo_stream
from tests.browser_fixture import ARGUMENTS
from tests.system_fixture import System, wait_until

OUT = Path(__file__).parents[1] / "docs" / "screenshots"
# The demo's recording, hurried, but for the last updates: these are what the pictures show, with times that differ.
GAP_S, LAST, LAST_GAP_S = 0.2, 6, 18.0
PAGE, DESK, TABLET = (1280, 800), (1440, 900), (820, 1180)


def filled(system: System, folder: Path) -> str:
    """Opens the demo event and plays its recording to the end; its id."""
    file, recording = folder / "event.yaml", folder / "recording.jsonl"
    file.write_text(yaml.safe_dump(demo_event(datetime.now(UTC)), allow_unicode=True), encoding="utf-8")
    event = system.cli("live-event", "open", str(file)).stdout.strip()
    rows = [json.loads(row) for row in demo_stream().splitlines()]
    at_s = 0.0
    for row, left in zip(rows, range(len(rows), 0, -1), strict=True):
        at_s += LAST_GAP_S if left < LAST else GAP_S
        row["at_s"] = at_s
    recording.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    system.cli("rehearse", str(recording))
    wait_until(lambda: system.thread(event)[-1]["text"] == rows[-1]["text"], 60)
    return event


async def opened(browser: Browser, url: str, size: tuple[int, int], scheme: Any = "light") -> Page:
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, locale="en-GB", device_scale_factor=1
    )
    page = await context.new_page()
    await page.goto(url)
    return page


async def taken(page: Page, name: str) -> None:
    await page.wait_for_timeout(1500)  # what comes by the event stream has come
    await page.screenshot(path=OUT / f"{name}.png")
    await page.context.close()


async def pictures(system: System, event: str) -> None:
    facts = system.facts()
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is needed (install the package `chromium`)"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        tokens = facts["tokens"]
        await taken(await opened(browser, f"{facts['page_url']}/t/{event}", PAGE), "thread")
        desk = await opened(browser, f"{facts['desk_url']}/desk/enter#{tokens['physician']}", DESK)
        await desk.get_by_role("button", name="Sign in").click()
        await desk.goto(f"{facts['desk_url']}/desk/{event}")
        await taken(desk, "desk")
        tablet = await opened(browser, f"{facts['url']}/#token={tokens['reporter']}", TABLET, "dark")
        for phrase in ("The patient has arrived in theatre.", "The anaesthetic is working."):
            await tablet.get_by_role("button", name=phrase).click()
            await tablet.get_by_role("button", name="Send", exact=True).click()
        await tablet.get_by_role("textbox").fill("Mrs Oldenkamp waves at everyone in the room.")
        await tablet.get_by_role("button", name="Send", exact=True).click()
        await tablet.mouse.move(0, 0)
        await tablet.wait_for_timeout(7000)  # the demo's broadcast delay
        await taken(tablet, "tablet")
        await browser.close()


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    cache = os.environ.get("SCRUBCAST_CACHE_DIR") or platformdirs.user_cache_dir("scrubcast")
    with tempfile.TemporaryDirectory() as folder:
        system = System(Path(folder) / "data", {"SCRUBCAST_CACHE_DIR": cache})
        system.start()
        try:
            asyncio.run(pictures(system, filled(system, Path(folder))))
        finally:
            system.stop()
    print(f"written to {OUT}")


if __name__ == "__main__":
    main()
