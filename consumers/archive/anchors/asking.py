"""The one way by which the archive asks anybody over HTTP: a short body, a short answer, a short time."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from schemas.errors import Unavailable

TIMEOUT_S = 10.0  # of each step of a request; a witness answers from memory, a stamp is one signature
ANSWER_MAX = 65_536  # bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """Of HTTP: status and body."""

    status: int
    body: bytes


Post = Callable[[str, str, bytes], Awaitable[Answer]]
"""(URL, content type, body) → the answer. Raises Unavailable when nobody answers in time."""


@asynccontextmanager
async def over_http() -> AsyncIterator[Post]:
    """Keeps connections open between requests, and follows nobody to another address."""
    async with httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False) as client:

        async def post(url: str, content_type: str, body: bytes) -> Answer:
            try:
                async with client.stream("POST", url, content=body, headers={"content-type": content_type}) as answer:
                    return Answer(answer.status_code, await _short(answer))
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise Unavailable(f"it does not answer ({type(error).__name__})") from None

        yield post


async def _short(answer: httpx.Response) -> bytes:
    body = b""
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > ANSWER_MAX:
            raise Unavailable(f"its answer is longer than {ANSWER_MAX} bytes")
    return body
