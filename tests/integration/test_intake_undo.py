"""Ten seconds to take an own update back: by its writer, on the same tablet, once it has its receipt."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from producers.client import new_id
from schemas.control import Control
from schemas.envelope import Role
from schemas.topics import CONTROLS
from streams.clock import ManualClock
from tests.examples import NOW
from tests.intake_records import Intake, intake, open_event, speaking_to
from tests.tablet_hand import PIN_KEY, SESSION_KEY, UPDATES, Desk, Hand, id_in, update

DEVICE = {"Scrubcast-Device": "OR-3"}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
async def door(clock: ManualClock) -> Intake:
    return await intake(clock, open_event(clock), open_event(clock, id="hip-2026"))


@pytest.fixture
async def client(door: Intake) -> AsyncIterator[httpx.AsyncClient]:
    async with speaking_to(door) as found:
        yield found


async def sent(client: httpx.AsyncClient, device: dict[str, str] = DEVICE) -> str:
    body = update()
    answer = await client.post(UPDATES, content=body, headers=device | {"Content-Type": "application/json"})
    assert answer.status_code == 202
    return id_in(body)


def controls(door: Intake) -> list[Control]:
    return [Control.decode(m.value or b"") for m in door.bus.everything(CONTROLS.name)]


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["type"]).removeprefix("urn:scrubcast:")


async def test_an_own_update_is_taken_back_by_a_retract_that_every_stage_reads(
    client: httpx.AsyncClient, door: Intake, clock: ManualClock
) -> None:
    update_id = await sent(client)
    await clock.advance(15)
    answer = await client.post(f"{UPDATES}/{update_id}/undo", headers=DEVICE)
    assert (answer.status_code, answer.json()) == (
        202, {"update_id": update_id, "live_event_id": "knee-2026", "state": "retracted"},
    )  # fmt: skip
    (record,) = controls(door)
    assert (record.kind, str(record.update_id), record.live_event_id) == ("retract", update_id, "knee-2026")
    assert (record.actor.role, record.actor.name, record.actor.device) == (Role.REPORTER, "reporter", "OR-3")


async def test_after_ten_seconds_and_the_grace_it_is_the_desks(
    client: httpx.AsyncClient, door: Intake, clock: ManualClock
) -> None:
    update_id = await sent(client)
    await clock.advance(15.001)
    assert code_of(await client.post(f"{UPDATES}/{update_id}/undo", headers=DEVICE)) == (409, "too-late")
    assert controls(door) == []


async def test_undone_again_is_the_same_answer_at_any_time_and_after_a_restart(
    client: httpx.AsyncClient, door: Intake, clock: ManualClock
) -> None:
    update_id = await sent(client)
    first = await client.post(f"{UPDATES}/{update_id}/undo", headers=DEVICE)
    await clock.advance(3_600)
    again = await client.post(f"{UPDATES}/{update_id}/undo", headers=DEVICE)
    second = await intake(clock, bus=door.bus)
    async with speaking_to(second) as after:
        elsewhere = await after.post(f"{UPDATES}/{update_id}/undo", headers=DEVICE)
    assert first.json() == again.json() == elsewhere.json()
    assert len(controls(door)) == 1


async def test_only_its_writer_on_its_device_may(client: httpx.AsyncClient, door: Intake) -> None:
    update_id = await sent(client)
    path = f"{UPDATES}/{update_id}/undo"
    director = {"Authorization": "Bearer director-token"}
    for headers in ({}, {"Scrubcast-Device": "OR-4"}, DEVICE | director):
        assert code_of(await client.post(path, headers=headers)) == (403, "not-yours")
    nameless = await sent(client, {})
    assert code_of(await client.post(f"{UPDATES}/{nameless}/undo")) == (403, "not-yours")
    assert controls(door) == []


async def test_what_is_not_there_cannot_be_undone(client: httpx.AsyncClient, door: Intake) -> None:
    update_id = await sent(client)
    assert code_of(await client.post(f"{UPDATES}/{new_id()}/undo", headers=DEVICE)) == (404, "unknown-update")
    elsewhere = f"{UPDATES.replace('knee', 'hip')}/{update_id}/undo"
    assert code_of(await client.post(elsewhere, headers=DEVICE)) == (404, "unknown-update")
    answer = await client.post(f"{UPDATES}/Mrs-Lopez/undo", headers=DEVICE)
    assert code_of(answer) == (422, "invalid")
    assert "Lopez" not in answer.text
    assert (await client.post(f"{UPDATES}/{update_id}/undo", headers={"Authorization": ""})).status_code == 401
    assert controls(door) == []


async def test_on_a_shared_tablet_the_next_person_cannot_undo_the_one_befores(clock: ManualClock) -> None:
    door = await intake(clock, open_event(clock), session_key=SESSION_KEY, pin_key=PIN_KEY)
    desk = Desk(door.bus, clock)
    noor, ada = await desk.add("Noor"), await desk.add("Ada")
    await desk.invite()
    hand, body = Hand(), update()
    async with speaking_to(door, role=None) as client:
        await hand.enrol(client)
        await hand.sign_in(client, noor.id)
        noors = hand.token
        assert (await hand.send(client, body)).status_code == 202
        await hand.sign_in(client, ada.id)
        assert code_of(await hand.undo(client, id_in(body))) == (403, "not-yours")
        hand.token = noors
        path = f"{UPDATES}/{id_in(body)}/undo"
        wrong = hand.headers("POST", path, b"", str(new_id()))
        assert code_of(await client.post(path, headers=wrong)) == (403, "bad-signature")
        answers = await asyncio.gather(*(hand.undo(client, id_in(body)) for _ in range(3)))
    assert [a.status_code for a in answers] == [202, 202, 202]
    assert {c.id for c in controls(door)} == {controls(door)[0].id}
    assert (controls(door)[0].actor.name, controls(door)[0].actor.device) == ("Noor", hand.tablet_id)
