"""Runs a screener as a process of its own on one core, feeds it labelled lines and reads what it answers."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.figures import median

ROOT = Path(__file__).parents[2]
STARTS = 3  # the median of so many; the first also reads the disk
CORE = max(os.sched_getaffinity(0))  # not the first, where interrupts are served


@dataclass(frozen=True)
class Measured:
    """`answers`: one for each line, with its time `us`. Start is from the process's birth to its first text screened,
    and memory is what it holds then."""

    answers: Sequence[Mapping[str, Any]]
    start_s: float
    rss_mb: float

    def times_us(self, lang: str | None = None) -> list[float]:
        return [answer["us"] for answer in self.answers if lang in (None, answer["lang"])]


def measured(command: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> Measured:
    starts = [_run(command, lines[:1])[1] for _ in range(STARTS)]
    (first, *answers), _ = _run(command, lines)
    return Measured(answers, median(starts), first["rss_mb"])


def _run(command: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], float]:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as given:
        given.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        given.seek(0)
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=given,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            preexec_fn=lambda: os.sched_setaffinity(0, {CORE}),  # noqa: PLW1509  # no threads here
        )
        assert process.stdout is not None
        first = process.stdout.readline()
        start_s = time.perf_counter() - began
        rest = process.stdout.read()
        process.stdout.close()
        if process.wait() or not first:
            raise subprocess.CalledProcessError(process.returncode, command)
    return [json.loads(line) for line in (first, *rest.splitlines())], start_s


OURS = (sys.executable, "-m", "tests.bench.one_core")
