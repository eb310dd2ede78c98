"""Lengths are those that the platforms count."""

import time

import pytest

from consumers.poster.length import bluesky_length, graphemes, mastodon_length, urls, x_weight
from streams.links import has_url


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


@pytest.mark.parametrize(
    ("text", "clusters"),
    [("🇳🇱🇩🇪", 2), ("👩🏽‍⚕️👨‍👩‍👧‍👦", 2), ("1️⃣", 1), ("\u1112\u1161\u11ab", 1), ("क्ष", 1), ("\r\n", 1), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1)],
)
def test_hard_cases_of_graphemes(text: str, clusters: int) -> None:
    assert graphemes(text) == clusters


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("👨‍👩‍👧‍👦 e\u0301", 3),
        ("https://example.com/a/very/long/path/that/is/longer/than/twenty-three", 23),
        ("http://a.de", 23),
        ("example.com/a/very/long/path", 28),  # no link without its scheme
        ("http://intranet/aaaaaaaaaaaaaaaa", 32),  # nor with a host that nobody knows
        ("Thanks to @ann@mastodon.example!", 15),
        ("mail@ann.example", 16),
        ("क्ष", 2),  # servers with rules older than Unicode 15.1 count both letters
    ],
)
def test_the_length_on_mastodon(text: str, length: int) -> None:
    assert mastodon_length(text) == length


def test_a_server_may_count_links_in_full() -> None:
    assert mastodon_length("See https://example.com/a/very/long/path/indeed", url_weight=None) == 47


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("Incision at 10.42 h, 1.5 l, e.g.", False),
        ("See example.com", True),
        ("http://intranet/x", True),
        ("a@b.com", False),
    ],
)
def test_whether_there_is_a_link(text: str, has: bool) -> None:
    assert has_url(text) is has


def test_names_newer_than_the_published_rules_count_as_the_longer_of_both() -> None:
    assert x_weight("see hydro.spa") == 4 + 23


@pytest.mark.parametrize("text", ["a.b.c.d." * 250, "手." * 1000, ("手" * 60 + ".") * 33 + "com", "é." * 1000])
def test_odd_text_is_counted_in_bounded_time(text: str) -> None:
    before = time.process_time()
    x_weight(text)
    assert time.process_time() - before < 2  # without bounds it was 24 s
