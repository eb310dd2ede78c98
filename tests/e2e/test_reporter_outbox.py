"""Nothing typed is lost, nothing readable is stored: the page in a real browser that is closed, killed, cut off, full.

The server is the real intake over topics in memory; it is stopped, begun again and made to lose answers.
"""

import asyncio
import json
import os
import shutil
import signal
import socket
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Error, Page, async_playwright, expect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from producers.intake.pages import DIST
from schemas.control import Control
from schemas.live_event import LiveEvent
from schemas.submission import Submission
from schemas.topics import CONTROLS, LIVE_EVENTS, SUBMISSIONS
from streams.clock import SystemClock
from streams.memory import MemoryBus
from streams.sealing import unseal
from tests.browser_fixture import ARGUMENTS, TABLET_PORTRAIT, opened
from tests.intake_records import PRIVATE, Intake, intake, open_event
from tests.optional import IN_CI, missing
from tests.tablet_hand import CODE, PIN, PIN_KEY, SESSION_KEY, Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not IN_CI and not (DIST / "index.html").is_file(), reason="the reporter's page was not built (make setup)"
    ),
]
START_S = 10.0
SOON_S = 20.0
PATIENCE_MS = 10_000  # of one step in the browser: a cold machine with other tests beside needs a few seconds
MEDIAN_MS_MAX = 150.0  # Send → Received on loopback, sealed and signed
SLOWER = 4  # a tablet of some years against this machine
INTERACTIVE_MS_MAX = 3_000.0  # asked is 1,000 on a quiet machine; here others may run beside
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


@pytest.fixture
async def ward() -> AsyncIterator[Ward]:
    async with warded() as found:
        yield found


@pytest.fixture
async def page(browser: Browser, ward: Ward) -> AsyncIterator[Page]:
    async with opened(browser, size=TABLET_PORTRAIT) as visit:
        yield visit.page
        assert visit.errors == []


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


# ——— nothing is lost ———


async def test_the_second_load_works_without_a_server_and_what_is_sent_goes_when_it_is_back(
    page: Page, ward: Ward
) -> None:
    await sign_in(page, ward.origin)
    await offline_ready(page)
    await ward.stop()
    await page.reload()
    await page.wait_for_selector("#send")
    await send(page, "First")
    await send(page, "Second")
    await stored(page, 2)
    await page.reload()
    await unsent(page, 2)
    await expect(page.locator(".mine li").first).to_contain_text("Second")
    await ward.start()
    await unsent(page, 0)
    assert ward.texts() == ["First", "Second"]


async def test_a_lost_answer_brings_the_same_receipt_on_the_next_try(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    ward.faults.lose_answers = 1
    await send(page, "Once")
    await page.wait_for_function(f"() => {TABLET}.unsent[0]?.local.untilMs > 0", timeout=SOON_S * 1000)
    await unsent(page, 0)
    assert len(ward.faults.asked) == 2
    assert ward.texts() == ["Once"]


async def test_a_server_killed_before_it_answers_gets_the_update_again_once(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    ward.faults.lose_answers = 1
    await send(page, "Once")
    async with asyncio.timeout(SOON_S):
        while not ward.faults.asked:
            await asyncio.sleep(0.01)
    await ward.stop()
    assert ward.texts() == ["Once"]
    await expect(page.locator(".mine li .state")).to_contain_text("On this tablet")
    await ward.start()
    await unsent(page, 0)
    assert ward.texts() == ["Once"]


async def test_two_tabs_show_one_list_and_send_each_update_once(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await offline_ready(page)
    other = await page.context.new_page()
    await sign_in(other, ward.origin)
    await ward.stop()
    for n in range(6):
        await send(page if n % 2 == 0 else other, f"Update {n}")
        await stored(page, n + 1)
    await unsent(page, 6)
    await unsent(other, 6)
    await expect(other.locator(".mine li").first).to_contain_text("Update 5")
    await ward.start()
    await unsent(page, 0)
    await unsent(other, 0)
    assert ward.texts() == [f"Update {n}" for n in range(6)]
    await expect(other.locator(".mine li")).to_have_count(6)


async def test_a_clock_that_is_a_day_off_is_told_and_harms_nothing(page: Page, ward: Ward) -> None:
    day_ms = 86_400_000
    await page.add_init_script(f"const real = Date.now; Date.now = () => real() + {day_ms};")
    await sign_in(page, ward.origin)
    await send(page, "From tomorrow")
    await unsent(page, 0)
    readiness = await ask(page, f"{TABLET}.readiness")
    assert -day_ms - 3_000 < readiness["clockSkewMs"] < -day_ms + 3_000
    assert readiness["clockInStep"] is False
    assert ward.texts() == ["From tomorrow"]


async def test_a_full_disk_takes_nothing_and_leaves_the_text_in_the_box(page: Page, ward: Ward) -> None:
    # From the start: Chromium remembers for half a minute how much room there was.
    chromium = await page.context.new_cdp_session(page)
    await chromium.send("Storage.overrideQuotaForOrigin", {"origin": ward.origin, "quotaSize": 1})
    await sign_in(page, ward.origin)
    await send(page, "Does not fit")
    await page.wait_for_function(f"() => {TABLET}.hint === 'full'")
    await expect(page.locator("#text")).to_have_value("Does not fit")
    assert (await ask(page, f"{TABLET}.readiness"))["storage"] == "full"
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#text")).to_have_value("Does not fit")
    await unsent(page, 0)
    assert ward.texts() == []
    await chromium.send("Storage.overrideQuotaForOrigin", {"origin": ward.origin})
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#text")).to_have_value("")
    await expect(page.locator(".mine li .state")).to_have_text("Received")
    assert (await ask(page, f"{TABLET}.readiness"))["storage"] == "ok"
    assert ward.texts() == ["Does not fit"]


async def test_eight_hours_offline_go_in_order_and_as_fast_as_the_server_allows(browser: Browser) -> None:
    async with warded(updates_per_minute=180) as ward, opened(browser) as visit:
        page = visit.page
        await page.clock.install()
        await sign_in(page, ward.origin)
        await ward.stop()
        await ask(page, f"for (let n = 0; n < 200; n++) {{ const t = {TABLET}; t.write(`Update ${{n}}`); t.send(); }}")
        await stored(page, 200)
        await page.clock.fast_forward("08:00:00")
        await ward.start()
        async with asyncio.timeout(90):
            while len(ward.bus.everything(SUBMISSIONS.name)) < 200:
                await asyncio.sleep(0.1)
        await unsent(page, 0)
        assert ward.texts() == [f"Update {n}" for n in range(200)]
        assert len(ward.faults.asked) < 200 + 60  # asked too early only as often as Retry-After ran out


async def test_ten_thousand_taps_on_send_are_one_update(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await page.locator("#text").fill("Only once")
    await ask(page, "for (let n = 0; n < 10_000; n++) document.querySelector('#send').click()")
    await unsent(page, 0)
    assert ward.texts() == ["Only once"]


async def test_what_the_server_refused_is_kept_over_a_reload_and_goes_again_when_a_person_says_so(
    page: Page, ward: Ward
) -> None:
    await sign_in(page, ward.origin)
    await ward.stop()
    await send(page, "Written while it was open")
    await stored(page, 1)
    event = open_event(ward.clock)
    await ward.bus.send(LIVE_EVENTS, event.model_copy(update={"state": "closed", "closed_at": ward.clock.now()}))
    await ward.start()
    row = page.locator(".mine li")
    await expect(row).to_contain_text("Not accepted: the event closed at", timeout=SOON_S * 1000)
    await page.reload()
    await expect(row).to_contain_text("Not accepted: the event closed at")
    await expect(row).to_contain_text("Written while it was open")
    await ward.bus.send(LIVE_EVENTS, event)
    await page.wait_for_function(f"() => {TABLET}.updates[0].local.kind === 'kept'")
    async with asyncio.timeout(SOON_S):
        while ward.texts() == []:
            await ask(page, f"{TABLET}.tryAgain({TABLET}.updates[0])")
            await asyncio.sleep(0.05)
    await expect(row).to_contain_text("Received")
    assert ward.texts() == ["Written while it was open"]


async def test_a_draft_is_there_after_a_reload_and_gone_after_send(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await page.locator("#text").press_sequentially("Half a sentence")
    await page.reload()
    await expect(page.locator("#text")).to_have_value("Half a sentence")
    await page.keyboard.press("Tab")
    await page.locator("#text").press("Control+Enter")
    await unsent(page, 0)
    await page.reload()
    await expect(page.locator(".mine li")).to_have_count(1)
    await expect(page.locator("#text")).to_have_value("")


# ——— a draft for each tab ———

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


async def drafted(page: Page) -> None:
    """Until what is typed here, its last letter too, is on the disk."""
    await page.wait_for_function(f"() => {TABLET}.drafts.unwritten === null && {TABLET}.drafts.writing === null")
    await drafts(page, 1)


async def typing_in_a_new_tab(page: Page, ward: Ward, text: str) -> Page:
    found = await page.context.new_page()
    await sign_in(found, ward.origin)
    await expect(found.locator("#text")).to_have_value("")  # what others type stays theirs
    await found.locator("#text").press_sequentially(text)
    return found


async def test_two_tabs_keep_a_draft_each(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    other = await page.context.new_page()
    await sign_in(other, ward.origin)
    for typing, text in ((page, "Typed here"), (other, "Typed there"), (page, ", and on")):
        await typing.locator("#text").press_sequentially(text)
    await drafts(page, 2)
    await page.reload()
    await expect(page.locator("#text")).to_have_value("Typed here, and on")
    await other.reload()
    await expect(other.locator("#text")).to_have_value("Typed there")
    await send(page, "Typed here, and on")
    await unsent(page, 0)
    await drafts(page, 1)
    await other.reload()
    await expect(other.locator("#text")).to_have_value("Typed there")


async def test_a_duplicated_tab_gets_a_draft_of_its_own(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await page.locator("#text").press_sequentially("The first tab's")
    await drafts(page, 1)
    async with page.expect_popup() as opening:  # takes the session's storage along, as duplicating a tab does
        await page.evaluate("window.open('/'); null")
    double = await opening.value
    await double.wait_for_selector("#send")
    assert await double.evaluate("sessionStorage.getItem('scrubcast-live-event')") == "knee-2026"
    await double.locator("#text").press_sequentially("The second's")
    await drafts(page, 2)
    await page.reload()
    await expect(page.locator("#text")).to_have_value("The first tab's")
    await double.reload()
    await expect(double.locator("#text")).to_have_value("The second's")


async def test_what_closed_tabs_left_comes_to_the_next_empty_ones_the_latest_first(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    first = await typing_in_a_new_tab(page, ward, "Left first")
    await drafts(page, 1)
    last = await typing_in_a_new_tab(page, ward, "Left last")
    await drafts(page, 2)
    await last.close()
    await first.close()
    second = await page.context.new_page()
    await sign_in(second, ward.origin)
    await expect(second.locator("#text")).to_have_value("Left last")
    await drafts(page, 2)
    third = await page.context.new_page()
    await sign_in(third, ward.origin)
    await expect(third.locator("#text")).to_have_value("Left first")
    await expect(second.locator("#text")).to_have_value("Left last")
    await second.reload()
    await expect(second.locator("#text")).to_have_value("Left last")


async def test_what_is_typed_before_the_draft_was_found_comes_after_it(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await page.locator("#text").press_sequentially("Half a sentence")
    await drafts(page, 1)
    await page.add_init_script(
        """document.addEventListener('DOMContentLoaded', () => {
          const tablet = document.querySelector('scrubcast-app').tablet;
          const open = tablet.drafts.open.bind(tablet.drafts);
          tablet.drafts.open = async (shelf) => { tablet.write('typed at once'); return open(shelf); };
        });"""
    )
    await page.reload()
    await expect(page.locator("#text")).to_have_value("Half a sentence typed at once")


# ——— the outage is over ———


async def test_after_an_outage_the_page_says_how_many_were_received_and_then_no_more(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await offline_ready(page)
    await expect(page.locator(".banner")).to_have_count(0)
    await ward.stop()
    await send(page, "First")
    await send(page, "Second")
    await stored(page, 2)
    await page.wait_for_function(f"() => !{TABLET}.reached && {TABLET}.awaySinceMs !== null")
    await ward.start()
    told = page.locator(".banner[role=status]")
    await expect(told).to_have_text("Connected. 2 updates received.", timeout=SOON_S * 1000)
    await unsent(page, 0)
    await send(page, "Third")
    await unsent(page, 0)
    await expect(told).to_have_text("Connected. 2 updates received.")
    await expect(told).to_have_count(0, timeout=SOON_S * 1000)


async def test_undo_before_it_went_puts_the_text_back_and_nothing_is_sent(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await offline_ready(page)
    await page.context.set_offline(True)
    await ask(page, "navigator.locks.request('scrubcast-outbox', () => new Promise(() => undefined)); null")
    await send(page, "Not that")
    await stored(page, 1)
    assert 0 < await ask(page, f"{TABLET}.undoLeftMs({TABLET}.updates[0])") <= 10_000
    await ask(page, f"{TABLET}.undo({TABLET}.updates[0])")
    await expect(page.locator("#text")).to_have_value("Not that")
    await stored(page, 0)
    await page.context.set_offline(False)
    await page.reload()
    await send(page, "But this")
    await unsent(page, 0)
    assert ward.texts() == ["But this"]


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


@asynccontextmanager
async def killable(profile: Path) -> AsyncIterator[tuple[BrowserContext, Page]]:
    """A browser with a profile on the disk; at the end of the block it is killed, whatever it is doing."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
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


@pytest.mark.parametrize("moment", ["typed", "send pressed", "stored", "asked"])
async def test_a_browser_killed_at_any_moment_has_each_text_once(ward: Ward, tmp_path: Path, moment: str) -> None:
    profile = tmp_path / "profile"
    async with killable(profile) as (context, page):
        await sign_in(page, ward.origin)
        await offline_ready(page)
        if moment == "asked":
            ward.faults.lose_answers = 1
        else:
            await context.set_offline(True)
        await page.locator("#text").press_sequentially("Written before the kill")
        await drafted(page)
        if moment != "typed":
            await page.keyboard.press("Control+Enter")
        if moment == "stored":
            await stored(page, 1)
        if moment == "asked":
            async with asyncio.timeout(SOON_S):
                while not ward.faults.asked:
                    await asyncio.sleep(0.01)
    async with killable(profile) as (_, page):
        await sign_in(page, ward.origin)
        await page.wait_for_function(f"() => {TABLET}.reached")
        await unsent(page, 0)
        if not ward.texts():
            await expect(page.locator("#text")).not_to_have_value("")
        in_box = await page.locator("#text").input_value()
    assert [text for text in [in_box, *ward.texts()] if text] == ["Written before the kill"]


# ——— nothing readable is stored ———

PLANTED = ("Zwartendijk", "0612987543", "Marquardt", "kamer 4711", "hartslag 188")


async def test_nothing_typed_is_stored_in_the_clear_in_any_state(ward: Ward, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    async with killable(profile) as (_, page):
        await sign_in(page, ward.origin)
        await offline_ready(page)
        await send(page, f"Received: {PLANTED[0]}")
        await unsent(page, 0)
        await ward.stop()
        await send(page, f"Waiting: {PLANTED[1]}")
        await send(page, f"Waiting: {PLANTED[2]}")
        await page.locator("#text").press_sequentially(f"Draft: {PLANTED[3]}")
        await drafted(page)
        await stored(page, 2)
        await page.reload()
        await expect(page.locator("#text")).to_have_value(f"Draft: {PLANTED[3]}")
        kept = await ask(page, STORED)
        assert '"alg":"ECDH-ES"' not in kept  # inside base64
        assert len(kept) > 1_000
        assert [word for word in PLANTED if word in kept] == []
    files = [path for path in profile.rglob("*") if path.is_file()]
    assert any("IndexedDB" in str(path) for path in files)
    found = []
    for path in files:
        content = path.read_bytes()
        found += [
            (word, path.name) for word in PLANTED for code in ("utf-8", "utf-16-le") if word.encode(code) in content
        ]
    assert found == []


async def test_the_keys_of_a_tablet_cannot_be_taken_out(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await page.locator("#text").press_sequentially("x")
    await drafted(page)
    extractable = await ask(
        page,
        """() => new Promise((done) => {
          const asked = indexedDB.open('scrubcast');
          asked.onsuccess = () => {
            const found = asked.result.transaction('keys').objectStore('keys').get('draft');
            found.onsuccess = () => { asked.result.close(); done([found.result.type, found.result.extractable]); };
          };
        })""",
    )
    assert extractable == ["secret", False]


# ——— enrolled tablets ———


@dataclass
class Staffed:
    """A ward with a director's desk: a code for one tablet, and two people."""

    ward: Ward
    desk: Desk
    noor: str
    wim: str


@pytest.fixture
async def staffed() -> AsyncIterator[Staffed]:
    async with warded(session_key=SESSION_KEY, pin_key=PIN_KEY, updates_per_minute=600) as ward:
        desk = Desk(ward.bus, ward.clock)
        await desk.invite()
        noor, wim = await desk.add("Noor"), await desk.add("Wim")
        yield Staffed(ward, desk, str(noor.id), str(wim.id))


@pytest.fixture
async def bedside(browser: Browser, staffed: Staffed) -> AsyncIterator[Page]:
    async with opened(browser, size=TABLET_PORTRAIT) as visit:
        await enrol(visit.page, staffed)
        yield visit.page
        assert visit.errors == []


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


async def test_an_enrolled_tablet_signs_each_update_and_counts_them(bedside: Page, staffed: Staffed) -> None:
    await send(bedside, "First")
    await send(bedside, "Second")
    await unsent(bedside, 0)
    assert who_wrote(staffed.ward) == [("Noor", "First", True), ("Noor", "Second", True)]
    assert staffed.ward.door is not None
    first, second = staffed.ward.door.submissions()
    assert first.signed is not None
    assert second.signed is not None
    assert second.signed.counter > first.signed.counter
    assert str(first.signed.tablet_id) == first.actor.device
    assert (await ask(bedside, f"{TABLET}.readiness"))["enrolled"] == "yes"


async def test_undo_of_a_received_update_takes_it_back_and_puts_the_text_into_the_box(
    bedside: Page, staffed: Staffed
) -> None:
    await send(bedside, "Not that")
    await expect(bedside.locator(".mine li .state").first).to_contain_text("Received")
    await ask(bedside, f"{TABLET}.undo({TABLET}.updates[0])")
    await expect(bedside.locator("#text")).to_have_value("Not that")
    await expect(bedside.locator(".mine li .state").first).to_contain_text("Taken back")
    records = [Control.decode(m.value or b"") for m in staffed.ward.bus.everything(CONTROLS.name)]
    assert [(r.kind, str(r.update_id)) for r in records] == [("retract", await ask(bedside, f"{TABLET}.updates[0].id"))]


async def test_an_update_that_was_undone_while_its_answer_was_lost_is_taken_back_at_the_server(
    bedside: Page, staffed: Staffed
) -> None:
    staffed.ward.faults.lose_answers = 1
    await send(bedside, "Not that")
    async with asyncio.timeout(SOON_S):
        while not staffed.ward.texts():
            await asyncio.sleep(0.01)
    await ask(bedside, f"{TABLET}.undo({TABLET}.updates[0])")
    await unsent(bedside, 0)
    records = [Control.decode(m.value or b"") for m in staffed.ward.bus.everything(CONTROLS.name)]
    assert [r.kind for r in records] == ["retract"]
    await expect(bedside.locator("#text")).to_have_value("Not that")


async def test_after_hand_over_each_update_goes_under_the_name_of_who_wrote_it(bedside: Page, staffed: Staffed) -> None:
    await bedside.context.set_offline(True)
    await send(bedside, "By Noor")
    await stored(bedside, 1)
    await bedside.locator("#text").press_sequentially("Noor was about to")
    await drafted(bedside)
    await ask(bedside, f"{TABLET}.handOver()")
    await bedside.context.set_offline(False)
    await ask(bedside, f"{TABLET}.retry()")
    await pin(bedside, staffed.wim)
    await expect(bedside.locator("#text")).to_have_value("")
    await send(bedside, "By Wim")
    await unsent(bedside, 0)
    assert who_wrote(staffed.ward) == [("Noor", "By Noor", True), ("Wim", "By Wim", True)]
    await expect(bedside.locator(".mine li")).to_have_count(1)
    await ask(bedside, f"{TABLET}.handOver()")
    await pin(bedside, staffed.noor)
    await expect(bedside.locator("#text")).to_have_value("Noor was about to")


async def test_a_killed_tablet_sends_what_waited_before_anyone_signs_in_and_lets_its_last_user_write_offline(
    staffed: Staffed, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    ward = staffed.ward
    async with killable(profile) as (_, page):
        await enrol(page, staffed)
        await offline_ready(page)
        await ward.stop()
        await send(page, "Before the kill")
        await stored(page, 1)
    async with killable(profile) as (_, page):
        await page.goto(ward.origin)
        await page.wait_for_function(f"() => {TABLET}.canWriteOffline")
        await ask(page, f"{TABLET}.writeOffline()")
        await page.wait_for_selector("#send")
        await send(page, "Without a PIN")
        await stored(page, 2)
        await ward.start()
        async with asyncio.timeout(SOON_S * 2):
            while ward.texts() != ["Before the kill"]:
                await asyncio.sleep(0.05)
        await page.wait_for_function(f"() => {TABLET}.waitsForPin && {TABLET}.reached", timeout=SOON_S * 1000)
        await ask(page, f"{TABLET}.handOver()")
        await page.wait_for_function(f"() => {TABLET}.people.length === 2")
        await pin(page, staffed.noor)
        await unsent(page, 0)
    assert who_wrote(ward) == [("Noor", "Before the kill", True), ("Noor", "Without a PIN", True)]


async def test_a_revoked_tablet_says_so_and_what_it_had_sealed_goes_to_the_director(
    bedside: Page, staffed: Staffed
) -> None:
    await bedside.context.set_offline(True)
    await send(bedside, "Sealed before")
    await stored(bedside, 1)
    assert staffed.ward.door is not None
    tablet_id = await ask(bedside, f"{TABLET}.signer.tabletId")
    await staffed.desk.revoke(tablet_id, by="J. Brandt")
    await bedside.context.set_offline(False)
    await bedside.wait_for_function(f"() => {TABLET}.screen === 'revoked'", timeout=SOON_S * 1000)
    async with asyncio.timeout(SOON_S):
        while staffed.ward.texts() != ["Sealed before"]:
            await asyncio.sleep(0.05)
    (record,) = staffed.ward.door.submissions()
    assert record.held_back == "revoked-tablet"
    await stored(bedside, 0)
    for _ in range(2):
        await expect(bedside.get_by_role("heading")).to_have_text("This tablet was switched off by J. Brandt")
        await expect(bedside.get_by_role("status")).to_have_text("Your update is kept for the director to decide.")
        await bedside.reload()
        await bedside.wait_for_function(f"() => {TABLET}.screen === 'revoked'")


async def test_a_pin_and_a_token_are_stored_nowhere_in_the_clear(bedside: Page, staffed: Staffed) -> None:
    await bedside.context.set_offline(True)
    await send(bedside, "Waiting")
    await stored(bedside, 1)
    token = await ask(bedside, "JSON.parse(sessionStorage.getItem('scrubcast-signed-in')).token")
    await ask(bedside, "sessionStorage.clear()")
    kept = await ask(bedside, f"({STORED})()")
    assert [word for word in (token, PIN, CODE) if word in kept] == []


# ——— what it costs ———


async def test_from_send_to_received_takes_no_time_that_a_person_notices(bedside: Page, staffed: Staffed) -> None:
    took = await ask(
        bedside,
        f"""async () => {{
          const tablet = {TABLET}, took = [];
          for (let n = 0; n < 30; n++) {{
            const began = performance.now();
            tablet.write(`Update ${{n}}`);
            tablet.send();
            while (tablet.updates[0]?.local.kind !== 'received' || tablet.unsent.length > 0) {{
              await new Promise((done) => setTimeout(done, 1));
            }}
            took.push(performance.now() - began);
          }}
          return took;
        }}""",
    )
    median = statistics.median(took)
    print(f"Send to Received on loopback, sealed, signed, stored: median {median:.0f} ms, worst {max(took):.0f} ms")
    assert median <= MEDIAN_MS_MAX
    assert who_wrote(staffed.ward) == [("Noor", f"Update {n}", True) for n in range(30)]


async def test_the_page_is_interactive_within_a_second_on_a_slow_tablet(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await offline_ready(page)
    chromium = await page.context.new_cdp_session(page)
    await chromium.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await page.add_init_script(INTERACTIVE)
    took = {}
    for name, address, forgets in (("first load", "/#token=reporter-token", True), ("later load", "/", False)):
        found = []
        for _ in range(5):
            if forgets:
                await ask(page, f"({FORGET})()")
                await chromium.send("Network.clearBrowserCache")
            await page.goto("about:blank")
            await page.goto(ward.origin + address)
            await page.wait_for_function("() => globalThis.interactiveMs !== undefined")
            found.append(await ask(page, "globalThis.interactiveMs"))
        took[name] = statistics.median(found)
    print(f"Interactive, CPU {SLOWER} times slower: " + ", ".join(f"{n} {ms:.0f} ms" for n, ms in took.items()))
    assert max(took.values()) <= INTERACTIVE_MS_MAX


# Without the page's own worker and what it keeps: as on the first day.
FORGET = """async () => {
  for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
}"""
# The box is there and takes a letter: from the start of the navigation.
INTERACTIVE = """new MutationObserver((_, observer) => {
  const box = document.querySelector('#text');
  if (box === null) return;
  observer.disconnect();
  setTimeout(() => {
    box.value = 'x';
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    if (document.querySelector('scrubcast-app').tablet.text === 'x') globalThis.interactiveMs = performance.now();
  });
}).observe(document, { childList: true, subtree: true });"""
