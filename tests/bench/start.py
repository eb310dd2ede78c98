"""How soon a started system takes an update, what it holds in memory at rest, and how long set-up and unit tests
take."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from producers.client import Client
from tests.bench.figures import Part, Row, at_most, shown
from tests.bench.machine import resident_mb
from tests.bench.way import open_event
from tests.system_fixture import System

START_MAX_S = 8.0
MEMORY_MAX_MB = 750.0
UNIT_MAX_S = 15.0
UNIT_GIVEN_UP_S = 120.0
SETUP_MAX_S = 120.0
REST_S = 8.0  # what starting and the first update have left to do is done
EVENT = "bench-start"
ROOT = Path(__file__).parents[2]


def run(*, setup: bool = False) -> Part:
    with tempfile.TemporaryDirectory(prefix="scrubcast-bench-") as folder:
        system = System(Path(folder) / "data")
        try:
            fresh_s = _started(system, is_fresh=True)
            rss_mb, pss_mb, each = _at_rest(system)
            system.stop()
            used_s = _started(system, is_fresh=False)
        finally:
            system.stop()
    rows = [
        at_most("`scrubcast up` on a used folder to first accepted update", START_MAX_S, used_s, "s", "warm caches"),
        at_most(
            "`scrubcast up` on a fresh folder to first accepted update",
            START_MAX_S,
            fresh_s,
            "s",
            "warm caches; opening the live event is part of it",
        ),
        at_most(
            "the whole system at rest, broker and supervisor included",
            MEMORY_MAX_MB,
            rss_mb,
            "MB",
            f"RSS summed; without counting shared pages twice {shown(pss_mb)} MB",
        ),
        at_most("unit tests", UNIT_MAX_S, _unit_s(), "s", "`make unit` on both cores, its own start included"),
    ]
    if setup:
        rows.append(_setup())
    return Part("Start, memory, tests", rows, [f"at rest: {each}"])


def _started(system: System, *, is_fresh: bool) -> float:
    system.ready_file.unlink(missing_ok=True)
    began = time.perf_counter()
    system.start()
    if is_fresh:
        open_event(system, EVENT)
    asyncio.run(_submit(system))
    return time.perf_counter() - began


async def _submit(system: System) -> None:
    facts = system.facts()
    async with Client(facts["url"], facts["tokens"]["reporter"], device="bench") as client:
        await client.submit(EVENT, "Good morning from the operating theatre.", lang="en")


def _at_rest(system: System) -> tuple[float, float, str]:
    time.sleep(REST_S)
    assert system.process is not None
    pids: dict[str, int] = {"up": system.process.pid, **system.facts()["pids"]}
    everyone = {
        system.process.pid,
        *(child.pid for child in psutil.Process(system.process.pid).children(recursive=True)),
    }
    assert everyone == set(pids.values()), "a process of the system is not among those it names"
    each = ", ".join(f"{name} {shown(resident_mb([pid])[0])} MB" for name, pid in sorted(pids.items()))
    return *resident_mb(pids.values()), each


def _unit_s() -> float:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "tests/unit"]
    began = time.perf_counter()
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=UNIT_GIVEN_UP_S)
    except subprocess.TimeoutExpired:
        return float("inf")
    if done.returncode:
        print(f"the unit tests fail: {done.stdout[-500:]}")
    return time.perf_counter() - began


def _setup() -> Row:
    """`make setup` on a clone, with whatever caches pip and the product have on this machine."""
    with tempfile.TemporaryDirectory(prefix="scrubcast-bench-") as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        began = time.perf_counter()
        subprocess.run(["make", "setup"], cwd=clone, env=environment, check=True, stdout=subprocess.DEVNULL)
        return at_most("`make setup` on a fresh clone", SETUP_MAX_S, time.perf_counter() - began, "s")
