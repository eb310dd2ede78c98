"""How long a new post takes to reach thousands of readers of the public page, and what they cost the page's process.

    python -m tests.bench.page_readers [--readers 3000] [--posts 10] [--every 1.0]

The page runs in a process of its own, with topics in memory and the settings it has in production; the readers are raw
sockets in this process. Each post carries the reading of the machine's monotonic clock at the moment it was sent.
"""

import argparse
import asyncio
import json
import os
import re
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import cast

import psutil
import uvicorn
import uvloop

from consumers.page.app import create_app
from schemas.topics import LIVE_EVENTS, PAGES
from streams.clock import SystemClock
from streams.memory import MemoryBus
from tests.page_records import live_event, post

EVENT = "bench"
CONNECT_AT_ONCE = 200  # below the listen backlog
SENT_AT = re.compile(rb"sent@(\d+\.\d+)@")
ROOT = Path(__file__).parents[2]
TEXT = "The new joint bends and straightens as it should, and the team checks it once more. sent@{at:.6f}@ #OurKneeLive"


async def serve(fd: int) -> None:
    """The page; a line on stdin makes a post."""
    bus, clock = MemoryBus(partition_count=1), SystemClock()
    await bus.send(LIVE_EVENTS, live_event(EVENT, now=clock.now()))
    app = create_app(bus, clock)
    config = uvicorn.Config(app, log_level="warning", access_log=False, http="httptools")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[socket.socket(fileno=fd)]))
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        await bus.send(PAGES, post(int(line), TEXT.format(at=time.monotonic()), live_event_id=EVENT, now=clock.now()))
    app.state.end_streams()
    server.should_exit = True
    await running


class Reader(asyncio.Protocol):
    """A browser's stream, as little of it as can measure."""

    def __init__(self, waits: list[float]) -> None:
        self.waits = waits
        self.ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are asyncio's in all but name.
        cast("asyncio.Transport", transport).write(f"GET /t/{EVENT}/stream HTTP/1.1\r\nHost: bench\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self.waits.extend(now - float(sent) for sent in SENT_AT.findall(data))

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True


async def measure(
    port: int, page: subprocess.Popen[bytes], readers: int, posts: int, every_s: float
) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    process = psutil.Process(page.pid)
    empty_mb = process.memory_info().rss / 1e6
    waits: list[float] = []
    held = []
    started = time.monotonic()
    for first in range(0, readers, CONNECT_AT_ONCE):
        wave = range(first, min(readers, first + CONNECT_AT_ONCE))
        held += await asyncio.gather(*(loop.create_connection(lambda: Reader(waits), "127.0.0.1", port) for _ in wave))
    await asyncio.sleep(2.0)  # not a synchronisation: lets the last greetings leave before the clock runs
    connected_s = time.monotonic() - started - 2.0
    full_mb = process.memory_info().rss / 1e6
    slowest, medians, cpu_before = [], [], sum(process.cpu_times()[:2])
    assert page.stdin is not None
    for n in range(1, posts + 1):
        waits.clear()
        until = time.monotonic() + max(every_s, 0.05)
        page.stdin.write(f"{n}\n".encode())
        page.stdin.flush()
        while len(waits) < readers and time.monotonic() < until + 10:
            await asyncio.sleep(0.01)
        assert len(waits) == readers, f"{len(waits)} of {readers} readers got post {n}"
        slowest.append(max(waits))
        medians.append(sorted(waits)[readers // 2])
        await asyncio.sleep(max(0.0, until - time.monotonic()))
    cpu_s = sum(process.cpu_times()[:2]) - cpu_before
    lost = sum(reader.ended for _, reader in held)
    for transport, _ in held:
        transport.abort()
    return {
        "readers": readers,
        "posts": posts,
        "connect_s": connected_s,
        "last_reader_ms_median": 1000 * sorted(slowest)[len(slowest) // 2],
        "last_reader_ms_worst": 1000 * max(slowest),
        "median_reader_ms": 1000 * sorted(medians)[len(medians) // 2],
        "cpu_ms_per_post": 1000 * cpu_s / posts,
        "page_mb_empty": empty_mb,
        "page_mb_full": full_mb,
        "kb_per_reader": 1000 * (full_mb - empty_mb) / readers,
        "lost_readers": lost,
    }


def room_for(readers: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    need = readers + 200
    if soft < need:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(need, hard), hard))


def bench(readers: int, posts: int, every_s: float) -> dict[str, float]:
    room_for(readers)
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    port = listener.getsockname()[1]
    command = [sys.executable, "-m", "tests.bench.page_readers", "--serve", str(listener.fileno())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[listener.fileno()], cwd=ROOT) as page:
        listener.close()
        try:
            wait_until_ready(port, page)
            return uvloop.run(measure(port, page, readers, posts, every_s))
        finally:
            assert page.stdin is not None
            page.stdin.close()
            page.wait(timeout=20)


def wait_until_ready(port: int, page: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and page.poll() is None:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as probe:
            probe.sendall(b"GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
            if b" 200 " in probe.recv(100):
                return
        time.sleep(0.05)
    raise SystemExit("the page did not get ready")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=3000)
    parser.add_argument("--posts", type=int, default=10)
    parser.add_argument("--every", type=float, default=1.0)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve is not None:
        room_for(args.readers)
        uvloop.run(serve(args.serve))
    else:
        print(json.dumps({k: round(v, 1) for k, v in bench(args.readers, args.posts, args.every).items()}, indent=1))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    main()
