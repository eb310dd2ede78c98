"""What goes wrong with the next requests: by a script, each step once and in order, never at random."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NotRequired, TypedDict

from aiohttp import web

from tests.peers.x.answers import drop, problem
from tests.peers.x.rules import NO_REPLY, NOT_VISIBLE

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Fault(TypedDict):
    """`on`: the kind of request; `account`: only this user name's; `what`: see README.md."""

    on: str
    what: str
    account: NotRequired[str]
    after_s: NotRequired[float]
    reset_s: NotRequired[float]
    status: NotRequired[int]


NEVER_S = 3600.0
LATE_S = 0.5
SAYS_NOTHING = ("drop", "hang", "late", "commit-then-drop", "commit-then-cut", "commit-then-hang")
WHAT = frozenset(
    {
        *SAYS_NOTHING, "slow", "html", "commit-then-html", "empty", "commit-then-empty", "status", "limit",
        "limit-bare", "limit-day", "limit-app-day", "unauthorized", "credits", "locked", "young-parent",
        "reply-restricted",
    }
)  # fmt: skip


class Faults:
    def __init__(self) -> None:
        self.script: list[Fault] = []
        self._late: set[asyncio.Task[object]] = set()

    def take(self, kind: str, username: str | None) -> Fault | None:
        for fault in self.script:
            if fault["on"] == kind and fault.get("account", username) == username:
                self.script.remove(fault)
                return fault
        return None

    async def answer(self, fault: Fault, request: web.Request, handler: Handler, now_s: float) -> web.StreamResponse:
        """`handler` does what was asked; most faults let it, or do not, and then say something else or nothing."""
        what = fault["what"]
        await request.read()  # it came whole: what is lost is lost after that
        if what == "slow":
            await asyncio.sleep(fault.get("after_s", LATE_S))
            return await handler(request)
        if what == "late":
            task: asyncio.Task[object] = asyncio.get_running_loop().create_task(self._apply(fault, request, handler))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
        made = await handler(request) if what.startswith("commit-then-") else None
        if what.endswith("hang"):
            await asyncio.sleep(NEVER_S)
        if what == "commit-then-cut" and isinstance(made, web.Response):
            return await _cut(request, made)
        if what in SAYS_NOTHING:
            return drop(request)
        if what.endswith("html"):
            return web.Response(status=503, text="<html>Over capacity</html>", content_type="text/html")
        if what.endswith("empty"):
            return web.Response(status=made.status if made else 200)
        return _refusal(fault, now_s)

    async def _apply(self, fault: Fault, request: web.Request, handler: Handler) -> None:
        await asyncio.sleep(fault.get("after_s", LATE_S))
        await handler(request)

    def forget(self) -> None:
        """What is late when the peer stops never happens."""
        for task in self._late:
            task.cancel()


async def _cut(request: web.Request, made: web.Response) -> web.StreamResponse:
    body = made.body if isinstance(made.body, bytes) else b""
    response = web.StreamResponse(status=made.status, headers={"Content-Type": "application/json"})
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    drop(request)
    return response


def _refusal(fault: Fault, now_s: float) -> web.Response:
    what = fault["what"]
    if what == "young-parent":
        return problem(403, "Forbidden", NOT_VISIBLE)
    if what == "reply-restricted":
        return problem(403, "Forbidden", NO_REPLY)
    if what == "unauthorized":
        return problem(401, "Unauthorized")
    if what == "credits":
        return no_credits()
    if what == "locked":
        return locked()
    if what == "status":
        return problem(fault.get("status", 500), "Internal Server Error")
    return too_many(_limit_headers(what, int(now_s + fault.get("reset_s", 60)), int(now_s + 600)))


def _limit_headers(what: str, reset: int, window: int) -> dict[str, str]:
    if what == "limit-bare":
        return {}
    if what == "limit":
        return {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "0", "x-rate-limit-reset": str(reset)}
    day = "x-user-limit-24hour" if what == "limit-day" else "x-app-limit-24hour"
    return {
        "x-rate-limit-limit": "100",
        "x-rate-limit-remaining": "97",
        "x-rate-limit-reset": str(window),
        f"{day}-limit": "10000",
        f"{day}-remaining": "0",
        f"{day}-reset": str(reset),
    }


def too_many(headers: dict[str, str]) -> web.Response:
    return problem(429, "Too Many Requests", headers=headers)


def no_credits() -> web.Response:
    detail = "Your enrolled account does not have any credits to fulfill this request."
    return problem(402, "CreditsDepleted", detail, kind="credits")


def locked() -> web.Response:
    detail = "To protect our users from spam and other malicious activity, this account is temporarily locked."
    return problem(403, "Forbidden", detail)
