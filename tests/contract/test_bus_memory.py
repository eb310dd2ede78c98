"""The bus in memory keeps the contract; and it can be away, which tests of outages need."""

import pytest

from schemas.errors import Unavailable
from schemas.topics import CONTROLS
from streams.memory import MemoryBus
from tests.contract.bus_suite import BusContract, control


@pytest.fixture
def bus() -> MemoryBus:
    return MemoryBus()


class TestMemoryBus(BusContract):
    async def test_a_bus_that_is_away_says_so(self, bus: MemoryBus) -> None:
        bus.away = True
        with pytest.raises(Unavailable):
            await bus.send(CONTROLS, control("knee"))
