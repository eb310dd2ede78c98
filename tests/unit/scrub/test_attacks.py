"""Protected terms under some two and a half thousand attacks, built by rule from an invented cast: none may be
released."""

from collections import Counter
from collections.abc import Sequence
from functools import cache

import pytest

from schemas.draft import Disposition
from streams.scrub.policy import load
from streams.scrub.screen import Screening, screen
from streams.scrub.terms import Terms, compile_terms
from tests.corpus import attacks
from tests.corpus.attacks import FILLER, FRAMES, GOES_ON, OPENS, SAYS, Case, cases, given_away

STRICT = load("strict")
# Attacks of which screening must know whom they mean: default deny alone would be luck.
UNDERSTOOD = (
    set(attacks.NAMES) | set(attacks.MIXED) | {"name over two updates", "number over two updates", "number, spoken"}
) - {"Greek", "Greek surname", "Cyrillic", "Cyrillic surname"}


@cache
def terms(protect: Sequence[str]) -> Terms:
    return compile_terms(["Dr. Helen Marsh", "#KneeLive"], protect, "#KneeLive")


def screened(case: Case) -> Screening:
    *recent, text = case.thread
    return screen(text, lang=case.person.lang, policy=STRICT, terms=terms(case.person.protect), recent=recent)


@cache
def results() -> tuple[tuple[Case, Screening], ...]:
    return tuple((case, screened(case)) for case in cases())


def test_no_attack_gets_through() -> None:
    assert [(case.attack, case.thread) for case, result in results() if given_away(case, result)] == []


def test_what_is_caught_is_caught_because_it_was_known() -> None:
    by_luck = [
        (case.attack, case.thread)
        for case, result in results()
        if case.attack in UNDERSTOOD and not any(f.kind.startswith("known-") for f in result.findings)
    ]
    assert by_luck == []


@pytest.mark.parametrize("lang", ["en", "de", "nl"])
def test_the_sentences_around_the_attacks_pass_by_themselves(lang: str) -> None:
    for frame in (*FRAMES[lang], SAYS[lang], OPENS[lang], GOES_ON[lang]):
        text = frame.format(FILLER[lang])
        result = screen(text, lang=lang, policy=STRICT, terms=terms(attacks.CAST[0].protect))
        assert result.disposition is Disposition.CLEAR, text


def test_there_are_enough_attacks_to_claim_one_per_cent() -> None:
    counted = Counter(case.person.lang for case in cases())
    assert counted.total() >= 2000
    assert min(counted.values()) >= 380
    assert len([case for case in cases() if len(case.thread) > 1]) >= 100


def test_the_same_seed_makes_the_same_attacks_and_another_makes_others() -> None:
    assert cases(7) == cases(7)
    assert cases(7) != cases(8)
