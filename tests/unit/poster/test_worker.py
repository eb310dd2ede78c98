"""The poster as a process, on topics and platforms in memory and a clock moved by hand."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import uuid4

import pytest
import structlog

from consumers.poster.platforms.base import Platform
from consumers.poster.platforms.local import LocalPlatform
from consumers.poster.platforms.memory import Fault, MemoryPlatform
from consumers.poster.worker import run
from schemas.dead_letter import DeadLetter
from schemas.envelope import Envelope
from schemas.errors import Broken
from schemas.ledger import Ledger
from schemas.page import PagePost
from schemas.receipt import Notice, Receipt, Retraction
from schemas.topics import CONTROLS, DEAD_LETTERS, LEDGER, LIVE_EVENTS, PAGES, RECEIPTS, RELEASES, Topic, decode_receipt
from streams.bus import Position
from streams.clock import ManualClock
from streams.memory import MemoryBus
from tests.poster_cases import LOCAL, START, X, control, live_event, release

M = TypeVar("M", bound=Envelope)
BOTH = (LOCAL, X)


@dataclass
class Stage:
    bus: MemoryBus = field(default_factory=MemoryBus)
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    platforms: dict[str, Platform] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.x = MemoryPlatform(X, self.clock)
        self.platforms = {X.key: self.x, LOCAL.key: LocalPlatform(self.bus, self.clock, page_url="http://page")}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        stop = asyncio.Event()
        task = asyncio.create_task(run(self.bus, self.clock, self.platforms, writer=uuid4(), stop=stop))
        await self.clock.advance(0)
        yield task
        stop.set()
        await self.clock.advance(0)
        await task

    async def settle(self, seconds: float = 0) -> None:
        await self.clock.advance(seconds)
        for _ in range(4):
            await self.clock.advance(0)

    def texts(self) -> list[str]:
        return [p.text for p in self.x.public()]

    def receipts(self) -> list[Receipt | Retraction]:
        found = [decode_receipt(m.value or b"") for m in self.bus.everything(RECEIPTS.name)]
        return [r for r in found if not isinstance(r, Notice)]

    def pages(self) -> list[PagePost]:
        return [PagePost.decode(m.value or b"") for m in self.bus.everything(PAGES.name)]


@pytest.fixture
async def stage() -> Stage:
    stage = Stage()
    await stage.bus.send(LIVE_EVENTS, live_event(destinations=BOTH))
    return stage


async def test_a_release_becomes_a_post_a_page_record_and_a_receipt_on_each_destination(stage: Stage) -> None:
    async with stage.running():
        await stage.bus.send(RELEASES, release(1, "Incision made.", destinations=BOTH))
        await stage.settle()
    assert stage.texts() == ["Incision made. #OurKneeLive"]
    assert [(p.n, p.text, p.state) for p in stage.pages()] == [(1, "Incision made.", "posted")]
    found = {r.destination: r for r in stage.receipts() if isinstance(r, Receipt)}
    assert {d: (r.outcome, r.text, r.n) for d, r in found.items()} == {
        "local": ("posted", "Incision made.", 1),
        "x:@OurHospital": ("posted", "Incision made. #OurKneeLive", 1),
    }
    assert found["x:@OurHospital"].platform_id == "1001"


async def test_two_ledger_records_a_post_and_one_claim_a_thread(stage: Stage) -> None:
    async with stage.running():
        for number in (1, 2, 3):
            await stage.bus.send(RELEASES, release(number, destinations=(X,)))
        await stage.settle()
    assert len(stage.texts()) == 3
    assert len(stage.bus.everything(LEDGER.name)) == 1 + 2 * 3


async def test_the_delay_is_waited_out_and_a_stop_meanwhile_wins(stage: Stage) -> None:
    async with stage.running():
        await stage.bus.send(RELEASES, release(1, delay_s=30))
        await stage.bus.send(RELEASES, release(2, delay_s=60))
        await stage.settle(29)
        assert stage.texts() == []
        await stage.settle(2)
        assert stage.texts() == ["Update 1. #OurKneeLive"]
        await stage.bus.send(CONTROLS, control("stop"))
        await stage.settle(60)
    assert stage.texts() == ["Update 1. #OurKneeLive"]
    last = stage.receipts()[-1]
    assert isinstance(last, Receipt)
    assert (last.outcome, last.reason) == ("not-posted", "stopped")


class StopsAtTheIntent(MemoryBus):
    """Stop is pressed, and acknowledged, while an intent is being written."""

    async def send(self, topic: Topic[M], record: M) -> Position:
        position = await super().send(topic, record)
        if isinstance(record, Ledger) and record.kind == "intent":
            await super().send(CONTROLS, control("stop"))
        return position


async def test_a_stop_acknowledged_before_the_request_keeps_it_back_however_late_it_came() -> None:
    stage = Stage(StopsAtTheIntent())
    await stage.bus.send(LIVE_EVENTS, live_event())
    async with stage.running():
        await stage.bus.send(RELEASES, release(1))
        await stage.settle()
    assert stage.x.requests == 0
    assert [(r.outcome, r.reason) for r in stage.receipts()] == [("not-posted", "stopped")]


def test_neither_web_server_nor_any_platforms_library_is_loaded_before_it_is_used() -> None:
    code = "import sys, consumers.poster.worker, consumers.poster.platforms.local; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not [name for name in ("fastapi", "starlette", "tweepy", "aiohttp", "aiokafka") if f"'{name}'" in loaded]


async def test_after_a_restart_nothing_is_posted_again_and_the_thread_goes_on(stage: Stage) -> None:
    async with stage.running():
        await stage.bus.send(RELEASES, release(1))
        await stage.settle()
    async with stage.running():
        await stage.bus.send(RELEASES, release(2))
        await stage.settle()
    assert [(p.text, p.reply_to) for p in stage.x.public()] == [
        ("Update 1. #OurKneeLive", None),
        ("Update 2. #OurKneeLive", "1001"),
    ]


async def test_a_lost_answer_is_shown_as_unknown_and_settled_by_looking(stage: Stage) -> None:
    stage.x.next("lose-answer")
    async with stage.running():
        await stage.bus.send(RELEASES, release(1))
        await stage.settle()
        assert [r.outcome for r in stage.receipts()] == ["unknown"]
        await stage.settle(31)
    assert [r.outcome for r in stage.receipts()] == ["unknown", "posted"]
    assert stage.texts() == ["Update 1. #OurKneeLive"]


async def test_one_platform_that_is_down_keeps_no_other_waiting(stage: Stage) -> None:
    busy: Fault = "busy"
    stage.x.next(*[busy] * 10)
    async with stage.running():
        for number in (1, 2):
            await stage.bus.send(RELEASES, release(number, destinations=BOTH))
        await stage.settle()
        assert [p.text for p in stage.pages()] == ["Update 1.", "Update 2."]
        assert stage.texts() == []
        await stage.settle(60)
    assert stage.texts() == ["Update 1. #OurKneeLive", "Update 2. #OurKneeLive"]


async def test_two_live_events_do_not_wait_for_each_other(stage: Stage) -> None:
    await stage.bus.send(LIVE_EVENTS, live_event("hip-2026"))
    async with stage.running():
        await stage.bus.send(CONTROLS, control("hold"))
        await stage.bus.send(RELEASES, release(1))
        await stage.bus.send(RELEASES, release(2, of="hip-2026"))
        await stage.settle()
    assert stage.texts() == ["Update 2. #OurKneeLive"]


async def test_a_retracted_update_is_deleted_everywhere_with_a_receipt_each(stage: Stage) -> None:
    async with stage.running():
        await stage.bus.send(RELEASES, release(1, destinations=BOTH))
        await stage.settle()
        await stage.bus.send(CONTROLS, control("retract", number=1))
        await stage.settle()
    assert stage.texts() == []
    assert [(p.state, p.text) for p in stage.pages()] == [("posted", "Update 1."), ("retracted", "")]
    retractions = [r for r in stage.receipts() if isinstance(r, Retraction)]
    assert {(r.destination, r.outcome) for r in retractions} == {("local", "deleted"), ("x:@OurHospital", "deleted")}


async def test_what_cannot_be_deleted_says_so(stage: Stage) -> None:
    async with stage.running():
        await stage.bus.send(RELEASES, release(1))
        await stage.settle()
        stage.x.next("busy", "refuse")
        await stage.bus.send(CONTROLS, control("withdraw"))
        await stage.settle(5)
    assert [(r.outcome, r.reason) for r in stage.receipts() if isinstance(r, Retraction)] == [
        ("unknown", "no-answer"),
        ("not-deleted", "platform-refused"),
    ]
    assert stage.texts() == ["Update 1. #OurKneeLive"]


async def test_receipts_that_a_power_cut_took_are_written_again(stage: Stage) -> None:
    async with stage.running():
        await stage.bus.send(RELEASES, release(1))
        await stage.settle()
    before = stage.receipts()
    for place in stage.bus._logs:
        if place[0] == RECEIPTS.name:
            stage.bus._logs[place].clear()
    async with stage.running():
        await stage.settle()
    assert [r.id for r in stage.receipts()] == [r.id for r in before]
    async with stage.running():
        await stage.settle()
    assert len(stage.receipts()) == 1


async def test_a_control_that_cannot_be_read_holds_its_live_event(stage: Stage) -> None:
    async with stage.running():
        await stage.bus.send_raw(CONTROLS.name, 0, "knee-2026", b"{}")
        await stage.bus.send_raw(CONTROLS.name, 1, "knee-2026", b"{}")
        await stage.bus.send(RELEASES, release(1))
        await stage.settle()
        assert stage.texts() == []
        await stage.bus.send(CONTROLS, control("resume"))
        await stage.settle()
    assert stage.texts() == ["Update 1. #OurKneeLive"]


async def test_a_release_that_cannot_be_read_is_a_dead_letter_without_its_text(stage: Stage) -> None:
    async with stage.running():
        await stage.bus.send_raw(RELEASES.name, 0, "knee-2026", b'{"text": "Maria"}')
        await stage.bus.send(RELEASES, release(1))
        await stage.settle()
    (message,) = stage.bus.everything(DEAD_LETTERS.name)
    letter = DeadLetter.decode(message.value or b"")
    assert (letter.topic, letter.stage, letter.code) == (RELEASES.name, "poster", "undecodable")
    assert b"Maria" not in (message.value or b"")
    assert stage.texts() == ["Update 1. #OurKneeLive"]


async def test_past_a_hundred_dead_letters_it_stops(stage: Stage) -> None:
    for _ in range(101):
        await stage.bus.send_raw(RELEASES.name, 0, "knee-2026", b"{}")
    with pytest.raises(Broken, match="More than 100"):
        await run(stage.bus, stage.clock, stage.platforms, writer=uuid4())


async def test_a_destination_without_a_platform_waits_until_it_has_one(stage: Stage) -> None:
    platform = stage.platforms.pop(X.key)
    async with stage.running():
        await stage.bus.send(RELEASES, release(1, destinations=BOTH))
        await stage.settle()
        assert [p.text for p in stage.pages()] == ["Update 1."]
    stage.platforms[X.key] = platform
    async with stage.running():
        await stage.settle()
    assert stage.texts() == ["Update 1. #OurKneeLive"]


async def test_the_broker_away_for_a_while_loses_nothing_and_doubles_nothing(stage: Stage) -> None:
    async with stage.running():
        await stage.bus.send(RELEASES, release(1, destinations=BOTH, delay_s=1))
        await stage.settle()
        stage.bus.away = True
        await stage.settle(20)
        stage.bus.away = False
        await stage.settle(60)
    assert stage.texts() == ["Update 1. #OurKneeLive"]
    assert len({p.id for p in stage.pages()}) == 1


async def test_no_log_line_holds_a_word_of_a_release(stage: Stage) -> None:
    stage.x.next("busy", "lose-answer", "refuse")
    with structlog.testing.capture_logs() as lines:
        async with stage.running():
            for number in (1, 2, 3):
                await stage.bus.send(RELEASES, release(number, f"Incision made, number {number}.", destinations=BOTH))
            await stage.settle(120)
    assert len(lines) > 5
    assert "Incision" not in str(lines)
