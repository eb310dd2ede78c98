"""Where a bench runs: what the machine is, how busy it is, and how much memory a system's processes hold."""

import os
import platform
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


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
