"""What a passkey signs is bound to every part of an approval, and the time at which it was asked to ourselves."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from streams import approval
from tests.examples import NOW

A, B = "a" * 64, "b" * 64
WORD: dict[str, Any] = {
    "live_event_id": "knee-2026",
    "draft_id": UUID(int=7),
    "revision": 2,
    "text_sha256": A,
    "policy_sha256": B,
    "destinations": ("local", "x:@StAnna"),
    "consent_sha256": A,
    "asked_at": NOW,
}
ADA, BEN = UUID(int=1), UUID(int=2)


def test_the_challenge_of_an_approval_is_the_hash_of_a_text_that_anyone_can_write_down() -> None:
    assert approval.subject(**WORD).hex() == "eaec468d51f237e83de44f7249d7f25e6da48842e170972bf1c1d5197ebe39c7"


@pytest.mark.parametrize(
    "other",
    [
        {"live_event_id": "hip-2026"},
        {"draft_id": UUID(int=8)},
        {"revision": 3},
        {"text_sha256": B},
        {"media": (A,)},
        {"policy_sha256": A},
        {"destinations": ("local",)},
        {"destinations": ("local", "x:@StAnna", "mastodon:@a@b.example")},
        {"consent_sha256": B},
        {"consent_sha256": None},
        {"asked_at": NOW + timedelta(milliseconds=1)},
    ],
)
def test_any_other_part_is_another_challenge(other: dict[str, Any]) -> None:
    assert approval.subject(**WORD) != approval.subject(**(WORD | other))


def test_places_in_another_order_are_the_same_places() -> None:
    assert approval.subject(**WORD) == approval.subject(**(WORD | {"destinations": ("x:@StAnna", "local")}))


def test_no_account_can_be_named_so_that_it_reads_as_another_line() -> None:
    crafted = WORD | {"destinations": ("local", f'x"]\nconsent {B}')}
    assert approval.subject(**crafted) != approval.subject(**(WORD | {"consent_sha256": B}))


def test_a_run_sheet_is_signed_under_a_heading_of_its_own() -> None:
    signed = approval.sheet_subject("knee-2026", A, NOW)
    assert len(signed) == 32
    assert signed != approval.sheet_subject("knee-2026", B, NOW)
    assert signed != approval.sheet_subject("hip-2026", A, NOW)
    assert signed != approval.sheet_subject("knee-2026", A, NOW + timedelta(seconds=1))


def test_only_what_we_asked_this_person_within_five_minutes_counts() -> None:
    mark = approval.asked(b"k", ADA, NOW)

    def counts(key: bytes = b"k", person: UUID = ADA, said: str = mark, after_s: float = 0) -> bool:
        return approval.was_asked(key, person, NOW, said, NOW + timedelta(seconds=after_s))

    assert (counts(), counts(after_s=300), counts(after_s=-59)) == (True, True, True)
    assert (counts(after_s=301), counts(after_s=-61)) == (False, False)
    assert (counts(key=b"o"), counts(person=BEN), counts(said=""), counts(said="é")) == (False,) * 4
