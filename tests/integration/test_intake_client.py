"""The client that programs use: the same bytes on every try, a receipt in the end, and bounded patience."""

import json
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import httpx
import pytest

from producers.client import Client, new_id
from schemas.errors import Refused, Unavailable
from streams.clock import ManualClock
from streams.sealing import unseal
from tests.examples import NOW
from tests.intake_records import PRIVATE, Intake, intake, open_event, speaking_to


@pytest.fixture
async def door() -> AsyncIterator[Intake]:
    clock = ManualClock(NOW)
    found = await intake(clock, open_event(clock), ack_timeout_s=0.05)
    async with speaking_to(found):
        yield found


class Line(httpx.AsyncBaseTransport):
    """The way to the intake; `before` may fail a request, `after` may lose its answer."""

    def __init__(self, door: Intake) -> None:
        self._inner = httpx.ASGITransport(door.app)
        self.bodies: list[bytes] = []
        self.before: Callable[[int], httpx.Response | None] = lambda _: None
        self.after: Callable[[int], None] = lambda _: None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "POST":
            return await self._inner.handle_async_request(request)
        self.bodies.append(await request.aread())
        instead = self.before(len(self.bodies))
        if instead is not None:
            return instead
        answer = await self._inner.handle_async_request(request)
        self.after(len(self.bodies))
        return answer


@pytest.fixture
def line(door: Intake) -> Line:
    return Line(door)


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
async def client(line: Line, waits: list[float]) -> AsyncIterator[Client]:
    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    how = {"transport": line, "sleep": sleep, "now": lambda: NOW, "tries_max": 4}
    async with Client("http://intake", "reporter-token", "program-1", **how) as found:  # type: ignore[arg-type]  # typed one by one in the class
        yield found


async def test_it_seals_what_it_sends_and_brings_a_receipt(client: Client, door: Intake) -> None:
    update_id = new_id()
    receipt = await client.submit(
        "knee-2026", "Going to plan", update_id=update_id, lang="en", phase="incision", run_sheet_item="welcome"
    )
    (record,) = door.submissions()
    assert (receipt.update_id, receipt.received_at) == (update_id, NOW)
    assert (record.phase, record.run_sheet_item, record.actor.device) == ("incision", "welcome", "program-1")
    assert json.loads(unseal(PRIVATE, record.sealed)) == {
        "text": "Going to plan",
        "lang": "en",
        "update_id": str(update_id),
        "live_event_id": "knee-2026",
        "written_at": "2026-12-01T09:00:00Z",
    }


async def test_open_events_are_listed(client: Client) -> None:
    assert [event.id for event in await client.live_events()] == ["knee-2026"]


async def test_an_answer_that_was_lost_costs_nothing(client: Client, door: Intake, line: Line) -> None:
    def lose_the_first(count: int) -> None:
        if count == 1:
            raise httpx.ReadTimeout("lost")

    line.after = lose_the_first
    receipt = await client.submit("knee-2026", "Going to plan")
    assert line.bodies[0] == line.bodies[1]
    assert [s.id for s in door.submissions()] == [receipt.update_id]


async def test_it_waits_as_long_as_it_is_told_and_tries_the_same_bytes(
    client: Client, line: Line, waits: list[float]
) -> None:
    answers = {
        1: httpx.Response(429, headers={"Retry-After": "2"}),
        2: httpx.Response(503, headers={"Retry-After": "1"}),
    }
    line.before = answers.get
    await client.submit("knee-2026", "Going to plan")
    assert waits == [2.0, 1.0]
    assert len(set(line.bodies)) == 1


async def test_its_patience_ends_and_another_call_sends_the_same_bytes(
    client: Client, door: Intake, line: Line, waits: list[float]
) -> None:
    update_id = new_id()
    door.bus.away = True
    with pytest.raises(Unavailable, match="Intake did not take it in 4 tries"):
        await client.submit("knee-2026", "Going to plan", update_id=update_id)
    assert len(waits) == 3
    door.bus.away = False
    await client.submit("knee-2026", "Going to plan", update_id=update_id)
    assert len(set(line.bodies)) == 1
    assert len(door.submissions()) == 1


async def test_what_is_wrong_for_good_is_not_tried_again(client: Client, line: Line, waits: list[float]) -> None:
    with pytest.raises(Refused) as refused:
        await client.submit("knee-2026", "Going to plan", phase="lunch")
    assert (refused.value.code, refused.value.status) == ("unknown-phase", 422)
    assert (len(line.bodies), waits) == (1, [])


async def test_too_long_texts_and_foreign_ids_are_refused_before_they_leave(client: Client, line: Line) -> None:
    with pytest.raises(Refused, match="at most 2,000 characters"):
        await client.submit("knee-2026", "x" * 2_001)
    with pytest.raises(Refused, match="version 7"):
        await client.submit("knee-2026", "x", update_id=UUID("6f1f7f0e-0c7e-4d9a-9f43-4a1e5f6c2b7d"))
    assert line.bodies == []


async def test_the_longest_text_of_the_widest_characters_is_taken(client: Client, door: Intake) -> None:
    await client.submit("knee-2026", "🩺" * 2_000)
    assert len(door.submissions()) == 1


async def test_an_unknown_event_is_refused(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        await client.submit("hip-2026", "Going to plan")
    assert (refused.value.code, refused.value.status) == ("unknown-live-event", 404)


async def test_the_token_stays_out_of_what_is_printed(client: Client) -> None:
    assert "reporter-token" not in repr(client)
