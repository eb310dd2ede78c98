"""Protected terms in disguise, by rule and seed: typos, glue, look-alikes, spelling, splits, transliteration and more.

Each case is one invented person's: the event protects a name, a birth date and a number, and the last text of a short
thread gives one of them away. What the earlier texts of a case give away is half of it at most.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, NamedTuple

from schemas.draft import Action, Disposition
from streams.scrub.kinds import KINDS
from streams.scrub.numerals import DE_ONES, EN_ONES, NL_ONES
from streams.scrub.screen import Screening
from tests.corpus import alphabets

SEED: Final = 20


class Person(NamedTuple):
    lang: str
    name: str
    born: date
    number: str
    nicknames: tuple[str, ...] = ()

    @property
    def protect(self) -> tuple[str, ...]:
        return (self.name, self.born.isoformat(), self.number)

    @property
    def given(self) -> str:
        return self.name.split()[0]

    @property
    def surname(self) -> str:
        return self.name.split()[-1]


class Case(NamedTuple):
    """`planted` is what the last text of the thread gives away, as it stands there."""

    person: Person
    attack: str
    thread: tuple[str, ...]
    planted: str

    @property
    def text(self) -> str:
        return self.thread[-1]


def given_away(case: Case, screened: Screening) -> bool:
    """Whether a letter or a figure of what is planted would be published without anybody being asked."""
    if screened.disposition in (Disposition.HOLD, Disposition.REFUSE):
        return False
    covered = {
        place
        for finding in screened.findings
        if finding.action is not Action.ALLOW and not KINDS[finding.kind].content
        for place in range(finding.start, finding.end)
    }
    start = case.text.index(case.planted)
    return any(c.isalnum() and place not in covered for place, c in enumerate(case.planted, start))


CAST: Final = (
    Person("en", "Brigid Halloran", date(1946, 7, 13), "00718253"),
    Person("en", "Desmond Achterberg", date(1971, 2, 28), "KX-55120987"),
    Person("en", "Philippa Strand-Moor", date(1988, 11, 3), "5530917"),
    Person("en", "Tomasz Wierzbicki", date(1959, 9, 21), "W-6631-407"),
    Person("en", "Keziah Abernathy", date(2004, 4, 12), "MRN 00420915"),
    Person("en", "Robert Elphinstone", date(1937, 5, 30), "883120-64", ("Bob", "Bobby", "Rob", "Robbie", "Bert")),
    Person("en", "Margaret Tewkesworth", date(1952, 8, 8), "N12 440 937", ("Maggie", "Meg", "Peggy", "Madge", "Greta")),
    Person("de", "Wiebke Grünsfelder", date(1963, 6, 17), "20417735"),
    Person("de", "Ottokar Weißenbach", date(1949, 10, 29), "F-2209-118"),
    Person("de", "Irmela Knöpfle", date(1978, 1, 31), "PID 7730215"),
    Person("de", "Gernot Lüdtkemeier", date(1991, 12, 9), "4408-5512"),
    Person("de", "Mechthild Öhlschläger", date(1955, 3, 22), "A90331277"),
    Person("de", "Johannes Brettschuh", date(1940, 2, 14), "0055-9127", ("Hannes", "Hans", "Hansi", "Jo")),
    Person("de", "Katharina Zwiesler", date(1985, 7, 25), "61-300-928", ("Kathi", "Käthe", "Kati", "Trine")),
    Person("nl", "Sietske van der Velde", date(1968, 5, 4), "30995821"),
    Person("nl", "Marijn Bouwmeester", date(1974, 11, 19), "Z-4471-902"),
    Person("nl", "Wietske de Rooij", date(1951, 4, 27), "7712034"),
    Person("nl", "Bastiaan Zwaluwkamp", date(1996, 8, 16), "PT 221 0087"),
    Person("nl", "Femkje Oosterdijk", date(1943, 1, 23), "85-1140-3"),
    Person("nl", "Cornelis Hazelaar", date(1934, 9, 6), "0091-4477", ("Kees", "Cor", "Cees", "Nelis")),
    Person("nl", "Wilhelmina Duinstra", date(1960, 12, 30), "HK330582", ("Mien", "Willemijn", "Wil", "Mina", "Helma")),
)  # fmt: skip

FRAMES: Final = {
    "en": ("so proud of {} today, knee and all", "the whole team waves to {} now", "all is well and {} is smiling"),
    "de": (
        "wir freuen uns mit {} über das neue Knie",
        "alles ruhig, {} ist schon wach",
        "das ganze Team grüßt {} heute",
    ),
    "nl": ("we zijn trots op {} en de nieuwe knie", "alles rustig, {} is al wakker", "het hele team groet {} vandaag"),
}
"""With an ordinary word in the gap each of them passes unseen, so that what is caught is caught for the disguise."""
FILLER: Final = {"en": "everybody", "de": "alle", "nl": "iedereen"}

Attack = Callable[[str, random.Random], str]
LOOK_ALIKE: Final = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
LEET: Final = str.maketrans("aeiost", "431057")
UMLAUTS: Final = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"), ("ß", "ss"))


def _at(word: str, rng: random.Random) -> int:
    """A place inside the longest word, not at its very edges."""
    longest = max(word.replace("-", " ").split(), key=len)
    return word.index(longest) + rng.randrange(1, len(longest) - 1) if len(longest) > 2 else len(word) // 2


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
    for mark, plain in UMLAUTS:
        word = word.replace(mark, plain)
    return word


def _bare(word: str) -> str:
    return word.replace(" ", "").replace("-", "")


def _split_by(mark: str) -> Attack:
    return lambda w, rng: mark.join((w[: (at := _at(w, rng))], w[at:]))


def _after(*steps: Attack) -> Attack:
    def mixed(word: str, rng: random.Random) -> str:
        for step in steps:
            word = step(word, rng)
        return word

    return mixed


def _one_look_alike(word: str, rng: random.Random) -> str:
    """One letter of another script, where there is one that looks the same."""
    places = [i for i, c in enumerate(word) if c.translate(LOOK_ALIKE) != c]
    at = rng.choice(places) if places else -1
    return "".join(c.translate(LOOK_ALIKE) if i == at else c for i, c in enumerate(word))


NAMES: Final[dict[str, Attack]] = {
    "plain": lambda w, _: w,
    "lower case": lambda w, _: w.lower(),
    "upper case": lambda w, _: w.upper(),
    "letters swapped": _swap,
    "letter dropped": _drop,
    "letter doubled": _double,
    "letter mistyped": _mistype,
    "umlauts in two letters": _umlauts,
    "no accents": lambda w, _: w.translate(str.maketrans("äöüÄÖÜß", "aouAOUs")),
    "zero-width space": _split_by("\u200b"),
    "zero-width joiner": _split_by("\u200d"),
    "word joiner": _split_by("\u2060"),
    "bidi marks": lambda w, _: f"\u202a{w}\u202c",
    "soft hyphens": lambda w, _: "\u00ad".join(w),
    "look-alikes": lambda w, _: w.translate(LOOK_ALIKE),
    "one look-alike": _one_look_alike,
    "full width": lambda w, _: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in w),
    "bold capitals": lambda w, _: "".join(chr(0x1D400 + ord(c) - 65) if "A" <= c <= "Z" else c for c in w),
    "script letters": lambda w, _: "".join(chr(0x1D4EA + ord(c) - 97) if "a" <= c <= "z" else c for c in w),
    "circled letters": lambda w, _: "".join(chr(0x24D0 + ord(c) - 97) if "a" <= c <= "z" else c for c in w),
    "underlined": lambda w, _: "".join(c + "\u0332" for c in w),
    "leet": lambda w, _: w.translate(LEET),
    "hashtag": lambda w, _: "#" + _bare(w),
    "hashtag in lower case": lambda w, _: "#" + _bare(w).lower(),
    "hashtag with more": lambda w, _: "#GoGo" + _bare(w.split()[-1]),
    "handle": lambda w, _: "@" + w.replace(" ", "_").replace("-", "").lower() + "57",
    "glued": lambda w, _: w.replace(" ", ""),
    "given name": lambda w, _: w.split()[0],
    "surname": lambda w, _: w.split()[-1],
    "possessive": lambda w, _: w.split()[-1] + "s",
    "apostrophe": lambda w, _: w.split()[-1] + "’s",
    "turned round": lambda w, _: f"{w.split()[-1]}, {w.split()[0]}",
    "initial and surname": lambda w, _: f"{w[0]}. {w.split()[-1]}",
    "given name and initial": lambda w, _: f"{w.split()[0]} {w.split()[-1][0]}.",
    "letters spaced": lambda w, _: " ".join(_bare(w.split()[-1]).upper()),
    "letters dashed": lambda w, _: "-".join(w.split()[0].upper()),
    "letters dotted": lambda w, _: ".".join(w.split()[0].upper()) + ".",
    "broken by a space": lambda w, rng: _split_by(" ")(w.split()[-1], rng),
    "broken by a hyphen": lambda w, rng: _split_by("-")(w.split()[-1], rng),
    "Cyrillic": lambda w, _: alphabets.cyrillic(w),
    "Cyrillic surname": lambda w, _: alphabets.cyrillic(w.split()[-1]),
    "Greek": lambda w, _: alphabets.greek(w),
    "Greek surname": lambda w, _: alphabets.greek(w.split()[-1]),
}
MIXED: Final[dict[str, Attack]] = {
    "swapped, lower case": _after(_swap, NAMES["lower case"]),
    "dropped, no accents": _after(NAMES["no accents"], _drop),
    "look-alike, swapped": _after(_swap, _one_look_alike),
    "zero-width, mistyped": _after(_mistype, NAMES["zero-width space"]),
    "hashtag, look-alike": _after(NAMES["hashtag"], _one_look_alike),
    "hashtag, dropped": _after(_drop, NAMES["hashtag"]),
    "hashtag, lower case, two letters": _after(_umlauts, NAMES["hashtag in lower case"]),
    "hashtag, leet": _after(NAMES["hashtag"], NAMES["leet"]),
    "handle, swapped": _after(_swap, NAMES["handle"]),
    "glued, lower case": _after(NAMES["glued"], NAMES["lower case"]),
    "glued, doubled": _after(NAMES["glued"], _double),
    "full width, mistyped": _after(_mistype, NAMES["full width"]),
    "leet, upper case": _after(NAMES["leet"], NAMES["upper case"]),
    "spaced letters, look-alikes": _after(NAMES["letters spaced"], NAMES["look-alikes"]),
    "dashed letters, zero-width": _after(NAMES["letters dashed"], NAMES["zero-width space"]),
    "possessive, dropped": _after(_drop, NAMES["possessive"]),
    "surname in capitals, doubled": _after(NAMES["surname"], _double, NAMES["upper case"]),
    "Cyrillic, lower case": _after(NAMES["Cyrillic"], NAMES["lower case"]),
    "Cyrillic hashtag": _after(NAMES["Cyrillic"], NAMES["hashtag"]),
}
GROUPINGS: Final[dict[str, Callable[[str], str]]] = {
    "as it is": lambda n: n,
    "lower case": str.lower,
    "no hyphens": lambda n: n.replace("-", ""),
    "spaces": lambda n: n.replace("-", " "),
    "digit by digit": lambda n: " ".join(_bare(n)),
    "dotted": lambda n: ".".join(_bare(n)),
    "slashes": lambda n: "/".join((_bare(n)[:3], _bare(n)[3:5], _bare(n)[5:])),
    "threes": lambda n: " ".join(_bare(n)[i : i + 3] for i in range(0, len(_bare(n)), 3)),
    "fours": lambda n: "-".join(_bare(n)[i : i + 4] for i in range(0, len(_bare(n)), 4)),
    "full width": lambda n: n.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "Arabic figures": lambda n: n.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    "zero-width": "\u200b".join,
    "letter O for zero": lambda n: n.replace("0", "O"),
    "glued to a word": lambda n: f"id{_bare(n)}",
    "hashtag": lambda n: f"#{_bare(n)}",
}
ONES: Final = {"en": EN_ONES, "de": DE_ONES, "nl": NL_ONES}
SAYS: Final = {"en": "it says {} on the band", "de": "auf dem Band steht {} genau", "nl": "op het bandje staat {} dus"}
OPENS: Final = {"en": "hands up for {}", "de": "Applaus für {}", "nl": "applaus voor {}"}
GOES_ON: Final = {"en": "{}!! well done", "de": "{}!! sehr schön", "nl": "{}!! goed gedaan"}


def cases(seed: int = SEED) -> tuple[Case, ...]:
    rng = random.Random(seed)
    return tuple(case for person in CAST for case in _of(person, rng))


def _of(person: Person, rng: random.Random) -> Iterator[Case]:
    for attack, disguise in (*NAMES.items(), *MIXED.items()):
        yield _framed(person, attack, disguise(person.name, rng), rng)
    for nickname in person.nicknames:
        yield _framed(person, "nickname", nickname, rng)
        yield _framed(person, "nickname and surname", f"{nickname} {person.surname}", rng)
    for attack, spelled in alphabets.spellings(person.lang, _bare(person.surname)):
        yield _framed(person, attack, spelled, rng)
    for grouping, group in GROUPINGS.items():
        yield _said(person, f"number, {grouping}", group(person.number))
    digits = [int(c) for c in person.number if c.isdigit()]
    for attack, gap in (("number, spoken", " "), ("number, spoken with dashes", "-"), ("number, spoken apart", ", ")):
        yield _said(person, attack, gap.join(ONES[person.lang][d] for d in digits))
    for form in alphabets.dates(person.lang, person.born):
        yield _said(person, "birth date", form)
    yield from _splits(person, rng)


def _framed(person: Person, attack: str, planted: str, rng: random.Random) -> Case:
    return Case(person, attack, (rng.choice(FRAMES[person.lang]).format(planted),), planted)


def _said(person: Person, attack: str, planted: str) -> Case:
    return Case(person, attack, (SAYS[person.lang].format(planted),), planted)


def _splits(person: Person, rng: random.Random) -> Iterator[Case]:
    for attack, whole in (("name", _bare(person.surname)), ("number", _bare(person.number))):
        for cut in range(2, len(whole) - 1):
            yield _split(person, f"{attack} over two updates", (whole[:cut], whole[cut:]))
        first, second = sorted(rng.sample(range(2, len(whole) - 1), 2))
        yield _split(person, f"{attack} over three updates", (whole[:first], whole[first:second], whole[second:]))
    name = _bare(person.surname)
    cut = len(name) // 2
    yield _split(person, "name over two updates, lower case", (name[:cut].lower(), name[cut:]))
    yield _split(person, "name over two updates, look-alikes", (name[:cut].translate(LOOK_ALIKE), name[cut:]))
    yield _split(person, "name over two updates, hashtag between", (f"{name[:cut]} #KneeLive", name[cut:]))
    letters = name.upper()
    yield _split(person, "letters over two updates", (" ".join(letters[:cut]), " ".join(letters[cut:])))
    yield _split(
        person, "given name and surname apart", (f"{person.given[:2]}", f"{person.given[2:]} {person.surname}")
    )


def _split(person: Person, attack: str, parts: tuple[str, ...]) -> Case:
    """The first part ends an update, the last begins one; what lies between is an update of its own."""
    *earlier, last = parts
    opening = OPENS[person.lang].format(earlier[0])
    return Case(person, attack, (opening, *earlier[1:], GOES_ON[person.lang].format(last)), last)
