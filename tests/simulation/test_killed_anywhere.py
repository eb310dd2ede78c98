"""T1: whenever the poster is killed, and however often, each post is public once, in order, with its receipt."""

import random
from collections.abc import Iterator

import pytest

from tests.simulation.batteries import Battery, seeds
from tests.simulation.outcomes import check_whole
from tests.simulation.plans import Kind, Mix, Plan, killed
from tests.simulation.world import play

KINDS: tuple[Kind, ...] = ("plain", "x", "keys", "keys for a time", "plain", "x", "ignores keys")
MIXES: tuple[Mix, ...] = ("everything", "mixed")
# Where keys are promised and not kept, a late request doubles whatever is done: nothing tells that it is to come.
PROMPT: Mix = "prompt"
POINTS = 240  # of most runs; the seeds together kill at each of them


def points_of(plan: Plan) -> int:
    return play(plan).points


@pytest.mark.parametrize(("kind", "seed"), [("plain", 1), ("keys", 2)])
def test_killed_at_every_point_of_a_run_the_thread_is_whole(kind: Kind, seed: int) -> None:
    plan = Plan(seed, kinds=(kind,))
    points = points_of(plan)
    assert points > 100
    for point in range(1, points + 1):
        check_whole(killed(plan, point), play(killed(plan, point)))


def _killed_at_some_points(seed: int) -> Iterator[Plan]:
    chance = random.Random(seed)
    kind, mix = KINDS[seed % len(KINDS)], MIXES[seed % len(MIXES)]
    plan = Plan(seed, kinds=(kind,), mix=PROMPT if kind == "ignores keys" else mix)
    for number in range(2):
        point = 1 + (2 * seed + number) * 7 % POINTS
        # A second and a third death come soon after the restart: there the first one is being settled.
        yield killed(plan, point, *(chance.randint(1, 80) for _ in range(chance.choice((0, 0, 1, 2)))))


KILLED_ANYWHERE = Battery(
    _killed_at_some_points,
    check_whole,
    reaches=(
        "killed between intent and request",
        "killed between request and answer",
        "killed between answer and record",
        "killed between record and receipt",
        "a thread taken over",
        "an answer lost",
        "a lost answer found by look-up",
        "found only after looking in vain",
        "sent anew after its absence was proved",
        "late request applied",
        "key known",
        "young parent",
        "shown as unknown",
    ),
)


@seeds()
def test_killed_once_twice_or_three_times_under_faults_the_thread_is_whole(seeds: range) -> None:
    KILLED_ANYWHERE.hold(seeds)
