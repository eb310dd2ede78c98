"""Waits for Kafka's acknowledgement of one record, for so long and no longer."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from schemas.errors import Unavailable
from streams.bus import Position

RETRY_AFTER_S = 2.0


async def durable(sending: Coroutine[Any, Any, Position], timeout_s: float) -> Position:
    """Raises Unavailable when the time is up; the record may still become durable, so that all of ours may come twice.

    Shielded: a request that is given up must not take the write with it.
    """
    writing = asyncio.ensure_future(sending)
    writing.add_done_callback(looked_at)
    try:
        return await asyncio.wait_for(asyncio.shield(writing), timeout_s)
    except TimeoutError:
        raise Unavailable("It could not be stored in time. Try again.", retry_after_s=RETRY_AFTER_S) from None


def looked_at(writing: "asyncio.Future[Any]") -> None:
    """When nobody waits any more, asyncio would complain of an exception that was never retrieved."""
    if not writing.cancelled():
        writing.exception()
