"""A signed statement of the archive's size and root (C2SP tlog-checkpoint)."""

from pydantic import Field

from schemas.envelope import Frozen, UtcTime


class Checkpoint(Frozen):
    origin: str = Field(min_length=1)
    size: int = Field(ge=0)
    root: bytes = Field(min_length=32, max_length=32)
    at: UtcTime
