"""Several destinations and several events at once: none waits for another, none doubles because of another."""

import random
from collections.abc import Iterator
from itertools import combinations

from tests.simulation.batteries import FEW, SOAK_QUARTER, Battery, seeds
from tests.simulation.outcomes import Outcome, again, check_safe, check_whole, expected
from tests.simulation.plans import Kind, Plan

KINDS: tuple[Kind, ...] = ("plain", "x", "keys", "keys for a time")
TOGETHER: tuple[tuple[Kind, ...], ...] = (*combinations(KINDS, 2), ("x", "keys", "keys for a time"), ("x", "x"))
AWAY_S = 150.0


def _kills(chance: random.Random) -> tuple[int, ...]:
    return tuple(chance.randint(1, 300) for _ in range(chance.choice((0, 1, 2))))


def _together(seed: int) -> Iterator[Plan]:
    chance = random.Random(seed)
    yield Plan(seed, kinds=TOGETHER[seed % len(TOGETHER)], mix="everything", kills=_kills(chance))


TOGETHER_BATTERY = Battery(
    _together, check_whole, reaches=("a lost answer found by look-up", "key known", "one goes on while another is away")
)


@seeds(FEW, SOAK_QUARTER)
def test_on_several_destinations_with_faults_of_their_own_each_thread_is_whole(seeds: range) -> None:
    TOGETHER_BATTERY.hold(seeds)


def _one_away(seed: int) -> Iterator[Plan]:
    chance = random.Random(seed)
    yield Plan(seed, kinds=TOGETHER[seed % len(TOGETHER)], mix="few", kills=_kills(chance), first_away_s=AWAY_S)


def _others_do_not_wait(plan: Plan, outcome: Outcome) -> None:
    check_whole(plan, outcome)
    first, *others = (thread.last_posted_s for thread in outcome.threads)
    assert first > AWAY_S, again(plan)
    assert max(others) < AWAY_S, f"one waited for another; {again(plan)}"


ONE_AWAY = Battery(
    _one_away,
    _others_do_not_wait,
    reaches=(
        "one goes on while another is away",
        "told that a destination is away",
        "told that a destination is back",
    ),
)


@seeds(FEW, SOAK_QUARTER)
def test_while_one_destination_is_away_the_others_go_on_and_its_queue_follows_in_order(seeds: range) -> None:
    ONE_AWAY.hold(seeds)


def _two_events(seed: int) -> Iterator[Plan]:
    chance = random.Random(seed)
    yield Plan(seed, kinds=(KINDS[seed % len(KINDS)],), events=2, mix="everything", kills=_kills(chance))


def _alike(seed: int) -> Iterator[Plan]:
    chance = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    yield Plan(seed, kinds=(kind,), events=2, alike=True, mix="everything", kills=_kills(chance))


def check_alike(plan: Plan, outcome: Outcome) -> None:
    """Each has its own posts. So that none equals another of the account, more may stand before the text."""
    check_safe(plan, outcome)
    for thread in outcome.threads:
        assert len(thread.texts) == 5, again(plan)
        for found, text in zip(thread.texts, expected(), strict=True):
            assert found.endswith(text), again(plan)
        assert thread.chained, again(plan)
        assert thread.outcomes == ["posted"] * 5, again(plan)


ALIKE = Battery(_alike, check_alike, reaches=("an answer lost",))


@seeds(FEW, SOAK_QUARTER)
def test_two_events_that_say_the_same_on_one_account_have_each_their_own_posts(seeds: range) -> None:
    ALIKE.hold(seeds)


TWO_EVENTS = Battery(
    _two_events, check_whole, reaches=("the account's limit reached", "a lost answer found by look-up")
)


@seeds(FEW, SOAK_QUARTER)
def test_two_events_on_one_account_do_not_take_each_others_posts(seeds: range) -> None:
    TWO_EVENTS.hold(seeds)


def _two_languages(seed: int) -> Iterator[Plan]:
    chance = random.Random(seed)
    yield Plan(seed, kinds=(KINDS[seed % len(KINDS)],), languages=("en", "de"), mix="everything", kills=_kills(chance))


TWO_LANGUAGES = Battery(_two_languages, check_whole, reaches=("a lost answer found by look-up", "key known"))


@seeds(FEW, SOAK_QUARTER)
def test_each_language_of_an_event_has_a_chain_of_its_own(seeds: range) -> None:
    TWO_LANGUAGES.hold(seeds)
