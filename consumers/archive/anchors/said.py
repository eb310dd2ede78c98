"""What others said of a log, as lines of words for report and terminal: of each the last, and every alarm. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from consumers.archive.anchors.found import Anchors


@dataclass(frozen=True, slots=True)
class Line:
    """`by` and `said` are others' words."""

    kind: str  # Co-signed, Time-stamped, ALARM
    by: str
    at: datetime
    size: int
    said: str = ""


def lines(anchors: Anchors) -> Iterator[Line]:
    """Alarms first: they are what somebody has to read."""
    for alarm in anchors.alarms:
        yield Line("ALARM", alarm.by, alarm.at, alarm.size, alarm.said)
    for cosigned in anchors.last_of():
        yield Line("Co-signed", cosigned.by, cosigned.at, cosigned.size)
    for stamped in anchors.stamped[-1:]:
        yield Line("Time-stamped", stamped.by, stamped.at, stamped.size)
