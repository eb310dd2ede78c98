"""How large a request may be: checked before a byte of it is read, and counted while it comes."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schemas.errors import Refused
from streams.web.problems import problem

# An event file with every list full is about 700 kB; Kafka takes records up to 1 MB.
BODY_MAX = 1_000_000


class BodyLimit:
    """Answers 413 to what says it is larger; ends what turns out to be."""

    def __init__(self, app: ASGIApp, body_max: int = BODY_MAX) -> None:
        self._app = app
        self._max = body_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "0")
        if not said.isdigit() or int(said) > self._max:
            await self._too_large(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._max:
                raise Refused(f"At most {self._max} bytes are taken.", code="too-large", status=413)
            return message

        await self._app(scope, counted, send)

    async def _too_large(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = problem(413, "too-large", f"At most {self._max} bytes are taken.")
        await answer(scope, receive, send)
