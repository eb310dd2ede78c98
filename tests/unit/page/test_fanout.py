"""Many readers, one writer: who gets what, and what happens to the slow, the late and the one too many."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from starlette.types import Message

from schemas.errors import Unavailable
from streams.clock import SystemClock
from streams.web.fanout import Fanout


@dataclass
class Socket:
    """An ASGI server's side of one connection: takes bytes unless `full`, as uvicorn's flow control does."""

    got: list[bytes] = field(default_factory=list)
    status: int = 0
    ended: bool = False
    writable: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.writable.set()

    async def send(self, message: Message) -> None:
        if not self.writable.is_set():
            await self.writable.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        if message["body"]:
            self.got.append(message["body"])
        if not message["more_body"]:
            self.ended = True
            self.left.set()
        self.arrived.set()

    async def receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def next(self) -> None:
        async with asyncio.timeout(5):
            await self.arrived.wait()
        self.arrived.clear()


@asynccontextmanager
async def running(fanout: Fanout) -> AsyncIterator[None]:
    task = asyncio.create_task(fanout.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def reading(fanout: Fanout, channel: str = "a", hello: bytes = b"hello") -> AsyncIterator[Socket]:
    socket = Socket()
    task = asyncio.create_task(fanout.serve(channel, lambda: hello, socket.receive, socket.send))
    await socket.next()
    try:
        yield socket
    finally:
        socket.left.set()
        socket.writable.set()
        async with asyncio.timeout(5):
            await task


async def test_a_reader_is_greeted_and_then_gets_what_is_published_on_its_channel() -> None:
    fanout = Fanout(SystemClock())
    async with running(fanout), reading(fanout, "a") as one, reading(fanout, "b") as other:
        fanout.publish("a", b"post")
        await one.next()
    assert one.got == [b"hello", b"post"]
    assert other.got == [b"hello"]
    assert one.status == 200


async def test_what_comes_while_a_round_is_written_goes_out_joined_in_the_next() -> None:
    fanout = Fanout(SystemClock())
    async with reading(fanout) as one:
        fanout.publish("a", b"1")
        fanout.publish("a", b"2")
        async with running(fanout):
            await one.next()
    assert one.got == [b"hello", b"12"]


async def test_a_slow_reader_is_ended_and_no_one_waits_for_it() -> None:
    fanout = Fanout(SystemClock())
    async with running(fanout), reading(fanout) as slow, reading(fanout) as quick:
        slow.writable.clear()
        fanout.publish("a", b"post")
        await quick.next()
        assert quick.got == [b"hello", b"post"]
        assert slow.got == [b"hello"]
        slow.writable.set()
        await slow.next()
        assert slow.ended
    assert fanout.readers == 0


async def test_one_reader_too_many_is_refused_before_anything_is_sent() -> None:
    fanout = Fanout(SystemClock(), readers_max=1)
    socket = Socket()
    async with reading(fanout):
        with pytest.raises(Unavailable):
            await fanout.serve("a", lambda: b"", socket.receive, socket.send)
    assert socket.status == 0
    async with reading(fanout):
        assert fanout.readers == 1


async def test_a_quiet_stream_says_that_it_is_still_there() -> None:
    fanout = Fanout(SystemClock(), heartbeat_s=0.01)
    async with running(fanout), reading(fanout) as one:
        await one.next()
    assert one.got[1] == b": still here\n\n"


async def test_the_end_of_the_server_ends_every_stream_and_takes_no_more() -> None:
    fanout = Fanout(SystemClock())
    async with reading(fanout) as one, reading(fanout) as slow:
        slow.writable.clear()
        fanout.end()
        assert one.ended
        slow.writable.set()
        await slow.next()
        assert slow.ended
        with pytest.raises(Unavailable):
            await fanout.serve("a", lambda: b"", one.receive, one.send)


async def test_nothing_is_kept_for_channels_without_readers() -> None:
    fanout = Fanout(SystemClock())
    fanout.publish("a", b"post")
    async with running(fanout), reading(fanout) as one:
        assert fanout.has_readers("a")
    assert not fanout.has_readers("a")
    assert one.got == [b"hello"]
    assert not fanout._pending
    assert not fanout._channels
