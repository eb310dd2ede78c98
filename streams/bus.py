"""The way to reach topics: what a stage may ask of them. KafkaBus and MemoryBus pass the same contract suite."""

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from schemas.envelope import Envelope
from schemas.topics import Topic

M = TypeVar("M", bound=Envelope)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a record lies."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Message:
    """A record as it lies on a topic: bytes, not yet decoded. `value` is None for a tombstone."""

    topic: str
    partition: int
    offset: int
    key: str | None
    value: bytes | None
    timestamp_ms: int


class Follower(Protocol):
    """Reads topics from a start on, on all partitions, in no group: for views that are rebuilt at each start."""

    async def get(self, *, timeout_s: float) -> Sequence[Message]:
        """What has come since, in partition order; empty when nothing came within `timeout_s`."""

    async def caught_up(self) -> bool:
        """Whether everything that was there at this call has been handed out by get()."""

    async def read_to_end(self, topic: str, partition: int) -> Sequence[Message]:
        """All records of one partition that were durable when this was called and not handed out yet.

        After it returns, nothing acknowledged before the call is missing: this is how a stop is never overtaken.
        Raises Unavailable when the broker does not answer in time; then the caller must not act.
        """

    async def read_up_to(self, position: Position) -> Sequence[Message]:
        """As read_to_end(), but up to a record that was acknowledged at `position`; later ones may be among them.

        For who reads back what it wrote: the broker need not be asked where the end is.
        """


class Group(Protocol):
    """Reads topics as a member of a group. Nothing is committed but by commit(), after the durable effect."""

    async def get(self, *, timeout_s: float) -> Sequence[Message]: ...

    async def commit(self, positions: Mapping[tuple[str, int], int]) -> None:
        """Commits the *next* offset to read for each (topic, partition)."""


class Bus(Protocol):
    """Raises Unavailable when the broker is away; nothing else of the vendor's comes out."""

    async def send(self, topic: Topic[M], record: M) -> Position:
        """Writes one record on its live event's partition; returns once it is durable (acks=all, idempotent)."""

    async def enqueue(self, topic: Topic[M], record: M) -> Awaitable[Position]:
        """As send(), but returns as soon as the record has its place in the order; await the result for durability.

        For stages that keep many records under way: the order of the calls is the order on the partition.
        """

    async def partitions(self, topic: str) -> int:
        """How many partitions the topic has."""

    def follow(
        self, topics: Sequence[str], *, start: Mapping[tuple[str, int], int] | None = None
    ) -> AbstractAsyncContextManager[Follower]:
        """From the beginning, or from `start` where it names a partition."""

    def join(self, topics: Sequence[str], group: str) -> AbstractAsyncContextManager[Group]:
        """Records come many at once and up to half of a second late: for who has to see them all, not at once."""

    def read(self, topic: str, partition: int, start: int, end: int) -> AsyncIterator[Message]:
        """The records of one partition with start ≤ offset < end (those that still exist), then ends."""

    async def topics(self) -> frozenset[str]:
        """The topics that exist now; for one that another program makes, when it first has something to say."""

    async def ping(self) -> None:
        """Raises Unavailable when the broker does not answer."""
