"""Normalisation: look-alikes become alike and every character still knows its place in the original."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.scrub.normalise import clean, fold, forget
from streams.scrub.view import lowered


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("plain text", "plain text"),
        ("Ro\u200bsa", "Rosa"),
        ("Ro\u00adsa\ufeff", "Rosa"),
        ("\u202easoR\u202c", "asoR"),
        ("Rоsа", "Rosa"),
        ("０４８", "048"),
        ("٣٤", "34"),
        ("𝓡𝓸𝓼𝓪", "Rosa"),
        ("ʀᴏsᴀ", "rosa"),
        ("🇲🇦", "MA"),
        ("M\u0332a\u0332", "Ma"),
        ("Mu\u0308ller", "Müller"),
        ("Роза", "Roza"),
        ("2–0", "2-0"),
        ("dr.’s", "dr.'s"),
        ("Köln – 5 µg", "Köln - 5 μg"),
        ("ﬁne", "fine"),
    ],
)
def test_what_looks_alike_reads_alike(written: str, read: str) -> None:
    assert clean(written).text == read


@given(st.text())
def test_every_span_of_the_clean_text_lies_in_the_original(text: str) -> None:
    found = clean(text)
    last = 0
    for at in range(len(found.text)):
        start, end = found.span(at, at + 1)
        assert 0 <= start < end <= len(text)
        assert start >= last
        last = start


@given(st.text())
def test_clean_text_grows_at_most_fourfold_and_is_stable(text: str) -> None:
    once = clean(text).text
    assert len(once) <= 4 * len(text)
    assert len(lowered(once)) == len(once)


def test_a_span_takes_hidden_characters_with_it() -> None:
    found = clean("a R\u200bosa b")
    at = found.text.index("Rosa")
    assert found.span(at, at + 4) == (2, 7)


def test_names_fold_to_one_form() -> None:
    assert fold("Müller") == fold("Mueller") == fold("MULLER") == fold("muller")
    assert fold("Weiß") == fold("Weiss")
    assert fold("Nijhof") == fold("Nyhof")
    assert fold("O'Neil-Łuksza") == "oneilluksza"


def test_forgetting_drops_every_word_that_was_read() -> None:
    fold("Wendelmar")
    forget()
    assert fold.cache_info().currsize == 0
