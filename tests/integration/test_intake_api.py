"""Intake's HTTP interface over topics in memory: receipts, repetitions, refusals, outages, limits, states."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from producers.client import new_id
from schemas.envelope import Envelope, sha256_hex
from schemas.errors import Unavailable
from schemas.topics import LIVE_EVENTS, SUBMISSIONS, Topic
from streams.bus import Position
from streams.clock import ManualClock
from streams.memory import MemoryBus
from streams.sealing import seal, unseal
from tests.browser_fixture import serving
from tests.examples import NOW
from tests.intake_records import PRIVATE, PUBLIC, Intake, intake, open_event, speaking_to

UPDATES = "/api/v1/live-events/knee-2026/updates"


def body(update_id: UUID | None = None, text: str = "Going to plan", **changes: Any) -> dict[str, Any]:
    sealed = seal(PUBLIC, json.dumps({"text": text}).encode())
    return {"update_id": str(update_id or new_id()), "sealed": sealed} | changes


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
async def door(clock: ManualClock) -> Intake:
    return await intake(clock, open_event(clock), page_url="http://page.example", ack_timeout_s=0.05)


@pytest.fixture
async def client(door: Intake) -> AsyncIterator[httpx.AsyncClient]:
    async with speaking_to(door) as found:
        yield found


async def test_an_update_gets_a_receipt_once_it_is_on_the_topic_still_sealed(
    client: httpx.AsyncClient, door: Intake
) -> None:
    asked = body(text="Mrs Lopez is here", phase="incision")
    answer = await client.post(UPDATES, json=asked, headers={"Scrubcast-Device": "tablet-4"})
    assert answer.status_code == 202
    (record,) = door.submissions()
    (place,) = door.bus.everything(SUBMISSIONS.name)
    assert answer.json() == {
        "update_id": asked["update_id"],
        "live_event_id": "knee-2026",
        "sealed_sha256": sha256_hex(asked["sealed"]),
        "received_at": "2026-12-01T09:00:00Z",
        "partition": place.partition,
        "offset": place.offset,
    }
    assert (record.phase, record.actor.device, record.at) == ("incision", "tablet-4", NOW)
    assert json.loads(unseal(PRIVATE, record.sealed)) == {"text": "Mrs Lopez is here"}
    assert b"Lopez" not in (place.value or b"")


async def test_the_same_update_again_gets_the_same_receipt_and_is_written_once(
    client: httpx.AsyncClient, door: Intake, clock: ManualClock
) -> None:
    asked = body()
    first = await client.post(UPDATES, json=asked)
    await clock.advance(60)
    again = await client.post(UPDATES, json=asked)
    assert (again.status_code, again.json()) == (202, first.json())
    assert len(door.submissions()) == 1


async def test_another_content_under_the_same_id_is_in_conflict(client: httpx.AsyncClient, door: Intake) -> None:
    update_id = new_id()
    await client.post(UPDATES, json=body(update_id))
    answer = await client.post(UPDATES, json=body(update_id, "Something else"))
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:scrubcast:other-content")
    assert len(door.submissions()) == 1


async def test_what_was_just_taken_can_be_corrected_at_once_and_after_a_restart(
    client: httpx.AsyncClient, door: Intake, clock: ManualClock
) -> None:
    first = body()
    assert (await client.post(UPDATES, json=first)).status_code == 202
    asked = body(text="It was the left knee.", corrects=first["update_id"])
    receipt = await client.post(UPDATES, json=asked)
    assert receipt.status_code == 202
    assert [s.corrects for s in door.submissions()] == [None, UUID(first["update_id"])]
    again = await intake(clock, bus=door.bus)
    async with speaking_to(again) as after:
        assert (await after.post(UPDATES, json=asked)).json() == receipt.json()
        assert (await after.post(UPDATES, json=asked | {"corrects": None})).status_code == 409
        later = await after.post(UPDATES, json=body(corrects=asked["update_id"]))
    assert later.status_code == 202


async def test_what_the_desk_wrote_can_be_corrected_and_what_nobody_knows_cannot(
    client: httpx.AsyncClient, door: Intake, clock: ManualClock
) -> None:
    at_the_desk, elsewhere = new_id(), new_id()
    await door.publish(at_the_desk, open_event(clock))
    await door.publish(elsewhere, open_event(clock, id="hip-2026"))
    async with asyncio.timeout(10):
        while (answer := await client.post(UPDATES, json=body(corrects=str(at_the_desk)))).status_code != 202:
            await asyncio.sleep(0.005)
    assert answer.json()["live_event_id"] == "knee-2026"
    for unknown in (elsewhere, new_id()):
        answer = await client.post(UPDATES, json=body(corrects=str(unknown)))
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:scrubcast:unknown-update")
    assert len(door.submissions()) == 1


async def test_after_a_restart_the_receipt_is_still_the_same(door: Intake, clock: ManualClock) -> None:
    asked = body()
    async with speaking_to(door) as before:
        first = await before.post(UPDATES, json=asked)
    await clock.advance(60)
    again = await intake(clock, bus=door.bus)
    async with speaking_to(again) as after:
        second = await after.post(UPDATES, json=asked)
        other = await after.post(UPDATES, json=body(UUID(asked["update_id"]), "Something else"))
    assert (second.status_code, second.json()) == (202, first.json())
    assert other.status_code == 409
    assert len(door.submissions()) == 1


class SlowBus(MemoryBus):
    """Acknowledges submissions only when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.writes = 0

    async def send(self, topic: Topic[Any], record: Envelope) -> Position:
        if topic is SUBMISSIONS:
            self.writes += 1
            await self.go.wait()
        return await super().send(topic, record)


async def test_many_requests_at_once_with_one_id_make_one_write_and_one_receipt(clock: ManualClock) -> None:
    bus = SlowBus()
    found = await intake(clock, open_event(clock), bus=bus, ack_timeout_s=30)
    async with speaking_to(found) as client:
        asked = body()
        answers = [asyncio.create_task(client.post(UPDATES, json=asked)) for _ in range(20)]
        other = asyncio.create_task(client.post(UPDATES, json=body(UUID(asked["update_id"]), "Something else")))
        assert (await other).status_code == 409
        bus.go.set()
        done = [await answer for answer in answers]
    assert {answer.status_code for answer in done} == {202}
    assert len({answer.text for answer in done}) == 1
    assert bus.writes == 1


async def test_a_late_acknowledgement_is_503_and_the_next_try_joins_the_same_write(clock: ManualClock) -> None:
    bus = SlowBus()
    found = await intake(clock, open_event(clock), bus=bus, ack_timeout_s=0.02)
    async with speaking_to(found) as client:
        asked = body()
        late = await client.post(UPDATES, json=asked)
        assert (late.status_code, late.headers["Retry-After"]) == (503, "2")
        again = asyncio.create_task(client.post(UPDATES, json=asked))
        bus.go.set()
        assert (await again).status_code == 202
    assert bus.writes == 1
    assert len(found.submissions()) == 1


async def test_a_broker_that_is_away_is_503_and_nothing_is_lost_or_counted(
    client: httpx.AsyncClient, door: Intake
) -> None:
    asked = body()
    door.bus.away = True
    for _ in range(40):
        answer = await client.post(UPDATES, json=asked)
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:scrubcast:unavailable")
        assert int(answer.headers["Retry-After"]) >= 1
    door.bus.away = False
    assert (await client.post(UPDATES, json=asked)).status_code == 202
    assert len(door.submissions()) == 1


class FullBus(MemoryBus):
    async def send(self, topic: Topic[Any], record: Envelope) -> Position:
        if topic is SUBMISSIONS:
            raise Unavailable("The disk of the broker is full. Nothing is taken until there is room.", retry_after_s=5)
        return await super().send(topic, record)


async def test_a_full_disk_stops_acceptance_and_says_so(clock: ManualClock) -> None:
    found = await intake(clock, open_event(clock), bus=FullBus())
    async with speaking_to(found) as client:
        answer = await client.post(UPDATES, json=body())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json()["detail"] == "The disk of the broker is full. Nothing is taken until there is room."


async def test_the_thirty_first_update_in_a_minute_waits(
    client: httpx.AsyncClient, door: Intake, clock: ManualClock
) -> None:
    device = {"Scrubcast-Device": "tablet-4"}
    for _ in range(30):
        assert (await client.post(UPDATES, json=body(), headers=device)).status_code == 202
    asked = body()
    answer = await client.post(UPDATES, json=asked, headers=device)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
    assert answer.json()["type"] == "urn:scrubcast:too-fast"
    assert (await client.post(UPDATES, json=body(), headers={"Scrubcast-Device": "tablet-5"})).status_code == 202
    await clock.advance(2)
    assert (await client.post(UPDATES, json=asked, headers=device)).status_code == 202


async def test_wrong_requests_count_and_repetitions_do_not(clock: ManualClock) -> None:
    found = await intake(clock, open_event(clock), updates_per_minute=2)
    async with speaking_to(found) as client:
        asked = body()
        for _ in range(5):
            assert (await client.post(UPDATES, json=asked)).status_code == 202
        assert (await client.post(UPDATES, json={})).status_code == 422
        assert (await client.post(UPDATES, json={})).status_code == 429


@pytest.mark.parametrize(
    ("role", "status", "code"),
    [(None, 401, "not-signed-in"), ("nobody", 401, "unknown-token"), ("advocate", 403, "wrong-role")],
)
async def test_who_may_not_write_is_told_so(door: Intake, role: str | None, status: int, code: str) -> None:
    async with speaking_to(door, role=role) as client:
        for answer in (
            await client.post(UPDATES, json=body()),
            await client.get("/api/v1/live-events"),
            await client.get("/api/v1/live-events/knee-2026"),
            await client.get(f"{UPDATES}/stream"),
            await client.get("/api/v1/me"),
        ):
            assert (answer.status_code, answer.json()["type"]) == (status, f"urn:scrubcast:{code}")
            assert answer.headers["content-type"] == "application/problem+json"
    assert door.submissions() == []


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (b"Mrs Lopez", "application/json", (400, "bad-json")),
        (b"Mrs Lopez", "text/plain", (415, "not-json")),
        (b'{"Mrs Lopez": 1}', "application/json", (422, "unknown-field")),
        (b'"' + b"Mrs Lopez" * 8_000 + b'"', "application/json", (413, "too-large")),
    ],
)
async def test_no_answer_repeats_what_was_sent(
    client: httpx.AsyncClient, door: Intake, content: bytes, kind: str, expected: tuple[int, str]
) -> None:
    answer = await client.post(UPDATES, content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["type"]) == (expected[0], f"urn:scrubcast:{expected[1]}")
    assert "Lopez" not in answer.text
    assert door.submissions() == []


async def test_an_odd_device_name_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(UPDATES, json=body(), headers={"Scrubcast-Device": "Mrs Lopez"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:scrubcast:bad-device")
    assert "Lopez" not in answer.text


async def test_an_unknown_event_is_not_found_and_a_closed_one_keeps_what_it_had(
    client: httpx.AsyncClient, door: Intake, clock: ManualClock
) -> None:
    assert (await client.post("/api/v1/live-events/hip-2026/updates", json=body())).status_code == 404
    asked = body()
    first = await client.post(UPDATES, json=asked)
    await clock.advance(3600)
    late = await client.post(UPDATES, json=body())
    assert (late.status_code, late.json()["type"]) == (409, "urn:scrubcast:window-closed")
    assert late.json()["detail"].startswith("The event closed at 11:00.")
    assert (await client.post(UPDATES, json=asked)).json() == first.json()


async def test_open_events_show_what_a_tablet_needs_and_nothing_of_consent(
    client: httpx.AsyncClient, door: Intake, clock: ManualClock
) -> None:
    answer = await client.get("/api/v1/live-events")
    (event,) = answer.json()["items"]
    assert event["id"] == "knee-2026"
    assert event["sealing_key"] == PUBLIC
    assert event["thread_url"] == "http://page.example/t/knee-2026"
    assert set(event) == {
        "id",
        "title",
        "hashtag",
        "languages",
        "timezone",
        "window",
        "state",
        "closed_at",
        "phases",
        "phrases",
        "run_sheet",
        "destinations",
        "sealing_key",
        "thread_url",
        "stamp",
        "content_warning",
        "standing",
        "training",
        "text_only",
    }
    closed = open_event(clock).model_copy(update={"state": "closed", "closed_at": NOW})
    await door.bus.send(LIVE_EVENTS, closed)
    async with asyncio.timeout(5):
        while (await client.get("/api/v1/live-events")).json()["items"]:
            await asyncio.sleep(0.005)
    assert (await client.get("/api/v1/live-events/knee-2026")).json()["state"] == "closed"


async def test_a_private_key_that_stands_in_a_record_by_mistake_does_not_leave(clock: ManualClock) -> None:
    event = open_event(clock).model_copy(update={"sealing_key": PRIVATE})
    async with speaking_to(await intake(clock, event)) as client:
        shown = (await client.get("/api/v1/live-events/knee-2026")).json()
    assert shown["sealing_key"] == PUBLIC


async def test_an_undecodable_record_does_not_stop_the_view(clock: ManualClock) -> None:
    bus = MemoryBus()
    await bus.send_raw(SUBMISSIONS.name, 0, None, b"not a record")
    await bus.send_raw(LIVE_EVENTS.name, 0, "gone", None)
    async with speaking_to(await intake(clock, open_event(clock), bus=bus)) as client:
        assert (await client.post(UPDATES, json=body())).status_code == 202


async def test_until_it_has_caught_up_intake_says_come_back(door: Intake) -> None:
    transport = httpx.ASGITransport(door.app)
    headers = {"Authorization": "Bearer reporter-token"}
    async with httpx.AsyncClient(transport=transport, base_url="http://intake", headers=headers) as client:
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/healthz")).status_code == 503
        assert (await client.post(UPDATES, json=body())).status_code == 503


async def test_the_interface_describes_itself_and_the_docs_page_is_off(client: httpx.AsyncClient) -> None:
    found = (await client.get("/openapi.json")).json()
    assert set(found["paths"]) == {
        "/api/v1/me",
        "/api/v1/live-events",
        "/api/v1/live-events/{live_event_id}",
        "/api/v1/live-events/{live_event_id}/updates",
        "/api/v1/live-events/{live_event_id}/updates/stream",
        "/api/v1/live-events/{live_event_id}/updates/{update_id}/undo",
        "/api/v1/enrolments",
        "/api/v1/people",
        "/api/v1/sessions",
        "/healthz",
        "/readyz",
    }
    assert (await client.get("/docs")).status_code == 404
    assert (await client.get("/redoc")).status_code == 404
    assert (await client.get("/healthz")).json() == {"status": "ok"}


async def _frames(lines: AsyncIterator[str], count: int) -> list[tuple[str, dict[str, Any]]]:
    """The next states with their ids; other events are left out."""
    found: list[tuple[str, dict[str, Any]]] = []
    number, event = "", "message"
    async for line in lines:
        if line.startswith("id: "):
            number = line[4:]
        elif line.startswith("event: "):
            event = line[7:]
        elif line.startswith("data: "):
            if event == "message":
                found.append((number, json.loads(line[6:])))
            if len(found) == count:
                return found
        elif line == "":
            number, event = "", "message"
    pytest.fail("the stream ended")


async def test_states_arrive_as_they_change_and_resume_after_the_last_one_seen(clock: ManualClock) -> None:
    event = open_event(clock)
    found = await intake(clock, event)
    headers = {"Authorization": "Bearer reporter-token"}
    async with serving(found.app) as url, httpx.AsyncClient(base_url=url, headers=headers, timeout=10) as client:
        one, two = new_id(), new_id()
        await client.post(UPDATES, json=body(one))
        async with client.stream("GET", f"{UPDATES}/stream") as answer:
            assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
            lines = answer.aiter_lines()
            ((last_id, state),) = await _frames(lines, 1)
            assert state == {"update_id": str(one), "state": "received"}
            await found.publish(one, event, n=28, url="http://page.example/t/knee-2026#n28")
            states = [state for _, state in await _frames(lines, 1)]
        assert states == [
            {
                "update_id": str(one),
                "state": "published",
                "published": 1,
                "of": 1,
                "post": 28,
                "url": "http://page.example/t/knee-2026#n28",
            }
        ]
        await client.post(UPDATES, json=body(two))
        async with client.stream("GET", f"{UPDATES}/stream", headers={"Last-Event-ID": last_id}) as answer:
            resumed = await _frames(answer.aiter_lines(), 2)
        assert [(s["update_id"], s["state"]) for _, s in resumed] == [(str(one), "published"), (str(two), "received")]
        async with client.stream("GET", f"{UPDATES}/stream", headers={"Last-Event-ID": resumed[-1][0]}) as answer:
            await client.post(UPDATES, json=body(three := new_id()))
            ((_, state),) = await _frames(answer.aiter_lines(), 1)
            assert state["update_id"] == str(three)
        for strange in ("other-3", "x", "-", "9" * 40, str(uuid4())):
            async with client.stream("GET", f"{UPDATES}/stream", headers={"Last-Event-ID": strange}) as answer:
                assert len(await _frames(answer.aiter_lines(), 3)) == 3


async def test_no_log_line_holds_what_was_sent(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str], clock: ManualClock
) -> None:
    await client.post(UPDATES, content=b'{"Sentinel": "Sentinel"}', headers={"Content-Type": "application/json"})
    await client.post("/api/v1/live-events/Sentinel/updates", json=body(phase="Sentinel"))
    captured = capsys.readouterr()
    assert "Sentinel" not in captured.out + captured.err


async def test_the_limit_of_a_body_holds_whatever_length_the_header_says(clock: ManualClock) -> None:
    found = await intake(clock, open_event(clock))

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1_000):
            yield b" " * 1_000

    async with serving(found.app) as url, httpx.AsyncClient(base_url=url, timeout=10) as client:
        headers = {"Authorization": "Bearer reporter-token", "Content-Type": "application/json"}
        answer = await client.post(UPDATES, content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:scrubcast:too-large")


async def test_an_event_opens_at_its_time(clock: ManualClock) -> None:
    later = {"opens": NOW + timedelta(hours=1), "closes": NOW + timedelta(hours=2)}
    async with speaking_to(await intake(clock, open_event(clock, window=later))) as client:
        early = await client.post(UPDATES, json=body())
        assert (early.status_code, early.json()["type"]) == (409, "urn:scrubcast:window-not-open")
        await clock.advance(3600)
        assert (await client.post(UPDATES, json=body())).status_code == 202
