"""A page hears of what changed after it was made, even of what changed before its stream was there."""

import asyncio
from pathlib import Path

import pytest

from producers.desk.messages import Messages
from producers.desk.news import News
from producers.desk.presences import Presences
from producers.desk.projection import TOPICS, Projection
from producers.desk.reach import Reach
from schemas.topics import CONTROLS
from streams.clock import ManualClock
from streams.memory import MemoryBus
from streams.vault import Vault
from streams.views import View
from tests.poster_cases import START, control


@pytest.fixture
def reach(tmp_path: Path) -> Reach:
    bus, projection = MemoryBus(partition_count=1), Projection()
    view = View(bus, TOPICS, projection.apply)
    return Reach(bus, ManualClock(START), Vault(tmp_path, b"v" * 32), projection, view)


@pytest.fixture
def news(reach: Reach) -> News:
    return News(reach.projection, reach.view, reach.clock, Messages(reach), Presences(reach.clock))


async def test_a_change_between_a_page_and_its_stream_is_told_at_once(reach: Reach, news: News) -> None:
    await reach.write(CONTROLS, control("hold"))
    seen = reach.projection.of("knee-2026").version
    await reach.write(CONTROLS, control("stop"))
    news.tell()  # while nobody listens
    frames = news.since("knee-2026", seen=seen)
    assert await anext(frames) == b": connected\n\n"
    async with asyncio.timeout(5):
        assert b'"standing": "stopped"' in await anext(frames)


async def test_a_page_that_is_up_to_date_hears_of_the_next_change_first(reach: Reach, news: News) -> None:
    await reach.write(CONTROLS, control("hold"))
    frames = news.since("knee-2026", seen=reach.projection.of("knee-2026").version)
    await anext(frames)
    await reach.write(CONTROLS, control("resume"))
    news.tell()
    async with asyncio.timeout(5):
        assert b'"standing": "running"' in await anext(frames)
