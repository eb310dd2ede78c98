"""What a person says of a post that nobody here can find out about counts once, and only for what it was said of."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from consumers.poster.platforms.base import Published
from consumers.poster.platforms.memory import MEMORY_LIMITS
from consumers.poster.publication import ABSENT, NEEDS_PERSON
from consumers.poster.steps import Delete, Doubt, Idle, Intend, LookUp, Retract, Settle, Wait
from schemas.control import Control
from tests.poster_cases import X, control, release
from tests.unit.poster.machine import Machine

DEAF = replace(MEMORY_LIMITS, can_look_up=False)
LOOKS_FIRST = replace(MEMORY_LIMITS, repeatable_s=3000.0, look_first=True, retry_s=5.0)


def word(post_id: UUID, found: str, number: int = 1) -> Control:
    said: dict[str, Any] = {"kind": "settle", "id": UUID(int=number), "destination": X.key, "post_id": post_id}
    return control("stop").model_copy(update=said | {"found": found, "url": "https://x.example/p1"})


def asked(limits: Any = DEAF) -> tuple[Machine, UUID]:
    """A machine whose first post is unknown, and waits for a person."""
    machine = Machine(limits).admit(release(1), release(2))
    out = machine.lose()
    step = machine.step()
    assert isinstance(step, Doubt)
    machine.write("unknown", step.out, reason=step.reason, settled_by=step.heard)
    assert machine.step() == Wait(None, "unknown")
    return machine, out.post.id


def test_it_is_there_and_the_thread_goes_on_under_it() -> None:
    machine, post_id = asked()
    machine.control(word(post_id, "there"))
    step = machine.step()
    assert isinstance(step, Settle)
    machine.write("posted", step.out, Published("p1", "https://x.example/p1", machine.now), settled_by=step.word.id)
    assert machine.post("p2").reply_to == "p1"


def test_it_is_not_there_and_is_sent_again_by_the_next_process_too() -> None:
    machine, post_id = asked()
    machine.control(word(post_id, "absent"))
    step = machine.step()
    assert isinstance(step, Settle)
    machine.write("unknown", step.out, reason=ABSENT, settled_by=step.word.id)
    again = machine.restarted().admit(release(1), release(2))
    sent = again.post("p1")
    assert sent.post.id == post_id
    assert again.post("p2").reply_to == "p1"


def test_a_word_counts_once() -> None:
    machine, post_id = asked()
    machine.control(word(post_id, "absent"))
    step = machine.step()
    assert isinstance(step, Settle)
    machine.write("unknown", step.out, reason=ABSENT, settled_by=step.word.id)
    machine.lose()
    step = machine.step()
    assert isinstance(step, Doubt)
    assert step.reason == NEEDS_PERSON


def test_that_it_is_not_there_yet_said_too_early_is_no_answer() -> None:
    machine = Machine().admit(release(1))
    out = machine.lose()
    machine.control(word(out.post.id, "absent"))
    assert isinstance(machine.step(), Wait)
    for _ in range(10):
        assert isinstance(machine.after(31).step(), LookUp)
        machine.publication.absent(out.post.id, machine.now)
        machine.lose()
    step = machine.step()
    assert isinstance(step, Doubt)
    assert step.heard == UUID(int=1)
    machine.write("unknown", step.out, reason=step.reason, settled_by=step.heard)
    assert machine.step() == Wait(None, "unknown")


def test_that_it_is_there_may_be_said_at_any_time() -> None:
    machine = Machine().admit(release(1))
    out = machine.lose()
    machine.control(word(out.post.id, "there"))
    assert isinstance(machine.step(), Settle)


def test_a_stop_after_the_answer_keeps_it_back() -> None:
    machine, post_id = asked()
    machine.control(word(post_id, "absent"))
    step = machine.step()
    assert isinstance(step, Settle)
    machine.write("unknown", step.out, reason=ABSENT, settled_by=step.word.id)
    machine.control(control("stop", at=machine.now))
    step = machine.step()
    assert not isinstance(step, Intend)


def test_what_could_not_be_deleted_stays_until_a_person_has_deleted_it() -> None:
    machine = Machine().admit(release(1))
    out = machine.post("p1")
    machine.control(control("retract", number=1))
    assert isinstance(machine.step(), Retract)
    machine.write("deleting", out)
    assert isinstance(machine.step(), Delete)
    machine.write("not-deleted", out, reason="x-403")
    assert machine.step() == Idle()
    machine.control(word(out.post.id, "deleted"))
    step = machine.step()
    assert isinstance(step, Settle)
    machine.write("deleted", step.out, settled_by=step.word.id)
    assert machine.step() == Idle()


def test_where_keys_may_be_ignored_a_look_comes_before_the_repeat() -> None:
    machine = Machine(LOOKS_FIRST).admit(release(1))
    out = machine.lose()
    assert isinstance(machine.after(4).step(), Wait)
    assert isinstance(machine.after(1).step(), LookUp)
    machine.publication.absent(out.post.id, machine.now)
    step = machine.step()
    assert isinstance(step, Intend)
    assert step.repeat


def test_each_lost_repeat_is_looked_for_anew() -> None:
    machine = Machine(LOOKS_FIRST).admit(release(1))
    machine.lose()
    machine.after(5)
    machine.publication.absent(machine.look().out.post.id, machine.now)
    machine.lose()
    assert isinstance(machine.after(10).step(), LookUp)


def test_past_the_time_of_its_key_a_post_is_looked_for_until_it_is_settled() -> None:
    machine = Machine(LOOKS_FIRST).admit(release(1))
    out = machine.lose()
    again = machine.after(4000).restarted().admit(release(1))
    again.after(31)
    assert isinstance(again.step(), LookUp)
    again.publication.absent(out.post.id, again.now)
    step = again.step()
    assert isinstance(step, Intend)
    assert not step.repeat
