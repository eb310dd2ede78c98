"""Nothing typed is lost and nothing taken twice, wherever tab, network, clock, disk and server fail; seed by seed."""

import asyncio
import os
import time
from collections import Counter

import pytest

from producers.intake.pages import DIST
from tests.e2e.outbox_battery.play import POINTS, play
from tests.e2e.outbox_battery.tabs import Tabs
from tests.optional import IN_CI

NEEDS_THE_PAGE = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not IN_CI and not (DIST / "index.html").is_file(), reason="the reporter's page was not built (make setup)"
    ),
]
SOAK_FROM = int(os.environ.get("SCRUBCAST_SOAK_FROM", "1"))
SEEDS = int(os.environ.get("SCRUBCAST_SOAK_SEEDS", "2000"))
MOSTLY = range(1, 76)  # in Chromium; the others in WebKitGTK: a hundred together
REST = range(76, 101)
HALVES = (range(SOAK_FROM, SOAK_FROM + SEEDS // 2), range(SOAK_FROM + SEEDS // 2, SOAK_FROM + SEEDS))
SEED_S = 180.0  # thirty times what the longest took alone: only one that hangs is ended
REACHED = (*POINTS, "writing", "any time", "offline", "two tabs", "disk full", "wrong clock", "server killed")


def seeds(always: range, soak: range) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "seeds", [pytest.param(always, id="seeds"), pytest.param(soak, id="soak", marks=pytest.mark.soak)]
    )


async def hold(tabs: Tabs, seeds: range) -> None:
    """All of them, some beside each other; each that broke is told by its number, and can be played alone."""
    began, reached, broke = time.monotonic(), Counter[str](), dict[int, str]()
    turns = asyncio.Semaphore(tabs.at_once)

    async def one(seed: int) -> None:
        nonlocal reached
        async with turns:
            try:
                async with asyncio.timeout(SEED_S):
                    reached += await play(tabs, seed)
            except Exception as error:  # noqa: BLE001  # whatever it is, the other seeds are played as well
                broke[seed] = f"{type(error).__name__}: {error}"

    await asyncio.gather(*(one(seed) for seed in seeds))
    took_s = time.monotonic() - began
    print(f"\n{tabs.name}: seeds {seeds.start} to {seeds.stop - 1} in {took_s:.0f} s; {dict(sorted(reached.items()))}")
    told = "\n".join(f"  seed {seed}: {why}" for seed, why in sorted(broke.items()))
    assert not broke, f"{len(broke)} of {len(seeds)} broke in {tabs.name}:\n{told}"
    missing = [point for point in REACHED if not reached[point]]
    assert len(seeds) < len(REACHED) * 2 or not missing, f"never reached: {missing}"
