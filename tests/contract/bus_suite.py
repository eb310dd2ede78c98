"""What every Bus promises; run on the one in memory and on real Kafka."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

from schemas.control import Control
from schemas.envelope import Actor, Role
from schemas.topics import CONTROLS, TOPICS, partition_of
from streams.bus import Bus

AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
DIRECTOR = Actor(role=Role.DIRECTOR, name="J. Brandt")


def control(live_event_id: str, number: int = 0) -> Control:
    return Control(id=UUID(int=number), live_event_id=live_event_id, at=AT, actor=DIRECTOR, kind="hold")


def fresh() -> str:
    """A live event of its own for each test, as all of them share one broker."""
    return f"event-{uuid4().hex[:12]}"


class BusContract:
    async def test_a_record_comes_back_as_it_was_sent(self, bus: Bus) -> None:
        name = fresh()
        sent = await bus.send(CONTROLS, control(name))
        found = [m async for m in bus.read(CONTROLS.name, sent.partition, sent.offset, sent.offset + 1)]
        assert [Control.decode(m.value or b"") for m in found] == [control(name)]
        assert (found[0].key, found[0].offset) == (name, sent.offset)

    async def test_all_records_of_a_live_event_lie_on_its_partition_in_order(self, bus: Bus) -> None:
        name = fresh()
        places = [await bus.send(CONTROLS, control(name, n)) for n in range(5)]
        assert {p.partition for p in places} == {partition_of(name, await bus.partitions(CONTROLS.name))}
        assert [p.offset for p in places] == sorted(p.offset for p in places)

    async def test_enqueued_records_keep_the_order_of_the_calls(self, bus: Bus) -> None:
        name = fresh()
        durable = [await bus.enqueue(CONTROLS, control(name, n)) for n in range(50)]
        places = await asyncio.gather(*durable)
        first, last = places[0], places[-1]
        found = [m async for m in bus.read(CONTROLS.name, first.partition, first.offset, last.offset + 1)]
        ours = [Control.decode(m.value or b"") for m in found if m.key == name]
        assert [c.id.int for c in ours] == list(range(50))

    async def test_a_follower_reads_from_the_beginning_and_knows_when_it_has_all(self, bus: Bus) -> None:
        name = fresh()
        for n in range(3):
            await bus.send(CONTROLS, control(name, n))
        async with bus.follow([CONTROLS.name]) as follower:
            found: list[str | None] = []
            while not await follower.caught_up():
                found += [m.key for m in await follower.get(timeout_s=1.0)]
        assert found.count(name) == 3

    async def test_a_follower_gets_what_comes_later(self, bus: Bus) -> None:
        name = fresh()
        async with bus.follow([CONTROLS.name]) as follower:
            while not await follower.caught_up():
                await follower.get(timeout_s=1.0)
            await bus.send(CONTROLS, control(name))
            assert [m.key for m in await follower.get(timeout_s=5.0)] == [name]

    async def test_a_follower_that_starts_further_on_skips_what_lies_before(self, bus: Bus) -> None:
        name = fresh()
        await bus.send(CONTROLS, control(name, 1))
        second = await bus.send(CONTROLS, control(name, 2))
        async with bus.follow([CONTROLS.name], start={(CONTROLS.name, second.partition): second.offset}) as follower:
            found = []
            while not await follower.caught_up():
                found += [m for m in await follower.get(timeout_s=1.0) if m.key == name]
        assert [Control.decode(m.value or b"").id.int for m in found] == [2]

    async def test_reading_to_the_end_misses_nothing_acknowledged_before(self, bus: Bus) -> None:
        name = fresh()
        async with bus.follow([CONTROLS.name]) as follower:
            for n in range(5):
                place = await bus.send(CONTROLS, control(name, n))
                found = await follower.read_to_end(CONTROLS.name, place.partition)
                assert [Control.decode(m.value or b"").id.int for m in found if m.key == name] == [n]
            assert list(await follower.read_to_end(CONTROLS.name, place.partition)) == []

    async def test_reading_up_to_what_was_acknowledged_hands_out_all_before_it_once(self, bus: Bus) -> None:
        name = fresh()
        async with bus.follow([CONTROLS.name]) as follower:
            await bus.send(CONTROLS, control(name, 1))
            place = await bus.send(CONTROLS, control(name, 2))
            found = await follower.read_up_to(place)
            assert [Control.decode(m.value or b"").id.int for m in found if m.key == name] == [1, 2]
            assert list(await follower.read_up_to(place)) == []

    async def test_reading_a_range_ends_at_its_end(self, bus: Bus) -> None:
        name = fresh()
        places = [await bus.send(CONTROLS, control(name, n)) for n in range(4)]
        found = [m async for m in bus.read(CONTROLS.name, places[0].partition, places[1].offset, places[3].offset)]
        assert [m.offset for m in found] == [places[1].offset, places[2].offset]
        assert [m async for m in bus.read(CONTROLS.name, places[0].partition, 7, 7)] == []

    async def test_a_group_goes_on_after_what_was_committed_and_only_that(self, bus: Bus) -> None:
        name, group = fresh(), f"group-{uuid4().hex}"
        first = await bus.send(CONTROLS, control(name, 1))
        await bus.send(CONTROLS, control(name, 2))
        async with bus.join([CONTROLS.name], group) as member:
            found = await _until(member, name, 2)
            assert len(found) == 2
            await member.commit({(CONTROLS.name, first.partition): first.offset + 1})
        async with bus.join([CONTROLS.name], group) as member:
            assert await _until(member, name, 1) == [2]

    async def test_an_idle_get_comes_back_empty(self, bus: Bus) -> None:
        async with bus.follow([CONTROLS.name]) as follower:
            while not await follower.caught_up():
                await follower.get(timeout_s=1.0)
            assert list(await follower.get(timeout_s=0.01)) == []

    async def test_the_topics_that_exist_are_known_and_asking_makes_none(self, bus: Bus) -> None:
        assert {topic.name for topic in TOPICS} <= await bus.topics()
        assert "never-made" not in await bus.topics()

    async def test_the_bus_answers_when_it_is_there(self, bus: Bus) -> None:
        await bus.ping()


async def _until(member: object, name: str, count: int) -> list[int]:
    found: list[int] = []
    async with asyncio.timeout(20):
        while len(found) < count:
            batch = await member.get(timeout_s=1.0)  # type: ignore[attr-defined]  # a Group, whichever bus gave it
            found += [Control.decode(m.value).id.int for m in batch if m.key == name and m.value]
    return found
