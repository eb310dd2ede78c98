"""Who writes on a tablet: tokens that bind a person to one tablet for twelve hours, and the tries at their PINs.

A token is signed with the installation's session key, so every process of intake can read it and none keeps it. It
names the PIN it was made with: another PIN, or a removed person, ends it everywhere. What is kept in memory counts for
each process alone: tries at PINs (with n processes n times as many), and sessions that were ended before their time,
whose token is of no use anyway without the key of its tablet.
"""

import base64
import binascii
import hmac
import math
import struct
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from schemas.enrolment import Pin
from streams.rates import TooFast

ABSOLUTE = timedelta(hours=12)  # a shift
# An update says by its token who wrote it, and may arrive long after: as late as `submissions` keeps what came.
LATE = timedelta(days=3)
TRIES_MAX = 5
LOCKED_S = 300.0
PLACES_MAX = 10_000  # pairs of tablet and person with wrong tries; the oldest is forgotten
ENDED_MAX = 10_000  # more than a day of hundred tablets

_PREFIX = "sct1."
_LABEL = b"scrubcast/session/v1\n"  # the desk signs its cookies with the same key, and other words
_FORM = struct.Struct(">16s16sQ8s8s")  # tablet, person, end in seconds, PIN, nonce
NONCE_BYTES = 8


@dataclass(frozen=True)
class Session:
    """A token that this installation made; whether it still counts depends on what it is used for."""

    tablet_id: UUID
    person_id: UUID
    expires_at: datetime
    pin_mark: bytes
    nonce: bytes

    def is_late(self, now: datetime) -> bool:
        """Whether it has ended so long ago that even what was written under it is not taken any more."""
        return now >= self.expires_at + LATE


def is_session(token: str) -> bool:
    """Whether this is a token of a person on a tablet; role tokens never begin so."""
    return token.startswith(_PREFIX)


class Sessions:
    """Makes and reads tokens, and counts tries."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._tries: OrderedDict[tuple[UUID, UUID], tuple[int, float]] = OrderedDict()
        self._ended: OrderedDict[bytes, None] = OrderedDict()

    def begin(self, tablet_id: UUID, person_id: UUID, pin: Pin, now: datetime, nonce: bytes) -> tuple[str, datetime]:
        """The token, and when it ends. `nonce`: 8 random bytes."""
        expires_at = now.replace(microsecond=0) + ABSOLUTE
        body = _FORM.pack(tablet_id.bytes, person_id.bytes, int(expires_at.timestamp()), self._mark(pin), nonce)
        return _PREFIX + _text(body + self._mac(body)), expires_at

    def read(self, token: str) -> Session | None:
        """None for anything that this installation did not make."""
        try:
            raw = base64.urlsafe_b64decode(token.removeprefix(_PREFIX) + "==")
        except (binascii.Error, ValueError):
            return None
        body, mac = raw[: _FORM.size], raw[_FORM.size :]
        if not is_session(token) or not hmac.compare_digest(mac, self._mac(body)):
            return None
        tablet, person, end_s, mark, nonce = _FORM.unpack(body)  # only we can have signed it
        return Session(UUID(bytes=tablet), UUID(bytes=person), datetime.fromtimestamp(end_s, UTC), mark, nonce)

    def counts(self, session: Session, pin: Pin, now: datetime) -> bool:
        """Whether one may still act under it: not over, not ended, and of the PIN that the person has now."""
        return (
            now < session.expires_at
            and session.nonce not in self._ended
            and hmac.compare_digest(session.pin_mark, self._mark(pin))
        )

    def end(self, session: Session) -> None:
        self._ended[session.nonce] = None
        if len(self._ended) > ENDED_MAX:
            self._ended.popitem(last=False)

    def try_pin(self, tablet_id: UUID, person_id: UUID, at_s: float) -> int:
        """Counts a try before it is looked at, so that many at once are many; how many are left, should it be wrong.

        Raises TooFast (429 locked) past five.

        `at_s`: seconds that only grow. The fifth wrong try locks this person on this tablet for five minutes.
        """
        place = (tablet_id, person_id)
        tries, since_s = self._tries.get(place, (0, at_s))
        if tries >= TRIES_MAX:
            if at_s < since_s + LOCKED_S:
                wait = max(1, math.ceil(since_s + LOCKED_S - at_s))
                raise TooFast(
                    "Five wrong PINs: this person is locked on this tablet for five minutes.",
                    retry_after_s=wait,
                    code="locked",
                )
            tries = 0
        self._tries[place] = (tries + 1, at_s)
        self._tries.move_to_end(place)
        if len(self._tries) > PLACES_MAX:
            self._tries.popitem(last=False)
        return TRIES_MAX - tries - 1

    def right_pin(self, tablet_id: UUID, person_id: UUID) -> None:
        self._tries.pop((tablet_id, person_id), None)

    def _mark(self, pin: Pin) -> bytes:
        return hmac.digest(self._key, b"scrubcast/pin-mark/v1\n" + pin.hash.encode(), "sha256")[:8]

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, _LABEL + body, "sha256")


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
