"""An HTTP/1.1 proxy before one server, which spoils the requests its script names and passes all others."""

import asyncio
import contextlib
import io
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from tests.peers.proxy.script import Fault, Script, rewritten

HOST = "127.0.0.1"
BODY_BYTES_MAX = 64 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
UPSTREAM_S = 120.0  # longer than any client waits: what the upstream does is not cut short by us
HTML_503 = "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"

# Of one connection only (RFC 9110, 7.6.1); the length is set anew.
HOP_BY_HOP = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
        "upgrade", "content-length", "expect",
    }
)  # fmt: skip
SETTINGS = frozenset({"strip_headers", "rewrite", "down", "target"})


class Proxy:
    """`port` for the clients; `control_port` for the script, which answers even while `port` is closed."""

    def __init__(self, target: str, *, port: int = 0) -> None:
        self.target = target.rstrip("/")
        self.port = port
        self.control_port = 0
        self.script = Script()
        self.log: list[dict[str, Any]] = []
        self._strip: frozenset[str] = frozenset()
        self._rewrite: list[dict[str, Any]] = []
        self._down: bool | str = False
        self._closing = asyncio.Event()
        self._late: set[asyncio.Task[None]] = set()

    # -- life --------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        # A connection for each request: the upstream may be killed and started again at any time.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True, limit=0),
            timeout=aiohttp.ClientTimeout(total=UPSTREAM_S),
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        self._session._retry_connection = False  # each request reaches the upstream once at most
        app = web.Application(client_max_size=BODY_BYTES_MAX)
        app.router.add_route("*", "/_proxy/{what}", self._control)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, auto_decompress=False)
        await self._runner.setup()
        self._site, self.port = await self._listen(self.port)
        _, self.control_port = await self._listen(0)

    async def _listen(self, port: int) -> tuple[web.TCPSite, int]:
        site = web.TCPSite(self._runner, HOST, port)
        await site.start()
        assert site._server is not None
        return site, site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]  # asyncio.Server has it

    async def stop(self) -> None:
        self._closing.set()
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)
        await self._runner.cleanup()
        await self._session.close()

    # -- the tests' door ---------------------------------------------------------------------------------------------

    async def _control(self, request: web.Request) -> web.StreamResponse:
        match (request.method, request.match_info["what"]):
            case ("POST", "faults"):
                try:
                    self.script.add(await request.json())
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    return web.json_response({"error": repr(error)}, status=400)
            case ("DELETE", "faults"):
                self.script.left.clear()
            case ("GET", "faults"):
                return web.json_response([{**asdict(f), "headers": dict(f.headers)} for f in self.script.left])
            case ("POST", "settings"):
                settings = await request.json()
                if set(settings) - SETTINGS:
                    return web.json_response({"error": f"settings are {sorted(SETTINGS)}"}, status=400)
                await self._set(settings)
            case ("GET", "log"):
                return web.json_response(self.log)
            case ("DELETE", "log"):
                self.log.clear()
            case _:
                return web.json_response({"error": "faults, settings or log"}, status=404)
        return web.json_response({})

    async def _set(self, settings: Mapping[str, Any]) -> None:
        self.target = settings.get("target", self.target).rstrip("/")
        if "strip_headers" in settings:
            self._strip = frozenset(h.lower() for h in settings["strip_headers"])
        self._rewrite = settings.get("rewrite", self._rewrite)
        before, self._down = self._down, settings.get("down", self._down)
        if self._down == "refuse" and before != "refuse":
            await self._site.stop()
        elif self._down != "refuse" and before == "refuse":
            self._site, _ = await self._listen(self.port)

    # -- what happens to a request -----------------------------------------------------------------------------------

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        seen = {
            "method": request.method, "path": request.path, "query": request.query_string, "at": time.time(),
            "fault": None, "forwarded": False, "status": None,
        }  # fmt: skip
        self.log.append(seen)
        if self._down:
            seen["fault"] = "down"
            return _cut(request)
        fault = self.script.next(request.method, request.path)
        if fault is None or fault.what == "ok":
            return await self._pass(request, body, seen)
        seen["fault"] = fault.what
        return await self._spoil(fault, request, body, seen)

    async def _spoil(self, fault: Fault, request: web.Request, body: bytes, seen: dict[str, Any]) -> web.StreamResponse:
        match fault.what:
            case "drop-before":
                return _cut(request)
            case "hang":
                await self._closing.wait()
                return _cut(request)
            case "late":
                task = asyncio.create_task(self._forward_late(fault.after_s, request, body, seen))
                self._late.add(task)
                task.add_done_callback(self._late.discard)
                return _cut(request)
            case "html-503":
                return web.Response(status=503, text=HTML_503, content_type="text/html")
            case "status":
                return _answer(fault)
        try:
            status, headers, answer = await self._forward(request, body, seen)
        except (aiohttp.ClientError, OSError):
            return _cut(request)  # nothing was there to take it: for the client the same
        match fault.what:
            case "hang-after":
                await self._closing.wait()
            case "html-503-after":
                return web.Response(status=503, text=HTML_503, content_type="text/html")
            case "status-after":
                return _answer(fault)
            case "empty-after":
                return web.Response(status=status)
            case "half-after":
                return await _half(request, status, headers, answer)
        return _cut(request)

    async def _pass(self, request: web.Request, body: bytes, seen: dict[str, Any]) -> web.StreamResponse:
        rules = [rule for rule in self._rewrite if rule["path"] == request.path]
        try:
            if rules:
                status, headers, answer = await self._forward(request, body, seen)
                return web.Response(status=status, headers=headers, body=rewritten(answer, rules))
            return await self._stream(request, body, seen)
        except aiohttp.ClientConnectorError:
            return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
        except (aiohttp.ClientError, OSError):
            return _cut(request)

    async def _stream(self, request: web.Request, body: bytes, seen: dict[str, Any]) -> web.StreamResponse:
        async with self._upstream(request, body) as upstream:
            seen |= {"forwarded": True, "status": upstream.status}
            response = web.StreamResponse(status=upstream.status, headers=_end_to_end(upstream.headers))
            if upstream.content_length is not None and request.method != "HEAD":
                response.content_length = upstream.content_length
            with contextlib.suppress(ConnectionError):
                await response.prepare(request)
                async for chunk in upstream.content.iter_chunked(CHUNK_BYTES):
                    await response.write(chunk)
            return response

    async def _forward(
        self, request: web.Request, body: bytes, seen: dict[str, Any]
    ) -> tuple[int, CIMultiDict[str], bytes]:
        async with self._upstream(request, body) as upstream:
            seen["forwarded"] = True
            answer = await upstream.read()
            seen["status"] = upstream.status
            return upstream.status, _end_to_end(upstream.headers), answer

    async def _forward_late(self, after_s: float, request: web.Request, body: bytes, seen: dict[str, Any]) -> None:
        await asyncio.sleep(after_s)
        with contextlib.suppress(aiohttp.ClientError, OSError):
            await self._forward(request, body, seen)

    def _upstream(self, request: web.Request, body: bytes) -> Any:
        headers = _end_to_end(request.headers)
        if body:
            headers["Content-Length"] = str(len(body))  # not every server takes chunks
        for name in self._strip:
            headers.popall(name, None)
        return self._session.request(
            request.method,
            URL(self.target + request.raw_path, encoded=True),
            headers=headers,  # the client's Host too: addresses that the server makes lead back here
            data=io.BytesIO(body) if body else None,
            allow_redirects=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )


def _end_to_end(headers: Mapping[str, str]) -> CIMultiDict[str]:
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in HOP_BY_HOP)


def _answer(fault: Fault) -> web.Response:
    if isinstance(fault.body, str):
        return web.Response(status=fault.status, text=fault.body, headers=dict(fault.headers))
    return web.json_response(fault.body, status=fault.status, headers=dict(fault.headers))


async def _half(request: web.Request, status: int, headers: CIMultiDict[str], answer: bytes) -> web.StreamResponse:
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = len(answer)
    await response.prepare(request)
    await response.write(answer[: len(answer) // 2])
    return _cut(request)


def _cut(request: web.Request) -> web.Response:
    """Ends the connection without an answer, or in the midst of one."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()
