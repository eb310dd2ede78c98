"""Whose post goes next on one account: the threads take turns in the order they asked, so that none of them starves.

What the platform's limit leaves is thus shared evenly, post by post, between all live events of an account: one that
has a hundred posts waiting gets every other turn beside one that has a single post.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime

# Threads with a request under way at once: one slow answer must not stop an account, and no platform likes bursts.
AT_ONCE = 4


@dataclass
class Turns:
    """The turns of one account. A thread keeps its turn from before its intent until its request is answered."""

    at_once: int = AT_ONCE
    paused_until: datetime | None = None  # the account's limit is used up, or nobody answers there
    _taken: set[Hashable] = field(default_factory=set)
    _waiting: dict[Hashable, Callable[[], None]] = field(default_factory=dict)  # in the order they asked

    def take(self, who: Hashable, wake: Callable[[], None], now: datetime) -> bool:
        """Whether it is this thread's turn; if not, it keeps its place, and `wake` is called when to ask again."""
        if who in self._taken:
            return True
        self._waiting.setdefault(who, wake)
        if self.pause(now) is not None:
            return False
        ahead = list(self._waiting)[: self.at_once - len(self._taken)]
        if who not in ahead:
            return False
        del self._waiting[who]
        self._taken.add(who)
        return True

    def give(self, who: Hashable) -> None:
        """The turn, or the place among those who wait, is given up."""
        self._taken.discard(who)
        self._waiting.pop(who, None)
        for wake in list(self._waiting.values())[: self.at_once - len(self._taken)]:
            wake()

    @property
    def is_idle(self) -> bool:
        """Whether no thread of this account has a post under way or waiting for its turn."""
        return not self._taken and not self._waiting

    def pause(self, now: datetime) -> datetime | None:
        """Until when the account rests; None when it does not."""
        if self.paused_until is not None and self.paused_until <= now:
            self.paused_until = None
        return self.paused_until

    def rest(self, until: datetime) -> None:
        """Nobody of this account tries before then."""
        self.paused_until = until
