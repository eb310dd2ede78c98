"""What the stream engine is told of a record, and when: its acknowledgements decide what a killed worker repeats."""

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from schemas.errors import Unavailable
from streams.app import UNDER_WAY_MAX, _UnderWay
from streams.bus import Position


@dataclass
class Engine:
    """Faust, as far as acknowledging goes."""

    acknowledged: list[tuple[int, int]] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    async def ack(self, event: Any) -> None:
        self.acknowledged.append((event.message.tp, event.offset))

    def failed(self, error: BaseException) -> None:
        self.failures.append(error)


@dataclass
class Worker:
    """Records under way, whose durability the test decides."""

    engine: Engine = field(default_factory=Engine)
    writes: dict[tuple[int, int], asyncio.Future[Position]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.under_way = _UnderWay(self.engine)  # type: ignore[arg-type]  # all that it asks of the app

    async def add(self, partition: int, offset: int) -> None:
        write: asyncio.Future[Position] = asyncio.get_running_loop().create_future()
        self.writes[partition, offset] = write
        event = SimpleNamespace(message=SimpleNamespace(tp=partition), offset=offset)
        await self.under_way.add(self.engine, event, [write])

    async def durable(self, partition: int, offset: int) -> list[tuple[int, int]]:
        """What is acknowledged after this write."""
        self.writes[partition, offset].set_result(Position("drafts", partition, offset))
        return await self.settled()

    async def settled(self) -> list[tuple[int, int]]:
        for _ in range(300):
            await asyncio.sleep(0)
        return self.engine.acknowledged


async def test_a_record_is_acknowledged_after_all_before_it_on_its_partition() -> None:
    worker = Worker()
    for offset in (10, 11, 12):
        await worker.add(0, offset)
    await worker.add(1, 5)
    assert await worker.durable(0, 11) == []
    assert await worker.durable(1, 5) == [(1, 5)]
    assert await worker.durable(0, 10) == [(1, 5), (0, 10), (0, 11)]
    assert await worker.durable(0, 12) == [(1, 5), (0, 10), (0, 11), (0, 12)]


async def test_nothing_after_a_write_that_failed_is_acknowledged() -> None:
    worker = Worker()
    for offset in (10, 11, 12):
        await worker.add(0, offset)
    await worker.durable(0, 10)
    worker.writes[0, 11].set_exception(Unavailable("The broker is away."))
    assert await worker.durable(0, 12) == [(0, 10)]
    await worker.add(0, 13)
    assert await worker.durable(0, 13) == [(0, 10)]
    assert [type(error) for error in worker.engine.failures] == [Unavailable]


async def test_only_so_many_records_are_under_way() -> None:
    worker = Worker()
    for offset in range(UNDER_WAY_MAX):
        await worker.add(0, offset)
    one_more = asyncio.create_task(worker.add(0, UNDER_WAY_MAX))
    await worker.settled()
    assert not one_more.done()
    await worker.durable(0, 0)
    assert one_more.done()
    for offset in range(1, UNDER_WAY_MAX + 1):
        worker.writes[0, offset].set_result(Position("drafts", 0, offset))
    assert len(await worker.settled()) == UNDER_WAY_MAX + 1
