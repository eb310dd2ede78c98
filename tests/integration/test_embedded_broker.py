"""The embedded broker as its supervisor meets it: killed, started twice, stopped, orphaned, out of space."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.kafka import jars
from deploy.kafka.broker import EmbeddedBroker
from deploy.kafka.class_cache import class_cache
from deploy.kafka.folder import command_line
from deploy.kafka.java import find_java
from deploy.kafka.warm import build_class_cache
from schemas.errors import Refused, Unavailable

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("needs_java")]

RECORDS = 300
READ_TIMEOUT_S = 30


def embedded(data_dir: Path, cache_dir: Path) -> EmbeddedBroker:
    return EmbeddedBroker(data_dir, cache_dir, session_timeout_ms=1000, builds_class_cache=False)


@pytest.fixture
async def own(tmp_path: Path, kafka_cache_dir: Path) -> AsyncIterator[EmbeddedBroker]:
    """A broker that this test alone may hurt."""
    broker = embedded(tmp_path / "data", kafka_cache_dir)
    await broker.start_async()
    yield broker
    await broker.stop_async()


async def create_topic(bootstrap: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 1, 1)])
    finally:
        await admin.close()


async def all_values(bootstrap: str, topic: str) -> list[bytes]:
    partition = TopicPartition(topic, 0)
    values: list[bytes] = []
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    consumer.assign([partition])
    async with consumer, asyncio.timeout(READ_TIMEOUT_S):
        end = (await consumer.end_offsets([partition]))[partition]
        while await consumer.position(partition) < end:
            values.append((await consumer.getone()).value)
    return values


async def test_the_shared_broker_takes_and_gives_back(broker: str) -> None:
    topic = f"shared-{uuid.uuid4()}"
    await create_topic(broker, topic)
    async with AIOKafkaProducer(bootstrap_servers=broker, acks="all") as producer:
        await producer.send_and_wait(topic, b"one")
    assert await all_values(broker, topic) == [b"one"]


async def test_kill_9_loses_nothing_that_was_acknowledged(own: EmbeddedBroker) -> None:
    await create_topic(own.bootstrap, "t")
    before = own.bootstrap
    producer = AIOKafkaProducer(bootstrap_servers=own.bootstrap, acks="all", enable_idempotence=True)
    async with producer:
        for number in range(RECORDS):
            await producer.send_and_wait("t", b"%d" % number)
        os.kill(own.pid, signal.SIGKILL)
        in_flight = asyncio.ensure_future(producer.send_and_wait("t", b"sent while it was away"))
        while own.poll() is None:
            await asyncio.sleep(0)
        assert own.poll() == -signal.SIGKILL
        await own.start_async()
        await in_flight
    assert own.bootstrap == before
    expected = [b"%d" % number for number in range(RECORDS)]
    assert await all_values(own.bootstrap, "t") == [*expected, b"sent while it was away"]


async def test_a_stop_is_clean_and_leaves_no_process(own: EmbeddedBroker, tmp_path: Path) -> None:
    pid = own.pid
    assert command_line(pid).strip().endswith(str(tmp_path / "data" / "server.properties"))
    assert await own.stop_async() == 0
    assert command_line(pid) == ""
    assert not (tmp_path / "data" / "broker.pid").exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(own.bootstrap.split(":")[1])), timeout=1)


async def test_the_broker_has_a_process_group_of_its_own(own: EmbeddedBroker) -> None:
    assert os.getpgid(own.pid) == own.pid != os.getpgid(0)


async def test_a_second_broker_on_the_folder_is_refused(
    own: EmbeddedBroker, tmp_path: Path, kafka_cache_dir: Path
) -> None:
    second = embedded(tmp_path / "data", kafka_cache_dir)
    with pytest.raises(Refused, match="another broker is running on"):
        await second.start_async()
    assert own.poll() is None


async def test_a_taken_port_is_told_and_the_broker_starts_when_it_is_free(own: EmbeddedBroker) -> None:
    await own.stop_async()
    port = int(own.bootstrap.split(":")[1])
    taken = rf"^port {port}, kept in .*broker\.json for this broker, is taken"
    with socket.create_server(("127.0.0.1", port)), pytest.raises(Refused, match=taken):
        await own.start_async()
    await own.start_async()
    assert own.bootstrap == f"127.0.0.1:{port}"


async def test_an_orphan_is_stopped_and_its_records_are_there(tmp_path: Path, kafka_cache_dir: Path) -> None:
    """A supervisor killed -9 leaves its broker; the next one takes over the folder."""
    supervisor = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy.kafka", "--data", str(tmp_path / "data"), "--cache-dir", str(kafka_cache_dir)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert supervisor.stdout is not None
    bootstrap = (await supervisor.stdout.readline()).decode().strip()
    await create_topic(bootstrap, "t")
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        await producer.send_and_wait("t", b"before")
    orphan = int((tmp_path / "data" / "broker.pid").read_text())
    supervisor.kill()
    await supervisor.wait()
    assert command_line(orphan) != ""

    heir = embedded(tmp_path / "data", kafka_cache_dir)
    await heir.start_async()
    assert command_line(orphan) == ""
    assert heir.bootstrap == bootstrap
    assert await all_values(heir.bootstrap, "t") == [b"before"]
    await heir.stop_async()


async def test_ctrl_c_in_the_foreground_stops_the_broker(tmp_path: Path, kafka_cache_dir: Path) -> None:
    supervisor = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy.kafka", "--data", str(tmp_path / "data"), "--cache-dir", str(kafka_cache_dir)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert supervisor.stdout is not None
    await supervisor.stdout.readline()
    pid = int((tmp_path / "data" / "broker.pid").read_text())
    supervisor.send_signal(signal.SIGINT)
    assert await supervisor.wait() == 0
    assert command_line(pid) == ""


async def test_a_folder_may_have_an_odd_name(tmp_path: Path, kafka_cache_dir: Path) -> None:
    broker = embedded(tmp_path / "Käse & Brot, nein: ünd".replace(",", "") / "=1", kafka_cache_dir)
    await broker.start_async()
    assert "Kafka Server started" in broker.log_path.read_text(encoding="utf-8")
    assert await broker.stop_async() == 0


async def test_a_broker_that_cannot_start_says_why(own: EmbeddedBroker, tmp_path: Path) -> None:
    await own.stop_async()
    (tmp_path / "data" / "kafka" / "meta.properties").write_text("version=1\nnode.id=7\ncluster.id=x\n")
    with pytest.raises(Unavailable, match="the broker's data folder is damaged or belongs to another broker"):
        await own.start_async()
    assert own.poll() is not None


async def test_a_stop_calls_off_a_start_that_is_under_way(tmp_path: Path, kafka_cache_dir: Path) -> None:
    broker = embedded(tmp_path / "data", kafka_cache_dir)
    preparing = threading.Event()
    starting = asyncio.ensure_future(broker.start_async(lambda *_: preparing.set()))
    await asyncio.to_thread(preparing.wait)
    await broker.stop_async()
    with pytest.raises(Unavailable, match=r"stopped before it was up|went down before it was ready"):
        await starting
    assert not (tmp_path / "data" / "broker.pid").exists()


@pytest.fixture
def bare_cache_dir(tmp_path: Path, kafka_cache_dir: Path) -> Path:
    """The same jars in another place, for which no class archive exists."""
    lock = jars.locked()
    jars.fetch(kafka_cache_dir, lock=lock)
    shutil.copytree(jars.folder(kafka_cache_dir, lock), jars.folder(tmp_path / "cache", lock))
    return tmp_path / "cache"


async def test_an_unreadable_class_archive_does_no_harm(tmp_path: Path, bare_cache_dir: Path) -> None:
    lock = jars.locked()
    cache = class_cache(find_java(os.environ), lock.kafka, jars.fetch(bare_cache_dir, lock=lock))
    cache.file.write_bytes(os.urandom(100_000))
    broker = embedded(tmp_path / "data", bare_cache_dir)
    await broker.start_async()
    assert await broker.stop_async() == 0


async def test_a_stop_ends_the_building_of_the_class_archive(tmp_path: Path, bare_cache_dir: Path) -> None:
    broker = EmbeddedBroker(tmp_path / "data", bare_cache_dir, session_timeout_ms=1000)
    await broker.start_async()
    try:
        builder = broker._builder
        assert builder is not None
        async with asyncio.timeout(10):  # between its exec and its first instruction a process has no words yet
            while "deploy.kafka.warm" not in command_line(builder.pid):
                assert builder.poll() is None
                await asyncio.sleep(0.01)
    finally:
        await broker.stop_async()
    assert command_line(builder.pid) == ""


def test_the_class_archive_is_there_or_is_not_to_be_had(kafka_cache_dir: Path) -> None:
    archive = build_class_cache(kafka_cache_dir)
    assert archive is None or archive.stat().st_size > 10_000_000


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("mount") is None or not sys.platform.startswith("linux"),
    reason="a small disk can only be mounted by root on Linux",
)
async def test_a_full_disk_ends_the_broker_with_a_reason_and_loses_nothing(
    tmp_path: Path, kafka_cache_dir: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], check=False)
    if mounted.returncode != 0:
        pytest.skip("this container may not mount a small disk")
    broker = embedded(disk / "data", kafka_cache_dir)
    try:
        (disk / "ballast").write_bytes(bytes(8 * 1024 * 1024))
        await broker.start_async()
        await create_topic(broker.bootstrap, "t")
        accepted = await fill(broker)
        assert broker.poll() == 1
        assert broker.why_down().startswith("no space left for the broker's data")
        with pytest.raises(Unavailable, match="no space left"):
            await broker.start_async()
        (disk / "ballast").unlink()
        await broker.start_async()
        values = await all_values(broker.bootstrap, "t")
        assert [int(value[:6]) for value in values][:accepted] == list(range(accepted))
    finally:
        await broker.stop_async()
        subprocess.run(["umount", disk], check=True)


async def fill(broker: EmbeddedBroker) -> int:
    """Writes until the broker ends; how many records it acknowledged."""
    accepted = 0
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    while broker.poll() is None:
        sending = asyncio.ensure_future(producer.send_and_wait("t", b"%06d" % accepted + bytes(100_000)))
        while not sending.done() and broker.poll() is None:
            await asyncio.wait([sending], timeout=0.05)
        if sending.done() and sending.exception() is None:
            accepted += 1
        else:
            sending.cancel()
    await asyncio.wait([asyncio.ensure_future(producer.stop())], timeout=1)
    return accepted
