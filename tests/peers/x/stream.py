"""The filtered stream with its rules: an independent witness of what was posted, as it is posted."""

import asyncio
import json
from typing import Any

from aiohttp import web

from tests.peers.x import query as queries
from tests.peers.x.answers import invalid, problem, tweet_data
from tests.peers.x.peer import Peer
from tests.peers.x.store import Tweet

RULES_MAX = 1000
RULE_MAX = 1024
WAITING_MAX = 10_000  # posts that a slow reader may be behind; then the peer ends the stream, as X does


class Stream:
    """One connection at a time. Rules are in memory: a restart forgets them."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._rules: dict[str, dict[str, str]] = {}
        self._waiting: asyncio.Queue[Tweet] | None = None

    def tell(self, tweet: Tweet) -> None:
        if self._waiting is not None and not self._waiting.full():
            self._waiting.put_nowait(tweet)

    # -- rules -------------------------------------------------------------------------------------------------------

    async def rules(self, request: web.Request) -> web.StreamResponse:
        data = list(self._rules.values())
        return web.json_response(({"data": data} if data else {}) | {"meta": {"result_count": len(data)}})

    async def change_rules(self, request: web.Request) -> web.StreamResponse:
        try:
            body = json.loads(await request.text())
            added = [{"value": str(r["value"]), "tag": str(r.get("tag", ""))} for r in body.get("add", ())]
            gone = [str(it) for it in body.get("delete", {}).get("ids", ())]
        except (ValueError, TypeError, KeyError, AttributeError):
            return invalid("$: add or delete is required")
        known = {rule["value"] for rule in self._rules.values()}
        for rule in added:
            wrong = queries.problem(rule["value"])
            if wrong or len(rule["value"]) > RULE_MAX or len(self._rules) + len(added) > RULES_MAX:
                return problem(400, "Invalid Rule", wrong, kind="invalid-rules")
            if rule["value"] in known:
                return problem(409, "DuplicateRule", kind="duplicate-rules")
        made = [{"id": self._peer.store.new_id(self._peer.now_ms()), **rule} for rule in added]
        self._rules |= {rule["id"]: rule for rule in made}
        deleted = [self._rules.pop(it) for it in gone if it in self._rules]
        summary = {"created": len(made), "not_created": 0, "deleted": len(deleted)}
        answer: dict[str, Any] = {"meta": {"summary": summary}} | ({"data": made} if made else {})
        return web.json_response(answer, status=201 if made else 200)

    # -- the stream --------------------------------------------------------------------------------------------------

    async def stream(self, request: web.Request) -> web.StreamResponse:
        if not self._rules:
            return problem(409, "Conflict", "The stream has no rules.")
        if self._waiting is not None:
            detail = "This stream is currently at the maximum allowed connection limit."
            return problem(
                429, "ConnectionException", detail, kind="streaming-connection", connection_issue="TooManyConnections"
            )
        waiting = self._waiting = asyncio.Queue(WAITING_MAX)
        response = web.StreamResponse(headers={"Content-Type": "application/json; charset=utf-8"})
        fields = frozenset(request.query.get("tweet.fields", "").split(","))
        try:
            await response.prepare(request)
            await response.write(b"\r\n")
            while not waiting.full():
                await response.write(await self._next(waiting, fields))
        except ConnectionError:
            pass  # the reader went
        finally:
            self._waiting = None
        return response

    async def _next(self, waiting: asyncio.Queue[Tweet], fields: frozenset[str]) -> bytes:
        """The next post that fits a rule, or a blank line when none came for a while."""
        try:
            async with asyncio.timeout(self._peer.settings.keep_alive_s):
                tweet = await waiting.get()
        except TimeoutError:
            return b"\r\n"
        store = self._peer.store
        parent = store.tweets.get(tweet.reply_to or "")
        matching = [
            {"id": rule["id"], "tag": rule["tag"]}
            for rule in self._rules.values()
            if queries.fits(rule["value"], tweet, self._peer.accounts, parent)
        ]
        if not matching:
            return b""
        line = {"data": tweet_data(tweet, fields, parent, store.media), "matching_rules": matching}
        return json.dumps(line).encode() + b"\r\n"
