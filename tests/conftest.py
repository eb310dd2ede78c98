"""Fixtures for all tests, and which of them run in one process and when. Nothing here starts a service by itself."""

from collections.abc import Iterable
from itertools import groupby

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.kafka_fixture", "tests.browser_fixture", "tests.system_fixture"]

# A busy machine is no finding: time is measured by `make bench`, never asserted in a test.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# What takes longest begins first, or one process would go on alone with it when all others have ended.
LONGEST_FIRST = ("tests/e2e/outbox_battery", "tests/simulation", "tests/e2e", "tests/system", "tests/integration")
SHARED = ("system", "broker")  # started once and used by many tests, which therefore stay in one process
BY_THEMSELVES = "tests/simulation"  # share nothing, not even a browser: they go wherever there is room
WAITING = ("kafka", "system")  # mostly wait, for a broker or for six processes; others may compute meanwhile
COMPUTING = 3  # groups that compute between two that wait, so that not all processes start systems at once


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "alone: asks for so much work in so much time, which takes both cores")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if group := _group(item):
            item.add_marker(pytest.mark.xdist_group(group))
    waiting = sorted(
        (item for item in items if _waits(item)), key=lambda item: not item.nodeid.startswith("tests/system")
    )
    computing = sorted((item for item in items if not _waits(item)), key=_turn)
    items[:] = _woven(_groups(waiting), _groups(computing))


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


def _groups(items: Iterable[pytest.Item]) -> list[list[pytest.Item]]:
    return [list(group) for _, group in groupby(items, key=lambda item: _group(item) or item.nodeid)]


def _woven(waiting: list[list[pytest.Item]], computing: list[list[pytest.Item]]) -> list[pytest.Item]:
    woven: list[pytest.Item] = []
    for n in range(max(len(waiting), -(-len(computing) // COMPUTING))):
        for group in [*waiting[n : n + 1], *computing[n * COMPUTING : (n + 1) * COMPUTING]]:
            woven += group
    return woven
