"""Posts as API v2 makes, deletes, lists and finds them."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from aiohttp import web

from tests.peers.x import query as queries
from tests.peers.x.accounts import Account
from tests.peers.x.answers import invalid, missing, problem, tweet_data
from tests.peers.x.faults import no_credits
from tests.peers.x.peer import WHO, Peer
from tests.peers.x.rules import DUPLICATE, NO_PARENT, NO_REPLY, NO_REPLY_TO_OTHERS, NOT_VISIBLE
from tests.peers.x.rules import problem as body_problem
from tests.peers.x.store import Tweet
from tests.peers.x.stream import Stream

READING = frozenset({"tweet.fields", "expansions", "user.fields", "media.fields", "poll.fields", "place.fields"})
PAGING = frozenset({"max_results", "since_id", "until_id", "start_time", "end_time", "pagination_token"})
SEARCH_DAYS_S = 7 * 86_400


class Posts:
    def __init__(self, peer: Peer, stream: Stream) -> None:
        self._peer = peer
        self._stream = stream

    # -- making and deleting -----------------------------------------------------------------------------------------

    async def create(self, request: web.Request) -> web.StreamResponse:
        try:
            body = json.loads(await request.text())
        except ValueError:
            return invalid("Requests with bodies must have content-type of application/json.")
        account = request[WHO].account
        assert account is not None
        wrong = self._wrong(body, account)
        if wrong is not None:
            return wrong
        peer, media_ids = self._peer, tuple(body.get("media", {}).get("media_ids", ()))
        parent = body.get("reply", {}).get("in_reply_to_tweet_id")
        tweet = peer.store.add(body.get("text", ""), account.user_id, parent, media_ids, peer.now_ms())
        if peer.settings.credits is not None:
            peer.settings = peer.settings.having({"credits": peer.settings.credits - 1})
        self._stream.tell(tweet)
        data = self._data(tweet, frozenset())
        return web.json_response({"data": data}, status=201)

    def _wrong(self, body: Any, account: Account) -> web.Response | None:
        said = body_problem(body)
        if said:
            return invalid(said)
        peer = self._peer
        if peer.settings.credits == 0:
            return no_credits()
        for media_id in body.get("media", {}).get("media_ids", ()):
            media = peer.store.media.get(media_id)
            if media is None or media.owner_id != account.user_id or media.ready_ms > peer.now_ms():
                return invalid("Your media IDs are invalid.")
        wrong = self._wrong_parent(body.get("reply", {}).get("in_reply_to_tweet_id"), account)
        if wrong is not None:
            return wrong
        remembered_s = peer.settings_of(account.user_id).duplicate_s
        since_ms = 0 if remembered_s is None else peer.now_ms() - remembered_s * 1000
        text = body.get("text", "").strip()
        if text and any(
            t.author_id == account.user_id and t.text.strip() == text and not t.deleted and t.created_ms >= since_ms
            for t in peer.store.tweets.values()
        ):
            return problem(403, "Forbidden", DUPLICATE)
        return None

    def _wrong_parent(self, parent_id: str | None, account: Account) -> web.Response | None:
        if parent_id is None:
            return None
        peer, parent = self._peer, self._peer.store.tweets.get(parent_id)
        if parent is None:
            return invalid(NO_PARENT)
        settings = peer.settings_of(account.user_id)
        if parent.deleted or peer.now_ms() - parent.created_ms < settings.young_parent_s * 1000:
            return problem(403, "Forbidden", NOT_VISIBLE)
        if settings.replies == "all" or f"@{account.username}".lower() in parent.text.lower().split():
            return None
        if settings.replies == "mentioned":
            return problem(403, "Forbidden", NO_REPLY)
        if parent.author_id == account.user_id:
            return None
        return problem(403, "Forbidden", NO_REPLY_TO_OTHERS, kind="not-authorized-for-resource")

    async def delete(self, request: web.Request) -> web.StreamResponse:
        account, tweet = request[WHO].account, self._peer.store.standing(request.match_info["id"])
        assert account is not None
        if tweet is None:
            return problem(404, "Not Found Error", "Could not find tweet.", kind="resource-not-found")
        if tweet.author_id != account.user_id:
            return problem(403, "Forbidden", "You are not allowed to delete this Tweet.")
        self._peer.store.delete(tweet.id)
        return web.json_response({"data": {"deleted": True}})

    # -- reading -----------------------------------------------------------------------------------------------------

    async def me(self, request: web.Request) -> web.StreamResponse:
        account = request[WHO].account
        assert account is not None
        me = {"id": account.user_id, "name": account.name, "username": account.username}
        return web.json_response({"data": me})

    async def lookup(self, request: web.Request) -> web.StreamResponse:
        if set(request.query) - READING:
            return invalid("The query parameter is not one of the allowed.")
        tweet = self._peer.store.standing(request.match_info["id"])
        if tweet is None or not self._visible(tweet):
            return missing(request.match_info["id"])
        return web.json_response({"data": self._data(tweet, _fields(request))})

    async def timeline(self, request: web.Request) -> web.StreamResponse:
        user_id = request.match_info["id"]
        if set(request.query) - READING - PAGING - {"exclude"} or user_id not in self._peer.accounts:
            return invalid("The query parameter is not one of the allowed, or there is no such user.")
        replies = "replies" not in request.query.get("exclude", "").split(",")
        tweets = self._peer.store.tweets.values()
        found = [t for t in tweets if t.author_id == user_id and (replies or not t.reply_to)]
        return self._page(request, found, least=5, begin_ms=0)

    async def search(self, request: web.Request) -> web.StreamResponse:
        query = request.query.get("query", "")
        wrong = queries.problem(query)
        if wrong or set(request.query) - READING - PAGING - {"query", "next_token", "sort_order"}:
            return invalid(wrong or "The query parameter is not one of the allowed.")
        tweets, accounts = self._peer.store.tweets, self._peer.accounts
        found = [t for t in tweets.values() if queries.fits(query, t, accounts, tweets.get(t.reply_to or ""))]
        return self._page(request, found, least=10, begin_ms=self._peer.now_ms() - SEARCH_DAYS_S * 1000)

    def _page(self, request: web.Request, found: Iterable[Tweet], *, least: int, begin_ms: float) -> web.Response:
        """The newest first, as many as were asked for, and a token for what follows."""
        asked = request.query
        try:
            most = int(asked.get("max_results", "10"))
            since, until = int(asked.get("since_id", "0")), int(asked.get("until_id", str(2**63)))
            until = min(until, int(asked.get("pagination_token", asked.get("next_token", str(2**63)))))
            start_ms, end_ms = _ms(asked.get("start_time"), begin_ms), _ms(asked.get("end_time"), float("inf"))
        except ValueError:
            return invalid("The query parameter cannot be read.")
        if not least <= most <= 100:
            return invalid(f"The `max_results` query parameter value [{most}] is not between {least} and 100")
        fitting = [
            t
            for t in sorted(found, key=lambda t: int(t.id), reverse=True)
            if not t.deleted and self._visible(t) and since < int(t.id) < until and start_ms <= t.created_ms < end_ms
        ]
        page = fitting[:most]
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
        if len(fitting) > most:
            meta["next_token"] = page[-1].id
        data = [self._data(t, _fields(request)) for t in page]
        return web.json_response(({"data": data} if data else {}) | {"meta": meta})

    def _visible(self, tweet: Tweet) -> bool:
        lag_s = self._peer.settings_of(tweet.author_id).visible_after_s
        return tweet.created_ms <= self._peer.now_ms() - lag_s * 1000

    def _data(self, tweet: Tweet, fields: frozenset[str]) -> dict[str, Any]:
        store = self._peer.store
        return tweet_data(tweet, fields, store.tweets.get(tweet.reply_to or ""), store.media)


def _fields(request: web.Request) -> frozenset[str]:
    return frozenset(request.query.get("tweet.fields", "").split(","))


def _ms(value: str | None, default: float) -> float:
    return default if value is None else datetime.fromisoformat(value).timestamp() * 1000
