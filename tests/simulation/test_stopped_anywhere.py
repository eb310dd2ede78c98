"""T8: stop, hold, withdraw, retract pressed at every point: nothing starts after it, what was under way is settled."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from schemas.control import ControlKind
from tests.simulation.batteries import FEW, Battery, seeds
from tests.simulation.outcomes import Outcome, again, check_safe, check_whole, expected
from tests.simulation.plans import Kind, Plan
from tests.simulation.world import play

KINDS: tuple[Kind, ...] = ("plain", "x", "keys", "keys for a time")
PRESSES: tuple[ControlKind, ...] = ("stop", "hold", "withdraw", "retract")
HELD_S = 90.0
RETRACTED = 2  # the long one: two posts


def check(plan: Plan, outcome: Outcome) -> None:
    check_safe(plan, outcome)
    thread = outcome.thread
    if plan.press == "hold":
        check_whole(plan, outcome)
    elif plan.press == "stop":
        assert thread.texts == expected()[: len(thread.texts)], again(plan)
        assert thread.outcomes == ["posted"] * len(thread.texts) + ["not-posted"] * (5 - len(thread.texts)), again(plan)
        assert set(thread.reasons) <= {"stopped"}, again(plan)
    elif plan.press == "withdraw":
        assert thread.texts == [], f"public after the withdrawal; {again(plan)}"
        assert set(thread.outcomes) <= {"deleted", "not-posted"}, again(plan)
    else:
        assert thread.texts == [expected()[0], *expected()[3:]], again(plan)
        assert [o for o in thread.outcomes if o == "posted"] == ["posted"] * 3, again(plan)


def _pressed(seed: int, kind: Kind, press: ControlKind) -> Plan:
    return Plan(
        seed, kinds=(kind,), press=press, number=RETRACTED if press == "retract" else None,
        resume_after_s=HELD_S if press == "hold" else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("press", "kind", "seed"),
    [("stop", "x", 1), ("stop", "keys", 2), ("hold", "plain", 3), ("withdraw", "keys", 4), ("retract", "x", 1)],
)
def test_pressed_at_every_point_of_a_run_or_every_third(press: ControlKind, kind: Kind, seed: int) -> None:
    under_way, stride = 0, 1 if press == "stop" else 3  # what is deleted and what is held take long
    for point in range(1, play(Plan(seed, kinds=(kind,))).points + 1, stride):
        plan = replace(_pressed(seed, kind, press), press_at=point)
        outcome = play(plan)
        check(plan, outcome)
        under_way += outcome.reached["a request under way when stop was pressed"]
    assert under_way or press == "retract", "never pressed between the last look at the controls and the request"


def _pressed_and_killed(seed: int) -> Iterator[Plan]:
    """At a moment of any run, and the poster dies before, or soon after, or not at all."""
    chance = random.Random(seed)
    plan = _pressed(seed, KINDS[seed % len(KINDS)], PRESSES[seed // len(KINDS) % len(PRESSES)])
    kills = () if chance.random() < 0.3 else (chance.randint(1, 200),)
    yield replace(plan, kills=kills, mix="everything", press_after_s=chance.uniform(0.0, 40.0))


def _taken_back_while_late(seed: int) -> Iterator[Plan]:
    """What was given up as lost, and posted by a repeat, comes once more when the post has been deleted."""
    press: ControlKind = "withdraw" if seed % 2 else "retract"
    yield replace(_pressed(seed, "keys", press), mix="late", press_after_s=random.Random(seed).uniform(3.0, 25.0))


TAKEN_BACK = Battery(_taken_back_while_late, check, reaches=("deleted post revived",))


@seeds(FEW)
def test_what_was_deleted_is_not_brought_back_by_a_late_request(seeds: range) -> None:
    TAKEN_BACK.hold(seeds)


PRESSED = Battery(
    _pressed_and_killed,
    check,
    reaches=(
        "pressed between intent and request",
        "pressed between request and answer",
        "pressed while a post was in doubt",
        "a post deleted",
    ),
    enough=200,
)


@seeds()
def test_pressed_at_any_moment_under_faults_and_deaths(seeds: range) -> None:
    PRESSED.hold(seeds)
