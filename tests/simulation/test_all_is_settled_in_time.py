"""T12: once the faults are over all is settled soon; what nobody can find out is shown, and nothing else is posted."""

import random
from collections.abc import Iterator

from tests.simulation.batteries import FEW, Battery, seeds
from tests.simulation.outcomes import Outcome, again, check_whole, expected
from tests.simulation.plans import Kind, Plan

KINDS: tuple[Kind, ...] = ("plain", "x", "keys", "keys for a time")
# The last request may have been lost just before: once settle_s (30), a rest of the account or a back-off (60), a
# restart with a lease of another poster that nobody ended (9), and five posts that take a second each, X's parents two.
BOUND_S = 120.0


def _until_calm(seed: int) -> Iterator[Plan]:
    chance = random.Random(seed)
    kills = tuple(chance.randint(1, 150) for _ in range(chance.choice((0, 1, 2))))
    yield Plan(
        seed, kinds=(KINDS[seed % len(KINDS)],), mix="everything", kills=kills,
        recover_after_s=chance.uniform(0.0, 200.0),
    )  # fmt: skip


def _in_time(plan: Plan, outcome: Outcome) -> None:
    check_whole(plan, outcome)
    assert outcome.settled_in_s < BOUND_S, f"settled only after {outcome.settled_in_s:.0f} s; {again(plan)}"


LIVELY = Battery(_until_calm, _in_time)


@seeds()
def test_all_is_settled_soon_after_the_last_fault(seeds: range) -> None:
    LIVELY.hold(seeds)


def _blind(seed: int) -> Iterator[Plan]:
    yield Plan(seed, kinds=("blind",), mix="everything", person=False, deadline_s=400.0)


def _shown(plan: Plan, outcome: Outcome) -> None:
    """Whatever has an outcome has the right one; the first that has none is shown, and nothing comes after it."""
    if outcome.finished:
        return check_whole(plan, outcome)
    thread = outcome.thread
    assert thread.doubles == 0, again(plan)
    assert thread.ids_right, again(plan)
    assert thread.outcomes[:-1] == ["posted"] * (len(thread.outcomes) - 1), again(plan)
    assert thread.outcomes[-1] == "unknown", f"in doubt, and nobody was told; {again(plan)}"
    assert outcome.reached["shown to a person"], again(plan)
    assert thread.texts in (expected()[: len(thread.outcomes) - 1], expected()[: len(thread.outcomes)]), again(plan)
    return None


SHOWN = Battery(_blind, _shown, reaches=("shown to a person",))


@seeds(FEW)
def test_what_only_a_person_can_find_out_is_shown_and_nothing_is_posted_after_it(seeds: range) -> None:
    SHOWN.hold(seeds)


def _asked(seed: int) -> Iterator[Plan]:
    chance = random.Random(seed)
    kills = tuple(chance.randint(1, 150) for _ in range(chance.choice((0, 1, 2))))
    yield Plan(seed, kinds=("blind",), mix="mixed", kills=kills)


ASKED = Battery(_asked, check_whole, reaches=("shown to a person", "settled by a person"))


@seeds(FEW)
def test_with_a_persons_word_on_each_doubt_the_thread_is_whole(seeds: range) -> None:
    ASKED.hold(seeds)
