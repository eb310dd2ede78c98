"""Tokens that bind a person to a tablet, and the tries at a PIN."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.intake.sessions import PLACES_MAX, Sessions, is_session
from streams.pins import make_pin
from streams.rates import TooFast
from tests.examples import NOW

TABLET, PERSON = UUID(int=1), UUID(int=2)
PIN = make_pin("280571", salt=b"s" * 16, pepper=b"p" * 32)
OTHER_PIN = make_pin("280571", salt=b"t" * 16, pepper=b"p" * 32)


def test_a_token_says_whose_it_is_and_holds_for_twelve_hours() -> None:
    sessions = Sessions(b"k" * 32)
    token, expires_at = sessions.begin(TABLET, PERSON, PIN, NOW, b"n" * 8)
    found = sessions.read(token)
    assert found is not None
    assert (found.tablet_id, found.person_id, found.expires_at) == (TABLET, PERSON, expires_at)
    assert expires_at == NOW + timedelta(hours=12)
    assert is_session(token)
    last = expires_at - timedelta(seconds=1)
    assert [sessions.counts(found, PIN, at) for at in (NOW, last, expires_at)] == [True, True, False]
    assert not sessions.counts(found, OTHER_PIN, NOW)
    assert [found.is_late(expires_at + timedelta(days=d)) for d in (0, 2, 3)] == [False, False, True]


def test_another_process_reads_it_and_another_installation_does_not() -> None:
    token, _ = Sessions(b"k" * 32).begin(TABLET, PERSON, PIN, NOW, b"n" * 8)
    assert Sessions(b"k" * 32).read(token) is not None
    assert Sessions(b"l" * 32).read(token) is None


def test_one_session_ends_and_the_next_of_the_same_person_does_not() -> None:
    sessions = Sessions(b"k" * 32)
    first, second = (sessions.read(sessions.begin(TABLET, PERSON, PIN, NOW, n)[0]) for n in (b"1" * 8, b"2" * 8))
    assert first is not None
    assert second is not None
    sessions.end(first)
    assert (sessions.counts(first, PIN, NOW), sessions.counts(second, PIN, NOW)) == (False, True)


@given(st.text())
def test_no_text_is_a_token(text: str) -> None:
    sessions = Sessions(b"k" * 32)
    assert sessions.read(text) is None
    assert sessions.read(f"sct1.{text}") is None


def test_five_tries_then_five_minutes() -> None:
    sessions = Sessions(b"k" * 32)
    for _ in range(5):
        sessions.try_pin(TABLET, PERSON, 10.0)
    with pytest.raises(TooFast) as locked:
        sessions.try_pin(TABLET, PERSON, 11.5)
    assert (locked.value.code, locked.value.status, locked.value.retry_after_s) == ("locked", 429, 299)
    sessions.try_pin(TABLET, UUID(int=3), 11.5)
    sessions.try_pin(UUID(int=3), PERSON, 11.5)
    sessions.try_pin(TABLET, PERSON, 310.0)


def test_trying_while_locked_does_not_lock_for_longer() -> None:
    sessions = Sessions(b"k" * 32)
    for _ in range(5):
        sessions.try_pin(TABLET, PERSON, 0.0)
    for at_s in (100.0, 299.0):
        with pytest.raises(TooFast):
            sessions.try_pin(TABLET, PERSON, at_s)
    sessions.try_pin(TABLET, PERSON, 300.0)


def test_a_right_pin_begins_the_count_anew() -> None:
    sessions = Sessions(b"k" * 32)
    for _ in range(3):
        for _ in range(4):
            sessions.try_pin(TABLET, PERSON, 0.0)
        sessions.right_pin(TABLET, PERSON)


def test_memory_is_bounded() -> None:
    sessions = Sessions(b"k" * 32)
    for n in range(PLACES_MAX + 10):
        sessions.try_pin(TABLET, UUID(int=n), 0.0)
    assert len(sessions._tries) == PLACES_MAX
