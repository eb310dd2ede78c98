"""An origin over TLS as tablets and programs meet it: trusted through our authority, renewed while it runs; and the
one page in plain HTTP that says how to come to trust it."""

import asyncio
import plistlib
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse

from deploy import tls, trust, trust_words, wiring
from deploy.lan import Names
from deploy.remote import Remote
from deploy.settings import Settings, Tls, load
from deploy.stage import Running
from producers.client import Client
from producers.desk.gate import set_cookie
from schemas.errors import Refused, Unavailable
from streams import web

NAMES = Names(("localhost",), "theatre-3", (IPv4Address("192.168.1.20"),))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def files(tmp_path: Path) -> tls.Tls:
    return tls.ensure(tmp_path / "tls", NAMES, datetime.now(UTC))


def an_origin() -> FastAPI:
    app = FastAPI()
    web.install(app)

    @app.get("/readyz")
    async def readyz(request: Request) -> JSONResponse:
        return JSONResponse({"scheme": request.url.scheme}, headers={"Set-Cookie": set_cookie(request.url.scheme, "x")})

    @app.get("/api/v1/live-events")
    async def live_events() -> dict[str, list[str]]:
        return {"items": []}

    return app


@asynccontextmanager
async def served(tmp_path: Path, app: FastAPI, settings: Tls, *, host: str = "127.0.0.1") -> AsyncIterator[int]:
    port, ready = free_port(), tmp_path / "origin.ready"
    ready.unlink(missing_ok=True)
    running = Running("desk", Settings(data=tmp_path, tls=settings), ready)
    serving = asyncio.create_task(wiring.serve(running, app, host, port, settings))
    async with asyncio.timeout(20):
        while not ready.exists():
            assert not serving.done()
            await asyncio.sleep(0.02)
    try:
        yield port
    finally:
        running.stop.set()
        await serving


def settings_of(files: tls.Tls) -> Tls:
    return Tls(cert_file=files.cert_file, key_file=files.key_file, ca_file=files.ca_file)


async def test_whoever_trusts_the_authority_reaches_it_by_name_and_by_address(tmp_path: Path, files: tls.Tls) -> None:
    context = tls.client_context(files.ca_file)
    async with (
        served(tmp_path, an_origin(), settings_of(files), host="0.0.0.0") as port,  # as --lan listens
        httpx.AsyncClient(verify=context, trust_env=False) as http,
    ):
        for host in ("localhost", "127.0.0.1"):
            answer = await http.get(f"https://{host}:{port}/readyz")
            assert answer.json() == {"scheme": "https"}
            assert answer.headers["set-cookie"].startswith("__Host-scrubcast-desk=x; Path=/;")
            assert answer.headers["set-cookie"].endswith("; Secure")
            assert "strict-transport-security" not in answer.headers


async def test_whoever_does_not_trust_it_gets_no_connection(tmp_path: Path, files: tls.Tls) -> None:
    async with served(tmp_path, an_origin(), settings_of(files)) as port, httpx.AsyncClient(trust_env=False) as http:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await http.get(f"https://localhost:{port}/readyz")
        with pytest.raises(httpx.TransportError):
            await http.get(f"http://127.0.0.1:{port}/readyz")


async def test_a_certificate_that_every_machine_trusts_is_strict(tmp_path: Path, files: tls.Tls) -> None:
    public = Tls(cert_file=files.cert_file, key_file=files.key_file)
    context = tls.client_context(files.ca_file)
    async with (
        served(tmp_path, an_origin(), public) as port,
        httpx.AsyncClient(verify=context, trust_env=False) as http,
    ):
        answer = await http.get(f"https://localhost:{port}/readyz")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_a_renewed_certificate_is_taken_up_without_a_restart(
    tmp_path: Path, files: tls.Tls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "CERTIFICATE_LOOK_S", 0.05)
    async with served(tmp_path, an_origin(), settings_of(files)) as port:
        before = await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", port))
        tls.ensure(tmp_path / "tls", NAMES, datetime.now(UTC) + timedelta(days=380))
        async with asyncio.timeout(20):
            while await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", port)) == before:
                await asyncio.sleep(0.05)


async def test_plain_http_beyond_this_machine_ends_before_it_begins(tmp_path: Path) -> None:
    running = Running("desk", Settings(data=tmp_path), None)
    with pytest.raises(Refused, match=r"The desk was to listen on 0\.0\.0\.0 in plain HTTP"):
        await wiring._serve(running, an_origin(), "0.0.0.0", free_port())


async def test_programs_are_told_whom_to_believe(tmp_path: Path, files: tls.Tls) -> None:
    async with served(tmp_path, an_origin(), settings_of(files)) as port:
        url = f"https://localhost:{port}"
        remote = Remote(url, url, Settings(data=tmp_path), None, files.ca_file)  # type: ignore[arg-type]  # no home is needed
        async with Client(url, "t", verify=remote.verify(), tries_max=1) as client:
            assert await client.live_events() == ()
        async with Client(url, "t", tries_max=1) as stranger:
            with pytest.raises(Unavailable):
                await stranger.live_events()


@pytest.fixture
def trusting(files: tls.Tls) -> httpx.AsyncClient:
    assert files.ca_file is not None
    app = trust.create_app(files.ca_file, "https://192.168.1.20:8480")
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://192.168.1.20:8483")


async def test_the_trust_page_says_what_to_compare_and_what_to_do(trusting: httpx.AsyncClient, files: tls.Tls) -> None:
    assert files.ca_file is not None
    page = await trusting.get("/trust")
    assert page.status_code == 200
    for word in tls.said(tls.fingerprint(files.ca_file)).split("-"):
        assert f"<b>{word}</b>" in page.text
    assert tls.fingerprint(files.ca_file).hex(":").upper() in page.text
    assert 'href="https://192.168.1.20:8480/"' in page.text
    assert tls.common_name(files.ca_file) in page.text
    assert "<svg" in page.text
    assert "style=" not in page.text  # the policy forbids it
    assert "token" not in page.text


async def test_the_certificate_comes_as_each_system_takes_it(trusting: httpx.AsyncClient, files: tls.Tls) -> None:
    assert files.ca_file is not None
    certificate = await trusting.get("/trust/scrubcast.crt")
    assert certificate.headers["content-type"] == "application/x-x509-ca-cert"
    assert certificate.content == tls.der(files.ca_file)
    profile = await trusting.get("/trust/scrubcast.mobileconfig")
    assert profile.headers["content-type"] == "application/x-apple-aspen-config"
    told = plistlib.loads(profile.content)
    assert (told["PayloadType"], told["PayloadContent"][0]["PayloadType"]) == (
        "Configuration",
        "com.apple.security.root",
    )
    assert told["PayloadContent"][0]["PayloadContent"] == certificate.content
    assert told["PayloadUUID"] != told["PayloadContent"][0]["PayloadUUID"]


@pytest.mark.parametrize("path", ["/tablets", "/api/v1/live-events", "/desk", "/trust/authority.key", "/openapi.json"])
async def test_nothing_else_is_there(trusting: httpx.AsyncClient, path: str) -> None:
    assert (await trusting.get(path)).status_code == 404


@pytest.mark.parametrize(("lang", "title"), [("de", "Diesem System vertrauen"), ("nl", "Dit systeem vertrouwen")])
async def test_the_trust_page_speaks_the_browsers_language(trusting: httpx.AsyncClient, lang: str, title: str) -> None:
    assert title in (await trusting.get("/trust", headers={"Accept-Language": f"{lang}-XX,en;q=0.5"})).text
    assert title in (await trusting.get(f"/trust?lang={lang}")).text


def test_the_trust_page_is_whole_in_each_language() -> None:
    assert {frozenset(words) for words in trust_words.WORDS.values()} == {frozenset(trust_words.WORDS["en"])}
    assert {tuple(len(acts) for _, acts in steps) for steps in trust_words.STEPS.values()} == {(3, 3, 2, 2)}


def test_a_stage_of_a_cluster_reads_the_same_settings(files: tls.Tls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_TLS__CERT_FILE", str(files.cert_file))
    monkeypatch.setenv("SCRUBCAST_TLS__KEY_FILE", str(files.key_file))
    assert load().tls.is_set
    assert not load().tls.is_private
