"""Lets what turns on who is enrolled wait until that is read, and no longer: a desk that starts knows people first.

Enrolments are few and read in milliseconds, all of the topics in seconds. The red button needs a person's right alone,
so it works from the first moment on that the desk answers at all.
"""

import asyncio

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from producers.desk.gate import cookie_name
from producers.desk.sessions import Sessions
from streams.views import View

# Longer than a broker takes that is there at all; past it the request goes on, and is told that it came too early.
WAIT_S = 10.0
BY_PASSKEY = frozenset({"/desk/sign-in/passkey", "/desk/join", "/desk/join/options"})


class EnrolledFirst:
    """Plain ASGI, for event streams pass through it. A role's key waits for nothing."""

    def __init__(self, app: ASGIApp, known: View) -> None:
        self._app = app
        self._known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._known.is_ready and _turns_on_people(HTTPConnection(scope)):
            try:
                async with asyncio.timeout(WAIT_S):
                    await self._known.ready()
            except TimeoutError:
                pass
        await self._app(scope, receive, send)


def _turns_on_people(asked: HTTPConnection) -> bool:
    cookie = asked.cookies.get(cookie_name(asked.url.scheme), "")
    return asked.url.path in BY_PASSKEY or Sessions.is_of_person(cookie)
