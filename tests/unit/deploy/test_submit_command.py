"""`scrubcast submit`: what a line on stdin may say, and what is refused before anything is sent."""

import argparse
from typing import Any
from uuid import UUID

import pytest

from deploy.commands import submit
from schemas.errors import Refused

EARLIER = "01930000-0000-7000-8000-000000000001"


def test_a_correction_names_its_update_as_an_option_and_in_a_json_line() -> None:
    parser = argparse.ArgumentParser()
    submit.add(parser)
    asked = parser.parse_args(["knee-2026", "It was the left knee.", "--corrects", EARLIER])
    assert asked.corrects == EARLIER
    fields = submit._line(f'{{"text": "It was the left knee.", "corrects": "{EARLIER}"}}')
    assert submit._checked(fields) == {"text": "It was the left knee.", "corrects": UUID(EARLIER)}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": "x", "corrects": "the one before"}, "corrects has to be the id of an update"),
        ({"text": "x", "update_id": "1"}, "update_id has to be a UUID of version 7"),
        ({"text": "x", "correct": EARLIER}, "unknown fields: correct"),
        ({"corrects": EARLIER}, "a field `text` was expected"),
    ],
)
def test_what_cannot_be_sent_is_said_before_it_is_sent(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(Refused, match=message):
        submit._checked(fields)
