"""How long a text is as each platform counts it; in doubt never shorter than the platform."""

import re
import unicodedata

import regex  # type: ignore[import-untyped]  # it ships no types; its doors are length, emoji and links

from consumers.poster.emoji import ONE
from streams.links import Span, has_newer_end, unknown, urls, x_urls

__all__ = ["bluesky_length", "grapheme_ends", "graphemes", "mastodon_length", "urls", "x_weight"]

X_MAX = 280
X_MARGIN = 10  # the published rules and the server's may differ by some emoji; a post refused is worse than one shorter
X_URL = 23  # every link is shortened to this
_EMOJI = 2

# twitter-text configuration v3: code points in these ranges weigh 1, all others 2.
X_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_HEAVY = re.compile("[^" + "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in X_LIGHT) + "]")

MASTODON_URL = 23  # docs.joinmastodon.org/user/posting: each link is counted so, however long it is

BLUESKY_BYTES_PER_GRAPHEME = 10  # 300 graphemes and 3,000 bytes: whichever is nearer to its limit counts

_GRAPHEME = regex.compile(r"\X")
# Two Indic letters that a virama joins: one character since Unicode 15.1, two to servers of before.
_JOINED = regex.compile(r"\p{Canonical_Combining_Class=9}[\p{Mn}\u200d]*\p{Lo}")
# The server's part of `@name@server`, which Mastodon does not count.
_MENTION_HOST = re.compile(
    r"(?<![=/\w])(@[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@[a-z0-9]+(?:[.-]+[a-z0-9]+)+(?![\w@＠]|[.-]+\w|://)",
    re.IGNORECASE | re.ASCII,
)


def x_weight(text: str) -> int:
    """The weighted length by which X holds a post to 280.

    Never below what twitter-text 3.1.0 says; above it only for links whose host that package does not know.
    """
    text = unicodedata.normalize("NFC", text)
    seen = x_urls(text)
    weight = _weight(text, seen)
    if has_newer_end(text):
        weight = max(weight, _weight(text, x_urls(text, newer=True)))
    return weight + sum(max(0, X_URL - x_weight_of_words(text[a:b])) for a, b in unknown(text, seen))


def _weight(text: str, links: list[Span]) -> int:
    total, at = 0, 0
    for start, end in links:
        total, at = total + x_weight_of_words(text[at:start]) + X_URL, end
    return total + x_weight_of_words(text[at:])


def x_weight_of_words(text: str) -> int:
    """The weight of a text (in NFC) without links."""
    heavy = len(_HEAVY.findall(text))
    if not heavy:
        return len(text)
    saved = sum(len(m[0]) + len(_HEAVY.findall(m[0])) - _EMOJI for m in ONE.finditer(text))
    return len(text) + heavy - saved


def mastodon_length(text: str, *, url_weight: int | None = MASTODON_URL) -> int:
    """Graphemes, where a link counts `url_weight` (None: in full, as some compatible servers do) and a mention `@name`.

    Only links with http(s) count so, and never those of hosts that Mastodon may not know: they count in full if longer.
    Source: docs.joinmastodon.org/user/posting; Mastodon's StatusLengthValidator (each_grapheme_cluster). A content
    warning counts besides.
    """
    total, at = 0, 0
    for start, end in x_urls(text) if url_weight is not None else ():
        if text[start : start + 4].lower() == "http":
            total, at = total + _mastodon_words(text[at:start]) + (url_weight or 0), end
    return total + _mastodon_words(text[at:])


def _mastodon_words(text: str) -> int:
    counted = _MENTION_HOST.sub(r"\1", text)
    return graphemes(counted) + len(_JOINED.findall(counted))


def graphemes(text: str) -> int:
    """User-perceived characters (UAX #29)."""
    return len(_GRAPHEME.findall(text))


def bluesky_length(text: str) -> int:
    """Graphemes, or bytes scaled to them where the text would hit the limit of bytes first."""
    return max(graphemes(text), -(-len(text.encode()) // BLUESKY_BYTES_PER_GRAPHEME))


def grapheme_ends(text: str) -> list[int]:
    return [m.end() for m in _GRAPHEME.finditer(text)]
