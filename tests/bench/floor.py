"""The floor the whole way is measured against: bare aiokafka passing records of the same size over the same topics.

The same hops in one program: submissions → drafts and releases → ledger (fsync) → pages → ledger (fsync). No screening,
no sealing, no HTTP, no rules. What the product takes beyond it is what its promises cost.
"""

import asyncio
import json
import statistics
import time
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from schemas.topics import DRAFTS, LEDGER, PAGES, RELEASES, SUBMISSIONS, partition_of

SIZES = {"submission": 900, "draft": 1_000, "release": 1_100, "ledger": 800, "page": 500}  # bytes, as seen
EVENT = "floor"


def _record(kind: str, number: int) -> bytes:
    head = json.dumps({"live_event_id": EVENT, "number": number}).encode()
    return head + b" " * (SIZES[kind] - len(head))


def _number(value: bytes) -> int:
    return int(json.loads(value)["number"])


async def floor_latencies_ms(bootstrap: str, count: int, per_second: float, partitions: int) -> list[float]:
    """From the first send to the moment a reader of `pages` has the record, for `count` records at a steady rate."""
    place = partition_of(EVENT, partitions)
    sent: dict[int, float] = {}
    arrived: dict[int, float] = {}
    async with _Producer(bootstrap) as producer:
        hops = [
            asyncio.create_task(_screen(bootstrap, producer, place)),
            asyncio.create_task(_post(bootstrap, producer, place)),
            asyncio.create_task(_read(bootstrap, place, arrived)),
        ]
        await asyncio.sleep(2.0)  # all three have joined and stand at the end
        started = time.perf_counter()
        for number in range(count):
            await asyncio.sleep(max(0.0, started + number / per_second - time.perf_counter()))
            sent[number] = time.perf_counter()
            await producer.send_and_wait(SUBMISSIONS.name, _record("submission", number), EVENT.encode(), place)
        while len(arrived) < count:
            await asyncio.sleep(0.01)
        for hop in hops:
            hop.cancel()
        await asyncio.gather(*hops, return_exceptions=True)
    return [(arrived[n] - sent[n]) * 1000 for n in range(count)]


class _Producer:
    def __init__(self, bootstrap: str) -> None:
        self._producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all", linger_ms=0)

    async def __aenter__(self) -> AIOKafkaProducer:
        await self._producer.start()
        return self._producer

    async def __aexit__(self, *_: object) -> None:
        await self._producer.stop()


async def _consume(bootstrap: str, topic: str, place: int) -> AIOKafkaConsumer:
    from aiokafka import TopicPartition

    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="latest")
    await consumer.start()
    consumer.assign([TopicPartition(topic, place)])
    await consumer.seek_to_end()
    return consumer


async def _screen(bootstrap: str, producer: AIOKafkaProducer, place: int) -> None:
    consumer = await _consume(bootstrap, SUBMISSIONS.name, place)
    try:
        async for record in consumer:
            number = _number(record.value)
            await asyncio.gather(
                producer.send_and_wait(DRAFTS.name, _record("draft", number), EVENT.encode(), place),
                producer.send_and_wait(RELEASES.name, _record("release", number), EVENT.encode(), place),
            )
    finally:
        await consumer.stop()


async def _post(bootstrap: str, producer: AIOKafkaProducer, place: int) -> None:
    consumer = await _consume(bootstrap, RELEASES.name, place)
    try:
        async for record in consumer:
            number = _number(record.value)
            key = f"{EVENT}/{number}".encode()
            await producer.send_and_wait(LEDGER.name, _record("ledger", number), key + b"/intent", place)
            await producer.send_and_wait(PAGES.name, _record("page", number), key, place)
            await producer.send_and_wait(LEDGER.name, _record("ledger", number), key + b"/posted", place)
    finally:
        await consumer.stop()


async def _read(bootstrap: str, place: int, arrived: dict[int, float]) -> None:
    consumer = await _consume(bootstrap, PAGES.name, place)
    try:
        async for record in consumer:
            arrived[_number(record.value)] = time.perf_counter()
    finally:
        await consumer.stop()


def spread(values: Sequence[float]) -> tuple[float, float]:
    """Median and 99th percentile."""
    ordered = sorted(values)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
