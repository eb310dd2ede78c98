"""Brings a picture to X (media upload v2) and says what it shows; nothing of it is public before a post names it."""

import io
from collections.abc import Mapping
from functools import partial
from typing import Any

import aiohttp

from consumers.poster.platforms.base import AccountBusy, Attachment
from consumers.poster.platforms.x_transport import UNREACHABLE_RETRY_S, Transport
from schemas.errors import Refused, Unavailable, Uncertain
from streams.clock import Clock

PICTURES_MAX = 4  # X: four photos a post
PICTURE_BYTES_MAX = 5 * 1024 * 1024  # X: photos
ALT_MAX = 1000
CHUNK_BYTES = 4 * 1024 * 1024  # below what X takes in one part
PROCESSING_S = 60.0  # photos are ready at once, as a rule; what takes longer is tried again from the start
CHECK_S = 1.0


def fitting(media: tuple[Attachment, ...]) -> None:
    """Raises Refused for what X would never take, before anything is sent."""
    if len(media) > PICTURES_MAX:
        raise Refused(f"X takes {PICTURES_MAX} pictures a post, found {len(media)}.", code="media-refused")
    for place, picture in enumerate(media, start=1):
        if not 0 < len(picture.data) <= PICTURE_BYTES_MAX:
            raise Refused(f"Picture {place} has {len(picture.data)} bytes, X takes up to 5 MiB.", code="media-refused")
        if len(picture.alt) > ALT_MAX:
            raise Refused(f"The words for picture {place} are longer than {ALT_MAX}.", code="media-refused")


async def upload(transport: Transport, clock: Clock, picture: Attachment) -> str:
    """The id by which a post names the picture.

    Raises Unavailable when it is to be tried again (no post was made), Refused (`media-refused`) when X never takes it.
    """
    try:
        return await _uploaded(transport, clock, picture)
    except Uncertain:
        raise Unavailable("X gave no answer to an upload.", retry_after_s=UNREACHABLE_RETRY_S) from None
    except AccountBusy as busy:
        if busy.code != "limit":
            raise
        # Uploads have limits of their own: posts without pictures still go.
        raise Unavailable("X's limit of uploads is reached.", retry_after_s=busy.retry_after_s) from None
    except Refused as refused:
        raise Refused("X does not take the picture.", code="media-refused", status=refused.status) from None


async def _uploaded(transport: Transport, clock: Clock, picture: Attachment) -> str:
    begin = {"media_type": picture.mime, "media_category": "tweet_image", "total_bytes": len(picture.data)}
    media_id = str(_data(await transport.request("POST", "/2/media/upload/initialize", json=begin)).get("id"))
    if not media_id.isdecimal():  # it becomes part of an address
        raise Uncertain("X gave a picture no id.")
    for segment, start in enumerate(range(0, len(picture.data), CHUNK_BYTES)):
        form = partial(_form, segment, picture.data[start : start + CHUNK_BYTES])
        await transport.request("POST", f"/2/media/upload/{media_id}/append", form=form)
    finalized = await transport.request("POST", f"/2/media/upload/{media_id}/finalize")
    await _processed(transport, clock, media_id, finalized)
    if picture.alt:
        words = {"id": media_id, "metadata": {"alt_text": {"text": picture.alt}}}
        await transport.request("POST", "/2/media/metadata", json=words)
    return media_id


async def _processed(transport: Transport, clock: Clock, media_id: str, answer: Mapping[str, Any]) -> None:
    """Returns when X has read the picture; most are ready at once, and then X says nothing of it."""
    waited_s = 0.0
    while isinstance(info := _data(answer).get("processing_info"), dict) and info.get("state") != "succeeded":
        if info.get("state") == "failed":
            raise Refused("X could not read the picture.", code="media-refused")
        if waited_s >= PROCESSING_S:
            raise Unavailable("X is still reading a picture.", retry_after_s=UNREACHABLE_RETRY_S)
        told = info.get("check_after_secs")
        pause_s = min(max(CHECK_S, told), PROCESSING_S) if isinstance(told, int | float) else CHECK_S
        await clock.sleep(pause_s)
        waited_s += pause_s
        answer = await transport.request("GET", "/2/media/upload", {"command": "STATUS", "media_id": media_id})


def _data(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    data = answer.get("data")
    return data if isinstance(data, dict) else {}


def _form(segment: int, chunk: bytes) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("segment_index", str(segment))
    form.add_field("media", io.BytesIO(chunk), filename="chunk", content_type="application/octet-stream")
    return form
