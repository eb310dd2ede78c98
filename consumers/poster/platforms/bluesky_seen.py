"""A record of our repository as readers see it, and what of it is not as it was put; pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from consumers.poster.platforms.bluesky_record import facets
from consumers.poster.platforms.seeing import PublicPost, Sent
from schemas.sighting import Part

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
_TID_LENGTH = 13
MENTION = "app.bsky.richtext.facet#mention"


def made_at(key: str) -> datetime | None:
    """The time in a record's key (a TID, as bluesky_record.key_of() makes them); None for a key of another form."""
    if len(key) != _TID_LENGTH or any(c not in _SORTABLE for c in key):
        return None
    number = 0
    for c in key:
        number = number << 5 | _SORTABLE.index(c)
    return _EPOCH + timedelta(microseconds=number >> 10)


def public_of(uri: str, cid: str, record: Mapping[str, Any], address: str, now: datetime) -> PublicPost:
    """`address` is that of the account's pages. Raises TypeError or AttributeError for what is no post."""
    reply = record.get("reply") or {}
    above = {str(reply[end]["uri"]) for end in ("parent", "root") if end in reply}
    key = uri.rpartition("/")[2]
    text = record.get("text")
    if not isinstance(text, str):
        raise TypeError("a post without text")
    # Its key says when, not `createdAt`, which anybody may write as they like.
    at = made_at(key) or now
    return PublicPost(uri, f"{address}/post/{key}", text, at, frozenset(above), version=cid, raw=record)


def changed(sent: Sent, record: Mapping[str, Any]) -> tuple[Part, ...]:
    """A mention is left out, because whom it means was asked of the network as it was posted."""
    parts: list[Part] = []
    text = record.get("text")
    if text != sent.text:
        parts.append("text")
    elif _clickable(record.get("facets") or ()) != _clickable(facets(sent.text, {})):
        parts.append("links")
    parent = ((record.get("reply") or {}).get("parent") or {}).get("uri")
    if _key(parent) != _key(sent.reply_to):
        parts.append("place")
    if record.get("embed"):
        parts.append("attached")
    return tuple(parts)


def _clickable(found: Any) -> list[tuple[int, int, str]]:
    """Where each link and tag stands, and where it leads."""
    return sorted(
        (facet["index"]["byteStart"], facet["index"]["byteEnd"], str(feature.get("uri") or feature.get("tag")))
        for facet in found
        for feature in facet["features"]
        if feature.get("$type") != MENTION
    )


def _key(uri: str | None) -> str | None:
    return uri.rpartition("/")[2] if uri else None
