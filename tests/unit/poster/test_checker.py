"""The poster reads back what it posted: beside the posting, never before it, and after a restart from where it was."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from consumers.poster.checks import Checks, Mode, due
from consumers.poster.platforms.memory import MemoryPlatform, Span
from consumers.poster.worker import run
from schemas.receipt import Receipt
from schemas.sighting import Sighting
from schemas.topics import CONTROLS, LIVE_EVENTS, RECEIPTS, RELEASES, SIGHTINGS, decode_receipt
from streams.clock import ManualClock
from streams.memory import MemoryBus
from tests.poster_cases import START, X, control, live_event, release

MINUTE = 60.0


@dataclass
class Stage:
    bus: MemoryBus = field(default_factory=MemoryBus)
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    mode: Mode = "live"

    def __post_init__(self) -> None:
        self.x = MemoryPlatform(X, self.clock)
        self.reads = 0
        see = self.x.see

        async def counted(live_event_id: str, since: datetime) -> object:
            self.reads += 1
            return await see(live_event_id, since)

        self.x.see = counted  # type: ignore[method-assign,assignment]  # counts what it passes on

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        stop, checks = asyncio.Event(), Checks(mode_of=lambda _: self.mode)
        seal = lambda _, text: f"sealed {len(text)}"  # noqa: E731  # short
        posting = run(self.bus, self.clock, {X.key: self.x}, writer=uuid4(), stop=stop, checks=checks, seal=seal)
        task = asyncio.create_task(posting)
        await self.later(0)
        yield
        stop.set()
        await self.clock.advance(0)
        await task

    async def later(self, seconds: float) -> None:
        await self.clock.advance(seconds)
        for _ in range(4):
            await self.clock.advance(0)

    async def post(self, *numbers: int) -> None:
        for number in numbers:
            await self.bus.send(RELEASES, release(number, at=self.clock.now()))
            await self.later(1)

    async def close(self) -> None:
        closed = {"state": "closed", "closed_at": self.clock.now()}
        await self.bus.send(LIVE_EVENTS, live_event().model_copy(update=closed))
        await self.later(0)

    def said(self) -> list[Sighting]:
        return [Sighting.decode(m.value or b"") for m in self.bus.everything(SIGHTINGS.name)]

    def words(self) -> list[tuple[str, str | None]]:
        return [(s.what, s.platform_id) for s in self.said()]


@pytest.fixture
async def stage() -> Stage:
    stage = Stage()
    await stage.bus.send(LIVE_EVENTS, live_event())
    return stage


async def test_while_all_stands_as_it_was_sent_nothing_is_written(stage: Stage) -> None:
    async with stage.running():
        await stage.post(1, 2)
        await stage.later(30 * MINUTE)
        assert (stage.said(), stage.reads) == ([], 7)  # at the start, and every five minutes


async def test_an_edit_a_deletion_and_an_addition_are_written_down_within_minutes_and_once(stage: Stage) -> None:
    async with stage.running():
        await stage.post(1, 2)
        await stage.later(4 * MINUTE)
        stage.x.rewrite("1001", "Other words.")
        stage.x.take_away("1002")
        added = stage.x.slip_in("A lie.", reply_to="1001")
        await stage.later(6 * MINUTE)
        assert stage.words() == [("edited", "1001"), ("deleted", "1002"), ("added", added)]
        assert [(s.sealed is not None, s.post_id is not None) for s in stage.said()] == [
            (True, True),
            (False, True),
            (True, False),
        ]
        await stage.later(60 * MINUTE)
        assert len(stage.said()) == 3


async def test_after_a_restart_nothing_is_said_twice_and_what_changed_meanwhile_is_said(stage: Stage) -> None:
    async with stage.running():
        await stage.post(1, 2)
        stage.x.rewrite("1001", "Other words.")
        await stage.later(6 * MINUTE)
    stage.x.take_away("1002")
    await stage.later(10 * MINUTE)
    async with stage.running():
        await stage.later(1 * MINUTE)
    assert stage.words() == [("edited", "1001"), ("deleted", "1002")]


async def test_what_was_taken_back_by_order_is_no_difference_until_it_is_seen_again(stage: Stage) -> None:
    async with stage.running():
        await stage.post(1, 2)
        await stage.bus.send(CONTROLS, control("retract", number=1, at=stage.clock.now()))
        await stage.later(20 * MINUTE)
        assert stage.said() == []
        stage.x.bring_back("1001")
        await stage.later(6 * MINUTE)
        assert stage.words() == [("still-public", "1001")]
        stage.x.take_away("1001")
        await stage.later(6 * MINUTE)
        assert stage.words()[1:] == [("gone", "1001")]


async def test_after_the_close_each_post_is_confirmed_once(stage: Stage) -> None:
    async with stage.running():
        await stage.post(1, 2)
        await stage.later(10 * MINUTE)
        await stage.close()
        await stage.later(6 * MINUTE)
        assert stage.words() == [("as-posted", "1001"), ("as-posted", "1002"), ("read", None)]
        assert (stage.said()[-1].checked, stage.said()[-1].differing) == (2, 0)


@pytest.mark.parametrize(("mode", "reads"), [("close", 1), ("never", 0)])
async def test_where_each_reading_costs_money_it_is_read_after_the_close_alone(
    stage: Stage, mode: Mode, reads: int
) -> None:
    stage.mode = mode
    async with stage.running():
        await stage.post(1)
        await stage.later(60 * MINUTE)
        assert stage.reads == 0
        await stage.close()
        await stage.later(30 * MINUTE)
        assert stage.reads == reads


async def test_a_place_that_cannot_be_read_for_long_is_a_gap_that_the_next_reading_closes(stage: Stage) -> None:
    async with stage.running():
        await stage.post(1)
        stage.x.unreadable = [Span(START + timedelta(minutes=4), START + timedelta(minutes=40))]
        stage.x.rewrite("1001", "Other words.")
        await stage.later(41 * MINUTE)
        found = stage.said()
        assert stage.words() == [("unreadable", None), ("edited", "1001"), ("read", None)]
        assert (found[0].reason, found[0].since) == ("unreachable", START)
        assert (found[2].checked, found[2].differing) == (0, 1)


async def test_posting_goes_on_whatever_becomes_of_the_reading(stage: Stage) -> None:
    async def broken(_live_event_id: str, _since: datetime) -> object:
        raise ValueError("an answer that nobody foresaw")

    stage.x.see = broken  # type: ignore[method-assign,assignment]  # an answer that no door foresaw
    async with stage.running():
        await stage.later(6 * MINUTE)
        await stage.post(1, 2)
        await stage.later(20 * MINUTE)
    found = [decode_receipt(m.value or b"") for m in stage.bus.everything(RECEIPTS.name)]
    assert [r.outcome for r in found if isinstance(r, Receipt)] == ["posted", "posted"]


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


DAY = 24 * 60.0


@pytest.mark.parametrize(
    ("mode", "now", "closing", "last", "expected"),
    [
        ("live", 7, None, None, 65),
        ("live", 70, 65, 65, 65 + DAY),
        ("live", 29 * DAY, 65, 29 * DAY, 30 * DAY),
        ("live", 32 * DAY, 65, None, None),
        ("close", 70, 65, 65, 65 + DAY),
        ("close", 1.9 * DAY, 65, 65 + DAY, None),
        ("never", 70, None, None, None),
    ],
)
def test_after_the_end_it_is_read_at_once_and_daily_for_a_time(
    mode: Mode, now: float, closing: float | None, last: float | None, expected: float | None
) -> None:
    found = due(
        Checks(days=30), mode, at(now), ended_at=at(60), closing_at=at(closing) if closing else None,
        last=at(last) if last else None,
    )  # fmt: skip
    assert found == (at(expected) if expected is not None else None)
