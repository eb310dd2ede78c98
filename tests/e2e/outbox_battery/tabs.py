"""Tabs of one browser as the battery uses them: the same few deeds in Chromium and in WebKitGTK."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from playwright.async_api import Browser, BrowserContext, Page

from tests.browsers.webdriver import Session, webkit

POINTS = (Path(__file__).parent / "points.js").read_text(encoding="utf-8")
POLL_S = 0.04


class Tab(Protocol):
    async def go(self, url: str) -> None: ...

    async def run(self, script: str, *values: Any) -> Any:
        """The body of a function with `arguments`; what it returns."""

    async def close(self) -> None:
        """At once, as a system does it: the page is not asked."""


class Tabs(Protocol):
    at_once: int  # seeds that may be played beside each other
    name: str

    async def open(self) -> Tab: ...


class ChromiumTab:
    def __init__(self, page: Page) -> None:
        self._page = page

    async def go(self, url: str) -> None:
        await self._page.goto(url, wait_until="commit")

    async def run(self, script: str, *values: Any) -> Any:
        return await self._page.evaluate(f"(values) => (function () {{ {script} }})(...values)", list(values))

    async def close(self) -> None:
        await self._page.close(run_before_unload=False)


class ChromiumTabs:
    at_once = 3
    name = "Chromium"

    def __init__(self, context: BrowserContext) -> None:
        self._context = context

    async def open(self) -> Tab:
        return ChromiumTab(await self._context.new_page())


@asynccontextmanager
async def chromium_tabs(browser: Browser) -> AsyncIterator[ChromiumTabs]:
    context = await browser.new_context(locale="en-GB", timezone_id="Europe/Amsterdam")
    try:
        await context.add_init_script(POINTS)
        yield ChromiumTabs(context)
    finally:
        await context.close()


class WebKitTab:
    def __init__(self, session: Session, window: str) -> None:
        self._session, self._window = session, window

    async def go(self, url: str) -> None:
        await self._session.go(self._window, url)

    async def run(self, script: str, *values: Any) -> Any:
        return await self._session.run(self._window, script, *values)

    async def close(self) -> None:
        await self._session.close(self._window)


class WebKitTabs:
    at_once = 2
    name = "WebKitGTK"

    def __init__(self, session: Session) -> None:
        self._session = session

    async def open(self) -> Tab:
        return WebKitTab(self._session, await self._session.new_window())


@asynccontextmanager
async def webkit_tabs() -> AsyncIterator[WebKitTabs]:
    async with webkit() as session:
        yield WebKitTabs(session)


async def until(tab: Tab, script: str, *values: Any, within_s: float = 90.0) -> Any:
    """The first truthy answer of the script. Raises TimeoutError with the script."""
    ends = time.monotonic() + within_s
    while True:
        found = await tab.run(script, *values)
        if found:
            return found
        if time.monotonic() > ends:
            raise TimeoutError(script[:200])
        await asyncio.sleep(POLL_S)
