"""T7: what is changed between approval and posting is not posted, and the receipts say why."""

import pytest

from tests.simulation.changes import CHANGES, OF_LIVE_EVENTS, OF_RELEASES
from tests.simulation.outcomes import again, check_safe, expected
from tests.simulation.plans import Kind, Plan
from tests.simulation.world import play


@pytest.mark.parametrize("kind", ["x", "keys"])
@pytest.mark.parametrize("change", OF_RELEASES)
def test_a_changed_release_is_not_posted_and_the_others_are(change: str, kind: Kind) -> None:
    plan = Plan(1, kinds=(kind, "plain"), change=change)
    outcome = play(plan)
    check_safe(plan, outcome)
    for thread in outcome.threads:
        assert thread.texts == [expected()[0], *expected()[3:]], again(plan)
    assert set(outcome.threads[0].reasons) == {CHANGES[change].reason}, again(plan)


@pytest.mark.parametrize(("first", "change"), list(enumerate(OF_LIVE_EVENTS, start=1)))
def test_a_change_of_the_event_at_any_point_ends_all_that_was_approved_before(first: int, change: str) -> None:
    """Together the changes come at every point; each has the same effect, so one at each is enough."""
    for point in range(first, play(Plan(1)).points + 1, len(OF_LIVE_EVENTS)):
        plan = Plan(1, change=change, press_at=point)
        outcome = play(plan)
        check_safe(plan, outcome)
        texts = outcome.thread.texts
        assert texts == expected()[: len(texts)], again(plan)
        assert outcome.thread.reasons == [CHANGES[change].reason] * (5 - len(texts)), again(plan)
