"""How long a text is as each platform counts it, and where its links are; in doubt never shorter than the platform."""

import re
import unicodedata

import regex  # type: ignore[import-untyped]  # it ships no types; used here alone

X_MAX = 280
X_MARGIN = 10  # the published rules and the server's may differ by some emoji; a post refused is worse than one shorter
X_URL = 23  # every link is shortened to this

# twitter-text configuration v3: code points in these ranges weigh 1, all others 2.
X_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))

MASTODON_URL = 23

BLUESKY_BYTES_PER_GRAPHEME = 10  # 300 graphemes and 3,000 bytes: whichever is nearer to its limit counts

# All of X_LIGHT but © and ®, which some lists call emoji: for such text, weight is length.
_LIGHT_ONLY = re.compile("[\u0000-\u00a8\u00aa-\u00ad\u00af-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]*")
_GRAPHEME = regex.compile(r"\X")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|\u20e3")

_SCHEME = r"https?://[^\s<>\"]+"
_BARE = r"(?<![\w@#$.\-/])(?:[\w-]+\.)+[^\W\d_]{2,24}(?![\w.@-]*@)(?:/[^\s<>\"]*)?"
_URL = re.compile(f"{_SCHEME}|{_BARE}", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://)?(?:[\w-]+\.)+([^\W\d_]{2,24})(?=[/:?#]|$)", re.IGNORECASE)
# The server's part of `@name@server`, which Mastodon does not count.
_MENTION_HOST = re.compile(
    r"(?<![=/\w])(@[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@[a-z0-9]+(?:[.-]+[a-z0-9]+)+(?![\w@])", re.IGNORECASE
)
_NO_URL_END = ".,;:!?'…*_~”’»"
# Ends that X surely knows, besides the two-letter ones; a link with another end is counted at its own length if longer.
_KNOWN_ENDS = frozenset({"com", "org", "net", "edu", "gov", "int", "mil", "info", "biz", "app", "dev", "health"})


def urls(text: str) -> list[tuple[int, int]]:
    """Where the links are, bare domains included, without the punctuation that ends a sentence."""
    found = []
    for match in _URL.finditer(text):
        start, end = match.span()
        while end > start and (text[end - 1] in _NO_URL_END or _closes_nothing(text, start, end)):
            end -= 1
        found.append((start, end))
    return found


def _closes_nothing(text: str, start: int, end: int) -> bool:
    pairs = {")": "(", "]": "[", "}": "{"}
    last = text[end - 1]
    return last in pairs and text.count(last, start, end) > text.count(pairs[last], start, end)


def x_weight(text: str) -> int:
    """The weighted length by which X holds a post to 280."""
    text = unicodedata.normalize("NFC", text)
    total, at = 0, 0
    for start, end in urls(text):
        total += _plain_weight(text[at:start]) + _url_weight(text[start:end])
        at = end
    return total + _plain_weight(text[at:])


def _url_weight(url: str) -> int:
    return X_URL if _known_end(url) else max(X_URL, _plain_weight(url))


def _known_end(url: str) -> bool:
    host = _HOST.match(url)
    return host is not None and (len(host[1]) == 2 or host[1].lower() in _KNOWN_ENDS)


def _plain_weight(text: str) -> int:
    if _LIGHT_ONLY.fullmatch(text):
        return len(text)
    return sum(_cluster_weight(cluster) for cluster in _GRAPHEME.findall(text))


def _cluster_weight(cluster: str) -> int:
    if _EMOJI.search(cluster):
        return _emoji_weight(cluster)
    return sum(1 if any(low <= ord(c) <= high for low, high in X_LIGHT) else 2 for c in cluster)


def _emoji_weight(cluster: str) -> int:
    """2, but the parts' sum for joined emoji newer than the list of 2018 that X published."""
    parts = cluster.split("\u200d")
    known = parts[0][0] in "\U0001f468\U0001f469\U0001f441\U0001f3f3\U0001f3f4" or parts[-1][:1] in ("\u2640", "\u2642")
    return 2 if len(parts) == 1 or known else 3 * len(parts) - 1


def has_url(text: str) -> bool:
    """Whether X would take something in it for a link, bare domains included; in doubt it says yes."""
    return bool(urls(text))


def mastodon_length(text: str, *, url_weight: int | None = MASTODON_URL) -> int:
    """Graphemes, where a link counts `url_weight` (None: in full, as some compatible servers do) and a mention `@name`.

    Source: docs.joinmastodon.org/user/posting and StatusLengthValidator. A content warning counts besides.
    """
    total, at = 0, 0
    for start, end in urls(text):
        if text[start:end].lower().startswith("http") and url_weight is not None:
            total += graphemes(_MENTION_HOST.sub(r"\1", text[at:start]))
            total += url_weight if _known_end(text[start:end]) else max(url_weight, graphemes(text[start:end]))
            at = end
    return total + graphemes(_MENTION_HOST.sub(r"\1", text[at:]))


def graphemes(text: str) -> int:
    """User-perceived characters (UAX #29)."""
    return len(_GRAPHEME.findall(text))


def bluesky_length(text: str) -> int:
    """Graphemes, or bytes scaled to them where the text would hit the limit of bytes first."""
    return max(graphemes(text), -(-len(text.encode()) // BLUESKY_BYTES_PER_GRAPHEME))


def grapheme_ends(text: str) -> list[int]:
    return [m.end() for m in _GRAPHEME.finditer(text)]
