"""A status of our account as readers see it, and what of it is not as it was sent; pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from consumers.poster.platforms.base import Published
from consumers.poster.platforms.mastodon_text import links_of, plain, same_text
from consumers.poster.platforms.seeing import PublicPost, Sent
from schemas.sighting import Part


def public_of(status: Mapping[str, Any], shown: Published) -> PublicPost:
    """Raises KeyError or TypeError for what is no status."""
    parent = status["in_reply_to_id"]
    above = frozenset({str(parent)} if parent is not None else ())
    edited_at = status.get("edited_at")
    return PublicPost(
        shown.platform_id,
        shown.url,
        plain(status["content"]),
        shown.posted_at,
        above,
        version=str(edited_at) if edited_at else None,
        raw=status,
    )


def changed(sent: Sent, status: Mapping[str, Any]) -> tuple[Part, ...]:
    """The words, whether a link shows one address and leads to another, the parent, and what hangs on it."""
    parts: list[Part] = []
    if not same_text(status["content"], sent.text):
        parts.append("text")
    elif not _leads_as_written(status["content"], sent.text):
        parts.append("links")
    parent = status.get("in_reply_to_id")
    if parent is not None and str(parent) != sent.reply_to:  # none: the parent was deleted since, which is said of it
        parts.append("place")
    if status.get("media_attachments") or status.get("poll"):
        parts.append("attached")
    return tuple(parts)


def _leads_as_written(content: str, text: str) -> bool:
    """Servers write a link in many ways; what must not be is an address that the text does not have."""
    written = unquote(text).lower()
    return all(_bare(address) in written for address in links_of(content) if "://xn--" not in address)


def _bare(address: str) -> str:
    return unquote(address).lower().partition("://")[2].removeprefix("www.").rstrip("/")
