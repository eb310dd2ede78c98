"""Logging in to X (OAuth 2.0 with PKCE): a person allows it in a browser, X answers to an address on this machine.

What began the login is kept for ten minutes, so that it can be ended with `--code` where the browser is elsewhere.
"""

import asyncio
import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from consumers.poster.platforms.x_oauth2 import authorize_url, challenge_of
from deploy.destinations import plain, x_door, x_login
from deploy.home import Home, write_durably
from deploy.settings import Settings, XKeys, slug
from deploy.x_tokens import HeldTokens, KeptTokens
from schemas.errors import Refused, Unavailable
from schemas.live_event import Destination, Platform
from streams.clock import Clock, SystemClock

LOGIN_S = 600.0  # a person has to find the password and the second factor
HEAD_BYTES_MAX = 65_536
PAGE = "<!doctype html><meta charset=utf-8><title>scrubcast</title><p>You may close this page."


async def login(settings: Settings, account: str, *, port: int, code: str | None) -> str:
    """Who has logged in, in words, once the tokens are kept. Raises Refused, Unavailable."""
    keys, home = settings.x.of(account), Home(settings.data)
    if keys is None or keys.client_id is None:
        raise Refused("Give the app's SCRUBCAST_X__CLIENT_ID first (console.x.com, OAuth 2.0).", code="no-client")
    if code is None:
        begun = _begin(home, account, f"http://127.0.0.1:{port}/callback")
        print(f"Open this address in a browser that is logged in to X as {account}:\n\n  {_address(keys, begun)}\n")
        print(
            f"This waits {LOGIN_S / 60:g} minutes. Is the browser elsewhere? Then end it with: scrubcast account "
            f"login x --account {account} --code 'the address at which the browser ended'",
            flush=True,
        )
        code = await _answer(port, begun["state"])
    else:
        begun = _begun(home, account, SystemClock())
        code = _code_of(code, begun["state"])
    return await _keep(settings, keys, account, begun, code)


def _begin(home: Home, account: str, redirect: str) -> dict[str, str]:
    begun = {
        "account": slug(account),
        "verifier": secrets.token_urlsafe(64),
        "state": secrets.token_urlsafe(24),
        "redirect": redirect,
        "at": str(SystemClock().now().timestamp()),
    }
    home.x_login.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_durably(home.x_login, json.dumps(begun).encode())
    return begun


def _begun(home: Home, account: str, clock: Clock) -> dict[str, str]:
    try:
        begun: dict[str, str] = json.loads(home.x_login.read_bytes())
    except (OSError, ValueError):
        begun = {}
    if begun.get("account") != slug(account) or clock.now().timestamp() - float(begun["at"]) > LOGIN_S:
        raise Refused("No login of this account was begun here; begin one without --code.", code="no-login")
    return begun


def _address(keys: XKeys, begun: Mapping[str, str]) -> str:
    return authorize_url(keys.client_id or "", begun["redirect"], begun["state"], challenge_of(begun["verifier"]))


def _code_of(given: str, state: str) -> str:
    """Out of the address at which the browser ended, or as it is. Raises Refused for an answer to another login."""
    if "://" not in given:
        return given
    query = parse_qs(urlsplit(given).query)
    if query.get("state") != [state]:
        raise Refused("This address answers another login; begin again without --code.", code="other-login")
    if "code" not in query:
        raise Refused("X did not allow it.", code="login-refused")
    return query["code"][0]


async def _answer(port: int, state: str) -> str:
    """The code out of the first request that answers this login; others, of whatever origin, change nothing."""
    found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, ValueError, IndexError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            target = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split(" ")[1]
            status = "404 Not Found"
            if target.startswith("/callback?") and parse_qs(urlsplit(target).query).get("state") == [state]:
                status = "200 OK"
                _settle(found, target, state)
            head = f"HTTP/1.0 {status}\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
            writer.write((head + (PAGE if status == "200 OK" else "")).encode())
            await writer.drain()
        writer.close()

    try:
        server = await asyncio.start_server(serve, "127.0.0.1", port, limit=HEAD_BYTES_MAX)
    except OSError as error:
        raise Refused(f"Nothing can listen on port {port} ({error.strerror}); give another --port.") from None
    async with server:
        try:
            return await asyncio.wait_for(found, LOGIN_S)
        except TimeoutError:
            raise Unavailable("Nobody logged in within ten minutes.") from None


def _settle(found: "asyncio.Future[str]", target: str, state: str) -> None:
    if found.done():
        return
    try:
        found.set_result(_code_of(f"http://127.0.0.1{target}", state))
    except Refused as refused:
        found.set_exception(refused)


async def _keep(settings: Settings, keys: XKeys, account: str, begun: Mapping[str, str], code: str) -> str:
    """Changes the code for tokens, asks X whose they are, and keeps them unless they are another account's."""
    destination, clock = Destination(platform=Platform.X, account=account), SystemClock()
    held = HeldTokens()
    oauth2 = x_login(settings, destination, clock, keys, held)
    assert oauth2 is not None  # the client id is there
    await oauth2.exchange(code, begun["verifier"], begun["redirect"])
    home = Home(settings.data)
    home.x_login.unlink(missing_ok=True)  # its code is spent
    door = x_door(settings, destination, clock, keys, held)
    try:
        name = f"{(await door.check()).name} has logged in"
    except Refused as refused:
        raise Refused(f"The login was not kept. {refused}", code=refused.code) from None
    except Unavailable:  # the login is good; whose it is will be asked again before anything is posted
        name = "Somebody has logged in; X does not say now who it is (try: scrubcast account check)"
    finally:
        await door.close()
    kept = home.x_tokens(slug(account))
    assert held.tokens is not None  # exchange() saved them
    KeptTokens(kept, plain(keys.refresh_token)).save(held.tokens)
    return f"{name}. The tokens are in {kept}."
