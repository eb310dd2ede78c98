"""WebKitGTK, the stand-in for Safari: its driver on a free port, a screen in memory, a small W3C WebDriver client.

The protocol: https://www.w3.org/TR/webdriver2/. A session is one browser; its windows share a profile in memory.
"""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.optional import missing

START_S = 30.0  # the first start of a browser on a cold machine
COMMAND_S = 30.0
PACKAGES = "install the packages `webkit2gtk-driver` and `xvfb`"


class WebDriverError(Exception):
    """The driver's word for what went wrong, such as `no such window`."""


@dataclass
class Session:
    """One browser. Commands go to a window by its handle, one command at a time: the protocol knows one current one."""

    http: httpx.AsyncClient
    id: str

    def __post_init__(self) -> None:
        self._one = asyncio.Lock()
        self._current: str | None = None

    async def windows(self) -> list[str]:
        async with self._one:
            return list(await self._ask("GET", "window/handles"))

    async def new_window(self) -> str:
        async with self._one:
            if self._current is None:  # the one it was made from has gone: name any that is there
                await self._switch(next(iter(await self._ask("GET", "window/handles"))))
            return str((await self._ask("POST", "window/new", {"type": "tab"}))["handle"])

    async def close(self, window: str) -> None:
        async with self._one:
            await self._switch(window)
            await self._ask("DELETE", "window")
            self._current = None

    async def go(self, window: str, url: str) -> None:
        async with self._one:
            await self._switch(window)
            await self._ask("POST", "url", {"url": url})

    async def run(self, window: str, script: str, *values: Any) -> Any:
        """What the body of a function returns; a promise is waited for."""
        async with self._one:
            await self._switch(window)
            return await self._ask("POST", "execute/sync", {"script": script, "args": list(values)})

    async def _switch(self, window: str) -> None:
        if self._current != window:
            await self._ask("POST", "window", {"handle": window})
            self._current = window

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        return await ask(self.http, method, f"/session/{self.id}/{path}", body)


async def ask(http: httpx.AsyncClient, method: str, path: str, body: Any = None) -> Any:
    answer = await http.request(method, path, json=body if method == "POST" else None)
    value = answer.json()["value"]
    if answer.is_error:
        raise WebDriverError(f"{value.get('error')}: {str(value.get('message'))[:200]}")
    return value


@asynccontextmanager
async def webkit() -> AsyncIterator[Session]:
    """A browser for one test or many. Missing: the test is skipped by name, but fails where CI says it has to be."""
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    if driver is None or screen is None:
        missing(f"no WebKitGTK on this machine ({PACKAGES})")
    async with _screen(screen) as display, _driver(driver, display) as http:
        made = await ask(http, "POST", "/session", {"capabilities": {"alwaysMatch": {}}})
        session = Session(http, made["sessionId"])
        try:
            yield session
        finally:
            await ask(http, "DELETE", f"/session/{session.id}")


@asynccontextmanager
async def _screen(path: str) -> AsyncIterator[str]:
    """GTK wants a display. Xvfb picks a free number and says which, once it is ready."""
    reading, writing = os.pipe()
    process = await asyncio.create_subprocess_exec(
        path, "-displayfd", str(writing), "-screen", "0", "1024x768x24", "-nolisten", "tcp",
        pass_fds=[writing], stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    try:
        async with asyncio.timeout(START_S):
            with os.fdopen(reading) as said:
                number = (await asyncio.to_thread(said.readline)).strip()
        yield f":{number}"
    finally:
        await _end(process)


@asynccontextmanager
async def _driver(path: str, display: str) -> AsyncIterator[httpx.AsyncClient]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    # Without a session bus or a graphics card of its own: what it would look for there is not what is tested.
    environment = {
        **os.environ, "DISPLAY": display, "GDK_BACKEND": "x11", "NO_AT_BRIDGE": "1", "LIBGL_ALWAYS_SOFTWARE": "1",
        "WEBKIT_DISABLE_COMPOSITING_MODE": "1", "XDG_RUNTIME_DIR": os.environ.get("XDG_RUNTIME_DIR", str(Path("/tmp"))),
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        path, f"--port={port}", env=environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", timeout=COMMAND_S, trust_env=False, verify=False
        ) as http:
            async with asyncio.timeout(START_S):
                while True:
                    try:
                        await http.get("/status")
                        break
                    except httpx.TransportError:
                        await asyncio.sleep(0.05)
            yield http
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    await process.wait()
