"""Runs `mastodon-mock`, a stand-in for Mastodon, as a process whose posts outlive it, and gives it accounts."""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

HOST = "127.0.0.1"
READY_S = 30.0  # 1.5 s on an idle machine
POLL_S = 0.05


@dataclass(frozen=True)
class User:
    id: str
    username: str
    token: str
    account: str  # @name@server, as the server writes it


@dataclass
class Mastodon:
    """One server: `start`, `kill` and `start` again on the same port, with the same posts, accounts and keys."""

    folder: Path
    port: int
    url: str = field(init=False)
    _process: asyncio.subprocess.Process | None = None

    def __post_init__(self) -> None:
        self.url = f"http://{HOST}:{self.port}"

    async def start(self) -> None:
        """Raises TimeoutError, with its log in `folder`, when it does not answer."""
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / ".mastodon_mock.toml"
        # A time-out of a streaming connection must not hold up the end, and nobody else may sign in.
        config.write_text(f'[database]\npath = "{self.folder / "mastodon.sqlite"}"\n[auth]\npermissive = false\n')
        with (self.folder / "mastodon.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "mastodon_mock", "serve", "--config", str(config),
                "--host", HOST, "--port", str(self.port), "--log-level", "warning",
                stdout=log, stderr=log, cwd=self.folder,
            )  # fmt: skip
        try:
            async with asyncio.timeout(READY_S), httpx.AsyncClient(trust_env=False, verify=False) as client:
                while not await self._answers(client):
                    await asyncio.sleep(POLL_S)
        except BaseException:
            await self.kill()
            raise

    async def _answers(self, client: httpx.AsyncClient) -> bool:
        assert self._process is not None
        if self._process.returncode is not None:
            raise RuntimeError((self.folder / "mastodon.log").read_text())
        try:
            return (await client.get(f"{self.url}/api/v1/instance")).is_success
        except httpx.TransportError:
            return False

    async def kill(self) -> None:
        """As kill -9 does."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> None:
        """In order; what does not end in 5 s is killed."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            try:
                async with asyncio.timeout(5):
                    await self._process.wait()
            except TimeoutError:
                await self.kill()

    # -- the tests' door ---------------------------------------------------------------------------------------------

    async def user(self, username: str, *, admin: bool = False) -> User:
        """A new account with its token."""
        made = await self._ask("POST", "/api/v1/_mock/dev_user", json={"username": username, "admin": admin})
        account = f"@{made['username']}@localhost:{self.port}"
        return User(made["id"], made["username"], made["access_token"], account)

    async def fault(self, match: dict[str, Any], effect: dict[str, Any]) -> None:
        """One of the server's own faults, which come before anything takes effect; the proxy's come after too."""
        await self._ask("POST", "/api/v1/_mock/faults", json={"match": match, "effect": effect})

    async def statuses(self, user: User) -> list[dict[str, Any]]:
        """All posts of this account that stand, oldest first."""
        found: list[dict[str, Any]] = []
        params = {"limit": "40"}
        while page := await self._ask("GET", f"/api/v1/accounts/{user.id}/statuses", params=params, user=user):
            found += page
            params["max_id"] = page[-1]["id"]
        return found[::-1]

    async def source(self, user: User, status_id: str) -> str:
        """The very text of a post, as it was sent."""
        return str((await self._ask("GET", f"/api/v1/statuses/{status_id}/source", user=user))["text"])

    async def ask(self, method: str, path: str, user: User, **more: Any) -> Any:
        """Anything else, as this user."""
        return await self._ask(method, path, user=user, **more)

    async def _ask(self, method: str, path: str, *, user: User | None = None, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {user.token}"} if user else {}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, trust_env=False, verify=False) as client:
            answer = await client.request(method, path, **more)
        answer.raise_for_status()
        return json.loads(answer.content)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def mastodon(folder: Path, *, port: int | None = None) -> AsyncIterator[Mastodon]:
    """A running server, with its state in `folder`."""
    server = Mastodon(folder, port or free_port())
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
