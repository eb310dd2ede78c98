"""Dead letters say which record and why, never its text; too many stop the stage."""

from datetime import timedelta

import pytest

from streams.bus import Message
from streams.quarantine import Limit, TooManyDeadLetters, dead_letter
from tests.examples import NOW

RECORD = Message("scrubcast.submissions.v1", 2, 17, "knee-2026", b"Maria Lopez is awake", 0)


def test_a_dead_letter_names_the_place_and_not_the_text() -> None:
    letter = dead_letter(RECORD, "scrub", "undecodable", "Submission: sealed: missing", NOW)
    assert (letter.topic, letter.partition, letter.offset) == ("scrubcast.submissions.v1", 2, 17)
    assert letter.live_event_id == "knee-2026"
    assert b"Lopez" not in letter.encode()


def test_the_same_record_gives_the_same_dead_letter() -> None:
    assert dead_letter(RECORD, "scrub", "a", "b", NOW).id == dead_letter(RECORD, "scrub", "c", "d", NOW).id


def test_a_record_without_a_key_belongs_to_no_event() -> None:
    keyless = Message("scrubcast.submissions.v1", 0, 1, None, b"", 0)
    assert dead_letter(keyless, "scrub", "undecodable", "no key", NOW).live_event_id == "unknown"


def test_past_the_limit_the_stage_stops_for_a_person() -> None:
    limit = Limit("scrub", limit=3)
    for second in range(3):
        limit.add(NOW + timedelta(seconds=second))
    with pytest.raises(TooManyDeadLetters, match="scrub stopped") as stopped:
        limit.add(NOW + timedelta(seconds=4))
    assert stopped.value.exit_code == 3


def test_dead_letters_of_long_ago_do_not_count() -> None:
    limit = Limit("scrub", limit=3, window=timedelta(minutes=10))
    for minute in range(0, 60, 5):
        limit.add(NOW + timedelta(minutes=minute))
