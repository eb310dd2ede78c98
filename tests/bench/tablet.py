"""How quick the tablet's page is: Send until Received stands on the screen, sealed and signed; and how soon and with
how many bytes the page can be written on, on a processor four times slower.

The real intake over topics in memory and the real page in Chromium, all on loopback; what Kafka adds is measured by
`way`. The baselines are a bare `fetch` by the same page, and a bare document of the same server.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from playwright.async_api import Browser, Page, async_playwright

from producers.intake.pages import DIST
from tests.bench.figures import Part, Row, at_most, median, shown, spread, told
from tests.browser_fixture import ARGUMENTS, opened
from tests.reporter_ward import ask, chromium_path, enrol, offline_ready, staffed_ward

NAME = "The tablet"
RECEIVED_MAX_MS = 150.0
INTERACTIVE_MAX_MS = 1000.0
FIRST_LOAD_MAX_KB = 120.0
SLOWER = 4  # a tablet of some years against this machine
UPDATES = 30
WARM = 5  # sends and fetches before those that count
LOADS = 7  # of each kind, every first one in a profile of its own
GIVEN_UP_S = 60.0  # what the page waits for may never come, and playwright has no limit for it
BARE = "/healthz"
TOKEN = "/#token=reporter-token"  # of a test's server

# From the press until the screen says so: a person presses the button and reads the row.
SEND = """async ([count, warm]) => {
  const shown = (is) => new Promise((done) => {
    const look = () => { if (is()) { observer.disconnect(); done(); } };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    look();
  });
  const box = document.querySelector('#text'), button = document.querySelector('#send');
  const took = [];
  for (let n = 0; n < warm + count; n++) {
    const text = `Update ${n}.`;
    box.value = text;
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await shown(() => !button.disabled && button.getAttribute('aria-disabled') !== 'true');
    const began = performance.now();
    button.click();
    await shown(() => {
      const row = document.querySelector('.mine li');
      return row?.textContent.includes(text) && row.querySelector('.state')?.textContent.includes('Received');
    });
    took.push(performance.now() - began);
  }
  return took.slice(warm);
}"""
FETCH = """async ([path, count, warm]) => {
  const took = [];
  for (let n = 0; n < warm + count; n++) {
    const began = performance.now();
    await (await fetch(path, { cache: 'no-store' })).arrayBuffer();
    took.push(performance.now() - began);
  }
  return took.slice(warm);
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
LOADED = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
# All that the page loads and all that its worker keeps for later; never what the server tells.
FILES = """async () => {
  const found = new Set(['/sw.js', location.pathname]);
  for (const entry of performance.getEntriesByType('resource')) found.add(new URL(entry.name).pathname);
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) found.add(new URL(request.url).pathname);
  }
  return [...found].filter((path) => !path.startsWith('/api/')).sort();
}"""


@dataclass(frozen=True)
class Measured:
    """Milliseconds, but for the size in kB (1,000 bytes) of so many files."""

    received: Sequence[float]
    fetched: Sequence[float]
    first: Sequence[float]
    later: Sequence[float]
    bare: Sequence[float]
    first_kb: float
    files: int


def run() -> Part:
    if (path := chromium_path()) is None:
        return Part(NAME, [], ["not measured: no Chromium on this machine (install the package `chromium`)"])
    if not (DIST / "index.html").is_file():
        return Part(NAME, [], ["not measured: the reporter's page was not built (make setup)"])
    return _part(asyncio.run(_measure(path)))


async def _measure(path: str) -> Measured:
    async with _browser(path) as browser, staffed_ward() as staffed:
        async with opened(browser) as visit:
            await enrol(visit.page, staffed)
            fetched = await visit.page.evaluate(FETCH, [BARE, UPDATES, WARM])
            async with asyncio.timeout(
                60
            ):  # what the page waits for may never come, and playwright has no limit for it
                received = await visit.page.evaluate(SEND, [UPDATES, WARM])
        loads = [await _loads(browser, staffed.ward.origin) for _ in range(LOADS)]
        first_kb, files = await _first_load(browser, staffed.ward.origin)
    bare, first, later = zip(*loads, strict=True)
    return Measured(received, fetched, first, later, bare, first_kb, files)


@asynccontextmanager
async def _browser(path: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()


async def _loads(browser: Browser, origin: str) -> tuple[float, float, float]:
    """A bare document, the page for the first time, and once more when its worker keeps it."""
    async with opened(browser) as visit:
        page = visit.page
        chromium = await page.context.new_cdp_session(page)
        await chromium.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        await page.goto(origin + BARE)
        bare: float = await ask(page, LOADED)
        await page.add_init_script(INTERACTIVE)
        first = await _interactive(page, origin + TOKEN)
        await offline_ready(page)
        return bare, first, await _interactive(page, origin + "/")


async def _interactive(page: Page, address: str) -> float:
    await page.goto("about:blank")
    await page.goto(address)
    await page.wait_for_function("() => globalThis.interactiveMs !== undefined")
    found: float = await ask(page, "globalThis.interactiveMs")
    return found


async def _first_load(browser: Browser, origin: str) -> tuple[float, int]:
    """The bodies of all of the page's files as the server sends them to a browser that takes gzip, and how many."""
    async with opened(browser) as visit:
        await visit.page.goto(origin + TOKEN)
        await offline_ready(visit.page)
        paths: list[str] = await ask(visit.page, FILES)
    async with httpx.AsyncClient(base_url=origin, headers={"Accept-Encoding": "gzip"}, trust_env=False) as http:
        return sum([await _sent(http, path) for path in paths]) / 1000, len(paths)


async def _sent(http: httpx.AsyncClient, path: str) -> int:
    async with http.stream("GET", path) as answer:
        assert answer.status_code == 200, f"{path} answered {answer.status_code}"
        return sum([len(part) async for part in answer.aiter_raw()])


def _part(found: Measured) -> Part:
    received, fetched, bare = median(found.received), median(found.fetched), median(found.bare)
    slow = f"processor {SLOWER} times slower, median"

    def document(ms: float) -> str:
        return f"{shown(ms / bare)} times a bare document of the same server: {shown(bare)} ms"

    first, later = median(found.first), median(found.later)
    rows: list[Row] = [
        at_most(
            "Send → Received on the screen, sealed and signed, median",
            RECEIVED_MAX_MS,
            received,
            "ms",
            f"{shown(received / fetched)} times a bare `fetch` by the same page: {shown(fetched)} ms",
        ),
        at_most(f"first load until it takes a letter, {slow}", INTERACTIVE_MAX_MS, first, "ms", document(first)),
        told(f"later load until it takes a letter, {slow}", f"{shown(later)} ms", document(later)),
        at_most("first load, compressed", FIRST_LOAD_MAX_KB, found.first_kb, "kB", f"{found.files} files as sent"),
    ]
    return Part(
        NAME,
        rows,
        [
            f"{UPDATES} updates one after the other, {WARM} before them not counted: {spread(found.received)}",
            f"bare fetches of `{BARE}`: {spread(found.fetched)}; bare documents of it: {spread(found.bare)}",
            f"{LOADS} first loads, each in a new profile: {spread(found.first)}",
            f"{LOADS} later loads, kept by the page's worker: {spread(found.later)}",
            "the intake keeps its topics in memory here: what Kafka adds is part of the way of an update",
        ],
    )
