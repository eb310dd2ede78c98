"""Pages that fetch themselves anew take turns, so that what somebody presses is not behind forty of them."""

import asyncio
from contextlib import AsyncExitStack
from time import monotonic

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# desk.js says so when a page fetches itself because something changed. To claim it gains nothing but a place behind.
LOOK = "scrubcast-look"
# After each look as long a pause as it took: half of the desk's time is for presses, whatever happens.
PAUSE_MAX_S = 0.05  # a look that was slow for another reason must not keep the others from theirs


class LooksTakeTurns:
    """One look at a time, in the order they came. Plain ASGI, for event streams pass through it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._turn = asyncio.Lock()
        self._free_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or LOOK not in Headers(scope=scope):
            await self._app(scope, receive, send)
            return
        async with AsyncExitStack() as turn:
            await turn.enter_async_context(self._turn)
            await asyncio.sleep(max(0.0, self._free_at - monotonic()))
            began = monotonic()

            async def answered(message: Message) -> None:
                # The turn ends when the page is made: one that is read slowly keeps nobody else waiting.
                if message["type"] == "http.response.start":
                    now = monotonic()
                    self._free_at = now + min(PAUSE_MAX_S, now - began)
                    await turn.aclose()
                await send(message)

            await self._app(scope, receive, answered)
