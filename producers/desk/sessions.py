"""Who sits at the desk: a bearer token, or a signed cookie that stands for one or for a passkey and ends by itself.

The cookie names the token by a keyed hash, or the passkey by its id: a token that is taken out of the table, a passkey
that is revoked, a person who is removed end their sessions at once.
Idle 15 minutes, absolute 12 hours (OWASP ASVS 5.0, 7.3). STOP alone is taken from an idle session: the person who has
watched for a quarter of an hour without touching anything must not meet a sign-in form when it matters.
"""

import hashlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from schemas.enrolment import Passkey, Person
from schemas.envelope import Actor
from streams.auth import Tokens
from streams.enrolments import Enrolments

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
RENEW_AFTER = timedelta(minutes=1)  # a new cookie at most once a minute
CLOCK_SKEW = timedelta(minutes=1)  # two desks of one cluster
ENDED_MAX = 10_000  # sessions that were signed out of before their time; those of many days
NONCE_BYTES = 8
_OF_TOKEN, _OF_PASSKEY = "1", "2"


@dataclass(frozen=True)
class Session:
    """A cookie that was read: its signature holds and its twelve hours have not ended."""

    actor: Actor
    who: str
    began: datetime
    seen: datetime
    person: Person | None = None
    passkey: Passkey | None = None

    def is_idle(self, now: datetime) -> bool:
        return now - self.seen >= IDLE

    def is_worn(self, now: datetime) -> bool:
        """Whether it is time to renew the cookie."""
        return now - self.seen >= RENEW_AFTER


class Sessions:
    """Makes and reads cookies; keeps nothing but, for this process, whose people have signed out."""

    def __init__(self, tokens: Tokens, key: bytes, known: Enrolments | None = None) -> None:
        self._tokens = tokens
        self._key = key
        self._known = known or Enrolments()
        self._ended: OrderedDict[str, None] = OrderedDict()

    def begin(self, token: str, now: datetime) -> str | None:
        """The cookie for a person who shows a token; None when the token is not known."""
        if self._tokens.actor(token) is None:
            return None
        digest = hashlib.sha256(token.encode()).hexdigest()
        return self._signed(_OF_TOKEN, self._who(digest), now, now)

    def begin_with(self, passkey: Passkey, now: datetime, nonce: bytes) -> str:
        """The cookie for a person whose passkey was verified. `nonce`: 8 random bytes."""
        return self._signed(_OF_PASSKEY, f"{passkey.id.hex}-{nonce.hex()}", now, now)

    def renewed(self, session: Session, now: datetime) -> str:
        version = _OF_TOKEN if session.passkey is None else _OF_PASSKEY
        return self._signed(version, session.who, session.began, now)

    def end(self, session: Session) -> None:
        """Signs a person out for good; a role's key has no session of its own."""
        if session.passkey is not None:
            self._ended[session.who] = None
            if len(self._ended) > ENDED_MAX:
                self._ended.popitem(last=False)

    @staticmethod
    def is_of_person(cookie: str) -> bool:
        """Whether the topic has to be read before anybody can say whose it is."""
        return cookie.startswith(f"{_OF_PASSKEY}.")

    def read(self, cookie: str, now: datetime) -> Session | None:
        """The session, perhaps an idle one; None for anything that was altered, is too old, or lost its token."""
        body, _, mac = cookie.rpartition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(body).encode()):
            return None
        version, who, began_s, seen_s = body.split(".")  # only we can have signed it, so it has four parts
        began, seen = (datetime.fromtimestamp(int(s), UTC) for s in (began_s, seen_s))
        if now - began >= ABSOLUTE or seen - now > CLOCK_SKEW:
            return None
        if version == _OF_PASSKEY:
            return self._of_passkey(who, began, seen)
        for digest, actor in self._tokens.actors.items():
            if hmac.compare_digest(self._who(digest), who):
                return Session(actor, who, began, seen)
        return None

    def _of_passkey(self, who: str, began: datetime, seen: datetime) -> Session | None:
        passkey = self._known.passkey(UUID(hex=who.partition("-")[0]))
        person = None if passkey is None else self._known.owner(passkey)
        if passkey is None or person is None or who in self._ended:
            return None
        actor = Actor(role=person.role, name=person.name, device=str(passkey.id))
        return Session(actor, who, began, seen, person, passkey)

    def _signed(self, version: str, who: str, began: datetime, seen: datetime) -> str:
        body = f"{version}.{who}.{int(began.timestamp())}.{int(seen.timestamp())}"
        return f"{body}.{self._mac(body)}"

    def _who(self, digest: str) -> str:
        return self._mac(f"who/{digest}")[:32]

    def _mac(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
