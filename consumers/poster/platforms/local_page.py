"""The public page asked as any reader asks it, over HTTP: the one part of the local destination that is not the topic.

With the standard library, in a thread: an HTTP client would cost the poster ten megabytes for one question a few
minutes apart.
"""

import asyncio
import json
import ssl
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from consumers.poster.platforms.seeing import PublicPost
from schemas.errors import Uncertain

TIMEOUT_S = 10.0
ANSWER_BYTES_MAX = 8 * 1024 * 1024  # a thread of 400 posts takes some 250 kB


async def thread_of(page_url: str, live_event_id: str, ca_file: Path | None) -> tuple[dict[str, Any], ...]:
    """The posts that the page shows. Raises Uncertain when it does not show the thread at all."""
    body = await asyncio.to_thread(_asked, f"{page_url}/api/v1/live-events/{live_event_id}/thread", ca_file)
    try:
        items = json.loads(body)["items"]
        return tuple(item for item in items if item["state"] == "posted")
    except (KeyError, TypeError, ValueError):
        raise Uncertain("The page's thread cannot be read.") from None


def _asked(url: str, ca_file: Path | None) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise Uncertain("The page has no address that can be asked.")
    try:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
        opener = build_opener(ProxyHandler({}), HTTPSHandler(context=context))
        with opener.open(Request(url, headers={"Accept": "application/json"}), timeout=TIMEOUT_S) as answer:  # noqa: S310  # its scheme was looked at
            body = bytes(answer.read(ANSWER_BYTES_MAX + 1))
    except HTTPError as error:
        raise Uncertain(f"The page answered {error.code}.") from None
    except (OSError, HTTPException, ValueError) as error:
        raise Uncertain(f"The page gave no answer ({type(error).__name__}).") from None
    if len(body) > ANSWER_BYTES_MAX:
        raise Uncertain("The page's thread is longer than a thread can be.")
    return body


def public_of(item: Mapping[str, Any], page_url: str, live_event_id: str, since: datetime) -> PublicPost:
    """`since` stands for the time where the page shows none. Raises KeyError or TypeError for what is no post."""
    shown = item.get("posted_at")
    at = datetime.fromisoformat(str(shown)) if shown else since
    post_id = str(item["id"])
    return PublicPost(post_id, f"{page_url}/t/{live_event_id}#p-{post_id}", str(item["text"]), at)
