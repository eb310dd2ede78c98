"""A commitment opens to the very text under its key and update, and tells nothing to anybody else."""

import hashlib
import hmac
import unicodedata
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.commitment import commit, key_of, opens

KEY = bytes(range(32))
UPDATE = UUID("01930000-0000-7000-8000-000000000001")
OTHER = UUID("01930000-0000-7000-8000-000000000002")


def test_it_is_the_hmac_of_field_update_and_exact_bytes() -> None:
    expected = hmac.new(
        KEY,
        b"scrubcast/commitment/1/raw/01930000-0000-7000-8000-000000000001\nThe new joint fits.",
        hashlib.sha256,
    ).hexdigest()
    assert commit(KEY, "raw", UPDATE, "The new joint fits.") == expected


def test_the_bare_hash_of_the_text_is_nowhere_in_it() -> None:
    made = commit(KEY, "raw", UPDATE, "yes")
    assert made != hashlib.sha256(b"yes").hexdigest()
    assert made != hmac.new(b"", b"yes", hashlib.sha256).hexdigest()


def test_the_same_words_in_two_updates_do_not_show_as_the_same() -> None:
    assert commit(KEY, "raw", UPDATE, "Closing.") != commit(KEY, "raw", OTHER, "Closing.")
    assert commit(KEY, "raw", UPDATE, "Closing.") != commit(KEY, "text", UPDATE, "Closing.")


def test_each_event_has_a_key_of_its_own_even_with_one_secret() -> None:
    assert key_of(b"s" * 32, "knee") != key_of(b"s" * 32, "hip")
    assert len(key_of(b"s" * 32, "knee")) == 32


@pytest.mark.parametrize(
    ("given", "how"),
    [
        ("Äder gefunden", "as it is"),
        ("Äder gefunden\n", "without the end of its last line"),
        ("Äder gefunden\r\n", "without the end of its last line"),
        (unicodedata.normalize("NFD", "Äder gefunden"), "with other line ends, composed (NFC)"),
        ("Ader gefunden", None),
        ("", None),
    ],
)
def test_what_an_editor_does_to_a_file_is_undone_and_said(given: str, how: str | None) -> None:
    assert opens(KEY, "raw", UPDATE, given, commit(KEY, "raw", UPDATE, "Äder gefunden")) == how


@given(st.text(max_size=200), st.text(max_size=200))
def test_another_text_or_key_never_opens_it(one: str, other: str) -> None:
    made = commit(KEY, "raw", UPDATE, one)
    assert opens(KEY, "raw", UPDATE, one, made) == "as it is"
    assert opens(bytes(32), "raw", UPDATE, one, made) is None
    if unicodedata.normalize("NFC", one).strip() != unicodedata.normalize("NFC", other).strip():
        assert opens(KEY, "raw", UPDATE, other, made) is None
