"""Accounts of private persons, and names inside hashtags: 45 CFR 164.514(b)(2)(i)(R). The event's own are allowed."""

import re
from collections.abc import Iterator

from streams.scrub.lexicon_words import Rarity
from streams.scrub.normalise import fold
from streams.scrub.phrases import phrases
from streams.scrub.spans import Hit
from streams.scrub.view import View

_HANDLE = re.compile(r"(?<![\w@./])@[\w](?:[\w.-]{0,60}\w)?(?:@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})?")
_HASHTAG = re.compile(r"(?<![\w#&/])#(?P<body>[^\W\d_]\w{1,80})")
_NEW_MIN = 4  # letters of a word in a hashtag; shorter ones are abbreviations
_PARTS = re.compile(r"[A-ZÀ-Þ]{2,}(?=[a-zà-ÿ]{3})|[A-ZÀ-Þ]+(?![a-zà-ÿ])|[A-ZÀ-Þ]?[a-zà-ÿß]+")
_PLATFORMS = phrases(
    "insta instagram snap snapchat tiktok twitter ig fb facebook threads bluesky bsky discord mastodon youtube "
    "twitch linkedin strava venmo paypal cashapp telegram signal reddit whatsapp skype steam gamertag psn xbox "
    "komoot garmin handle username benutzername gebruikersnaam profil profiel account konto"
)
_PROFILE = re.compile(
    rf"(?<!\w)(?:{_PLATFORMS.pattern}|x)\s?(?:handle|account|name|konto|id|profile|profil|user)?\s?"
    r"(?::\s?|(?<![x]) (?:is|ist|as|als|under|unter|onder|name|heißt|heet"
    r"|lautet) )@?(?P<name>[\w][\w.#-]{2,40}\w)(?!\w)"
)
_SLASHED = re.compile(r"(?<![\w/.])[ur]/[\w-]{3,40}(?![\w/])")
_DISCORD = re.compile(r"(?<![\w#])[a-z][\w.]{2,31}#\d{4}(?!\w)")


def handles(view: View) -> Iterator[Hit]:
    text = view.text
    if "@" in text:
        for m in _HANDLE.finditer(text):
            if m.group().lower() not in view.terms.allowed_marks:
                yield Hit(m.start(), m.end(), "handle", "handle")
    if not _PLATFORMS.absent(view) or "x:" in view.low:
        for m in _PROFILE.finditer(view.low):
            if _is_name(view, m):
                yield Hit(m.start("name"), m.end("name"), "handle", "profile", 0.8)
    if "/" in text:
        for m in _SLASHED.finditer(view.low):
            if not m.group().startswith("r/") or not m.group()[2:].isdigit():
                yield Hit(m.start(), m.end(), "handle", "profile", 0.8)
    if "#" in text:
        for m in _DISCORD.finditer(view.low):
            yield Hit(m.start(), m.end(), "handle", "profile", 0.8)


def _is_name(view: View, m: re.Match[str]) -> bool:
    """A handle has a figure, a mark or a word that the language does not know."""
    name = m["name"]
    return not name.isalpha() or not view.plain(fold(name))


def hashtags(view: View) -> Iterator[Hit]:
    if "#" not in view.text:
        return
    for m in _HASHTAG.finditer(view.text):
        if m.group().lower() in view.terms.allowed_marks:
            continue
        parts = _PARTS.findall(m["body"])
        bases = [fold(p) for p in parts]
        if any(_named(view, base) for base in bases):
            yield Hit(m.start(), m.end(), "name", "hashtag-name", 0.8)
        elif any(_glued_name(view, base) for base in bases):
            yield Hit(m.start(), m.end(), "name", "hashtag-name", 0.6)
        elif len(parts) > 1 and any(_is_new(view, part) for part in parts):
            yield Hit(m.start(), m.end(), "unknown-name", "hashtag-word", 0.4)


def _named(view: View, base: str) -> bool:
    return view.lexicon.named(base) and not view.plain(base) and base not in view.terms.allowed


def _is_new(view: View, part: str) -> bool:
    """A part with a capital of its own that no list knows: #GetWellQuorbin."""
    base = fold(part)
    if len(base) < _NEW_MIN or not part[0].isupper() or part.isupper():
        return False
    if base in view.terms.allowed or base in view.terms.vocabulary or base in view.lexicon.places:
        return False
    return all(view.lexicon.rarity(base, lang) is Rarity.UNKNOWN for lang in (view.lang, "en"))


def _glued_name(view: View, part: str) -> bool:
    """A given name and a surname in one word without a capital between: #annaschmidt."""
    if len(part) < 8 or view.plain(part):
        return False
    names = view.lexicon
    return any(
        part[:cut] in names.given and (part[cut:] in names.surnames or part[cut:] in names.double)
        for cut in range(3, len(part) - 2)
    )
