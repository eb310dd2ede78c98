"""The worker: everything on the topics is archived once, and committed only when it is durable."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from consumers.archive import worker
from streams.clock import ManualClock
from streams.memory import MemoryBus
from tests.unit.archive.disks import CrashDisk
from tests.unit.archive.records import START, story
from tests.unit.archive.test_log import ids, judge, store_on, wanted_ids


async def until(true: Callable[[], bool]) -> None:
    """Gives the worker its turns, its threads included."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.to_thread(lambda: None)


@asynccontextmanager
async def running(bus: MemoryBus, disk: CrashDisk, clock: ManualClock) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run(bus, store_on(disk), clock))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def committed(bus: MemoryBus, topic: str) -> int:
    return bus._committed.get(("archive", topic, 0), 0)


async def fill(bus: MemoryBus) -> None:
    for m in story():
        await bus.send_raw(m.topic, 0, m.key, m.value)


async def test_everything_is_archived_once_and_signed_at_the_end() -> None:
    bus, disk, clock = MemoryBus(partition_count=1), CrashDisk(), ManualClock(START)
    await fill(bus)
    async with running(bus, disk, clock):
        await until(lambda: committed(bus, "scrubcast.submissions.v1") == 9)
    async with running(bus, disk, clock):
        await fill(bus)  # the same records again, at other offsets
        await until(lambda: committed(bus, "scrubcast.submissions.v1") == 18)

    assert judge(disk).bad is None
    assert judge(disk).pending == 0
    assert sorted(ids(disk)) == sorted(wanted_ids(story()))


async def test_a_full_disk_is_waited_out_and_nothing_is_committed_meanwhile() -> None:
    bus, disk, clock = MemoryBus(partition_count=1), CrashDisk(full_at=1), ManualClock(START)
    await fill(bus)
    async with running(bus, disk, clock):
        await until(lambda: disk.steps > 0)
        await until(lambda: len(clock._sleepers) == 1)
        assert committed(bus, "scrubcast.submissions.v1") == 0
        disk.full_at = -1
        await clock.advance(2.0)
        await until(lambda: committed(bus, "scrubcast.submissions.v1") == 9)

    assert judge(disk).bad is None
    assert sorted(ids(disk)) == sorted(wanted_ids(story()))


async def test_a_broker_that_is_away_is_waited_out_and_nothing_is_written_twice() -> None:
    bus, disk, clock = MemoryBus(partition_count=1), CrashDisk(), ManualClock(START)
    await fill(bus)
    bus.away = True  # the commit fails after the write
    async with running(bus, disk, clock):
        await until(lambda: len(clock._sleepers) == 1)
        assert judge(disk).pending > 0
        bus.away = False
        await clock.advance(2.0)
        await until(lambda: committed(bus, "scrubcast.submissions.v1") == 9)

    assert sorted(ids(disk)) == sorted(wanted_ids(story()))
