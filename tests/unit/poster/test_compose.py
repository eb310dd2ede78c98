"""A release becomes posts that fit, cut where a reader would cut, with no released word lost or changed."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.poster.compose import body_of, compose, holds, stamp_of
from consumers.poster.length import x_weight
from consumers.poster.platforms.base import Limits
from consumers.poster.platforms.local import LIMITS as LOCAL_LIMITS
from schemas.errors import Refused
from schemas.thread import Post
from tests.poster_cases import LOCAL, START, X, release

TAG = "#OurKneeLive"
SMALL = Limits(
    max=60, count=len, tag=True, stamp=True, timeout_s=1, settle_s=1, can_look_up=True
)  # fmt: skip
ON_X = replace(SMALL, max=270, count=x_weight)


def posts(text: str, limits: Limits = SMALL, *, stamp: str = "none", **more: Any) -> tuple[Post, ...]:
    return compose(
        release(1, text), limits, destination=X, hashtag=TAG, stamp=stamp, at=START, timezone="Europe/Amsterdam",
        elapsed_from=START - timedelta(minutes=42), counter=7, **more,
    )  # fmt: skip


def texts(text: str, limits: Limits = SMALL, **more: Any) -> list[str]:
    return [p.text for p in posts(text, limits, **more)]


def test_a_short_text_is_one_post_with_the_hashtag() -> None:
    assert texts("Incision made.") == ["Incision made. #OurKneeLive"]


def test_a_hashtag_in_the_text_is_not_put_there_twice_whatever_its_case() -> None:
    assert texts("Good morning #ourkneelive!") == ["Good morning #ourkneelive!"]
    assert texts("Not #OurKneeLive2") == ["Not #OurKneeLive2 #OurKneeLive"]


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("clock", "10:00 Incision made. #OurKneeLive"),
        ("elapsed", "T+0:42 Incision made. #OurKneeLive"),
        ("counter", "7. Incision made. #OurKneeLive"),
        ("none", "Incision made. #OurKneeLive"),
    ],
)
def test_the_stamp_stands_before_the_text(stamp: str, expected: str) -> None:
    assert texts("Incision made.", stamp=stamp) == [expected]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "02:30 "),  # summer time ends in this night: the same on the wall,
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "02:30 "),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "03:30 "),
    ],
)
def test_the_clock_is_that_of_the_live_event(at: datetime, expected: str) -> None:
    assert stamp_of("clock", at=at, timezone="Europe/Amsterdam", elapsed_from=START, counter=1) == expected


def test_before_the_window_the_elapsed_time_is_negative() -> None:
    at = START - timedelta(minutes=5)
    assert stamp_of("elapsed", at=at, timezone="UTC", elapsed_from=START, counter=1) == "T-0:05 "


def test_a_long_text_is_split_at_sentences_and_numbered() -> None:
    assert texts("The knee is open. The old joint is out. Now the saw rests.") == [
        "The knee is open. The old joint is out. (1/2) #OurKneeLive",
        "Now the saw rests. (2/2) #OurKneeLive",
    ]


def test_without_a_sentence_end_it_is_split_at_a_word() -> None:
    assert texts("the knee is open and the old joint is out and all the saws rest") == [
        "the knee is open and the old joint is out (1/2) #OurKneeLive",
        "and all the saws rest (2/2) #OurKneeLive",
    ]


def test_a_title_or_an_initial_ends_no_sentence() -> None:
    assert texts("Now in the room with us are Dr. A. Visser and the whole of her fine team.")[0] == (
        "Now in the room with us are Dr. A. Visser (1/2) #OurKneeLive"
    )
    assert texts("All is well. Now in the room is Dr. A. Visser and her fine team.")[0] == (
        "All is well. (1/3) #OurKneeLive"
    )


@pytest.mark.parametrize(
    "kept", ["https://example.com/the/page/of/it", "@TheWholeHospitalOfOurs", "#AnotherVeryLongHashtag"]
)
def test_a_link_a_mention_and_a_hashtag_stay_whole(kept: str) -> None:
    made = texts(f"The knee is open and we thank {kept} for all of their help")
    assert sum(kept in text for text in made) == 1


def test_a_word_longer_than_a_post_is_split_between_graphemes() -> None:
    made = texts("👩‍⚕️" * 30)
    assert len(made) > 1
    assert all(set(re.sub(r" \(\d/\d\) #OurKneeLive$", "", text)) == set("👩‍⚕️") for text in made)
    assert all(re.sub(r" \(\d/\d\) #OurKneeLive$", "", text).endswith("👩‍⚕️") for text in made)


@pytest.mark.parametrize("kept", ["https://example.com/" + "a" * 60, "#" + "a" * 60, "@" + "a" * 60])
def test_a_link_a_mention_or_a_hashtag_longer_than_a_post_is_refused(kept: str) -> None:
    with pytest.raises(Refused) as refused:
        posts(f"See {kept} now")
    assert refused.value.code == "unsplittable"
    assert "aaa" not in str(refused.value)


def test_an_empty_text_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        posts("  \n ")
    assert refused.value.code == "empty"


def test_a_text_for_more_than_99_posts_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        posts("word " * 1000)
    assert refused.value.code == "too-long"


def test_more_than_nine_parts_leave_room_for_two_digits() -> None:
    made = texts("The knee is open and quiet. " * 12)
    assert made[0] == "The knee is open and quiet. (1/12) #OurKneeLive"
    assert made[11] == "The knee is open and quiet. (12/12) #OurKneeLive"


def test_a_correction_cites_the_post_it_corrects_once() -> None:
    made = texts("It was the left knee.", corrects_url="https://x.com/1")
    assert made == ["It was the left knee. https://x.com/1 #OurKneeLive"]
    long = texts("It was the left knee. It is well and all is calm here.", corrects_url="https://x.com/1")
    assert [("https://x.com/1" in text) for text in long] == [True, False]
    assert all(len(text) <= 60 for text in long)


def test_on_the_public_page_the_text_stands_alone() -> None:
    made = compose(
        release(1, "Incision made."), LOCAL_LIMITS, destination=LOCAL, hashtag=TAG, stamp="clock", at=START,
        timezone="UTC", elapsed_from=START, counter=1, corrects_url="http://127.0.0.1/t/x#p-1",
    )  # fmt: skip
    assert [p.text for p in made] == ["Incision made."]


def test_ids_follow_from_release_destination_and_part() -> None:
    one, two = posts("The knee is open. The old joint is out. Now the saw rests.")
    assert posts("The knee is open. The old joint is out. Now the saw rests.") == (one, two)
    assert one.id != two.id
    assert (two.part, two.parts) == (1, 2)


WORDS = st.sampled_from(
    [
        "a",
        "knee",
        "Dr.",
        "open.",
        "https://example.com/x/y",
        "@OurHospital",
        "#ortho",
        "#OurKneeLive",
        "👩‍⚕️",
        "手術",
        "Straße,",
        "e\u0301",
        "10:42",
        "1.5",
        "z.B.",
        "–",
    ]
) | st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=90)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", "  ", "\n", ". "])), min_size=1, max_size=60).map(
    lambda pairs: "".join(w + gap for w, gap in pairs)
)


@given(TEXTS, st.sampled_from(["clock", "elapsed", "counter", "none"]), st.sampled_from([SMALL, ON_X]))
def test_every_post_fits_and_together_they_say_the_released_words(text: str, stamp: str, limits: Limits) -> None:
    try:
        made = posts(text, limits, stamp=stamp)
    except Refused:
        return
    prefix = stamp_of(
        stamp, at=START, timezone="Europe/Amsterdam", elapsed_from=START - timedelta(minutes=42), counter=7
    )
    assert all(limits.count(p.text) <= limits.max for p in made)
    assert all(holds(p.text, TAG) for p in made)
    assert all(p.text.startswith(prefix) for p in made)
    assert _words(body_of(made, hashtag=TAG, prefix=prefix)) == _words(text)


def _words(text: str) -> str:
    """Without space, and without the hashtag, which a text may hold itself."""
    return re.sub(r"\s|" + TAG, "", text)
