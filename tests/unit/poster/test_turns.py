"""The turns of one account: in the order they were asked for, none starved, all at rest while the account is."""

from datetime import timedelta

from consumers.poster.turns import Turns
from tests.poster_cases import START


def nothing() -> None:
    """A thread that needs no waking here."""


def test_as_many_as_may_at_once_get_a_turn_and_the_next_when_one_is_given_back() -> None:
    turns = Turns(at_once=2)
    assert [turns.take(who, nothing, START) for who in "abc"] == [True, True, False]
    turns.give("a")
    assert turns.take("c", nothing, START)


def test_a_thread_with_many_posts_gets_every_other_turn_beside_one_with_few() -> None:
    turns, got = Turns(at_once=1), []
    wanted = {"busy": 5, "calm": 2}
    while any(wanted.values()):
        for who in [w for w, left in wanted.items() if left]:
            turns.take(who, nothing, START)
        holder = next(w for w in wanted if turns.take(w, nothing, START))
        got.append(holder)
        wanted[holder] -= 1
        turns.give(holder)
    assert got == ["busy", "calm", "busy", "calm", "busy", "busy", "busy"]


def test_whoever_waits_is_woken_when_a_turn_is_free() -> None:
    turns, woken = Turns(at_once=1), []
    turns.take("a", nothing, START)
    turns.take("b", lambda: woken.append("b"), START)
    turns.take("c", lambda: woken.append("c"), START)
    turns.give("a")
    assert woken == ["b"]


def test_while_the_account_rests_nobody_gets_a_turn_and_the_order_is_kept() -> None:
    turns = Turns(at_once=1)
    until = START + timedelta(seconds=30)
    turns.rest(until)
    assert not turns.take("a", nothing, START)
    assert not turns.take("b", nothing, START)
    assert turns.pause(START) == until
    assert not turns.take("b", nothing, until)
    assert turns.take("a", nothing, until)
    assert turns.pause(until) is None


def test_who_gives_up_its_place_keeps_nobody_waiting() -> None:
    turns = Turns(at_once=1)
    turns.take("a", nothing, START)
    turns.take("b", nothing, START)
    turns.give("b")
    turns.give("a")
    assert turns.take("c", nothing, START)
