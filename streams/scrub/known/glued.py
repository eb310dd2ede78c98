"""Protected names inside hashtags, handles, words with figures, and words run together."""

import re
from collections.abc import Iterator

from rapidfuzz import fuzz, process

from streams.scrub.known.near import nearest
from streams.scrub.normalise import fold
from streams.scrub.spans import Hit
from streams.scrub.terms import NAME_MIN
from streams.scrub.view import View

_MARK = re.compile(r"[#@]?\w[\w.-]*")
_CAMEL_INSIDE = re.compile(r"[a-zà-ÿ][A-ZÀ-Þ]")
_LETTER_BY_DIGIT = re.compile(r"[^\W\d_]\d|\d[^\W\d_]|[@$!]")
_TELLING = re.compile(r"[#@_\d]|[a-zà-ÿ][A-ZÀ-Þ]")
_CAMEL = re.compile(r"[A-ZÀ-Þ]+(?![a-zà-ÿ])|[A-ZÀ-Þ]?[a-zà-ÿ]+|\d+")
_LEET = str.maketrans("0134578$@!", "oieastbsai")


def found_glued(view: View) -> Iterator[Hit]:
    text = view.text
    if not ("#" in text or "@" in text or "_" in text or _LETTER_BY_DIGIT.search(text) or _CAMEL_INSIDE.search(text)):
        return
    seen: dict[str, bool] = {}
    for m in _MARK.finditer(text):
        if not _TELLING.search(text, m.start(), m.end()):
            continue
        token = m.group().rstrip(".-")
        body = token.lstrip("#@")
        marked = token[0] in "#@" or "_" in token
        if len(body) < NAME_MIN or not any(c.isalpha() for c in body) or token.lower() in view.terms.allowed_marks:
            continue
        if marked or any(c.isdigit() for c in body) or _CAMEL_INSIDE.search(body):
            if token not in seen:
                seen[token] = _hides_name(view, body, marked=marked)
            if seen[token]:
                yield Hit(m.start(), m.start() + len(token), "known-term", "known-glued")


def _hides_name(view: View, body: str, *, marked: bool) -> bool:
    terms = view.terms
    letters = fold("".join(c for c in body if c.isalpha()))
    leet = fold("".join(c for c in body.lower().translate(_LEET) if c.isalpha()))
    parts = {fold(p) for p in _CAMEL.findall(body)}
    names = terms.tokens | terms.glued
    if parts & names or letters in names or leet in names:
        return True
    inside = [m.group() for text in (letters, leet) for m in terms.inside.finditer(text)]
    if inside and (marked or max(map(len, inside)) >= 5):
        return True
    if not marked:
        return len(leet) >= 4 and leet != letters and bool(nearest(terms, leet, 1))
    if parts & terms.short_forms - view.lexicon.ordinary[view.lang]:
        return True
    return not all(view.plain(p) or p.isdigit() for p in parts) and any(
        len(text) >= 5 and process.extractOne(text, terms.long_tokens, scorer=fuzz.partial_ratio, score_cutoff=80)
        for text in (letters, leet)
    )
