"""A person logs in to X once: the tokens are kept for the owner alone, and renewed once for all who use them."""

import asyncio
import fcntl
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from yarl import URL

from consumers.poster.platforms.base import AccountBusy
from deploy.destinations import door
from deploy.settings import load
from deploy.x_tokens import KeptTokens
from schemas.live_event import Destination, Platform
from streams.clock import SystemClock
from tests.commanded_desk import command
from tests.peers.x.accounts import Account
from tests.peers.x.running import Door, serving

APP = Account()
OURS = Destination(platform=Platform.X, account="@OurHospital")


@pytest_asyncio.fixture
async def x(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    monkeypatch.setattr("deploy.x_login.LOGIN_S", 30.0)  # a test that fails must not wait ten minutes
    async with serving(tmp_path / "x.jsonl", accounts=2) as peer:
        monkeypatch.setenv("SCRUBCAST_DATA", str(tmp_path / "data"))
        monkeypatch.setenv("SCRUBCAST_X__BASE_URL", peer.url)
        monkeypatch.setenv("SCRUBCAST_X__ACCOUNT", "@OurHospital")
        monkeypatch.setenv("SCRUBCAST_X__CLIENT_ID", APP.client_id)
        monkeypatch.setenv("SCRUBCAST_X__CLIENT_SECRET", APP.client_secret)
        yield peer


@pytest.fixture
def port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


def kept_in(folder: Path) -> Path:
    return folder / "data" / "secrets" / "x-ourhospital.json"


async def address_in(capsys: pytest.CaptureFixture[str]) -> URL:
    """Where the command sends the browser."""
    said = ""
    async with asyncio.timeout(30):
        while "Is the browser elsewhere?" not in said:
            said += capsys.readouterr().out
            await asyncio.sleep(0.02)
    return URL(next(line.strip() for line in said.splitlines() if line.startswith("  https://")))


async def browse(x: Door, address: URL) -> httpx.Response:
    """The browser of a person who says yes at X, up to where X sends it."""
    async with httpx.AsyncClient(trust_env=False) as browser:
        return await browser.get(str(URL(x.url).with_path(address.path).with_query(address.query)))


async def test_a_login_in_the_browser_is_kept_for_the_owner_alone_and_works(
    x: Door, port: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    login = asyncio.create_task(command(capsys, "account", "login", "x", "--port", port))
    address = await address_in(capsys)
    assert (address.host, address.query["redirect_uri"]) == ("x.com", f"http://127.0.0.1:{port}/callback")
    async with httpx.AsyncClient(trust_env=False) as browser:
        foreign = await browser.get(f"http://127.0.0.1:{port}/callback?state=not-it&code=evil")
        back = (await browse(x, address)).headers["location"]
        done = await browser.get(back)
    assert (foreign.status_code, done.status_code) == (404, 200)
    code, out, _ = await login
    assert (code, out) == (0, f"OurHospital has logged in. The tokens are in {kept_in(tmp_path)}.\n")
    assert stat.S_IMODE(kept_in(tmp_path).stat().st_mode) == 0o600
    assert await command(capsys, "account", "check") == (0, "x:@OurHospital: OurHospital may post\n", "")


async def test_a_browser_elsewhere_ends_the_login_by_its_address(
    x: Door, port: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    login = asyncio.create_task(command(capsys, "account", "login", "x", "--port", port))
    address = await address_in(capsys)
    back = (await browse(x, address)).headers["location"]
    code, out, _ = await command(capsys, "account", "login", "x", "--code", back)
    assert (code, out) == (0, f"OurHospital has logged in. The tokens are in {kept_in(tmp_path)}.\n")
    async with httpx.AsyncClient(trust_env=False) as browser:
        await browser.get(back)  # the first command ends too: its code is spent
    assert (await login)[0] == 1


async def test_a_login_of_another_account_is_not_kept(
    x: Door, port: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await x.consent("OurHospital2")
    login = asyncio.create_task(command(capsys, "account", "login", "x", "--port", port))
    async with httpx.AsyncClient(trust_env=False) as browser:
        await browser.get((await browse(x, await address_in(capsys))).headers["location"])
    code, _, err = await login
    assert code == 1
    assert err.startswith("scrubcast: The login was not kept. These credentials are another account's")
    assert not kept_in(tmp_path).exists()


async def test_a_person_who_says_no_ends_it(x: Door, port: str, capsys: pytest.CaptureFixture[str]) -> None:
    await x.consent(None)
    login = asyncio.create_task(command(capsys, "account", "login", "x", "--port", port))
    async with httpx.AsyncClient(trust_env=False) as browser:
        await browser.get((await browse(x, await address_in(capsys))).headers["location"])
    assert await login == (1, "", "scrubcast: X did not allow it.\n")


@pytest.mark.usefixtures("x")
async def test_a_code_without_a_login_begun_here_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = await command(capsys, "account", "login", "x", "--code", "abc")
    assert code == 1
    assert err == "scrubcast: No login of this account was begun here; begin one without --code.\n"


async def test_before_a_login_the_account_says_that_a_person_must_log_in(
    x: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = await command(capsys, "account", "check")
    assert code == 1
    assert "must log in to X again" in out
    assert await x.requests("token") == 0


async def test_desk_and_poster_renew_a_login_once_between_them(
    x: Door, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    granted = await x.grant(account="OurHospital")
    monkeypatch.setenv("SCRUBCAST_X__REFRESH_TOKEN", granted["refresh_token"])
    doors = [door(load(), OURS, SystemClock()) for _ in range(4)]  # each with a login of its own, as processes have
    assert [one.name for one in await asyncio.gather(*(d.check() for d in doors))] == ["OurHospital"] * 4
    for one in doors:
        await one.close()
    assert await x.requests("token") == 1
    kept = KeptTokens(kept_in(tmp_path), granted["refresh_token"]).load()
    assert kept is not None
    assert kept.refresh != granted["refresh_token"]


async def test_a_process_that_never_ends_its_renewal_keeps_another_waiting_for_a_while_only(
    x: Door, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SCRUBCAST_X__REFRESH_TOKEN", (await x.grant())["refresh_token"])
    monkeypatch.setattr("deploy.x_tokens.PATIENCE_S", 0.05)
    kept_in(tmp_path).parent.mkdir(parents=True)
    ours = door(load(), OURS, SystemClock())
    with kept_in(tmp_path).with_suffix(".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(AccountBusy, match="Another process"):
            await ours.check()
    assert (await ours.check()).name == "OurHospital"
    await ours.close()


def test_a_newer_refresh_token_in_the_settings_takes_the_place_of_what_is_kept(tmp_path: Path) -> None:
    first = KeptTokens(tmp_path / "x.json", "first")
    tokens = first.load()
    assert tokens is not None
    assert (tokens.access, tokens.refresh) == ("", "first")
    first.save(tokens)
    assert KeptTokens(tmp_path / "x.json", "first").load() == tokens
    newer = KeptTokens(tmp_path / "x.json", "second").load()
    assert newer is not None
    assert newer.refresh == "second"


def test_a_file_of_tokens_that_cannot_be_read_is_no_login(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    assert KeptTokens(tmp_path / "x.json").load() is None
