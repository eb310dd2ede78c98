"""Which instant somebody means who writes 10:43:20: on the day and by the clock of the event. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta

from consumers.archive.timeline import Timeline
from schemas.errors import Refused

_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?")
SAY = "A time is written as 10:43, 10:43:20 or 2026-12-01T10:43:20, by the clock of the event."


def meant(text: str, of: Timeline) -> datetime:
    """The instant, in UTC. Without a day: the one at which the event was going on; where it went on at that time on
    several days, or at none, Refused says which days there are. With an offset or Z, that very instant."""
    said = text.strip()
    if _TIME.fullmatch(said):
        return _on_its_day(_clock(said), of)
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        raise Refused(SAY, code="bad-time") from None
    if len(said) <= len("2026-12-01"):
        raise Refused(SAY, code="bad-time")
    return _within(found if found.tzinfo else found.replace(tzinfo=of.zone))


def _clock(said: str) -> time:
    hours, minutes, seconds = (*said.split(":"), "0")[:3]
    try:
        whole, _, fraction = seconds.partition(".")
        return time(int(hours), int(minutes), int(whole), int(f"{fraction:0<6}"))
    except ValueError:
        raise Refused(SAY, code="bad-time") from None


def _within(found: datetime) -> datetime:
    try:
        return found.astimezone(UTC)
    except (OverflowError, ValueError):
        raise Refused(SAY, code="bad-time") from None


def _on_its_day(clock: time, of: Timeline) -> datetime:
    first, last = of.span
    days = _days(of.local(first).date(), of.local(last).date())
    every = [datetime.combine(day, clock, of.zone).astimezone(UTC) for day in days]
    # 10:43 means the whole of that minute's beginning: the second in which the event began counts, too.
    inside = [at for at in every if first - timedelta(seconds=1) <= at <= last]
    if len(inside) == 1:
        return inside[0]
    if len(inside) > 1:
        raise Refused(f"That was on several days; write one of {_written(inside, of)}.", code="which-day")
    return min(every, key=lambda at: min(abs(at - first), abs(at - last)))  # before it began, or after its end


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _written(found: list[datetime], of: Timeline) -> str:
    return ", ".join(of.local(at).strftime("%Y-%m-%dT%H:%M:%S") for at in found[:3])
