"""A recording played on a clock that tests move by hand."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from deploy.demo import demo_event, demo_stream
from producers.playing import Line, Progress, Report, Submit, read, rehearse, schedule
from schemas.errors import Refused, Unavailable
from schemas.live_event import LiveEventFile
from streams.clock import ManualClock
from streams.readiness import check

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def row(at_s: float, reporter: str, text: str) -> str:
    return json.dumps({"at_s": at_s, "reporter": reporter, "text": text})


THREE = [row(0, "theatre", "one"), row(60, "ward", "two"), row(120, "theatre", "three")]


class Door:
    """Takes updates and notes when; `answers` are raised in turn before it takes anything."""

    def __init__(self, clock: ManualClock, *answers: Exception) -> None:
        self.clock = clock
        self.answers = list(answers)
        self.taken: list[tuple[float, str, str]] = []

    async def submit(self, reporter: str, line: Line) -> None:
        if self.answers:
            raise self.answers.pop(0)
        self.taken.append((self.clock.monotonic(), reporter, line.text))


async def played(
    rows: list[str],
    *,
    speed: float = 1,
    submit: Submit,
    clock: ManualClock,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    playing = asyncio.create_task(rehearse(rows, speed=speed, submit=submit, clock=clock, progress=progress))
    for _ in range(3_000):
        if playing.done():
            break
        await clock.advance(1)
    return await playing


def test_each_reporter_keeps_the_order_and_the_speed_divides_the_times() -> None:
    turns = schedule(read(THREE), speed=60)
    assert [(t.due_s, t.line.text) for t in turns["theatre"]] == [(0, "one"), (2, "three")]
    assert [(t.due_s, t.line.text) for t in turns["ward"]] == [(1, "two")]


def test_the_first_line_is_due_at_once_whatever_its_time() -> None:
    turns = schedule(read([row(500, "a", "one"), row(560, "a", "two")]), speed=1)
    assert [t.due_s for t in turns["a"]] == [0, 60]


def test_a_time_that_goes_backwards_keeps_its_place() -> None:
    turns = schedule(read([row(0, "a", "one"), row(60, "a", "two"), row(30, "a", "three")]), speed=1)
    assert [t.due_s for t in turns["a"]] == [0, 60, 60]


def test_a_speed_of_nothing_is_refused() -> None:
    with pytest.raises(Refused, match="above 0"):
        schedule(read(THREE), speed=0)


def test_any_jsonl_with_a_text_can_be_played() -> None:
    rows = [
        '{"text": "one", "time": "10:02", "author": "@a", "lang": "fr", "other": 1}',
        "",
        '{"text": "two", "time": "2026-12-01T10:03:30+01:00"}',
        '{"text": "three"}',
        '{"text": "four", "time": "1:05 pm"}',
        '{"text": "five", "time": "12:00 am"}',
    ]
    assert [(line.at_s, line.reporter, line.lang) for line in read(rows)] == [
        (36_120, "@a", None),
        (36_210, "reporter", None),
        (36_270, "reporter", None),
        (47_100, "reporter", None),
        (0, "reporter", None),
    ]


def test_a_line_may_correct_an_earlier_one_by_what_the_recording_calls_it() -> None:
    first, second = read(['{"text": "The right knee.", "update_id": "u1"}', '{"text": "The left.", "corrects": "u1"}'])
    assert (first.update_id, first.corrects, second.corrects) == ("u1", None, "u1")
    with pytest.raises(Refused, match=r"^Line 2: `corrects` names no `update_id` of an earlier line"):
        read([THREE[0], '{"text": "The left.", "corrects": "u1"}'])


@pytest.mark.parametrize("bad", ["no json", "[]", '{"text": ""}', '{"text": 3}', '{"at_s": -1, "text": "hidden"}'])
def test_a_row_that_is_no_update_is_named_by_number_and_never_repeated(bad: str) -> None:
    with pytest.raises(Refused, match=r"^Line 2:") as refused:
        read([THREE[0], bad])
    assert "hidden" not in str(refused.value)


async def test_reporters_play_at_their_times_each_on_a_device_of_their_own() -> None:
    clock = ManualClock(NOW)
    door = Door(clock)
    report = await played(THREE, speed=10, submit=door.submit, clock=clock)
    assert door.taken == [(0, "theatre", "one"), (6, "ward", "two"), (12, "theatre", "three")]
    assert report == Report(accepted={"theatre": 2, "ward": 1}, took_s=12)


async def test_not_now_is_waited_out_and_the_order_of_that_reporter_kept() -> None:
    clock = ManualClock(NOW)
    door = Door(clock, Unavailable("slow down", retry_after_s=20), Unavailable("still", retry_after_s=5))
    waiting: list[int] = []
    rows = [row(0, "a", "one"), row(10, "a", "two")]
    report = await played(rows, submit=door.submit, clock=clock, progress=lambda p: waiting.append(p.waiting))
    assert door.taken == [(25, "a", "one"), (25, "a", "two")]
    assert report.accepted == {"a": 2}
    assert waiting == [1, 1, 0, 0]


async def test_one_reporter_who_waits_does_not_hold_up_the_others() -> None:
    clock = ManualClock(NOW)
    taken: list[tuple[float, str]] = []
    held_back = [Unavailable("slow down", retry_after_s=50)]

    async def submit(reporter: str, _line: Line) -> None:
        if reporter == "slow" and held_back:
            raise held_back.pop()
        taken.append((clock.monotonic(), reporter))

    await played([row(0, "slow", "one"), row(1, "quick", "two")], submit=submit, clock=clock)
    assert taken == [(1, "quick"), (50, "slow")]


async def test_refusals_are_counted_by_code_and_the_reporter_goes_on() -> None:
    clock = ManualClock(NOW)
    door = Door(clock, Refused("too long", code="too-long"))
    report = await played(THREE, submit=door.submit, clock=clock)
    assert report.refused == {"theatre": {"too-long": 1}}
    assert report.accepted == {"theatre": 1, "ward": 1}
    assert report.total == 3


async def test_a_door_that_stays_shut_is_given_up_in_the_end() -> None:
    clock = ManualClock(NOW)
    door = Door(clock, *[Unavailable("away", retry_after_s=1)] * 31)
    report = await played(THREE, submit=door.submit, clock=clock)
    assert report.gave_up == {"theatre": 1}
    assert report.total == 3


async def test_progress_counts_up_to_all_lines() -> None:
    clock = ManualClock(NOW)
    seen: list[Progress] = []
    await played(THREE, submit=Door(clock).submit, clock=clock, progress=seen.append)
    assert [(p.done, p.of) for p in seen] == [(1, 3), (2, 3), (3, 3)]


def test_the_demo_event_is_complete_and_open_now() -> None:
    file, gaps = check(demo_event(NOW), NOW, frozenset({"local"}))
    assert gaps == ()
    assert file is not None
    assert file.window.opens < NOW < file.window.closes
    assert file.release.delay_s == 5
    assert set(file.languages) == {"en", "de", "nl"}


def test_the_demo_stream_is_ninety_minutes_of_several_reporters_in_three_languages() -> None:
    lines = read(demo_stream().splitlines())
    assert len(lines) >= 80
    assert lines[-1].at_s == 5400
    assert {line.reporter for line in lines} == {"theatre", "gallery", "ward"}
    assert {line.lang for line in lines} == {"en", "de", "nl"}
    assert [line.at_s for line in lines] == sorted(line.at_s for line in lines)


def test_the_demo_stream_fits_its_event() -> None:
    file = LiveEventFile.model_validate(demo_event(NOW))
    signed = {item.id: item.text for item in file.run_sheet}
    sent = {line.run_sheet_item: line.text for line in read(demo_stream().splitlines()) if line.run_sheet_item}
    assert sent == signed
    phases = [line.phase for line in read(demo_stream().splitlines())]
    assert list(dict.fromkeys(phases)) == list(file.phases)


def test_the_demo_stream_holds_what_screening_has_to_find_and_what_it_has_to_leave() -> None:
    notes = [json.loads(row).get("note", "") for row in demo_stream().splitlines()]
    assert sum("harmless" in note for note in notes) >= 10
    for what in ("hashtag", "typo", "wristband", "relative", "birthday", "room", "phone", "two updates", "brand"):
        assert any(what in note for note in notes), what
