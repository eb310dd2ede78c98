"""Challenges that this installation made, each good for one purpose, once, for five minutes.

They are MACs under the session key, so any process of the desk knows those of another; which ones were used is kept by
each process alone, and what was signed with one is worth a session of the same person at most.
"""

import hmac
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from schemas.errors import Refused

GOOD_FOR = timedelta(minutes=5)
NONCE_BYTES = 16
USED_MAX = 10_000  # more than a desk can verify in five minutes
_TIME_BYTES, _MAC_BYTES = 8, 32


class Challenges:
    def __init__(self, key: bytes, random: Callable[[int], bytes]) -> None:
        self._key = key
        self._random = random
        self._used: OrderedDict[bytes, None] = OrderedDict()

    def make(self, purpose: str, now: datetime) -> bytes:
        """56 bytes: the time, a nonce, and the mark of this installation and purpose."""
        body = int(now.timestamp() * 1000).to_bytes(_TIME_BYTES, "big") + self._random(NONCE_BYTES)
        return body + self._mac(purpose, body)

    def take(self, challenge: bytes, purpose: str, now: datetime) -> None:
        """Uses it up. Raises Refused (403 old-challenge) for one that is not ours, too old, or used."""
        body, mac = challenge[:-_MAC_BYTES], challenge[-_MAC_BYTES:]
        ours = len(body) == _TIME_BYTES + NONCE_BYTES and hmac.compare_digest(mac, self._mac(purpose, body))
        age = now - now.fromtimestamp(int.from_bytes(body[:_TIME_BYTES], "big") / 1000, now.tzinfo) if ours else None
        if age is None or abs(age) > GOOD_FOR or challenge in self._used:
            raise Refused("This took too long, or was done before. Try again.", code="old-challenge", status=403)
        self._used[challenge] = None
        if len(self._used) > USED_MAX:
            self._used.popitem(last=False)

    def _mac(self, purpose: str, body: bytes) -> bytes:
        return hmac.digest(self._key, f"scrubcast/challenge/{purpose}/v1\n".encode() + body, "sha256")
