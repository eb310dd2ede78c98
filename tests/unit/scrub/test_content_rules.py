"""The lists of wordings can be read and hold nothing that would not work; rules name themselves to the reader."""

import re
from pathlib import Path

import pytest

from streams.scrub import packaged
from streams.scrub.detectors import content
from streams.scrub.detectors.content_rules import Rules, denied
from streams.scrub.kinds import KINDS
from streams.scrub.terms import NO_TERMS
from streams.scrub.view import View

PATTERNS = [
    (path, name, pattern)
    for path in ("claims", "advice", "complications", "alarms", "second", "quotes", "sources", "tone")
    for name, patterns in packaged.sections(f"lexicon/{path}.txt")
    for pattern in patterns
]


def test_every_pattern_can_be_compiled() -> None:
    patterns = [p for rules in content.LISTS for lines in rules.sections.values() for p in lines]
    assert all(re.compile(pattern) for pattern in patterns)
    assert len(patterns) > 500


@pytest.mark.parametrize(
    "wrong",
    [
        r"[*+]",  # unbounded
        r" \(\?!\(\?:[^()]*(?:\([^()]*\)[^()]*)*\)\)$",  # ends in a gap, behind which no word could stand
        r"^ | $|  ",
        r"[A-ZÄÖÜ]",  # texts are read in lower case
        r"\((?!\?)",  # a group that captures
    ],
)
def test_no_pattern_has_what_would_not_work(wrong: str) -> None:
    bare = [(path, name, re.sub(r"\\w\+|\\.|\[[^\]]*\]", "~", p)) for path, name, p in PATTERNS]
    assert [found for found in bare if re.search(wrong, found[2])] == []


def test_umlauts_are_found_as_other_keyboards_type_them() -> None:
    for text in ("größte Klinik Europas", "groesste Klinik Europas", "grosste Klinik Europas"):
        view = View(text, lang="de", terms=NO_TERMS)
        assert [h.rule for h in content.claims(view)] == ["claim-first"], text


def test_two_spaces_hide_nothing() -> None:
    assert list(content.claims(View("simply  the\nbest", lang="en", terms=NO_TERMS)))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("nl", "de zaal is tot twee uur bezet, en dat is tot nu toe genoeg"),
        ("de", "dies ist der Patient, dies die Schwester"),
        ("en", "he does not die Tür zu"),
    ],
)
def test_a_word_of_one_language_does_not_count_in_another(lang: str, text: str) -> None:
    assert list(content.alarming(View(text, lang=lang, terms=NO_TERMS))) == []


@pytest.mark.parametrize(
    ("before", "word", "after", "expected"),
    [
        ("no ", "bleeding", "", True),
        ("no sign of ", "bleeding", "", True),
        ("no. ", "bleeding", "", False),
        ("noch eine ", "blutung", "", False),
        ("", "complications", ": none", True),
        ("", "complication", "-free", True),
        ("", "komplikation", " ausgeschlossen", True),
        ("", "bloeding", " is flink", False),
        ("geen enkele ", "bloeding", "", True),
    ],
)
def test_a_denial_close_by_takes_it_back(before: str, word: str, after: str, expected: bool) -> None:
    assert denied(f"{before}{word}{after}", len(before), len(before) + len(word)) is expected


def test_every_rule_of_a_list_says_its_family() -> None:
    families = {
        "lexicon/claims.txt": "claim", "lexicon/advice.txt": "advice", "lexicon/complications.txt": "complication",
        "lexicon/alarms.txt": "alarm", "lexicon/second.txt": "second", "lexicon/sources.txt": "unsourced",
        "lexicon/tone.txt": "tone",
    }  # fmt: skip
    for path, family in families.items():
        assert {rule.partition("-")[0] for rule in Rules(path).rules} == {family}


def test_content_findings_are_of_content_kinds() -> None:
    text = (
        "Dr Moor says: code blue, a complication, you should see a doctor, the donor is fine, studies show it is "
        "guaranteed, shit"
    )
    view = View(text, lang="en", terms=NO_TERMS)
    found = {
        hit.kind
        for detector in (
            content.claims, content.advice, content.complications, content.alarming, content.second_people,
            content.quotes, content.unsourced, content.tone,
        )
        for hit in detector(view)
    }  # fmt: skip
    assert found == {"claim", "advice", "complication", "alarming", "second-person", "quote", "unsourced", "tone"}
    assert all(KINDS[kind].content for kind in found)


@pytest.mark.parametrize(
    "family", ["claims", "advice", "complications", "alarming", "second-people", "quotes", "unsourced", "tone"]
)
def test_a_family_has_a_table_with_as_many_harmless_lines(family: str) -> None:
    table = (Path(__file__).parent / "golden" / f"{family}.txt").read_text(encoding="utf-8").splitlines()
    rows = [[part.strip() for part in line.split("|", 2)] for line in table]
    assert len(rows) >= 100
    assert {lang for lang, _, _ in rows} == {"en", "de", "nl"}
    assert sum(kind == "-" for _, kind, _ in rows) >= 0.45 * len(rows)
