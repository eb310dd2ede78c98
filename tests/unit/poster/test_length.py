"""Lengths are those that the platforms count."""

import pytest

from consumers.poster.length import bluesky_length, graphemes, urls, x_weight


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Incision at 10:42.", 18),
        ("Die Hüfte sitzt – alles gut", 27),
        ("“quoted” ‘text’ …", 18),  # the ellipsis is outside the light ranges
        ("手術が始まりました", 18),
        ("e\u0301", 1),  # composed before it is counted
        ("https://example.com/a/very/long/path/that/is/longer/than/twenty-three", 23),
        ("see example.com.", 28),
        ("(https://en.wikipedia.org/wiki/Knee_(joint))", 25),
        ("http://intranet/x", 23),  # no link to X; counted as the longer of both
        ("http://intranet/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 52),
        ("dr.visser@hospital.example", 26),
        ("⚽️", 2),
        ("1️⃣", 2),
        ("🇳🇱", 2),
        ("👍🏽", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("👩‍⚕️", 2),
        ("🧑‍🔧", 5),  # newer than the list that X published
        ("done 🎉", 7),
    ],
)
def test_the_weight_on_x(text: str, weight: int) -> None:
    assert x_weight(text) == weight


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://example.com/a?b=c, then rest.", ["https://example.com/a?b=c"]),
        ("marca.com and dr.visser@example.com", ["marca.com"]),
        ("Blood loss 1.5 l, e.g. none. At 10.42 h", []),
        ("[https://example.com]", ["https://example.com"]),
    ],
)
def test_where_links_are(text: str, found: list[str]) -> None:
    assert [text[a:b] for a, b in urls(text)] == found


def test_graphemes_are_what_a_reader_calls_a_character() -> None:
    assert graphemes("👨‍👩‍👧‍👦🇳🇱e\u0301क्ष") == 4


def test_bluesky_counts_bytes_where_they_are_nearer_to_their_limit() -> None:
    assert bluesky_length("a" * 300) == 300
    assert bluesky_length("👨‍👩‍👧‍👦" * 120) == 300  # 3,000 bytes in 120 graphemes
