"""T3: two posters at once, paused, woken, with wrong clocks: never two posts, and the loser does nothing any more."""

import random
from collections.abc import Iterator

import pytest

from tests.simulation.batteries import SOAK_QUARTER, Battery, seeds
from tests.simulation.outcomes import Outcome, again, check_whole
from tests.simulation.plans import Kind, Plan
from tests.simulation.world import play

KINDS: tuple[Kind, ...] = ("plain", "x", "keys", "keys for a time")
SKEW_S = 120.0
PAUSES_S = (4.0, 8.0, 200.0, 1_000.0)  # shorter than the lease, about as long, longer, and beyond the end of the other
TAKEN_OVER_IN_S = 15.0


def _skews_s(chance: random.Random) -> tuple[float, float]:
    skew_s = chance.choice((0.0, SKEW_S, chance.uniform(0.0, SKEW_S)))
    return (skew_s, -skew_s) if chance.random() < 0.5 else (-skew_s, skew_s)


@pytest.mark.parametrize(("kind", "seed", "pause_s"), [("plain", 203, 30.0), ("x", 202, 200.0)])
def test_paused_at_every_third_point_a_poster_that_wakes_beside_its_successor_is_put_out(
    kind: Kind, seed: int, pause_s: float
) -> None:
    void = 0
    for point in range(1, play(Plan(seed, kinds=(kind,))).points + 1, 3):
        plan = Plan(seed, kinds=(kind,), pause=point, pause_s=pause_s, skews_s=(SKEW_S, -SKEW_S))
        outcome = play(plan)
        check_whole(plan, outcome)
        void += outcome.reached["a record of a fenced writer"]
    assert void > 10, "the pauses never let two posters meet"


def _two(seed: int) -> Iterator[Plan]:
    chance, half = random.Random(seed), seed // 2
    kinds = (KINDS[half % len(KINDS)],)
    skews_s = _skews_s(chance)
    if seed % 2:
        pause_s = PAUSES_S[half // len(KINDS) % len(PAUSES_S)]
        yield Plan(seed, kinds=kinds, pause=chance.randint(1, 200), pause_s=pause_s, skews_s=skews_s)
        return
    # Two replicas of one configuration have one name, and each takes the other for its own last life.
    twins = seed % 8 != 0
    after_s = 0.0 if twins else chance.uniform(0.0, 10.0)
    yield Plan(seed, kinds=kinds, second_after_s=after_s, twins=twins, skews_s=skews_s)


TWO = Battery(
    _two,
    check_whole,
    reaches=("a thread taken over", "a record of a fenced writer"),
)


@seeds(soak=SOAK_QUARTER)
def test_with_two_posters_and_wrong_clocks_each_post_is_public_once(seeds: range) -> None:
    TWO.hold(seeds)


def _orphaned(seed: int) -> Iterator[Plan]:
    """The one at work dies and is not started again; its standby has been there for a while."""
    chance = random.Random(seed)
    yield Plan(
        seed, kinds=(KINDS[seed % len(KINDS)],), kills=(chance.randint(20, 150),), restarts=False,
        second_after_s=chance.uniform(0.0, 1.0), skews_s=_skews_s(chance),
    )  # fmt: skip


def _taken_over(plan: Plan, outcome: Outcome) -> None:
    check_whole(plan, outcome)
    in_s = outcome.took_over_in_s
    assert in_s is None or in_s < TAKEN_OVER_IN_S, f"taken over only after {in_s:.1f} s; {again(plan)}"


ORPHANED = Battery(_orphaned, _taken_over, reaches=("a thread taken over", "killed between request and answer"))


@seeds(soak=SOAK_QUARTER)
def test_a_standby_takes_over_soon_after_the_death_of_the_one_at_work(seeds: range) -> None:
    ORPHANED.hold(seeds)
