"""A PIN is kept so that neither the topic alone nor the key alone lets anyone try it."""

import pytest

from schemas.errors import Refused
from streams.pins import make_pin, pin_matches

SALT, PEPPER = bytes(range(16)), b"p" * 32


def test_the_right_pin_matches_and_no_other() -> None:
    kept = make_pin("280571", salt=SALT, pepper=PEPPER)
    assert pin_matches("280571", kept, pepper=PEPPER)
    for wrong in ("280572", "28057", "2805710", "", "280571 ", "２８０５７１"):
        assert not pin_matches(wrong, kept, pepper=PEPPER)


def test_without_the_installations_key_the_right_pin_matches_nothing() -> None:
    kept = make_pin("280571", salt=SALT, pepper=PEPPER)
    assert not pin_matches("280571", kept, pepper=b"q" * 32)


def test_the_form_is_one_that_later_versions_can_read() -> None:
    kept = make_pin("280571", salt=SALT, pepper=PEPPER)
    assert (kept.salt, kept.log2_n) == ("000102030405060708090a0b0c0d0e0f", 14)
    assert kept.hash == "08fe276dbc3009db20ebdd77777f04cb06e437a39fbe75ef72645a6332004e7d"


def test_two_people_with_one_pin_have_two_hashes() -> None:
    assert make_pin("280571", salt=SALT, pepper=PEPPER).hash != make_pin("280571", salt=b"s" * 16, pepper=PEPPER).hash


@pytest.mark.parametrize("pin", ["", "123", "12a4", "280571394", "280571394026", "٢٨٠٥", "28 05", "-2805"])
def test_what_is_no_pin_is_refused_without_an_echo(pin: str) -> None:
    with pytest.raises(Refused) as refused:
        make_pin(pin, salt=SALT, pepper=PEPPER)
    assert refused.value.code == "bad-pin"
    assert str(refused.value) == "A PIN has 4 to 8 digits."


@pytest.mark.parametrize("pin", ["0000", "999999", "1234", "456789", "4321", "0987", "890123"])
def test_the_first_ones_that_anyone_would_try_are_refused(pin: str) -> None:
    with pytest.raises(Refused) as refused:
        make_pin(pin, salt=SALT, pepper=PEPPER)
    assert refused.value.code == "weak-pin"
    assert pin not in str(refused.value)
