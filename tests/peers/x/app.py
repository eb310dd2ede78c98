"""X's API v2 as far as the poster uses it, with faults by script; `/_control/…` is the tests' own door."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.peers.x.oauth import Account
from tests.peers.x.rules import DUPLICATE, YOUNG_PARENT, error, problem, shown
from tests.peers.x.store import Store, Tweet

WINDOW_S = 15 * 60
LIMITS = {"create": 100, "delete": 50, "timeline": 900, "me": 75}
TIMELINE_PARAMS = frozenset(
    {
        "max_results", "since_id", "until_id", "start_time", "end_time", "pagination_token", "exclude",
        "tweet.fields", "expansions",
    }
)  # fmt: skip

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Peer:
    """One account on one X. `faults`: what becomes of the next requests of each kind."""

    def __init__(self, store: Store, account: Account) -> None:
        self.store = store
        self.account = account
        self.faults: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.visible_after_s = 0.0
        self._used: dict[str, tuple[float, int]] = {}
        self._late: set[asyncio.Task[None]] = set()

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.post("/2/tweets", self._door("create", self._create)),
                web.delete("/2/tweets/{id}", self._door("delete", self._delete)),
                web.get("/2/users/me", self._door("me", self._me)),
                web.get("/2/users/{id}/tweets", self._door("timeline", self._timeline)),
                web.post("/_control/faults", self._script),
                web.post("/_control/settings", self._settings),
                web.get("/_control/posts", self._posts),
            ]
        )
        return app

    # -- the door: who may, how often, and what goes wrong ----------------------------------------------------------

    def _door(self, kind: str, handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.requests.append(kind)
            who = self.account.may(
                request.headers.get("Authorization", ""), request.method, str(request.url), time.time()
            )
            if who == "nobody":
                return _problem(401, "Unauthorized", "Unauthorized")
            if who == "app" and kind != "timeline":
                return _problem(403, "Authenticating with OAuth 2.0 Application-Only is forbidden.", "Unsupported")
            fault = next((f for f in self.faults if f["on"] == kind), None)
            if fault is not None:
                self.faults.remove(fault)
                return await self._fault(fault, request, handler)
            headers = self._count(kind)
            if int(headers["x-rate-limit-remaining"]) < 0:
                headers["x-rate-limit-remaining"] = "0"
                return _problem(429, "Too Many Requests", "Too Many Requests", headers)
            response = await handler(request)
            response.headers.update(headers)
            return response

        return handle

    def _count(self, kind: str) -> dict[str, str]:
        now = time.time()
        start, used = self._used.get(kind, (now, 0))
        if now - start >= WINDOW_S:
            start, used = now, 0
        self._used[kind] = (start, used + 1)
        return {
            "x-rate-limit-limit": str(LIMITS[kind]),
            "x-rate-limit-remaining": str(LIMITS[kind] - used - 1),
            "x-rate-limit-reset": str(int(start + WINDOW_S)),
        }

    async def _fault(self, fault: dict[str, Any], request: web.Request, handler: Handler) -> web.StreamResponse:
        what = fault["what"]
        if what == "late":
            body = await request.json()
            task = asyncio.get_running_loop().create_task(self._apply_late(body, fault.get("after_s", 0.5)))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            return _drop(request)
        if what in ("commit-then-drop", "commit-then-html", "commit-then-empty"):
            await handler(request)
        if what in ("drop", "commit-then-drop"):
            return _drop(request)
        if what == "commit-then-empty":
            return web.Response(status=201)
        if what in ("html", "commit-then-html"):
            return web.Response(status=503, text="<html>Over capacity</html>", content_type="text/html")
        if what == "hang":
            await asyncio.sleep(3600)
        if what == "young-parent":
            return _problem(403, YOUNG_PARENT, "Forbidden")
        if what == "reply-restricted":
            return _problem(403, "Reply to this conversation is not allowed.", "Forbidden")
        assert what in ("limit", "limit-bare", "limit-day"), what
        reset = str(int(time.time() + fault.get("reset_s", 60)))
        headers = {
            "limit": {"x-rate-limit-remaining": "0", "x-rate-limit-reset": reset},
            "limit-bare": {},
            "limit-day": {
                "x-rate-limit-remaining": "97",
                "x-rate-limit-reset": str(int(time.time() + 600)),
                "x-user-limit-24hour-remaining": "0",
                "x-user-limit-24hour-reset": reset,
            },
        }[what]
        return _problem(429, "Too Many Requests", "Too Many Requests", headers)

    async def _apply_late(self, body: dict[str, Any], after_s: float) -> None:
        await asyncio.sleep(after_s)
        self._make(body)

    # -- the API -----------------------------------------------------------------------------------------------------

    async def _create(self, request: web.Request) -> web.StreamResponse:
        made = self._make(await request.json())
        if isinstance(made, web.Response):
            return made
        data = {"id": made.id, "text": shown(made.text), "edit_history_tweet_ids": [made.id]}
        return web.json_response({"data": data}, status=201)

    def _make(self, body: Any) -> Tweet | web.Response:
        wrong = problem(body)
        if wrong:
            return _problem(400, "One or more parameters to your request was invalid.", "Invalid Request", wrong=wrong)
        parent = body.get("reply", {}).get("in_reply_to_tweet_id")
        if parent is not None and self.store.standing(parent) is None:
            wrong = "You attempted to reply to a Tweet that does not exist."
            return _problem(400, "One or more parameters to your request was invalid.", "Invalid Request", wrong=wrong)
        if any(t.text == body["text"] and not t.deleted for t in self.store.tweets.values()):
            return _problem(403, DUPLICATE, "Forbidden")
        return self.store.add(body["text"], self.account.user_id, parent, int(time.time() * 1000))

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        if self.store.standing(request.match_info["id"]) is None:
            return _problem(404, "Could not find tweet.", "Not Found Error")
        self.store.delete(request.match_info["id"])
        return web.json_response({"data": {"deleted": True}})

    async def _me(self, request: web.Request) -> web.StreamResponse:
        me = {"id": self.account.user_id, "name": "Our Hospital", "username": self.account.username}
        return web.json_response({"data": me})

    async def _timeline(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        most = int(query.get("max_results", "10"))
        if set(query) - TIMELINE_PARAMS or not 5 <= most <= 100 or request.match_info["id"] != self.account.user_id:
            return _problem(400, "One or more parameters to your request was invalid.", "Invalid Request")
        start_ms = datetime.fromisoformat(query["start_time"]).timestamp() * 1000 if "start_time" in query else 0
        until = int(query.get("pagination_token", "0")) or None
        seen_ms = (time.time() - self.visible_after_s) * 1000
        found = [
            t
            for t in sorted(self.store.tweets.values(), key=lambda t: int(t.id), reverse=True)
            if not t.deleted
            and int(query.get("since_id", "0")) < int(t.id)
            and start_ms <= t.created_ms <= seen_ms
            and (until is None or int(t.id) < until)
        ]
        page = found[:most]
        meta: dict[str, Any] = {"result_count": len(page)}
        if len(found) > most:
            meta["next_token"] = page[-1].id
        fields = frozenset(query.get("tweet.fields", "").split(","))
        return web.json_response({"meta": meta} | ({"data": [_shown(t, fields) for t in page]} if page else {}))

    # -- the tests' door ---------------------------------------------------------------------------------------------

    async def _script(self, request: web.Request) -> web.StreamResponse:
        self.faults = await request.json()
        return web.json_response({})

    async def _settings(self, request: web.Request) -> web.StreamResponse:
        self.visible_after_s = (await request.json())["visible_after_s"]
        return web.json_response({})

    async def _posts(self, request: web.Request) -> web.StreamResponse:
        posts = [vars(t) for t in self.store.tweets.values()]
        return web.json_response({"posts": posts, "requests": self.requests})


def _shown(tweet: Tweet, fields: frozenset[str]) -> dict[str, Any]:
    out: dict[str, Any] = {"id": tweet.id, "text": shown(tweet.text), "edit_history_tweet_ids": [tweet.id]}
    if "created_at" in fields:
        out["created_at"] = datetime.fromtimestamp(tweet.created_ms / 1000, UTC).isoformat(timespec="milliseconds")
    if "conversation_id" in fields:
        out["conversation_id"] = tweet.conversation_id
    if "referenced_tweets" in fields and tweet.reply_to:
        out["referenced_tweets"] = [{"type": "replied_to", "id": tweet.reply_to}]
    return out


def _problem(
    status: int, detail: str, title: str, headers: dict[str, str] | None = None, *, wrong: str | None = None
) -> web.Response:
    body = error(status, detail, title)
    if wrong:
        body["errors"] = [{"message": wrong, "parameters": {}}]
    return web.Response(
        status=status, text=json.dumps(body), content_type="application/problem+json", headers=headers or {}
    )


def _drop(request: web.Request) -> web.Response:
    """Closes the connection without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
