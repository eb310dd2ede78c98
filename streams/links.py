"""Where X sees links in a text, and what else readers and platforms take as one word: mentions and hashtags.

Written after twitter-text 3.1.0, compared with it in tests/contract/test_twitter_text.py.
"""

import re
from functools import cache

import regex  # type: ignore[import-untyped]  # it ships no types; its doors are length, emoji and links

from streams.link_ends import NEWER, PUBLISHED

Span = tuple[int, int]

_LABEL_MAX = 63  # RFC 1035, as sent: other scripts become longer, and X refuses them then
_LABELS_MAX = 11  # before the last one: a name of more weighs no less than a link, and a bound keeps matching quick
_NO_LINK = "\ufffe\ufeff\uffff"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_SPACES = "\\x09-\\x0d \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_NO_NAME = rf"!'#%&()*+,\\./:;<=>?@\[\]\^{{|}}~${_SPACES}{_NO_LINK}{_BIDI}"
_IN_DOMAIN = rf"[^_\-{_NO_NAME}]"
_IN_LABEL = rf"[^{_NO_NAME}]"
_IN_LAST_LABEL = rf"[^_{_NO_NAME}]"
_LATIN = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272"
    "\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
_TWO_UNITS = "\U00010000-\U0010ffff"  # to X, the second unit of such a character may begin a link after anything
_END = r"(?:\L<ends>(?![0-9a-zA-Z@+\-])|xn--[\-0-9a-z]+)"
# Possessive: without it a text of stops and letters takes seconds.
_LABEL = rf"{_IN_DOMAIN}{_IN_LABEL}{{0,{_LABEL_MAX - 1}}}+(?<![_\-])\."
_LAST_LABEL = rf"{_IN_DOMAIN}{_IN_LAST_LABEL}{{0,{_LABEL_MAX - 1}}}+(?<!-)\."
_IN_PATH = rf"[a-z0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&\u0400-\u04ff{_LATIN}]"
_ENDS_PATH = rf"[a-z0-9+\-=_#/\u0400-\u04ff{_LATIN}]"
_PARENS = rf"\((?:{_IN_PATH}+|{_IN_PATH}*\({_IN_PATH}+\){_IN_PATH}*)\)"
_PATH = rf"/(?:(?:{_IN_PATH}|{_PARENS})*(?:{_ENDS_PATH}|{_PARENS}))?"
_QUERY = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"


def _pattern(ends: frozenset[str]) -> tuple[regex.Pattern, ...]:
    before = rf"(?<before>[^A-Za-z0-9@＠$#＃{_NO_LINK}{_TWO_UNITS}])|^|(?=[{_TWO_UNITS}])|(?<=[{_TWO_UNITS}])"
    link = (
        rf"(?-i:{before})(?<url>(?<scheme>https?://)?"  # -i: else this regex takes ß for a character of two units
        rf"(?<domain>(?:{_LABEL}){{0,{_LABELS_MAX}}}{_LAST_LABEL}{_END})(?::[0-9]+)?(?<path>{_PATH})?(?:{_QUERY})?)"
    )
    latin = rf"(?:[\-a-z0-9{_LATIN}]+\.)+{_END}"
    return tuple(regex.compile(p, regex.IGNORECASE, ends=ends) for p in (link, latin, rf"\.{_END}"))


@cache
def _as_published() -> tuple[regex.Pattern, ...]:
    return _pattern(PUBLISHED)


@cache
def _as_today() -> tuple[regex.Pattern, ...]:
    return _pattern(PUBLISHED | NEWER)


@cache
def _newer() -> regex.Pattern:
    return regex.compile(r"\.\L<ends>", regex.IGNORECASE, ends=NEWER)


# Compiling all the ends takes a third of a second of a process's start: not before a text may hold a link at all.
_MAY_HOLD = re.compile(r"\.\S")
_FULL_STOPS = re.compile("[\u3002\uff0e\uff61]")
_RUN = re.compile(rf"{_IN_LABEL}+\Z")

_TCO = re.compile(rf"https?://t\.co/([a-z0-9]+)(?:{_QUERY})?", re.IGNORECASE)  # X's own: nothing more belongs to it
_TCO_MAX = 40

_WITH_SCHEME = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_NO_URL_END = ".,;:!?'…*_~”’»"
_CLOSES = {")": "(", "]": "[", "}": "{"}
_TAG_LETTERS = r"[\w\p{M}\u200c\u200d\u00b7]"
_TAG = regex.compile(rf"(?<!&|{_TAG_LETTERS})[#＃]{_TAG_LETTERS}+")
_MENTION = regex.compile(r"(?<![\w@＠/])[@＠]\w[\w.\-]*(?:@[\w.\-]+)?(?<![.\-])")


def urls(text: str) -> list[Span]:
    """Where the links are: those X sees, bare domains included, and whatever else begins with http(s)."""
    seen = x_urls(text, newer=True)
    others = unknown(text, seen)
    return sorted([*(s for s in seen if not any(a <= s[0] < b for a, b in others)), *others])


def has_url(text: str) -> bool:
    """Whether X would take something in it for a link, bare domains included; in doubt it says yes."""
    return bool(urls(text))


def tags(text: str) -> list[Span]:
    """Where the hashtags are; what stands in a link is none."""
    links = urls(text)
    return [m.span() for m in _TAG.finditer(text) if not any(a <= m.start() < b for a, b in links)]


def whole(text: str) -> list[Span]:
    """What is never cut: links, mentions and hashtags."""
    return [*urls(text), *(m.span() for m in _TAG.finditer(text)), *(m.span() for m in _MENTION.finditer(text))]


def has_newer_end(text: str) -> bool:
    """Whether a domain in it may end in a name that X's published rules do not list."""
    return bool(_MAY_HOLD.search(text)) and _newer().search(text) is not None


def unknown(text: str, seen: list[Span]) -> list[Span]:
    """What has a scheme but a host that X's rules do not know, without the punctuation that ends a sentence."""
    starts = {start for start, _ in seen}
    found = []
    for match in _WITH_SCHEME.finditer(text):
        start, end = match.span()
        if start in starts:
            continue
        while end > start and (text[end - 1] in _NO_URL_END or _closes_nothing(text, start, end)):
            end -= 1
        found.append((start, end))
    return found


def _closes_nothing(text: str, start: int, end: int) -> bool:
    last = text[end - 1]
    return last in _CLOSES and text.count(last, start, end) > text.count(_CLOSES[last], start, end)


def x_urls(text: str, *, newer: bool = False) -> list[Span]:
    """The links that X shortens, by its published rules, or with the ends of names that came since."""
    if not _MAY_HOLD.search(text):
        return []
    link, latin, end = _as_today() if newer else _as_published()
    if not end.search(text):
        return []
    found: list[Span] = []
    last = 0
    for match in link.finditer(text):
        since, last = last, match.end()
        if not _is_domain(match["domain"], latin) or _is_inside_label(match, since):
            continue
        if match["scheme"]:
            found += _with_scheme(match["url"], match.start("url"))
        elif (match["before"] or " ") not in "-_./":
            found += _bare(match, latin)
    return found


def _is_domain(domain: str, latin: regex.Pattern) -> bool:
    if domain.startswith("xn--") and not latin.search(domain):
        return False
    return all(1 <= len(_sent(label)) <= _LABEL_MAX for label in domain.split("."))


def _is_inside_label(match: regex.Match, since: int) -> bool:
    """Whether the name began earlier than the pattern's limit lets it see, and so is too long for a name."""
    start = match.start("domain")
    run = _RUN.search(match.string, max(since + 1, start - _LABEL_MAX), start)
    return run is not None and len(_sent(run[0] + match["domain"].partition(".")[0])) > _LABEL_MAX


def _sent(label: str) -> str:
    """As it is looked up (RFC 3490, whose other full stops part it as well)."""
    if label.isascii():
        return label
    return ".".join(p if p.isascii() else "xn--" + p.encode("punycode").decode() for p in _FULL_STOPS.split(label))


def _with_scheme(url: str, start: int) -> list[Span]:
    short = _TCO.match(url)
    if short is None:
        return [(start, start + len(url))]
    return [(start, start + short.end())] if len(short[1]) <= _TCO_MAX else []


def _bare(match: regex.Match, latin: regex.Pattern) -> list[Span]:
    """Only domains in Latin letters count without a scheme; what follows belongs to the last of them."""
    at = match.start("domain")
    found = [(at + m.start(), at + m.end()) for m in latin.finditer(match["domain"])]
    if found and match["path"]:
        start, end = found[-1]
        found[-1] = (start, start + _as_counted(match.string[start:], end - start, match))
    return found


def _as_counted(text: str, name: int, match: regex.Match) -> int:
    """How much of the text X passes over for a name of so many and what follows; it measures in units of UTF-16."""
    tail = match.string[match.end("domain") : match.end("url")]
    units = len((text[:name] + tail).encode("utf-16-le"))
    return len(text.encode("utf-16-le")[:units].decode("utf-16-le", "ignore"))
