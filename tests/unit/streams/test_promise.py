"""T6, T8: no way to a post without consent in scope, the right role and this very text, however an event is lived."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from streams import release, review
from streams.standing import Standing
from tests.unit.streams.promise_machine import PromiseMachine

STEPS = 30
PLAYED = settings(
    max_examples=500,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# A rule that is missing has to be found soon; how small the story is that shows it matters to nobody.
BROKEN = settings(PLAYED, max_examples=5000, phases=[Phase.generate], report_multiple_bugs=False)

MISSED_MAX = 3  # lives are lived at random: in 500 of them a rare answer or two stays away, never a handful
# A battery that never gets there proves nothing: what the poster has to have been told somewhere in 500 lives.
REACHED = {
    "go", "withdrawn", "retracted", "binding-broken", "destination-removed", "policy-changed", "not-as-signed",
    "stopped", "complication", "held", "event-closed", "consent-not-yet", "consent-expired", "consent-media",
    "consent-platform", "family", "as-live", "approval-expired", "delay",
}  # fmt: skip


def test_nothing_goes_out_that_may_not_whatever_people_do() -> None:
    PromiseMachine.reached.clear()
    run_state_machine_as_test(PromiseMachine, settings=PLAYED)
    assert "go" in PromiseMachine.reached
    assert len(REACHED - PromiseMachine.reached) <= MISSED_MAX, REACHED - PromiseMachine.reached


@pytest.mark.soak
def test_nothing_goes_out_that_may_not_in_ten_thousand_lives() -> None:
    run_state_machine_as_test(PromiseMachine, settings=settings(PLAYED, max_examples=10_000, derandomize=False))


SOME: tuple[Callable[..., Any], ...] = (
    release.not_retracted, release.is_bound, release.is_read_where_all_is, release.not_stopped_since,
    release.is_read_by_physician, release.is_running, release.is_consented, release.is_told,
)  # fmt: skip
OTHERS: tuple[Callable[..., Any], ...] = (release.is_planned, release.is_under_policy, release.is_open)
CHECKS = (*SOME, *(pytest.param(check, marks=pytest.mark.soak) for check in OTHERS))


@pytest.mark.parametrize("missing", CHECKS, ids=lambda check: check.__name__)
def test_the_story_finds_each_check_of_the_poster_that_is_missing(
    missing: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "CHECKS", tuple(check for check in release.CHECKS if check is not missing))
    with pytest.raises(AssertionError):
        run_state_machine_as_test(PromiseMachine, settings=BROKEN)


def _anyone(one: review.Review, *_: object) -> str | None:
    return None if one.state == "waiting" else "already-decided"


def _own_words_too(one: review.Review, actor: Any, standing: Standing) -> str | None:
    nobodys = replace(one, draft=one.draft.model_copy(update={"authors": ()}))
    return _RIGHT(nobodys, actor, standing)


_RIGHT = review.may_approve


@pytest.mark.parametrize("wrong", [_anyone, _own_words_too])
def test_the_story_finds_a_desk_that_lets_the_wrong_person_approve(
    wrong: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "may_approve", wrong)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(PromiseMachine, settings=BROKEN)


def test_the_story_finds_a_run_sheet_that_takes_any_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "_is_signed_item", lambda draft, _: draft.run_sheet_item is not None)
    monkeypatch.setattr("streams.run_sheet.item_of", lambda items, _: items)
    monkeypatch.setattr("streams.scrub.draft.is_as_signed", lambda *_: True)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(PromiseMachine, settings=BROKEN)
