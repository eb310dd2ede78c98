"""Finds what the event protects in whatever way it is written: typos, pet names, look-alikes, glue, gaps, spelling.

The order matters: words first, then what hides inside or across words, then what is split over two updates.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from streams.scrub import calendar_dates
from streams.scrub.cues import PATIENT, RELATIVES
from streams.scrub.listing import listed, words
from streams.scrub.normalise import clean, fold
from streams.scrub.spans import Hit
from streams.scrub.spoken import spoken_numbers
from streams.scrub.terms import NAME_MIN, PARTICLES, TITLES, Terms
from streams.scrub.view import View, Word, lowered

_SUFFIXES = words("s es en n e sche schen scher sches chen lein je tje tjes ie i y jes")
_MARK = re.compile(r"[#@]?\w[\w.-]*")
_CAMEL_INSIDE = re.compile(r"[a-zà-ÿ][A-ZÀ-Þ]")
_CAMEL = re.compile(r"[A-ZÀ-Þ]+(?![a-zà-ÿ])|[A-ZÀ-Þ]?[a-zà-ÿ]+|\d+")
_LETTERS = re.compile(r"(?<![^\W_])[^\W\d_](?:[\s\-._*·•/,|+]{1,3}[^\W\d_](?![^\W_])){2,60}")
_DOTTED = re.compile(r"(?<![^\W_])[A-ZÀ-Þ]\.[ -]?(?:[A-ZÀ-Þ]\.[ -]?){0,2}[A-ZÀ-Þ](?![^\W_])\.?")
_AS_IN = re.compile(r"(?<!\w)([^\W\d_]) (?:as in|wie|like|van|for|als in) [^\W\d_]+")
_LEET = str.maketrans("0134578$@!", "oieastbsai")
_TAIL_MARKS = re.compile(r"(?:\s*[#@]\w{1,60})+\s*$")
# How much of the end of an earlier update and of the start of this one may hold the halves of a name.
_JUNCTION = 60
# Two updates hold a name's halves only at their edges; half a number may stand anywhere if it is this long.
_FRAGMENT_MIN = 4

_SPELLING = {
    word: word[0]
    for word in listed(
        "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november "
        "oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu anton berta "
        "caesar cäsar dora emil friedrich gustav heinrich ida julius konrad ludwig martha nordpol otto paula "
        "quelle richard samuel siegfried theodor ulrich wilhelm xanthippe ypsilon zacharias zeppelin anna "
        "bernard cornelis dirk eduard ferdinand gerard hendrik izaak jan karel lodewijk maria nico"
    )
}


def known_terms(view: View) -> Iterator[Hit]:
    """Kinds known-term, known-date and known-number."""
    terms = view.terms
    if terms.tokens or terms.phrases:
        yield from _words(view)
        yield from _marks(view)
        yield from _spelled(view)
        yield from _initials(view)
        yield from _across(view)
    if terms.numbers or terms.figures:
        yield from _numbers(view)
    if terms.dates:
        yield from _dates(view)
    if view.recent:
        yield from _split(view)


# --- words


def _words(view: View) -> Iterator[Hit]:
    words = view.words
    how = [_match(view, word) for word in words]
    strong = [bool(h) and not h.startswith("weak") for h in how]
    for i, h in enumerate(how):
        if h.startswith("weak") and (_cued(words, i) or _beside(words, how, i)):
            strong[i] = True
    for i, word in enumerate(words):
        unsure = not how[i] and len(word.fold) >= 4 and not view.plain(word.fold)
        if unsure and _beside(words, strong, i) and _nearest(view.terms, word.fold, 2):
            strong[i], how[i] = True, "typo"
    for i, word in enumerate(words):
        if strong[i]:
            start, end = _with_particles(words, i), word.end
            yield Hit(start, end, "known-term", f"known-{how[i].removeprefix('weak-')}")
            yield from _initial_beside(view, start, end)
    yield from _phrases(view)


def _match(view: View, word: Word) -> str:
    """How a word matches a protected name; "weak-" when it may as well be an ordinary word."""
    terms = view.terms
    plain = view.plain(word.base) or word.base in TITLES
    weak = "weak-" if plain and not word.cap else ""
    if len(word.base) == 2 and not word.cap:
        weak = "weak-"
    if word.base in terms.tokens or word.fold in terms.tokens or word.fold in terms.glued:
        return f"{weak}exact"
    if word.base in terms.short_forms:
        return "weak-short" if plain or word.base in view.lexicon.double else "short"
    for cut in range(1, 6):
        if word.fold[:-cut] in terms.tokens and len(word.fold) - cut >= 4 and word.fold[-cut:] in _SUFFIXES:
            return f"{weak}inflected"
    if plain or len(word.base) < 4 or word.base in terms.allowed or word.base in view.lexicon.places:
        return ""
    near = _nearest(terms, word.base, 1 if len(word.base) <= 7 else 2)
    if near:
        return "weak-typo" if len(near) == 4 and not word.cap else "typo"
    return ""


def _nearest(terms: Terms, word: str, edits: int) -> str:
    """The protected name within `edits` of `word`, swaps counted as one; short names allow fewer."""
    for length in range(max(4, len(word) - edits), min(len(terms.by_length), len(word) + edits + 1)):
        found = process.extractOne(word, terms.by_length[length], scorer=OSA.distance, score_cutoff=edits)
        if found:
            return found[0]
    return ""


def _cued(words: tuple[Word, ...], i: int) -> bool:
    return i > 0 and (words[i - 1].fold in TITLES or words[i - 1].fold in PATIENT or words[i - 1].fold in RELATIVES)


def _beside(words: tuple[Word, ...], marks: Sequence[str] | Sequence[bool], i: int) -> bool:
    """Whether the word before or behind, up to three particles skipped, is a match."""
    for step in (-1, 1):
        for j in range(i + step, i + 5 * step, step):
            if not 0 <= j < len(words):
                break
            if marks[j]:
                return True
            if words[j].fold not in PARTICLES:
                break
    return False


def _with_particles(words: tuple[Word, ...], i: int) -> int:
    start = words[i].start
    while (
        i > 0
        and words[i - 1].fold in ("van", "der", "den", "von", "vd", "ter", "ten", "de")
        and start - words[i - 1].end <= 2
    ):
        if words[i - 1].fold == "de" and not (i > 1 and words[i - 2].fold == "van"):
            break
        i -= 1
        start = words[i].start
    return start


def _initial_beside(view: View, start: int, end: int) -> Iterator[Hit]:
    """The capital in "Brigid H." or "B. Halloran"."""
    after = re.match(r" ([A-ZÀ-Þ])(?:\.|(?![\w]))", view.text[end : end + 4])
    if after and any(t.startswith(after[1].lower()) for t in view.terms.tokens):
        yield Hit(end, end + after.end(), "known-term", "known-initial")
    before = re.search(r"(?<!\w)([A-ZÀ-Þ])\. ?$", view.text[max(0, start - 4) : start])
    if before and any(t.startswith(before[1].lower()) for t in view.terms.tokens):
        yield Hit(start - len(before[0]), start, "known-term", "known-initial")


def _phrases(view: View) -> Iterator[Hit]:
    folds = [w.fold for w in view.words]
    for phrase in view.terms.phrases:
        for i in range(len(folds) - len(phrase) + 1):
            if tuple(folds[i : i + len(phrase)]) == phrase:
                yield Hit(view.words[i].start, view.words[i + len(phrase) - 1].end, "known-term", "known-phrase")


# --- inside hashtags, handles and words with figures


def _marks(view: View) -> Iterator[Hit]:
    if not (
        "#" in view.text or "@" in view.text or "_" in view.text or view.has_digits or _CAMEL_INSIDE.search(view.text)
    ):
        return
    seen: dict[str, bool] = {}
    for m in _MARK.finditer(view.text):
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
        return len(leet) >= 4 and leet != letters and bool(_nearest(terms, leet, 1))
    if parts & terms.short_forms - view.lexicon.ordinary[view.lang]:
        return True
    return not all(view.plain(p) or p.isdigit() for p in parts) and any(
        len(text) >= 5 and process.extractOne(text, terms.long_tokens, scorer=fuzz.partial_ratio, score_cutoff=80)
        for text in (letters, leet)
    )


# --- letters one by one, and words broken apart


def _spelled(view: View) -> Iterator[Hit]:
    for m in _LETTERS.finditer(view.text):
        if _is_name(view.terms, fold("".join(c for c in m.group() if c.isalpha()))):
            yield Hit(m.start(), m.end(), "known-term", "known-spelled")
    named = list(_AS_IN.finditer(view.low))
    if len(named) >= 3 and _is_name(view.terms, fold("".join(m[1] for m in named))):
        yield Hit(named[0].start(), named[-1].end(), "known-term", "known-spelled")
    run: list[Word] = []
    for word in (*view.words, None):
        if word and word.text.lower() in _SPELLING:
            run.append(word)
            continue
        if len(run) >= 3 and _is_name(view.terms, fold("".join(_SPELLING[w.text.lower()] for w in run))):
            yield Hit(run[0].start, run[-1].end, "known-term", "known-spelled")
        run = []


def _is_name(terms: Terms, letters: str) -> bool:
    if any(name in letters if len(name) >= 4 else name == letters for name in terms.tokens):
        return True
    return len(letters) >= 4 and bool(_nearest(terms, letters, 1))


def _initials(view: View) -> Iterator[Hit]:
    for m in _DOTTED.finditer(view.text):
        if "".join(c.lower() for c in m.group() if c.isalpha()) in view.terms.initials:
            yield Hit(m.start(), m.end(), "known-term", "known-initials", 0.9)
    for i, word in enumerate(view.words):
        if word.upper and word.fold in view.terms.initials and _cued(view.words, i):
            yield Hit(word.start, word.end, "known-term", "known-initials", 0.9)


def _across(view: View) -> Iterator[Hit]:
    """Names with gaps inside: "Bri gid", "Hallo-ran"."""
    stream, places = _stream(view.low)
    text = view.low
    for name in view.terms.tokens | view.terms.glued:
        at = stream.find(name) if len(name) >= 4 else -1
        while at >= 0:
            start, end = places[at], places[at + len(name) - 1] + 1
            gaps = [places[k + 1] - places[k] for k in range(at, at + len(name) - 1)]
            if max(gaps, default=1) > 1 and max(gaps) <= 4 and _edges(text, start, end):
                pieces = re.findall(r"[^\W_]+", text[start:end])
                if not all(view.plain(fold(p)) or view.lexicon.ordinary_anywhere(fold(p)) for p in pieces):
                    yield Hit(start, end, "known-term", "known-broken")
            at = stream.find(name, at + 1)


def _edges(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def _stream(low: str) -> tuple[str, list[int]]:
    """Letters and figures without what stands between them, folded as names are, each with its place."""
    chars: list[str] = []
    places: list[int] = []
    for m in re.finditer(r"[^\W_]+", low):
        word = m.group()
        folded = fold(word)
        chars.append(folded)
        if len(folded) == len(word):
            places.extend(range(m.start(), m.end()))
        else:  # shortened by folding: spread what is left over the word, its edges exact
            size = max(1, len(folded) - 1)
            places.extend(m.start() + (len(word) - 1) * k // size for k in range(len(folded)))
    return "".join(chars), places


# --- numbers and dates


def _numbers(view: View) -> Iterator[Hit]:
    stream, places = "", []
    chars = [(c, i) for i, c in enumerate(view.low) if c.isalnum()]
    stream, places = "".join(c for c, _ in chars), [i for _, i in chars]
    if view.has_digits:
        for number in (*view.terms.numbers, *view.terms.figures):
            at = stream.find(number)
            while at >= 0:
                yield from _number_at(view, number, places, at)
                at = stream.find(number, at + 1)
        yield from _fragments(view)
    for run in spoken_numbers(view.low):
        for number in (*view.terms.numbers, *view.terms.figures):
            if number in run.digits or (len(run.digits) >= 4 and number.endswith(run.digits)):
                yield Hit(run.start, run.end, "known-number", "known-number-spoken")


def _number_at(view: View, number: str, places: list[int], at: int) -> Iterator[Hit]:
    start, last = places[at], places[at + len(number) - 1]
    inside = zip(places[at : at + len(number) - 1], places[at + 1 : at + len(number)], strict=True)
    if any(b - a > 4 for a, b in inside):
        return
    before, after = view.low[start - 1 : start], view.low[last + 1 : last + 2]
    if len(number) < 7 and ((number[0].isdigit() and before.isdigit()) or (number[-1].isdigit() and after.isdigit())):
        return
    while start and view.low[start - 1] == "0":
        start -= 1
    yield Hit(start, last + 1, "known-number", "known-number")


def _fragments(view: View) -> Iterator[Hit]:
    """The first or last half of a protected number, as it is read out over two updates."""
    for m in re.finditer(r"(?<![\w.,:])[a-z]{0,4}[- ]?\d[\da-z]*(?:[-/]\d[\da-z]*)*(?![:\w])", view.low):
        part = "".join(c for c in m.group() if c.isalnum())
        digits = sum(c.isdigit() for c in part)
        if digits < _FRAGMENT_MIN:
            continue
        tails = (part, "".join(c for c in part if c.isdigit()))
        if any(
            n != t and len(n) >= 6 and (n.startswith(t) or n.endswith(t)) for n in view.terms.numbers for t in tails
        ):
            yield Hit(m.start(), m.end(), "known-number", "known-number-part", 0.8)


def _dates(view: View) -> Iterator[Hit]:
    for day in (*view.dates, *calendar_dates.pairs(view.low)):
        for year, month, date in view.terms.dates:
            if day.is_day(year, month, date) or (not day.day and (day.year, day.month) == (year, month)):
                yield Hit(day.start, day.end, "known-date", "known-date")


# --- halves in two updates


def _split(view: View) -> Iterator[Hit]:
    """The second half of a name or number whose first half ended an earlier update."""
    low = view.low[:_JUNCTION]
    heads = _openings(low)
    starts = [(rest, name) for rest in heads for name in view.terms.halves.get(rest, ())]
    digraph = low.lstrip(" .,-!?").startswith(("e", "j"))
    if not starts and not digraph:
        return
    tails = [_tail(text) for text in view.recent if text]
    if len(tails) >= 2 and len(tails[-1]) <= 12:
        tails.append(f"{tails[-2]} {tails[-1]}")
    for tail in tails:
        stream, places = _stream(tail)
        for rest, name in starts:
            cut = len(name) - len(rest)
            if stream.endswith(name[:cut]) and _edges(tail, places[-cut], places[-1] + 1):
                numeric = any(c.isdigit() for c in name)
                yield Hit(*heads[rest], "known-number" if numeric else "known-term", "known-split", 0.9)
        if digraph and tail[-1:] in tuple("aoui"):
            yield from _split_digraph(view, tail, low)


def _split_digraph(view: View, tail: str, low: str) -> Iterator[Hit]:
    """A name cut inside ae, oe, ue or ij, which fold to one letter only once they are joined."""
    pieces = [tail[m.start() :] for m in re.finditer(r"(?<![^\W_])[^\W_]", tail)][-4:]
    head = re.match(r"\W{0,5}([^\W_]+)", low)
    if head is None:
        return
    for piece in pieces:
        if fold(re.sub(r"[\W_]", "", piece) + head[1]) in view.terms.tokens | view.terms.glued:
            yield Hit(head.start(1), head.end(1), "known-term", "known-split", 0.9)


def _openings(low: str) -> dict[str, tuple[int, int]]:
    """What the update begins with, word by word run together, with its span; a possessive s counts with and without."""
    found: dict[str, tuple[int, int]] = {}
    joined, first = "", -1
    for m in islice(re.finditer(r"[^\W_]+", low), 8):
        first = m.start() if first < 0 else first
        joined += fold(m.group())
        found[joined] = (first, m.end())
        if joined.endswith("s"):
            found.setdefault(joined[:-1], (first, m.end()))
    return found


def _tail(text: str) -> str:
    """The end of an earlier update, without the hashtags it closes with."""
    return _TAIL_MARKS.sub("", lowered(clean(text[-3 * _JUNCTION :]).text))[-_JUNCTION:]
