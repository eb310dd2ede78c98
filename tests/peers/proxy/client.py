"""The tests' hold on a proxy, in this process or in one of its own: both are steered over HTTP, in the same way."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.peers.proxy.app import HOST, Proxy

ROOT = Path(__file__).parents[3]


class Hold:
    """`url` is what clients of the server behind are given."""

    def __init__(self, port: int, control_port: int) -> None:
        self.url = f"http://{HOST}:{port}"
        self._control = f"http://{HOST}:{control_port}/_proxy"

    async def fault(self, method: str | None, path: str, what: str, **more: Any) -> None:
        """The next request that fits gets `what`; again and again: one each, in order."""
        await self.faults([{"method": method, "path": path, "what": what, **more}])

    async def faults(self, faults: Sequence[dict[str, Any]]) -> None:
        await self._ask("POST", "faults", list(faults))

    async def faults_left(self) -> list[dict[str, Any]]:
        return list(await self._ask("GET", "faults"))

    async def clear(self) -> None:
        await self._ask("DELETE", "faults")

    async def settings(self, **settings: Any) -> None:
        """strip_headers, rewrite, down (False, True: cuts each request, "refuse": the port is closed), target."""
        await self._ask("POST", "settings", settings)

    async def log(self, method: str | None = None, path: str = "/") -> list[dict[str, Any]]:
        """Requests that came, oldest first."""
        seen = await self._ask("GET", "log")
        return [r for r in seen if method in (None, r["method"]) and r["path"].startswith(path)]

    async def _ask(self, method: str, what: str, body: Any = None) -> Any:
        # No TLS here; to load the certificates of all authorities would cost 30 ms each time.
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            answer = await client.request(method, f"{self._control}/{what}", json=body)
        if answer.is_error:
            raise ValueError(answer.text)
        return answer.json()


@asynccontextmanager
async def proxied(target: str) -> AsyncIterator[Hold]:
    """In this process: nothing to start, no port to wait for."""
    proxy = Proxy(target)
    await proxy.start()
    try:
        yield Hold(proxy.port, proxy.control_port)
    finally:
        await proxy.stop()


@asynccontextmanager
async def proxy_process(target: str, *, port: int = 0) -> AsyncIterator[Hold]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.peers.proxy", "--target", target, "--port", str(port),
        stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        ports = json.loads(await process.stdout.readline())
        yield Hold(ports["port"], ports["control_port"])
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
