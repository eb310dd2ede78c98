"""Which pieces of a post are links: web addresses and hashtags, as values; the page and the script escape them."""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple
from urllib.parse import quote, urlsplit

from schemas.live_event import Destination, Platform

# An address ends before punctuation that closes the sentence around it.
_PIECE = re.compile(r"(?P<url>https?://[^\s<>\"'`{}|\\^\[\]]+)|(?<![\w&#/])(?P<tag>[#＃]\w*[^\W\d_]\w*)", re.IGNORECASE)
_TRAILING = ".,;:!?)…»”’"
# Characters that reorder or hide text (UAX #9, #44): an address with one of them may read as another address.
_HIDDEN = re.compile("[\u0000-\u0020\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")


class Piece(NamedTuple):
    kind: Literal["text", "url", "tag"]
    text: str
    href: str | None = None


HashtagPage = Callable[[str], str | None]


def pieces(text: str, hashtag_page: HashtagPage) -> tuple[Piece, ...]:
    """The text cut into plain pieces and links; joined again they are the text, character for character."""
    found: list[Piece] = []
    at = 0
    for match in _PIECE.finditer(text):
        piece = _link(match, hashtag_page)
        if piece is None:
            continue
        if match.start() > at:
            found.append(Piece("text", text[at : match.start()]))
        found.append(piece)
        at = match.start() + len(piece.text)
    if at < len(text):
        found.append(Piece("text", text[at:]))
    return tuple(found)


def _link(match: re.Match[str], hashtag_page: HashtagPage) -> Piece | None:
    tag = match["tag"]
    if tag is not None:
        return Piece("tag", tag, hashtag_page(tag[1:]))
    url = match["url"].rstrip(_TRAILING)
    return Piece("url", url, url) if _is_plain(url) else None


def _is_plain(url: str) -> bool:
    """Whether the address goes where it reads to go: a host, no name or password before it, nothing hidden in it."""
    if _HIDDEN.search(url):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and "@" not in parts.netloc and (parts.port or 1) > 0
    except ValueError:
        return False


def hashtag_page_of(destinations: tuple[Destination, ...]) -> HashtagPage:
    """Where a hashtag leads: to the first platform that this event posts to; nowhere when it posts only here."""
    for destination in destinations:
        if destination.platform is Platform.X:
            return lambda tag: f"https://x.com/hashtag/{quote(tag)}"
        if destination.platform is Platform.BLUESKY:
            return lambda tag: f"https://bsky.app/hashtag/{quote(tag)}"
        if destination.platform is Platform.MASTODON and (host := mastodon_host(destination)):
            return lambda tag: f"https://{host}/tags/{quote(tag)}"
    return lambda _tag: None


def account_page(destination: Destination) -> str | None:
    """The public page of an account: `@name` on X, a handle on Bluesky, `@name@host` on Mastodon."""
    account = (destination.account or "").lstrip("@")
    if not re.fullmatch(r"[\w.@-]{1,200}", account):
        return None
    if destination.platform is Platform.X:
        return f"https://x.com/{account}"
    if destination.platform is Platform.BLUESKY:
        return f"https://bsky.app/profile/{account}"
    if destination.platform is Platform.MASTODON and (host := mastodon_host(destination)):
        return f"https://{host}/@{account.split('@')[0]}"
    return None


def mastodon_host(destination: Destination) -> str | None:
    match = re.fullmatch(r"@?[\w.-]+@([a-z0-9.-]+\.[a-z]{2,})", destination.account or "", re.IGNORECASE)
    return match[1] if match else None
