"""A record that could not be handled: which one and why, by id and place, never its text."""

from pydantic import Field

from schemas.envelope import Envelope


class DeadLetter(Envelope):
    topic: str
    partition: int
    offset: int
    stage: str
    code: str
    reason: str = Field(max_length=400)
