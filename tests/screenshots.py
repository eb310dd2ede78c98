"""Takes the pictures of README and docs from a running system with the demo event: `python -m tests.screenshots`."""

import asyncio
import json
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import platformdirs
import yaml
from playwright.async_api import Browser, Page, Playwright, async_playwright

from deploy import tls, trust
from deploy.demo import demo_event, demo_stream
from deploy.lan import Names
from deploy.settings import DEFAULT_PORT
from tests.browser_fixture import ARGUMENTS, serving
from tests.system_fixture import System, wait_until

OUT = Path(__file__).parents[1] / "docs" / "screenshots"
# The demo's recording, hurried, but for the last updates: these are what the pictures show, with times that differ.
GAP_S, LAST, LAST_GAP_S = 0.2, 6, 18.0
PAGE, DESK, TABLET, LANDSCAPE = (1280, 800), (1440, 900), (820, 1180), (1024, 768)
# Invented, and of a system that is gone when the pictures are seen; so are the codes in them.
PEOPLE = {"Noor Bakker": "280571", "Jan de Vries": "604913", "Amira Haddad": "739204", "Lotte Visser": "158362"}
WRITER = "Noor Bakker"
HOST = "theatre-3.local"
ZONE = "Europe/Amsterdam"  # the demo event's
OFFLINE_S = 134


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
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, locale="en-GB", timezone_id=ZONE
    )
    page = await context.new_page()
    await page.goto(url)
    return page


async def shot(page: Page, name: str, *, whole: bool = False) -> None:
    await page.wait_for_timeout(1500)  # what comes by the event stream has come
    await page.mouse.move(0, 0)
    await page.screenshot(path=OUT / f"{name}.png", full_page=whole)


async def taken(page: Page, name: str, *, whole: bool = False) -> None:
    await shot(page, name, whole=whole)
    await page.context.close()


async def directed(facts: dict[str, Any], path: str, body: Any = None) -> Any:
    """One request to the desk as the director."""
    headers = {"Authorization": f"Bearer {facts['tokens']['director']}"}
    async with httpx.AsyncClient(base_url=facts["desk_url"], headers=headers, trust_env=False) as desk:
        answer = await desk.post(f"/api/v1{path}", json=body)
        answer.raise_for_status()
        return answer.json()


async def of_an_enrolled_tablet(browser: Browser, facts: dict[str, Any]) -> None:
    """From the director's code to the thread: tiles, PIN, hint, readiness, and two minutes without a connection."""
    for name, pin in PEOPLE.items():
        await directed(facts, "/people", {"name": name, "pin": pin})
    invited = await directed(facts, "/tablets/invitations")
    tablet = await opened(browser, invited["url"], TABLET, "dark")
    await tablet.clock.install()
    await tablet.get_by_label("Name").fill("Theatre 3")
    await tablet.get_by_role("button", name="Join").click()
    await tablet.get_by_role("button", name=WRITER).wait_for()
    await shot(tablet, "tablet-people")
    await tablet.get_by_role("button", name=WRITER).click()
    await tablet.keyboard.type(PEOPLE[WRITER][:2])
    await shot(tablet, "tablet-pin")
    await tablet.keyboard.type(PEOPLE[WRITER][2:])
    await tablet.keyboard.press("Enter")
    await tablet.get_by_role("textbox").fill("Mrs Oldenkamp is comfortable, the block works well.")
    await shot(tablet, "tablet-hint")
    await tablet.locator("#ready").click()
    await shot(tablet, "tablet-ready")
    await tablet.keyboard.press("Escape")
    await tablet.context.set_offline(True)
    for text in ("The trial joint fits well.", "Blood pressure is steady."):
        await tablet.get_by_role("textbox").fill(text)
        await tablet.get_by_role("button", name="Send", exact=True).click()
    await tablet.clock.run_for(OFFLINE_S * 1000)
    await shot(tablet, "tablet-offline")
    await tablet.context.close()


async def of_the_desk_page(browser: Browser, facts: dict[str, Any]) -> None:
    page = await opened(browser, f"{facts['desk_url']}/desk/enter#{facts['tokens']['director']}", LANDSCAPE)
    await page.get_by_role("button", name="Sign in").click()
    await page.goto(f"{facts['desk_url']}/desk/tablets")
    await page.get_by_role("button", name="Show a code").click()
    await taken(page, "desk-tablets", whole=True)


async def of_the_archive(browser: Browser, facts: dict[str, Any], event: str) -> None:
    """As the auditor sees it: an event at its last instant, and the report's first page."""
    page = await opened(browser, f"{facts['desk_url']}/desk/enter#{facts['tokens']['auditor']}", DESK)
    await page.get_by_role("button", name="Sign in").click()
    await page.goto(f"{facts['desk_url']}/audit/{event}")
    await shot(page, "audit")
    await page.goto(f"{facts['desk_url']}/audit/{event}/report")
    await taken(page, "report")


async def of_the_trust_page(playwright: Playwright, path: str, folder: Path) -> None:
    """Under an invented name: the browser alone takes it for this machine."""
    files = tls.ensure(folder / "tls", Names((HOST,), "", ()), datetime.now(UTC))
    assert files.ca_file is not None
    async with serving(trust.create_app(files.ca_file, f"https://{HOST}:{DEFAULT_PORT}")) as origin:
        rule = f"--host-resolver-rules=MAP {HOST}:{DEFAULT_PORT + 3} {urlsplit(origin).netloc}"
        browser = await playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, rule])
        page = await opened(browser, f"http://{HOST}:{DEFAULT_PORT + 3}/trust", LANDSCAPE)
        await taken(page, "trust", whole=True)
        await browser.close()


async def pictures(system: System, event: str, folder: Path) -> None:
    facts = system.facts()
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is needed (install the package `chromium`)"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        tokens = facts["tokens"]
        await of_the_trust_page(playwright, path, folder)
        await of_an_enrolled_tablet(browser, facts)
        await of_the_desk_page(browser, facts)
        await of_the_archive(browser, facts, event)
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
            asyncio.run(pictures(system, filled(system, Path(folder)), Path(folder)))
        finally:
            system.stop()
    print(f"written to {OUT}")


if __name__ == "__main__":
    main()
