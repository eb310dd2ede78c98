"""One request to a Mastodon server, and which of the four errors each way to fail is."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from consumers.poster.platforms.base import AccountBusy
from schemas.errors import Refused, Unavailable, Uncertain
from streams.clock import Clock

ANSWER_BYTES_MAX = 8 * 1024 * 1024  # 40 statuses take some 200 kB
UNREACHABLE_RETRY_S = 5.0
LIMIT_RETRY_S = 60.0  # a 429 that says nothing: Mastodon counts in windows of 5 and 30 minutes
LIMIT_RETRY_MAX_S = 86_400.0
CREDENTIALS_RETRY_S = 60.0  # 401 and 403: a person can mend the token or the account, and no post is at fault
UNTOLD = frozenset({408, 409, 425})  # time-out, "this key is at work already", too early: no word on the first request
AGENT = "scrubcast"


@dataclass(frozen=True, slots=True)
class Answer:
    data: Any
    headers: Mapping[str, str]
    status: int


class Gone(Refused):
    """404 or 410: caught by who asked, since it means something else for a parent, a deletion and a path."""


class NotAllowed(AccountBusy):
    """403: caught by who asked about one post alone, where it may mean that the post is another's."""


class Http:
    """One server, one token."""

    def __init__(self, clock: Clock, url: str, token: str, timeout_s: float) -> None:
        self._clock = clock
        self._timeout_s = timeout_s
        self._client = httpx.AsyncClient(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Bearer {token}", "User-Agent": AGENT, "Accept": "application/json"},
            timeout=httpx.Timeout(timeout_s, connect=timeout_s / 2),  # an address that is dead is known as such in time
            # A new connection for each request: the server may close a kept one as we write, and nobody knows then what
            # became of the request. With a key that is harmless, without one it costs a settle time.
            limits=httpx.Limits(max_keepalive_connections=0),
            follow_redirects=False,  # the token goes to the address of the settings, and to no other
            trust_env=False,
        )

    async def ask(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
        """Raises AccountBusy when it surely had no effect, Refused for good (Gone), Uncertain when nobody can tell."""
        try:
            async with asyncio.timeout(self._timeout_s):  # httpx counts its own anew with each piece that arrives
                async with self._client.stream(method, path, headers=headers, **more) as response:
                    body = await _read(response)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise AccountBusy(
                "Mastodon cannot be reached.", code="unreachable", retry_after_s=UNREACHABLE_RETRY_S
            ) from None
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            raise Uncertain(f"Mastodon gave no answer ({type(error).__name__}).") from None
        return self._checked(response, body, reads=method == "GET")

    async def close(self) -> None:
        await self._client.aclose()

    def _checked(self, response: httpx.Response, body: bytes, *, reads: bool) -> Answer:
        status, parsed = response.status_code, _parsed(body)
        if 200 <= status < 300:
            if not isinstance(parsed, dict | list):
                raise Uncertain(f"Mastodon answered {status} without a body that can be read.")
            return Answer(parsed, response.headers, status)
        if status == 429:  # whoever counts stands before what has effects
            wait_s = retry_after_s(response.headers, self._clock.now())
            raise AccountBusy("Mastodon's limit is reached.", code="limit", retry_after_s=wait_s)
        is_its_own = isinstance(parsed, dict)  # what answers in HTML is something before it
        if status == 401 or (status == 403 and is_its_own):
            kind_of_busy = NotAllowed if status == 403 else AccountBusy
            raise kind_of_busy(
                f"Mastodon does not let this token in ({status}).",
                code="credentials",
                retry_after_s=CREDENTIALS_RETRY_S,
            )
        is_gone = status in (404, 410)
        # A path that is not there is often told in HTML: of a read that is word enough.
        if not 400 <= status < 500 or status in UNTOLD or not (is_its_own or (reads and is_gone)):
            raise Uncertain(f"Mastodon answered {status}.")
        kind = Gone if is_gone else Refused
        raise kind(f"Mastodon answered {status}.", code=f"mastodon-{status}", status=status)


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > ANSWER_BYTES_MAX:
            raise httpx.DecodingError("longer than any answer of Mastodon's")
    return bytes(body)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float:
    """Until the window begins anew, by the server's own clock where it tells the time."""
    told = [_moment(headers.get(name, "")) for name in ("x-ratelimit-reset", "retry-after")]
    server_now = server_time(headers, now)
    waits = [(at - server_now).total_seconds() + 1 for at in told if at is not None]
    if headers.get("retry-after", "").isdigit():
        waits.append(float(headers["retry-after"]))
    return min(max(1.0, max(waits, default=LIMIT_RETRY_S)), LIMIT_RETRY_MAX_S)


def server_time(headers: Mapping[str, str], now: datetime) -> datetime:
    """By the clock of who answered, to the second; `now` when it does not say."""
    return _http_date(headers.get("date", "")) or now


def left(headers: Mapping[str, str]) -> tuple[int | None, datetime | None]:
    """How many requests are left, and until when; Mastodon counts all of an account's requests together."""
    count = headers.get("x-ratelimit-remaining", "")
    return (int(count), _moment(headers.get("x-ratelimit-reset", ""))) if count.isdigit() else (None, None)


def _moment(value: str) -> datetime | None:
    """Mastodon writes ISO 8601; some that look alike write seconds since 1970; Retry-After may be an HTTP date."""
    if value.isdigit():
        return datetime.fromtimestamp(int(value), UTC) if len(value) in (9, 10, 11) else None
    return moment(value) or _http_date(value)


def moment(value: str) -> datetime | None:
    """None when it is no time with a zone."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def _http_date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def lookup_failed(error: Uncertain) -> Unavailable:
    """What only reads may be asked again."""
    return Unavailable(str(error), retry_after_s=UNREACHABLE_RETRY_S)
