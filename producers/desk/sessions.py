"""Who sits at the desk: a bearer token, or a signed cookie that stands for one and ends by itself.

The cookie names the token by a keyed hash, so a token that is taken out of the table ends its sessions at once.
Idle 15 minutes, absolute 12 hours (OWASP ASVS 5.0, 7.3). STOP alone is taken from an idle session: the person who has
watched for a quarter of an hour without touching anything must not meet a sign-in form when it matters.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from schemas.envelope import Actor
from streams.auth import Tokens

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
RENEW_AFTER = timedelta(minutes=1)  # a new cookie at most once a minute
CLOCK_SKEW = timedelta(minutes=1)  # two desks of one cluster
_VERSION = "1"


@dataclass(frozen=True)
class Session:
    """A cookie that was read: its signature holds and its twelve hours have not ended."""

    actor: Actor
    who: str
    began: datetime
    seen: datetime

    def is_idle(self, now: datetime) -> bool:
        return now - self.seen >= IDLE

    def is_worn(self, now: datetime) -> bool:
        """Whether it is time to renew the cookie."""
        return now - self.seen >= RENEW_AFTER


class Sessions:
    """Makes and reads cookies; keeps nothing."""

    def __init__(self, tokens: Tokens, key: bytes) -> None:
        self._tokens = tokens
        self._key = key

    def begin(self, token: str, now: datetime) -> str | None:
        """The cookie for a person who shows a token; None when the token is not known."""
        if self._tokens.actor(token) is None:
            return None
        digest = hashlib.sha256(token.encode()).hexdigest()
        return self._signed(self._who(digest), now, now)

    def renewed(self, session: Session, now: datetime) -> str:
        return self._signed(session.who, session.began, now)

    def read(self, cookie: str, now: datetime) -> Session | None:
        """The session, perhaps an idle one; None for anything that was altered, is too old, or lost its token."""
        body, _, mac = cookie.rpartition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(body).encode()):
            return None
        version, who, began_s, seen_s = body.split(".")  # only we can have signed it, so it has four parts
        began, seen = (datetime.fromtimestamp(int(s), UTC) for s in (began_s, seen_s))
        if version != _VERSION or now - began >= ABSOLUTE or seen - now > CLOCK_SKEW:
            return None
        for digest, actor in self._tokens.actors.items():
            if hmac.compare_digest(self._who(digest), who):
                return Session(actor, who, began, seen)
        return None

    def _signed(self, who: str, began: datetime, seen: datetime) -> str:
        body = f"{_VERSION}.{who}.{int(began.timestamp())}.{int(seen.timestamp())}"
        return f"{body}.{self._mac(body)}"

    def _who(self, digest: str) -> str:
        return self._mac(f"who/{digest}")[:32]

    def _mac(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
