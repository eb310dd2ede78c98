"""Nothing that anybody sends breaks an origin, and no error repeats what was sent: every operation, every role.

Requests come from the interface's own description (as described, and breaking it), from an event's file changed in
each of its places, and for the desk's pages from every form there is with what no browser would send.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from consumers.page.app import create_app as create_page
from schemas.topics import LIVE_EVENTS, PAGES
from streams.memory import MemoryBus
from tests.api_cases import CANARY, WRONG, Asked, leaves, made, planted, put
from tests.desk_world import EVENT, TOKENS, StillClock, desk_world
from tests.examples import NOW, event_file
from tests.intake_records import intake, open_event, speaking_to
from tests.page_records import live_event as page_event
from tests.page_records import post
from tests.tablet_hand import PIN_KEY, SESSION_KEY, Desk, Hand

EXAMPLES = 4  # of each operation, as described and against it; each goes out as seven roles
FURTHEST = ("director", "physician")  # who get further than to the door with most of it
ENDLESS = "/stream"  # with an id that is there it never ends
ADDRESSES = ("/{}", "/t/{}", "/t/{}/stream", "/api/v1/live-events/{}/thread", "/page/static/{}")


def faults(asked: Asked, answer: httpx.Response, role: str) -> list[str]:
    found = []
    if answer.status_code >= 500:
        found.append(f"{answer.status_code}: {asked.operation} as {role}: {asked.url({})} {str(asked.body)[:200]}")
    if answer.status_code >= 400 and CANARY in answer.text:
        found.append(f"echo: {asked.operation} as {role}: {answer.text[:300]}")
    if answer.status_code >= 400 and "problem+json" not in answer.headers.get("content-type", ""):
        found.append(f"no problem: {asked.operation} as {role}: {answer.headers.get('content-type')}")
    return found


async def ask_all(
    client: httpx.AsyncClient, asked: list[Asked], known: Mapping[str, str], role: str, headers: Mapping[str, str]
) -> tuple[Counter[int], list[str]]:
    """Each request with made-up ids and with those that are there; what came of them, by status, and what was wrong."""
    wrong: list[str] = []
    statuses: Counter[int] = Counter()
    for one in asked:
        for ids in ({}, known) if known and "{" in one.path and not one.path.endswith(ENDLESS) else ({},):
            answer = await client.send(one.request(client, ids, headers))
            wrong += faults(one, answer, role)
            statuses[answer.status_code] += 1
    return statuses, wrong


def every(app: Any) -> list[Asked]:
    described = made(app, EXAMPLES)
    firsts = {one.operation: one for one in reversed(described)}.values()
    return [*described, *(variant for one in firsts for variant in planted(one))]


async def test_no_request_breaks_the_desk_or_is_repeated(tmp_path: Path) -> None:
    wrong: list[str] = []
    statuses: Counter[int] = Counter()
    async with desk_world(tmp_path / "described") as world:
        asked = every(world.app)
    for role in TOKENS:
        async with desk_world(tmp_path / role) as world:
            await world.open()
            draft = await world.held()
            known = {"live_event_id": EVENT, "draft_id": str(draft.id), "update_id": str(draft.update_id)}
            token = {"Authorization": f"Bearer {TOKENS[role]}"}
            mine = asked if role in FURTHEST else asked[::4]
            found, faulty = await ask_all(world.http, mine, known, role, token)
            statuses, wrong = statuses + found, wrong + faulty
            await world.settle()
            assert (await world.http.get("/healthz")).status_code == 200
    assert wrong == []
    assert len({one.operation for one in asked}) > 25
    assert {200, 201, 202, 403, 404, 409, 422} <= set(statuses), statuses
    assert statuses.total() > 1_000


def iso(value: Any) -> str:
    return str(value.isoformat())


async def test_an_events_file_wrong_in_any_one_place_is_refused_or_taken(tmp_path: Path) -> None:
    file = json.loads(json.dumps(event_file(), default=iso))
    wrong = []
    async with desk_world(tmp_path) as world:
        for place in leaves(file):
            for value in WRONG:
                answer = await world.ask("director", "POST", "/live-events", put(file, place, value))
                if answer.status_code >= 500 or (answer.status_code >= 400 and CANARY in answer.text):
                    wrong.append((place, str(value)[:40], answer.status_code, answer.text[:300]))
    assert wrong == []


@pytest.mark.parametrize("name", ["Europe", "America/Argentina", "zone.tab", "A" * 64, "..", "\x00", "/etc/passwd"])
async def test_what_is_no_zone_is_a_gap_that_says_so(tmp_path: Path, name: str) -> None:
    async with desk_world(tmp_path) as world:
        answer = await world.open(timezone=name)
    assert answer.status_code == 422
    assert "timezone: not a zone name, as Europe/Amsterdam is" in answer.json()["gaps"]


async def test_no_request_breaks_intake_or_is_repeated() -> None:
    clock = StillClock(NOW)
    keys: dict[str, Any] = {"session_key": SESSION_KEY, "pin_key": PIN_KEY, "updates_per_minute": 100_000}
    wrong: list[str] = []
    statuses: Counter[int] = Counter()
    asked = every((await intake(clock)).app)
    for role in ("reporter", "reviewer", "physician", "director", "advocate", "auditor"):
        async with speaking_to(await intake(clock, open_event(clock), **keys), role=role) as client:
            found, faulty = await ask_all(client, asked, {"live_event_id": EVENT}, role, {})
            statuses, wrong = statuses + found, wrong + faulty
            assert (await client.get("/readyz")).status_code == 200
    assert wrong == []
    assert statuses.total() > 300


async def test_no_signed_request_of_a_tablet_breaks_intake_or_is_repeated() -> None:
    clock = StillClock(NOW)
    door = await intake(clock, open_event(clock), session_key=SESSION_KEY, pin_key=PIN_KEY)
    desk = Desk(door.bus, clock)
    await desk.invite()
    noor = await desk.add()
    wrong = []
    async with speaking_to(door, role=None) as client:
        hand = Hand()
        await hand.enrol(client)
        assert (await hand.sign_in(client, noor.id)).status_code == 200
        for one in every(door.app):
            if one.path.endswith(ENDLESS) or one.path == "/api/v1/enrolments" or one.method == "DELETE":
                continue  # what never ends, what has no signature, and what signs this person out
            request = one.request(client, {"live_event_id": EVENT}, {})
            path = request.url.raw_path.decode()
            update_id = one.body.get("update_id", "") if isinstance(one.body, dict) else ""
            signed = hand.headers(request.method, path, request.content, str(update_id))
            request.headers.update({k: v for k, v in signed.items() if v.isascii() and v.isprintable()})
            wrong += faults(one, await client.send(request), "a tablet")
    assert wrong == []


@asynccontextmanager
async def page() -> AsyncIterator[httpx.AsyncClient]:
    bus = MemoryBus()
    await bus.send(LIVE_EVENTS, page_event())
    await bus.send(PAGES, post(1, "Team time-out done."))
    app = create_page(bus, StillClock(NOW))
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://page") as http:
        async with asyncio.timeout(10):
            while (await http.get("/readyz")).status_code != 200:
                await asyncio.sleep(0.005)
        yield http


async def test_no_address_breaks_the_public_page_or_is_repeated() -> None:
    ids = (
        CANARY,
        "..",
        "%2e%2e%2fetc",
        "%00",
        "%ff%fe",
        "a" * 5_000,
        "<script>",
        f"{CANARY}%0d%0aX: y",
        "ü",
        "knee-2026%20",
    )
    async with page() as http:
        for one in ids:
            for path in (
                f"/{one}",
                f"/t/{one}",
                f"/t/{one}/stream",
                f"/api/v1/live-events/{one}/thread",
                f"/page/static/{one}",
            ):
                for query in ("", f"?lang={one}", f"?x={one}&lang={CANARY}"):
                    for headers in ({}, {"Accept": "text/html", "Accept-Language": CANARY, "If-None-Match": CANARY}):
                        answer = await http.get(path + query, headers=headers)
                        assert answer.status_code < 500, path
                        assert CANARY not in answer.text, path
                        assert "<script>" not in answer.text, path
        for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"):
            answer = await http.request(method, "/t/knee-2026", content=CANARY.encode())
            assert (answer.status_code, CANARY in answer.text) == (405, False), method
