"""A poster says that it is at work, so that a standby knows when to take over."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from schemas.envelope import Envelope

PRESENCES_OF = "posters"  # stands where records of a live event have its id: all presences lie on one partition


class Presence(Envelope):
    """The record on `presences` (compacted): a beat every few seconds. It decides who tries; who may, the ledger.

    `accounts`: the destinations it serves, by key; none means all. `instance` outlives a restart, `writer` is new.
    """

    instance: str = Field(min_length=1, max_length=100)
    writer: UUID
    accounts: tuple[str, ...] = ()
    state: Literal["takes", "works", "left"]
