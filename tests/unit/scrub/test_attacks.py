"""Protected terms under some six hundred attacks, built by rule from an invented cast: none may be released."""

import random
from collections.abc import Callable, Iterator

import pytest

from schemas.draft import Disposition
from streams.scrub.numerals import DE_ONES, EN_ONES, NL_ONES
from streams.scrub.policy import load
from streams.scrub.screen import Screening, screen
from streams.scrub.terms import compile_terms

STRICT = load("strict")
CAST = {
    "en": ("Brigid Halloran", "Desmond Achterberg", "Philippa Strand-Moor", "Tomasz Wierzbicki", "Keziah Abernathy"),
    "de": ("Wiebke Grünsfelder", "Ottokar Weißenbach", "Irmela Knöpfle", "Gernot Lüdtkemeier", "Mechthild Öhlschläger"),
    "nl": (
        "Sietske van der Velde",
        "Marijn Bouwmeester",
        "Wietske de Rooij",
        "Bastiaan Zwaluwkamp",
        "Femkje Oosterdijk",
    ),
}
FRAMES = {
    "en": "so proud of {} today, knee and all",
    "de": "wir freuen uns mit {} über das neue Knie",
    "nl": "we zijn trots op {} en de nieuwe knie",
}
LOOK_ALIKE = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
LEET = str.maketrans("aeiost", "431057")

Attack = Callable[[str, random.Random], str]


def _at(word: str, rng: random.Random) -> int:
    """A place inside the longest word, not at its very edges."""
    longest = max(word.replace("-", " ").split(), key=len)
    return word.index(longest) + rng.randrange(1, len(longest) - 1)


def _swap(word: str, rng: random.Random) -> str:
    i = _at(word, rng)
    return word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def _drop(word: str, rng: random.Random) -> str:
    i = _at(word, rng)
    return word[:i] + word[i + 1 :]


def _double(word: str, rng: random.Random) -> str:
    i = _at(word, rng)
    return word[:i] + word[i] + word[i:]


def _mistype(word: str, rng: random.Random) -> str:
    i = _at(word, rng)
    return word[:i] + rng.choice("aeionrst") + word[i + 1 :]


def _umlauts(word: str, _: random.Random) -> str:
    for mark, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ö", "Oe"), ("ß", "ss")):
        word = word.replace(mark, plain)
    return word


ATTACKS: dict[str, Attack] = {
    "plain": lambda w, _: w,
    "lower": lambda w, _: w.lower(),
    "upper": lambda w, _: w.upper(),
    "swap": _swap,
    "drop": _drop,
    "double": _double,
    "mistype": _mistype,
    "lower swap": lambda w, rng: _swap(w, rng).lower(),
    "umlauts": _umlauts,
    "no accents": lambda w, _: w.translate(str.maketrans("äöüÖß", "aouOs")),
    "zero width": lambda w, rng: "\u200b".join((w[: _at(w, rng)], w[_at(w, rng) :])) if rng else w,
    "soft hyphens": lambda w, _: "\u00ad".join(w),
    "look-alikes": lambda w, _: w.translate(LOOK_ALIKE),
    "full width": lambda w, _: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in w),
    "bold": lambda w, _: "".join(chr(0x1D400 + ord(c) - 65) if "A" <= c <= "Z" else c for c in w),
    "leet": lambda w, _: w.translate(LEET),
    "hashtag": lambda w, _: "#" + w.replace(" ", "").replace("-", ""),
    "hashtag lower": lambda w, _: "#" + w.replace(" ", "").replace("-", "").lower(),
    "hashtag with more": lambda w, _: "#GoGo" + w.split()[-1].replace("-", ""),
    "handle": lambda w, _: "@" + w.replace(" ", "_").replace("-", "").lower() + "57",
    "glued": lambda w, _: w.replace(" ", ""),
    "surname": lambda w, _: w.split()[-1],
    "given name": lambda w, _: w.split()[0],
    "possessive": lambda w, _: w.split()[-1] + "s",
    "apostrophe": lambda w, _: w.split()[-1] + "’s",
    "letters spaced": lambda w, _: " ".join(w.split()[-1].replace("-", "").upper()),
    "letters dashed": lambda w, _: "-".join(w.split()[0].upper()),
    "letters dotted": lambda w, _: ".".join(w.split()[0].upper()) + ".",
    "turned round": lambda w, _: f"{w.split()[-1]}, {w.split()[0]}",
    "underlined": lambda w, _: "".join(c + "\u0332" for c in w),
}


def _names() -> Iterator[tuple[str, str, str]]:
    rng = random.Random(20)
    for lang, cast in CAST.items():
        for name in cast:
            for title, attack in ATTACKS.items():
                yield lang, title, FRAMES[lang].format(attack(name, rng))


NUMBERS = ("00718253", "KX-55120987", "5530917", "W-6631-407")
GROUPINGS: tuple[Callable[[str], str], ...] = (
    lambda n: n,
    str.lower,
    lambda n: n.replace("-", ""),
    lambda n: n.replace("-", " "),
    lambda n: " ".join(n.replace("-", "")),
    lambda n: ".".join(n.replace("-", "")),
    lambda n: f"{n[:3]} {n[3:5]} {n[5:]}",
    lambda n: f"{n[:4]}-{n[4:]}",
    lambda n: n.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    lambda n: n.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    "\u200b".join,
)


def _figures() -> Iterator[tuple[str, str, str]]:
    for number in NUMBERS:
        for i, grouping in enumerate(GROUPINGS):
            yield "en", f"grouping {i}", f"it says {grouping(number)} on the band"
        digits = [int(c) for c in number if c.isdigit()]
        for lang, words in (("en", EN_ONES), ("de", DE_ONES), ("nl", NL_ONES)):
            yield lang, "spoken", f"ok {' '.join(words[d] for d in digits)} ok"
            yield lang, "spoken with dashes", f"ok {'-'.join(words[d] for d in digits)} ok"


DATES = [
    "1946-07-13", "13.07.1946", "13.7.46", "13. Juli 1946", "13. Juli", "dreizehnter Juli", "am dreizehnten Juli 1946",
    "13 juli 1946", "dertien juli", "13-07-1946", "07/13/1946", "7/13/46", "7/13", "July 13", "July 13th, 1946",
    "13th of July", "the thirteenth of July", "July thirteenth", "13 JUL 46", "13-JUL-1946", "13071946", "130746",
    "July 1946", "13/7/1946", "13 . 07 . 1946", "１３．０７．１９４６", "1946/07/13", "13\u200b.07\u200b.1946",
]  # fmt: skip


def _everything() -> list[tuple[str, str, str]]:
    return [*_names(), *_figures(), *(("en", "date", f"there it says {date}, hm") for date in DATES)]


def _halves() -> Iterator[tuple[str, str, str]]:
    for lang, cast in CAST.items():
        for name in cast:
            word = name.split()[-1].replace("-", "")
            for cut in range(2, len(word) - 1):
                yield lang, f"hands up for {word[:cut]} #KneeLive", f"{word[cut:]}!! well done"
    for number in NUMBERS:
        plain = number.replace("-", "")
        for cut in range(2, len(plain) - 1):
            yield "en", f"the band says {plain[:cut]}", f"{plain[cut:]} thanks"


TERMS = compile_terms(
    allow=["Dr. Helen Marsh", "#KneeLive"],
    protect=[*(name for cast in CAST.values() for name in cast), *NUMBERS, "1946-07-13"],
    hashtag="#KneeLive",
)


@pytest.mark.parametrize("lang", ["en", "de", "nl"])
def test_no_attack_on_a_protected_term_gets_through(lang: str) -> None:
    released = [
        (title, text)
        for of, title, text in _everything()
        if of == lang and not _caught(screen(text, lang=lang, policy=STRICT, terms=TERMS))
    ]
    assert released == []


def test_no_half_of_a_protected_term_gets_through() -> None:
    released = [
        (first, second)
        for lang, first, second in _halves()
        if not _caught(screen(second, lang=lang, policy=STRICT, terms=TERMS, recent=[first]))
    ]
    assert released == []


def test_there_are_enough_attacks_to_claim_one_per_cent() -> None:
    assert len(_everything()) >= 400
    assert len(list(_halves())) >= 100


def _caught(screening: Screening) -> bool:
    """Held, and because of what the event protects: default deny alone would be luck."""
    known = any(f.kind.startswith("known-") for f in screening.findings)
    return known and screening.disposition in (Disposition.HOLD, Disposition.REFUSE)
