"""STOP pressed in a browser while posts wait out their delay: once it is acknowledged no request begins anywhere.

The real desk, the real poster and a real Chromium; what begins at the platforms and what the desk acknowledged stand in
one log, in their order.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from playwright.async_api import Browser, expect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consumers.poster.platforms.base import Outgoing, Published
from consumers.poster.platforms.local import LocalPlatform
from consumers.poster.platforms.memory import MemoryPlatform
from consumers.poster.worker import run
from schemas.draft import Disposition
from schemas.live_event import Destination, Platform
from schemas.topics import CONTROLS, LIVE_EVENTS, PAGES, RELEASES
from streams.memory import MemoryBus
from streams.release import by_policy
from streams.vault import Vault
from tests.browser_fixture import DESKTOP, opened, serving
from tests.desk_world import EVENT, TOKENS, RunningClock, World, make_app

pytestmark = pytest.mark.browser

X = Destination(platform=Platform.X, account="@StAnna")
SEED = 20261201
ROUNDS = 6
UPDATES = 8  # of a round, EVERY_S apart; each waits out DELAY_S
EVERY_S = 0.12
DELAY_S = 1
SETTLED_S = 0.5  # after the last delay has ended; a poster that would post does so within milliseconds
ANSWERS_S = 0.03  # of the platform, so that some stops come while a request is under way
ACKNOWLEDGED = "acknowledged"


@dataclass
class Log:
    """What happened, in the order of one loop: the update of each request that began, and the stop's answer."""

    lines: list[UUID | str] = field(default_factory=list)

    def begun(self) -> list[UUID]:
        return [line for line in self.lines if isinstance(line, UUID)]

    def begun_after_the_stop(self) -> list[UUID]:
        """None may be."""
        place = self.lines.index(ACKNOWLEDGED)
        return [line for line in self.lines[place:] if isinstance(line, UUID)]


class RecordedX(MemoryPlatform):
    log: Log

    async def publish(self, out: Outgoing) -> Published:
        self.log.lines.append(out.post.update_id)
        await asyncio.sleep(ANSWERS_S)
        return await super().publish(out)


class RecordedPage(LocalPlatform):
    log: Log

    async def publish(self, out: Outgoing) -> Published:
        self.log.lines.append(out.post.update_id)
        return await super().publish(out)


class Acknowledging:
    """Writes down the moment at which the answer to a stop leaves the desk."""

    def __init__(self, app: ASGIApp, log: Log) -> None:
        self._app, self._log = app, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 303:
                self._log.lines.append(ACKNOWLEDGED)
            await send(message)

        is_stop = scope["type"] == "http" and (scope["method"], scope["path"]) == ("POST", f"/desk/{EVENT}/stop")
        await self._app(scope, receive, noted if is_stop else send)


@asynccontextmanager
async def desk_and_poster(folder: Path, log: Log) -> AsyncIterator[tuple[World, str]]:
    bus, clock, vault = MemoryBus(), RunningClock(), Vault(folder / "vault", b"v" * 32)
    app = make_app(bus, clock, vault)
    app.add_middleware(Acknowledging, log=log)
    x, page = RecordedX(X, clock), RecordedPage(bus, clock, page_url="http://page.example")
    x.log = page.log = log
    stop = asyncio.Event()
    async with serving(app) as origin, httpx.AsyncClient(base_url=origin, trust_env=False) as http:
        world = World(app, bus, clock, vault, http)
        answer = await world.open(
            destinations=[{"platform": "local"}, {"platform": "x", "account": "@StAnna"}],
            release={"delay_s": DELAY_S, "stamp": "none"},
        )
        assert answer.status_code == 201, answer.text
        posting = asyncio.create_task(run(bus, clock, {"local": page, X.key: x}, writer=uuid4(), stop=stop))
        try:
            yield world, origin
        finally:
            stop.set()
            with suppress(asyncio.CancelledError):
                await posting


async def update(world: World, n: int) -> None:
    """One that policy alone lets go, as screening would have written it."""
    draft = await world.held(
        f"Reading {n} is steady.", disposition=Disposition.CLEAR, needs=None, reasons=(), phase="arrival"
    )
    live_event = world.records(LIVE_EVENTS)[-1]
    released = by_policy(draft, live_event, world.clock.now())
    assert released is not None
    await world.send(RELEASES, released)


async def write(world: World) -> None:
    for n in range(UPDATES):
        await update(world, n)
        await asyncio.sleep(EVERY_S)


async def resumed(world: World) -> None:
    for role in ("physician", "director"):
        answer = await world.control(role, "resume")
        assert answer.status_code == 202, answer.text


def over_for_good(world: World) -> set[UUID]:
    """The updates that were cleared before the last stop."""
    stop = [control for control in world.records(CONTROLS) if control.kind == "stop"][-1]
    return {release.update_id for release in world.records(RELEASES) if release.at <= stop.at}


async def test_nothing_begins_anywhere_once_a_stop_is_acknowledged(browser: Browser, tmp_path: Path) -> None:
    moments, log = random.Random(SEED), Log()
    went, kept = 0, 0
    async with (
        desk_and_poster(tmp_path, log) as (world, origin),
        opened(browser, size=DESKTOP, extra_http_headers={"Authorization": f"Bearer {TOKENS['reviewer']}"}) as visit,
    ):
        for _ in range(ROUNDS):
            log.lines.clear()
            await visit.page.goto(f"{origin}/desk/{EVENT}")
            writing = asyncio.create_task(write(world))
            await asyncio.sleep(moments.uniform(DELAY_S - 0.1, DELAY_S + UPDATES * EVERY_S))
            await visit.page.get_by_role("button", name="STOP").click()
            await expect(visit.page).to_have_url(f"{origin}/desk/{EVENT}/stopped")
            await writing
            await asyncio.sleep(DELAY_S + SETTLED_S)  # past every delay: whatever would still go had its time
            assert log.begun_after_the_stop() == []
            went, kept = went + len(log.begun()), kept + 2 * UPDATES - len(log.begun())
            await resumed(world)
            await asyncio.sleep(SETTLED_S)  # what is of after the stop may go now; what waited when it came is over
            assert not over_for_good(world).intersection(log.begun_after_the_stop())
        assert (visit.console, visit.errors) == ([], [])
    # Stops came before, between and after posts, or this would prove nothing.
    assert went >= ROUNDS
    assert kept >= ROUNDS
    assert 0 < len(world.records(PAGES)) < ROUNDS * UPDATES
