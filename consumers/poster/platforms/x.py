"""The door to X: tweepy's routes over our own transport, which tells apart what surely failed and what may have worked.

X knows no key for a post. What stands in for one is its own timeline: after a lost answer the poster waits until a
request can no longer take effect, then looks for the very text under the very parent.
"""

import html
import json as json_codec
import unicodedata
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from oauthlib.oauth1 import Client as OAuth1  # type: ignore[import-untyped]  # it ships no types; used here alone
from tweepy.asynchronous import AsyncClient
from yarl import URL

from consumers.poster.length import X_MARGIN, X_MAX, urls, x_weight
from consumers.poster.platforms.base import FRESH_S, Account, Duplicate, Limits, Outgoing, Published
from schemas.errors import Refused, Unavailable, Uncertain
from schemas.live_event import Destination
from streams.clock import Clock

BASE_URL = "https://api.x.com"
TIMEOUT_S = 10.0
SETTLE_S = 60.0  # X states no figure for how late a post can be read; a minute was advised by those who measured

SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
YOUNG_PARENT_S = 60.0  # a reply to a parent younger than this may be refused as "not visible", and works later
YOUNG_RETRY_S = 5.0
LIMIT_RETRY_S = 60.0  # a 429 that says nothing: X counts in windows of 15 minutes
LIMIT_RETRY_MAX_S = 86_400.0
CREDENTIALS_RETRY_S = 60.0  # 401: revoked keys, or our clock is wrong; no fault of the post, and a person can mend it
CREDIT_RETRY_S = 300.0  # 402: the credits are used up
SKEW_S = 300.0  # between our clock and theirs, when the timeline is asked for a time
PAGES_MAX = 10  # of 100 posts each: more than an event's thread

DUPLICATE = "duplicate content"
NOT_VISIBLE = "deleted or not visible"


class _Answer:
    """A 2xx answer, read and parsed: what tweepy asks of a response is its json()."""

    def __init__(self, data: Any) -> None:
        self._data = data

    async def json(self) -> Any:
        return self._data


class _Client(AsyncClient):  # type: ignore[misc]  # tweepy ships no types
    """tweepy's client with another transport: base address, time-out, no hidden retries, every failure one of ours."""

    def __init__(self, clock: Clock, base_url: str, timeout_s: float, **credentials: str | None) -> None:
        super().__init__(return_type=dict, wait_on_rate_limit=False, **credentials)
        self._clock = clock
        self._base_url = base_url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self.session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        route: str,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        user_auth: bool = False,
    ) -> _Answer:
        """Raises Unavailable when it surely had no effect, Refused for good, Uncertain when nobody can tell."""
        url = URL(self._base_url + route).with_query(sorted((params or {}).items()))
        url, headers = self._signed(method, url, user_auth=user_auth, is_json=json is not None)
        if self.session is None:
            # A new connection for each request: X may close a kept one as we write, and that is an unknown outcome.
            self.session = aiohttp.ClientSession(
                timeout=self._timeout, connector=aiohttp.TCPConnector(force_close=True, limit=8)
            )
            # aiohttp repeats a dropped GET or DELETE by itself, with the same signature, which X refuses as used: 401.
            self.session._retry_connection = False  # noqa: SLF001  # there is no public switch
        try:
            async with self.session.request(method, url, json=json, headers=headers, allow_redirects=False) as response:
                body = await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise Unavailable("X cannot be reached.", retry_after_s=YOUNG_RETRY_S) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Uncertain(f"X gave no answer ({type(error).__name__}).") from None
        return _Answer(self._checked(response.status, response.headers, body))

    def _signed(self, method: str, url: URL, *, user_auth: bool, is_json: bool) -> tuple[URL, dict[str, str]]:
        headers = {"User-Agent": self.user_agent}
        if is_json:
            headers["Content-Type"] = "application/json"
        if not user_auth:
            return url, headers | {"Authorization": f"Bearer {self.bearer_token}"}
        signer = OAuth1(self.consumer_key, self.consumer_secret, self.access_token, self.access_token_secret)
        signed, headers, _ = signer.sign(str(url), method, headers=headers)
        # oauthlib signs colons of the query as percent-encoded, and aiohttp would send them bare.
        before, mark, query = signed.partition("?")
        return URL(before + mark + query.replace(":", "%3A"), encoded=True), dict(headers)

    def _checked(self, status: int, headers: Mapping[str, str], body: bytes) -> Any:
        parsed = _parsed(body)
        if 200 <= status < 300:
            if not isinstance(parsed, dict):
                raise Uncertain(f"X answered {status} without a body that can be read.")
            return parsed
        if status == 429:
            raise Unavailable("X's limit is reached.", retry_after_s=_retry_after_s(headers, self._clock.now()))
        if status == 401:
            raise Unavailable("X does not accept the keys.", retry_after_s=CREDENTIALS_RETRY_S)
        if status == 402:
            raise Unavailable("X asks for credits.", retry_after_s=CREDIT_RETRY_S)
        if not 400 <= status < 500:
            raise Uncertain(f"X answered {status}.")
        detail = _detail(parsed)
        if status == 403 and DUPLICATE in detail:
            raise Duplicate("X has this text already.")
        if status == 403 and NOT_VISIBLE in detail:
            raise _ParentNotVisible("X does not see the parent.", code="parent-gone")
        raise Refused(f"X answered {status}.", code=f"x-{status}", status=status)


class _ParentNotVisible(Refused):
    """Caught by publish(): on a young parent it passes."""


def _parsed(body: bytes) -> Any:
    try:
        return json_codec.loads(body)
    except ValueError:
        return None


def _detail(parsed: Any) -> str:
    """What X says about an error, in lower case; only compared with known phrases, never passed on."""
    if not isinstance(parsed, dict):
        return ""
    errors = parsed.get("errors")
    said = [parsed.get("detail"), *(e.get("message") for e in errors or () if isinstance(e, dict))]
    return " ".join(s for s in said if isinstance(s, str)).lower()


def _retry_after_s(headers: Mapping[str, str], now: datetime) -> float:
    """Until the last of the windows that are used up begins anew."""
    waits = []
    if headers.get("retry-after", "").isdigit():
        waits.append(float(headers["retry-after"]))
    for window in ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour"):
        reset = headers.get(f"{window}-reset", "")
        if reset.isdigit() and headers.get(f"{window}-remaining", "0") == "0":
            waits.append(int(reset) - now.timestamp() + 1)
    return min(max(1.0, max(waits, default=LIMIT_RETRY_S)), LIMIT_RETRY_MAX_S)


class XPlatform:
    """One account on X: OAuth 1.0a user context when an access token is given, else an OAuth 2.0 user token."""

    def __init__(
        self,
        destination: Destination,
        clock: Clock,
        *,
        base_url: str = BASE_URL,
        consumer_key: str | None = None,
        consumer_secret: str | None = None,
        access_token: str | None = None,
        access_secret: str | None = None,
        bearer_token: str | None = None,
        settle_s: float = SETTLE_S,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.destination = destination
        self.limits = Limits(
            max=X_MAX - X_MARGIN,
            count=x_weight,
            tag=True,
            stamp=True,
            timeout_s=timeout_s,
            settle_s=FRESH_S + timeout_s + settle_s,
            can_look_up=True,
        )
        self._clock = clock
        self._user_auth = access_token is not None
        self._me: str | None = None
        self._client = _Client(
            clock,
            base_url,
            timeout_s,
            bearer_token=bearer_token,
            consumer_key=consumer_key,
            consumer_secret=consumer_secret,
            access_token=access_token,
            access_token_secret=access_secret,
        )

    async def publish(self, out: Outgoing) -> Published:
        await self._check_account()
        try:
            answer = await self._client.create_tweet(
                text=out.post.text, in_reply_to_tweet_id=out.reply_to, user_auth=self._user_auth
            )
        except _ParentNotVisible:
            age_s = (self._clock.now() - _made_at(out.reply_to)).total_seconds() if out.reply_to else YOUNG_PARENT_S
            if age_s >= YOUNG_PARENT_S:
                raise
            raise Unavailable("X does not see the parent yet.", retry_after_s=YOUNG_RETRY_S) from None
        try:
            return self._published(str(answer["data"]["id"]))
        except (KeyError, TypeError, ValueError):
            raise Uncertain("X answered without the id of the post.") from None

    async def check(self) -> Account:
        await self._check_account()
        return Account(self.destination.account or "")

    async def _check_account(self) -> None:
        """Once, before the first post: credentials of another account than the live event's post nothing."""
        if self._me is not None:
            return
        try:
            me = (await self._client.get_me(user_auth=self._user_auth))["data"]
            found, expected = str(me["username"]).lower(), (self.destination.account or "").lstrip("@").lower()
        except Uncertain:
            raise Unavailable("X does not say whose credentials these are.", retry_after_s=YOUNG_RETRY_S) from None
        except (KeyError, TypeError):
            raise Unavailable("X's answer to who we are cannot be read.", retry_after_s=CREDIT_RETRY_S) from None
        if found != expected:
            raise Refused("These credentials are another account's than the live event's.", code="wrong-account")
        self._me = str(me["id"])

    async def look_up(self, out: Outgoing, *, since: datetime, known: frozenset[str]) -> Published | None:
        found = None
        try:
            async for tweet in self._timeline(out.reply_to, since - timedelta(seconds=SKEW_S)):
                if _is(tweet, out) and tweet["id"] not in known:
                    found = tweet["id"]  # newest first: the last match is the first that was made
            return self._published(found) if found else None
        except Uncertain:
            raise Unavailable("X gave no answer to a look-up.", retry_after_s=YOUNG_RETRY_S) from None
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Unavailable("X's timeline cannot be read.", retry_after_s=CREDIT_RETRY_S) from None

    async def _timeline(self, since_id: str | None, start: datetime) -> AsyncIterator[dict[str, Any]]:
        """Own posts, newest first. Raises Unavailable when there are more than can be read."""
        if self._me is None:
            self._me = str((await self._client.get_me(user_auth=self._user_auth))["data"]["id"])
        # Since the parent where there is one: no clock takes part then.
        span: dict[str, Any] = {"since_id": since_id} if since_id else {"start_time": start}
        for _ in range(PAGES_MAX):
            page = await self._client.get_users_tweets(
                self._me,
                exclude="retweets",
                max_results=100,
                tweet_fields=["created_at", "referenced_tweets"],
                user_auth=self._user_auth,
                **span,
            )
            for tweet in page.get("data", ()):
                yield tweet
            token = page.get("meta", {}).get("next_token")
            if token is None:
                return
            span["pagination_token"] = token
        raise Unavailable("X's timeline is longer than a thread can be.", retry_after_s=CREDIT_RETRY_S)

    async def delete(self, out: Outgoing, published: Published) -> None:  # noqa: ARG002  # its id finds it
        try:
            await self._client.delete_tweet(published.platform_id, user_auth=self._user_auth)
        except Uncertain:
            raise Unavailable("X gave no answer to a deletion.", retry_after_s=YOUNG_RETRY_S) from None
        except Refused as refused:
            if refused.status != 404:
                raise

    def platform_id_of(self, url: str) -> str | None:
        number = URL(url).path.partition("/status/")[2].partition("/")[0]
        return number if number.isdigit() else None

    async def close(self) -> None:
        if self._client.session is not None:
            await self._client.session.close()

    def _published(self, tweet_id: str) -> Published:
        account = (self.destination.account or "").lstrip("@")
        return Published(tweet_id, f"https://x.com/{account}/status/{tweet_id}", _made_at(tweet_id))


def _made_at(tweet_id: str) -> datetime:
    """An id of X holds its time."""
    return datetime.fromtimestamp(((int(tweet_id) >> 22) + SNOWFLAKE_EPOCH_MS) / 1000, UTC)


def _is(tweet: Mapping[str, Any], out: Outgoing) -> bool:
    parents = [r["id"] for r in tweet.get("referenced_tweets") or () if r["type"] == "replied_to"]
    return parents == ([out.reply_to] if out.reply_to else []) and _read(tweet["text"]) == _read(out.post.text)


def _read(text: str) -> str:
    """A text as both sides have it: X escapes three characters, shortens links and trims space."""
    text = unicodedata.normalize("NFC", html.unescape(text))
    out, at = "", 0
    for start, end in urls(text):
        out, at = f"{out}{text[at:start]}\ufffc", end
    return " ".join((out + text[at:]).split())
