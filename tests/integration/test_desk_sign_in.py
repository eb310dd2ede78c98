"""Signing in at the desk: wrong tries are limited for an address and for a person, and the log tells of each by ids."""

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
import structlog

from schemas.envelope import Role
from streams.clock import ManualClock
from tests.authenticator import Authenticator
from tests.desk_world import EVENT, ORIGIN, TOKENS, StillClock, World, desk_world
from tests.examples import NOW
from tests.person_hand import JSON, SITE, Hand, key_signed_in

Line = Mapping[str, Any]


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with desk_world(tmp_path, clock=StillClock(NOW)) as made:
        await made.open()
        yield made


async def wait(world: World, seconds: float) -> None:
    assert isinstance(world.clock, ManualClock)
    await world.clock.advance(seconds)


def at(world: World, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(world.app, client=(address, 40_000))
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN)


async def by_key(http: httpx.AsyncClient, token: str) -> str:
    answer = await http.post("/desk/sign-in", data={"token": token})
    return answer.headers["location"]


WRONG, LATER = "/desk/sign-in?said=unknown-token", "/desk/sign-in?said=too-many-tries"


async def test_twenty_wrong_keys_a_minute_may_be_tried_from_one_address(world: World) -> None:
    async with at(world, "10.0.0.7") as http, at(world, "10.0.0.8") as other:
        for n in range(20):
            assert await by_key(http, f"guess-{n}") == WRONG
        assert await by_key(http, TOKENS["reviewer"]) == LATER  # nothing is looked at any more
        assert "Too many wrong tries to sign in." in (await http.get(LATER)).text
        assert await by_key(other, TOKENS["reviewer"]) == "/desk"
        await wait(world, 3)
        assert await by_key(http, TOKENS["reviewer"]) == "/desk"


async def test_right_keys_are_not_counted(world: World) -> None:
    async with at(world, "10.0.0.7") as http:
        for _ in range(60):
            assert await by_key(http, TOKENS["director"]) == "/desk"


async def test_one_subscribers_ipv6_network_is_one_address(world: World) -> None:
    for n in range(20):
        async with at(world, f"2001:db8:1:2::{n:x}") as http:
            assert await by_key(http, "guess") == WRONG
    async with at(world, "2001:db8:1:2:ffff::1") as http, at(world, "2001:db8:1:3::1") as next_door:
        assert await by_key(http, "guess") == LATER
        assert await by_key(next_door, "guess") == WRONG


async def test_whoever_is_signed_in_stops_though_their_address_may_not_sign_in(world: World) -> None:
    headers = await key_signed_in(world, "reviewer")
    for _ in range(21):
        await by_key(world.http, "guess")
    assert await by_key(world.http, TOKENS["reviewer"]) == LATER
    answer = await world.http.post(f"/desk/{EVENT}/stop", headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/{EVENT}/stopped")


async def test_five_answers_a_minute_that_do_not_hold_may_be_given_for_one_person(world: World) -> None:
    hand = await Hand.of(world, "Ada Vos", Role.REVIEWER)
    other = await Hand.of(world, "Ben Ito", Role.REVIEWER)
    own = hand.device
    hand.device = Authenticator(SITE, key=Authenticator(SITE).key, credential_id=own.credential_id)
    for _ in range(5):
        assert (await hand.sign_in()).json()["type"] == "urn:scrubcast:bad-passkey"
    hand.device = own
    answer = await hand.sign_in()
    assert (answer.status_code, answer.json()["type"], answer.headers["retry-after"]) == (
        429, "urn:scrubcast:too-many-tries", "12",
    )  # fmt: skip
    assert (await other.sign_in()).status_code == 200
    await wait(world, 12)
    assert (await hand.sign_in()).status_code == 200
    await hand.http.aclose()
    await other.http.aclose()


async def test_codes_of_invitations_are_limited_as_keys_are(world: World) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url=SITE) as http:
        for _ in range(20):
            answer = await http.post("/desk/join/options", json={"code": "WRONG"}, headers=JSON)
            assert answer.json()["type"] == "urn:scrubcast:bad-code"
        answer = await http.post("/desk/join/options", json={"code": "WRONG"}, headers=JSON)
        assert answer.status_code == 429


async def test_the_log_tells_of_each_sign_in_by_ids(world: World) -> None:
    with structlog.testing.capture_logs() as lines:
        hand = await Hand.of(world, "Ada Vos", Role.REVIEWER)
        await hand.sign_in()
        await by_key(world.http, TOKENS["director"])
        await by_key(world.http, "guess-of-somebody")
        hand.device = Authenticator(SITE)
        await hand.sign_in()
    told = [(one["event"], one["kind"], one.get("role") or one.get("code")) for one in lines if "kind" in one]
    assert told == [
        ("signed-in", "join", "reviewer"), ("signed-in", "passkey", "reviewer"), ("signed-in", "key", "director"),
        ("sign-in-refused", "key", "unknown-token"), ("sign-in-refused", "passkey", "unknown-passkey"),
    ]  # fmt: skip
    by_passkey = next(one for one in lines if one.get("kind") == "passkey")
    assert (by_passkey["person_id"], by_passkey["address"]) == (hand.person_id, "127.0.0.1")
    assert not {"Ada", "Vos", "guess", TOKENS["director"]} & set(json.dumps(lines).replace('"', " ").split())
    await hand.http.aclose()


async def test_the_log_tells_who_was_turned_away_where_and_why(world: World) -> None:
    hand = await Hand.of(world, "Ada Vos", Role.ADVOCATE)
    elsewhere = await Hand.of(world, "Ben Ito", Role.REVIEWER, "elsewhere-2026")
    with structlog.testing.capture_logs() as lines:
        await world.http.get("/desk")  # nobody has tried anything yet
        await hand.http.post(f"/desk/{EVENT}/resume")
        await elsewhere.http.get(f"/desk/{EVENT}")
        await world.ask("reporter", "GET", f"/live-events/{EVENT}/drafts")
        await world.http.get("/api/v1/live-events", headers={"Authorization": "Bearer guess-of-somebody"})
    told = [(one["status"], one["code"], one["method"], one["route"], one["role"]) for one in lines]
    assert told == [
        (403, "wrong-role", "POST", "/desk/{live_event_id}/resume", "advocate"),
        (403, "other-event", "GET", "/desk/{live_event_id}", "reviewer"),
        (403, "wrong-role", "GET", "/api/v1/live-events/{live_event_id}/drafts", "reporter"),
        (401, "unknown-token", "GET", "/api/v1/live-events", None),
    ]
    said = json.dumps([dict(one) for one in lines])
    assert not [word for word in ("Ada", "Ben", "guess", EVENT) if word in said]
    await hand.http.aclose()
    await elsewhere.http.aclose()


async def test_being_turned_away_fills_no_disk(world: World) -> None:
    with structlog.testing.capture_logs() as lines:
        for _ in range(300):
            await world.http.get("/api/v1/live-events", headers={"Authorization": "Bearer guess"})
        assert len(lines) == 120
        await wait(world, 1)
        await world.http.get("/api/v1/live-events", headers={"Authorization": "Bearer guess"})
    assert (len(lines), lines[-1]["count"]) == (121, 180)
