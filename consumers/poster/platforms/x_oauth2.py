"""OAuth 2.0 user context of X (PKCE, RFC 7636): a token good for now, renewed once for all who ask at the same time.

A refresh token works once. So what X gives for it is kept durably before anybody uses it; when the process dies
between X's answer and that, the account is locked out until a person logs in again, and the errors say so.
"""

import asyncio
import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import aiohttp
from yarl import URL

from consumers.poster.platforms.base import AccountBusy
from consumers.poster.platforms.x_answers import CREDENTIALS_RETRY_S, checked
from consumers.poster.platforms.x_transport import BASE_URL, UNREACHABLE_RETRY_S
from schemas.errors import Refused, Uncertain
from streams.clock import Clock

AUTHORIZE_URL = "https://x.com/i/oauth2/authorize"
# Posting, asking who we are, reading the own timeline, pictures; without offline.access there is no refresh token.
SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
EARLY_S = 120.0  # renewed so long before it expires: longer than any request takes, short of the two hours it lives
PAUSE_S = 60.0  # a token this young that X refuses will not be better after another renewal
LIFE_S = 7200.0  # of an access token whose answer does not say it
TIMEOUT_S = 10.0
LOGIN = "X's login has ended: a person must log in to X again."


@dataclass(frozen=True, slots=True)
class Tokens:
    """`refresh` works once: with it come a new access token and the next refresh token."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime


class TokenStore(Protocol):
    """Where an account's tokens are kept."""

    def load(self) -> Tokens | None: ...

    def save(self, tokens: Tokens) -> None:
        """Durable before it returns."""


def challenge_of(verifier: str) -> str:
    """The S256 challenge (RFC 7636, 4.2) of a verifier: 43 to 128 unreserved characters, random, kept secret."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def authorize_url(client_id: str, redirect_uri: str, state: str, challenge: str, *, url: str = AUTHORIZE_URL) -> str:
    """Where a person lets this app post. X comes back to `redirect_uri` with the same `state` and a code."""
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return str(URL(url).with_query(query))


class OAuth2:
    """The login of one account. With a client secret the app is confidential and names itself by Basic auth."""

    def __init__(
        self,
        tokens: TokenStore,
        *,
        client_id: str,
        client_secret: str | None = None,
        base_url: str = BASE_URL,
        clock: Clock,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._store = tokens
        self._client_id = client_id
        self._client_secret = client_secret
        self._url = base_url.rstrip("/") + "/2/oauth2/token"
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._lock = asyncio.Lock()
        self._unsaved: Tokens | None = None  # X gave them, the store did not take them: never used before it does
        self._spent: str | None = None  # a refresh token that X refused, not to be sent again
        self._renewed_at: datetime | None = None

    async def access(self, *, refused: str | None = None) -> str:
        """An access token that is good now; `refused` is one that X answered with 401.

        Raises AccountBusy: `credentials` when a person must log in again, `unreachable` when X could not be asked.
        """
        async with self._lock:  # many may ask at once, and a refresh token works once
            tokens = self._kept()
            now = self._clock.now()
            young = self._renewed_at is not None and now - self._renewed_at < timedelta(seconds=PAUSE_S)
            if tokens.access == refused and young:
                return tokens.access
            if tokens.access != refused and now < tokens.expires_at - timedelta(seconds=EARLY_S):
                return tokens.access
            return (await self._renew(tokens)).access

    async def exchange(self, code: str, verifier: str, redirect_uri: str) -> Tokens:
        """What a person's consent is worth; kept before it is returned. The code is good for 30 seconds, once.

        Raises Refused (`login-refused`), AccountBusy when X could not be asked.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
        }
        async with self._lock:
            return self._keep(await self._ask(form), None)

    def _kept(self) -> Tokens:
        """The store's word each time: another process may have renewed them, or a person logged in anew."""
        if self._unsaved is not None:
            return self._save(self._unsaved)
        tokens = self._store.load()
        if tokens is None or tokens.refresh == self._spent:
            raise AccountBusy(LOGIN, code="credentials", retry_after_s=CREDENTIALS_RETRY_S)
        return tokens

    async def _renew(self, tokens: Tokens) -> Tokens:
        try:
            answer = await self._ask({"grant_type": "refresh_token", "refresh_token": tokens.refresh})
        except Refused:
            self._spent = tokens.refresh
            return self._kept()  # unless another process was faster
        return self._keep(answer, tokens.refresh)

    def _keep(self, answer: dict[str, Any], refresh: str | None) -> Tokens:
        now = self._clock.now()
        try:
            expires_at = now + timedelta(seconds=float(answer.get("expires_in", LIFE_S)))
            tokens = Tokens(str(answer["access_token"]), str(answer.get("refresh_token") or refresh or ""), expires_at)
        except (KeyError, TypeError, ValueError, OverflowError):
            raise AccountBusy(LOGIN, code="credentials", retry_after_s=CREDENTIALS_RETRY_S) from None
        self._renewed_at = now
        return self._save(tokens)

    def _save(self, tokens: Tokens) -> Tokens:
        self._unsaved = tokens
        try:
            self._store.save(tokens)
        except OSError as error:
            message = f"X's new login cannot be kept ({type(error).__name__}): it must not be used before."
            raise AccountBusy(message, code="credentials", retry_after_s=UNREACHABLE_RETRY_S) from None
        self._unsaved = None
        return tokens

    async def _ask(self, form: dict[str, str]) -> dict[str, Any]:
        """Raises Refused when X does not take the code or token, AccountBusy for all else."""
        headers = {}
        if self._client_secret is None:
            form = {**form, "client_id": self._client_id}
        else:
            pair = f"{self._client_id}:{self._client_secret}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        try:
            async with (
                aiohttp.ClientSession(timeout=self._timeout) as session,
                session.post(self._url, data=form, headers=headers, allow_redirects=False) as response,
            ):
                body = await response.read()
            return checked(response.status, response.headers, body, self._clock.now())
        except (aiohttp.ClientError, TimeoutError, OSError, Uncertain):
            # It may have worked, and the new tokens are lost then; the next try with the old one will tell.
            message = "X gave no answer when asked for a new token."
            raise AccountBusy(message, code="unreachable", retry_after_s=UNREACHABLE_RETRY_S) from None
        except Refused:
            raise Refused("X does not take this login.", code="login-refused") from None
