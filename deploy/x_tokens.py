"""Where the tokens of an OAuth 2.0 login of X are kept: a file of the owner's alone, replaced whole and durably.

The poster and the desk, which asks the account when an event opens, share it. A refresh token that is sent twice ends
the login (RFC 9700, 4.14.2), so they renew it one after the other.
"""

import asyncio
import fcntl
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from consumers.poster.platforms.base import AccountBusy
from consumers.poster.platforms.x_oauth2 import TIMEOUT_S, OAuth2, Tokens
from deploy.home import write_durably
from schemas.envelope import sha256_hex

TRY_AGAIN_S = 0.02
PATIENCE_S = TIMEOUT_S + 2.0  # the other process needs a request and an fsync


class KeptTokens:
    """One account's. `first_refresh`: a refresh token from the settings, with which the file begins.

    The file remembers (by its hash) with which it began, so that a newer one in the settings takes its place.
    """

    def __init__(self, path: Path, first_refresh: str | None = None) -> None:
        self.path = path
        self._first = first_refresh

    def load(self) -> Tokens | None:
        """None where nobody has logged in, and where the file cannot be read."""
        try:
            kept = json.loads(self.path.read_bytes())
            if self._first is None or kept["began_with"] == self._mark:
                return Tokens(str(kept["access"]), str(kept["refresh"]), datetime.fromisoformat(kept["expires_at"]))
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return Tokens("", self._first, datetime.fromtimestamp(0, UTC)) if self._first else None

    def save(self, tokens: Tokens) -> None:
        """Durable before it returns: the refresh token that was used for them is worth nothing any more."""
        kept = {
            "access": tokens.access,
            "refresh": tokens.refresh,
            "expires_at": tokens.expires_at.isoformat(),
            "began_with": self._mark,
        }
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(self.path, json.dumps(kept).encode())

    @property
    def _mark(self) -> str | None:
        return sha256_hex(self._first) if self._first else None


class HeldTokens:
    """In memory: those of a login, until X has said whose they are."""

    def __init__(self) -> None:
        self.tokens: Tokens | None = None

    def load(self) -> Tokens | None:
        return self.tokens

    def save(self, tokens: Tokens) -> None:
        self.tokens = tokens


class SharedLogin(OAuth2):
    """The login of an account that other processes on this machine use too."""

    def __init__(self, kept: KeptTokens, **options: Any) -> None:
        super().__init__(kept, **options)
        self._lock_file = kept.path.with_suffix(".lock")

    async def access(self, *, refused: str | None = None) -> str:
        async with self._alone():
            return await super().access(refused=refused)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        self._lock_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            deadline = asyncio.get_running_loop().time() + PATIENCE_S
            while not _locked(descriptor):
                if asyncio.get_running_loop().time() > deadline:
                    raise AccountBusy(
                        "Another process renews X's login and does not end.", code="unreachable", retry_after_s=5.0
                    )
                await asyncio.sleep(TRY_AGAIN_S)
            yield
        finally:
            os.close(descriptor)  # and with it the lock


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
