"""Submit → published on `local` without delay, against the floor, on one broker in one run, round by round in turn."""

import asyncio
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice, pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import uvloop
from aiokafka import AIOKafkaConsumer

from deploy.settings import Kafka
from producers.client import Client, new_id
from producers.playing import Line
from schemas.draft import Draft
from schemas.envelope import Envelope
from schemas.ledger import Ledger
from schemas.page import PagePost
from schemas.submission import Submission, Written
from schemas.topics import DRAFTS, LEDGER, PAGES, RELEASES, SUBMISSIONS, Topic, partition_of
from streams.kafka import Connection, KafkaBus
from streams.sealing import seal
from tests.bench import floor
from tests.bench.figures import Part, at_most, median, percentile, shown, spread
from tests.bench.texts import clear, event_file
from tests.system_fixture import System, wait_until

PER_SECOND = 20.0
COUNT = 200  # of a round
ROUNDS = 2
WARM_UP = 40
RATIO_MAX = 3.0
P99_MAX_MS = 150.0
ARRIVES_S = 30.0  # then something is wrong, and the bench says what is missing
PARTITIONS: int = Kafka().partitions
HOPS = ("sealed and posted → received", "received → screened", "screened → intent begun", "intent → request",
        "request → a reader has it")  # fmt: skip


@dataclass
class Watched:
    """Moments at which updates of one live event were seen, by update id."""

    sent: dict[UUID, float] = field(default_factory=dict)  # perf_counter
    sent_at: dict[UUID, float] = field(default_factory=dict)  # wall clock, to be compared with the records' own
    accepted: dict[UUID, float] = field(default_factory=dict)
    on_pages: dict[UUID, float] = field(default_factory=dict)
    on_pages_at: dict[UUID, float] = field(default_factory=dict)
    number: dict[UUID, int] = field(default_factory=dict)
    streamed: dict[int, float] = field(default_factory=dict)  # by the post's number

    def way_ms(self, ids: Sequence[UUID]) -> list[float]:
        return [(self.on_pages[each] - self.sent[each]) * 1000 for each in ids]

    def stream_ms(self, ids: Sequence[UUID]) -> list[float]:
        return [(self.streamed[self.number[each]] - self.sent[each]) * 1000 for each in ids]

    def accepted_ms(self, ids: Sequence[UUID]) -> list[float]:
        return [(self.accepted[each] - self.sent[each]) * 1000 for each in ids]


@dataclass
class Writer:
    """One device that writes at a steady rate, whatever becomes of the updates before."""

    client: Client
    live_event_id: str
    watched: Watched

    async def round(self, count: int, per_second: float) -> list[UUID]:
        """The ids, once readers of `pages` and of the page's stream have all of them."""
        started, ids = time.perf_counter(), []
        writing: list[asyncio.Task[None]] = []
        for number, line in enumerate(islice(cycle(clear()), count)):
            await asyncio.sleep(max(0.0, started + number / per_second - time.perf_counter()))
            ids.append(new_id())
            writing.append(asyncio.create_task(self._submit(ids[-1], line)))
        await asyncio.gather(*writing)
        await self._all_seen(ids)
        return ids

    async def _submit(self, update_id: UUID, line: Line) -> None:
        self.watched.sent_at[update_id], self.watched.sent[update_id] = time.time(), time.perf_counter()
        await self.client.submit(self.live_event_id, line.text, update_id=update_id, lang=line.lang)  # type: ignore[arg-type]  # a Line's languages are those
        self.watched.accepted[update_id] = time.perf_counter()

    async def _all_seen(self, ids: Sequence[UUID]) -> None:
        until = time.perf_counter() + ARRIVES_S
        while not all(
            each in self.watched.number and self.watched.number[each] in self.watched.streamed for each in ids
        ):
            missing = [each for each in ids if each not in self.watched.on_pages]
            assert time.perf_counter() < until, f"{len(missing)} of {len(ids)} were not published, {missing[:1]} first"
            await asyncio.sleep(0.01)


async def watch_pages(consumer: AIOKafkaConsumer, live_event_id: str, watched: Watched) -> None:
    async for message in consumer:
        now, wall = time.perf_counter(), time.time()
        post = PagePost.decode(message.value)
        if post.live_event_id == live_event_id:
            watched.on_pages.setdefault(post.update_id, now)
            watched.on_pages_at.setdefault(post.update_id, wall)
            watched.number[post.update_id] = post.n


async def watch_stream(page_url: str, live_event_id: str, watched: Watched) -> None:
    """As a browser reads the page's event stream."""
    address = urlsplit(page_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(f"GET /t/{live_event_id}/stream HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
    try:
        while line := await reader.readline():
            if line.startswith(b"data:") and (number := json.loads(line[5:]).get("n")) is not None:
                watched.streamed.setdefault(number, time.perf_counter())
    finally:
        writer.close()


@contextmanager
def running_system() -> Iterator[System]:
    """`scrubcast up` on a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="scrubcast-bench-") as folder:
        system = System(Path(folder) / "data")
        try:
            system.start()
            yield system
        finally:
            system.stop()


def open_event(system: System, live_event_id: str) -> None:
    answer = system.request("director", "POST", "/live-events", event_file(live_event_id))
    assert answer.status_code == 201, answer.text
    path = f"/live-events/{live_event_id}"  # intake reads of it a moment after the desk has written it
    wait_until(lambda: system.request("reporter", "GET", path, origin="url").is_success)


@dataclass
class Bench:
    """A system with one live event, somebody who writes and somebody who watches."""

    facts: dict[str, Any]
    live_event_id: str
    watched: Watched = field(default_factory=Watched)

    async def __aenter__(self) -> Writer:
        facts, place = self.facts, partition_of(self.live_event_id, PARTITIONS)
        self._client = Client(facts["url"], facts["tokens"]["reporter"], device="bench")
        self._consumer = await floor.at_end(facts["bootstrap"], PAGES.name, place)
        self._watching = [
            asyncio.create_task(watch_pages(self._consumer, self.live_event_id, self.watched)),
            asyncio.create_task(watch_stream(facts["page_url"], self.live_event_id, self.watched)),
        ]
        return Writer(self._client, self.live_event_id, self.watched)

    async def __aexit__(self, *_: object) -> None:
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        await self._consumer.stop()
        await self._client.aclose()


def run() -> Part:
    with running_system() as system:
        open_event(system, "bench-way")
        return uvloop.run(_measure(system.facts()))


async def _measure(facts: dict[str, Any]) -> Part:
    bench = Bench(facts, "bench-way")
    async with bench as writer:
        await writer.round(WARM_UP, PER_SECOND)
        sizes = await _sizes(facts["bootstrap"])
        async with floor.running(facts["bootstrap"], sizes, PARTITIONS) as below:
            await below.round(WARM_UP, PER_SECOND)
            ids: list[UUID] = []
            floors: list[floor.Times] = []
            for _ in range(ROUNDS):
                floors.append(await below.round(COUNT, PER_SECOND))
                ids += await writer.round(COUNT, PER_SECOND)
        sealing_ms = await _sealing_ms(writer)
    return _part(bench.watched, ids, floors, await _hops_ms(facts["bootstrap"], bench.watched, ids), sealing_ms)


def _part(
    watched: Watched,
    ids: Sequence[UUID],
    floors: Sequence[floor.Times],
    hops_ms: Sequence[Sequence[float]],
    sealing_ms: Sequence[float],
) -> Part:
    floor_ms = [each for times in floors for each in times.way_ms()]
    way_ms = watched.way_ms(ids)
    floor_hops = [[x for times in floors for x in times.hops_ms()[hop]] for hop in range(len(floor.HOPS))]
    return Part(
        "Submit → published",
        [
            at_most(
                "submit → published on `local`, median",
                RATIO_MAX,
                median(way_ms) / median(floor_ms),
                "×",
                f"bare aiokafka: {shown(median(way_ms))} ms against {shown(median(floor_ms))} ms",
            ),
            at_most(
                f"the same, p99 at {PER_SECOND:g} updates/s",
                P99_MAX_MS,
                percentile(way_ms, 99),
                "ms",
                f"bare aiokafka: {shown(percentile(floor_ms, 99))} ms",
            ),
        ],
        [
            (
                f"{len(ids)} updates at {PER_SECOND:g}/s in {ROUNDS} rounds in turn with the floor; "
                "from before sealing to a reader of topic `pages`"
            ),
            f"until a reader of the page's event stream has it: {spread(watched.stream_ms(ids))}",
            f"until the tablet has its receipt: {spread(watched.accepted_ms(ids))}",
            f"sealing alone: {spread(sealing_ms)}",
            "the way: " + ", ".join(f"{n} {shown(median(v))} ms" for n, v in zip(HOPS, hops_ms, strict=True)),
            "the floor: "
            + ", ".join(f"{n} {shown(median(v))} ms" for n, v in zip(floor.HOPS, floor_hops, strict=True)),
        ],
    )


async def _records(bootstrap: str, topic: Topic[Any]) -> list[bytes]:
    found: list[bytes] = []
    async with KafkaBus.open(Connection(bootstrap)) as bus, bus.follow([topic.name]) as follower:
        while not await follower.caught_up():
            found += [m.value for m in await follower.get(timeout_s=0.5) if m.value is not None]
    return found


async def _sizes(bootstrap: str) -> dict[str, int]:
    """Median bytes of the system's own records."""
    topics: tuple[Topic[Any], ...] = (SUBMISSIONS, DRAFTS, RELEASES, LEDGER, PAGES)
    return {t.noun: int(median([len(value) for value in await _records(bootstrap, t)])) for t in topics}


async def _hops_ms(bootstrap: str, watched: Watched, ids: Sequence[UUID]) -> list[list[float]]:
    """Between the moments that the records themselves carry."""
    received = _at([Submission.decode(v) for v in await _records(bootstrap, SUBMISSIONS)])
    screened = _at([Draft.decode(v) for v in await _records(bootstrap, DRAFTS)])
    requested = _at([PagePost.decode(v) for v in await _records(bootstrap, PAGES)])
    intended: dict[UUID, float] = {}
    for record in (Ledger.decode(v) for v in await _records(bootstrap, LEDGER)):
        if record.kind == "intent" and record.post is not None:
            intended[record.post.update_id] = record.at.timestamp()
    hops: dict[int, list[float]] = defaultdict(list)
    for each in ids:
        moments = (watched.sent_at, received, screened, intended, requested, watched.on_pages_at)
        at = [moment[each] for moment in moments]
        for number, (before, after) in enumerate(pairwise(at)):
            hops[number].append((after - before) * 1000)
    return [hops[number] for number in range(len(HOPS))]


def _at(records: Sequence[Envelope]) -> dict[UUID, float]:
    return {record.update_id or record.id: record.at.timestamp() for record in records}


async def _sealing_ms(writer: Writer) -> list[float]:
    key = (await writer.client.live_event(writer.live_event_id)).sealing_key
    took: list[float] = []
    for line in clear() * 2:
        began = time.perf_counter()
        seal(key, Written(text=line.text, update_id=new_id()).model_dump_json().encode())
        took.append((time.perf_counter() - began) * 1000)
    return took
