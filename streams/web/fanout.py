"""One stream of events to thousands of readers: who gets which bytes, and that nobody waits for a slow one.

Each frame is encoded once and joined with what else came meanwhile; one loop then writes the same bytes to every reader
of the channel, straight through the server to the socket. A reader costs its connection and nothing else: no queue,
no task of its own, no wake-up. A reader whose socket is full is ended; the browser comes back with Last-Event-ID.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any

from starlette.types import Message, Receive, Send

from schemas.errors import Unavailable
from streams.clock import Clock

# Twice the largest audience that is written down for such an event's own stream; 18 kB each, so about 110 MB.
READERS_MAX = 6_000
HEARTBEAT_S = 15.0  # below the idle time-out of common proxies (60 s)
# So many writes take about 2 ms: in between, pages are served and records are read.
WRITES_AT_ONCE = 64
# After a round we rest three times as long as it took, so that a burst of posts never takes more than a quarter of a
# core from the stages; the bound keeps a post below one second even when the machine is busy.
REST_RATIO = 3.0
REST_MAX_S = 0.4
FULL_RETRY_S = 20.0
GOODBYE_S = 5.0  # for a slow reader to take what is on its way, before its connection is closed

_HEARTBEAT = b": still here\n\n"
_END: Message = {"type": "http.response.body", "body": b"", "more_body": False}
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class _Reader:
    __slots__ = ("send", "slow", "task")

    def __init__(self, send: Send, task: asyncio.Task[Any]) -> None:
        self.send = send
        self.task = task
        self.slow = False


class Fanout:
    """publish() to all who are in serve(); run() does the writing and has to run beside them."""

    def __init__(self, clock: Clock, *, readers_max: int = READERS_MAX, heartbeat_s: float = HEARTBEAT_S) -> None:
        self._clock = clock
        self._readers_max = readers_max
        self._heartbeat_s = heartbeat_s
        self._channels: dict[Hashable, set[_Reader]] = defaultdict(set)
        self._pending: dict[Hashable, list[bytes]] = {}
        self._work = asyncio.Event()
        self._ending = False
        self.readers = 0  # connections that hold a place, slow ones that are being ended among them

    def has_readers(self, channel: Hashable) -> bool:
        return bool(self._channels.get(channel))

    def publish(self, channel: Hashable, frame: bytes) -> None:
        """Puts `frame` on its way; returns at once."""
        if self._channels.get(channel):
            self._pending.setdefault(channel, []).append(frame)
            self._work.set()

    async def serve(self, channel: Hashable, hello: Callable[[], bytes], receive: Receive, send: Send) -> None:
        """One reader, until it leaves. `hello` is called once nothing can be missed any more: what it returns goes
        first, and everything published after it follows. Raises Unavailable, before anything was sent,
        when all places are taken."""
        if self.readers >= self._readers_max or self._ending:
            raise Unavailable("All places for live readers are taken.", retry_after_s=FULL_RETRY_S)
        task = asyncio.current_task()
        assert task is not None
        reader = _Reader(send, task)
        self.readers += 1
        try:
            await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
            if _write(send, _body(hello())):
                self._channels[channel].add(reader)
                await self._until_gone(reader, receive)
        finally:
            self.readers -= 1
            self._leave(channel, reader)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                async with asyncio.timeout(self._heartbeat_s):
                    await self._work.wait()
            except TimeoutError:
                for channel in list(self._channels):
                    self.publish(channel, _HEARTBEAT)
            started = self._clock.monotonic()
            await self._round()
            await self._clock.sleep(min(REST_MAX_S, REST_RATIO * (self._clock.monotonic() - started)))

    def end(self) -> None:
        """Ends every stream and takes no more readers: a server that shuts down waits for open connections."""
        self._ending = True
        for readers in self._channels.values():
            for reader in list(readers):
                if not _write(reader.send, _END):
                    self._drop(readers, reader)

    async def _round(self) -> None:
        pending, self._pending = self._pending, {}
        self._work.clear()
        for channel, frames in pending.items():
            readers = self._channels.get(channel, set())
            message = _body(b"".join(frames))
            for number, reader in enumerate(list(readers), start=1):
                if reader in readers and not _write(reader.send, message):
                    self._drop(readers, reader)
                if number % WRITES_AT_ONCE == 0:
                    await asyncio.sleep(0)

    def _drop(self, readers: set[_Reader], reader: _Reader) -> None:
        readers.discard(reader)
        reader.slow = True
        reader.task.cancel()

    def _leave(self, channel: Hashable, reader: _Reader) -> None:
        readers = self._channels.get(channel, set())
        readers.discard(reader)
        if not readers:
            self._channels.pop(channel, None)
            self._pending.pop(channel, None)

    @staticmethod
    async def _until_gone(reader: _Reader, receive: Receive) -> None:
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            if not reader.slow:
                raise
            reader.task.uncancel()
            with suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE_S):
                    await reader.send(_END)


def _body(chunk: bytes) -> Message:
    return {"type": "http.response.body", "body": chunk, "more_body": True}


def _write(send: Send, message: Message) -> bool:
    """Whether the server took it at once.

    `send` is a coroutine that gives up control only when the socket's buffer is over its high-water mark (uvicorn:
    64 KiB), before it writes. So one step by hand writes everything or nothing, without a task and without waiting.
    """
    step = send(message).__await__()
    try:
        next(step)
    except StopIteration:
        return True
    except OSError:
        return False
    step.close()
    return False
