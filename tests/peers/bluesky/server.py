"""Bluesky's reference server for the tests: the PDS and its directory of accounts, each a process on loopback.

State lies in one folder and survives kill -9; a server that is started again has its old address.
"""

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx

from tests.peers.bluesky.install import HERE, Installed

READY_S = 60.0  # 2 s on an idle machine
STOP_S = 10.0
POSTS = "app.bsky.feed.post"
ADMIN_PASSWORD = "admin-of-the-peer"
JWT_SECRET = "secret-of-the-peer-0123456789abcdef"  # known, so that a test can make a token that has expired
ROTATION_KEY_HEX = "1f" * 32


@dataclass(frozen=True)
class User:
    """An account on the peer."""

    did: str
    handle: str
    password: str
    token: str  # of a session of the tests' own, good for two hours


class BlueskyPeer:
    """The two processes and the tests' door to them."""

    def __init__(self, installed: Installed, state: Path, *, port: int = 0, rate_limits: bool = False) -> None:
        self._installed = installed
        self._state = state
        self._rate_limits = rate_limits
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self.plc_port = _free_port()
        self.port = port or _free_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pids(self) -> dict[str, int]:
        return {name: process.pid for name, process in self._processes.items()}

    async def start(self) -> None:
        """Both at once: neither asks the other before an account is made."""
        (self._state / "pds" / "blobs").mkdir(parents=True, exist_ok=True)
        await asyncio.gather(self._start_plc(), self.start_pds())

    async def _start_plc(self) -> None:
        await self._run("plc", str(self.plc_port), str(self._state / "plc.jsonl"))

    async def start_pds(self) -> None:
        await self._run("pds")

    async def kill_pds(self) -> None:
        """kill -9: nothing is said to whoever waits for an answer, and what was stored stays."""
        process = self._processes.pop("pds")
        process.kill()
        await process.wait()

    async def stop(self) -> None:
        for process in self._processes.values():
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for process in self._processes.values():
            try:
                await asyncio.wait_for(process.wait(), STOP_S)
            except TimeoutError:
                process.kill()
                await process.wait()
        self._processes.clear()

    async def create_account(self, name: str) -> User:
        """Handle `<name>.test`."""
        user = {"handle": f"{name}.test", "email": f"{name}@example.test", "password": f"password-of-{name}"}
        made = await self.call("com.atproto.server.createAccount", user)
        return User(made["did"], user["handle"], user["password"], made["accessJwt"])

    async def clear(self, user: User) -> None:
        """Takes all posts away, which is quicker than another account. The firehose tells it a little later."""
        gone = [
            {
                "$type": "com.atproto.repo.applyWrites#delete",
                "collection": POSTS,
                "rkey": post["uri"].rpartition("/")[2],
            }
            for post in await self.posts(user)
        ]
        if gone:
            await self.call("com.atproto.repo.applyWrites", {"repo": user.did, "writes": gone}, token=user.token)

    async def call(
        self, method: str, body: dict[str, Any] | None, *, token: str | None = None, admin: bool = False
    ) -> dict[str, Any]:
        """One procedure, past everything that is tested; as anybody unless a token is given."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        auth = httpx.BasicAuth("admin", ADMIN_PASSWORD) if admin else None
        async with httpx.AsyncClient(timeout=READY_S, trust_env=False, verify=False, auth=auth) as client:
            answer = await client.post(f"{self.url}/xrpc/{method}", json=body, headers=headers)
        assert answer.status_code == 200, f"{method}: {answer.status_code} {answer.text}"
        return dict(answer.json()) if answer.content else {}

    async def ask(self, method: str, **params: str) -> dict[str, Any]:
        """One query, as anybody."""
        async with httpx.AsyncClient(timeout=READY_S, trust_env=False, verify=False) as client:
            answer = await client.get(f"{self.url}/xrpc/{method}", params=params)
        assert answer.status_code == 200, f"{method}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    async def posts(self, user: User) -> list[dict[str, Any]]:
        """The account's posts as they lie there, each `{uri, cid, value}`, oldest key first."""
        listed = await self.ask(
            "com.atproto.repo.listRecords", repo=user.did, collection=POSTS, limit="100", reverse="true"
        )
        return list(listed["records"])

    async def _run(self, name: Literal["pds", "plc"], *arguments: str) -> None:
        process = await asyncio.create_subprocess_exec(
            str(self._installed.node), "--disable-warning=ExperimentalWarning", str(HERE / f"{name}.mjs"), *arguments,
            cwd=self._installed.packages, env=self._environment(),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._processes[name] = process
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), READY_S)
        assert json.loads(line)["port"] == (self.port if name == "pds" else self.plc_port)

    def _environment(self) -> dict[str, str]:
        data = self._state / "pds"
        return os.environ | {
            "LOG_ENABLED": "false",
            "NODE_ENV": "production",
            "PDS_ADMIN_PASSWORD": ADMIN_PASSWORD,
            "PDS_BLOBSTORE_DISK_LOCATION": str(data / "blobs"),
            "PDS_DATA_DIRECTORY": str(data),
            "PDS_DEV_MODE": "true",
            "PDS_DID_PLC_URL": f"http://127.0.0.1:{self.plc_port}",
            "PDS_DISABLE_SSRF_PROTECTION": "true",
            "PDS_HOSTNAME": "localhost",
            "PDS_INVITE_REQUIRED": "false",
            "PDS_JWT_SECRET": JWT_SECRET,
            "PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX": ROTATION_KEY_HEX,
            "PDS_PORT": str(self.port),
            "PDS_RATE_LIMITS_ENABLED": str(self._rate_limits).lower(),
            "PDS_SERVICE_HANDLE_DOMAINS": ".test",
        }


def _free_port() -> int:
    """Free now; the server needs its port in its own address before it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(installed: Installed, state: Path, *, rate_limits: bool = False) -> AsyncIterator[BlueskyPeer]:
    peer = BlueskyPeer(installed, state, rate_limits=rate_limits)
    try:
        await peer.start()
        yield peer
    finally:
        await peer.stop()
