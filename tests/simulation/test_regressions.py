"""Plans that once failed, and never may again."""

import pytest

from tests.simulation.outcomes import check_whole
from tests.simulation.regressions import ALIKE, PRESSED, WHOLE
from tests.simulation.test_destinations import check_alike
from tests.simulation.test_stopped_anywhere import check as check_pressed
from tests.simulation.world import play


@pytest.mark.parametrize("name", WHOLE)
def test_the_thread_is_whole_now(name: str) -> None:
    check_whole(WHOLE[name], play(WHOLE[name]))


@pytest.mark.parametrize("name", PRESSED)
def test_what_was_pressed_is_done_now(name: str) -> None:
    check_pressed(PRESSED[name], play(PRESSED[name]))


@pytest.mark.parametrize("name", ALIKE)
def test_events_that_say_the_same_have_each_their_own_posts_now(name: str) -> None:
    check_alike(ALIKE[name], play(ALIKE[name]))
