"""Decides whether somebody comes too fast: a bucket for each device, account or address, in bounded memory."""

import math
from collections import OrderedDict

from schemas.errors import Refused

# A hospital has dozens of tablets. Ten thousand names of devices within one minute are no tablets: fail closed.
KEYS_MAX = 10_000
MINUTE_S = 60.0


class TooFast(Refused):
    """Over the rate, or locked; the same request may come again after `retry_after_s`."""

    def __init__(self, message: str, *, retry_after_s: int, code: str = "too-fast") -> None:
        super().__init__(message, code=code, status=429)
        self.retry_after_s = retry_after_s


class Rates:
    """`count` within `over_s` for each key, all at once if it likes, then as the bucket fills again.

    `say` is told to who comes too fast, with `count` and the `wait` in seconds; `code` is the refusal's.
    """

    def __init__(
        self,
        count: int,
        *,
        over_s: float = MINUTE_S,
        keys_max: int = KEYS_MAX,
        say: str = "More than {count} updates in a minute. This one waits on the tablet for {wait} s.",
        code: str = "too-fast",
    ) -> None:
        self._say = say
        self._code = code
        self._capacity = float(count)
        self._over_s = over_s
        self._per_second = count / over_s
        self._keys_max = keys_max
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # key → (level, as of)

    def take(self, key: str, at_s: float) -> None:
        """Takes one of the key's at `at_s` (seconds that only grow). Raises TooFast when none is left."""
        level, since = self._buckets.get(key, (self._capacity, at_s))
        level = min(self._capacity, level + (at_s - since) * self._per_second)
        if level < 1 or not self._room_for(key, at_s):
            wait = math.ceil((1 - level) / self._per_second) if level < 1 else int(self._over_s)
            say = self._say.format(count=int(self._capacity), wait=wait)
            raise TooFast(say, retry_after_s=max(1, wait), code=self._code)
        self._buckets[key] = (level - 1, at_s)
        self._buckets.move_to_end(key)

    def give_back(self, key: str) -> None:
        """What was taken and shall not count: an update that could not be stored, a try that was right."""
        if key in self._buckets:
            level, since = self._buckets[key]
            self._buckets[key] = (min(self._capacity, level + 1), since)

    def _room_for(self, key: str, at_s: float) -> bool:
        """Forgets the key that was quiet longest, but only when its bucket is full again: nothing is lost by it."""
        if key in self._buckets or len(self._buckets) < self._keys_max:
            return True
        quiet, (_, since) = next(iter(self._buckets.items()))
        if at_s - since < self._over_s:
            return False
        del self._buckets[quiet]
        return True
