"""An independent witness: what the server tells the whole network about posts, in the order in which it happened."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import websockets
from atproto_core.car import CAR  # type: ignore[import-untyped]  # it ships no types
from atproto_core.cbor import decode_dag_multi  # type: ignore[import-untyped]  # likewise
from atproto_core.cid import CID  # type: ignore[import-untyped]  # likewise

POSTS = "app.bsky.feed.post/"
HEARD_S = 10.0  # measured: 0.1 s after the request


@dataclass(frozen=True)
class Seen:
    """One thing that happened to one post."""

    action: str  # create, update or delete
    uri: str
    text: str | None = None
    parent: str | None = None


@dataclass
class Firehose:
    """What was heard, oldest first."""

    seen: list[Seen] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def of(self, did: str) -> list[Seen]:
        return [s for s in self.seen if s.uri.startswith(f"at://{did}/")]

    async def until(self, did: str, uri: str) -> list[Seen]:
        """All that was heard of this account, once something of this post was heard."""
        async with asyncio.timeout(HEARD_S):
            while not any(s.uri == uri for s in self.seen):
                self.heard.clear()
                await self.heard.wait()
        return self.of(did)

    async def listen(self, connection: websockets.ClientConnection) -> None:
        async for frame in connection:
            assert isinstance(frame, bytes)
            self.seen += _seen(frame)
            self.heard.set()


def _seen(frame: bytes) -> list[Seen]:
    header, body = decode_dag_multi(frame)
    if header.get("t") != "#commit":
        return []
    blocks = CAR.from_bytes(body["blocks"]).blocks if body["blocks"] else {}
    out = []
    for op in body["ops"]:
        if not op["path"].startswith(POSTS):
            continue
        record = blocks[CID.from_decoded_bytes(op["cid"])] if op["cid"] else {}
        parent = ((record.get("reply") or {}).get("parent") or {}).get("uri")
        out.append(Seen(op["action"], f"at://{body['repo']}/{op['path']}", record.get("text"), parent))
    return out


@asynccontextmanager
async def firehose(url: str) -> AsyncIterator[Firehose]:
    """Listens to com.atproto.sync.subscribeRepos of the server at this address, from now on."""
    it = Firehose()
    address = url.replace("http", "ws", 1) + "/xrpc/com.atproto.sync.subscribeRepos"
    async with websockets.connect(address, proxy=None, max_size=2**23) as connection:
        listening = asyncio.create_task(it.listen(connection))
        try:
            yield it
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError, websockets.ConnectionClosed):
                await listening
