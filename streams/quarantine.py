"""Dead letters: which record failed and why, by id and place; and the limit past which the stage has to stop."""

from collections import deque
from datetime import datetime, timedelta
from uuid import UUID

from schemas.dead_letter import DeadLetter
from schemas.envelope import system
from schemas.errors import Broken
from schemas.ids import derive
from streams.bus import Message

# Past this many in this time it is not the records that are bad but the stage (a bad deploy), and going on would
# drain the topic into the dead letters.
LIMIT = 50
WINDOW = timedelta(minutes=10)
NOWHERE = "unknown"  # the live event of a record that cannot be read at all


class TooManyDeadLetters(Broken):
    """The stage stops, and is not started again by itself: a person has to look."""

    exit_code = 3


def dead_letter(
    message: Message,
    stage: str,
    code: str,
    reason: str,
    now: datetime,
    *,
    live_event_id: str | None = None,
    update_id: UUID | None = None,
) -> DeadLetter:
    return DeadLetter(
        id=derive(message.topic, message.partition, message.offset, stage),
        live_event_id=live_event_id or (message.key if message.key and len(message.key) <= 64 else NOWHERE),
        at=now,
        actor=system(stage),
        update_id=update_id,
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        stage=stage,
        code=code,
        reason=reason[:400],
    )


class Limit:
    """Counts this stage's dead letters within the window. Raises TooManyDeadLetters when there are too many."""

    def __init__(self, stage: str, limit: int = LIMIT, window: timedelta = WINDOW) -> None:
        self._stage = stage
        self._limit = limit
        self._window = window
        self._times: deque[datetime] = deque(maxlen=limit + 1)

    def add(self, now: datetime) -> None:
        self._times.append(now)
        while self._times and now - self._times[0] > self._window:
            self._times.popleft()
        if len(self._times) > self._limit:
            minutes = self._window.total_seconds() / 60
            raise TooManyDeadLetters(
                f"{self._stage} stopped: over {self._limit} records in {minutes:.0f} minutes could not be handled. "
                "Nothing is lost. Read `scrubcast status`, then start the stage again."
            )
