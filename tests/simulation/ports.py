"""How a process reaches the world: each call has a point before its effect and one after, and the witness sees it."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Self, TypeVar

from consumers.poster.platforms.base import Account, AccountBusy, Limits, Outgoing, Platform, Published
from schemas.envelope import Envelope
from schemas.errors import ScrubcastError
from schemas.live_event import Destination
from schemas.topics import Topic
from streams.bus import Bus, Follower, Group, Message, Position
from tests.simulation.kernel import Process
from tests.simulation.witness import Witness

M = TypeVar("M", bound=Envelope)
# On the way to the broker, and back; of the last, two are too much for a request to follow.
READ_S = (0.0, 0.002, 0.04, 0.09)


class DyingBus:
    """A process's own connection to the bus of the world."""

    def __init__(self, bus: Bus, process: Process, witness: Witness) -> None:
        self._bus = bus
        self._process = process
        self._witness = witness

    async def send(self, topic: Topic[M], record: M) -> Position:
        await self._process.point()
        position = await self._bus.send(topic, record)
        self._witness.written(self._process, record)
        await self._process.point()
        return position

    async def enqueue(self, topic: Topic[M], record: M) -> Awaitable[Position]:
        await self._process.point()
        written = await self._bus.enqueue(topic, record)
        self._witness.written(self._process, record)
        return written

    async def partitions(self, topic: str) -> int:
        return await self._bus.partitions(topic)

    async def topics(self) -> frozenset[str]:
        return await self._bus.topics()

    async def ping(self) -> None:
        await self._process.point()

    def read(self, topic: str, partition: int, start: int, end: int) -> AsyncIterator[Message]:
        return self._bus.read(topic, partition, start, end)

    @asynccontextmanager
    async def follow(
        self, topics: Sequence[str], *, start: Mapping[tuple[str, int], int] | None = None
    ) -> AsyncIterator[Follower]:
        async with self._bus.follow(topics, start=start) as follower:
            yield _DyingFollower(follower, self._process, self._witness)

    @asynccontextmanager
    async def join(self, topics: Sequence[str], group: str) -> AsyncIterator[Group]:
        raise NotImplementedError
        yield  # pragma: no cover


class _DyingFollower:
    def __init__(self, follower: Follower, process: Process, witness: Witness) -> None:
        self._follower = follower
        self._process = process
        self._rng = process.rng
        self._latency = random.Random(1)  # of its own: what else happens in a run does not turn on it
        self._witness = witness

    async def get(self, *, timeout_s: float) -> Sequence[Message]:
        await self._process.point()
        messages = await self._follower.get(timeout_s=timeout_s)
        await asyncio.sleep(self._rng.uniform(0.0, 0.5))  # what is streamed is always a little old
        await self._process.point()
        return messages

    async def caught_up(self) -> bool:
        await self._process.point()
        return await self._follower.caught_up()

    async def read_to_end(self, topic: str, partition: int) -> Sequence[Message]:
        await self._process.point()
        await asyncio.sleep(self._latency.choice(READ_S))
        messages = await self._follower.read_to_end(topic, partition)
        await asyncio.sleep(self._latency.choice(READ_S))
        await self._process.point()
        return messages

    async def read_up_to(self, position: Position) -> Sequence[Message]:
        await self._process.point()
        await asyncio.sleep(self._latency.choice(READ_S))
        messages = await self._follower.read_up_to(position)
        await asyncio.sleep(self._latency.choice(READ_S))
        await self._process.point()
        return messages


class DyingPlatform:
    """A process's own connection to a platform of the world: slow, and cut when the process dies."""

    def __init__(self, platform: Platform, process: Process, witness: Witness) -> None:
        self._platform = platform
        self._process = process
        self._rng = process.rng
        self._witness = witness

    @classmethod
    def over(cls, other: "DyingPlatform") -> Self:
        """The same connection, behind another kind of it."""
        return cls(other._platform, other._process, other._witness)

    @property
    def destination(self) -> Destination:
        return self._platform.destination

    @property
    def limits(self) -> Limits:
        return self._platform.limits

    async def check(self) -> Account:
        await self._process.point()
        try:
            return await self._platform.check()
        except AccountBusy as busy:
            self._witness.away(self.destination.key, busy)
            raise

    def platform_id_of(self, url: str) -> str | None:
        return self._platform.platform_id_of(url)

    async def prepare(self, out: Outgoing) -> None:
        await self._process.point()
        await self._platform.prepare(out)
        await self._process.point()

    async def publish(self, out: Outgoing) -> Published:
        self._witness.request_begins(self._process, self.destination.key, out)
        # Between the last check and the first byte a pause cannot be seen by anyone; it would be a late request.
        await self._process.point(may_pause=False)
        await asyncio.sleep(self._rng.uniform(0.0, 0.3))
        answer: Published | ScrubcastError | None = None
        try:
            # Once sent, a request is not called back by the death of who sent it.
            answer = await self._platform.publish(out)
        except ScrubcastError as error:
            answer = error
            raise
        finally:
            await asyncio.sleep(self._rng.uniform(0.0, 0.3))
            await self._process.point()
            if answer is not None:
                self._witness.answered(self.destination.key, out, answer)
        return answer

    async def look_up(self, out: Outgoing, *, since: datetime, known: frozenset[str]) -> Published | None:
        await self._process.point()
        try:
            found = await self._platform.look_up(out, since=since, known=known)
        except ScrubcastError:
            self._witness.reached["a look-up without an answer"] += 1
            raise
        self._witness.looked_up(self.destination.key, out, found)
        await self._process.point()
        return found

    async def delete(self, out: Outgoing, published: Published) -> None:
        await self._process.point()
        try:
            await self._platform.delete(out, published)
        finally:
            await self._process.point()

    async def close(self) -> None:
        """Nothing to give back."""
