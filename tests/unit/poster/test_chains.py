"""Which post is the parent of the next: one chain a thread, one for each language, or none where none may reply."""

from dataclasses import replace

from consumers.poster.outcomes import claim
from consumers.poster.platforms.memory import MEMORY_LIMITS
from consumers.poster.steps import Idle, Intend
from schemas.live_event import LiveEvent
from schemas.release import Release
from tests.poster_cases import live_event, release
from tests.unit.poster.machine import Machine

X_LIKE = replace(MEMORY_LIMITS, may_forbid_replies=True)
TWO_POSTS = "The new joint is in place. " * 13


def bilingual() -> LiveEvent:
    made = live_event()
    return made.model_copy(update={"plan": made.plan.model_copy(update={"languages": ("en", "de")})})


def said_in(lang: str | None, number: int) -> Release:
    return release(number).model_copy(update={"lang": lang})


def test_each_language_has_its_own_chain() -> None:
    machine = Machine()
    machine.live_event = bilingual()
    machine.admit(said_in("en", 1), said_in("de", 2), said_in("en", 3), said_in("de", 4))
    placed = [machine.post(f"p{n}") for n in (1, 2, 3, 4)]
    assert [(o.n, o.reply_to, o.root) for o in placed] == [
        (1, None, None),
        (2, None, None),
        (3, "p1", "p1"),
        (4, "p2", "p2"),
    ]


def test_a_text_of_unknown_language_goes_with_the_first_one() -> None:
    machine = Machine()
    machine.live_event = bilingual()
    machine.admit(said_in("en", 1), said_in("de", 2), said_in(None, 3), said_in("nl", 4))
    placed = [machine.post(f"p{n}") for n in (1, 2, 3, 4)]
    assert [o.reply_to for o in placed] == [None, None, "p1", "p3"]


def test_in_an_event_of_one_language_there_is_one_chain_whatever_was_detected() -> None:
    machine = Machine().admit(said_in("en", 1), said_in("de", 2))
    machine.post("p1")
    assert machine.post("p2").reply_to == "p1"


def test_where_replies_are_forbidden_the_rest_stands_alone_and_is_numbered() -> None:
    machine = Machine(X_LIKE).admit(release(1), release(2), release(3))
    machine.post("p1")
    out = machine.send()
    assert (out.reply_to, out.post.text) == ("p1", "Update 2. #OurKneeLive")
    machine.publication.busy(out.post.id, machine.now)  # refused: it had no effect
    machine.stand_alone()
    second, third = machine.post("p2"), machine.post("p3")
    assert [(o.reply_to, o.post.text) for o in (second, third)] == [
        (None, "2. Update 2. #OurKneeLive"),
        (None, "3. Update 3. #OurKneeLive"),
    ]
    assert machine.step() == Idle()


def test_a_release_of_two_posts_goes_on_alone_when_its_second_may_not_reply() -> None:
    machine = Machine(X_LIKE).admit(release(1, TWO_POSTS.strip()))
    first = machine.post("p1")
    second = machine.send()
    machine.publication.busy(second.post.id, machine.now)
    machine.stand_alone()
    alone = machine.post("p2")
    assert first.post.text.endswith("(1/2) #OurKneeLive")
    assert alone.post.text.startswith("1. ")
    assert alone.post.text.removeprefix("1. ") == second.post.text
    assert alone.reply_to is None
    assert machine.step() == Idle()


def test_another_process_knows_that_replies_are_forbidden_and_settles_the_reply_before_the_number() -> None:
    machine = Machine(X_LIKE).admit(release(1), release(2))
    machine.post("p1")
    lost = machine.send()
    machine.stand_alone()
    again = machine.restarted().admit(release(1), release(2))
    again.write("unknown", lost, reason="no-answer")
    again.after(31)
    assert again.look().out.post.text == lost.post.text
    again.publication.absent(lost.post.id, again.now)
    step = again.step()
    assert isinstance(step, Intend)
    assert (step.out.reply_to, step.out.post.text) == (None, "2. Update 2. #OurKneeLive")


def test_a_writer_that_was_put_out_cannot_make_the_posts_stand_alone() -> None:
    machine = Machine(X_LIKE).admit(release(1), release(2))
    machine.post("p1")
    successor = machine.restarted().admit(release(1), release(2))
    assert successor.book.epoch == 2
    late = claim(machine.book, machine.writer, machine.now).model_copy(update={"kind": "standalone", "epoch": 1})
    successor.book.apply(late)
    assert not successor.book.standalone


def test_a_post_whose_id_nobody_knows_is_no_parent() -> None:
    machine = Machine().admit(release(1), release(2), release(3))
    machine.post("p1")
    out = machine.send()
    machine.write("posted", out)  # a person found it, and gave no address
    assert machine.post("p3").reply_to == "p1"


def test_two_true_posts_of_the_same_words_are_told_apart() -> None:
    machine = Machine().admit(release(1, "Half way."), release(2, "Half way."))
    assert [machine.post(f"p{n}").post.text for n in (1, 2)] == [
        "Half way. #OurKneeLive",
        "2. Half way. #OurKneeLive",
    ]


def test_the_warning_stands_on_each_post_and_goes_along_for_platforms_with_a_field_for_it() -> None:
    made = live_event()
    machine = Machine().admit(release(1, TWO_POSTS.strip()))
    machine.live_event = made.model_copy(update={"plan": made.plan.model_copy(update={"content_warning": "surgery"})})
    posts = [machine.post(f"p{n}") for n in (1, 2)]
    assert [o.post.text.startswith("[surgery] The new joint") for o in posts] == [True, True]
    assert [o.warning for o in posts] == ["surgery", "surgery"]
