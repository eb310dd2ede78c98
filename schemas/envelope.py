"""What every record on a topic carries, and how records become bytes and come back."""

import hashlib
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from schemas.errors import Refused
from schemas.ids import LiveEventId


def _to_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


UtcTime = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""An instant with a zone, kept in UTC; a time without a zone is refused."""


class Frozen(BaseModel):
    """A value read tolerantly: unknown fields are ignored, or a new writer would stop every old reader."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Closed(BaseModel):
    """A request or a file that staff write: an unknown field is an error, because it is a misunderstanding."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Role(StrEnum):
    REPORTER = "reporter"
    REVIEWER = "reviewer"
    PHYSICIAN = "physician"
    DIRECTOR = "director"
    ADVOCATE = "advocate"
    LIAISON = "liaison"
    AUDITOR = "auditor"
    SYSTEM = "system"


class Actor(Frozen):
    """Who did it: a person in a role (on a device), or a stage of the system."""

    role: Role
    name: str = Field(min_length=1, max_length=80)
    device: str | None = Field(default=None, max_length=80)


def system(stage: str) -> Actor:
    return Actor(role=Role.SYSTEM, name=stage)


class Envelope(Frozen):
    """The head of every record: which live event, when, by whom, because of what."""

    # Most processes read a few of the many records: each is compiled where it is first used.
    model_config = ConfigDict(defer_build=True)

    v: Literal[1] = 1
    id: UUID
    live_event_id: LiveEventId
    at: UtcTime
    actor: Actor
    cause: UUID | None = None
    update_id: UUID | None = None

    def encode(self) -> bytes:
        """JSON, UTF-8, one object."""
        return self.model_dump_json().encode()

    @classmethod
    def decode(cls, value: bytes) -> Self:
        """The record in `value`. Raises Refused naming the fields that are wrong, never their content."""
        try:
            return cls.model_validate_json(value)
        except ValidationError as error:
            raise Refused(f"{cls.__name__}: {problems(error)}", code="undecodable") from None


def problems(error: ValidationError) -> str:
    """Which fields are wrong and how, without the input (pydantic's own text may echo it)."""
    found = error.errors(include_input=False, include_context=False, include_url=False)
    return "; ".join(f"{'.'.join(str(p) for p in e['loc']) or 'body'}: {e['type']}" for e in found[:8])


def sha256_hex(data: str | bytes) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()
