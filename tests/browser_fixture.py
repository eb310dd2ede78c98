"""A real Chromium for tests of pages: one browser for the whole session, one fresh profile for each page.

`browser` is the fixture (session scope, same event loop as the tests), `opened` a page that notes every request, every
console message and every error, `serving` an ASGI app on a free loopback port in this same event loop.
"""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

from tests.optional import missing

# Chromium must not call home from a test: whatever it does in the background is off.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)
START_S = 10.0  # a cold machine with other tests running beside needs a few seconds
TABLET_PORTRAIT = (820, 1180)
TABLET_LANDSCAPE = (1024, 768)
PHONE = (390, 844)
DESKTOP = (1440, 900)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium of this machine. Missing: the test is skipped by name, but fails where CI says it must be there."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("no Chromium on this machine (install the package `chromium`)")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield chromium
        finally:
            await chromium.close()


@dataclass
class Visit:
    """A page and what it did."""

    page: Page
    requests: list[str] = field(default_factory=list)  # addresses, in order
    console: list[str] = field(default_factory=list)  # warnings and errors, Content-Security-Policy reports among them
    errors: list[str] = field(default_factory=list)  # uncaught exceptions

    def foreign(self, origin: str) -> list[str]:
        """Requests that left `origin`; data: and blob: never leave the page."""
        return [r for r in self.requests if urlsplit(r).scheme in {"http", "https"} and not r.startswith(origin + "/")]


@asynccontextmanager
async def opened(
    browser: Browser, *, size: tuple[int, int] = TABLET_PORTRAIT, locale: str = "en-GB", **options: object
) -> AsyncIterator[Visit]:
    """An empty page in a profile of its own, closed at the end. `options` go to Browser.new_context."""
    width, height = size
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        locale=locale,
        timezone_id="Europe/Amsterdam",
        **options,  # type: ignore[arg-type]  # handed on as they are
    )
    try:
        page = await context.new_page()
        page.set_default_timeout(10_000)
        visit = Visit(page)

        def asked(request: Request) -> None:
            visit.requests.append(request.url)

        def said(message: ConsoleMessage) -> None:
            if message.type in {"warning", "error"}:
                visit.console.append(message.text)

        def failed(error: Exception) -> None:
            visit.errors.append(str(error))

        page.on("request", asked)
        page.on("console", said)
        page.on("pageerror", failed)
        yield visit
    finally:
        await context.close()


class _Server(uvicorn.Server):
    """Ctrl-C belongs to pytest, not to a server inside it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """The app on a free loopback port; yields its origin. Ends the server, open streams included, before it returns."""
    with socket.create_server(("127.0.0.1", 0)) as listener:  # bound before uvicorn starts: nobody can take the port
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", timeout_graceful_shutdown=1)
        server = _Server(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            async with asyncio.timeout(START_S):
                while not server.started and not running.done():
                    await asyncio.sleep(0.01)
            if running.done():
                await running
                pytest.fail("the server ended before it had started")
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running
