"""A live event opens only without gaps, and each gap is named with what to do, never with the value."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.policy import Policy
from streams.policies import SHIPPED_ONLY, Policies
from streams.readiness import check
from tests.examples import NOW, event_file

LOCAL = frozenset({"local"})


def gaps(**changes: Any) -> tuple[str, ...]:
    return check(event_file(**changes), NOW, LOCAL, SHIPPED_ONLY.by_name)[1]


def without(name: str) -> dict[str, Any]:
    consent = dict(event_file()["consent"])
    del consent[name]
    return consent


def test_a_complete_file_has_no_gaps() -> None:
    parsed, found = check(event_file(), NOW, LOCAL)
    assert found == ()
    assert parsed is not None


REQUIRED = (
    "subject information disclosed_by recipients purpose expires right_to_revoke no_conditioning redisclosure signed_by"
    " signature signed_at taken_by copy_given plain_language language legal_basis advocate remuneration media"
)


@pytest.mark.parametrize("name", REQUIRED.split())
def test_each_element_of_the_consent_that_is_missing_is_named(name: str) -> None:
    assert gaps(consent=without(name)) == (f"consent.{name}: is missing",)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"signed_at": NOW + timedelta(hours=1)}, "consent.signed_at: lies in the future"),
        ({"expires": "2026-11-30"}, "consent.expires: the consent ends before the event does"),
        ({"copy_given": False}, "consent.copy_given: has to say that the signer has a copy"),
        (
            {"media": {"text": False, "photo": True, "video": True}},
            "consent.media.text: the consent does not cover text",
        ),
        ({"representative": "a daughter"}, "consent.representative_authority: a representative and the authority"),
    ],
)
def test_a_consent_that_does_not_hold_is_named(changes: dict[str, Any], expected: str) -> None:
    found = gaps(consent=event_file()["consent"] | changes)
    assert len(found) == 1
    assert found[0].startswith(expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"destinations": [{"platform": "x", "account": "@OurHospital"}]}, "destinations.0: x has no account set up"),
        ({"hashtag": "#LopezKnee"}, "hashtag: holds a protected term"),
        ({"title": "Maria gets a new knee"}, "title or run_sheet: holds a protected term"),
        ({"timezone": "Amsterdam"}, "timezone: not a zone name"),
        ({"policy": "lax"}, "policy: no policy of that name"),
        ({"window": {"opens": NOW - timedelta(days=2), "closes": NOW - timedelta(days=1)}}, "window.closes: lies in"),
        ({"colour": "blue"}, "colour: is not a field of this file"),
        ({"hashtag": "OurKneeLive"}, "hashtag: "),
        ({"destinations": []}, "destinations: "),
        ({"destinations": [{"platform": "local"}, {"platform": "local"}]}, "destinations: "),
        ({"destinations": [{"platform": "fax"}]}, "destinations.0.platform: "),
        ({"run_sheet": [{"id": "a", "text": "x"}, {"id": "a", "text": "y"}]}, "run_sheet: two items have the same id"),
    ],
)  # fmt: skip
def test_each_other_gap_is_named(changes: dict[str, Any], expected: str) -> None:
    found = gaps(**changes)
    assert len(found) == 1, found
    assert found[0].startswith(expected)


def test_an_account_without_credentials_is_a_gap_where_another_of_its_platform_has_them() -> None:
    both = [{"platform": "x", "account": "@OurHospital"}, {"platform": "x", "account": "@OurClinic"}]
    _, found = check(
        event_file(destinations=both), NOW, LOCAL | {"x"}, has_credentials=lambda d: d.account == "@OurHospital"
    )
    (gap,) = found
    assert gap == (
        "destinations.1: this account of x is not set up here; give its own credentials "
        "(SCRUBCAST_X__ACCOUNTS__<NAME>__…) or take it out"
    )


def test_no_gap_repeats_a_protected_term() -> None:
    found = gaps(hashtag="#LopezKnee", title="Maria Lopez gets a new knee", protect=["Maria Lopez", 7])
    assert found
    assert "Lopez" not in " ".join(found)


def test_unquoted_dates_in_yaml_are_protected_terms_too() -> None:
    parsed, _ = check(event_file(protect=[NOW.date(), "Maria"]), NOW, LOCAL)
    assert parsed is not None
    assert parsed.protect == ("2026-12-01", "Maria")


ASKING = Policies(
    [
        Policy.model_validate(
            {
                "name": "ours",
                "version": 1,
                "delay_s": 60,
                "languages": ["de", "en"],
                "review": {"read": "all"},
                "kinds": {},
            }
        )
    ]
).by_name


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"release": {"delay_s": 59, "review": "all"}},
            ("release.delay_s: policy ours asks for 60 seconds at least",),
        ),
        (
            {"release": {"delay_s": 60}},
            ("release.review: policy ours asks that a person reads everything; write `review: all`",),
        ),
        (
            {"release": {"delay_s": 60, "review": "all"}, "languages": ["en", "nl"]},
            ("languages: policy ours screens only de, en",),
        ),
        ({"release": {"delay_s": 60, "review": "all"}, "languages": ["en"]}, ()),
    ],
)
def test_a_policy_asks_for_a_delay_a_review_and_its_languages(
    changes: dict[str, Any], expected: tuple[str, ...]
) -> None:
    file = event_file(policy="ours", **({"languages": ["en"]} | changes))
    assert check(file, NOW, LOCAL, ASKING)[1] == expected
