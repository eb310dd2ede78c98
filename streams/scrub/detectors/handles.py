"""Accounts of private persons, and names inside hashtags: 45 CFR 164.514(b)(2)(i)(R). The event's own are allowed."""

import re
from collections.abc import Iterator

from streams.scrub.normalise import fold
from streams.scrub.spans import Hit
from streams.scrub.view import View

_HANDLE = re.compile(r"(?<![\w@./])@[\w](?:[\w.-]{0,60}\w)?(?:@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})?")
_HASHTAG = re.compile(r"(?<![\w#&/])#(?P<body>[^\W\d_]\w{1,80})")
_PARTS = re.compile(r"[A-ZÀ-Þ]+(?![a-zà-ÿ])|[A-ZÀ-Þ]?[a-zà-ÿß]+")
_PROFILE = re.compile(
    r"(?<!\w)(?:insta(?:gram)?|snap(?:chat)?|tiktok|twitter|x|ig|fb|facebook|threads|bluesky"
    r"|discord)\s?(?:handle|account|name|konto)?\s?:\s?(?P<name>[\w.]{3,40})"
)


def handles(view: View) -> Iterator[Hit]:
    if "@" in view.text:
        for m in _HANDLE.finditer(view.text):
            if m.group().lower() not in view.terms.allowed_marks:
                yield Hit(m.start(), m.end(), "handle", "handle")
    if ":" in view.text:
        for m in _PROFILE.finditer(view.low):
            yield Hit(m.start("name"), m.end("name"), "handle", "profile", 0.8)


def hashtags(view: View) -> Iterator[Hit]:
    if "#" not in view.text:
        return
    for m in _HASHTAG.finditer(view.text):
        if m.group().lower() in view.terms.allowed_marks:
            continue
        parts = [fold(p) for p in _PARTS.findall(m["body"])]
        lexicon = view.lexicon
        if any(lexicon.named(p) and not view.plain(p) and p not in view.terms.allowed for p in parts):
            yield Hit(m.start(), m.end(), "name", "hashtag-name", 0.8)
        elif any(_glued_name(view, p) for p in parts):
            yield Hit(m.start(), m.end(), "name", "hashtag-name", 0.6)


def _glued_name(view: View, part: str) -> bool:
    """A given name and a surname in one word without a capital between: #annaschmidt."""
    if len(part) < 8 or view.plain(part):
        return False
    names = view.lexicon
    return any(
        part[:cut] in names.given and (part[cut:] in names.surnames or part[cut:] in names.double)
        for cut in range(3, len(part) - 2)
    )
