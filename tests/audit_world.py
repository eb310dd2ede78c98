"""A desk with the archive's pages beside it, over an archive on disk with the small invented event; for tests."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from consumers.archive.disk import RealDisk
from consumers.archive.store import Store
from deploy.audit_pages import audit_pages
from deploy.home import Home
from streams.bus import Message
from streams.memory import MemoryBus
from streams.policies import SHIPPED_ONLY
from streams.vault import Vault
from tests.browser_fixture import serving
from tests.desk_world import ORIGIN, RunningClock, StillClock, World, make_app
from tests.examples import NOW
from tests.unit.archive.records import START, policy_document, story

KEY = b"k" * 32
OTHER_KEY = b"o" * 32


def archived(folder: Path, messages: Sequence[Message] | None = None, *, key: bytes = KEY) -> Path:
    """`folder` as an archive in which these messages lie, signed: the small event when none are given."""
    store = Store(RealDisk(folder), key, origin="scrubcast", policy_document=policy_document)
    store.append(story() if messages is None else messages, START)
    store.close(START)
    return folder


def _made(folder: Path) -> tuple[MemoryBus, Vault, Home]:
    return MemoryBus(), Vault(folder / "vault", b"v" * 32), Home(folder / "data")


@asynccontextmanager
async def audited_desk(folder: Path) -> AsyncIterator[tuple[World, Home]]:
    """In memory; the archive is whatever lies in `folder`/data/archive."""
    clock = StillClock(NOW)
    bus, vault, home = _made(folder)
    app = make_app(bus, clock, vault, beside=audit_pages(home, bus, clock, SHIPPED_ONLY))
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=ORIGIN) as http:
        world = World(app, bus, clock, vault, http)
        await world.settle()
        yield world, home


@asynccontextmanager
async def served_audit(folder: Path) -> AsyncIterator[tuple[World, Home, str]]:
    """On a loopback port; for browsers."""
    clock = RunningClock()
    bus, vault, home = _made(folder)
    app = make_app(bus, clock, vault, beside=audit_pages(home, bus, clock, SHIPPED_ONLY))
    async with serving(app) as origin, httpx.AsyncClient(base_url=origin, trust_env=False) as http:
        yield World(app, bus, clock, vault, http), home, origin
