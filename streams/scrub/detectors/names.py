"""Names that the event does not know: what cue words introduce, what is a name in itself, what no list knows.

The evidence falls in that order, and so does the kind: `relative` and `name` by a cue or a list of names,
`unknown-name` by default deny. In German a capital says nothing, so that only the first two apply.
"""

import re
from collections.abc import Iterator

from streams.scrub.cues import DOCTOR, GREETING, MISTER, NAMING, PATIENT, RELATIVES
from streams.scrub.listing import words
from streams.scrub.spans import Hit
from streams.scrub.terms import PARTICLES
from streams.scrub.view import View, Word

# A name has at most this many words after its cue: given name, particles, two surnames.
_NAME_WORDS_MAX = 5
_JOINERS = words("van von der den de vd ter ten zu zur la el al bin di da dos le du o mac mc st y")
_GAP = re.compile(r"[\s.'-]{1,3}")
_NAMING = re.compile(
    rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(NAMING, key=len, reverse=True)))})(?!\w)[\s:,\"'„“]{{1,3}}"
)
_GREETING = re.compile(
    rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(GREETING, key=len, reverse=True)))})(?!\w)[\s,:\"']{{1,3}}"
)
_AFTER_RELATIVE = re.compile(r"[\s,:(\"'-]{1,3}(?:(?:is|heißt|heisst|heet|called|named|namens|genannt)\s)?[\"']?")
_SURNAME_FORM = re.compile(
    r"(?:Mc|Mac|O'|Fitz|D'|Van|De|Di|El|Al|Ben)[A-Z][a-z]+$|.{2,}(?:wicz|owski|ewski|czyk|nsson|sdóttir|dottir"
    r"|escu|opoulos|oğlu|oglu|ović|ovic|enko|ashvili|dijk|stra|inga|ssens)$"
)
_POSSESSIVE_THING = words(
    "today tomorrow yesterday tonight everyone everybody someone nobody what who it that there here let how "
    "where when he she surgeon world"
)
_INNER_CAPITAL = re.compile(r"^(?!Mc|Mac|De|Van|Fitz|O')[A-Z][a-z]+[A-Z]")
_CLINICAL_HEADS = words(
    "retractor retractors clamp clamps forceps sign test incision suture needle scissors procedure manoeuvre "
    "maneuver position point line triangle fracture knife wire catheter syndrome disease score angle method "
    "tube tubes bag frame pin nail plate screw screws elevator hook hooks drill saw guide knot stitch ring "
    "valve graft approach haken klemme zange schere hebel zeichen naht schnitt methode nadel lagerung klem "
    "haak tang schaar test teken hechting snede"
)


def relatives(view: View) -> Iterator[Hit]:
    """Who is someone's daughter, husband, neighbour."""
    for i, word in enumerate(view.words):
        if word.base in RELATIVES:
            hit = _name_behind(view, i, "relative", "relative-cue")
            if hit:
                yield hit


def patients(view: View) -> Iterator[Hit]:
    for i, word in enumerate(view.words):
        if word.base in PATIENT:
            hit = _name_behind(view, i, "name", "patient-cue")
            if hit:
                yield hit


def titled(view: View) -> Iterator[Hit]:
    """Mr, Frau, mevrouw, Dr and the like, with the word or the initial behind them."""
    words = view.words
    for i, word in enumerate(words[:-1]):
        if word.fold not in MISTER and word.fold not in DOCTOR:
            continue
        if word.fold in ("fr", "hr") and not (word.cap and view.text[word.end : word.end + 1] == "."):
            continue
        lead = i + 1
        while lead < min(len(words), i + 4) and (
            words[lead].fold in MISTER or words[lead].fold in DOCTOR or words[lead].fold in ("med", "dent", "vet")
        ):
            lead += 1
        if lead >= len(words) or not _GAP.fullmatch(view.text[words[lead - 1].end : words[lead].start]):
            continue
        if lead > i + 1 and word.fold in DOCTOR and words[lead - 1].fold in MISTER:
            continue
        end = _titled_end(view, lead, word)
        if end:
            yield Hit(words[lead].start, end, "name", "title-cue")


def _titled_end(view: View, lead: int, title: Word) -> int:
    words = view.words
    name = words[lead]
    if len(name.text) == 1:
        return _name_end(view, lead) if name.cap else 0
    if name.fold in _JOINERS:
        return _name_end(view, lead)
    lower_case_ok = title.fold in ("mr", "mrs", "ms", "miss", "dr") or _could_be_name(view, name)
    if name.cap or (lower_case_ok and not view.plain(name.fold)):
        # "Frau Doktor", "Dr says": an ordinary word behind a title is no name; a capital clinical one may be.
        if name.fold in view.lexicon.ordinary[view.lang] and name.fold not in view.lexicon.double and not name.upper:
            return 0
        if title.fold in DOCTOR and name.fold in view.lexicon.ordinary["en"] and not _could_be_name(view, name):
            return 0
        return _name_end(view, lead)
    return 0


def introduced(view: View) -> Iterator[Hit]:
    """ "called X", "surname X", "heißt X", and names that are greeted or thanked."""
    for pattern, rule, score in ((_NAMING, "naming-cue", 1.0), (_GREETING, "greeting-cue", 0.7)):
        for m in pattern.finditer(view.low):
            i = view.index_at(m.end())
            if i is None:
                continue
            word = view.words[i]
            named = rule == "naming-cue" and word.cap and word.base not in view.lexicon.ordinary[view.lang]
            nounless = view.lang != "de" or (m.group().startswith(_DEAR) and not _german_noun(view, word))
            greeted = rule != "naming-cue" and word.cap and nounless and _is_new(view, word)
            if word.fold not in view.lexicon.places and (named or greeted or _could_be_name(view, word)):
                yield Hit(word.start, _name_end(view, i), "name", rule, score)
    yield from _quoted(view)


_DEAR = ("liebe", "lieber", "hallo", "gute besserung")  # in German only these are followed by a name, not by a thing
_QUOTED = re.compile(r"(?<!\w)['\"„“”](?P<name>[A-ZÄÖÜ][^\W\d_]{2,15})['\"“”](?!\w)")


def _quoted(view: View) -> Iterator[Hit]:
    """One capital word in quotation marks is what people call each other."""
    for m in _QUOTED.finditer(view.text):
        word = view.word_at(m.start("name"))
        if word and not word.upper and not view.plain(word.base) and word.base not in view.terms.allowed:
            yield Hit(m.start("name"), m.end("name"), "name", "quoted-name", 0.5)


def listed(view: View) -> Iterator[Hit]:
    """Words that are a name in themselves, and what stands behind a given name."""
    words = view.words
    named: set[int] = set()
    for i, word in enumerate(words):
        given = word.base in view.lexicon.given
        surname = word.base in view.lexicon.surnames and word.cap
        if not (given or surname) or view.plain(word.base) or len(word.base) < 3 or word.base in view.lexicon.places:
            continue
        if not word.cap and not (given and _lower_case_name(view, word)):
            continue
        if word.start in named or _eponym_here(view, i) or (word.upper and len(word.text) <= 4 and not view.shouts):
            continue
        reached = _name_end(view, i) if given else word.end
        yield Hit(word.start, reached, "name", "listed-name", 0.8 if given else 0.6)
        named.update(range(word.start, reached))
    yield from (hit for hit in _formed(view) if hit.start not in named)


def _formed(view: View) -> Iterator[Hit]:
    """What is built like a surname: McPhee, O'Hara, van der Berg, Nowakowski."""
    words = view.words
    for i, word in enumerate(words):
        if _initialled(view, i):
            yield Hit(words[i - 1].start, _name_end(view, i), "name", "initial-name", 0.7)
        if (
            word.cap
            and 5 <= len(word.text) <= 24
            and _SURNAME_FORM.search(word.text)
            and not view.plain(word.base)
            and not word.upper
            and word.base not in view.lexicon.places
        ):
            yield Hit(word.start, word.end, "name", "name-form", 0.6)
        if word.fold in ("van", "von", "vd") and i + 1 < len(words):
            yield from _particle(view, i)


def _initialled(view: View, i: int) -> bool:
    """The surname in "K. Osterloh"; not "z. B. Morgen" or "St. Xaver"."""
    word, initial = view.words[i], view.words[i - 1] if i else None
    if not initial or len(initial.text) != 1 or not initial.cap or not word.cap or word.upper or len(word.text) < 3:
        return False
    dotted = view.text[initial.end : word.start] in (". ", ".")
    abbreviated = view.text[max(0, initial.start - 2) : initial.start].strip().endswith(".")
    return dotted and not abbreviated and _is_new(view, word)


def _particle(view: View, i: int) -> Iterator[Hit]:
    words = view.words
    j = i + 1
    while (
        j < len(words)
        and words[j].fold in ("der", "den", "de", "het", "t", "zu", "der")
        and words[j].start - words[j - 1].end <= 2
    ):
        j += 1
    plain_van = j == i + 1 or words[j - 1].fold in ("de", "het", "t")
    if j >= len(words) or words[j].start - words[j - 1].end != 1 or (plain_van and view.lang != "en"):
        return
    if words[j].cap and not words[j].upper and _is_new(view, words[j]):
        yield Hit(words[i].start, words[j].end, "name", "name-particle", 0.6)


def unknown(view: View) -> Iterator[Hit]:
    """Default deny: a capital in mid-sentence that neither the language nor medicine nor the event explains."""
    if view.lang == "de" or view.shouts:
        return
    words = view.words
    for i, word in enumerate(words):
        if not word.cap or len(word.text) < 3 or not _is_new(view, word) or word.base in view.lexicon.places:
            continue
        possessive = "'" in word.text and word.text.endswith(("'s", "'")) and word.base not in _POSSESSIVE_THING
        if (word.upper and len(word.text) <= 6) or (_INNER_CAPITAL.search(word.text) and word.base != "mac"):
            continue  # an abbreviation; a trade name such as MitraClip
        if word.first and not possessive and not _named_pair(view, i):
            continue
        if view.text[word.start - 1 : word.start] in ("#", "@", "/", "_") or _eponym_here(view, i):
            continue
        if any(c.isdigit() for c in view.text[max(0, word.start - 1) : word.end + 1]):
            continue  # part of a model name such as X200
        yield Hit(_capital_before(view, i), _capitals_end(view, i), "unknown-name", "default-deny", 0.4)


def _capital_before(view: View, i: int) -> int:
    """A capital ordinary word in mid-sentence right before belongs to the name: "Port Dunmore"."""
    word, before = view.words[i], view.words[i - 1] if i else None
    joined = before and word.start - before.end == 1 and before.cap and not before.first and not before.upper
    return before.start if before and joined and before.base not in view.terms.allowed else word.start


def _capitals_end(view: View, i: int) -> int:
    words = view.words
    for j in range(i + 1, min(i + 3, len(words))):
        gap = view.text[words[j - 1].end : words[j].start]
        if gap not in (" ", "-") or not words[j].cap or words[j].upper or words[j].base in view.terms.allowed:
            return words[j - 1].end
    return words[min(i + 2, len(words) - 1)].end


def _named_pair(view: View, i: int) -> bool:
    """Two unknown capitals in a row open the sentence: a name and a surname, rather than a headline."""
    words = view.words
    if i + 1 >= len(words) or words[i + 1].start - words[i].end != 1:
        return False
    return words[i + 1].cap and not words[i + 1].upper and _is_new(view, words[i + 1])


def _name_behind(view: View, i: int, kind: str, rule: str) -> Hit | None:
    words = view.words
    if i + 1 >= len(words):
        return None
    gap = _AFTER_RELATIVE.match(view.low, words[i].end)
    if not gap:
        return None
    k = next((k for k in range(i + 1, min(i + 3, len(words))) if words[k].start == gap.end()), None)
    if k is None:
        return None
    name = words[k]
    comma = "," in gap.group() or ":" in gap.group()
    if (
        name.fold in _JOINERS
        and k + 1 < len(words)
        and words[k + 1].cap
        and _is_new(view, words[k + 1])
        and view.lang != "de"
    ):
        return Hit(name.start, _name_end(view, k), kind, rule, 0.9)
    if len(name.text) == 1:
        dotted = name.cap and view.text[name.end : name.end + 1] == "."
        return Hit(name.start, name.end, kind, rule, 0.8) if dotted else None
    if _could_be_name(view, name) or (name.cap and not comma and _is_new(view, name) and not _german_noun(view, name)):
        return Hit(name.start, _name_end(view, k), kind, rule, 0.9)
    return None


def _german_noun(view: View, word: Word) -> bool:
    """A capital word of a German text is taken for a noun when it ends like one."""
    if view.lang != "de":
        return False
    return word.base.endswith(
        (
            "ung",
            "heit",
            "keit",
            "schaft",
            "tion",
            "tat",
            "nis",
            "raum",
            "saal",
            "bett",
            "tisch",
            "zeit",
            "los",
            "stuhl",
            "team",
            "kette",
            "gruppe",
        )
    )


def _could_be_name(view: View, word: Word) -> bool:
    """A name by the lists: with a capital also one that is an ordinary word as well."""
    names = view.lexicon
    if word.base in names.given and not (view.plain(word.base) and not word.cap):
        return True
    return word.cap and (word.base in names.surnames or (word.base in names.double and view.lang != "de"))


def _lower_case_name(view: View, word: Word) -> bool:
    """A given name without its capital: long enough, and no word of any of our languages."""
    return (
        len(word.base) >= 4 and not view.lexicon.ordinary_anywhere(word.base) and word.base not in view.lexicon.clinical
    )


def _is_new(view: View, word: Word) -> bool:
    """Neither a word of the language nor a clinical one, whole or in its parts, nor one the event allows."""
    base = word.base
    if view.plain(base) or base in view.terms.allowed or base in PARTICLES or len(base) < 2:
        return False
    return base not in view.terms.vocabulary and not _derived(view, base)


def _derived(view: View, base: str) -> bool:
    """Plurals, participles and compounds of known words."""
    plain = view.plain
    for ending in (
        "s",
        "es",
        "ed",
        "d",
        "ing",
        "er",
        "ers",
        "ly",
        "en",
        "e",
        "n",
        "er",
        "em",
        "te",
        "ten",
        "je",
        "jes",
        "tje",
    ):
        if base.endswith(ending) and len(base) - len(ending) >= 3 and plain(base[: -len(ending)]):
            return True
    if base.endswith("ing") and (plain(base[:-3] + "e") or (base[-5:-4] == base[-4:-3] and plain(base[:-4]))):
        return True
    if base.endswith("ies") and plain(base[:-3] + "y"):
        return True
    if view.lang == "en":
        return False  # English writes compounds apart; what looks like one is as often a surname: Bellweather
    return any(plain(base[:cut]) and plain(base[cut:].removeprefix("s")) for cut in range(4, len(base) - 3))


def _eponym_here(view: View, i: int) -> bool:
    """An eponym excuses itself before or behind a clinical head: "Adams clamp", "Meyer-Haken"."""
    words = view.words
    word = words[i]
    if i + 1 < len(words) and words[i + 1].start - word.end == 1:
        behind = words[i + 1].base
        hyphen = view.text[word.end] == "-"
        if behind in _CLINICAL_HEADS or (hyphen and not words[i + 1].cap and view.plain(behind)):
            return True
        if hyphen and view.lang in ("de", "nl") and (view.plain(behind) or _derived(view, behind)):
            return True
    return False


def _name_end(view: View, i: int) -> int:
    """Where a name that starts with word `i` ends: capitals, initials and particles in a row belong to it."""
    words = view.words
    end = words[i].end
    real = words[i].fold not in _JOINERS
    for j in range(i + 1, min(i + _NAME_WORDS_MAX, len(words))):
        word = words[j]
        if (
            not _GAP.fullmatch(view.text[words[j - 1].end : word.start])
            or "\n" in view.text[words[j - 1].end : word.start]
        ):
            break
        if ". " in view.text[words[j - 1].end : word.start] and len(words[j - 1].text) > 2:
            break
        joiner = word.fold in _JOINERS and not word.cap
        if joiner and not any(
            w.cap for w in words[j + 1 : j + 4 if words[j + 1 : j + 2] and words[j + 1].fold in _JOINERS else j + 2]
        ):
            break
        if not joiner and not _continues_name(view, word, real=real):
            break
        real = real or not joiner
        end = word.end
    if "'" in view.text[words[i].start : end] and view.text[:end].endswith("'s"):
        end -= 2
    return end


def _continues_name(view: View, word: Word, *, real: bool) -> bool:
    if not word.cap:
        return word.base in view.lexicon.surnames and not view.plain(word.base)
    if len(word.text) == 1:
        return word.text not in ("I", "A")
    if word.upper and len(word.text) <= 4 and not view.shouts:
        return False
    if word.base in view.terms.allowed:
        return True  # "A. Visser" is whole before the allow-list judges it
    if not real or word.base in view.lexicon.surnames or word.base in view.lexicon.given:
        return True
    if view.lang == "de":
        return word.base in view.lexicon.double or _is_new(view, word)
    return word.base in view.lexicon.double or _is_new(view, word) or word.base in view.lexicon.clinical
