"""Ids: UUIDv7 from the device for submissions, uuid5 of the cause for everything that follows from them.

A deterministic id makes every replay harmless: the second copy of a record carries the id of the first.
"""

from typing import Annotated
from uuid import UUID, uuid5

from pydantic import AfterValidator, StringConstraints

# Our own namespace, drawn once. Changing it would make old and new ids of one cause differ.
NAMESPACE = UUID("6f1f7f0e-0c7e-5d9a-9f43-4a1e5f6c2b7d")

LiveEventId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$")]
"""A slug of 1 to 64 characters: it stands in addresses, file names and Kafka keys."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 as 64 lower-case hexadecimal digits."""


def _version_7(value: UUID) -> UUID:
    if value.version != 7:
        raise ValueError("expected a UUID of version 7 (RFC 9562 section 5.7)")
    return value


Uuid7 = Annotated[UUID, AfterValidator(_version_7)]


def derive(*cause: str | UUID | int) -> UUID:
    """The id of what follows from `cause`: the same parts give the same id, on every machine."""
    return uuid5(NAMESPACE, "/".join(str(part) for part in cause))
