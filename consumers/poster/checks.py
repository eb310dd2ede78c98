"""When a thread is read back: every few minutes while it is live, once after its end, then daily for a time. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Mode = Literal["live", "close", "never"]
"""`close`: after the end and once more a day later, where each reading is paid for; `live`: in between as well."""

EVERY_S = 300.0
"""Posts are read every five minutes. A reading is one request for a hundred posts on Bluesky, for forty on Mastodon."""

DAYS = 30
"""As long as the event's keys are kept by default: a text that somebody put there can be opened for so long."""

AFTER_END = timedelta(minutes=5)  # what was under way at the end has settled, and can be read everywhere
DAY = timedelta(days=1)
RETRY_S = 60.0  # of a reading that failed, or that had to give way to posts


@dataclass(frozen=True, slots=True)
class Checks:
    """How often, for how long, and which destinations: by platform's name."""

    every_s: float = EVERY_S
    days: int = DAYS
    mode_of: Callable[[str], Mode] = lambda _: "live"


def due(
    checks: Checks, mode: Mode, now: datetime, *, ended_at: datetime | None, closing_at: datetime | None,
    last: datetime | None,
) -> datetime | None:  # fmt: skip
    """When to read next; None for never. `closing_at`: when it was first read after its end; `last`: read at all."""
    if mode == "never" or (mode == "close" and ended_at is None):
        return None
    if ended_at is None:
        return last + timedelta(seconds=checks.every_s) if last else now
    times = checks.days if mode == "live" else min(checks.days, 1)
    if now > ended_at + (times + 1) * DAY:
        return None  # of a poster that starts long after
    if closing_at is None:
        return ended_at + AFTER_END
    next_at = max(last or closing_at, closing_at) + DAY
    return next_at if next_at <= ended_at + (times + 1) * DAY and times else None
