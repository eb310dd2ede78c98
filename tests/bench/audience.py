"""Thousands of readers of one public thread, as a process of their own: connects, says so, and tells what they saw.

    python -m tests.bench.audience HOST PORT LIVE_EVENT_ID READERS

Prints `connected`; when its stdin ends, one line of JSON: for each post's number how many got it, and when the last
one did.
"""

import asyncio
import json
import re
import sys
import time
from typing import cast

import uvloop

from tests.bench.page_readers import CONNECT_AT_ONCE, room_for

NUMBER = re.compile(rb'^data: ?\{.*?"n":(\d+)', re.MULTILINE)


class Seen:
    """Over all readers: post number → how many have it, and the wall clock when the latest of them got it."""

    def __init__(self) -> None:
        self.count: dict[int, int] = {}
        self.last: dict[int, float] = {}
        self.lost = 0

    def take(self, number: int) -> None:
        self.count[number] = self.count.get(number, 0) + 1
        self.last[number] = time.time()


class Reader(asyncio.Protocol):
    """A browser's stream, as little of it as can measure."""

    def __init__(self, live_event_id: str, seen: Seen) -> None:
        self._live_event_id = live_event_id
        self._seen = seen
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        request = f"GET /t/{self._live_event_id}/stream?after=999999999 HTTP/1.1\r\nHost: bench\r\n\r\n"
        # uvloop's transports are asyncio's in all but name.
        cast("asyncio.Transport", transport).write(request.encode())

    def data_received(self, data: bytes) -> None:
        whole, _, self._rest = (self._rest + data).rpartition(b"\n\n")
        for number in NUMBER.findall(whole):
            self._seen.take(int(number))

    def connection_lost(self, exc: Exception | None) -> None:
        self._seen.lost += 1


async def main(host: str, port: int, live_event_id: str, readers: int) -> None:
    loop, seen = asyncio.get_running_loop(), Seen()
    held: list[asyncio.BaseTransport] = []
    for first in range(0, readers, CONNECT_AT_ONCE):
        wave = range(first, min(readers, first + CONNECT_AT_ONCE))
        made = await asyncio.gather(
            *(loop.create_connection(lambda: Reader(live_event_id, seen), host, port) for _ in wave)
        )
        held += [transport for transport, _ in made]
    print("connected", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print(json.dumps({"count": seen.count, "last": seen.last, "lost": seen.lost}), flush=True)
    for transport in held:
        cast("asyncio.Transport", transport).abort()


if __name__ == "__main__":
    room_for(int(sys.argv[4]))
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
