"""The compliance stage as a process on real Kafka: killed, joined by a second one, stopped; nothing is missing."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient

from deploy.home import Home
from producers.desk.counting import Counting
from schemas.draft import Draft
from schemas.envelope import sha256_hex
from schemas.ids import derive
from schemas.live_event import LiveEvent
from schemas.release import Release
from schemas.submission import Submission, Written
from schemas.topics import DEAD_LETTERS, DRAFTS, LIVE_EVENTS, RELEASES, SUBMISSIONS, TOPICS, Topic, partition_of
from streams import sealing
from streams.app import APP_ID
from streams.bus import Message
from streams.clock import SystemClock
from streams.kafka import Connection, KafkaBus
from streams.kafka_topics import ensure
from streams.vault import Vault
from streams.views import View
from tests.examples import NOOR
from tests.intake_records import open_event

pytestmark = pytest.mark.kafka

PARTITIONS = 4
SCRUBCAST = [sys.executable, str(Path(sys.executable).with_name("scrubcast"))]
WORDS = ("The joint fits", "All readings steady", "The team swaps instruments", "Half way")


@dataclass
class Worker:
    """One `scrubcast scrub`. Its session is short, so that a dead one is noticed within a second."""

    folder: Path
    bootstrap: str
    instance: str = "scrub-1"
    process: subprocess.Popen[bytes] | None = None

    @property
    def said(self) -> Path:
        return self.folder / f"{self.instance}.out"

    async def start(self) -> None:
        ready = self.folder / f"{self.instance}.ready"
        ready.unlink(missing_ok=True)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("SCRUBCAST_")} | {
            "SCRUBCAST_KAFKA__BOOTSTRAP": self.bootstrap,
            "SCRUBCAST_KAFKA__SESSION_TIMEOUT_MS": "1000",
            "SCRUBCAST_DATA": str(self.folder / "data"),
            "SCRUBCAST_SCRUB__INSTANCE": self.instance,
        }
        with self.said.open("ab") as out:
            self.process = subprocess.Popen(
                [*SCRUBCAST, "scrub", "--ready-file", str(ready)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=environment,
            )
        async with asyncio.timeout(30):
            while not ready.exists():
                assert self.process.poll() is None, self.said.read_text()[-3000:]
                await asyncio.sleep(0.05)

    async def end(self, number: signal.Signals) -> int:
        """Sends the signal and waits; the exit code comes back."""
        assert self.process is not None
        self.process.send_signal(number)
        return await self.ended()

    async def ended(self) -> int:
        assert self.process is not None
        code = await asyncio.to_thread(self.process.wait, 15)
        self.process = None
        return code

    def kill_if_running(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@dataclass
class Installation:
    """A vault, a bus, and all that the stage has written so far."""

    folder: Path
    bootstrap: str
    bus: KafkaBus
    vault: Vault
    worker: Worker
    view: View = field(init=False)
    seen: list[Message] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.view = View(self.bus, [DRAFTS.name, RELEASES.name, DEAD_LETTERS.name], self.seen.append)

    async def open(self, partition: int | None = None) -> str:
        """A live event of this test's own, on a partition where one is asked for."""
        while True:
            name = f"knee-{uuid4().hex[:10]}"
            if partition is None or partition_of(name, PARTITIONS) == partition:
                break
        key = self.vault.create(name, ("Maria Lopez",))
        opened: LiveEvent = open_event(SystemClock(), id=name).model_copy(update={"sealing_key": key})
        await self.bus.send(LIVE_EVENTS, opened)
        return name

    async def submit(self, event: str, count: int, *, text: str | None = None) -> list[UUID]:
        """As many updates, in order, each durable; their ids."""
        ids = []
        key = self.vault.create(event, ("Maria Lopez",))
        durable = []
        for n in itertools.islice(self.numbers, count):
            number = UUID(f"01930000-0000-7000-8000-{n:012d}")
            written = Written(text=f"{WORDS[n % 4]}, part {n}.", update_id=number, live_event_id=event, lang="en")
            sealed = text or sealing.seal(key, written.model_dump_json().encode())
            record = Submission(
                id=number, live_event_id=event, at=SystemClock().now(), actor=NOOR, update_id=number,
                sealed=sealed, sealed_sha256=sha256_hex(sealed),
            )  # fmt: skip
            durable.append(await self.bus.enqueue(SUBMISSIONS, record))
            ids.append(number)
        await asyncio.gather(*durable)
        return ids

    def of(self, topic: Topic[Any], event: str) -> list[Any]:
        """Without second copies, in the order of the topic."""
        mine = [m for m in self.seen if m.topic == topic.name and m.key == event]
        return list({r.id: r for r in reversed([topic.model.decode(m.value or b"") for m in mine])}.values())[::-1]

    async def until(self, holds: Callable[[], bool], timeout_s: float = 20) -> None:
        deadline = time.monotonic() + timeout_s
        while not holds():
            assert time.monotonic() < deadline, (
                f"did not happen; the stage said: {self.worker.said.read_text()[-3000:]}"
            )
            await self.view.changed(self.view.version, 0.5)

    async def screened(self, event: str, ids: list[UUID]) -> None:
        """Waits for the last draft; then every update has its draft and its release, in order."""
        wanted = set(ids)
        # Both topics: what was written to one first may be read from the other first.
        await self.until(lambda: all({r.update_id for r in self.of(t, event)} >= wanted for t in (DRAFTS, RELEASES)))
        drafts: list[Draft] = self.of(DRAFTS, event)
        releases: list[Release] = self.of(RELEASES, event)
        assert [d.update_id for d in drafts] == ids
        assert [d.id for d in drafts] == [derive(i, "draft", 0) for i in ids]
        assert [r.update_id for r in releases] == ids

    async def workers(self) -> int:
        """How many members of the group have partitions to screen."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            (answer,) = await admin.describe_consumer_groups([APP_ID])
        finally:
            await admin.close()
        ((_, _, _, _, _, members),) = [group[:6] for group in answer.groups]
        return sum(bool(member[-1]) for member in members)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def installation(broker: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    folder = tmp_path_factory.mktemp("scrub")
    home = Home(folder / "data")
    home.make()
    connection = Connection(broker)
    await ensure(connection, TOPICS, partitions=PARTITIONS, replication=1)
    async with KafkaBus.open(connection) as bus:
        made = Installation(folder, broker, bus, Vault(home.vault, home.kek()), Worker(folder, broker))
        following = asyncio.create_task(made.view.run())
        yield made
        made.worker.kill_if_running()
        following.cancel()


@pytest_asyncio.fixture(loop_scope="session")
async def running(installation: Installation) -> Installation:
    """With its worker up, whatever the test before did to it."""
    if installation.worker.process is None:
        await installation.worker.start()
    return installation


async def test_updates_are_screened_and_released_in_their_order(running: Installation) -> None:
    events = [await running.open(partition) for partition in range(PARTITIONS)]
    ids = {event: await running.submit(event, 10) for event in events}
    for event in events:
        await running.screened(event, ids[event])
    assert running.of(DEAD_LETTERS, events[0]) == []


async def test_a_worker_killed_half_way_loses_and_disorders_nothing_and_counts_each_once(
    running: Installation,
) -> None:
    event = await running.open()
    first = await running.submit(event, 20)
    await running.screened(event, first)
    rest = asyncio.create_task(running.submit(event, 180))
    await running.until(lambda: len(running.of(DRAFTS, event)) > 60)
    assert await running.worker.end(signal.SIGKILL) == -signal.SIGKILL
    ids = first + await rest
    assert len(running.of(DRAFTS, event)) < 200, "it was killed too late to show anything"
    await running.worker.start()
    await running.screened(event, ids)

    counting = Counting(running.bus, SystemClock())  # as the desk reads them
    following = asyncio.create_task(counting.run())
    async with asyncio.timeout(15):
        while counting.of(event).drafts < 200:
            await asyncio.sleep(0.1)
    following.cancel()
    counts = counting.of(event)
    assert counts.by_disposition == {"clear": 200}
    assert sum(counts.per_minute.values()) == 200
    assert len(counts.latency_ms) == 100


async def test_a_second_worker_takes_its_share_and_the_first_takes_over_when_it_dies(running: Installation) -> None:
    events = [await running.open(partition) for partition in range(PARTITIONS)]
    second = Worker(running.folder, running.bootstrap, "scrub-2")
    try:
        await second.start()
        ids = {event: await running.submit(event, 10) for event in events}
        for event in events:
            await running.screened(event, ids[event])
        assert await running.workers() == 2
        for event in events:
            ids[event] += await running.submit(event, 20)
        assert await second.end(signal.SIGKILL) == -signal.SIGKILL
        for event in events:
            ids[event] += await running.submit(event, 5)
        for event in events:
            await running.screened(event, ids[event])
    finally:
        second.kill_if_running()


async def test_too_many_bad_records_stop_the_worker_for_a_person_and_a_start_goes_on(running: Installation) -> None:
    event = await running.open()
    bad = await running.submit(event, 60, text="e30.a.b.c.d")
    good = await running.submit(event, 5)
    assert await running.worker.ended() == 3
    assert len(running.of(DEAD_LETTERS, event)) < 60
    await running.worker.start()
    await running.until(lambda: {r.update_id for r in running.of(RELEASES, event)} >= set(good))
    await running.until(lambda: len(running.of(DRAFTS, event)) >= 65 and len(running.of(DEAD_LETTERS, event)) >= 60)
    assert [r.update_id for r in running.of(RELEASES, event)] == good
    assert [d.update_id for d in running.of(DRAFTS, event)] == bad + good
    assert {letter.update_id for letter in running.of(DEAD_LETTERS, event)} == set(bad)


async def test_it_ends_soon_when_it_is_asked_to(running: Installation) -> None:
    began = time.monotonic()
    assert await running.worker.end(signal.SIGTERM) == 0
    assert time.monotonic() - began < 5
