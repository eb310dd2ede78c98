"""Starts the peer for tests, in their process or as one that can be killed, and is their way to `/_control/…`."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from aiohttp import web

from tests.peers.x.accounts import account
from tests.peers.x.app import made
from tests.peers.x.settings import Settings
from tests.peers.x.store import Store

ROOT = Path(__file__).parents[3]


def client() -> httpx.AsyncClient:
    """For plain HTTP on loopback: without the authorities' certificates, which take longer to read than the tests."""
    return httpx.AsyncClient(trust_env=False, verify=False, timeout=10.0)


class Door:
    """What tests ask of a running peer."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def faults(self, on: str, *what: str, **more: object) -> None:
        await self._post("faults", [{"on": on, "what": w, **more} for w in what])

    async def settings(self, **changed: object) -> None:
        """Of all accounts, or of the one named by `account`."""
        await self._post("settings", changed)

    async def advance(self, seconds: float) -> None:
        await self._post("clock", {"advance_s": seconds})

    async def grant(self, **asked: object) -> dict[str, Any]:
        """Tokens as if a person had just logged in."""
        return await self._post("grants", asked)

    async def consent(self, username: str | None) -> None:
        await self._post("consent", {"account": username})

    async def posts(self) -> list[dict[str, Any]]:
        """Those that stand, the oldest first."""
        return [p for p in (await self._get("posts"))["posts"] if not p["deleted"]]

    async def requests(self, kind: str) -> int:
        return int((await self._get("posts"))["requests"].count(kind))

    async def media(self) -> list[dict[str, Any]]:
        return list((await self._get("media"))["media"])

    @asynccontextmanager
    async def witness(self, rule: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """The posts that fit a rule from now on, as the filtered stream tells them."""
        app = {"Authorization": f"Bearer {account(0).app_token}"}
        address = f"{self.url}/2/tweets/search/stream"
        async with client() as asking:
            added = await asking.post(f"{address}/rules", json={"add": [{"value": rule}]}, headers=app)
            added.raise_for_status()
            fields = {"tweet.fields": "conversation_id,referenced_tweets,author_id,created_at"}
            async with asking.stream("GET", address, params=fields, headers=app, timeout=None) as answer:
                lines = answer.raise_for_status().aiter_lines()
                await anext(lines)  # the first blank line: it is being watched
                yield (json.loads(line)["data"] async for line in lines if line)

    async def _post(self, what: str, body: object) -> dict[str, Any]:
        async with client() as asking:
            answer = await asking.post(f"{self.url}/_control/{what}", json=body)
        return dict(answer.raise_for_status().json())

    async def _get(self, what: str) -> dict[str, Any]:
        async with client() as asking:
            return dict((await asking.get(f"{self.url}/_control/{what}")).raise_for_status().json())


@asynccontextmanager
async def serving(
    state: Path, *, accounts: int = 1, settings: Settings | None = None, port: int = 0
) -> AsyncIterator[Door]:
    """The peer on loopback, within this process."""
    by_id = {a.user_id: a for a in map(account, range(accounts))}
    runner = web.AppRunner(made(Store(state), by_id, settings or Settings()), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield Door(f"http://127.0.0.1:{runner.addresses[0][1]}")
    finally:
        await runner.cleanup()


@asynccontextmanager
async def process(state: Path, more: Iterable[str] = ()) -> AsyncIterator[tuple[Door, asyncio.subprocess.Process]]:
    """The peer as a process of its own, which may be killed at any time."""
    command = (sys.executable, "-m", "tests.peers.x", "--state", str(state), *more)
    started = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    try:
        assert started.stdout is not None
        port = json.loads(await started.stdout.readline())["port"]
        yield Door(f"http://127.0.0.1:{port}"), started
    finally:
        if started.returncode is None:
            started.terminate()
        await started.wait()
