"""G2 and G3 on simulated time: whatever dies, gets lost, comes late or is pressed, each post is public at most once."""

import random
from collections.abc import Iterator

import pytest

from tests.simulation.naive import naive_poster
from tests.simulation.world import Outcome, Plan, play

PART = "The new joint is in place."
EXPECTED = [
    "Update 1. #OurKneeLive",
    " ".join([PART] * 9) + " (1/2) #OurKneeLive",
    " ".join([PART] * 5) + " (2/2) #OurKneeLive",
    "Update 3. #OurKneeLive",
    "Update 4. #OurKneeLive",
]


def check(plan: Plan, outcome: Outcome) -> None:
    """Each release once, in order, each under the one before, each with its receipt. Prints what plays it again."""
    again = f"again with: play({plan!r})"
    assert outcome.finished, f"not all was settled; {again}"
    assert outcome.texts == EXPECTED, again
    assert outcome.parents_right, again
    assert set(outcome.outcomes.values()) == {"posted"}, again


def points_of(seed: int) -> int:
    return play(Plan(seed)).points


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_every_point_the_thread_is_whole(seed: int) -> None:
    points = points_of(seed)
    assert points > 100
    for point in range(1, points + 1):
        plan = Plan(seed, kills=(point,))
        check(plan, play(plan))


def _some_kills(seeds: range) -> Iterator[Plan]:
    for seed in seeds:
        points = points_of(seed)
        chance = random.Random(seed)
        for _ in range(4):
            yield Plan(seed, kills=tuple(chance.randint(1, points) for _ in range(chance.choice((1, 2, 3)))))


def test_killed_once_twice_or_three_times_under_many_faults_the_thread_is_whole() -> None:
    for plan in _some_kills(range(100, 160)):
        check(plan, play(plan))


@pytest.mark.parametrize(("seed", "pause_s"), [(201, 8.0), (202, 200.0)])
def test_paused_at_any_point_a_poster_that_wakes_beside_its_successor_is_put_out(seed: int, pause_s: float) -> None:
    fenced = 0
    for point in range(1, points_of(seed) + 1):
        plan = Plan(seed, pause=point, pause_s=pause_s)
        outcome = play(plan)
        check(plan, outcome)
        fenced += outcome.fenced
    assert fenced > 30, "the pauses never let two posters meet"


def test_no_request_starts_after_a_stop_is_acknowledged() -> None:
    cut_short = 0
    for seed in range(300, 400):
        chance = random.Random(seed)
        plan = Plan(seed, press=(chance.uniform(0, 4), "stop", None), resume_after_s=60.0)
        outcome = play(plan)
        again = f"again with: play({plan!r})"
        assert outcome.finished, again
        assert outcome.begun_after_stop == 0, again
        assert outcome.texts == EXPECTED[: len(outcome.texts)], again
        assert sorted(outcome.outcomes.values()) == sorted(
            ["posted"] * len(outcome.texts) + ["not-posted"] * (5 - len(outcome.texts))
        ), again
        cut_short += 0 < len(outcome.texts) < 5
    assert cut_short > 10, "the stops never came in the middle"


def test_a_hold_delays_and_loses_nothing() -> None:
    for seed in range(400, 430):
        plan = Plan(seed, press=(random.Random(seed).uniform(0, 4), "hold", None), resume_after_s=90.0)
        outcome = play(plan)
        assert outcome.begun_after_stop == 0, plan
        check(plan, outcome)


def test_a_retracted_update_ends_deleted_or_never_posted_whatever_dies() -> None:
    deleted = 0
    for seed in range(500, 560):
        chance = random.Random(seed)
        plan = Plan(seed, kills=(chance.randint(1, 150),), press=(chance.uniform(0, 8), "retract", 2))
        outcome = play(plan)
        again = f"again with: play({plan!r})"
        assert outcome.finished, again
        assert outcome.texts == [EXPECTED[0], *EXPECTED[3:]], again
        assert outcome.parents_right, again
        deleted += "deleted" in outcome.outcomes.values()
    assert deleted > 10, "the retractions always came before the posts"


def test_the_same_plan_plays_the_same_run() -> None:
    plan = Plan(7, kills=(50, 90))
    assert play(plan) == play(plan)


def test_a_naive_poster_doubles_posts_in_the_same_world() -> None:
    doubled = 0
    for seed in range(600, 630):
        texts = play(Plan(seed), naive_poster).texts
        doubled += len(texts) > len(set(texts))
    assert doubled > 15, "a harness in which nothing goes wrong proves nothing"
