"""A desk whose updates are really screened, and an event prepared so far that it can be rehearsed; for tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from schemas.envelope import system
from schemas.ids import derive
from schemas.live_event import LiveEvent
from schemas.preparation import Preparation
from schemas.release import Release
from schemas.topics import LIVE_EVENTS, PREPARATIONS, RECEIPTS, RELEASES, SUBMISSIONS
from streams.memory import MemoryBus
from streams.policies import SHIPPED_ONLY
from streams.quarantine import Limit
from streams.scrub.bound import forget, redraft_with, screening_of
from streams.scrub.policy import load
from streams.scrub.stage import Scrubber, Sources
from streams.vault import Vault
from tests.browser_fixture import serving
from tests.desk_world import EVENT, RunningClock, World, desk_world, make_app
from tests.examples import event_file

REHEARSAL = f"{EVENT}-rehearsal"
QUICK = 5


class QuickClock(RunningClock):
    """Time that runs five times as fast, so that a browser need not wait a minute for a recording."""

    def monotonic(self) -> float:
        return super().monotonic() * QUICK

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / QUICK)


@asynccontextmanager
async def screening(world: World) -> AsyncIterator[None]:
    """The compliance stage beside this desk, on the same topics."""

    def live_event(live_event_id: str) -> LiveEvent | None:
        every: dict[str, LiveEvent] = {e.live_event_id: e for e in world.records(LIVE_EVENTS)}
        return every.get(live_event_id)

    sources = Sources(live_event, world.clock.sleep, screening_of, load("strict"), forget)
    scrubber = Scrubber(world.bus, world.vault, world.clock, sources, Limit("scrub"))

    async def run() -> None:
        async with world.bus.follow([SUBMISSIONS.name]) as follower:
            while True:
                for message in await follower.get(timeout_s=1.0):
                    await asyncio.gather(*await scrubber.handle(message))

    task = asyncio.create_task(run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def options(vault: Vault, clock: Any) -> dict[str, Any]:
    return {"screen": redraft_with(vault, clock), "policy_of": SHIPPED_ONLY.ref, "forget": forget}


@asynccontextmanager
async def rehearsing_world(folder: Path, clock: Any) -> AsyncIterator[World]:
    """A desk in this process, with the stage; its clock is moved by hand."""
    vault = Vault(folder / "vault", b"v" * 32)
    async with desk_world(folder, clock=clock, **options(vault, clock)) as world, screening(world):
        await prepared(world)
        yield world


@asynccontextmanager
async def served_rehearsing(folder: Path) -> AsyncIterator[tuple[World, str]]:
    """A desk on a loopback port, with the stage; for browsers."""
    bus, clock, vault = MemoryBus(), QuickClock(), Vault(folder / "vault", b"v" * 32)
    app = make_app(bus, clock, vault, **options(vault, clock))
    async with serving(app) as origin, httpx.AsyncClient(base_url=origin, trust_env=False) as http:
        world = World(app, bus, clock, vault, http)
        async with screening(world):
            await prepared(world)
            yield world, origin


async def prepared(world: World, **changes: Any) -> None:
    """The example event as a preparation, its protected terms in the vault."""
    file = event_file(**changes)
    protect = tuple(file.pop("protect"))
    world.vault.create(EVENT, protect)
    # As its topic holds it: what JSON has words for.
    plain = {k: v for k, v in file.items() if k != "window"}
    plain["window"] = {k: v.isoformat() for k, v in file["window"].items()}
    plain["consent"] = {**file["consent"], "signed_at": file["consent"]["signed_at"].isoformat()}
    record = Preparation(
        id=derive(EVENT, "prepared"), live_event_id=EVENT, at=world.clock.now(), actor=system("desk"), file=plain,
        protected=len(protect),
    )  # fmt: skip
    await world.send(PREPARATIONS, record)


async def posted(world: World) -> None:
    """Every release that has no receipt yet, as the poster would say it once it is public."""
    done = {r.release_id for r in world.records(RECEIPTS)}
    for release in world.records(RELEASES):
        assert isinstance(release, Release)
        if release.id not in done:
            await world.outcome(release, "local")
