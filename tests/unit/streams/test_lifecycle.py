"""What may be done in which state of a live event: the whole table, written out; and words for all that may not."""

from datetime import timedelta
from typing import get_args

import pytest

from schemas.errors import Refused
from schemas.ids import derive
from schemas.preparation import Preparation
from streams.lifecycle import STATES, TABLE, Act, State, after, resuming, state_of
from streams.standing import Standing
from tests.examples import DIRECTOR, NOW, PHYSICIAN, live_event
from tests.unit.streams.controls import control

# One column a state, in the order of STATES; "-" is refused.
WHOLE = """
                        draft  ready  live     held     stopped  closed   archived
green                   ready  ready  -        -        -        -        -
gap                     draft  draft  -        -        -        -        -
open                    -      live   -        -        -        -        -
open-file               live   live   -        -        -        -        -
hold                    -      -      held     held     stopped  -        -
stop                    -      -      stopped  stopped  stopped  closed   archived
agree                   -      -      -        -        stopped  -        -
resume                  -      -      live     live     live     -        -
complication-hold       -      -      held     held     stopped  -        -
complication-stop       -      -      stopped  stopped  stopped  -        -
complication-text-only  -      -      live     held     stopped  -        -
complication-over       -      -      live     held     stopped  -        -
told                    -      -      live     held     stopped  closed   -
sign-run-sheet          draft  ready  live     held     stopped  -        -
release                 -      -      live     -        -        closed   -
retract                 -      -      live     held     stopped  closed   archived
settle                  -      -      live     held     stopped  closed   archived
withdraw                -      -      closed   closed   closed   closed   archived
close                   -      -      closed   closed   closed   closed   archived
archive                 -      -      -        -        -        archived archived
"""
HEAD, *ROWS = (line.split() for line in WHOLE.strip().splitlines())
PAIRS = [(state, row[0], then) for row in ROWS for state, then in zip(HEAD, row[1:], strict=True)]


def test_the_table_is_this_one_and_no_act_is_left_out() -> None:
    assert tuple(HEAD) == STATES
    assert {row[0] for row in ROWS} == set(get_args(Act.__value__ if hasattr(Act, "__value__") else Act))
    assert {(state, act): then for state, act, then in PAIRS if then != "-"} == dict(TABLE)


@pytest.mark.parametrize(("state", "act"), [(state, act) for state, act, then in PAIRS if then == "-"])
def test_what_is_not_in_the_table_is_refused_in_a_whole_sentence(state: State, act: Act) -> None:
    with pytest.raises(Refused) as refused:
        after(state, act)
    words = str(refused.value)
    assert (refused.value.code, refused.value.status) == ("wrong-state", 409)
    assert words[0].isupper()
    assert words.endswith(".")
    assert len(words.split()) >= 6


@pytest.mark.parametrize(
    ("state", "act", "words"),
    [
        ("closed", "resume", "The live event is closed; nothing can go on."),
        ("closed", "hold", "The live event is closed; press stop to end what is still on its way."),
        ("live", "archive", "The live event is live; close it first."),
        ("draft", "open", "Not every check is green; each says what is missing."),
        ("stopped", "release", "The live event is stopped; resume first."),
        ("draft", "withdraw", "The live event is not open yet; drop the preparation instead."),
    ],
)  # fmt: skip
def test_some_of_the_words(state: State, act: Act, words: str) -> None:
    with pytest.raises(Refused) as refused:
        after(state, act)
    assert str(refused.value) == words


def test_a_stop_is_never_refused_once_an_event_was_open() -> None:
    assert all((state, "stop") in TABLE for state in STATES if state not in ("draft", "ready"))


def test_no_way_leads_out_of_closed_but_to_the_archive() -> None:
    assert {then for (state, _), then in TABLE.items() if state in ("closed", "archived")} == {"closed", "archived"}


def preparation(state: str = "draft") -> Preparation:
    return Preparation.model_validate(
        {"id": derive("p"), "live_event_id": "knee-2026", "at": NOW, "actor": DIRECTOR, "file": {}, "state": state}
    )


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ((), "live"),
        (("hold",), "held"),
        (("hold", "resume"), "live"),
        (("stop",), "stopped"),
        (("stop", "hold"), "stopped"),
        (("withdraw",), "closed"),
    ],
)
def test_the_state_of_an_open_event_follows_from_its_controls(kinds: tuple[str, ...], state: str) -> None:
    standing = Standing()
    for number, kind in enumerate(kinds):
        standing = standing.after(control(kind, number))
    assert state_of(None, live_event(), standing, is_ready=False) == state


def test_the_state_of_what_is_not_open_follows_from_its_preparation() -> None:
    assert state_of(None, None, Standing(), is_ready=False) == "draft"
    assert state_of(preparation(), None, Standing(), is_ready=False) == "draft"
    assert state_of(preparation(), None, Standing(), is_ready=True) == "ready"
    assert state_of(preparation("dropped"), None, Standing(), is_ready=True) == "draft"


def test_closed_and_archived_are_the_records_word() -> None:
    closed = live_event().model_copy(update={"state": "closed", "closed_at": NOW})
    held = Standing().after(control("hold"))
    assert state_of(None, closed, held, is_ready=False) == "closed"
    archived = closed.model_copy(update={"archived_at": NOW + timedelta(days=30)})
    assert state_of(None, archived, Standing(), is_ready=False) == "archived"


def test_a_resume_after_a_stop_is_first_one_word_and_then_the_other() -> None:
    stopped = Standing().after(control("stop"))
    assert resuming(stopped, DIRECTOR, NOW) == "agree"
    agreed = stopped.after(control("resume", 1, actor=DIRECTOR))
    assert resuming(agreed, DIRECTOR, NOW + timedelta(seconds=2)) == "agree"
    assert resuming(agreed, PHYSICIAN, NOW + timedelta(seconds=2)) == "resume"
