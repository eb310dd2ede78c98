"""A ward in tests: the real intake over topics in memory, stopped, begun again, made to lose answers; and a reporter's
hand at its page in a real browser.
"""

import asyncio
import json
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.async_api import BrowserContext, Error, Page, async_playwright, expect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from producers.intake.pages import DIST
from schemas.live_event import LiveEvent
from schemas.submission import Submission
from streams.clock import SystemClock
from streams.memory import MemoryBus
from streams.sealing import unseal
from tests.browser_fixture import ARGUMENTS
from tests.intake_records import PRIVATE, Intake, intake, open_event
from tests.optional import IN_CI, missing
from tests.tablet_hand import CODE, PIN, PIN_KEY, SESSION_KEY, Desk

START_S = 10.0
SOON_S = 20.0
PATIENCE_MS = 10_000  # of one step in the browser: a cold machine with other tests beside needs a few seconds
NEEDS_THE_PAGE = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not IN_CI and not (DIST / "index.html").is_file(), reason="the reporter's page was not built (make setup)"
    ),
]
TABLET = "document.querySelector('scrubcast-app').tablet"


@dataclass
class Faults:
    """What goes wrong on the way back: the update is stored, its answer never arrives."""

    lose_answers: int = 0
    asked: list[str] = field(default_factory=list)


class LosesAnswers:
    """ASGI: lets the app do its work, then holds the answer back for ever."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            return await self._app(scope, receive, send)
        self._faults.asked.append(scope["path"])
        if self._faults.lose_answers == 0:
            return await self._app(scope, receive, send)
        self._faults.lose_answers -= 1

        async def nowhere(_: Message) -> None:
            return None

        await self._app(scope, receive, nowhere)
        await send({"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"999")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        return None


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:  # Ctrl-C belongs to pytest
        return None


class Ward:
    """One address, behind which intake may be there or not."""

    def __init__(self, **how: Any) -> None:
        self.clock = SystemClock()
        self.bus = MemoryBus()
        self.faults = Faults()
        self._how = how
        with socket.create_server(("127.0.0.1", 0)) as found:
            self._port = found.getsockname()[1]
        self._server: _Server | None = None
        self._running: asyncio.Task[None] | None = None
        self.door: Intake | None = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def start(self, *events: LiveEvent) -> None:
        self.door = await intake(self.clock, *events, bus=self.bus, **self._how)
        self.door.app.add_middleware(LosesAnswers, faults=self.faults)
        listener = socket.create_server(("127.0.0.1", self._port))
        config = uvicorn.Config(
            self.door.app, log_config=None, access_log=False, lifespan="on", timeout_graceful_shutdown=1
        )
        self._server = _Server(config)
        self._running = asyncio.create_task(self._serve(self._server, listener))
        async with asyncio.timeout(START_S):
            while not self._server.started:
                await asyncio.sleep(0.01)

    async def _serve(self, server: _Server, listener: socket.socket) -> None:
        with listener:
            await server._serve([listener])  # serve() would take Ctrl-C from pytest

    async def stop(self) -> None:
        if self._server is None or self._running is None:
            return
        self._server.should_exit = True
        await self._running
        self._server = None

    def texts(self) -> list[str]:
        """What arrived, in order."""
        assert self.door is not None
        return [written(s)["text"] for s in self.door.submissions()]


def written(submission: Submission) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unseal(PRIVATE, submission.sealed))
    return found


@asynccontextmanager
async def warded(**how: Any) -> AsyncIterator[Ward]:
    found = Ward(**how)
    await found.start(open_event(found.clock))
    try:
        yield found
    finally:
        await found.stop()


async def sign_in(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/#token=reporter-token")
    await page.wait_for_selector("#send")


async def ask(page: Page, script: str) -> Any:
    """What the script returns, within a time: what it waits for may never come, and playwright has no limit for it."""
    async with asyncio.timeout(SOON_S):
        return await page.evaluate(script)


async def send(page: Page, text: str) -> None:
    await page.locator("#text").fill(text)
    await page.keyboard.press("Control+Enter")


async def unsent(page: Page, count: int) -> None:
    await expect(page.locator("#unsent")).to_have_attribute("data-count", str(count), timeout=SOON_S * 1000)


async def stored(page: Page, count: int) -> None:
    """Until so many entries are on the disk."""
    await page.wait_for_function(f"async () => (await ({ENTRIES})()).length === {count}")


async def offline_ready(page: Page) -> None:
    await page.wait_for_function("() => navigator.serviceWorker.controller !== null")


ENTRIES = """() => new Promise((done, failed) => {
  const asked = indexedDB.open('scrubcast');
  asked.onerror = () => failed(asked.error);
  asked.onsuccess = () => {
    const found = asked.result.transaction('outbox').objectStore('outbox').getAll();
    found.onsuccess = () => { asked.result.close(); done(found.result); };
  };
})"""

# Every byte and string that scripts can reach in what this origin stores, one text.
STORED = """async () => {
  const parts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), location.href];
  const words = (value) => {
    if (typeof value === 'string') parts.push(value);
    else if (value instanceof ArrayBuffer) parts.push(new TextDecoder('latin1').decode(value));
    else if (ArrayBuffer.isView(value)) parts.push(new TextDecoder('latin1').decode(value));
    else if (value && typeof value === 'object' && !(value instanceof CryptoKey)) Object.values(value).forEach(words);
  };
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { const a = indexedDB.open(name); a.onsuccess = () => done(a.result); });
    for (const store of db.objectStoreNames) {
      const all = db.transaction(store).objectStore(store).getAll();
      words(await new Promise((done) => { all.onsuccess = () => done(all.result); }));
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      parts.push(request.url, await (await cache.match(request)).text());
    }
  }
  return parts.join('\\n');
}"""


# Texts of drafts lie sealed; how many there are can be seen.
DRAFTS = """() => new Promise((done) => {
  const asked = indexedDB.open('scrubcast');
  asked.onsuccess = () => {
    const found = asked.result.transaction('draft').objectStore('draft').count();
    found.onsuccess = () => { asked.result.close(); done(found.result); };
  };
})"""


async def drafts(page: Page, count: int) -> None:
    await page.wait_for_function(f"async () => (await ({DRAFTS})()) === {count}")


async def written_down(page: Page) -> None:
    """Until nothing that is typed here waits for its draft."""
    await page.wait_for_function(f"() => {TABLET}.drafts.unwritten === null && {TABLET}.drafts.writing === null")


async def drafted(page: Page) -> None:
    """Until what is typed here, its last letter too, is on the disk."""
    await written_down(page)
    await drafts(page, 1)


async def open_tabs(page: Page, count: int) -> None:
    """Until the browser has let go of what closed tabs held."""
    held = "(await navigator.locks.query()).held.filter(({ name }) => name.startsWith('scrubcast-tab/')).length"
    await page.wait_for_function(f"async () => {held} === {count}")


async def typing_in_a_new_tab(page: Page, ward: Ward, text: str) -> Page:
    found = await page.context.new_page()
    await sign_in(found, ward.origin)
    await expect(found.locator("#text")).to_have_value("")  # what others type stays theirs
    await found.locator("#text").press_sequentially(text)
    await written_down(found)
    return found


# ——— a browser that is killed ———


def processes(profile: Path) -> list[int]:
    """Those of the browser that this test began with this profile."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(profile).encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:  # ended meanwhile
            continue
    return found


def chromium_path() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@asynccontextmanager
async def killable(profile: Path) -> AsyncIterator[tuple[BrowserContext, Page]]:
    """A browser with a profile on the disk; at the end of the block it is killed, whatever it is doing."""
    path = chromium_path()
    if path is None:
        missing("no Chromium on this machine (install the package `chromium`)")
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            str(profile), executable_path=path, args=list(ARGUMENTS), locale="en-GB"
        )
        context.set_default_timeout(PATIENCE_MS)
        try:
            yield context, context.pages[0]
        finally:
            for pid in processes(profile):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            with suppress(Error):  # closed already, of course
                await context.close()


# ——— enrolled tablets ———


@dataclass
class Staffed:
    """A ward with a director's desk: a code for one tablet, and two people."""

    ward: Ward
    desk: Desk
    noor: str
    wim: str


@asynccontextmanager
async def staffed_ward() -> AsyncIterator[Staffed]:
    async with warded(session_key=SESSION_KEY, pin_key=PIN_KEY, updates_per_minute=600) as ward:
        desk = Desk(ward.bus, ward.clock)
        await desk.invite()
        noor, wim = await desk.add("Noor"), await desk.add("Wim")
        yield Staffed(ward, desk, str(noor.id), str(wim.id))


async def enrol(page: Page, staffed: Staffed) -> None:
    await page.goto(f"{staffed.ward.origin}/#enrol={CODE}")
    await page.wait_for_function(f"() => {TABLET}.screen === 'enrol'")
    assert page.url == f"{staffed.ward.origin}/"
    await ask(page, f"{TABLET}.enrol('OR 3')")
    await page.wait_for_function(f"() => {TABLET}.screen === 'people' && {TABLET}.people.length === 2")
    await pin(page, staffed.noor)


async def pin(page: Page, person_id: str) -> None:
    assert await ask(page, f"{TABLET}.signInPerson('{person_id}', '{PIN}')")
    await page.wait_for_selector("#send")


def who_wrote(ward: Ward) -> list[tuple[str, str, bool]]:
    """Name, text, and whether the tablet's signature is with it."""
    assert ward.door is not None
    return [(s.actor.name, written(s)["text"], s.signed is not None) for s in ward.door.submissions()]
