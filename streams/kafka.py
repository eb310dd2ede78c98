"""The only door to aiokafka: the Bus over a real cluster. Vendor errors become Unavailable or Broken here."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import (
    CommitFailedError,
    IllegalStateError,
    KafkaConnectionError,
    KafkaError,
    TopicAuthorizationFailedError,
)

from schemas.envelope import Envelope
from schemas.errors import Broken, Unavailable
from schemas.topics import Topic, partition_of
from streams.bus import Follower, Group, Message, Position

M = TypeVar("M", bound=Envelope)

SEND_TIMEOUT_S = 5.0  # longer than any acknowledgement measured (p99 23 ms with fsync), short for a person who waits
END_TIMEOUT_S = 5.0  # the same for "where is the end of this partition"
BATCH_MAX = 500
# A group is somebody for whom half of a second is soon, and it reads every topic: to be answered record by record cost
# broker and archive a sixth of both cores at 20 updates/s, and every update 4 ms on its way to the public.
GATHERED_BYTES = 65_536
# A tenth of a second is at once for a person. Intake and desk follow nearly every topic to show how things stand: woken
# for each record they spent twice as much on showing an update as on taking it in.
SHOWN_WITHIN_MS = 100

# aiokafka logs each retry of an outage as an error: 900 lines in 24 s were measured. We say it once, at our own door.
for noisy in ("aiokafka", "aiokafka.consumer.group_coordinator", "aiokafka.consumer.fetcher", "aiokafka.conn"):
    logging.getLogger(noisy).setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Connection:
    """Where the cluster is and how to speak to it; SASL and TLS settings pass through."""

    bootstrap: str
    client_id: str = "scrubcast"
    security_protocol: str = "PLAINTEXT"
    ssl_context: SSLContext | None = field(default=None, repr=False)
    sasl_mechanism: str | None = None
    sasl_username: str | None = None
    sasl_password: str | None = field(default=None, repr=False)
    session_timeout_ms: int = 6_000
    heartbeat_interval_ms: int = 1_000

    def options(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap,
            "client_id": self.client_id,
            "security_protocol": self.security_protocol,
            "ssl_context": self.ssl_context,
            "retry_backoff_ms": 50,
            "metadata_max_age_ms": 30_000,
        }
        if self.sasl_mechanism:
            out |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_plain_username": self.sasl_username,
                "sasl_plain_password": self.sasl_password,
            }
        return out


@contextmanager
def vendor_errors(doing: str) -> Iterator[None]:
    try:
        yield
    except TopicAuthorizationFailedError as error:
        raise Broken(f"Kafka refuses {doing}: no right to it ({error}).") from None
    except TimeoutError:
        raise Unavailable(f"Kafka did not answer in time while {doing}.", retry_after_s=2.0) from None
    except KafkaConnectionError:
        raise Unavailable(
            f"Kafka cannot be reached, or refuses the sign-in, while {doing}.", retry_after_s=2.0
        ) from None
    except KafkaError as error:
        raise Unavailable(f"Kafka: {type(error).__name__} while {doing}.", retry_after_s=2.0) from None


@asynccontextmanager
async def _started(client: Any) -> AsyncIterator[None]:
    """A producer or consumer that is stopped in any case: one that failed to start still holds connections."""
    try:
        with vendor_errors("connecting"):
            await client.start()
        yield
    finally:
        await client.stop()


class KafkaBus:
    """Use as `async with KafkaBus.open(connection) as bus`."""

    def __init__(
        self, connection: Connection, producer: AIOKafkaProducer, asker: AIOKafkaConsumer, *, for_people: bool = False
    ) -> None:
        self._connection = connection
        self._following = (
            {"fetch_min_bytes": GATHERED_BYTES, "fetch_max_wait_ms": SHOWN_WITHIN_MS} if for_people else {}
        )
        self._producer = producer
        # Asks for ends on a connection of its own: a broker answers one request of a connection at a time, and on a
        # follower's there is always a fetch that may wait its full 500 ms for records.
        self._asker = asker
        self._counts: dict[str, int] = {}

    @classmethod
    @asynccontextmanager
    async def open(cls, connection: Connection, *, for_people: bool = False) -> AsyncIterator["KafkaBus"]:
        """`for_people`: what is followed is shown to people, so it may come gathered, SHOWN_WITHIN_MS late."""
        producer = AIOKafkaProducer(
            **connection.options(),
            enable_idempotence=True,
            acks="all",
            linger_ms=0,
            request_timeout_ms=30_000,
            max_request_size=1_048_576,
        )
        async with _started(producer):
            asker = AIOKafkaConsumer(**connection.options(), group_id=None, enable_auto_commit=False)
            async with _started(asker):
                yield cls(connection, producer, asker, for_people=for_people)

    async def send(self, topic: Topic[M], record: M) -> Position:
        key = topic.key(record).encode()
        partition = partition_of(record.live_event_id, await self.partitions(topic.name))
        return await self.send_raw(topic.name, partition, key, record.encode())

    async def enqueue(self, topic: Topic[M], record: M) -> Awaitable[Position]:
        partition = partition_of(record.live_event_id, await self.partitions(topic.name))
        with vendor_errors(f"writing to {topic.name}"):
            async with asyncio.timeout(SEND_TIMEOUT_S):
                acknowledged = await self._producer.send(
                    topic.name, record.encode(), key=topic.key(record).encode(), partition=partition
                )
        return self._durable(topic.name, acknowledged)

    async def _durable(self, topic: str, acknowledged: Awaitable[Any]) -> Position:
        with vendor_errors(f"writing to {topic}"):
            meta = await acknowledged
        return Position(topic, meta.partition, meta.offset)

    async def send_raw(self, topic: str, partition: int, key: bytes | None, value: bytes | None) -> Position:
        with vendor_errors(f"writing to {topic}"):
            async with asyncio.timeout(SEND_TIMEOUT_S):
                acknowledged = await self._producer.send(topic, value, key=key, partition=partition)
                # Shielded: a record whose sender is cancelled stays in the vendor's queue either way,
                # and a cancelled future would only hide how it ended.
                meta = await asyncio.shield(acknowledged)
        return Position(topic, meta.partition, meta.offset)

    async def partitions(self, topic: str) -> int:
        if topic not in self._counts:
            with vendor_errors(f"asking for {topic}"):
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    self._counts[topic] = len(await self._producer.partitions_for(topic))
        return self._counts[topic]

    async def topics(self) -> frozenset[str]:
        # Of all topics: asking for one that is not there has many clusters create it.
        with vendor_errors("asking for the topics"):
            async with asyncio.timeout(SEND_TIMEOUT_S):
                return frozenset((await self._producer.client.fetch_all_metadata()).topics())

    async def ping(self) -> None:
        with vendor_errors("asking for the cluster"):
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._producer.client.fetch_all_metadata()

    def _consumer(self, **options: Any) -> AIOKafkaConsumer:
        settings: dict[str, Any] = {
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "isolation_level": "read_uncommitted",
            "fetch_max_wait_ms": 500,
        }
        return AIOKafkaConsumer(**self._connection.options(), **(settings | options))

    @asynccontextmanager
    async def follow(
        self, topics: Sequence[str], *, start: Mapping[tuple[str, int], int] | None = None
    ) -> AsyncIterator[Follower]:
        places = [TopicPartition(t, p) for t in topics for p in range(await self.partitions(t))]
        consumer = self._consumer(group_id=None, **self._following)
        async with _started(consumer):
            consumer.assign(places)
            await self._seek(consumer, places, start or {})
            yield _Follower(consumer, places, self._asker)

    @staticmethod
    async def _seek(consumer: Any, places: list[Any], start: Mapping[tuple[str, int], int]) -> None:
        with vendor_errors("finding the beginning"):
            async with asyncio.timeout(SEND_TIMEOUT_S):
                beginnings = await consumer.beginning_offsets(places)
        for place in places:
            consumer.seek(place, max(start.get((place.topic, place.partition), 0), beginnings[place]))

    @asynccontextmanager
    async def join(self, topics: Sequence[str], group: str) -> AsyncIterator[Group]:
        consumer = self._consumer(
            group_id=group,
            fetch_min_bytes=GATHERED_BYTES,
            session_timeout_ms=self._connection.session_timeout_ms,
            heartbeat_interval_ms=self._connection.heartbeat_interval_ms,
        )
        consumer.subscribe(list(topics))
        async with _started(consumer):
            yield _Group(consumer)

    async def read(self, topic: str, partition: int, start: int, end: int) -> AsyncIterator[Message]:
        if start >= end:
            return
        place = TopicPartition(topic, partition)
        consumer = self._consumer(group_id=None)
        async with _started(consumer):
            consumer.assign([place])
            await self._seek(consumer, [place], {(topic, partition): start})
            with vendor_errors(f"reading {topic}"):
                async with asyncio.timeout(END_TIMEOUT_S):
                    limit = min(end, (await consumer.end_offsets([place]))[place])
            while await consumer.position(place) < limit:
                with vendor_errors(f"reading {topic}"):
                    found = await consumer.getmany(place, timeout_ms=500, max_records=BATCH_MAX)
                for record in found.get(place, ()):
                    if record.offset >= limit:
                        return
                    yield _message(record)


class _Follower:
    def __init__(self, consumer: AIOKafkaConsumer, places: list[TopicPartition], asker: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._places = places
        self._asker = asker

    async def get(self, *, timeout_s: float) -> Sequence[Message]:
        return await _get(self._consumer, timeout_s)

    async def caught_up(self) -> bool:
        ends = await self._ends(self._places)
        for place, end in ends.items():
            if await self._consumer.position(place) < end:
                return False
        return True

    async def _ends(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        with vendor_errors("asking for the end"):
            async with asyncio.timeout(END_TIMEOUT_S):
                ends: dict[TopicPartition, int] = await self._asker.end_offsets(places)
        return ends

    async def read_to_end(self, topic: str, partition: int) -> Sequence[Message]:
        place = TopicPartition(topic, partition)
        end = (await self._ends([place]))[place]
        return await self.read_up_to(Position(topic, partition, end - 1))

    async def read_up_to(self, position: Position) -> Sequence[Message]:
        place = TopicPartition(position.topic, position.partition)
        out: list[Message] = []
        while await self._consumer.position(place) <= position.offset:
            with vendor_errors(f"reading {position.topic}"):
                async with asyncio.timeout(END_TIMEOUT_S):
                    found = await self._consumer.getmany(place, timeout_ms=500, max_records=BATCH_MAX)
            out += [_message(record) for record in found.get(place, ())]
        return out


class _Group:
    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def get(self, *, timeout_s: float) -> Sequence[Message]:
        return await _get(self._consumer, timeout_s)

    async def commit(self, positions: Mapping[tuple[str, int], int]) -> None:
        offsets = {TopicPartition(t, p): offset for (t, p), offset in positions.items()}
        # A partition that went to another member meanwhile: what was done is done, and ids make a second time harmless.
        with vendor_errors("committing"), suppress(CommitFailedError, IllegalStateError):
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._consumer.commit(offsets)


async def _get(consumer: Any, timeout_s: float) -> list[Message]:
    with vendor_errors("reading"):
        found = await consumer.getmany(timeout_ms=max(1, int(timeout_s * 1000)), max_records=BATCH_MAX)
    return [_message(record) for records in found.values() for record in records]


def _message(record: Any) -> Message:
    key = record.key.decode(errors="replace") if record.key is not None else None
    return Message(record.topic, record.partition, record.offset, key, record.value, record.timestamp)
