"""T13: each situation that has a name is one that some battery must reach, or it fails."""

from tests.simulation import (
    test_all_is_settled_in_time,
    test_destinations,
    test_killed_anywhere,
    test_platform_faults,
    test_stopped_anywhere,
    test_two_posters,
)
from tests.simulation.batteries import Battery
from tests.simulation.witness import SITUATIONS

FILES = (
    test_all_is_settled_in_time,
    test_destinations,
    test_killed_anywhere,
    test_platform_faults,
    test_stopped_anywhere,
    test_two_posters,
)
AT_EVERY_POINT = {"a request under way when stop was pressed"}  # asked for there: by chance it takes long


def test_each_situation_is_one_that_a_battery_must_reach() -> None:
    batteries = [made for file in FILES for made in vars(file).values() if isinstance(made, Battery)]
    claimed = {name for battery in batteries for name in battery.reaches} | AT_EVERY_POINT
    assert claimed == set(SITUATIONS)
