"""Plays a recorded stream as its reporters would: each on a device of its own, all at once, each in order."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.errors import Refused, Unavailable
from streams.clock import Clock

GAP_S = 60.0  # between two lines without a time: the rate of most events that are on record
LINES_MAX = 10_000  # a day of the busiest event on record, ten times over
WAITS_MAX = 30  # times that one update is offered again after "not now"; the client has tried by itself before
WAIT_MAX_S = 60.0
LANGUAGES = ("en", "de", "nl")
NOBODY = "reporter"  # who wrote a line that does not say

_CLOCK = re.compile(r"(?:^|T|\s)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap]m)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One recorded update. `at_s` counts from the beginning of the recording.

    `update_id` is what the recording calls it, `corrects` what it calls an earlier line; played, each gets a new id.
    """

    at_s: float
    reporter: str
    text: str
    lang: str | None = None
    phase: str | None = None
    run_sheet_item: str | None = None
    update_id: str | None = None
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """When a line is due, in seconds after the start, at the speed it is played."""

    due_s: float
    line: Line


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the lines, for each reporter; `refused` counts codes, never texts."""

    accepted: dict[str, int] = field(default_factory=dict)
    refused: dict[str, dict[str, int]] = field(default_factory=dict)
    gave_up: dict[str, int] = field(default_factory=dict)
    took_s: float = 0.0

    @property
    def total(self) -> int:
        return (
            sum(self.accepted.values())
            + sum(self.gave_up.values())
            + sum(sum(c.values()) for c in self.refused.values())
        )


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    of: int
    waiting: int  # lines that the system asked to hold back a moment


Submit = Callable[[str, Line], Awaitable[object]]
"""submit(reporter, line): one update from that reporter's device. Raises Refused for good, Unavailable for not now.

It has to give the same line the same update id when it is offered again, or an answer that was lost makes two updates.
"""


def read(rows: Iterable[str]) -> tuple[Line, ...]:
    """The lines of a recording, ours or anyone's JSONL with a `text`; a row that is no update is Refused by number."""
    lines: list[Line] = []
    for number, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        if len(lines) == LINES_MAX:
            raise Refused(f"Line {number}: a recording has at most {LINES_MAX} updates.", code="too-long")
        lines.append(_line(_object(row, number), number, lines))
    return tuple(lines)


def _object(row: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(row)
    except ValueError:
        raise Refused(f"Line {number}: expected a JSON object.", code="undecodable") from None
    if not isinstance(value, dict) or not isinstance(value.get("text"), str) or not value["text"].strip():
        raise Refused(f"Line {number}: expected an object with a `text`.", code="undecodable")
    return value


def _line(value: dict[str, Any], number: int, before: Sequence[Line]) -> Line:
    lang, corrects = value.get("lang"), _short(value.get("corrects"))
    if corrects is not None and all(line.update_id != corrects for line in before):
        raise Refused(f"Line {number}: `corrects` names no `update_id` of an earlier line.", code="undecodable")
    return Line(
        at_s=_at_s(value, number, before[-1].at_s if before else None),
        reporter=_short(value.get("reporter") or value.get("author")) or NOBODY,
        text=value["text"],
        lang=lang if lang in LANGUAGES else None,
        phase=_short(value.get("phase")),
        run_sheet_item=_short(value.get("run_sheet_item")),
        update_id=_short(value.get("update_id")),
        corrects=corrects,
    )


def _short(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= 80 else None


def _at_s(value: dict[str, Any], number: int, before_s: float | None) -> float:
    """Seconds as written, else the time of day, else a while after the line before."""
    given = value.get("at_s")
    if isinstance(given, int | float) and not isinstance(given, bool):
        if given < 0:
            raise Refused(f"Line {number}: `at_s` is before the beginning.", code="undecodable")
        return float(given)
    match = _CLOCK.search(value["time"]) if isinstance(value.get("time"), str) else None
    if match:
        hours = int(match[1]) % 12 + (12 if match[4].lower() == "pm" else 0) if match[4] else int(match[1])
        return hours * 3600.0 + int(match[2]) * 60.0 + int(match[3] or 0)
    return 0.0 if before_s is None else before_s + GAP_S


def schedule(lines: Sequence[Line], speed: float) -> dict[str, tuple[Turn, ...]]:
    """Each reporter's turns, in the order of the recording; the first line of all is due at once.

    Times that go backwards (another day, a line out of place) are due with the line before: order is what counts.
    """
    if speed <= 0:
        raise Refused("The speed has to be above 0; 1 is as recorded.", code="bad-speed")
    turns: dict[str, list[Turn]] = {}
    start_s = lines[0].at_s if lines else 0.0
    reached_s = 0.0
    for line in lines:
        reached_s = max(reached_s, (line.at_s - start_s) / speed)
        turns.setdefault(line.reporter, []).append(Turn(reached_s, line))
    return {reporter: tuple(own) for reporter, own in turns.items()}


async def rehearse(
    rows: Iterable[str],
    *,
    speed: float,
    submit: Submit,
    clock: Clock,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Plays the recording in `rows` to its end."""
    return await play(read(rows), speed=speed, submit=submit, clock=clock, progress=progress)


async def play(
    lines: Sequence[Line],
    *,
    speed: float,
    submit: Submit,
    clock: Clock,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Plays the lines to their end. A refused update is counted and the reporter goes on, as a person would."""
    turns = schedule(lines, speed)
    going = _Play(submit, clock, progress, sum(map(len, turns.values())))
    async with asyncio.TaskGroup() as group:
        for reporter, own in turns.items():
            group.create_task(going.one(reporter, own))
    return going.report()


class _Play:
    """What the reporters share: the clock they started by, and the counts."""

    def __init__(self, submit: Submit, clock: Clock, progress: Callable[[Progress], None], of: int) -> None:
        self._submit = submit
        self._clock = clock
        self._progress = progress
        self._of = of
        self._started_s = clock.monotonic()
        self._accepted: Counter[str] = Counter()
        self._refused: dict[str, Counter[str]] = {}
        self._gave_up: Counter[str] = Counter()
        self._waiting = 0

    async def one(self, reporter: str, turns: Sequence[Turn]) -> None:
        for turn in turns:
            await self._clock.sleep(self._started_s + turn.due_s - self._clock.monotonic())
            try:
                await self._offer(reporter, turn.line)
            except Refused as error:
                self._refused.setdefault(reporter, Counter())[error.code] += 1
            except Unavailable:
                self._gave_up[reporter] += 1
            else:
                self._accepted[reporter] += 1
            self._say()

    async def _offer(self, reporter: str, line: Line) -> None:
        """Until it is taken, or refused for good, or the patience of a person with a full hand is at its end."""
        for _ in range(WAITS_MAX):
            try:
                await self._submit(reporter, line)
            except Unavailable as error:
                await self._wait(min(error.retry_after_s, WAIT_MAX_S))
            else:
                return
        await self._submit(reporter, line)

    async def _wait(self, seconds: float) -> None:
        self._waiting += 1
        self._say()
        try:
            await self._clock.sleep(seconds)
        finally:
            self._waiting -= 1

    def _say(self) -> None:
        self._progress(Progress(self.report().total, self._of, self._waiting))

    def report(self) -> Report:
        return Report(
            dict(self._accepted),
            {reporter: dict(codes) for reporter, codes in self._refused.items()},
            dict(self._gave_up),
            self._clock.monotonic() - self._started_s,
        )
