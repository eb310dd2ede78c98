"""Plays many plans, checks each run, and asks that the situations were reached for which they were made.

200 seeds in every run of the tests, 50 where each costs more; under the marker `soak` as many as SCRUBCAST_SOAK_SEEDS
says (20,000 when it does not), from SCRUBCAST_SOAK_FROM on: so a long soak can be divided over several runs.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pytest

from tests.simulation.outcomes import Outcome
from tests.simulation.plans import Plan
from tests.simulation.situations import Situation
from tests.simulation.world import play

SEEDS = range(1, 201)
FEW = range(1, 51)
SOAK_FROM = int(os.environ.get("SCRUBCAST_SOAK_FROM", "1"))
SOAK_SEEDS = int(os.environ.get("SCRUBCAST_SOAK_SEEDS", "20000"))
SOAK = range(SOAK_FROM, SOAK_FROM + SOAK_SEEDS)
SOAK_QUARTER = range(SOAK_FROM, SOAK_FROM + max(1, SOAK_SEEDS // 4))  # for what takes several times as long


@dataclass(frozen=True)
class Battery:
    """`plans` of one seed; `check` raises; all seeds together must have reached the situations."""

    plans: Callable[[int], Iterable[Plan]]
    check: Callable[[Plan, Outcome], None]
    reaches: tuple[Situation, ...] = ()
    enough: int = 50  # so many seeds reach them, however chance has it

    def hold(self, seeds: range) -> None:
        began, reached = time.monotonic(), Counter[Situation]()
        runs = 0
        for plan in self._all(seeds):
            outcome = play(plan)
            self.check(plan, outcome)
            reached += outcome.reached
            runs += 1
        took_s = time.monotonic() - began
        print(f"seeds {seeds.start} to {seeds.stop - 1}: {runs} runs, {runs / took_s:.0f} a second")
        if len(seeds) >= self.enough:
            missing = [name for name in self.reaches if not reached[name]]
            assert not missing, f"never reached: {', '.join(missing)}"

    def _all(self, seeds: range) -> Iterator[Plan]:
        for seed in seeds:
            yield from self.plans(seed)


def seeds(always: range = SEEDS, soak: range = SOAK) -> pytest.MarkDecorator:
    """Gives a test its seeds: some always, many when soaked."""
    return pytest.mark.parametrize(
        "seeds",
        [
            pytest.param(always, id=f"{len(always)}-seeds"),
            pytest.param(soak, id=f"seeds-{soak.start}-to-{soak.stop - 1}", marks=pytest.mark.soak),
        ],
    )
