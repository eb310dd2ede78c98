"""What the desk wrote stands on its pages as soon as it is durable, and never before what lies in front of it."""

import asyncio
from pathlib import Path

import pytest

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
    """Over topics of which nothing is read back until somebody runs its view."""
    bus, projection = MemoryBus(partition_count=1), Projection()
    view = View(bus, TOPICS, projection.apply)
    return Reach(bus, ManualClock(START), Vault(tmp_path, b"v" * 32), projection, view)


async def test_what_was_written_is_applied_before_it_is_read_back(reach: Reach) -> None:
    await reach.write(CONTROLS, control("hold"))
    assert reach.projection.of("knee-2026").standing.state == "held"
    assert reach.view.version == 1


async def test_what_another_desk_wrote_before_comes_first(reach: Reach) -> None:
    await reach.bus.send(CONTROLS, control("stop"))  # another desk's
    await reach.send(CONTROLS, control("resume"))
    assert reach.projection.of("knee-2026").version == 0
    running = asyncio.create_task(reach.view.run())
    async with asyncio.timeout(5):
        await reach.view.ready()
    running.cancel()
    assert reach.projection.of("knee-2026").version == 2


async def test_what_is_read_back_afterwards_changes_nothing(reach: Reach) -> None:
    await reach.write(CONTROLS, control("hold"))
    await reach.write(CONTROLS, control("resume"))
    running = asyncio.create_task(reach.view.run())
    async with asyncio.timeout(5):
        await reach.view.ready()
    running.cancel()
    view = reach.projection.of("knee-2026")
    assert (view.version, view.standing.state) == (2, "running")
