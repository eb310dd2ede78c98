"""What an event will cost is said to the tenth of a cent before it opens, and what would make it dearer is named."""

from typing import Any

import pytest

from schemas.live_event import LiveEventFile
from streams.cost import CostLine, dollars, estimate, said
from tests.examples import event_file

ON_ALL = [
    {"platform": "local"},
    {"platform": "x", "account": "@OurHospital"},
    {"platform": "bluesky", "account": "@our-hospital.bsky.social"},
    {"platform": "mastodon", "account": "@live@hospital.example"},
]


def lines(posts: int = 50, **changes: Any) -> tuple[CostLine, ...]:
    return estimate(LiveEventFile.model_validate(event_file(destinations=ON_ALL, **changes)), posts)


def test_fifty_posts_cost_75_cents_on_x_and_nothing_elsewhere() -> None:
    assert [said(line) for line in lines()] == [
        "local: free",
        "x:@OurHospital: 50 posts × $0.015 = $0.75",
        "bluesky:@our-hospital.bsky.social: free",
        "mastodon:@live@hospital.example: free",
    ]
    assert [line.warnings for line in lines()] == [(), (), (), ()]


def test_each_account_on_x_is_paid_for() -> None:
    two = [{"platform": "x", "account": "@OurHospital"}, {"platform": "x", "account": "@OurClinic"}]
    found = estimate(LiveEventFile.model_validate(event_file(destinations=two)), 200)
    assert [line.mills for line in found] == [3000, 3000]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"title": "A new knee, see hospital.example.org"}, "title"),
        ({"run_sheet": [{"id": "a", "text": "Hi."}, {"id": "b", "text": "See https://h.example/k."}]}, "run_sheet.1"),
        ({"phrases": [{"text": {"en": "More at our-hospital.org", "de": "Gleich mehr"}}]}, "phrases.0"),
        (
            {"title": "On hospital.org", "run_sheet": [{"id": "a", "text": "On hospital.org"}]},
            "title, run_sheet.0",
        ),
    ],
)
def test_a_link_in_what_may_be_posted_is_named_by_its_place(changes: dict[str, Any], place: str) -> None:
    (_, on_x, *_) = lines(**changes)
    assert on_x.warnings == (f"{place}: seems to hold a link; a post with one costs $0.20 instead of $0.015",)
    assert on_x.mills == 750


def test_a_link_in_the_content_warning_makes_every_post_dear() -> None:
    (_, on_x, *_) = lines(posts=10, content_warning="surgery, see hospital.org")
    assert said(on_x) == "x:@OurHospital: 10 posts × $0.20 = $2.00"
    assert on_x.warnings == ("content_warning: seems to hold a link and stands at each post, so each costs $0.20",)


def test_what_corrections_deletions_and_doubts_cost_is_said() -> None:
    (_, on_x, *_) = lines()
    (note,) = on_x.notes
    assert note == (
        "a correction cites the post it corrects by its address, so it costs $0.20; a deletion costs $0.01; "
        "settling a doubt $0.001 for each post read (prices of 2026-08-22)"
    )


@pytest.mark.parametrize(("mills", "words"), [(0, "$0.00"), (1, "$0.001"), (10, "$0.01"), (12345, "$12.345")])
def test_a_sum_is_never_rounded(mills: int, words: str) -> None:
    assert dollars(mills) == words
