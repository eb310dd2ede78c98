"""The bus over real Kafka keeps the contract."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from schemas.errors import Unavailable
from schemas.topics import TOPICS
from streams.kafka import Connection, KafkaBus
from streams.kafka_topics import ensure
from tests.contract.bus_suite import BusContract

pytestmark = pytest.mark.kafka


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bus(broker: str) -> AsyncIterator[KafkaBus]:
    connection = Connection(broker)
    await ensure(connection, TOPICS, partitions=4, replication=1)
    async with KafkaBus.open(connection) as opened:
        yield opened


class TestKafkaBus(BusContract):
    async def test_a_broker_that_is_not_there_is_unavailable(self) -> None:
        with pytest.raises(Unavailable, match="cannot be reached"):
            async with KafkaBus.open(Connection("127.0.0.1:1")):
                pass
