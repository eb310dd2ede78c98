"""Updates of enrolled tablets: signed once, sent often, taken once; altered, replayed, stolen and revoked ones."""

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from producers.intake import door as intake_door
from producers.intake.signing import Signature, check, message
from schemas.enrolment import Person, PublicKey
from schemas.envelope import Role
from schemas.topics import LIVE_EVENTS, SUBMISSIONS
from streams.clock import ManualClock
from tests.browser_fixture import serving
from tests.examples import NOW
from tests.intake_records import Intake, intake, open_event, speaking_to
from tests.tablet_hand import CODE, OTHER_CODE, PIN_KEY, SESSION_KEY, UPDATES, Desk, Hand, id_in, update

KEYS: dict[str, Any] = {"session_key": SESSION_KEY, "pin_key": PIN_KEY}


@dataclass
class Ward:
    """An intake, its director's desk, and Noor, signed in on a tablet."""

    door: Intake
    desk: Desk
    client: httpx.AsyncClient
    hand: Hand
    noor: Person
    clock: ManualClock

    async def revoked(self) -> None:
        await self.desk.revoke(self.hand.tablet_id)
        await self.until(lambda a: a.status_code == 403)

    async def until(self, found: Any) -> httpx.Response:
        async with asyncio.timeout(10):
            while not found(answer := await self.hand.get(self.client, "/api/v1/me")):
                await asyncio.sleep(0.005)
        return answer


async def signed_in(client: httpx.AsyncClient, noor: Person, code: str, name: str) -> Hand:
    hand = Hand()
    assert (await hand.enrol(client, code, name)).status_code == 201
    assert (await hand.sign_in(client, noor.id)).status_code == 200
    return hand


@pytest.fixture
async def ward() -> AsyncIterator[Ward]:
    clock = ManualClock(NOW)
    door = await intake(clock, open_event(clock), **KEYS)
    desk = Desk(door.bus, clock)
    noor = await desk.add()
    for code in (CODE, OTHER_CODE):
        await desk.invite(code)
    async with speaking_to(door, role=None) as client:
        hand = await signed_in(client, noor, CODE, "OR 3")
        yield Ward(door, desk, client, hand, noor, clock)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["type"]).removeprefix("urn:scrubcast:")


async def test_a_signed_update_says_who_wrote_it_where_and_can_be_checked_from_its_record(ward: Ward) -> None:
    body = update("Mrs Lopez is here", phase="incision")
    answer = await ward.hand.send(ward.client, body)
    assert answer.status_code == 202
    assert "held" not in answer.json()
    (record,) = ward.door.submissions()
    assert (record.actor.role, record.actor.name, record.actor.device) == (Role.REPORTER, "Noor", ward.hand.tablet_id)
    assert record.held_back is None
    assert record.signed is not None
    assert (str(record.signed.tablet_id), record.signed.counter) == (ward.hand.tablet_id, ward.hand.counter)
    signed = record.signed
    as_sent = Signature(signed.tablet_id, signed.time, signed.counter, signed.signature)
    check(PublicKey(**ward.hand.jwk), as_sent, message("POST", UPDATES, as_sent, str(record.id), body))


async def test_the_same_bytes_and_signature_get_the_same_receipt_also_from_another_process(ward: Ward) -> None:
    body = update()
    headers = ward.hand.headers("POST", UPDATES, body, id_in(body))
    first = await ward.client.post(UPDATES, content=body, headers=headers)
    again = await ward.client.post(UPDATES, content=body, headers=headers)
    second = await intake(ward.clock, bus=ward.door.bus, **KEYS)
    async with speaking_to(second, role=None) as client:
        elsewhere = await client.post(UPDATES, content=body, headers=headers)
    anew = await ward.hand.send(ward.client, body)
    assert first.status_code == 202
    assert first.json() == again.json() == elsewhere.json() == anew.json()
    assert len(ward.door.submissions()) == 1


@pytest.mark.parametrize("days", [-1, 1, 400])
async def test_a_tablets_clock_is_recorded_and_never_judged(ward: Ward, days: int) -> None:
    ward.hand.time = {-1: "2026-11-30T09:00:00Z", 1: "2026-12-02T09:00:00.123+01:00", 400: "2028-01-05T09:00:00Z"}[days]
    assert (await ward.hand.send(ward.client, update())).status_code == 202
    signed = ward.door.submissions()[0].signed
    assert signed is not None
    assert signed.time == ward.hand.time


async def test_a_body_altered_by_any_one_byte_is_refused(ward: Ward) -> None:
    body = update()
    headers = ward.hand.headers("POST", UPDATES, body, id_in(body))
    for place in range(0, len(body), 17):
        altered = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        answer = await ward.client.post(UPDATES, content=altered, headers=headers)
        assert code_of(answer) == (403, "bad-signature")
    assert ward.door.submissions() == []
    assert (await ward.client.post(UPDATES, content=body, headers=headers)).status_code == 202


@pytest.mark.parametrize(
    "changes",
    [
        {"Scrubcast-Counter": "999"},
        {"Scrubcast-Time": "2026-12-01T09:00:00.001Z"},
        {"Scrubcast-Signature": "A" * 86},
        {"Scrubcast-Signature": "A" * 85},
        {"Scrubcast-Signature": base64.urlsafe_b64encode(b"\xff" * 64).decode().rstrip("=")},
        {"Scrubcast-Counter": "-1"},
        {"Scrubcast-Counter": "1e3"},
        {"Scrubcast-Counter": "9" * 16},
        {"Scrubcast-Counter": "9" * 5_000},
        {"Scrubcast-Counter": "٣".encode().decode("latin-1")},
        {"Scrubcast-Time": "yesterday"},
        {"Scrubcast-Time": "2026-12-01T09:00:00"},
        {"Scrubcast-Time": ""},
    ],
)
async def test_altered_headers_are_refused(ward: Ward, changes: dict[str, str]) -> None:
    body = update()
    headers = ward.hand.headers("POST", UPDATES, body, id_in(body)) | changes
    raw = [(k.encode(), v.encode("latin-1")) for k, v in headers.items()]
    answer = await ward.client.post(UPDATES, content=body, headers=raw)
    assert code_of(answer) == (403, "bad-signature")
    assert ward.door.submissions() == []


async def test_a_signature_of_one_event_is_none_for_another(ward: Ward) -> None:
    body = update()
    headers = ward.hand.headers("POST", UPDATES, body, id_in(body))
    answer = await ward.client.post(UPDATES.replace("knee", "hip"), content=body, headers=headers)
    assert code_of(answer) == (403, "bad-signature")


async def test_a_counters_number_stands_for_one_update_also_after_a_restart(ward: Ward) -> None:
    assert (await ward.hand.send(ward.client, update())).status_code == 202
    second = await intake(ward.clock, bus=ward.door.bus, **KEYS)
    async with speaking_to(second, role=None) as client:
        for where in (ward.client, client):
            ward.hand.counter -= 1
            assert code_of(await ward.hand.send(where, update("Another"))) == (409, "replayed")
        ward.hand.counter -= 1
        assert code_of(await ward.hand.get(client, "/api/v1/me")) == (409, "replayed")
        assert (await ward.hand.send(client, update("Another"))).status_code == 202
    assert len(ward.door.submissions()) == 2


async def test_a_number_that_another_request_bore_is_not_an_updates(ward: Ward) -> None:
    assert (await ward.hand.get(ward.client, "/api/v1/me")).status_code == 200
    ward.hand.counter -= 1
    assert code_of(await ward.hand.send(ward.client, update())) == (409, "replayed")


async def test_a_stolen_token_is_worth_nothing_without_its_tablet(ward: Ward) -> None:
    other = await signed_in(ward.client, ward.noor, OTHER_CODE, "OR 4")
    other.token = ward.hand.token
    assert code_of(await other.send(ward.client, update())) == (403, "wrong-tablet")
    assert code_of(await other.get(ward.client, "/api/v1/live-events")) == (403, "wrong-tablet")
    bearer = {"Authorization": f"Bearer {ward.hand.token}"}
    json_type = {"Content-Type": "application/json"}
    for device in ({}, {"Scrubcast-Device": ward.hand.tablet_id}, {"Scrubcast-Device": "OR-4"}):
        assert code_of(await ward.client.get("/api/v1/me", headers=bearer | device)) == (403, "wrong-tablet")
        answer = await ward.client.post(UPDATES, content=update(), headers=bearer | device | json_type)
        assert code_of(answer) == (403, "wrong-tablet")
    liar = Hand(tablet_id=ward.hand.tablet_id, token=ward.hand.token)
    assert code_of(await liar.send(ward.client, update())) == (403, "bad-signature")
    assert ward.door.submissions() == []


async def test_a_token_altered_anywhere_is_none(ward: Ward) -> None:
    token = str(ward.hand.token)
    for place in range(0, len(token) - 1, 7):
        letter = "A" if token[place] != "A" else "B"
        ward.hand.token = token[:place] + letter + token[place + 1 :]
        assert (await ward.hand.get(ward.client, "/api/v1/me")).status_code == 401
    for odd in ("sct1.", "sct1.AAAA", "sct1.%00", "sct1." + "A" * 5_000):
        ward.hand.token = odd
        assert code_of(await ward.hand.get(ward.client, "/api/v1/me")) == (401, "unknown-token")


async def test_a_role_token_cannot_speak_for_an_enrolled_tablet(ward: Ward) -> None:
    bearer = {"Authorization": "Bearer reporter-token", "Content-Type": "application/json"}
    mine = bearer | {"Scrubcast-Device": ward.hand.tablet_id}
    assert code_of(await ward.client.post(UPDATES, content=update(), headers=mine)) == (403, "wrong-tablet")
    free = await ward.client.post(UPDATES, content=update(), headers=bearer | {"Scrubcast-Device": "OR-9"})
    assert free.status_code == 202


async def test_what_was_written_in_a_session_is_taken_after_it_ended_under_its_writers_name(ward: Ward) -> None:
    body = update()
    headers = ward.hand.headers("POST", UPDATES, body, id_in(body))
    ada = await ward.desk.add("Ada")
    async with asyncio.timeout(10):
        while (await ward.hand.sign_in(ward.client, ada.id)).status_code != 200:
            await asyncio.sleep(0.005)
    ended = await ward.client.delete("/api/v1/sessions", headers=ward.hand.headers("DELETE", "/api/v1/sessions"))
    assert ended.status_code == 204
    assert (await ward.client.post(UPDATES, content=body, headers=headers)).status_code == 202
    assert ward.door.submissions()[0].actor.name == "Noor"


async def test_an_update_is_taken_for_three_days_after_its_session_and_not_later(ward: Ward) -> None:
    early, late = update("early"), update("late")
    asked = [ward.hand.headers("POST", UPDATES, b, id_in(b)) for b in (early, late)]
    await ward.door.bus.send(*_until(ward.clock, days=9))
    async with asyncio.timeout(10):
        while await _closes(ward) < NOW + timedelta(days=9):
            await asyncio.sleep(0.005)
    await ward.clock.advance(3 * 86_400 + 12 * 3_600 - 1)
    assert (await ward.client.post(UPDATES, content=early, headers=asked[0])).status_code == 202
    await ward.clock.advance(1)
    assert code_of(await ward.client.post(UPDATES, content=late, headers=asked[1])) == (401, "session-ended")


async def _closes(ward: Ward) -> datetime:
    (event,) = (await ward.hand.get(ward.client, "/api/v1/live-events")).json()["items"]
    return datetime.fromisoformat(event["window"]["closes"])


def _until(clock: ManualClock, *, days: int) -> Any:
    window = {"opens": clock.now() - timedelta(hours=1), "closes": clock.now() + timedelta(days=days)}
    return LIVE_EVENTS, open_event(clock, window=window)


async def test_a_removed_persons_update_is_refused_and_stays_on_the_tablet(ward: Ward) -> None:
    await ward.desk.remove(ward.noor)
    await ward.until(lambda a: a.status_code == 401)
    assert code_of(await ward.hand.send(ward.client, update())) == (403, "person-removed")


async def test_written_before_the_close_and_sent_after_it_is_refused_as_ever(ward: Ward) -> None:
    body = update()
    headers = ward.hand.headers("POST", UPDATES, body, id_in(body))
    await ward.clock.advance(3_600)
    assert code_of(await ward.client.post(UPDATES, content=body, headers=headers)) == (409, "window-closed")


async def test_a_revoked_tablets_full_outbox_is_kept_for_the_director_and_nothing_else_is_answered(ward: Ward) -> None:
    outbox = [update(f"Update {n}") for n in range(25)]
    asked = [ward.hand.headers("POST", UPDATES, b, id_in(b)) for b in outbox]
    sent = await ward.client.post(UPDATES, content=outbox[0], headers=asked[0])
    await ward.revoked()
    for body, headers in zip(outbox[1:], asked[1:], strict=True):
        answer = await ward.client.post(UPDATES, content=body, headers=headers)
        assert (answer.status_code, answer.json()["held"]) == (202, "revoked-tablet")
        assert (await ward.client.post(UPDATES, content=body, headers=headers)).json() == answer.json()
    assert (await ward.client.post(UPDATES, content=outbox[0], headers=asked[0])).json() == sent.json()
    records = ward.door.submissions()
    assert [r.held_back for r in records] == [None] + ["revoked-tablet"] * 24
    assert {r.actor.name for r in records} == {"Noor"}
    for path in ("/api/v1/me", "/api/v1/people", "/api/v1/live-events", f"{UPDATES}/stream"):
        assert code_of(await ward.hand.get(ward.client, path)) == (403, "tablet-revoked")
    assert code_of(await ward.hand.sign_in(ward.client, ward.noor.id)) == (403, "tablet-revoked")
    assert code_of(await ward.hand.undo(ward.client, id_in(outbox[0]))) == (403, "tablet-revoked")
    assert code_of(await ward.hand.enrol(ward.client)) == (403, "tablet-revoked")


async def test_whoever_holds_a_revoked_tablet_is_told_who_switched_it_off(ward: Ward) -> None:
    await ward.desk.revoke(ward.hand.tablet_id, by="J. Brandt")
    await ward.until(lambda a: a.status_code == 403)
    answers = [
        await ward.hand.get(ward.client, "/api/v1/me"),
        await ward.hand.get(ward.client, "/api/v1/people"),
        await ward.hand.sign_in(ward.client, ward.noor.id),
        await ward.hand.enrol(ward.client),
    ]
    assert [(*code_of(a), a.json()["revoked_by"]) for a in answers] == [(403, "tablet-revoked", "J. Brandt")] * 4


async def test_also_of_a_removed_person_and_after_a_restart_is_a_revoked_tablets_update_held(ward: Ward) -> None:
    await ward.desk.remove(ward.noor)
    await ward.revoked()
    second = await intake(ward.clock, bus=ward.door.bus, **KEYS)
    async with speaking_to(second, role=None) as client:
        answer = await ward.hand.send(client, update())
    assert (answer.status_code, answer.json()["held"]) == (202, "revoked-tablet")


async def test_who_found_a_revoked_tablet_cannot_bury_the_director(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_door, "HELD_MAX", 3)
    await ward.revoked()
    for _ in range(3):
        assert (await ward.hand.send(ward.client, update())).status_code == 202
    assert code_of(await ward.hand.send(ward.client, update())) == (403, "tablet-revoked")
    assert len(ward.door.submissions()) == 3


async def test_the_stream_of_a_revoked_tablet_ends_at_once(ward: Ward) -> None:
    again = await intake(ward.clock, bus=ward.door.bus, **KEYS)
    path = f"{UPDATES}/stream"
    async with serving(again.app) as origin, httpx.AsyncClient(base_url=origin, timeout=10) as client:
        async with asyncio.timeout(10):
            while (await client.get("/readyz")).status_code != 200:
                await asyncio.sleep(0.005)
        async with client.stream("GET", path, headers=ward.hand.headers("GET", path)) as answer:
            assert answer.status_code == 200
            told = answer.aiter_lines()
            assert await anext(told) == ": connected"
            await ward.desk.revoke(ward.hand.tablet_id)
            assert ": still here" not in [line async for line in told]  # it ends of itself, before the next heartbeat


async def test_the_rate_holds_for_a_tablet_whoever_writes_on_it(ward: Ward) -> None:
    ada = await ward.desk.add("Ada")
    for _ in range(15):
        assert (await ward.hand.send(ward.client, update())).status_code == 202
    async with asyncio.timeout(10):
        while (await ward.hand.sign_in(ward.client, ada.id)).status_code != 200:
            await asyncio.sleep(0.005)
    for _ in range(15):
        assert (await ward.hand.send(ward.client, update())).status_code == 202
    late = await ward.hand.send(ward.client, update())
    assert (code_of(late), late.headers["Retry-After"]) == ((429, "too-fast"), "2")


async def test_ten_thousand_requests_of_one_tablet_write_no_more_than_its_rate(ward: Ward) -> None:
    bodies = [update(f"Update {n}") for n in range(100)]
    asked = [(b, ward.hand.headers("POST", UPDATES, b, id_in(b))) for b in bodies]
    statuses: Counter[int] = Counter()
    for n in range(10_000):
        body, headers = asked[n % 100]
        altered = body if n < 100 or n % 3 else body + b" "
        statuses[(await ward.client.post(UPDATES, content=altered, headers=headers)).status_code] += 1
    # The first thirty, and each again for every unaltered copy; the other seventy never; altered ones are no updates.
    assert set(statuses) == {202, 403, 429}
    assert statuses[403] == 3_300
    assert len(ward.door.submissions()) == 30


async def test_an_update_id_of_another_version_is_named_as_ever(ward: Ward) -> None:
    body = update(update_id=None).replace(b'"update_id": "0', b'"update_id": "z', 1)
    headers = ward.hand.headers("POST", UPDATES, body, id_in(body))
    assert code_of(await ward.client.post(UPDATES, content=body, headers=headers)) == (422, "bad-id")


async def test_nothing_readable_and_no_key_lies_on_the_topic(ward: Ward) -> None:
    await ward.hand.send(ward.client, update("Mrs Lopez is here"))
    (place,) = ward.door.bus.everything(SUBMISSIONS.name)
    assert b"Lopez" not in (place.value or b"")
    assert str(ward.hand.token).encode() not in (place.value or b"")
