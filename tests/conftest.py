"""Fixtures for all tests, and which of them run in one process and when. Nothing here starts a service by itself."""

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.kafka_fixture", "tests.browser_fixture", "tests.system_fixture"]

# A busy machine is no finding: time is measured by `make bench`, never asserted in a test.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# What takes longest begins first, or one process would go on alone with it when all others have ended.
LONGEST_FIRST = ("tests/e2e/outbox_battery", "tests/system", "tests/simulation", "tests/e2e", "tests/integration")
SHARED = ("system", "broker")  # started once and used by many tests, which therefore stay in one process


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "alone: asks for so much work in so much time, which takes both cores")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """So that two processes do not start the same twice; tests with parts of their own go wherever there is room."""
    items.sort(key=_turn)
    for item in items:
        for name in SHARED:
            if name in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group(name))


def _turn(item: pytest.Item) -> int:
    places = (n for n, folder in enumerate(LONGEST_FIRST) if item.nodeid.startswith(folder))
    return next(places, len(LONGEST_FIRST))
