"""Where a bench runs: what the machine is, how busy it is, and how much memory a system's processes hold."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import psutil


def described() -> str:
    name = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    memory_gb = psutil.virtual_memory().total / 1e9
    return (
        f"{os.cpu_count()} cores ({name}), {memory_gb:.0f} GB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def load() -> str:
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def resident_mb(pids: Iterable[int]) -> tuple[float, float]:
    """RSS and PSS summed. RSS counts what processes share once for each of them, PSS shares it out."""
    rss = pss = 0.0
    for pid in pids:
        found = psutil.Process(pid).memory_full_info()
        rss, pss = rss + found.rss / 1e6, pss + getattr(found, "pss", 0) / 1e6
    return rss, pss


_COMPUTING = """
import os, sys, time
os.sched_setaffinity(0, {int(sys.argv[1])})
began = time.perf_counter()
for number in range(3_000_000):
    str(number)
print(time.perf_counter() - began)
"""


def two_over_one() -> float:
    """What two processes that only compute, each on a core of its own, get done in the time of one: 2.0 where cores
    share nothing, less where they are two threads of one core or somebody else is at work."""
    alone = min(_computing_s(core)[0] for core in (0, 1, 0, 1))
    return 2 * alone / min(max(_computing_s(0, 1)) for _ in range(4))


def _computing_s(*cores: int) -> list[float]:
    commands = [[sys.executable, "-c", _COMPUTING, str(core)] for core in cores]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for command in commands]
    return [float(process.communicate()[0]) for process in running]


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
