"""Where a text seems to hold links, bare domains included; in doubt a link too many.

For warnings: what X counts and charges for is found by its own rules, with its list of endings, where posts are made.
"""

import re

_SCHEME = r"https?://[^\s<>\"]+"
_BARE = r"(?<![\w@#$.\-/])(?:[\w-]+\.)+[^\W\d_]{2,24}(?![\w.@-]*@)(?:/[^\s<>\"]*)?"
_URL = re.compile(f"{_SCHEME}|{_BARE}", re.IGNORECASE)
_NO_URL_END = ".,;:!?'…*_~”’»"


def urls(text: str) -> list[tuple[int, int]]:
    """Start and end of each link, without the punctuation that ends a sentence."""
    found = []
    for match in _URL.finditer(text):
        start, end = match.span()
        while end > start and (text[end - 1] in _NO_URL_END or _closes_nothing(text, start, end)):
            end -= 1
        found.append((start, end))
    return found


def has_url(text: str) -> bool:
    """Whether X may find a link in it: "Dr.Visser" counts too, because X knows more endings than we do."""
    return bool(urls(text))


def _closes_nothing(text: str, start: int, end: int) -> bool:
    pairs = {")": "(", "]": "[", "}": "{"}
    last = text[end - 1]
    return last in pairs and text.count(last, start, end) > text.count(pairs[last], start, end)
