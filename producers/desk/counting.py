"""What the stream engine has counted of each live event: read from its table's changelog, as soon as there is one.

Only for people to look at. The desk is ready without it, and nothing is decided by it.
"""

import json

import structlog
from pydantic import ValidationError

from schemas.errors import Broken, Unavailable
from streams.bus import Bus, Message
from streams.clock import Clock
from streams.counts import COUNTS_CHANGELOG, Counts

LOOK_S = 2.0  # as often as anybody reads a figure; each draft makes a record of a few kilobytes
# The engine makes its topic when it starts. A desk that runs without an engine need not ask for ever so often.
LOOK_MAX_S = 30.0
LOOK_LONGER = 1.25  # from one look in vain to the next

log = structlog.get_logger()


class Counting:
    """The last counts of each live event, kept as they came and read when somebody asks."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._latest: dict[str, bytes] = {}

    def of(self, live_event_id: str) -> Counts:
        """Empty counts for an event of which nothing was counted, or nothing that can be read."""
        try:
            return Counts.of(json.loads(self._latest.get(live_event_id, b"{}")))
        except (ValueError, ValidationError):
            return Counts()

    async def run(self) -> None:
        """Until cancelled, or until it turns out that this desk has no right to the counts."""
        looks_again_s = LOOK_S
        while True:
            try:
                if COUNTS_CHANGELOG in await self._bus.topics():
                    looks_again_s = LOOK_S
                    await self._follow()
            except Unavailable:
                pass
            except Broken as error:
                log.warning("no-counts", reason=str(error))
                return
            await self._clock.sleep(looks_again_s)
            looks_again_s = min(LOOK_MAX_S, looks_again_s * LOOK_LONGER)

    async def _follow(self) -> None:
        async with self._bus.follow([COUNTS_CHANGELOG]) as follower:
            while True:
                found = await follower.get(timeout_s=1.0)
                for message in found:
                    self._take(message)
                if found:
                    await self._clock.sleep(LOOK_S)

    def _take(self, message: Message) -> None:
        """The engine writes its keys as JSON. A record without a value says that the key is gone."""
        try:
            live_event_id = json.loads(message.key or "")
        except ValueError:
            return
        if isinstance(live_event_id, str):
            self._latest[live_event_id] = message.value or b"{}"
