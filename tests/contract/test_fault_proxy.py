"""The proxy does to each request what its script says, and to no other: else the tests behind it prove nothing."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from aiohttp import web

from tests.peers.proxy.client import Hold, proxied, proxy_process


class Behind:
    """A server that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.asked.append(f"{request.method} {request.path_qs} {len(body)}")
        self.headers.append({k.lower(): v for k, v in request.headers.items()})
        if request.path == "/gzip":
            return web.Response(body=gzip.compress(b"packed"), headers={"Content-Encoding": "gzip"})
        if request.path == "/gone":
            raise web.HTTPFound("/elsewhere")
        if request.path == "/instance":
            return web.json_response({"version": "4.5.0", "configuration": {"statuses": {"max_characters": 500}}})
        if request.path == "/echo":
            return web.Response(body=body, status=201)
        return web.json_response({"id": len(self.asked)})


@asynccontextmanager
async def served(port: int = 0) -> AsyncIterator[Behind]:
    behind, app = Behind(), web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{path:.*}", behind.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    behind.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield behind
    finally:
        await runner.cleanup()


@pytest.fixture
async def behind() -> AsyncIterator[Behind]:
    async with served() as behind:
        yield behind


@pytest.fixture
async def proxy(behind: Behind) -> AsyncIterator[Hold]:
    async with proxied(behind.url) as proxy:
        yield proxy


@pytest.fixture
async def client(proxy: Hold) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=proxy.url, trust_env=False, timeout=5) as client:
        yield client


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not done():
            await asyncio.sleep(0.01)


async def test_what_the_script_does_not_name_passes_unchanged(behind: Behind, client: httpx.AsyncClient) -> None:
    megabytes = bytes(range(256)) * 16_384
    answer = await client.post("/echo?a=b%20c&d=%2F", content=megabytes, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.content) == (201, megabytes)
    assert behind.asked == ["POST /echo?a=b%20c&d=%2F 4194304"]
    assert behind.headers[0]["idempotency-key"] == "k"
    assert behind.headers[0]["host"] == client.base_url.netloc.decode()
    assert (await client.get("/gzip")).text == "packed"
    assert (await client.get("/gone")).status_code == 302
    assert (await client.head("/x")).status_code == 200
    assert (await client.delete("/x")).json() == {"id": 5}


@pytest.mark.parametrize(
    ("what", "reaches"),
    [("drop-before", False), ("drop-after", True), ("half-after", True), ("hang", False), ("hang-after", True)],
)
async def test_a_lost_answer_and_a_lost_question_look_the_same_from_outside(
    behind: Behind, proxy: Hold, client: httpx.AsyncClient, what: str, reaches: bool
) -> None:
    await proxy.fault("POST", "/statuses", what)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError, httpx.ReadTimeout)):
        await client.post("/statuses", json={"status": "x"}, timeout=0.4)
    assert len(behind.asked) == (1 if reaches else 0)
    assert (await client.post("/statuses")).status_code == 200


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("html-503", (503, "<html>", 0)),
        ("html-503-after", (503, "<html>", 1)),
        ("empty-after", (200, "", 1)),
        ("status:429", (429, '{"error": "slow"}', 0)),
        ("status-after:500", (500, '{"error": "slow"}', 1)),
    ],
)
async def test_an_answer_that_is_none(
    behind: Behind, proxy: Hold, client: httpx.AsyncClient, what: str, expected: tuple[int, str, int]
) -> None:
    status, text, reached = expected
    more = {"headers": {"Retry-After": "7"}, "body": {"error": "slow"}} if "status" in what else {}
    await proxy.fault("POST", "/statuses", what, **more)
    answer = await client.post("/statuses")
    assert (answer.status_code, answer.text[: len(text)], bool(answer.text)) == (status, text, bool(text))
    assert answer.headers.get("retry-after") == ("7" if more else None)
    assert len(behind.asked) == reached


async def test_a_late_request_arrives_after_its_client_was_told_nothing(
    behind: Behind, proxy: Hold, client: httpx.AsyncClient
) -> None:
    await proxy.fault("POST", "/statuses", "late", after_s=0.1)
    with pytest.raises(httpx.RemoteProtocolError):
        await client.post("/statuses", content=b"late")
    assert behind.asked == []
    await until(lambda: behind.asked == ["POST /statuses 4"])
    assert [(r["fault"], r["forwarded"]) for r in await proxy.log()] == [("late", True)]


async def test_each_fault_is_used_once_in_order_by_the_requests_it_fits(proxy: Hold, client: httpx.AsyncClient) -> None:
    await proxy.faults(
        [
            {"method": "POST", "path": "/statuses", "what": "ok"},
            {"method": "POST", "path": "/statuses", "what": "status:503"},
            {"path": "/other", "what": "status:404"},
        ]
    )
    asked = [("GET", "/statuses"), ("POST", "/statuses"), ("POST", "/statuses/1"), ("POST", "/statuses")]
    assert [(await client.request(*a)).status_code for a in asked] == [200, 200, 503, 200]
    assert [f["path"] for f in await proxy.faults_left()] == ["/other"]
    assert [(r["method"], r["status"], r["forwarded"]) for r in await proxy.log("POST", "/statuses")] == [
        ("POST", 200, True), ("POST", None, False), ("POST", 200, True),
    ]  # fmt: skip
    await proxy.clear()
    assert (await client.get("/other")).status_code == 200


async def test_a_word_that_is_no_fault_is_refused(proxy: Hold) -> None:
    for wrong in ({"what": "dorp"}, {"what": "status:many"}, {"what": "ok", "pfad": "/"}, {}):
        with pytest.raises(ValueError, match="error"):
            await proxy.faults([wrong])
    with pytest.raises(ValueError, match="settings are"):
        await proxy.settings(dwon=True)


async def test_headers_are_taken_away_and_answers_changed(
    behind: Behind, proxy: Hold, client: httpx.AsyncClient
) -> None:
    rules: list[dict[str, Any]] = [
        {"path": "/instance", "key": "/version", "value": "2.7.2 (compatible; Pleroma 2.6)"},
        {"path": "/instance", "key": "/configuration/statuses/max_characters", "value": 5000},
        {"path": "/instance", "key": "/absent"},
    ]
    await proxy.settings(strip_headers=["Idempotency-Key"], rewrite=rules)
    answer = await client.get("/instance?a=b", headers={"idempotency-key": "k"})
    assert answer.json() == {
        "version": "2.7.2 (compatible; Pleroma 2.6)", "configuration": {"statuses": {"max_characters": 5000}},
    }  # fmt: skip
    assert "idempotency-key" not in behind.headers[0]
    assert (await client.get("/instance/peers")).json() == {"id": 2}


async def test_a_server_that_is_down_cuts_or_refuses_until_it_is_up_again(
    behind: Behind, proxy: Hold, client: httpx.AsyncClient
) -> None:
    await proxy.settings(down=True)
    with pytest.raises(httpx.RemoteProtocolError):
        await client.get("/")
    await proxy.settings(down="refuse")
    async with httpx.AsyncClient(trust_env=False) as other:
        with pytest.raises(httpx.ConnectError):
            await other.get(proxy.url)
    assert behind.asked == []
    await proxy.settings(down=False)
    async with httpx.AsyncClient(trust_env=False) as other:
        assert (await other.get(proxy.url)).status_code == 200


async def test_a_server_behind_that_is_away_is_a_bad_gateway_and_may_come_back_elsewhere(proxy: Hold) -> None:
    async with served() as gone:
        pass
    async with httpx.AsyncClient(trust_env=False) as client:
        await proxy.settings(target=gone.url)
        assert (await client.get(proxy.url)).status_code == 502
        async with served() as back:
            await proxy.settings(target=back.url)
            assert (await client.get(proxy.url)).status_code == 200


async def test_it_runs_as_a_process_of_its_own(behind: Behind) -> None:
    async with proxy_process(behind.url) as proxy, httpx.AsyncClient(trust_env=False) as client:
        await proxy.fault("GET", "/", "drop-after")
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(proxy.url)
        assert (await client.get(proxy.url)).status_code == 200
        assert behind.asked == ["GET / 0", "GET / 0"]
