"""Addresses on networks: links, IP and hardware addresses: 45 CFR 164.514(b)(2)(i)(N) and (O)."""

import re
from collections.abc import Iterator

from streams.scrub.spans import Hit, longest
from streams.scrub.view import View

_URL = re.compile(r"(?<![\w@])(?:[a-z][a-z0-9+.-]{1,10}://|www\.)[^\s<>\"'`{}|\\^]{2,500}")
# Ends of names that are no word of ours: a full stop without a space does not make a sentence a link.
_SAFE_TLD = (
    r"com|org|net|info|biz|health|hospital|clinic|care|app|dev|io|ly|tv|eu|uk|ie|edu|gov|mil|ch|nl|fm|gg|example"
    r"|test|invalid|local"
    r"|online|blog|xyz|social|photos|cloud|shop|club|family|gallery|page|site|website|fyi|wiki|news|events|koeln"
    r"|berlin|wien|hamburg|amsterdam|gent|brussels|vlaanderen|london|scot|wales|nyc|zone|video|studio|space|team"
)
_WORDY_TLD = r"me|be|de|at|us|link|in|to|so|is|it|no|am|ag|cc|live|life|world|run|fit|link"
_BARE = re.compile(
    rf"(?<![\w@./-])(?:[a-z0-9äöü-]{{2,63}}\.){{1,4}}(?:{_SAFE_TLD})(?::\d{{2,5}})?(?:/[^\s<>\"]{{0,400}})?(?![\w@-])"
    rf"|(?<![\w@./-])(?:(?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:{_WORDY_TLD})/[^\s<>\"]{{1,400}}"
    rf"|(?=[a-z]{{0,40}}[\d-]|[a-z0-9-]{{2,63}}\.[a-z0-9-]{{2,63}}\.)(?:[a-z0-9-]{{2,63}}\.){{1,4}}(?:de|at|be|me"
    rf"|us))(?![\w@-])"
    r"|(?<![\w@./-])[a-zäöü]{3,63}\.(?:de|at|be)(?=[\s,;:!?)]|$)(?! [a-z])"
)
_SPOKEN = re.compile(
    r"(?<![\w.])(?:(?:www|www dot|www punkt|www punt) )?(?:[a-z0-9-]{3,40} (?:dot|punkt|punt) ){1,3}"
    r"(?:com|org|net|info|de|at|ch|nl|be|eu|ie|co uk|uk|io|example)(?: (?:slash|schrägstrich) [\w-]{1,40}){0,4}(?!\w)"
)
_QUERY = re.compile(r"(?<!\w)[/\w-]{0,40}[?&](?:[a-z_]{1,16}=[\w%.~+-]{3,200}&?){1,8}")
_IPV4 = re.compile(
    r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?::\d{2,5})?(?![\w]|\.\d)"
)
_A_VERSION = re.compile(r"(?:version|firmware|software|release|build|v|ver)\.?\s?:?$")
_IPV6 = re.compile(
    r"(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,2}(?![\w:])"
    r"|(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5})?(?![\w:])"
)
_MAC = re.compile(
    r"(?<![\w:.-])(?:[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})(?![\w:-]|\.\w)"
)
_DOT_WORDS = frozenset({"dot", "punkt", "punt"})
_JOINED = re.compile(r"[a-z\d]\.[a-z]{2}")


def urls(view: View) -> Iterator[Hit]:
    """The whole of a link where its parts look like one too."""
    yield from longest(_urls(view))


def _urls(view: View) -> Iterator[Hit]:
    low = view.low
    if "://" in low or "www." in low:
        for m in _URL.finditer(low):
            yield Hit(m.start(), _end(m), "url", "url")
    if _JOINED.search(low):
        for m in _BARE.finditer(low):
            yield Hit(m.start(), _end(m), "url", "url-bare", 0.9)
    if "=" in low and ("?" in low or "&" in low):
        for m in _QUERY.finditer(low):
            yield Hit(m.start(), _end(m), "url", "url-token", 0.8)
    if not _DOT_WORDS.isdisjoint(view.vocabulary):
        for m in _SPOKEN.finditer(low):
            yield Hit(m.start(), m.end(), "url", "url-spoken", 0.8)


def _end(m: re.Match[str]) -> int:
    return m.start() + len(m.group().rstrip(".,;:!?)…"))


def ip_addresses(view: View) -> Iterator[Hit]:
    low = view.low
    if low.count(".") >= 3 and view.has_digits:
        for m in _IPV4.finditer(low):
            if not _A_VERSION.search(low[max(0, m.start() - 12) : m.start()].rstrip()):
                yield Hit(m.start(), m.end(), "ip-address", "ipv4")
    if low.count(":") >= 2 or low.count("-") >= 5 or (low.count(".") >= 2 and view.has_digits):
        for m in _MAC.finditer(low):
            yield Hit(m.start(), m.end(), "ip-address", "mac-address")
        for m in _IPV6.finditer(low):
            # 14:07:33 is a time of day; an address has four groups, a letter or a double colon.
            if (m.group().count(":") >= 3 and not _IS_MAC.fullmatch(m.group())) or "::" in m.group():
                yield Hit(m.start(), m.end(), "ip-address", "ipv6")


_IS_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
