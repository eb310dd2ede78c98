"""What the compliance stage gets through against a Faust agent that only copies bytes, and what a second worker adds.

Every run is the same: workers are started and warmed up, stopped by SIGSTOP while the records are laid down, and let
go.
The clock runs from there until as many records lie on the topic they write to. Each worker has one core.
"""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Self

import platformdirs
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.home import Home
from deploy.kafka.broker import EmbeddedBroker
from producers.client import new_id
from schemas.envelope import Actor, Role, sha256_hex
from schemas.ids import derive
from schemas.live_event import LiveEvent, LiveEventFile, Plan
from schemas.submission import Submission, Written
from schemas.topics import DRAFTS, LIVE_EVENTS, SUBMISSIONS, TOPICS, partition_of
from streams.app import APP_ID
from streams.clock import SystemClock
from streams.kafka import Connection, KafkaBus
from streams.kafka_topics import ensure
from streams.scrub.policy import load
from streams.sealing import seal
from streams.vault import Vault
from tests.bench.figures import Part, at_least, median, shown
from tests.bench.floor import floor_topic
from tests.bench.machine import two_over_one
from tests.bench.screening import screening_us
from tests.bench.texts import clear, event_file
from tests.system_fixture import SCRUBCAST

EVENTS = ("bench-scrub-a", "bench-scrub-b")  # they lie on different partitions of two
PARTITIONS = 2
COUNT = 2_000  # records of a run on the stage, half on each partition
COPIES = 3  # so many times more for the copying agent, or its run is over before it can be timed
ROUNDS = 2
SHARE_MIN_PERCENT = 30.0
TWO_MIN = 1.7
READY_S = 60.0
COPY_FROM, COPY_TO = floor_topic(SUBMISSIONS), floor_topic(DRAFTS)  # type: ignore[arg-type]  # for name and settings
ROOT = Path(__file__).parents[2]


@dataclass
class Topics:
    """The broker as the bench sees it: lays records down, counts what lies there, asks who is in a group."""

    bootstrap: str
    producer: AIOKafkaProducer
    consumer: AIOKafkaConsumer
    admin: AIOKafkaAdminClient

    async def lay(self, topic: str, records: Sequence[tuple[int, bytes, bytes]]) -> None:
        sent = [await self.producer.send(topic, value, key=key, partition=p) for p, key, value in records]
        await asyncio.gather(*sent)

    async def count(self, topic: str) -> int:
        ends = await self.consumer.end_offsets([TopicPartition(topic, p) for p in range(PARTITIONS)])
        return sum(ends.values())

    async def until(self, topic: str, count: int, within_s: float = READY_S) -> None:
        deadline = time.monotonic() + within_s
        while (found := await self.count(topic)) < count:
            assert time.monotonic() < deadline, f"{found} of {count} records on {topic}"
            await asyncio.sleep(0.01)

    async def joined(self, group: str, members: int) -> None:
        """Until the group is stable with so many members."""
        deadline = time.monotonic() + READY_S
        while True:
            state, found = await self._group(group)
            if state == "Stable" and found == members:
                return
            assert time.monotonic() < deadline, f"{group} is {state} with {found} of {members} members"
            await asyncio.sleep(0.1)

    async def _group(self, group: str) -> tuple[str, int]:
        try:
            (answer,) = await self.admin.describe_consumer_groups([group])
        except KafkaError as error:  # the first group of a broker makes its coordinator first
            return type(error).__name__, 0
        _, _, state, _, _, members = answer.groups[0][:6]
        return state, len(members)


@asynccontextmanager
async def _topics(bootstrap: str) -> AsyncIterator[Topics]:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=5, max_batch_size=262_144)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    for client in (producer, consumer, admin):
        await client.start()
    try:
        yield Topics(bootstrap, producer, consumer, admin)
    finally:
        await admin.close()
        await consumer.stop()
        await producer.stop()


@dataclass
class Workers:
    """Processes that do the same, each on a core of its own."""

    commands: Sequence[Sequence[str]]
    environment: dict[str, str]
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> Self:
        for core, command in enumerate(self.commands):
            with (self.folder / "workers.log").open("ab") as log:
                process = subprocess.Popen(
                    command,
                    env=self.environment | {"SCRUBCAST_SCRUB__INSTANCE": f"bench-{core}"},
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    preexec_fn=lambda core=core: os.sched_setaffinity(0, {core}),  # type: ignore[misc]  # noqa: PLW1509  # a default binds; no threads
                )
            self.processes.append(process)
        return self

    def signal(self, number: int) -> None:
        for process in self.processes:
            process.send_signal(number)

    def __exit__(self, *_: object) -> None:
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass
class Bench:
    topics: Topics
    folder: Path
    keys: dict[str, dict[str, str]]

    def submissions(self, count: int) -> list[tuple[int, bytes, bytes]]:
        """New updates, sealed, in turn for each of the two events."""
        return [
            (partition_of(event, PARTITIONS), event.encode(), self._submission(event, line.text, line.lang).encode())
            for line, event in islice(zip(cycle(clear()), cycle(EVENTS), strict=False), count)
        ]

    def _submission(self, event: str, text: str, lang: str | None) -> Submission:
        update_id = new_id()
        written = Written(text=text, lang=lang, update_id=update_id, live_event_id=event)
        sealed = seal(self.keys[event], written.model_dump_json(exclude_none=True).encode())
        return Submission(
            id=update_id,
            live_event_id=event,
            at=SystemClock().now(),
            actor=Actor(role=Role.REPORTER, name="bench", device="bench"),
            sealed=sealed,
            sealed_sha256=sha256_hex(sealed),
        )

    async def stage(self, workers: int) -> float:
        """Updates per second."""
        command = [*SCRUBCAST, "scrub", "--data", str(self.folder / "data")]
        return await self._run([command] * workers, APP_ID, SUBMISSIONS.name, DRAFTS.name, self.submissions(COUNT))

    async def copying(self) -> float:
        """Records per second."""
        command = [sys.executable, "-m", "tests.bench.copying", self.topics.bootstrap, COPY_FROM.name, COPY_TO.name]
        records = self.submissions(COUNT) * COPIES
        return await self._run(
            [[*command, "bench-0", str(self.folder / "copying")]],
            "bench-copying",
            COPY_FROM.name,
            COPY_TO.name,
            records,
        )

    async def _run(
        self,
        commands: Sequence[Sequence[str]],
        group: str,
        source: str,
        target: str,
        records: Sequence[tuple[int, bytes, bytes]],
    ) -> float:
        topics = self.topics
        with Workers(commands, self._environment(), self.folder) as workers:
            await topics.joined(group, len(commands))
            done = await topics.count(target)
            warm = self.submissions(200)
            await topics.lay(source, warm)
            await topics.until(target, done + len(warm))
            workers.signal(signal.SIGSTOP)
            await topics.lay(source, records)
            began = time.perf_counter()
            workers.signal(signal.SIGCONT)
            await topics.until(target, done + len(warm) + len(records))
            return len(records) / (time.perf_counter() - began)

    def _environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SCRUBCAST_")}
        return clean | {"SCRUBCAST_KAFKA__BOOTSTRAP": self.topics.bootstrap, "PYTHONUNBUFFERED": "1"}


def run() -> Part:
    assert {partition_of(event, PARTITIONS) for event in EVENTS} == {0, 1}
    ceiling = two_over_one()
    with tempfile.TemporaryDirectory(prefix="scrubcast-bench-") as name:
        folder = Path(name)
        cache = Path(os.environ.get("SCRUBCAST_CACHE_DIR") or platformdirs.user_cache_dir("scrubcast"))
        broker = EmbeddedBroker(folder / "broker", cache, builds_class_cache=False)
        try:
            broker.start()
            return uvloop.run(_measure(broker.bootstrap, folder, ceiling))
        finally:
            broker.stop()


async def _measure(bootstrap: str, folder: Path, ceiling: float) -> Part:
    await ensure(Connection(bootstrap), [*TOPICS, COPY_FROM, COPY_TO], partitions=PARTITIONS, replication=1)
    home = Home(folder / "data")
    home.make()
    vault = Vault(home.vault, home.kek())
    async with KafkaBus.open(Connection(bootstrap)) as bus:
        keys = {event: await _opened(bus, vault, event) for event in EVENTS}
    copied, one, two = [], [], []
    async with _topics(bootstrap) as topics:
        bench = Bench(topics, folder, keys)
        for _ in range(ROUNDS):
            copied.append(await bench.copying())
            one.append(await bench.stage(1))
            two.append(await bench.stage(2))
        opening_us = _opening_us(vault, bench.submissions(200))
    return _part(median(copied), median(one), median(two), (median(screening_us()), opening_us, ceiling))


def _opening_us(vault: Vault, records: Sequence[tuple[int, bytes, bytes]]) -> float:
    submissions = [Submission.decode(value) for _, _, value in records]
    began = time.perf_counter()
    for submission in submissions:
        vault.open_sealed(submission.live_event_id, submission.sealed)
    return (time.perf_counter() - began) * 1e6 / len(submissions)


def _part(copied: float, one: float, two: float, aside: tuple[float, float, float]) -> Part:
    screen_us, opening_us, ceiling = aside
    return Part(
        "Compliance stage",
        [
            at_least(
                "compliance stage on one core",
                SHARE_MIN_PERCENT,
                100 * one / copied,
                "%",
                f"a Faust agent that copies bytes: {shown(one)} updates/s against {shown(copied)}",
            ),
            at_least(
                "two workers on two partitions",
                TWO_MIN,
                two / one,
                "×",
                f"one worker: {shown(two)} updates/s against {shown(one)}",
            ),
        ],
        [
            f"{COUNT:,} updates of the demo stream a run, {ROUNDS} rounds in turn; broker and bench share both cores",
            f"two processes that only compute get {shown(ceiling)} × as much done here as one",
            (
                f"one update takes a worker {shown(1e6 / one)} µs, copying one {shown(1e6 / copied)} µs; "
                f"measured alone, screening it takes {shown(screen_us)} µs and opening its seal {shown(opening_us)} µs"
            ),
        ],
    )


async def _opened(bus: KafkaBus, vault: Vault, event: str) -> dict[str, str]:
    """Writes the live event's record, as the desk does; its sealing key comes back."""
    file = LiveEventFile.model_validate(event_file(event))
    now = SystemClock().now()
    key = vault.create(event, file.protect)
    record = LiveEvent(
        id=derive(event),
        live_event_id=event,
        at=now,
        actor=Actor(role=Role.DIRECTOR, name="bench"),
        plan=Plan.of(file),
        state="open",
        sealing_key=key,
        policy_sha256=load(file.policy).sha256,
        consent_sha256="0" * 64,
        opened_at=now,
    )
    await bus.send(LIVE_EVENTS, record)
    return key
