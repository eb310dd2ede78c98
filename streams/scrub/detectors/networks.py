"""Addresses on networks: links, IP and hardware addresses: 45 CFR 164.514(b)(2)(i)(N) and (O)."""

import re
from collections.abc import Iterator

from streams.scrub.spans import Hit
from streams.scrub.view import View

_URL = re.compile(r"(?<![\w@])(?:[a-z][a-z0-9+.-]{1,10}://|www\.)[^\s<>\"'`{}|\\^]{2,500}")
_BARE = re.compile(
    r"(?<![\w@./-])(?:[a-z0-9-]{2,63}\.){1,4}(?:com|org|net|info|biz|health|hospital|clinic|care|app|dev|io"
    r"|me|ly|link|tv|eu|uk|ie|us|edu|gov|mil|de|at|ch|nl|be|example|test|invalid"
    r"|local)(?::\d{2,5})?(?:/[^\s<>\"]{0,400})?(?![\w@-])"
)
_IPV4 = re.compile(
    r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?::\d{2,5})?(?![\w]|\.\d)"
)
_IPV6 = re.compile(
    r"(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,2}(?![\w:])"
    r"|(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5})?(?![\w:])"
)
_MAC = re.compile(r"(?<![\w:-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![\w:-])")


def urls(view: View) -> Iterator[Hit]:
    low = view.low
    if "://" in low or "www." in low:
        for m in _URL.finditer(low):
            yield Hit(m.start(), m.start() + len(m.group().rstrip(".,;:!?)…")), "url", "url")
    if "." in low:
        for m in _BARE.finditer(low):
            yield Hit(m.start(), m.end(), "url", "url-bare", 0.9)


def ip_addresses(view: View) -> Iterator[Hit]:
    low = view.low
    if not view.has_digits:
        return
    if low.count(".") >= 3:
        for m in _IPV4.finditer(low):
            yield Hit(m.start(), m.end(), "ip-address", "ipv4")
    if low.count(":") >= 2 or low.count("-") >= 5:
        for m in _MAC.finditer(low):
            yield Hit(m.start(), m.end(), "ip-address", "mac-address")
        for m in _IPV6.finditer(low):
            # 14:07:33 is a time of day; an address has four groups, a letter or a double colon.
            if m.group().count(":") >= 3 or "::" in m.group():
                yield Hit(m.start(), m.end(), "ip-address", "ipv6")
