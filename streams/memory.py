"""Topics in memory: the same promises as Kafka's within one process, for tests and for trying things out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from schemas.envelope import Envelope
from schemas.errors import Unavailable
from schemas.topics import TOPICS, Topic, partition_of
from streams.bus import Follower, Group, Message, Position

M = TypeVar("M", bound=Envelope)

BATCH_MAX = 500  # as many as the Kafka door hands out at once


@dataclass
class MemoryBus:
    """One log for each partition. `away` set to True answers as a broker that is down."""

    partition_count: int = 2
    away: bool = False
    _logs: dict[tuple[str, int], list[Message]] = field(default_factory=dict)
    _committed: dict[tuple[str, str, int], int] = field(default_factory=dict)
    _grown: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        for topic in TOPICS:
            for partition in range(self.partition_count):
                self._logs[topic.name, partition] = []

    def _check(self) -> None:
        if self.away:
            raise Unavailable("The broker is away.", retry_after_s=1.0)

    async def send(self, topic: Topic[M], record: M) -> Position:
        partition = partition_of(record.live_event_id, self.partition_count)
        return await self.send_raw(topic.name, partition, topic.key(record), record.encode(), record.at.timestamp())

    async def enqueue(self, topic: Topic[M], record: M) -> Awaitable[Position]:
        position = await self.send(topic, record)
        durable: asyncio.Future[Position] = asyncio.get_running_loop().create_future()
        durable.set_result(position)
        return durable

    async def send_raw(
        self, topic: str, partition: int, key: str | None, value: bytes | None, at_s: float = 0.0
    ) -> Position:
        """Bytes as they are; for tests of what undecodable records do."""
        self._check()
        log = self._logs.setdefault((topic, partition), [])
        log.append(Message(topic, partition, len(log), key, value, int(at_s * 1000)))
        async with self._grown:
            self._grown.notify_all()
        return Position(topic, partition, len(log) - 1)

    async def partitions(self, topic: str) -> int:
        self._check()
        assert (topic, 0) in self._logs
        return self.partition_count

    async def topics(self) -> frozenset[str]:
        self._check()
        return frozenset(topic for topic, _ in self._logs)

    async def ping(self) -> None:
        self._check()

    def everything(self, topic: str) -> list[Message]:
        """All records of a topic, partition by partition; for tests."""
        return [m for (name, _), log in sorted(self._logs.items()) if name == topic for m in log]

    async def read(self, topic: str, partition: int, start: int, end: int) -> AsyncIterator[Message]:
        self._check()
        for message in self._logs[topic, partition][max(start, 0) : end]:
            yield message

    @asynccontextmanager
    async def follow(
        self, topics: Sequence[str], *, start: Mapping[tuple[str, int], int] | None = None
    ) -> AsyncIterator[Follower]:
        yield _Reader(self, topics, dict(start or {}))

    @asynccontextmanager
    async def join(self, topics: Sequence[str], group: str) -> AsyncIterator[Group]:
        at = {(t, p): self._committed.get((group, t, p), 0) for t in topics for p in range(self.partition_count)}
        yield _Reader(self, topics, at, group=group)


class _Reader:
    """Both a Follower and the only member of a Group: positions over the logs."""

    def __init__(
        self, bus: MemoryBus, topics: Sequence[str], at: dict[tuple[str, int], int], group: str | None = None
    ) -> None:
        self._bus = bus
        self._group = group
        self._at = {(t, p): at.get((t, p), 0) for t in topics for p in range(bus.partition_count)}

    def _take(self, place: tuple[str, int], end: int | None = None) -> list[Message]:
        start = self._at[place]
        found = self._bus._logs[place][start:end][:BATCH_MAX]  # noqa: SLF001  # the bus and its reader are one thought
        self._at[place] = start + len(found)
        return found

    def _waiting(self) -> bool:
        return any(len(self._bus._logs[place]) > at for place, at in self._at.items())  # noqa: SLF001  # as above

    async def get(self, *, timeout_s: float) -> Sequence[Message]:
        async with self._bus._grown:  # noqa: SLF001  # as above
            if not self._waiting():
                try:
                    async with asyncio.timeout(timeout_s):
                        await self._bus._grown.wait_for(self._waiting)  # noqa: SLF001  # as above
                except TimeoutError:
                    return []
        return [m for place in list(self._at) for m in self._take(place)]

    async def caught_up(self) -> bool:
        return not self._waiting()

    async def read_to_end(self, topic: str, partition: int) -> Sequence[Message]:
        return await self.read_up_to(Position(topic, partition, len(self._bus._logs[topic, partition]) - 1))  # noqa: SLF001  # as above

    async def read_up_to(self, position: Position) -> Sequence[Message]:
        self._bus._check()  # noqa: SLF001  # as above
        place, end = (position.topic, position.partition), position.offset + 1
        out: list[Message] = []
        while self._at[place] < end:
            out += self._take(place, end)
        return out

    async def commit(self, positions: Mapping[tuple[str, int], int]) -> None:
        self._bus._check()  # noqa: SLF001  # as above
        assert self._group is not None
        for (topic, partition), offset in positions.items():
            self._bus._committed[self._group, topic, partition] = offset  # noqa: SLF001  # as above
