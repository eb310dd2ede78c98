"""The publication machine, row by row of its table."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consumers.poster.platforms.base import Published
from consumers.poster.platforms.memory import MEMORY_LIMITS
from consumers.poster.steps import Delete, Doubt, Idle, Intend, LookUp, Publish, Retract, Skip, Wait
from tests.poster_cases import PHYSICIAN, START, control, release
from tests.unit.poster.machine import Machine

SETTLE_S = 30
REPEATABLE = replace(MEMORY_LIMITS, repeatable_s=3600.0)
DEAF = replace(MEMORY_LIMITS, can_look_up=False)
TWO_POSTS = "The new joint is in place. " * 13


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def test_with_nothing_admitted_it_is_idle() -> None:
    assert Machine().step() == Idle()


def test_an_intent_comes_before_the_request() -> None:
    machine = Machine().admit(release(1))
    step = machine.step()
    assert isinstance(step, Intend)
    assert step.out.post.text == "Update 1. #OurKneeLive"
    assert machine.intend().out == step.out


def test_posts_go_out_in_order_each_under_the_one_before() -> None:
    machine = Machine().admit(release(1), release(2), release(3))
    placed = [machine.post(f"p{n}") for n in (1, 2, 3)]
    assert [(out.n, out.reply_to, out.root) for out in placed] == [(1, None, None), (2, "p1", "p1"), (3, "p2", "p1")]
    assert machine.step() == Idle()


def test_an_intent_older_than_five_seconds_is_written_again() -> None:
    machine = Machine().admit(release(1))
    step = machine.step()
    assert isinstance(step, Intend)
    machine.write("intent", step.out)
    machine.publication.intended(step, machine.now)
    assert isinstance(machine.after(5.1).step(), Intend)


def test_an_intent_under_a_clock_set_back_is_written_again() -> None:
    machine = Machine().admit(release(1))
    step = machine.step()
    assert isinstance(step, Intend)
    machine.write("intent", step.out)
    machine.publication.intended(step, machine.now + seconds(60))
    assert isinstance(machine.step(), Intend)


def test_a_stop_between_intent_and_request_keeps_the_post_back() -> None:
    machine = Machine().admit(release(1))
    step = machine.step()
    assert isinstance(step, Intend)
    machine.write("intent", step.out)
    machine.publication.intended(step, machine.now)
    machine.control(control("stop"))
    assert machine.step() == Skip(step.out, "stopped")


def test_the_broadcast_delay_is_waited_out() -> None:
    machine = Machine().admit(release(1, delay_s=30))
    assert machine.step() == Wait(START + seconds(30), "delay")
    assert isinstance(machine.after(30).step(), Intend)


def test_a_hold_waits_and_keeps_the_order() -> None:
    machine = Machine().admit(release(1), release(2))
    machine.control(control("hold"))
    assert machine.step() == Wait(None, "held")
    machine.control(control("resume"))
    assert machine.post("p1").post.text == "Update 1. #OurKneeLive"


def test_an_unknown_live_event_waits() -> None:
    machine = Machine().admit(release(1))
    machine.live_event = None
    assert machine.step() == Wait(None, "unknown-event")


def test_a_lost_answer_is_looked_up_early_and_only_the_look_after_the_settle_time_proves_absence() -> None:
    machine = Machine().admit(release(1), release(2))
    out = machine.lose()
    assert machine.step() == Wait(START + seconds(3.75), "settling")
    for at in (3.75, 15, 30):
        machine.now = START + seconds(at)
        assert machine.look().out == out
        machine.publication.absent(out.post.id, machine.now)
    assert isinstance(machine.step(), Intend)
    assert machine.post("p1").post.id == out.post.id


def test_a_look_that_began_before_the_settle_time_proves_nothing_however_late_it_ends() -> None:
    machine = Machine().admit(release(1))
    out = machine.lose()
    asked_at = machine.after(29.9).now
    machine.look()
    machine.after(5)
    machine.publication.absent(out.post.id, asked_at)
    assert isinstance(machine.step(), LookUp)


def test_a_found_post_is_the_parent_of_the_next() -> None:
    machine = Machine().admit(release(1), release(2))
    out = machine.lose()
    machine.after(4).look()
    machine.write("posted", out, Published("p7", None, START))
    assert machine.post("p8").reply_to == "p7"


def test_after_a_restart_an_intent_is_in_doubt_and_the_settle_time_runs_from_the_claim() -> None:
    machine = Machine().admit(release(1))
    out = machine.send()
    again = machine.after(300).restarted().admit(release(1))
    assert again.step() == Doubt(out, "no-answer")
    again.write("unknown", out, reason="no-answer")
    assert again.step() == Wait(again.now + seconds(3.75), "settling")
    again.after(SETTLE_S).look()
    again.publication.absent(out.post.id, again.now)
    assert isinstance(again.step(), Intend)


def test_where_repeats_are_harmless_it_repeats_the_very_same_request() -> None:
    machine = Machine(REPEATABLE).admit(release(1), release(2))
    machine.post("p1")
    out = machine.lose()
    assert machine.step() == Wait(START + seconds(1), "platform-busy")
    machine.after(1)
    step = machine.step()
    assert step == Intend(out, repeat=True)
    assert machine.intend() == Publish(out, repeat=True)


def test_a_refused_repeat_is_looked_up_because_the_first_may_have_worked() -> None:
    machine = Machine(REPEATABLE).admit(release(1))
    machine.lose()
    out = machine.after(1).intend().out
    machine.publication.started(out.post.id, machine.now)
    machine.publication.stuck(out.post.id, machine.now)
    assert isinstance(machine.after(SETTLE_S).step(), LookUp)


def test_a_repeat_that_was_busy_stays_in_doubt() -> None:
    machine = Machine(replace(REPEATABLE, repeatable_s=20.0)).admit(release(1))
    machine.lose()
    out = machine.after(1).intend().out
    machine.publication.started(out.post.id, machine.now)
    machine.publication.busy(out.post.id, machine.now + seconds(30))
    assert isinstance(machine.after(31).step(), LookUp)


def test_in_doubt_under_a_stop_it_looks_and_never_repeats() -> None:
    machine = Machine(REPEATABLE).admit(release(1))
    out = machine.lose()
    machine.control(control("stop"))
    machine.after(SETTLE_S).look()
    machine.publication.absent(out.post.id, machine.now)
    step = machine.step()
    assert isinstance(step, Skip)
    assert step.reason == "stopped"


def test_where_nobody_can_look_a_person_is_asked_and_the_thread_waits() -> None:
    machine = Machine(DEAF).admit(release(1), release(2))
    out = machine.lose()
    assert machine.step() == Doubt(out, "needs-person")
    machine.write("unknown", out, reason="needs-person")
    assert machine.step() == Wait(None, "unknown")


def test_a_platform_that_refuses_to_be_asked_leaves_it_to_a_person() -> None:
    machine = Machine().admit(release(1))
    out = machine.lose()
    machine.publication.unreadable(out.post.id)
    assert machine.step() == Doubt(out, "needs-person")


def test_a_text_said_to_be_there_and_never_found_is_left_to_a_person() -> None:
    machine = Machine().admit(release(1))
    for _ in range(3):
        out = machine.send()
        machine.publication.lost(out.post.id, machine.now, duplicate=True)
        machine.write("unknown", out, reason="duplicate")
        machine.after(SETTLE_S)
        if isinstance(machine.step(), LookUp):
            machine.publication.absent(out.post.id, machine.now)
    assert machine.step() == Doubt(out, "needs-person")


def test_a_busy_platform_is_tried_again_when_it_said_and_not_before() -> None:
    machine = Machine().admit(release(1))
    out = machine.send()
    machine.publication.busy(out.post.id, machine.now + seconds(60))
    assert machine.step() == Wait(START + seconds(60), "platform-busy")
    machine.control(control("stop", at=START))
    assert isinstance(machine.step(), Skip)


def test_a_refused_part_keeps_the_later_parts_back_and_the_next_release_goes_on() -> None:
    machine = Machine().admit(release(1, TWO_POSTS), release(2))
    out = machine.send()
    machine.write("not-posted", out, reason="x-400")
    step = machine.step()
    assert isinstance(step, Skip)
    assert (step.out.post.part, step.reason) == (1, "x-400")
    machine.write("not-posted", step.out, reason=step.reason)
    assert machine.post("p1").post.text == "Update 2. #OurKneeLive"


def test_a_stop_after_the_first_part_keeps_the_second_back() -> None:
    machine = Machine().admit(release(1, TWO_POSTS))
    machine.post("p1")
    machine.control(control("stop"))
    step = machine.step()
    assert isinstance(step, Skip)
    assert (step.out.post.part, step.reason) == (1, "stopped")


def test_an_update_that_is_public_is_not_posted_in_a_newer_revision() -> None:
    machine = Machine().admit(release(1), release(1, "Another wording.", revision=1))
    machine.post("p1")
    step = machine.step()
    assert isinstance(step, Skip)
    assert step.reason == "already-posted"


def test_a_newer_revision_of_an_update_that_was_kept_back_is_posted() -> None:
    late = START + seconds(60)
    machine = Machine().admit(release(1), release(1, "Another wording.", revision=1, at=late))
    machine.control(control("stop", at=START))
    step = machine.step()
    assert isinstance(step, Skip)
    machine.write("not-posted", step.out, reason="stopped")
    machine.control(control("resume", at=START))
    machine.control(control("resume", at=START, by=PHYSICIAN))
    assert machine.after(60).post("p1").post.text == "Another wording. #OurKneeLive"


def test_a_release_that_comes_twice_is_posted_once() -> None:
    machine = Machine().admit(release(1), release(1))
    machine.post("p1")
    assert machine.step() == Idle()
    assert machine.restarted().admit(release(1)).step() == Idle()


def test_a_release_that_fits_no_post_is_skipped_with_its_reason() -> None:
    machine = Machine().admit(release(1, "#" + "a" * 300), release(2))
    step = machine.step()
    assert isinstance(step, Skip)
    assert step.reason == "unsplittable"


def test_half_of_a_release_under_other_rules_of_composing_is_not_completed() -> None:
    machine = Machine().admit(release(1, TWO_POSTS))
    machine.post("p1")
    again = Machine(replace(MEMORY_LIMITS, max=200), machine.book).admit(release(1, TWO_POSTS))
    step = again.step()
    assert isinstance(step, Skip)
    assert step.reason == "recomposed"


def test_a_correction_cites_the_address_of_what_it_corrects() -> None:
    first = release(1)
    machine = Machine().admit(first, release(2, "It was the left knee.", corrects=first.update_id))
    machine.post("p1")
    assert machine.post("p2").post.text == "It was the left knee. https://x.example/p1 #OurKneeLive"


def test_a_retracted_update_is_deleted_newest_part_first_even_under_a_stop() -> None:
    machine = Machine().admit(release(1, TWO_POSTS))
    machine.post("p1")
    machine.post("p2")
    machine.control(control("stop"))
    machine.control(control("retract", number=1))
    gone = []
    for _ in range(2):
        step = machine.step()
        assert isinstance(step, Retract)
        machine.write("deleting", step.out)
        delete = machine.step()
        assert isinstance(delete, Delete)
        machine.write("deleted", delete.out)
        gone.append(delete.entry.platform_id)
    assert gone == ["p2", "p1"]
    assert machine.step() == Idle()


def test_withdrawal_takes_everything_back() -> None:
    machine = Machine().admit(release(1), release(2), release(3))
    machine.post("p1")
    machine.post("p2")
    machine.control(control("withdraw"))
    step = machine.step()
    assert isinstance(step, Retract)
    assert step.entry.platform_id == "p2"


def test_a_deletion_that_has_to_wait_keeps_no_other_post_waiting() -> None:
    machine = Machine().admit(release(1), release(2))
    out = machine.post("p1")
    machine.control(control("retract", number=1))
    machine.write("deleting", out)
    machine.publication.later(out.post.id, machine.now + seconds(60))
    assert machine.post("p2").reply_to is None
    assert machine.step() == Wait(START + seconds(60), "deleting")


def test_after_a_restart_an_unfinished_deletion_is_finished() -> None:
    machine = Machine().admit(release(1))
    out = machine.post("p1")
    machine.control(control("retract", number=1))
    machine.write("deleting", out)
    assert isinstance(machine.restarted().step(), Delete)


@pytest.mark.parametrize("number", [1, 2])
def test_a_reply_never_goes_under_a_post_that_was_taken_back(number: int) -> None:
    machine = Machine().admit(release(1), release(2), release(3))
    outs = {1: machine.post("p1"), 2: machine.post("p2")}
    machine.control(control("retract", number=number))
    machine.write("deleting", outs[number])
    machine.write("deleted", outs[number])
    assert machine.post("p3").reply_to == {1: "p2", 2: "p1"}[number]
