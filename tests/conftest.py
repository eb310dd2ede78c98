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
BY_THEMSELVES = "tests/simulation"  # share nothing, not even a browser: they go wherever there is room
WAITING = ("kafka", "system")  # mostly wait, for a broker or for six processes


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "alone: asks for so much work in so much time, which takes both cores")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if group := _group(item):
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=_turn)


def _group(item: pytest.Item) -> str | None:
    """What stays in one process: the tests of a shared service, or of a file. None: a test that goes anywhere."""
    for name in SHARED:
        if name in getattr(item, "fixturenames", ()):
            return name
    return None if _waits(item) or item.nodeid.startswith(BY_THEMSELVES) else item.nodeid.partition("::")[0]


def _waits(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in WAITING)


def _turn(item: pytest.Item) -> int:
    places = (n for n, folder in enumerate(LONGEST_FIRST) if item.nodeid.startswith(folder))
    return next(places, len(LONGEST_FIRST))
