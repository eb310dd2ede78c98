"""A harness in which nothing goes wrong proves nothing: posters without our precautions double posts in it."""

from tests.simulation.naive import hasty_poster, naive_poster
from tests.simulation.plans import Plan
from tests.simulation.world import play

SEEDS = range(600, 640)


def test_a_poster_that_just_tries_again_doubles_posts() -> None:
    doubled = 0
    for seed in SEEDS:
        texts = play(Plan(seed), naive_poster).thread.texts
        doubled += len(texts) > len(set(texts))
    assert doubled > 20


def test_a_poster_that_writes_intents_but_looks_only_once_and_at_once_doubles_posts() -> None:
    assert sum(play(Plan(seed, mix="everything"), hasty_poster).thread.doubles > 0 for seed in SEEDS) > 10


def test_the_same_plan_plays_the_same_run() -> None:
    plan = Plan(7, kinds=("x", "keys"), mix="everything", kills=(50, 90))
    assert play(plan) == play(plan)
