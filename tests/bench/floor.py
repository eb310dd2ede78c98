"""The floor the whole way is measured against: bare aiokafka passing records of the same size over topics of the
same kind.

The same hops in one program: submissions → drafts and releases → ledger (fsync) → pages → ledger (fsync). No screening,
no sealing, no HTTP, no rules, no proof of who may write. What the product takes beyond it is what its promises cost.
"""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from schemas.envelope import Envelope
from schemas.topics import DRAFTS, LEDGER, PAGES, RELEASES, SUBMISSIONS, Topic, partition_of
from streams.kafka import Connection
from streams.kafka_topics import ensure

EVENT = "floor"
HOPS = ("submitted → taken up", "screened → intent begun", "intent → request", "request → a reader has it")


def floor_topic(topic: Topic[Envelope]) -> Topic[Envelope]:
    """One of the same settings beside it: the running system must not read what the floor writes."""
    return replace(topic, noun=f"floor-{topic.noun}")


TOPICS: dict[str, Topic[Envelope]] = {
    topic.noun: floor_topic(topic)  # type: ignore[arg-type]  # used for its name and settings only
    for topic in (SUBMISSIONS, DRAFTS, RELEASES, LEDGER, PAGES)
}


@dataclass
class Times:
    """Moments of each record on its way, in seconds of one clock."""

    sent: dict[int, float] = field(default_factory=dict)
    screened: dict[int, float] = field(default_factory=dict)
    intended: dict[int, float] = field(default_factory=dict)
    requested: dict[int, float] = field(default_factory=dict)
    arrived: dict[int, float] = field(default_factory=dict)

    def way_ms(self) -> list[float]:
        return [(self.arrived[n] - self.sent[n]) * 1000 for n in sorted(self.sent)]

    def hops_ms(self) -> list[list[float]]:
        moments = (self.sent, self.screened, self.intended, self.requested, self.arrived)
        return [[(after[n] - before[n]) * 1000 for n in self.sent] for before, after in itertools.pairwise(moments)]


@dataclass
class Floor:
    """Running; each round() sends records through it and waits until a reader of the last topic has them all."""

    producer: AIOKafkaProducer
    sizes: Mapping[str, int]
    place: int
    times: Times = field(default_factory=Times)
    next_number: int = 0

    def record(self, topic: str, number: int) -> bytes:
        head = json.dumps({"live_event_id": EVENT, "number": number}).encode()
        return head + b" " * (self.sizes[topic] - len(head))

    async def send(self, topic: str, number: int, key: str = EVENT) -> None:
        await self.producer.send_and_wait(
            TOPICS[topic].name, self.record(topic, number), key=key.encode(), partition=self.place
        )

    async def round(self, count: int, per_second: float) -> Times:
        first, started = self.next_number, time.perf_counter()
        self.times, self.next_number = Times(), first + count
        sending: list[asyncio.Task[None]] = []
        for number in range(first, first + count):
            await asyncio.sleep(max(0.0, started + (number - first) / per_second - time.perf_counter()))
            self.times.sent[number] = time.perf_counter()
            sending.append(asyncio.create_task(self.send("submissions", number)))
        await asyncio.gather(*sending)
        while len(self.times.arrived) < count:
            await asyncio.sleep(0.01)
        return self.times

    async def screen(self, consumer: AIOKafkaConsumer) -> None:
        async for message in consumer:
            number = _number(message.value)
            self.times.screened[number] = time.perf_counter()
            await asyncio.gather(self.send("drafts", number), self.send("releases", number))

    async def post(self, consumer: AIOKafkaConsumer) -> None:
        async for message in consumer:
            number = _number(message.value)
            self.times.intended[number] = time.perf_counter()
            await self.send("ledger", number, f"{EVENT}/{number}/intent")
            self.times.requested[number] = time.perf_counter()
            await self.send("pages", number, f"{EVENT}/{number}")
            await self.send("ledger", number, f"{EVENT}/{number}/posted")

    async def read(self, consumer: AIOKafkaConsumer) -> None:
        async for message in consumer:
            self.times.arrived[_number(message.value)] = time.perf_counter()


def _number(value: bytes) -> int:
    return int(json.loads(value)["number"])


@asynccontextmanager
async def running(bootstrap: str, sizes: Mapping[str, int], partitions: int) -> AsyncIterator[Floor]:
    """`sizes`: bytes of a record of each topic, by noun, as the system's own are."""
    await ensure(Connection(bootstrap), list(TOPICS.values()), partitions=partitions, replication=1)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all", linger_ms=0)
    await producer.start()
    floor = Floor(producer, sizes, partition_of(EVENT, partitions))
    consumers = [
        await at_end(bootstrap, TOPICS[noun].name, floor.place) for noun in ("submissions", "releases", "pages")
    ]
    hops = [
        asyncio.create_task(hop(consumer))
        for hop, consumer in zip((floor.screen, floor.post, floor.read), consumers, strict=True)
    ]
    try:
        yield floor
    finally:
        for hop_task in hops:
            hop_task.cancel()
        await asyncio.gather(*hops, return_exceptions=True)
        for consumer in consumers:
            await consumer.stop()
        await producer.stop()


async def at_end(bootstrap: str, topic: str, partition: int) -> AIOKafkaConsumer:
    """A bare reader of one partition that gets what comes from now on."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    place = TopicPartition(topic, partition)
    consumer.assign([place])
    consumer.seek(place, (await consumer.end_offsets([place]))[place])
    return consumer
