"""Pages that fetch themselves anew wait for one another; nobody else does, and nobody waits for a slow reader."""

import asyncio
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from producers.desk.looks import LooksTakeTurns

LOOK = [(b"scrubcast-look", b"1")]


class App:
    """Notes who came, and answers whom it is told to."""

    def __init__(self) -> None:
        self.came: list[str] = []
        self.may_answer: dict[str, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.came.append(scope["path"])
        await self.may_answer.setdefault(scope["path"], asyncio.Event()).wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def came_to(self, *paths: str) -> None:
        async with asyncio.timeout(5):
            while self.came != list(paths):
                await asyncio.sleep(0.001)


async def nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def read(message: Message) -> None:
    del message


async def never_read(message: Message) -> None:
    if message["type"] == "http.response.body":
        await asyncio.Event().wait()


def asks(
    turns: LooksTakeTurns, path: str, headers: list[tuple[bytes, bytes]], send: Send = read, method: str = "GET"
) -> asyncio.Task[None]:
    scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "headers": headers}
    return asyncio.ensure_future(turns(scope, nothing, send))


async def test_a_second_look_waits_for_the_first_and_a_press_for_neither() -> None:
    app = App()
    turns = LooksTakeTurns(app)
    first, second = asks(turns, "/one", LOOK), asks(turns, "/two", LOOK)
    await app.came_to("/one")
    pressed, read_again = asks(turns, "/press", LOOK, method="POST"), asks(turns, "/page", [])
    await app.came_to("/one", "/press", "/page")
    app.may_answer["/one"].set()
    await app.came_to("/one", "/press", "/page", "/two")
    for waits in app.may_answer.values():
        waits.set()
    await asyncio.gather(first, second, pressed, read_again)


async def test_a_page_that_is_read_slowly_keeps_nobody_from_their_turn() -> None:
    app = App()
    turns = LooksTakeTurns(app)
    slow = asks(turns, "/slow", LOOK, never_read)
    await app.came_to("/slow")
    app.may_answer["/slow"].set()
    other = asks(turns, "/other", LOOK)
    await app.came_to("/slow", "/other")
    app.may_answer["/other"].set()
    await other
    slow.cancel()
    await asyncio.gather(slow, return_exceptions=True)


async def test_a_look_that_fails_gives_its_turn_back() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        raise ValueError

    turns = LooksTakeTurns(broken)
    failed = await asyncio.gather(asks(turns, "/a", LOOK), asks(turns, "/b", LOOK), return_exceptions=True)
    assert [type(each) for each in failed] == [ValueError, ValueError]
