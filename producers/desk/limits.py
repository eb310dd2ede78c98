"""How many posts the platforms still take, as far as anybody knows: what accounts answered, less what went out since.

Kept in memory, for people to look at. What is not known is said to be unknown; nothing is decided by it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from producers.desk.queue import LiveEventView
from schemas.live_event import Destination
from streams.accounts import AccountCheck, CheckAccount
from streams.clock import Clock

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Left:
    """`posts` that still go out until `until`."""

    posts: int
    until: datetime | None


class Limits:
    """The last answer of each account, wherever it was asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: dict[str, tuple[datetime, AccountCheck]] = {}

    def noting(self, check: CheckAccount | None) -> CheckAccount | None:
        """`check`, whose answers are kept on their way."""
        if check is None:
            return None

        async def ask(destination: Destination) -> AccountCheck:
            answer = await check(destination)
            self._answers[destination.key] = (self._clock.now(), answer)
            return answer

        return ask

    def left(self, view: LiveEventView, destination: str, now: datetime) -> Left | None:
        """None where nothing is known, or what was known is older than the limit it spoke of."""
        away = view.away(destination)
        if away is not None and away.reason == "limit":
            return Left(0, away.until)
        at, answer = self._answers.get(destination, (now, None))
        if answer is None or answer.left is None or answer.resets_at is None or now >= answer.resets_at:
            return None
        return Left(max(0, answer.left - _posted(view, destination, at)), answer.resets_at)


def this_hour(view: LiveEventView, destination: str, now: datetime) -> int:
    """How many posts went out there within the last hour."""
    return _posted(view, destination, now - HOUR)


def _posted(view: LiveEventView, destination: str, since: datetime) -> int:
    found = 0
    for row in view.rows(destination):  # the newest first
        at = row.receipt.posted_at
        if at is not None and at <= since:
            break
        found += at is not None
    return found
