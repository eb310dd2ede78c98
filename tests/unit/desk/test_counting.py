"""What the stream engine counted reaches the desk: as soon as its topic is there, and never in the desk's way."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from producers.desk.counting import Counting
from producers.desk.look import Look, took
from producers.desk.words import Lang
from schemas.errors import Broken
from streams.clock import ManualClock
from streams.counts import COUNTS_CHANGELOG, Counts
from streams.memory import MemoryBus
from tests.desk_world import EVENT, StillClock, World, desk_world
from tests.examples import NOW, REVIEWER

COUNTED = Counts(
    next_source=4,
    drafts=3,
    by_disposition={"hold": 1, "clear": 2},
    per_minute={"2026-12-01T08:59Z": 1, "2026-12-01T09:00Z": 2},
    latency_ms=(9.0, 12.4, 30.0),
)


async def changelog(bus: MemoryBus, key: str | None, value: bytes | None, *, partition: int = 0) -> None:
    """As Faust writes it: key and value in JSON, and a topic that begins to exist with its first record."""
    for each in range(bus.partition_count):
        bus._logs.setdefault((COUNTS_CHANGELOG, each), [])
    await bus.send_raw(COUNTS_CHANGELOG, partition, key, value)


def stored(counts: Counts) -> bytes:
    return json.dumps(counts.model_dump(mode="json")).encode()


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path, clock=StillClock(NOW)) as made:
        await made.open()
        yield made


async def later(world: World) -> None:
    assert isinstance(world.clock, ManualClock)
    await world.clock.advance(5)
    await world.settle()


async def status(world: World) -> dict[str, Any]:
    found: dict[str, Any] = (await world.ask("director", "GET", f"/live-events/{EVENT}/status")).json()["counts"]
    return found


async def test_before_anything_was_counted_the_desk_is_ready_and_says_so(world: World) -> None:
    await later(world)
    assert (await world.http.get("/readyz")).status_code == 200
    assert (await world.http.get("/healthz")).status_code == 200
    counts = await status(world)
    assert (counts["screening_ms_median"], counts["by_disposition"], counts["per_minute"]) == (None, {}, {})


async def test_what_was_counted_stands_in_the_status(world: World) -> None:
    await changelog(world.bus, f'"{EVENT}"', stored(Counts(drafts=1, latency_ms=(9.0,))))
    await changelog(world.bus, '"hip-2026"', stored(Counts(drafts=9, latency_ms=(99.0,))), partition=1)
    await changelog(world.bus, f'"{EVENT}"', stored(COUNTED))
    await later(world)
    counts = await status(world)
    assert counts["screening_ms_median"] == 12.4
    assert counts["by_disposition"] == {"clear": 2, "hold": 1}
    assert counts["per_minute"] == {"2026-12-01T08:59Z": 1, "2026-12-01T09:00Z": 2}
    of_all = (await world.ask("director", "GET", "/status")).json()["live_events"]
    assert [one["counts"]["screening_ms_median"] for one in of_all] == [12.4]


async def test_what_was_counted_stands_on_the_desk(world: World) -> None:
    await changelog(world.bus, f'"{EVENT}"', stored(COUNTED))
    await later(world)
    headers = {"Authorization": "Bearer token-of-reviewer", "Accept-Language": "en"}
    page = await world.http.get(f"/desk/{EVENT}/plan", headers=headers)
    assert '<dt>Screening takes</dt><dd data-live="screening">12 ms</dd>' in page.text


@pytest.mark.parametrize(
    ("key", "value"),
    [(None, b"{}"), ("knee-2026", b"{}"), ("[1]", b"{}"), (f'"{EVENT}"', b"{"), (f'"{EVENT}"', b'{"drafts":"x"}'),
     (f'"{EVENT}"', b"[]"), (f'"{EVENT}"', b"\xff"), (f'"{EVENT}"', None)],
)  # fmt: skip
async def test_a_record_of_another_form_counts_as_nothing(key: str | None, value: bytes | None) -> None:
    bus, clock = MemoryBus(), StillClock(NOW)
    counting = Counting(bus, clock)
    following = asyncio.create_task(counting.run())
    await changelog(bus, key, value)
    await clock.advance(5)
    assert counting.of(EVENT) == Counts()
    await changelog(bus, f'"{EVENT}"', stored(COUNTED))
    await clock.advance(5)
    assert counting.of(EVENT) == COUNTED
    following.cancel()


async def test_a_broker_that_is_away_is_asked_again(world: World) -> None:
    bus, clock = MemoryBus(away=True), StillClock(NOW)
    counting = Counting(bus, clock)
    following = asyncio.create_task(counting.run())
    await clock.advance(30)
    bus.away = False
    await changelog(bus, f'"{EVENT}"', stored(COUNTED))
    await clock.advance(5)
    assert counting.of(EVENT).drafts == 3
    following.cancel()


class Closed(MemoryBus):
    """A cluster that gives the desk no right to the counts."""

    async def topics(self) -> frozenset[str]:
        raise Broken("Kafka refuses asking for the topics: no right to it.")


async def test_a_desk_without_a_right_to_the_counts_goes_on_without_them() -> None:
    counting = Counting(Closed(), StillClock(NOW))
    await asyncio.wait_for(counting.run(), 5)
    assert counting.of(EVENT) == Counts()


@pytest.mark.parametrize(
    ("ms", "lang", "said"),
    [
        (0.4, "en", "0 ms"),
        (12.4, "de", "12 ms"),
        (999.4, "en", "999 ms"),
        (999.6, "en", "1.0 s"),
        (2310, "nl", "2,3 s"),
    ],
)
def test_durations_are_said_shortly(ms: float, lang: Lang, said: str) -> None:
    assert took(ms, Look(REVIEWER, NOW, lang)) == said
