"""A view: a fold of whole topics, rebuilt at each start and kept up to date, that knows when it is ready."""

import asyncio
from collections.abc import Callable, Sequence

from schemas.errors import Unavailable
from streams.bus import Bus, Message
from streams.clock import Clock

# Long enough that an idle view costs nothing, short enough that a cancelled one ends at once.
POLL_S = 1.0


class View:
    """Feeds every record of `topics` to `apply`, oldest first on each partition.

    `apply` must be idempotent by the record's id, and must not raise for a record it cannot read: a view that dies
    takes its stage with it. `version` grows with each batch, so that pages know when to look again.
    """

    def __init__(self, bus: Bus, topics: Sequence[str], apply: Callable[[Message], None]) -> None:
        self._bus = bus
        self._topics = topics
        self._apply = apply
        self._ready = asyncio.Event()
        self._grown = asyncio.Condition()
        self.version = 0

    async def run(self) -> None:
        """Until cancelled."""
        async with self._bus.follow(self._topics) as follower:
            while True:
                if not self._ready.is_set() and await follower.caught_up():  # at once, where there is nothing to read
                    self._ready.set()
                batch = await follower.get(timeout_s=0.05 if not self._ready.is_set() else POLL_S)
                for message in batch:
                    self._apply(message)
                if batch:
                    await self._announce()

    async def take(self, message: Message) -> None:
        """A record that its writer knows to be durable, before it is read back; `apply` leaves the second one out."""
        self._apply(message)
        await self._announce()

    async def keep(self, clock: Clock) -> None:
        """run(), and when the broker was away for too long, from the beginning again, which changes nothing."""
        while True:
            try:
                await self.run()
            except Unavailable as error:
                await clock.sleep(error.retry_after_s)

    async def _announce(self) -> None:
        self.version += 1
        async with self._grown:
            self._grown.notify_all()

    @property
    def is_ready(self) -> bool:
        return self._ready.is_set()

    async def ready(self) -> None:
        """Until everything that was on the topics at the start has been applied."""
        await self._ready.wait()

    async def changed(self, after_version: int, timeout_s: float) -> int:
        """The version, as soon as it is past `after_version` or the time is up."""
        async with self._grown:
            try:
                async with asyncio.timeout(timeout_s):
                    await self._grown.wait_for(lambda: self.version > after_version)
            except TimeoutError:
                pass
        return self.version
