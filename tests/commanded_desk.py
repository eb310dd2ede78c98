"""A desk on a loopback port that the command line finds by its settings; for tests of commands."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.audit_pages import audit_pages
from deploy.cli import main
from deploy.home import Home, write_private
from streams.clock import Clock, SystemClock
from streams.memory import MemoryBus
from streams.policies import SHIPPED_ONLY
from streams.vault import Vault
from tests.browser_fixture import serving
from tests.desk_world import TOKENS, World, make_app


@asynccontextmanager
async def commanded_desk(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    clock: Clock | None = None,
    archive: bool = False,
    **changes: Any,
) -> AsyncIterator[World]:
    """The desk, with the tokens of all roles in the data folder, as on the machine where it runs. `archive`: and with
    the archive's pages beside it, over the data folder's archive."""
    secrets = folder / "data" / "secrets"
    secrets.mkdir(parents=True)
    write_private(secrets / "tokens.json", json.dumps(TOKENS).encode())
    bus, clock, vault = MemoryBus(), clock or SystemClock(), Vault(folder / "vault", b"v" * 32)
    if archive:
        changes["beside"] = audit_pages(Home(folder / "data"), bus, clock, SHIPPED_ONLY)
    app = make_app(bus, clock, vault, **changes)
    async with serving(app) as origin, httpx.AsyncClient(base_url=origin, trust_env=False) as http:
        monkeypatch.setenv("SCRUBCAST_DATA", str(folder / "data"))
        monkeypatch.setenv("SCRUBCAST_DESK_URL", origin)
        yield World(app, bus, clock, vault, http)


async def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout, stderr; in a thread, because a command may run a loop of its own."""
    code = await asyncio.to_thread(main, arguments)
    said = capsys.readouterr()
    return code, said.out, said.err
