"""The shapes in which X answers: posts, problems and nothing at all."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.peers.x.rules import INVALID, shown
from tests.peers.x.store import Media, Tweet

PROBLEMS = "https://api.x.com/2/problems/"


def problem(
    status: int,
    title: str,
    detail: str | None = None,
    *,
    kind: str | None = None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> web.Response:
    body = {"title": title, "detail": detail or title, "type": PROBLEMS + kind if kind else "about:blank"}
    text = json.dumps(body | {"status": status} | more)
    return web.Response(status=status, text=text, content_type="application/problem+json", headers=headers)


def invalid(message: str) -> web.Response:
    errors = [{"message": message, "parameters": {}}]
    return problem(400, "Invalid Request", INVALID, kind="invalid-request", errors=errors)


def missing(tweet_id: str) -> web.Response:
    """A look-up of one post that is not there succeeds, without data."""
    error = {
        "value": tweet_id,
        "detail": f"Could not find tweet with id: [{tweet_id}].",
        "title": "Not Found Error",
        "resource_type": "tweet",
        "parameter": "id",
        "resource_id": tweet_id,
        "type": PROBLEMS + "resource-not-found",
    }
    return web.json_response({"errors": [error]})


def tweet_data(
    tweet: Tweet, fields: frozenset[str], parent: Tweet | None, media: Mapping[str, Media]
) -> dict[str, Any]:
    """A post with the fields that were asked for."""
    text = shown(tweet.text, tweet.media_ids[0] if tweet.media_ids else None)
    data: dict[str, Any] = {"id": tweet.id, "text": text, "edit_history_tweet_ids": [tweet.id]}
    more: dict[str, Any] = {
        "author_id": tweet.author_id,
        "conversation_id": tweet.conversation_id,
        "created_at": datetime.fromtimestamp(tweet.created_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.")
        + f"{tweet.created_ms % 1000:03d}Z",
    }
    if tweet.reply_to:
        more["referenced_tweets"] = [{"type": "replied_to", "id": tweet.reply_to}]
        more["in_reply_to_user_id"] = parent.author_id if parent else None
    if tweet.media_ids:
        more["attachments"] = {"media_keys": [f"3_{it}" for it in tweet.media_ids if it in media]}
    return data | {name: value for name, value in more.items() if name in fields}


def drop(request: web.Request) -> web.Response:
    """Closes the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
