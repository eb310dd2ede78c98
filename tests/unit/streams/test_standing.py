"""How a complication, a family that was told and a signature stand; stop, hold and resume are in test_release.py."""

from datetime import timedelta

import pytest

from schemas.control import Control
from streams.standing import Standing, TextOnly
from tests.examples import DIRECTOR, NOW, PHYSICIAN
from tests.unit.streams.controls import control


@pytest.mark.parametrize(("mode", "state"), [("hold", "held"), ("stop", "stopped"), ("text-only", "running")])
def test_a_complication_does_what_the_plan_chose(mode: str, state: str) -> None:
    standing = Standing().after(control("complication", mode=mode))
    assert (standing.state, standing.complication is not None) == (state, True)
    assert standing.is_text_only is (mode == "text-only")
    assert standing.stopped_at == (NOW if mode == "stop" else None)


def test_a_complication_that_holds_ends_with_the_hold() -> None:
    held = Standing().after(control("complication", mode="hold"))
    assert held.after(control("resume", 1)).complication is None


def test_a_complication_that_holds_does_not_weaken_a_stop() -> None:
    stopped = Standing().after(control("stop"))
    assert stopped.after(control("complication", 1, mode="hold")).state == "stopped"


def test_a_stop_for_a_complication_takes_two_people_to_end() -> None:
    stopped = Standing().after(control("complication", mode="stop"))
    agreed = stopped.after(control("resume", 1, actor=DIRECTOR))
    assert agreed.state == "stopped"
    assert agreed.after(control("resume", 2, actor=PHYSICIAN)).state == "running"


def test_text_alone_lasts_through_a_stop_and_a_resume_until_it_is_said_over() -> None:
    standing = Standing().after(control("complication", mode="text-only"))
    for one in (control("stop", 1), control("resume", 2, actor=DIRECTOR), control("resume", 3, actor=PHYSICIAN)):
        standing = standing.after(one)
    assert (standing.state, standing.is_text_only) == ("running", True)
    assert standing.complication is not None
    over = standing.after(control("complication-over", 4))
    assert (over.is_text_only, over.complication) == (False, None)
    assert over.text_only == (TextOnly(NOW, NOW + timedelta(seconds=4)),)


def test_a_second_press_changes_nothing_and_a_second_complication_is_another_time() -> None:
    once = Standing().after(control("complication", mode="text-only"))
    assert once.after(control("complication", 1, mode="text-only")) == once
    again = once.after(control("complication-over", 2)).after(control("complication", 3, mode="text-only"))
    assert [span.over is None for span in again.text_only] == [False, True]


def test_a_hold_on_top_of_text_alone_does_not_end_it() -> None:
    text_only = Standing().after(control("complication", mode="text-only"))
    resumed = text_only.after(control("complication", 1, mode="hold")).after(control("resume", 2))
    assert resumed.is_text_only
    assert resumed.complication == text_only.complication


def test_what_the_family_was_told_adds_up_and_stays_through_a_stop() -> None:
    told = Standing().after(control("told", phase="incision")).after(control("told", 1, phase="closing"))
    assert told.after(control("stop", 2)).told == {"incision", "closing"}


def test_the_latest_signature_counts() -> None:
    first = control("sign-run-sheet", run_sheet_sha256="1" * 64, actor=PHYSICIAN)
    second = control("sign-run-sheet", 1, run_sheet_sha256="2" * 64, actor=PHYSICIAN)
    assert Standing().after(first).after(second).signed == second


def test_after_a_withdrawal_no_control_changes_anything() -> None:
    withdrawn = Standing().after(control("withdraw"))
    assert withdrawn.after(control("complication", 1, mode="text-only")) == withdrawn
    assert withdrawn.after(control("told", 1, phase="closing")) == withdrawn


def test_a_kind_of_a_later_version_changes_nothing() -> None:
    held = Standing().after(control("hold"))
    later = Control.model_construct(**(dict(control("stop", 1)) | {"kind": "rewind"}))
    assert held.after(later) == held
