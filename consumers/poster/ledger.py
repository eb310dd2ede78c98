"""The ledger on its topic: one writer per thread, put out by the next one's claim (fencing by the log itself).

A writer claims a thread by a record with the next epoch, and reads the partition to the end: what stands before its
claim is all there is, what an older writer still appends after it is void. After each append it reads the partition up
to its own record; if it meets the claim of another there, it is out and must stop. No clock and no lease takes part,
and no transaction: the order of one partition is enough.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from consumers.poster.book import Book
from consumers.poster.outcomes import claim
from schemas.errors import Broken, Refused
from schemas.ledger import Ledger
from schemas.topics import LEDGER, partition_of
from streams.bus import Bus, Follower, Message, Position
from streams.clock import Clock


class PutOut(Broken):
    """Another poster has taken over. Caught to stand by until that one is silent."""


class FencedLedger:
    """All threads' books of one poster. Open it by `async with opened(bus, clock, writer)`."""

    def __init__(self, bus: Bus, follower: Follower, clock: Clock, writer: UUID, partitions: int) -> None:
        self.writer = writer
        self._bus = bus
        self._follower = follower
        self._clock = clock
        self._partitions = partitions
        self._books: dict[tuple[str, str], Book] = {}
        self._read: dict[int, int] = {}  # partition: last offset taken in
        self._reading = asyncio.Lock()  # a follower has one reader at a time

    def book(self, destination: str, live_event_id: str) -> Book:
        key = (destination, live_event_id)
        if key not in self._books:
            self._books[key] = Book(destination, live_event_id)
        return self._books[key]

    def books(self) -> Iterable[Book]:
        return tuple(self._books.values())

    async def restore(self) -> None:
        """Takes in all that lies there."""
        for partition in range(self._partitions):
            self._take(await self._follower.read_to_end(LEDGER.name, partition))

    async def claim(self, book: Book) -> None:
        """Puts out any other writer of this thread. Raises PutOut when another one claims at the same moment."""
        partition = partition_of(book.live_event_id, self._partitions)
        async with self._reading:
            self._take(await self._follower.read_to_end(LEDGER.name, partition))
        await self._send(claim(book, self.writer, self._clock.now()))
        self._check(book)

    async def append(
        self, book: Book, record: Ledger, *, beside: Callable[[], Coroutine[None, None, None]] | None = None
    ) -> None:
        """Writes a record; when it returns, the book has it and nobody else had the thread. Raises PutOut otherwise.

        `beside` is done once the record is durable, while it is read back.
        """
        self._check(book)
        position = await self._bus.send(LEDGER, record)
        reading = asyncio.ensure_future(self._read_back(position))
        try:
            if beside is not None:
                await beside()
            await reading
        finally:
            reading.cancel()
        self._check(book)

    async def _send(self, record: Ledger) -> None:
        await self._read_back(await self._bus.send(LEDGER, record))

    async def _read_back(self, position: Position) -> None:
        if self._read.get(position.partition, -1) >= position.offset:
            return
        async with self._reading:
            if self._read.get(position.partition, -1) < position.offset:
                self._take(await self._follower.read_up_to(position))

    def _check(self, book: Book) -> None:
        if book.writer != self.writer:
            raise PutOut(f"Another poster has taken over {book.destination} of {book.live_event_id}: this one is out.")

    def _take(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self._read[message.partition] = message.offset
            if message.value is None:
                continue
            try:
                record = Ledger.decode(message.value)
            except Refused as refused:
                # Not knowing what was posted, the only safe thing is to post nothing.
                raise Broken(f"The ledger cannot be read at {message.partition}/{message.offset}: {refused}") from None
            self.book(record.destination, record.live_event_id).apply(record)


@asynccontextmanager
async def opened(bus: Bus, clock: Clock, writer: UUID) -> AsyncIterator[FencedLedger]:
    """The ledger, with all books restored. `writer` is new for each process."""
    async with bus.follow([LEDGER.name]) as follower:
        ledger = FencedLedger(bus, follower, clock, writer, await bus.partitions(LEDGER.name))
        await ledger.restore()
        yield ledger
