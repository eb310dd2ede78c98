"""Decides whether a device sends too fast: a bucket of updates for each, in bounded memory."""

import math
from collections import OrderedDict

from schemas.errors import Refused

# A hospital has dozens of tablets. Ten thousand names of devices within one minute are no tablets: fail closed.
DEVICES_MAX = 10_000
MINUTE_S = 60.0


class TooFast(Refused):
    """Over the rate, or locked; the same request may come again after `retry_after_s`."""

    def __init__(self, message: str, *, retry_after_s: int, code: str = "too-fast") -> None:
        super().__init__(message, code=code, status=429)
        self.retry_after_s = retry_after_s


class Limits:
    """`updates_per_minute` for each device, all at once if it likes, then as the bucket fills again.

    `say` is told to who comes too fast, with the rate as `per_minute` and the `wait` in seconds.
    """

    def __init__(
        self,
        updates_per_minute: int,
        *,
        devices_max: int = DEVICES_MAX,
        say: str = "More than {per_minute} updates in a minute. This one waits on the tablet for {wait} s.",
    ) -> None:
        self._say = say
        self._capacity = float(updates_per_minute)
        self._per_second = updates_per_minute / MINUTE_S
        self._devices_max = devices_max
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # device → (level, as of)

    def take(self, device: str, at_s: float) -> None:
        """Takes one of the device's updates at `at_s` (seconds that only grow). Raises TooFast when none is left."""
        level, since = self._buckets.get(device, (self._capacity, at_s))
        level = min(self._capacity, level + (at_s - since) * self._per_second)
        if level < 1 or not self._room_for(device, at_s):
            wait = math.ceil((1 - level) / self._per_second) if level < 1 else int(MINUTE_S)
            say = self._say.format(per_minute=int(self._capacity), wait=wait)
            raise TooFast(say, retry_after_s=max(1, wait))
        self._buckets[device] = (level - 1, at_s)
        self._buckets.move_to_end(device)

    def give_back(self, device: str) -> None:
        """What was taken for an update that could not be stored: its next try must not count as another one."""
        if device in self._buckets:
            level, since = self._buckets[device]
            self._buckets[device] = (min(self._capacity, level + 1), since)

    def _room_for(self, device: str, at_s: float) -> bool:
        """Forgets the device that was quiet longest, but only when its bucket is full again: nothing is lost by it."""
        if device in self._buckets or len(self._buckets) < self._devices_max:
            return True
        quiet, (_, since) = next(iter(self._buckets.items()))
        if at_s - since < MINUTE_S:
            return False
        del self._buckets[quiet]
        return True
