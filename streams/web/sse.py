"""Server-sent events: one message encoded once, many readers, each with a bounded queue, resumed by Last-Event-ID."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator

from starlette.responses import StreamingResponse

HEARTBEAT_S = 15.0  # below the idle time-out of common proxies (60 s)
READER_QUEUE_MAX = 256  # a reader that far behind is better off reconnecting
KEPT = 1_000  # messages that a reader who was away can still get


class Broadcast:
    """publish() to all who subscribe(). Ids grow by themselves unless given."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept: deque[tuple[str, bytes]] = deque(maxlen=kept)
        self._readers: set[asyncio.Queue[bytes | None]] = set()
        self._next = 1

    def publish(self, data: str, *, event: str = "message", id: str | None = None) -> None:  # noqa: A002  # the field's name in the standard
        number = id if id is not None else str(self._next)
        self._next += 1
        frame = encode(data, event=event, id=number)
        self._kept.append((number, frame))
        for queue in list(self._readers):
            if queue.full():
                self._readers.discard(queue)
                queue.get_nowait()
                queue.put_nowait(None)
            else:
                queue.put_nowait(frame)

    @property
    def readers(self) -> int:
        return len(self._readers)

    async def subscribe(self, last_id: str | None = None) -> AsyncGenerator[bytes, None]:
        """Frames after `last_id` that are still kept, then those to come, with a heartbeat when it is quiet."""
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(READER_QUEUE_MAX)
        self._readers.add(queue)
        try:
            yield b": connected\n\n"
            for missed in self._after(last_id):
                yield missed
            while True:
                try:
                    async with asyncio.timeout(HEARTBEAT_S):
                        frame = await queue.get()
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if frame is None:
                    return
                yield frame
        finally:
            self._readers.discard(queue)

    def _after(self, last_id: str | None) -> list[bytes]:
        if last_id is None:
            return []
        kept = list(self._kept)
        places = [i for i, (number, _) in enumerate(kept) if number == last_id]
        return [frame for _, frame in kept[places[-1] + 1 if places else 0 :]]


def encode(data: str, *, event: str = "message", id: str | None = None) -> bytes:  # noqa: A002  # as above
    """One frame of text/event-stream."""
    lines = [f"id: {id}"] if id is not None else []
    if event != "message":
        lines.append(f"event: {event}")
    lines += [f"data: {line}" for line in data.splitlines() or [""]]
    return ("\n".join(lines) + "\n\n").encode()


def event_stream(frames: AsyncIterator[bytes]) -> StreamingResponse:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(frames, media_type="text/event-stream", headers=headers)
