"""One real broker for all tests that need one, on a folder of its own, with time-outs fit for killing.

Imported by name through `pytest_plugins`: it loads nothing of Kafka until a test asks for the broker.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import platformdirs
import pytest

from schemas.errors import Refused
from tests.optional import missing


@pytest.fixture(scope="session")
def kafka_cache_dir() -> Path:
    """Jars and class archive, shared with the product: `make setup` has filled it."""
    return Path(os.environ.get("SCRUBCAST_CACHE_DIR") or platformdirs.user_cache_dir("scrubcast"))


@pytest.fixture(scope="session")
def needs_java() -> None:
    from deploy.kafka.java import find_java

    try:
        find_java(os.environ)
    except Refused as refused:
        missing(f"the tests with Kafka: {refused}")


@pytest.fixture(scope="session")
def broker(needs_java: None, kafka_cache_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The bootstrap address. Give each test topics and groups of its own."""
    from deploy.kafka.broker import EmbeddedBroker
    from deploy.kafka.config import SESSION_TIMEOUT_MS_IN_TESTS

    embedded = EmbeddedBroker(
        tmp_path_factory.mktemp("broker"),
        kafka_cache_dir,
        session_timeout_ms=SESSION_TIMEOUT_MS_IN_TESTS,
        builds_class_cache=False,
    )
    # In a thread, because it runs an event loop of its own and the tests' loop lives in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(embedded.start).result()
        yield embedded.bootstrap
        thread.submit(embedded.stop).result()
