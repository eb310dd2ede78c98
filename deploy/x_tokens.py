"""Where the tokens of an OAuth 2.0 login of X are kept: a file of the owner's alone, replaced whole and durably."""

import json
from datetime import UTC, datetime
from pathlib import Path

from consumers.poster.platforms.x_oauth2 import Tokens
from deploy.home import write_durably
from schemas.envelope import sha256_hex


class KeptTokens:
    """One account's. `first_refresh`: a refresh token from the settings, with which the file begins.

    The file remembers (by its hash) with which it began, so that a newer one in the settings takes its place.
    """

    def __init__(self, path: Path, first_refresh: str | None = None) -> None:
        self._path = path
        self._first = first_refresh

    def load(self) -> Tokens | None:
        """None where nobody has logged in, and where the file cannot be read."""
        try:
            kept = json.loads(self._path.read_bytes())
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
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(self._path, json.dumps(kept).encode())

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
