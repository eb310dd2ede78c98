"""Requests to a PDS under one session, each failure one of ours: the only file that imports the atproto SDK.

A session is made once, kept in memory, and renewed when the server says that its token is over: logging in is what
bsky.social limits most (100 a day in practice).
"""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import httpx
from atproto_client import models  # type: ignore[import-untyped]  # it ships no types; used here alone
from atproto_client.client.async_raw import AsyncClientRaw  # type: ignore[import-untyped]  # likewise
from atproto_client.exceptions import AtProtocolError, RequestErrorBase  # type: ignore[import-untyped]  # likewise
from atproto_client.models.common import XrpcError  # type: ignore[import-untyped]  # likewise
from atproto_client.request import AsyncRequest  # type: ignore[import-untyped]  # likewise

from consumers.poster.platforms.base import AccountBusy
from schemas.errors import Refused, Unavailable, Uncertain
from streams.clock import Clock

UNREACHABLE_RETRY_S = 5.0
CREDENTIALS_RETRY_S = 900.0  # 100 logins a day are allowed: one each 864 s
LIMIT_RETRY_S = 60.0  # a 429 that says nothing
LIMIT_RETRY_MAX_S = 86_400.0
# Of 5,000 an hour and 35,000 a day (docs.bsky.app/docs/advanced-guides/rate-limits). Where the limit of requests from
# one address is nearer, this counts too few posts rather than too many.
POINTS_OF_A_PUT = 2

_TOKEN_OVER = frozenset({"ExpiredToken", "InvalidToken"})
_MAY_NOT_POST = frozenset(
    {"AccountTakedown", "AccountSuspended", "AccountDeactivated", "AccountNotFound", "RepoNotFound"}
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Session:
    """Who we are there, and the two tokens that say so."""

    did: str
    handle: str
    active: bool
    access: str
    refresh: str


class Said(Refused):
    """The server refused this request for good; `error` is its word for why. Caught to tell the words apart."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(f"Bluesky answered {status} {error}.", code=f"bluesky-{status}", status=status)
        self.error = error


@cache
def _trust() -> ssl.SSLContext:
    """Whom we trust, read once for all accounts: 30 ms and half a megabyte each otherwise."""
    return httpx.create_ssl_context()


class _Request(AsyncRequest):  # type: ignore[misc]  # it ships no types
    """The SDK's transport, but it follows no redirect: a post and its token go where the settings say, or nowhere."""

    def __init__(self, timeout_s: float) -> None:
        # To connect is cut short first: then it is known that nothing was sent.
        super().__init__(timeout=httpx.Timeout(timeout_s, connect=timeout_s / 2), verify=_trust())
        self._client.follow_redirects = False


class Xrpc:
    """One account on one PDS.

    All methods raise AccountBusy when nothing can be asked under this account now, Said or Refused (`may-not-post`) for
    good, Uncertain for whatever is not an answer.
    """

    def __init__(self, url: str, handle: str, password: str, clock: Clock, timeout_s: float) -> None:
        self._handle = handle.removeprefix("@")
        self._password = password
        self._clock = clock
        self._timeout_s = timeout_s
        self._client = AsyncClientRaw(url, _Request(timeout_s))
        self._client.request.add_additional_headers_source(self._authorization)
        self._renewing = asyncio.Lock()
        self.session: Session | None = None
        self.puts_left: int | None = None  # as the last answer to a put said
        self.resets_at: datetime | None = None

    async def close(self) -> None:
        await self._client.request.close()

    async def login(self) -> Session:
        """The session, made if there is none."""
        async with self._renewing:
            return self.session or await self._log_in()

    async def who(self) -> Session:
        """The account as the server has it now."""
        answer = await self._authorized(self._client.com.atproto.server.get_session)
        now = replace(await self.login(), did=answer.did, handle=answer.handle, active=answer.active is not False)
        self.session = now
        return now

    async def get(self, repo: str, collection: str, key: str) -> dict[str, Any] | None:
        """`{uri, cid, value}`, None when there is no such record."""
        params = models.ComAtprotoRepoGetRecord.Params(repo=repo, collection=collection, rkey=key)
        try:
            # Raw, because records are compared as they lie there, whatever the SDK's models make of them.
            answer = await self._authorized(lambda: self._client.invoke_query("com.atproto.repo.getRecord", params))
        except Said as said:
            if said.error == "RecordNotFound":
                return None
            raise
        return _object(answer.content, "uri", "cid", "value")

    async def page(
        self, repo: str, collection: str, *, limit: int, cursor: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Records as get() has them, newest key first, and where to go on; None at the end."""
        params = models.ComAtprotoRepoListRecords.Params(repo=repo, collection=collection, limit=limit, cursor=cursor)
        answer = await self._authorized(lambda: self._client.invoke_query("com.atproto.repo.listRecords", params))
        found = _object(answer.content, "records")
        return list(found["records"]), found.get("cursor")

    async def put_new(self, repo: str, collection: str, key: str, record: Mapping[str, Any]) -> dict[str, Any]:
        """`{uri, cid}` of the record, made unless it lies there already. Said `InvalidSwap`: another lies there.

        Raw JSON, because the SDK leaves out what is None, and without the explicit null a put overwrites silently.
        """
        body = {"repo": repo, "collection": collection, "rkey": key, "record": record, "swapRecord": None}
        content = json.dumps(body).encode()
        answer = await self._authorized(
            lambda: self._client.invoke_procedure(
                "com.atproto.repo.putRecord", content=content, headers={"Content-Type": "application/json"}
            )
        )
        self._note_limits(answer.headers)
        return _object(answer.content, "uri", "cid")

    async def delete(self, repo: str, collection: str, key: str) -> None:
        """Fine as well when there is no such record."""
        data = models.ComAtprotoRepoDeleteRecord.Data(repo=repo, collection=collection, rkey=key)
        await self._authorized(lambda: self._client.com.atproto.repo.delete_record(data))

    async def did_of(self, handle: str) -> str | None:
        """None when nobody has this handle."""
        params = models.ComAtprotoIdentityResolveHandle.Params(handle=handle)
        try:
            return str((await self._authorized(lambda: self._client.com.atproto.identity.resolve_handle(params))).did)
        except Said:
            return None

    async def upload(self, data: bytes, mime: str) -> dict[str, Any]:
        """The reference by which a record holds these bytes: the same for the same bytes."""
        answer = await self._authorized(
            lambda: self._client.invoke_procedure(
                "com.atproto.repo.uploadBlob", content=data, headers={"Content-Type": mime}
            )
        )
        return dict(_object(answer.content, "blob")["blob"])

    # -- the session -------------------------------------------------------------------------------------------------

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.session.access}"} if self.session else {}

    async def _authorized(self, request: Callable[[], Awaitable[T]]) -> T:
        session = await self.login()
        try:
            return await self._answered(request)
        except Said as said:
            if said.error not in _TOKEN_OVER:
                raise
        await self._renew(session)
        try:
            return await self._answered(request)
        except Said as said:
            if said.error not in _TOKEN_OVER:
                raise
            raise AccountBusy(
                "Bluesky does not accept its own tokens.", code="credentials", retry_after_s=CREDENTIALS_RETRY_S
            ) from None

    async def _renew(self, over: Session) -> None:
        """Once for all requests that found the same token over; a login where the refresh token is over as well."""
        async with self._renewing:
            if self.session is not None and self.session.access != over.access:
                return
            headers = {"Authorization": f"Bearer {over.refresh}"}
            try:
                answer = await self._answered(
                    lambda: self._client.com.atproto.server.refresh_session(headers=headers), of_session=True
                )
            except Said:
                self.session = None
                await self._log_in()
            else:
                self.session = _session(answer)

    async def _log_in(self) -> Session:
        data = models.ComAtprotoServerCreateSession.Data(identifier=self._handle, password=self._password)
        try:
            answer = await self._answered(lambda: self._client.com.atproto.server.create_session(data), of_session=True)
        except Said:
            raise AccountBusy(
                "Bluesky does not accept handle and password.", code="credentials", retry_after_s=CREDENTIALS_RETRY_S
            ) from None
        self.session = _session(answer)
        return self.session

    # -- what an answer means ----------------------------------------------------------------------------------------

    async def _answered(self, request: Callable[[], Awaitable[T]], *, of_session: bool = False) -> T:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await request()
        except (AtProtocolError, httpx.HTTPError, TimeoutError, OSError) as error:
            meant = self._meaning(error)
        if of_session and isinstance(meant, Uncertain):
            # Only the session is in doubt, and another does as well.
            raise AccountBusy(str(meant), code="unreachable", retry_after_s=UNREACHABLE_RETRY_S)
        raise meant

    def _meaning(self, error: Exception) -> Refused | Unavailable | Uncertain:
        response = error.response if isinstance(error, RequestErrorBase) else None
        if response is None:
            cause = error.__cause__ or error
            if isinstance(cause, (httpx.ConnectError, httpx.ConnectTimeout)):
                return AccountBusy("Bluesky cannot be reached.", code="unreachable", retry_after_s=UNREACHABLE_RETRY_S)
            return Uncertain(f"Bluesky gave no answer that can be read ({type(cause).__name__}).")
        if response.status_code == 429:
            wait_s = retry_after_s(response.headers, self._clock.now())
            return AccountBusy("Bluesky's limit is reached.", code="limit", retry_after_s=wait_s)
        if not 400 <= response.status_code < 500 or response.status_code == 408:
            return Uncertain(f"Bluesky answered {response.status_code}.")
        word = response.content.error if isinstance(response.content, XrpcError) else ""
        if word in _MAY_NOT_POST:
            return Refused(f"Bluesky says {word}.", code="may-not-post", status=403)
        # Without a word of the protocol it may be anybody on the way who answers.
        known = word and word.isalnum()
        return Said(response.status_code, word) if known else Uncertain(f"Bluesky answered {response.status_code}.")

    def _note_limits(self, headers: Mapping[str, str]) -> None:
        remaining, reset = headers.get("ratelimit-remaining", ""), headers.get("ratelimit-reset", "")
        self.puts_left = int(remaining) // POINTS_OF_A_PUT if remaining.isdigit() else None
        self.resets_at = datetime.fromtimestamp(int(reset), UTC) if reset.isdigit() else None


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float:
    """How long a 429 asks to wait: in seconds if it says so, else until its window begins anew."""
    after, reset = headers.get("retry-after", ""), headers.get("ratelimit-reset", "")
    wait_s = float(after) if after.isdigit() else int(reset) - now.timestamp() + 1 if reset.isdigit() else LIMIT_RETRY_S
    return min(max(1.0, wait_s), LIMIT_RETRY_MAX_S)


def _session(answer: Any) -> Session:
    return Session(answer.did, answer.handle, answer.active is not False, answer.access_jwt, answer.refresh_jwt)


def _object(content: Any, *keys: str) -> dict[str, Any]:
    """The parsed body. Raises Uncertain when it lacks what a 2xx answer must have."""
    if not isinstance(content, dict) or any(key not in content for key in keys):
        raise Uncertain("Bluesky answered without a body that can be read.")
    return content
