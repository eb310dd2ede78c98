"""What verification found of a log's anchors, as values. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime

FOLDER = "anchors/"
DRAFT = "anchors/tmp"  # every file is written here first, then renamed; it proves nothing
WITNESSES = "anchors/witnesses.txt"
ROOTS = "anchors/tsa-roots.pem"
CHECKPOINT, COSIGNED, STAMP = "checkpoint", "cosigned", "stamp.tsr"
ANCHOR = re.compile(r"anchors/([1-9][0-9]{0,17})/(checkpoint|cosigned|stamp\.tsr)")
ALARM = re.compile(r"anchors/alarms/[0-9a-f]{16}\.json")


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness saw the first `size` entries, as they are here, at `at`."""

    size: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stamped:
    """A time-stamping authority saw the signed checkpoint over `size` entries at `at`."""

    size: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Alarmed:
    """A witness told of another log under our name when it was asked for `size` entries. Its word, not a proof."""

    size: int
    by: str
    at: datetime
    said: str


@dataclass(frozen=True, slots=True)
class Anchors:
    """All that hold, by size; an anchor that does not hold is what makes a log bad."""

    cosigned: tuple[Cosigned, ...] = ()
    stamped: tuple[Stamped, ...] = ()
    alarms: tuple[Alarmed, ...] = ()

    def last_of(self) -> tuple[Cosigned, ...]:
        """Of each witness the co-signature over the most entries."""
        return tuple({one.by: one for one in sorted(self.cosigned, key=lambda one: one.size)}.values())


NONE = Anchors()
