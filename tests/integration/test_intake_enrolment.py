"""A tablet takes up an invitation, people sign in on it; wrong codes, keys, PINs and names get no echo."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import structlog
from cryptography.hazmat.primitives.asymmetric import ec

from schemas.enrolment import Invitation, Tablet
from schemas.topics import ENROLMENTS
from streams.clock import ManualClock
from tests.examples import NOW
from tests.intake_records import Intake, intake, open_event, speaking_to
from tests.tablet_hand import CODE, OTHER_CODE, PIN, PIN_KEY, SESSION_KEY, Desk, Hand, b64

KEYS: dict[str, Any] = {"session_key": SESSION_KEY, "pin_key": PIN_KEY, "installation": "St. Example"}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
async def door(clock: ManualClock) -> Intake:
    return await intake(clock, open_event(clock), **KEYS)


@pytest.fixture
async def desk(door: Intake, clock: ManualClock) -> Desk:
    found = Desk(door.bus, clock)
    for code in (CODE, OTHER_CODE):
        await found.invite(code)
    return found


@pytest.fixture
async def client(door: Intake, desk: Desk) -> AsyncIterator[httpx.AsyncClient]:  # its codes come first
    async with speaking_to(door, role=None) as found:
        yield found


async def known(client: httpx.AsyncClient, hand: Hand, people: int) -> None:
    """Until intake has read what the desk wrote last."""
    async with asyncio.timeout(10):
        while len((await hand.get(client, "/api/v1/people")).json()) != people:
            await asyncio.sleep(0.005)


async def enrolled(client: httpx.AsyncClient, code: str = CODE, name: str = "OR 3") -> Hand:
    hand = Hand()
    assert (await hand.enrol(client, code, name)).status_code == 201
    return hand


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["type"]).removeprefix("urn:scrubcast:")


def tablets(door: Intake) -> list[Tablet]:
    values = [m.value or b"" for m in door.bus.everything(ENROLMENTS.name)]
    return [Tablet.decode(v) for v in values if b'"kind":"tablet"' in v]


async def test_a_code_lets_one_tablet_in_and_is_used_up(clock: ManualClock) -> None:
    door = await intake(clock, **KEYS)
    desk = Desk(door.bus, clock)
    invitation = await desk.invite()
    async with speaking_to(door, role=None) as client:
        hand, other = Hand(), Hand()
        answer = await hand.enrol(client)
        assert (answer.status_code, answer.json()) == (
            201, {"tablet_id": hand.tablet_id, "name": "OR 3", "installation": "St. Example"},
        )  # fmt: skip
        assert code_of(await other.enrol(client, name="OR 4")) == (403, "bad-code")
    (tablet,) = tablets(door)
    assert (str(tablet.id), tablet.state, tablet.invitation_id) == (hand.tablet_id, "enrolled", invitation.id)
    assert tablet.public_key.model_dump() == hand.jwk
    used = Invitation.decode(door.bus.everything(ENROLMENTS.name)[-1].value or b"")
    assert (used.id, used.used_by) == (invitation.id, tablet.id)


async def test_who_did_not_hear_the_answer_gets_it_again_also_after_a_restart_and_the_five_minutes(
    clock: ManualClock,
) -> None:
    door = await intake(clock, **KEYS)
    await Desk(door.bus, clock).invite()
    hand = Hand()
    async with speaking_to(door, role=None) as client:
        first = await hand.enrol(client)
    await clock.advance(3_600)
    again = await intake(clock, bus=door.bus, **KEYS)
    async with speaking_to(again, role=None) as client:
        assert (await hand.enrol(client)).json() == first.json()
        assert code_of(await Hand().enrol(client)) == (403, "bad-code")
    assert len(tablets(door)) == 1


@pytest.mark.parametrize(
    "changes", [{"expires_at": NOW}, {"revoked": True}, {"used_by": uuid4()}], ids=["expired", "revoked", "used"]
)
async def test_a_code_that_does_not_stand_lets_nobody_in(clock: ManualClock, changes: dict[str, Any]) -> None:
    door = await intake(clock, **KEYS)
    await Desk(door.bus, clock).invite(**changes)
    async with speaking_to(door, role=None) as client:
        assert code_of(await Hand().enrol(client)) == (403, "bad-code")
    assert tablets(door) == []


async def test_a_code_may_be_typed_in_groups_and_small_letters(clock: ManualClock) -> None:
    door = await intake(clock, **KEYS)
    await Desk(door.bus, clock).invite()
    async with speaking_to(door, role=None) as client:
        assert (await Hand().enrol(client, "mfrg gzdf-mztw q2lk nnwg 23tp oa")).status_code == 201


async def test_five_codes_a_minute_may_be_tried_in_all(client: httpx.AsyncClient, clock: ManualClock) -> None:
    for n in range(5):
        assert code_of(await Hand().enrol(client, f"WRONG{n}")) == (403, "bad-code")
    answer = await Hand().enrol(client, "WRONG5")
    assert (code_of(answer), answer.headers["Retry-After"]) == ((429, "too-fast"), "12")
    await clock.advance(12)
    assert code_of(await Hand().enrol(client, "WRONG5")) == (403, "bad-code")


async def test_two_at_once_with_one_code_are_one_tablet(clock: ManualClock) -> None:
    door = await intake(clock, **KEYS)
    await Desk(door.bus, clock).invite()
    async with speaking_to(door, role=None) as client:
        answers = await asyncio.gather(Hand().enrol(client), Hand().enrol(client, name="OR 4"))
    assert sorted(a.status_code for a in answers) == [201, 403]
    assert len(tablets(door)) == 1


def _p384() -> dict[str, str]:
    numbers = ec.generate_private_key(ec.SECP384R1()).public_key().public_numbers()
    return {"kty": "EC", "crv": "P-384", "x": b64(numbers.x.to_bytes(48)), "y": b64(numbers.y.to_bytes(48))}


SECRET_PART = base64.urlsafe_b64encode(b"secret-part-of-a-key-32-bytes-xx").decode().rstrip("=")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"x": b64(b"\1" * 32), "y": b64(b"\1" * 32)}, "bad-key"),
        ({"x": b64(b"\xff" * 32)}, "bad-key"),
        ({"x": "AA"}, "bad-key"),
        ({"x": 7}, "bad-key"),
        ({"y": ["x"]}, "bad-key"),
        (_p384(), "bad-key"),
        ({"crv": "P-384"}, "bad-key"),
        ({"kty": "oct", "k": SECRET_PART}, "bad-key"),
        ({"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "bad-key"),
        ({"d": SECRET_PART}, "private-key"),
    ],
)
async def test_a_key_that_is_none_of_ours_is_refused_and_never_stored(
    clock: ManualClock, change: dict[str, Any], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    door = await intake(clock, **KEYS)
    await Desk(door.bus, clock).invite()
    async with speaking_to(door, role=None) as client:
        body = {"code": CODE, "public_key": Hand().jwk | change, "name": "OR 3"}
        answer = await client.post("/api/v1/enrolments", json=body)
    assert code_of(answer) == (422, code)
    assert tablets(door) == []
    told = answer.text + "".join(capsys.readouterr())
    assert SECRET_PART not in told
    assert CODE not in told


@pytest.mark.parametrize(
    "name",
    ["", "   ", "x" * 41, "OR\n3", "OR\u202e3", "\u200b\u200b", "OR\u00ad3", "...", "\ue000a", "OR\u00003"],
)
async def test_a_name_nobody_could_tell_it_by_is_refused(clock: ManualClock, name: str) -> None:
    door = await intake(clock, **KEYS)
    await Desk(door.bus, clock).invite()
    async with speaking_to(door, role=None) as client:
        assert code_of(await Hand().enrol(client, name=name)) == (422, "bad-name")
        assert (await Hand().enrol(client, name=" Saal Ä·3 ")).json()["name"] == "Saal Ä·3"


async def test_a_name_that_another_tablet_has_is_refused_and_the_code_stays_good(clock: ManualClock) -> None:
    door = await intake(clock, **KEYS)
    desk = Desk(door.bus, clock)
    await desk.invite()
    await desk.invite(OTHER_CODE)
    async with speaking_to(door, role=None) as client:
        assert (await Hand().enrol(client)).status_code == 201
        other = Hand()
        assert code_of(await other.enrol(client, OTHER_CODE, "\uff2f\uff32 3")) == (409, "name-taken")
        assert (await other.enrol(client, OTHER_CODE, "OR 4")).status_code == 201


async def test_bodies_that_are_none_are_refused_without_an_echo(client: httpx.AsyncClient) -> None:
    json_type = {"Content-Type": "application/json"}
    for body, status in (
        (b"{", 400),
        (b"[]", 422),
        (b'{"code":7}', 422),
        (json.dumps({"code": "Lopez", "public_key": {}, "name": "x", "Lopez": 1}).encode(), 422),
        (b'{"code":"Lopez","public_key":' + b"[" * 5_000, 400),
        (b" " * 64_001, 413),
    ):
        answer = await client.post("/api/v1/enrolments", content=body, headers=json_type)
        assert answer.status_code == status
        assert "Lopez" not in answer.text
    assert (await client.post("/api/v1/enrolments", content=b"{}")).status_code == 415


async def test_people_are_shown_to_enrolled_tablets_alone(client: httpx.AsyncClient, desk: Desk) -> None:
    hand = await enrolled(client)
    noor, ada = await desk.add("Noor"), await desk.add("Ada")
    await known(client, hand, 2)
    assert (await hand.get(client, "/api/v1/people")).json() == [
        {"id": str(ada.id), "name": "Ada", "initials": "Ad"},
        {"id": str(noor.id), "name": "Noor", "initials": "No"},
    ]
    await desk.remove(ada)
    await known(client, hand, 1)
    assert code_of(await client.get("/api/v1/people")) == (401, "unknown-tablet")
    unsigned = {"Scrubcast-Device": hand.tablet_id}
    assert code_of(await client.get("/api/v1/people", headers=unsigned)) == (403, "wrong-tablet")
    stranger = Hand(tablet_id=hand.tablet_id)
    assert code_of(await stranger.get(client, "/api/v1/people")) == (403, "bad-signature")


async def test_a_person_signs_in_by_pin_and_is_who_the_server_says(client: httpx.AsyncClient, desk: Desk) -> None:
    hand = await enrolled(client)
    noor = await desk.add()
    await known(client, hand, 1)
    answer = await hand.sign_in(client, noor.id)
    assert answer.status_code == 200
    assert {k: v for k, v in answer.json().items() if k != "token"} == {
        "name": "Noor", "role": "reporter", "expires_at": (desk.clock.now() + timedelta(hours=12)).isoformat().replace(
            "+00:00", "Z"
        ),
    }  # fmt: skip
    assert (await hand.get(client, "/api/v1/me")).json() == {"role": "reporter", "name": "Noor"}
    assert len((await hand.get(client, "/api/v1/live-events")).json()["items"]) == 1


async def test_five_wrong_pins_lock_this_person_on_this_tablet_for_five_minutes(
    client: httpx.AsyncClient, desk: Desk, clock: ManualClock
) -> None:
    hand = await enrolled(client)
    noor, ada = await desk.add(), await desk.add("Ada", "975310")
    await known(client, hand, 2)
    wrong = await asyncio.gather(*(hand.sign_in(client, noor.id, "000001") for _ in range(7)))
    assert sorted(code_of(a) for a in wrong) == [(403, "wrong-pin")] * 5 + [(429, "locked")] * 2
    locked = await hand.sign_in(client, noor.id)
    assert (code_of(locked), locked.headers["Retry-After"]) == ((429, "locked"), "300")
    assert (await hand.sign_in(client, ada.id, "975310")).status_code == 200
    elsewhere = await enrolled(client, OTHER_CODE, "OR 4")
    assert (await elsewhere.sign_in(client, noor.id)).status_code == 200
    await clock.advance(300)
    assert (await hand.sign_in(client, noor.id)).status_code == 200


async def test_a_wrong_pin_is_told_how_many_tries_are_left(client: httpx.AsyncClient, desk: Desk) -> None:
    hand = await enrolled(client)
    noor = await desk.add()
    await known(client, hand, 1)
    left = [(await hand.sign_in(client, noor.id, "000001")).json().get("tries_left") for _ in range(6)]
    assert left == [4, 3, 2, 1, 0, None]


async def test_a_right_pin_forgets_the_wrong_ones(client: httpx.AsyncClient, desk: Desk, clock: ManualClock) -> None:
    hand = await enrolled(client)
    noor = await desk.add()
    await known(client, hand, 1)
    for _ in range(3):
        for _ in range(4):
            assert code_of(await hand.sign_in(client, noor.id, "000001")) == (403, "wrong-pin")
        assert (await hand.sign_in(client, noor.id)).status_code == 200
        await clock.advance(60)


async def test_a_session_ends_after_twelve_hours_by_another_pin_by_removal_and_by_signing_out(
    client: httpx.AsyncClient, desk: Desk, clock: ManualClock
) -> None:
    hand = await enrolled(client)
    noor = await desk.add()
    await known(client, hand, 1)

    async def me() -> str:
        answer = await hand.get(client, "/api/v1/me")
        return "in" if answer.status_code == 200 else code_of(answer)[1]

    async def until_out() -> None:
        async with asyncio.timeout(10):
            while await me() == "in":
                await asyncio.sleep(0.005)

    await hand.sign_in(client, noor.id)
    await clock.advance(12 * 3_600 - 1)
    assert await me() == "in"
    await clock.advance(1)
    assert await me() == "session-ended"
    await hand.sign_in(client, noor.id)
    gone = await client.delete("/api/v1/sessions", headers=hand.headers("DELETE", "/api/v1/sessions"))
    assert (gone.status_code, await me()) == (204, "session-ended")
    await hand.sign_in(client, noor.id)
    assert await me() == "in"
    noor = await desk.add(pin="975310", person_id=noor.id)
    await until_out()
    assert (await hand.sign_in(client, noor.id, "975310")).status_code == 200
    await desk.remove(noor)
    await until_out()
    assert code_of(await hand.sign_in(client, noor.id, "975310")) == (403, "unknown-person")
    assert code_of(await hand.sign_in(client, uuid4())) == (403, "unknown-person")


async def test_another_process_and_a_restart_know_the_session(door: Intake, desk: Desk, clock: ManualClock) -> None:
    async with speaking_to(door, role=None) as client:
        hand = await enrolled(client)
        noor = await desk.add()
        await known(client, hand, 1)
        await hand.sign_in(client, noor.id)
    second = await intake(clock, bus=door.bus, **KEYS)
    async with speaking_to(second, role=None) as client:
        assert (await hand.get(client, "/api/v1/me")).json()["name"] == "Noor"
    elsewhere = await intake(clock, bus=door.bus, **(KEYS | {"session_key": b"o" * 32}))
    async with speaking_to(elsewhere, role=None) as client:
        assert code_of(await hand.get(client, "/api/v1/me")) == (401, "unknown-token")


async def test_wrong_pins_of_one_person_are_counted_on_all_tablets_together(clock: ManualClock) -> None:
    door = await intake(clock, **KEYS)
    desk = Desk(door.bus, clock)
    codes = [base64.b32encode(bytes([n]) * 16).decode().rstrip("=") for n in range(4)]
    for code in codes:
        await desk.invite(code)
    noor, piet = await desk.add(), await desk.add("Piet")
    async with speaking_to(door, role=None) as client:
        hands = [await enrolled(client, code, f"OR {n}") for n, code in enumerate(codes)]
        for hand in hands[:3]:
            for _ in range(5):
                assert code_of(await hand.sign_in(client, noor.id, "481516")) == (403, "wrong-pin")
        answer = await hands[3].sign_in(client, noor.id)
        assert (code_of(answer), answer.headers["Retry-After"]) == ((429, "locked"), "60")
        assert (await hands[3].sign_in(client, piet.id)).status_code == 200
        await clock.advance(60)
        assert (await hands[3].sign_in(client, noor.id)).status_code == 200


async def test_one_tablet_alone_locks_nobody_out_of_the_others(
    client: httpx.AsyncClient, desk: Desk, clock: ManualClock
) -> None:
    stolen, own = await enrolled(client), await enrolled(client, OTHER_CODE, "OR 4")
    noor = await desk.add()
    await known(client, own, 1)
    for _ in range(12):  # an hour
        for _ in range(6):
            assert (await stolen.sign_in(client, noor.id, "481516")).status_code in (403, 429)
        assert (await own.sign_in(client, noor.id)).status_code == 200
        await clock.advance(300)


async def test_the_log_tells_of_each_sign_in_by_ids(client: httpx.AsyncClient, desk: Desk) -> None:
    hand = await enrolled(client)
    noor = await desk.add()
    await known(client, hand, 1)
    with structlog.testing.capture_logs() as lines:
        await hand.sign_in(client, noor.id, "481516")
        await hand.sign_in(client, noor.id)
        await Hand(token=hand.token, tablet_id=hand.tablet_id).get(client, "/api/v1/me")
    ids = {"kind": "pin", "tablet_id": hand.tablet_id, "person_id": str(noor.id)}
    assert lines[:2] == [
        ids | {"event": "sign-in-refused", "code": "wrong-pin", "log_level": "warning"},
        ids | {"event": "signed-in", "role": "reporter", "log_level": "info"},
    ]
    assert (lines[2]["event"], lines[2]["code"], lines[2]["route"]) == ("denied", "bad-signature", "/api/v1/me")
    assert len(lines) == 3


async def test_a_sign_in_is_not_replayed(client: httpx.AsyncClient, desk: Desk) -> None:
    hand = await enrolled(client)
    noor = await desk.add()
    await known(client, hand, 1)
    body = json.dumps({"person_id": str(noor.id), "pin": PIN}).encode()
    headers = hand.headers("POST", "/api/v1/sessions", body)
    assert (await client.post("/api/v1/sessions", content=body, headers=headers)).status_code == 200
    assert code_of(await client.post("/api/v1/sessions", content=body, headers=headers)) == (409, "replayed")


async def test_no_pin_no_code_and_no_token_reaches_a_log_or_an_error(
    client: httpx.AsyncClient, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    hand = await enrolled(client)
    noor = await desk.add()
    await known(client, hand, 1)
    told = ""
    for pin in ("481516", "48151623421", "4815162342 and more", ""):
        told += (await hand.sign_in(client, noor.id, pin)).text
    await hand.sign_in(client, noor.id)
    stolen = Hand(token=hand.token, tablet_id=hand.tablet_id)
    told += (await stolen.get(client, "/api/v1/me")).text
    told += (await Hand().enrol(client, "WRONGCODE4815")).text
    logged = "".join(capsys.readouterr())
    assert "wrong-pin" in logged  # so it is these lines that are looked at
    told += logged
    assert noor.pin is not None
    for secret in ("4815", PIN, CODE, "WRONGCODE", str(hand.token), noor.pin.hash, noor.pin.salt):
        assert secret not in told


async def test_an_installation_may_insist_on_enrolled_tablets(clock: ManualClock) -> None:
    door = await intake(clock, open_event(clock), enrolled_only=True, **KEYS)
    await Desk(door.bus, clock).invite()
    async with speaking_to(door) as client:
        assert code_of(await client.get("/api/v1/me")) == (403, "enrolled-only")
        assert code_of(await client.get("/api/v1/me", headers={"Scrubcast-Device": "OR-3"})) == (403, "enrolled-only")
        hand = Hand(token="reporter-token")  # of the tests' intake
        await hand.enrol(client)
        assert (await hand.get(client, "/api/v1/me")).json() == {"role": "reporter", "name": "reporter"}


async def test_the_interface_is_described(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    assert {"/api/v1/enrolments", "/api/v1/people", "/api/v1/sessions"} <= set(paths)
    undo = paths["/api/v1/live-events/{live_event_id}/updates/{update_id}/undo"]["post"]
    assert {"202", "403", "404", "409"} <= set(undo["responses"])
    for path, way in (("/api/v1/enrolments", "post"), ("/api/v1/sessions", "post")):
        assert paths[path][way]["requestBody"]["content"]["application/json"]["schema"]["properties"]
