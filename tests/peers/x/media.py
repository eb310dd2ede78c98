"""Media upload v2: initialize, append, finalize, status, and the words that say what a picture shows."""

import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from tests.peers.x.answers import invalid, problem
from tests.peers.x.peer import WHO, Peer
from tests.peers.x.store import Media

PICTURE_BYTES_MAX = 5 * 1024 * 1024
ALT_MAX = 1000
SEGMENT_MAX = 999
LIFE_S = 86_400
MIMES = frozenset({"image/jpeg", "image/png", "image/webp"})
BEGIN_FIELDS = frozenset({"additional_owners", "media_category", "media_type", "shared", "total_bytes"})
METADATA_FIELDS = frozenset({"alt_text", "sensitive_media_warning", "allow_download_status", "found_media_origin"})


@dataclass
class Coming:
    """A picture that is not whole yet; a restart forgets it."""

    owner_id: str
    mime: str
    total: int
    segments: dict[int, bytes] = field(default_factory=dict)


class Pictures:
    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._coming: dict[str, Coming] = {}

    async def initialize(self, request: web.Request) -> web.StreamResponse:
        try:
            body = json.loads(await request.text())
            unknown, mime, total = set(body) - BEGIN_FIELDS, str(body["media_type"]), int(body["total_bytes"])
        except (ValueError, TypeError, KeyError):
            return invalid("$: media_type and total_bytes are required")
        if unknown or mime not in MIMES or body.get("media_category", "tweet_image") != "tweet_image":
            return invalid(f"$: not understood: {sorted(unknown)}, media_type or media_category")
        if not 0 < total <= PICTURE_BYTES_MAX:
            return invalid("File size exceeds 5242880 bytes.")
        media_id = self._peer.store.new_id(self._peer.now_ms())
        self._coming[media_id] = Coming(_owner(request), mime, total)
        return web.json_response({"data": _data(media_id)})

    async def append(self, request: web.Request) -> web.StreamResponse:
        coming = self._mine(request)
        if coming is None:
            return _unknown()
        if request.content_type != "multipart/form-data":
            return invalid("$: multipart/form-data expected by this peer")
        form = _parts(request.headers["Content-Type"], await request.read())
        segment = form.get("segment_index", b"").decode("ascii", "replace")
        if set(form) != {"media", "segment_index"}:
            return invalid("$: media and segment_index are required, and nothing else")
        if not segment.isdigit() or int(segment) > SEGMENT_MAX:
            return invalid("$.segment_index: must be between 0 and 999")
        coming.segments[int(segment)] = form["media"]
        return web.json_response({"data": {"expires_at": int(self._peer.now_s()) + LIFE_S}})

    async def finalize(self, request: web.Request) -> web.StreamResponse:
        coming, media_id = self._mine(request), request.match_info["id"]
        if coming is None:
            return _unknown()
        if sorted(coming.segments) != list(range(len(coming.segments))):
            return invalid("Segments do not add up to provided total file size.")
        whole = b"".join(coming.segments[n] for n in sorted(coming.segments))
        if len(whole) != coming.total:
            return invalid("Segments do not add up to provided total file size.")
        ready_ms = self._peer.now_ms() + int(self._peer.settings.processing_s * 1000)
        digest = hashlib.sha256(whole).hexdigest()
        self._peer.store.keep(Media(media_id, coming.owner_id, coming.mime, len(whole), digest, ready_ms))
        del self._coming[media_id]
        return self._status(self._peer.store.media[media_id])

    async def status(self, request: web.Request) -> web.StreamResponse:
        media = self._peer.store.media.get(request.query.get("media_id", ""))
        if media is None or media.owner_id != _owner(request) or request.query.get("command", "STATUS") != "STATUS":
            return _unknown()
        return self._status(media)

    def _status(self, media: Media) -> web.Response:
        data = _data(media.id) | {"size": media.size}
        left_s = (media.ready_ms - self._peer.now_ms()) / 1000
        if left_s > 0:
            data["processing_info"] = {"state": "pending", "check_after_secs": 1, "progress_percent": 0}
        elif self._peer.settings.processing_fails:
            data["processing_info"] = {"state": "failed", "progress_percent": 0}
        elif self._peer.settings.processing_s:
            data["processing_info"] = {"state": "succeeded", "progress_percent": 100}
        return web.json_response({"data": data})

    async def metadata(self, request: web.Request) -> web.StreamResponse:
        try:
            body: dict[str, Any] = json.loads(await request.text())
            media = self._peer.store.media.get(str(body["id"]))
            told = body.get("metadata", {})
            alt = told.get("alt_text", {}).get("text", "")
        except (ValueError, TypeError, KeyError, AttributeError):
            return invalid("$.id: is missing but it is required")
        if set(body) - {"id", "metadata"} or set(told) - METADATA_FIELDS or not isinstance(alt, str):
            return invalid("$: not understood")
        if media is None or media.owner_id != _owner(request):
            return _unknown()
        if len(alt) > ALT_MAX:
            return invalid("$.metadata.alt_text.text: must be at most 1000 characters long")
        self._peer.store.keep(replace(media, alt=alt))
        return web.json_response({"data": {"id": media.id, "associated_metadata": {"alt_text": {"text": alt}}}})

    def _mine(self, request: web.Request) -> Coming | None:
        coming = self._coming.get(request.match_info["id"])
        return coming if coming is not None and coming.owner_id == _owner(request) else None


def _parts(content_type: str, body: bytes) -> dict[str, bytes]:
    """RFC 7578, from a body that was read already, so that faults can come after it."""
    boundary = re.search(r'boundary="?([^";]+)', content_type)
    parts: dict[str, bytes] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + (boundary[1] if boundary else "").encode())[1:-1]:
        head, _, data = part.partition(b"\r\n\r\n")
        name = re.search(rb'\bname="([^"]*)"', head)
        parts[name[1].decode() if name else ""] = data
    return parts


def _owner(request: web.Request) -> str:
    account = request[WHO].account
    assert account is not None
    return account.user_id


def _data(media_id: str) -> dict[str, Any]:
    return {"id": media_id, "media_key": f"3_{media_id}", "expires_after_secs": LIFE_S}


def _unknown() -> web.Response:
    return problem(404, "Not Found Error", "Could not find media.", kind="resource-not-found")
