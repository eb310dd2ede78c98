"""Warnings, numbers and finer stamps: what stands around the released words never changes them, nor where they part."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.poster.compose import body_of, compose, openings
from consumers.poster.length import bluesky_length, mastodon_length, x_weight
from consumers.poster.platforms.base import Limits
from consumers.poster.platforms.local import LIMITS as LOCAL_LIMITS
from schemas.errors import Refused
from schemas.thread import Post
from tests.poster_cases import LOCAL, START, X, release
from tests.unit.poster.test_compose import TEXTS, _words

TAG = "#OurKneeLive"
BLUESKY = Limits(max=300, count=bluesky_length, tag=True, stamp=True, timeout_s=1, settle_s=1, can_look_up=True)
ON_X = replace(BLUESKY, max=270, count=x_weight, may_forbid_replies=True)
MASTODON = replace(BLUESKY, max=500, count=mastodon_length, own_warning=True)
SMALL = replace(BLUESKY, max=60, count=len)
STAMPED: dict[str, Any] = {
    "at": START + timedelta(seconds=7),
    "timezone": "Europe/Amsterdam",
    "elapsed_from": START - timedelta(minutes=62),
    "counter": 12,
}


def posts(text: str, limits: Limits, *, stamp: str = "clock", **more: Any) -> tuple[Post, ...]:
    return compose(release(1, text), limits, destination=X, hashtag=TAG, stamp=stamp, **STAMPED, **more)


def texts(text: str, limits: Limits = BLUESKY, **more: Any) -> list[str]:
    return [p.text for p in posts(text, limits, **more)]


def test_a_warning_stands_before_the_stamp_of_each_post() -> None:
    assert texts("The knee is open. The old joint is out.", replace(SMALL, max=68), warning="surgery, blood") == [
        "[surgery, blood] 10:00 The knee is open. (1/2) #OurKneeLive",
        "[surgery, blood] 10:00 The old joint is out. (2/2) #OurKneeLive",
    ]


def test_a_warning_with_a_field_of_its_own_is_not_in_the_text_but_counts() -> None:
    text = "knee " * 100
    assert texts("Open.", MASTODON, warning="surgery") == ["10:00 Open. #OurKneeLive"]
    made = texts(text, MASTODON, warning="s" * 60)
    assert all(mastodon_length(post) + 60 <= 500 for post in made)
    assert len(texts("a" * 474, MASTODON)) == 1
    assert len(texts("a" * 474, MASTODON, warning="surgery")) == 2


def test_the_page_shows_warning_and_number_beside_the_text() -> None:
    made = compose(
        release(1, "Open."), LOCAL_LIMITS, destination=LOCAL, hashtag=TAG, stamp="clock", **STAMPED,
        warning="surgery", numbered=True, taken=frozenset({"Open."}),
    )  # fmt: skip
    assert [p.text for p in made] == ["Open."]


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("clock", "12. 10:00 Open. #OurKneeLive"),
        ("elapsed", "12. T+1:02 Open. #OurKneeLive"),
        ("counter", "12. Open. #OurKneeLive"),
        ("none", "12. Open. #OurKneeLive"),
    ],
)
def test_a_post_that_stands_alone_has_the_number_of_its_release_once(stamp: str, expected: str) -> None:
    assert texts("Open.", ON_X, stamp=stamp, numbered=True) == [expected]


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        (
            "clock",
            ["10:00 Gol!", "10:00:07 Gol!", "12. 10:00 Gol!", "12. 10:00:07 Gol!"],
        ),
        (
            "elapsed",
            ["T+1:02 Gol!", "T+1:02:07 Gol!", "12. T+1:02 Gol!", "12. T+1:02:07 Gol!", "12. 10:00:07 Gol!"],
        ),
        ("counter", ["12. Gol!", "12. 10:00:07 Gol!"]),
        ("none", ["Gol!", "12. Gol!", "12. 10:00:07 Gol!"]),
    ],
)
def test_a_text_that_is_taken_gets_a_finer_stamp_and_at_last_the_number(stamp: str, expected: list[str]) -> None:
    taken: set[str] = set()
    for text in expected:
        assert texts("Gol!", stamp=stamp, taken=frozenset(taken)) == [f"{text} {TAG}"]
        taken.add(f" {text} {TAG}\n")
    with pytest.raises(Refused) as refused:
        posts("Gol!", BLUESKY, stamp=stamp, taken=frozenset(taken))
    assert refused.value.code == "taken"


def test_texts_are_compared_composed_but_in_their_case() -> None:
    assert texts("Café.", taken=frozenset({f"10:00 Cafe\u0301. {TAG}"})) == [f"10:00:07 Café. {TAG}"]
    assert texts("Open.", taken=frozenset({f"10:00 open. {TAG}"})) == [f"10:00 Open. {TAG}"]


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u200d", "\u2060 \ufeff", "\u3164", "\ufe0f"])
def test_a_text_in_which_there_is_nothing_to_see_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        posts(text, ON_X)
    assert refused.value.code == "empty"


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("Hello ＃ourkneelive.", False),
        ("Hello #OurKneeLiveX.", True),
        ("Hello x#OurKneeLive", True),
        ("See https://example.com/#OurKneeLive", True),
        ("(#OurKneeLive)", False),
    ],
)
def test_the_hashtag_is_added_where_the_text_has_it_not(text: str, added: bool) -> None:
    assert texts(text, stamp="none") == [f"{text} {TAG}" if added else text]


def test_each_part_has_the_hashtag_once_wherever_the_text_has_it() -> None:
    made = texts("The knee is open and all is well. Thanks to all from #OurKneeLive and home.", SMALL, stamp="none")
    assert [text.count(TAG) for text in made] == [1, 1]
    assert made[0].endswith(TAG)
    assert made[1] == "Thanks to all from #OurKneeLive and home. (2/2)"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("All is well. The cut was made on 3. Mai by our Dr. A. Visser.", "All is well."),
        ("Alles ist gut. Wir danken z. B. Anna und allen am 3. Mai hier", "Alles ist gut."),
        ("Alles is goed. De knie is open, d.w.z. zij is klaar o.a. hier", "Alles is goed."),
        ("Now he said: “All is well!” And then we all went on with it", "Now he said: “All is well!”"),
        ("The new part is here… and it fits very well (we think it is) so", "The new part is here… and it fits very"),
        ("The new part of the knee we put in is 3.5 cm wide and it fits.", "The new part of the knee we put in is"),
    ],
)
def test_parts_end_where_a_reader_would_pause(text: str, first: str) -> None:
    assert re.sub(r" \(1/\d\) #OurKneeLive$", "", texts(text, SMALL, stamp="none")[0]) == first


def test_text_without_spaces_is_cut_behind_a_sentence_and_never_before_a_closing_mark() -> None:
    made = texts("手術が始まりました。" * 30, replace(ON_X, max=120), stamp="none")
    assert all(re.search(r"。 \(\d+/\d+\) #OurKneeLive$", text) for text in made)


def test_odd_texts_are_composed_in_little_time() -> None:
    for text in ("a.b.c.d." * 250, "手." * 1000, "手" * 1990 + ".com", "https://a.de/" + "(a" * 950):
        assert all(x_weight(post) <= 270 for post in texts(text[:600], ON_X))


LIMITS = [SMALL, ON_X, BLUESKY, MASTODON]
WARNINGS = st.sampled_from([None, "surgery", "surgery, blood"])
STAMPS = st.sampled_from(["clock", "elapsed", "counter", "none"])


@settings(max_examples=60)
@given(
    TEXTS,
    STAMPS,
    WARNINGS,
    st.sampled_from([SMALL, ON_X, BLUESKY, MASTODON]),
    st.tuples(st.integers(0, 4), st.booleans()),
)
def test_every_post_fits_and_says_the_released_words_in_every_mode(
    text: str, stamp: str, warning: str | None, limits: Limits, mode: tuple[int, bool]
) -> None:
    taken, numbered = mode
    others: set[str] = set()
    for _ in range(taken + 1):
        try:
            made = posts(text, limits, stamp=stamp, warning=warning, numbered=numbered, taken=frozenset(others))
        except Refused:
            return
        assert not others & {p.text for p in made}
        others |= {p.text for p in made}
    room = limits.max - (limits.count(warning) if warning and limits.own_warning else 0)
    assert all(limits.count(p.text) <= room for p in made)
    prefixes = openings(limits, stamp=stamp, **STAMPED, warning=warning, numbered=numbered)
    said = {_words(body_of(made, hashtag=TAG, prefix=p)) for p in prefixes if all(m.text.startswith(p) for m in made)}
    assert _words(text) in said


@settings(max_examples=60)
@given(TEXTS, STAMPS, WARNINGS)
def test_a_thread_may_change_its_mode_between_two_parts(text: str, stamp: str, warning: str | None) -> None:
    def bodies(*, numbered: bool) -> list[str] | str:
        mode: dict[str, Any] = {"stamp": stamp, "warning": warning, "numbered": numbered}
        opening = openings(ON_X, **STAMPED, **mode)[0]
        try:
            return [p.text.removeprefix(opening) for p in posts(text, ON_X, **mode)]
        except Refused as refused:
            return refused.code

    assert bodies(numbered=True) == bodies(numbered=False)
