"""The prefilter lets through at least what the exact pattern matches, whatever is typed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.scrub.prefilter import AnyWord, Prefilter, wider

PATTERNS = [
    r"(?<!\w)the only \w+(?! way)",
    r"(?<!\w)(?:einzige[nr]?|letzte[nr]?) [^\W\d_]{3,}",
    r"(?P<age>\d{1,3})[- ]?(?:years?|jahre?|jaar)(?=\W|$)",
    r"naïve [^aeiou ]+\Z",
    r"[\w.-]+@[\w-]+",
    r"łódź|ő\w+",
    r"[ßäöüő]{2,}",
    r"a(?:b(?!c)|[\])x])+d?",
    r"\(the (?:left|right)\)",
    r"one\b.{0,4}\btwo",
]
EXACT = [re.compile(p) for p in PATTERNS]
QUICK = Prefilter(PATTERNS)


def _behind(low: str) -> set[int]:
    return {n for n, pattern in enumerate(EXACT) if pattern.search(low)}


@given(st.text(max_size=80))
def test_no_match_is_hidden_in_any_text(text: str) -> None:
    low = text.lower()
    assert _behind(low) <= QUICK.matching(low)


@given(st.data())
def test_no_match_is_hidden_in_texts_made_to_match(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(EXACT))
    low = data.draw(st.from_regex(pattern)).lower()
    assert _behind(low) <= QUICK.matching(low)


WORDS = [rf"(?<![\w-])(?:{p})" for p in PATTERNS]
WHOLE = [re.compile(p) for p in WORDS]
ANY = AnyWord(PATTERNS)


@given(st.text(max_size=80))
def test_where_nothing_may_match_nothing_does(text: str) -> None:
    assert ANY.may_match(text.lower()) or not any(pattern.search(text.lower()) for pattern in WHOLE)


@given(st.data())
def test_what_is_made_to_match_may_match(data: st.DataObject) -> None:
    low = data.draw(st.from_regex(data.draw(st.sampled_from(WHOLE)))).lower()
    assert ANY.may_match(low) or not any(pattern.search(low) for pattern in WHOLE)


@pytest.mark.parametrize(
    ("pattern", "low"),
    [
        (r"(?<!\w)the only \w+(?! way)", "he is the only vet in town"),
        (r"łódź|ő\w+", "aus łódź"),
        (r"[ßäöüő]{2,}", "öő"),
    ],
)
def test_what_the_engine_cannot_say_is_left_out_not_refused(pattern: str, low: str) -> None:
    assert Prefilter([pattern]).matching(low) == {0}


def test_it_tells_patterns_apart() -> None:
    assert QUICK.matching("she is the only potter here") == {0}
    assert QUICK.matching("nothing of that kind") == frozenset()


def test_lookarounds_and_names_of_groups_are_gone() -> None:
    assert wider(r"(?<!\w)(?P<x>ab)(?=c(?:d|[)])e)?f") == "(?:ab)f"
