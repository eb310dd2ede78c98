"""One request to X and what became of it: signing, time-outs, no hidden repeats, every failure one of ours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
from oauthlib.oauth1 import Client as OAuth1  # type: ignore[import-untyped]  # it ships no types; used here alone
from yarl import URL

from consumers.poster.platforms.base import AccountBusy
from consumers.poster.platforms.x_answers import Left, checked, left
from schemas.errors import Unavailable, Uncertain
from streams.clock import Clock

BASE_URL = "https://api.x.com"
CREATE = "/2/tweets"
MEDIA = "/2/media/"
UNREACHABLE_RETRY_S = 5.0
RENEWED_RETRY_S = 1.0
START_S = 1.0  # a request that changes something starts within this, or not at all: its intent grows old
CONNECT_PART = 0.5  # of the time-out: whoever cannot even be reached says so before the outcome is unknown
CONNECTIONS_MAX = 8
USER_AGENT = "scrubcast"


@dataclass(frozen=True, slots=True)
class Keys:
    """OAuth 1.0a user context: the app's two and the account's two. They never expire."""

    consumer_key: str
    consumer_secret: str
    access_token: str
    access_secret: str


class TokenSource(Protocol):
    """Gives a token that is good now; `refused` is one that X did not take."""

    async def access(self, *, refused: str | None = None) -> str: ...


@dataclass(frozen=True, slots=True)
class Bearer:
    """A user token that somebody else renews."""

    token: str

    async def access(self, *, refused: str | None = None) -> str:  # noqa: ARG002  # there is no other
        return self.token


class Transport:
    """For one account. `left` is what X said of posting at the last post, `access` the level of the keys."""

    def __init__(self, clock: Clock, base_url: str, timeout_s: float, auth: Keys | TokenSource) -> None:
        self.left: Left | None = None
        self.access: str | None = None
        self._clock = clock
        self._base_url = base_url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=timeout_s * CONNECT_PART)
        self._auth = auth
        self._session: aiohttp.ClientSession | None = None

    async def ready(self) -> None:
        """Renews a token that is about to expire, so that the next request need not. Raises AccountBusy."""
        if not isinstance(self._auth, Keys):
            await self._auth.access()

    async def request(
        self,
        method: str,
        route: str,
        params: Mapping[str, Any] | None = None,
        *,
        json: Any = None,
        form: Callable[[], aiohttp.FormData] | None = None,
    ) -> dict[str, Any]:
        """Raises Unavailable when it surely had no effect, Refused for good, Uncertain when nobody can tell."""
        url = URL(self._base_url + route).with_query(sorted((params or {}).items()))
        if isinstance(self._auth, Keys):
            url, headers = _signed(self._auth, method, url)
            return await self._send(method, url, headers, json, form)
        asked_at = self._clock.monotonic()
        token = await self._auth.access()
        if method != "GET" and self._clock.monotonic() - asked_at > START_S:
            raise Unavailable("X's token took long, the request is to be sent anew.", retry_after_s=RENEWED_RETRY_S)
        try:
            return await self._send(method, url, {"Authorization": f"Bearer {token}"}, json, form)
        except AccountBusy as busy:
            if busy.code != "credentials" or (renewed := await self._auth.access(refused=token)) == token:
                raise
        if method != "GET":
            # The caller sends it anew, with a new intent: renewing took time, and nothing may start late.
            raise Unavailable("X's token was renewed, the request is to be sent anew.", retry_after_s=RENEWED_RETRY_S)
        return await self._send(method, url, {"Authorization": f"Bearer {renewed}"}, json, form)

    async def _send(
        self,
        method: str,
        url: URL,
        headers: Mapping[str, str],
        json: Any,
        form: Callable[[], aiohttp.FormData] | None,
    ) -> dict[str, Any]:
        try:
            async with self._opened().request(
                method,
                url,
                json=json,
                data=form() if form else None,
                headers={"User-Agent": USER_AGENT, **headers},
                allow_redirects=False,
            ) as response:
                body = await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            message = "X cannot be reached."
            raise AccountBusy(message, code="unreachable", retry_after_s=UNREACHABLE_RETRY_S) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Uncertain(f"X gave no answer ({type(error).__name__}).") from None
        if method == "POST" and url.path == CREATE:
            self.left = left(response.headers) or self.left
        self.access = response.headers.get("x-access-level", self.access)
        # X documents 204 for some deletions, and bodies of other uploads that older versions of it left out.
        may_be_empty = method == "DELETE" or url.path.startswith(MEDIA)
        return checked(response.status, response.headers, body, self._clock.now(), may_be_empty=may_be_empty)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A new connection for each request: X may close a kept one as we write, and that is an unknown outcome.
            self._session = aiohttp.ClientSession(
                timeout=self._timeout, connector=aiohttp.TCPConnector(force_close=True, limit=CONNECTIONS_MAX)
            )
            # aiohttp repeats a dropped GET or DELETE by itself, with the same signature, which X refuses as used: 401.
            self._session._retry_connection = False  # noqa: SLF001  # there is no public switch
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _signed(keys: Keys, method: str, url: URL) -> tuple[URL, dict[str, str]]:
    """RFC 5849: bodies of JSON or of several parts are not signed, so none is given."""
    signer = OAuth1(keys.consumer_key, keys.consumer_secret, keys.access_token, keys.access_secret)
    signed, headers, _ = signer.sign(str(url), method)
    # oauthlib signs colons of the query as percent-encoded, and aiohttp would send them bare.
    before, mark, query = signed.partition("?")
    return URL(before + mark + query.replace(":", "%3A"), encoded=True), dict(headers)
