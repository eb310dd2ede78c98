"""What thousands of readers of the public page cost: how late the last of them has a post, and what it does to the
way."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import UUID

import psutil
import uvloop

from tests.bench.figures import Part, at_most, median, shown, spread
from tests.bench.way import Bench, Watched, open_event, running_system

READERS = 3_000
COUNT = 30  # of a round
PER_SECOND = 3.0  # ten times what the busiest event on record wrote
ROUNDS = 2
WARM_UP = 20
LAST_MAX_S = 1.0
RATIO_MAX = 2.0
SETTLE_S = 2.0  # the page has greeted the last reader, and rests
EVENT = "bench-readers"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Round:
    """With the audience connected: which updates, when their posts were requested and when the last reader had them."""

    ids: Sequence[UUID]
    count: dict[int, int]
    last: dict[int, float]
    lost: int
    connecting_s: float
    page_mb: float


class Audience:
    """The readers' process."""

    def __init__(self, page_url: str) -> None:
        self._address = urlsplit(page_url)

    async def __aenter__(self) -> Self:
        command = [sys.executable, "-m", "tests.bench.audience", str(self._address.hostname), str(self._address.port)]
        self._process = await asyncio.create_subprocess_exec(
            *command, EVENT, str(READERS), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
        )
        assert self._process.stdout is not None
        assert await self._process.stdout.readline() == b"connected\n", "the readers could not connect"
        return self

    async def saw(self) -> dict[str, Any]:
        found, _ = await self._process.communicate(b"")  # ends its stdin
        answer: dict[str, Any] = json.loads(found)
        return answer

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


def run() -> Part:
    with running_system() as system:
        open_event(system, EVENT)
        return uvloop.run(_measure(system.facts()))


async def _measure(facts: dict[str, Any]) -> Part:
    bench = Bench(facts, EVENT)
    alone: list[UUID] = []
    watched_by: list[Round] = []
    async with bench as writer:
        await writer.round(WARM_UP, PER_SECOND * 4)
        for _ in range(ROUNDS):
            alone += await writer.round(COUNT, PER_SECOND)
            began = asyncio.get_running_loop().time()
            async with Audience(facts["page_url"]) as audience:
                connecting_s = asyncio.get_running_loop().time() - began
                await asyncio.sleep(SETTLE_S)
                ids = await writer.round(COUNT, PER_SECOND)
                await asyncio.sleep(LAST_MAX_S)  # the writer waits for one reader only
                page_mb = psutil.Process(facts["pids"]["page"]).memory_info().rss / 1e6
                saw = await audience.saw()
            count, last = ({int(n): v for n, v in saw[name].items()} for name in ("count", "last"))
            watched_by.append(Round(ids, count, last, saw["lost"], connecting_s, page_mb))
    return _part(bench.watched, alone, watched_by)


def _part(watched: Watched, alone: Sequence[UUID], rounds: Sequence[Round]) -> Part:
    last_s: list[float] = []
    late = lost = 0
    for each in rounds:
        lost += each.lost
        for update_id in each.ids:
            number = watched.number[update_id]
            late += READERS - each.count.get(number, 0)
            last_s.append(each.last[number] - watched.on_pages_at[update_id])
    with_ids = [update_id for each in rounds for update_id in each.ids]
    with_ms, alone_ms = watched.way_ms(with_ids), watched.way_ms(alone)
    return Part(
        f"The public page with {READERS:,} readers",
        [
            at_most(
                f"a post reaches all {READERS:,} readers, the latest of {len(last_s)} posts",
                LAST_MAX_S,
                max(last_s) if not late else float("inf"),
                "s",
                f"since it lay on `pages`; median {shown(median(last_s))} s",
            ),
            at_most(
                "submit → published while they are connected, median",
                RATIO_MAX,
                median(with_ms) / median(alone_ms),
                "×",
                f"without readers: {shown(median(with_ms))} ms against {shown(median(alone_ms))} ms",
            ),
        ],
        [
            (
                f"{len(with_ids)} updates with and {len(alone)} without, in turn, at {PER_SECOND:g}/s; "
                f"with: {spread(with_ms)}; without: {spread(alone_ms)}"
            ),
            f"posts that did not reach a reader in time: {late:,}; connections lost: {lost:,}",
            (
                f"connecting them took {shown(max(r.connecting_s for r in rounds))} s; "
                f"the page's process then held {shown(max(r.page_mb for r in rounds))} MB"
            ),
        ],
    )
