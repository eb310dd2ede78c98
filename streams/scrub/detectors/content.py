"""What is said rather than who is named: wording that a person has to judge, each family with a list in `lexicon/`.

These findings leave the text as it is: whoever decides must read the words that are to be judged.
"""

import re
from collections.abc import Iterator
from typing import Final

from streams.scrub.detectors.content_rules import SCORE, Found, Rules
from streams.scrub.spans import Hit
from streams.scrub.view import View

CLAIMS: Final = Rules("lexicon/claims.txt", deniable=True)
ADVICE: Final = Rules("lexicon/advice.txt")
COMPLICATIONS: Final = Rules("lexicon/complications.txt", deniable=True)
ALARMS: Final = Rules("lexicon/alarms.txt", deniable=True)
SECOND: Final = Rules("lexicon/second.txt", deniable=True)
UNSOURCED: Final = Rules("lexicon/sources.txt", deniable=True)
TONE: Final = Rules("lexicon/tone.txt")
QUOTES: Final = Rules("lexicon/quotes.txt")
LISTS: Final = (CLAIMS, ADVICE, COMPLICATIONS, ALARMS, SECOND, UNSOURCED, TONE, QUOTES)

_PERSON = (
    r"(?:dr|prof|professor|doctor|surgeon|an(?:a)?esthetist|nurse|sister|matron|midwife|consultant|registrar|resident|patient"
    r"|she|he|they|chef(?:arzt|ärztin)?|ober(?:arzt|ärztin)|arzt|ärztin|chirurg(?:in)?|anästhesist(?:in)?|schwester"
    r"|pfleger(?:in)?|hebamme|patient(?:in)?|sie|er|arts|anesthesist|zuster|verpleegkundige|verloskundige|patiënte?|dokter"
    r"|zij|ze|hij|son|daughter|husband|wife|mother|father|mum|mom|dad|brother|sister|sohn|tochter|ehemann|ehefrau|mutter"
    r"|vater|bruder|zoon|dochter|echtgenoot|echtgenote|moeder|vader|broer|zus)"
)
# Two words at least in quotation marks: one alone is a term, a title or irony.
_MARKS = re.compile(
    r"[\"„“”«»]([^\"„“”«»\n]{2,400}\s[^\"„“”«»\n]{1,400})[\"“”«»]|(?<!\w)'([^'\n]{3,200}\s[^\n]{1,200}?)'(?!\w)"
)
_QUOTING = frozenset("\"„“”«»'")
_COLON = re.compile(r"(?:\s\w{1,20}){0,2}\s?:(?=\s?[^\W\d_\"„“«'])")
_SPEAKER = re.compile(rf"(?<![\w-]){_PERSON}\b")
_ROLE_BEFORE = re.compile(rf"(?<![\w-]){_PERSON}\.?(?:\s[\w'-]{{2,30}})?\s?:$")
_NAME_BEFORE = re.compile(
    r"(?:^|[.!?\n]\s{0,3}|(?:[A-ZÄÖÜ][\w'-]{1,30}|[Dd]e|[Vv]an|[Vv]on) )[A-ZÄÖÜ][a-zäöüß'-]{2,30}\s?:$"
)
_DASHED = re.compile(rf"\s?[-,]\s?(?:[\w.]{{1,20}}\s){{0,2}}{_PERSON}\b")
_BESIDE = 34  # how far from the quotation marks, or before a verb, the one who speaks may stand


def claims(view: View) -> Iterator[Hit]:
    yield from _hits(CLAIMS, "claim", view)


def advice(view: View) -> Iterator[Hit]:
    yield from _hits(ADVICE, "advice", view)


def complications(view: View) -> Iterator[Hit]:
    yield from _hits(COMPLICATIONS, "complication", view)


def alarming(view: View) -> Iterator[Hit]:
    yield from _hits(ALARMS, "alarming", view)


def second_people(view: View) -> Iterator[Hit]:
    yield from _hits(SECOND, "second-person", view)


def unsourced(view: View) -> Iterator[Hit]:
    yield from _hits(UNSOURCED, "unsourced", view)


def tone(view: View) -> Iterator[Hit]:
    yield from _hits(TONE, "tone", view)


def quotes(view: View) -> Iterator[Hit]:
    """Words in quotation marks beside a verb of speech or a name, a person who says: something, announced quotes."""
    found = list(QUOTES.find(view))
    things = [f for f in found if f.rule == "thing"]
    verbs = [f for f in found if f.rule == "verb" and not any(0 <= f.start - t.end <= 16 for t in things)]
    for one in found:
        if one.rule == "announced":
            yield Hit(one.start, one.end, "quote", "quote-announced", SCORE)
    for verb in verbs:
        m = _COLON.match(view.low, verb.end)
        if m and _SPEAKER.search(view.low, max(0, verb.start - _BESIDE), m.end()):
            yield Hit(verb.start, m.end(), "quote", "quote-colon", SCORE)
    for m in _MARKS.finditer(view.low) if not _QUOTING.isdisjoint(view.low) else ():
        signed = _DASHED.match(view.low, m.end()) or _introduced(view, m.start(), things)
        if signed or any(_beside(verb, m) for verb in verbs):
            yield Hit(m.start(), m.end(), "quote", "quote-marks", SCORE)


def _beside(verb: Found, quote: re.Match[str]) -> bool:
    return 0 <= quote.start() - verb.end <= _BESIDE or 0 <= verb.start - quote.end() <= _BESIDE


def _introduced(view: View, start: int, things: list[Found]) -> bool:
    """Whether a person's role or a name and a colon stand right before: `Moor: "…"`."""
    before = view.text[max(0, start - _BESIDE) : start].rstrip()
    if not before.endswith(":") or any(0 <= start - t.end <= 3 for t in things):
        return False
    return bool(_ROLE_BEFORE.search(before.lower()) or _NAME_BEFORE.search(before))


def _hits(rules: Rules, kind: str, view: View) -> Iterator[Hit]:
    for found in rules.find(view):
        yield Hit(found.start, found.end, kind, found.rule, SCORE)
