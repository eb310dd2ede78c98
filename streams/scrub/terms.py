"""What a live event knows beforehand, made ready for searching: whom to protect, whom and what it may name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from streams.scrub import calendar_dates
from streams.scrub.lexicon_words import LANGUAGES, lexicon
from streams.scrub.listing import words
from streams.scrub.normalise import clean, fold

_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]{1,12})?")
_ALNUM = re.compile(r"[^\W_]+")
TITLES = words(
    "mr mrs ms miss mx dr prof professor sir lady lord dame nurse sister doctor rev md phd frau herr hr fr "
    "fraulein oa oarztin oberarzt oberarztin arzt arztin chefarzt chefarztin pd dipl med schwester pfleger "
    "mevrouw mevr mw meneer mnr dhr heer zuster broeder ok assistent assistentin arts verpleegkundige team "
    "patient patientin patiente pat"
)
PARTICLES = words(
    "van der den de het ter ten te vd von vom zu zum zur am und and the of la le les du da das dos del della "
    "di el al bin ibn abu op in t s o y e a"
)
ENDINGS = words("s es en n e sche schen scher sches chen lein je tje tjes ie i y jes")
# Shorter terms meet too many ordinary words once case, accents and gaps are ignored.
NAME_MIN = 2
NUMBER_MIN = 4
READS_AS = str.maketrans("oil", "011")
TYPO_MIN = 4  # names shorter than this are a letter away from too many words
EDITS_MAX = 3
VOCABULARY_MIN = 3  # shorter words are initials and particles as often


@dataclass(frozen=True, slots=True)
class Terms:
    """Built once per live event by `compile_terms`. All words folded (see `normalise.fold`)."""

    tokens: frozenset[str]  # words of protected names
    glued: frozenset[str]  # whole names without their gaps
    inflected: frozenset[str]  # words of protected names with the endings that languages put to them
    phrases: tuple[tuple[str, ...], ...]  # protected terms that only count as a whole
    short_forms: frozenset[str]  # pet names of protected given names
    initials: frozenset[str]
    exact: frozenset[str]  # all of the above but phrases and initials
    around: Mapping[tuple[int, int], tuple[str, ...]]  # (length, edits) → tokens and glued names that a typo may mean
    dates: frozenset[tuple[int, int, int]]
    numbers: tuple[str, ...]  # letters and figures of protected numbers, lower case
    figures: tuple[str, ...]  # protected dates written as one number
    written_numbers: tuple[str, ...]  # both, with letters that look like figures read as those
    date_forms: re.Pattern[str]  # day and month of protected dates, the month as a word, without a capital too
    inside: re.Pattern[str]  # protected names of four letters and more, wherever they stand
    long_tokens: tuple[str, ...]  # five letters and more: long enough for a typo inside a hashtag
    halves: Mapping[str, tuple[str, ...]]  # every ending of a protected name or number → those that end so
    half_max: int  # letters of the longest ending, and a possessive s
    allowed: frozenset[str]  # words of allowed names, titles left out
    allowed_whole: frozenset[tuple[str, ...]]  # allowed names as they stand, and surnames of the longer ones
    vocabulary: frozenset[str]  # words of the prepared texts that are nobody's name
    allowed_marks: frozenset[str]  # allowed handles, hashtags, addresses: as written, lower case

    def allows(self, words: Iterable[str]) -> bool:
        """Whether each word is one that the event may name; never for a protected word."""
        real = [w for w in words if w not in TITLES and w not in PARTICLES and len(w) > 1]
        return bool(real) and all(w in self.allowed and w not in self.tokens for w in real)


def compile_terms(
    allow: Iterable[str], protect: Iterable[str], hashtag: str = "", prepared: Iterable[str] = ()
) -> Terms:
    """The terms of one event. `protect` may hold names, dates in any usual form, numbers and phrases, mixed.

    `prepared`: texts that were written and read before the event (description, run sheet, phrases).
    """
    tokens: set[str] = set()
    glued: set[str] = set()
    phrases: set[tuple[str, ...]] = set()
    initials: set[str] = set()
    dates: set[tuple[int, int, int]] = set()
    numbers: set[str] = set()
    figures: set[str] = set()
    for term in protect:
        day = calendar_dates.known(term)
        plain = clean(term).text
        if day:
            dates.add(day)
            figures |= _as_figures(day)
        elif sum(c.isdigit() for c in plain) >= max(3, sum(c.isalpha() for c in plain) // 3):
            numbers |= set(_numbers(plain))
        else:
            _add_name(plain, tokens, glued, phrases, initials)
    words, whole, marks = _allowed(allow, hashtag)
    short = {s for token in tokens for s in lexicon().short_forms.get(token, ())} - tokens
    glued = {g for g in glued if len(g) > TYPO_MIN}
    inflected = {token + ending for token in tokens if len(token) >= TYPO_MIN for ending in ENDINGS}
    searched = sorted({t for t in tokens | glued if len(t) >= TYPO_MIN})
    ordered = tuple(sorted(numbers, key=lambda n: (-len(n), n)))
    halves = _halves(sorted(tokens | glued | numbers | figures))
    return Terms(
        tokens=frozenset(tokens),
        glued=frozenset(glued),
        inflected=frozenset(inflected),
        phrases=tuple(sorted(phrases)),
        short_forms=frozenset(short),
        initials=frozenset(initials),
        exact=frozenset(tokens | glued | short | inflected),
        around=_around(searched),
        dates=frozenset(dates),
        numbers=ordered,
        figures=tuple(sorted(figures)),
        written_numbers=tuple(dict.fromkeys(n.translate(READS_AS) for n in (*ordered, *sorted(figures)))),
        date_forms=re.compile("|".join(_date_form(month, day) for _, month, day in sorted(dates)) or r"(?!)"),
        inside=re.compile("|".join(map(re.escape, sorted(searched, key=lambda n: (-len(n), n)))) or r"(?!)"),
        long_tokens=tuple(t for t in searched if len(t) >= 5 and t in tokens),
        halves=halves,
        half_max=max(map(len, halves), default=0) + 1,
        allowed=frozenset(words),
        allowed_whole=frozenset(whole),
        vocabulary=frozenset(_vocabulary(prepared) - tokens - short),
        allowed_marks=frozenset(marks),
    )


def _around(names: Sequence[str]) -> dict[tuple[int, int], tuple[str, ...]]:
    longest = max(map(len, names), default=0)
    return {
        (length, edits): tuple(n for n in names if abs(len(n) - length) <= edits)
        for edits in range(1, EDITS_MAX + 1)
        for length in range(1, longest + edits + 1)
    }


def _vocabulary(prepared: Iterable[str]) -> set[str]:
    """A given name in a prepared text excuses nobody: whom the event may name stands on its allow-list."""
    known = lexicon()
    words = {fold(word) for text in prepared for word in _WORDS.findall(clean(text).text)}
    return {w for w in words if len(w) >= VOCABULARY_MIN and w not in known.given and w not in known.double}


def _halves(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Any cut of names of four and more: a half may be one letter, as ij is once it is folded."""
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        for cut in range(1, len(name)) if len(name) >= 4 else ():
            found[name[cut:]] = (*found.get(name[cut:], ()), name)
    return found


def _add_name(term: str, tokens: set[str], glued: set[str], phrases: set[tuple[str, ...]], initials: set[str]) -> None:
    words = _WORDS.findall(term)
    real = [w for w in words if fold(w) not in TITLES]
    core = [w for w in real if fold(w) not in PARTICLES] or real
    if any(w.islower() and _ordinary(fold(w)) for w in core) and len(core) > 1:
        phrases.add(tuple(fold(w) for w in real))
        return
    tokens |= {fold(w) for w in core if len(fold(w)) >= NAME_MIN}
    folded = [fold(w) for w in real]
    glued.add("".join(folded))
    glued.add("".join(fold(w) for w in core))
    if len(core) > 1:
        glued.add("".join(folded[1:]))  # surnames of two words, and those with particles
        glued.add("".join(fold(w) for w in core[1:]))
        glued.add("".join(fold(w) for w in reversed(core)))
        initials.add("".join(fold(w)[0] for w in core))
        initials.add(fold(core[0])[0] + fold(core[-1])[0])


def _ordinary(word: str) -> bool:
    known = lexicon()
    return any(known.everyday(word, lang) for lang in LANGUAGES) or word in known.occupations


def _numbers(term: str) -> Iterable[str]:
    """A number with and without the letters in front, and without leading zeros: wristbands and speech drop them."""
    parts = _ALNUM.findall(term.lower())
    whole = "".join(parts)
    digits = "".join(c for c in whole if c.isdigit())
    for form in (whole, digits, digits.lstrip("0")):
        if len(form) >= NUMBER_MIN and any(c.isdigit() for c in form):
            yield form


def _date_form(month: int, day: int) -> str:
    names = "|".join(name for name, number in calendar_dates.MONTHS.items() if number == month)
    return (
        rf"(?<!\w)(?:(?:{names})\.?[\s.,/-]{{0,3}}(?:the )?0?{day}(?:st|nd|rd|th|e|ste)?"
        rf"|0?{day}(?:st|nd|rd|th|e|ste)?[\s.,/-]{{0,3}}(?:of |de )?(?:{names}))(?![^\W_])"
    )


def _as_figures(day: tuple[int, int, int]) -> set[str]:
    year, month, date = (f"{n:02d}" for n in day)
    return {
        year + month + date,
        date + month + year,
        month + date + year,
        date + month + year[2:],
        month + date + year[2:],
        year[2:] + month + date,
    }


def _allowed(allow: Iterable[str], hashtag: str) -> tuple[set[str], set[tuple[str, ...]], set[str]]:
    words: set[str] = set()
    whole: set[tuple[str, ...]] = set()
    marks = {hashtag.lower()} if hashtag else set()
    for term in allow:
        marks.add(clean(term).text.lower().strip())
        folded = [fold(w) for w in _WORDS.findall(clean(term).text)]
        real = tuple(w for w in folded if w not in TITLES and w not in PARTICLES)
        words |= {form for w in real for form in (w, w.removesuffix("s") if len(w) > 4 else w)}
        whole |= {real, real[-1:]} - {()}
    return words, whole, marks


NO_TERMS = compile_terms((), ())
