"""A desk that has just started: the red button of a person works before the desk has read what came before."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest_asyncio

from schemas.envelope import Role
from schemas.topics import CONTROLS, ENROLMENTS
from streams.bus import Follower
from streams.memory import MemoryBus
from streams.vault import Vault
from tests.authenticator import Authenticator
from tests.desk_world import EVENT, StillClock, World, make_app
from tests.examples import NOW
from tests.person_hand import JSON, SITE, Hand


class SlowToRead(MemoryBus):
    """Hands out what is on the topics only when told to: as a broker does with days of them, but for enrolments."""

    def __init__(self) -> None:
        super().__init__()
        self.enrolments, self.others = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def follow(
        self, topics: Sequence[str], *, start: Mapping[tuple[str, int], int] | None = None
    ) -> AsyncIterator[Follower]:
        await (self.enrolments if tuple(topics) == (ENROLMENTS.name,) else self.others).wait()
        async with super().follow(topics, start=start) as follower:
            yield follower


@asynccontextmanager
async def started(bus: MemoryBus, folder: Path) -> AsyncIterator[World]:
    clock, vault = StillClock(NOW), Vault(folder / "vault", b"v" * 32)
    app = make_app(bus, clock, vault)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as http,
    ):
        yield World(app, bus, clock, vault, http)


@pytest_asyncio.fixture
async def bus(tmp_path: Path) -> SlowToRead:
    return SlowToRead()


async def before(bus: SlowToRead, folder: Path, role: Role = Role.REVIEWER, event: str = EVENT) -> tuple[Hand, str]:
    """Somebody who signed in at the desk that ran before, and the cookie in their browser."""
    bus.enrolments.set()
    bus.others.set()
    async with started(bus, folder) as world:
        await world.settle()
        await world.open()
        hand = await Hand.of(world, "Ada Vos", role, event)
        cookie = "; ".join(f"{name}={value}" for name, value in hand.http.cookies.items())
        await hand.http.aclose()
    bus.enrolments.clear()
    bus.others.clear()
    return hand, cookie


async def test_a_person_stops_as_soon_as_the_desk_answers_at_all(bus: SlowToRead, tmp_path: Path) -> None:
    _, cookie = await before(bus, tmp_path)
    async with started(bus, tmp_path) as world:
        headers = {"Cookie": cookie}
        pressed = asyncio.create_task(world.http.post(f"/desk/{EVENT}/stop", headers=headers))
        await world.settle()
        assert (pressed.done(), world.records(CONTROLS)) == (False, [])  # nobody knows yet who they are
        bus.enrolments.set()
        await world.settle()
        (record,) = world.records(CONTROLS)  # durable, though the desk has read nothing else
        assert (record.kind, record.actor.name, record.live_event_id) == ("stop", "Ada Vos", EVENT)
        assert (await world.http.get("/readyz")).status_code == 503
        bus.others.set()
        answer = await pressed
        assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/{EVENT}/stopped")
        assert (await world.http.get(answer.headers["location"], headers=headers)).status_code == 200


async def test_a_program_with_a_persons_cookie_is_answered_once_its_stop_is_durable(
    bus: SlowToRead, tmp_path: Path
) -> None:
    _, cookie = await before(bus, tmp_path)
    bus.enrolments.set()
    async with started(bus, tmp_path) as world:
        path = f"/api/v1/live-events/{EVENT}/controls"
        answer = await world.http.post(path, json={"kind": "stop"}, headers={"Cookie": cookie})
        assert (answer.status_code, len(world.records(CONTROLS))) == (202, 1)


async def test_whoever_has_no_right_for_the_event_stops_nothing_then_either(bus: SlowToRead, tmp_path: Path) -> None:
    _, cookie = await before(bus, tmp_path, event="elsewhere-2026")
    bus.enrolments.set()
    async with started(bus, tmp_path) as world:
        answer = await world.http.post(f"/desk/{EVENT}/stop", headers={"Cookie": cookie} | JSON)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:scrubcast:other-event")
        resume = await world.http.post(
            "/api/v1/live-events/elsewhere-2026/controls", json={"kind": "withdraw"}, headers={"Cookie": cookie}
        )
        assert resume.status_code in (403, 503)  # anything but a stop needs the event
        assert world.records(CONTROLS) == []


async def test_a_passkey_is_not_called_unknown_while_nobody_is_known(bus: SlowToRead, tmp_path: Path) -> None:
    hand, _ = await before(bus, tmp_path)
    assert isinstance(hand.device, Authenticator)
    async with started(bus, tmp_path) as world:
        asked = asyncio.create_task(world.http.get("/desk/sign-in/passkey", headers=JSON))
        await world.settle()
        bus.enrolments.set()
        body = {"credential": hand.device.get((await asked).json())}
        assert (await world.http.post("/desk/sign-in/passkey", json=body, headers=JSON)).status_code == 200
