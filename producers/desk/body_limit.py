"""How large a request may be: checked before a byte of it is read, and counted while it comes."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schemas.errors import Refused
from streams.web.problems import problem

# An event file with every list full is about 700 kB; Kafka takes records up to 1 MB.
BODY_MAX = 1_000_000
# A bundle of another installation's archive (docs/audit.md): 300,000 entries. Taken from auditors alone.
LARGER = {"/audit/import": 256 * 2**20}


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
        most = LARGER.get(scope["path"], self._max)
        if not said.isdigit() or int(said) > most:
            await self._too_large(most, scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise Refused(f"At most {most} bytes are taken.", code="too-large", status=413)
            return message

        await self._app(scope, counted, send)

    @staticmethod
    async def _too_large(most: int, scope: Scope, receive: Receive, send: Send) -> None:
        answer = problem(413, "too-large", f"At most {most} bytes are taken.")
        await answer(scope, receive, send)
