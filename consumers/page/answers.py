"""Answers of the page that are made once and given to everyone: encoded, compressed, with an entity tag."""

import gzip
import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

# Short enough that what was taken back is gone from every cache in a moment, long enough to carry a rush of readers.
PAGE_MAX_AGE_S = 2
ASSET_MAX_AGE_S = 31_536_000  # a year: their address changes with their content
KEPT_MAX = 300  # answers; three languages of a hundred threads
GZIP_LEVEL = 6
VARY = "Accept-Language, Accept-Encoding"


@dataclass(frozen=True, slots=True)
class Made:
    """One answer, ready to send."""

    body: bytes
    zipped: bytes
    etag: str
    status: int
    media_type: str
    language: str | None


class Answers:
    """Keeps the latest answer for each key; `state` says which one is the latest."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Hashable, Made]] = {}

    def get(self, key: Hashable, state: Hashable, make: Callable[[], Made]) -> Made:
        kept = self._kept.get(key)
        if kept is None or kept[0] != state:
            if len(self._kept) >= KEPT_MAX:
                self._kept.clear()
            kept = self._kept[key] = (state, make())
        return kept[1]


def made(text: str, *, media_type: str = "text/html", language: str | None = None, status: int = 200) -> Made:
    body = text.encode()
    etag = hashlib.sha256(body).hexdigest()[:32]
    return Made(body, gzip.compress(body, GZIP_LEVEL, mtime=0), etag, status, media_type, language)


def give(request: Request, answer: Made) -> Response:
    """The answer as this reader can take it: whole, compressed, or only the word that nothing changed."""
    zips = "gzip" in request.headers.get("accept-encoding", "")
    etag = f'"{answer.etag}{"-gzip" if zips else ""}"'
    headers = {
        "Cache-Control": f"public, max-age={PAGE_MAX_AGE_S}" if answer.status == 200 else "no-store",
        "ETag": etag,
        "Vary": VARY,
        # What a search engine or a web archive keeps cannot be taken back when a consent is withdrawn.
        "X-Robots-Tag": "noindex, noarchive",
    }
    if answer.language:
        headers["Content-Language"] = answer.language
    if answer.status == 200 and _names(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    if zips:
        headers["Content-Encoding"] = "gzip"
    body = answer.zipped if zips else answer.body
    return Response(body, answer.status, headers, media_type=answer.media_type)


def _names(if_none_match: str, etag: str) -> bool:
    """Weak comparison (RFC 9110 section 13.1.2)."""
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in if_none_match.split(","))


class Assets(StaticFiles):
    """Style and script under addresses that hold their hash: kept for a year, and never stale."""

    def file_response(self, full_path: object, stat_result: object, scope: Scope, status_code: int = 200) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)  # type: ignore[arg-type]  # handed on as they came
        lasting = b"v=" in scope["query_string"]
        response.headers["Cache-Control"] = f"public, max-age={ASSET_MAX_AGE_S if lasting else PAGE_MAX_AGE_S}"
        return response


def stamped(prefix: str, file: Path) -> str:
    """The address of an asset with the hash of its content."""
    return f"{prefix}/{file.name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:16]}"
