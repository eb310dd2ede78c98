"""When people are told that nothing can be posted on a destination, and that it goes on again."""

from dataclasses import dataclass
from datetime import datetime

from consumers.poster.platforms.base import AccountBusy

TOLD_AFTER_S = 10.0  # shorter than this is no news: a connection that failed once, a limit that ends at once


@dataclass
class Away:
    """How one thread's destination does."""

    since: datetime | None = None
    told: bool = False

    def failed(self, busy: AccountBusy, now: datetime) -> bool:
        """Whether people have to be told now: it is away for long, or will be."""
        self.since = self.since or now
        long = (now - self.since).total_seconds() + busy.retry_after_s >= TOLD_AFTER_S
        news, self.told = long and not self.told, self.told or long
        return news

    def answered(self) -> datetime | None:
        """Since when it was away, if people were told so; they have to hear that it is back."""
        since, told = self.since, self.told
        self.since, self.told = None, False
        return since if told else None
