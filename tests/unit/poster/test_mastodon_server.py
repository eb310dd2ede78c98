"""What a server says of itself decides what is promised: in doubt, less."""

from datetime import UTC, datetime

import pytest

from consumers.poster.platforms.mastodon_http import left, retry_after_s, server_time
from consumers.poster.platforms.mastodon_server import Server, keeps_keys

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
MASTODON = {
    "domain": "social.example",
    "version": "4.5.2",
    "source_url": "https://github.com/mastodon/mastodon",
    "configuration": {"statuses": {"max_characters": 500, "characters_reserved_per_url": 23}},
}
WAITS = {"timeout_s": 10.0, "settle_s": 60.0, "retry_s": 10.0}


@pytest.mark.parametrize(
    ("instance", "expected"),
    [
        (MASTODON, True),
        ({"uri": "social.example", "version": "3.5.19"}, True),
        ({**MASTODON, "version": "4.6.0-nightly.2026-11-20+glitch"}, True),
        ({**MASTODON, "source_url": "https://github.com/glitch-soc/mastodon"}, True),
        ({**MASTODON, "source_url": "https://git.social.example/us/mastodon-patched/"}, True),
        ({**MASTODON, "version": "2.7.2 (compatible; Pleroma 2.6.0)"}, False),
        ({**MASTODON, "version": "2.7.2 (compatible; Akkoma 3.13.2)"}, False),
        ({"uri": "social.example", "version": "3.5.3 (compatible; Pixelfed 0.12.3)"}, False),
        ({**MASTODON, "source_url": "https://codeberg.org/superseriousbusiness/gotosocial"}, False),
        ({**MASTODON, "source_url": "https://github.com/hometown-fork/hometown"}, False),
        ({**MASTODON, "version": "takahe/0.11.0"}, False),
        ({**MASTODON, "version": None}, False),
        ({**MASTODON, "source_url": ["https://github.com/mastodon/mastodon"]}, False),
        ({"domain": "social.example", "version": "4.5.2"}, False),
        ({}, False),
    ],
)  # fmt: skip
def test_only_mastodon_is_believed_to_keep_keys(instance: dict[str, object], expected: bool) -> None:
    assert keeps_keys(instance) is expected
    limits = Server.of("https://social.example", instance).limits(**WAITS)
    assert limits.repeatable_s == (3000.0 if expected else 0.0)
    assert limits.settle_s == 5.0 + 10.0 + 60.0


def test_the_server_says_how_long_a_post_may_be() -> None:
    long = {"configuration": {"statuses": {"max_characters": 5000, "characters_reserved_per_url": 30}}}
    server = Server.of("https://social.example", MASTODON | long)
    assert (server.max, server.url) == (5000, 30)
    assert server.limits(**WAITS).count("https://example.com/abc") == 30
    assert Server.of("https://social.example", {"max_toot_chars": 1000}).max == 1000
    for nonsense in (0, -5, True, "many", None):
        wrong = {"configuration": {"statuses": {"max_characters": nonsense}}}
        assert Server.of("https://social.example", MASTODON | wrong).max == 500
    assert Server.of("https://social.example", {"configuration": []}).max == 500


@pytest.mark.parametrize(
    ("text", "mastodon", "careful"),
    [
        ("See https://example.com/a/path/longer/than/twenty-three now", 31, 59),
        ("See https://example.com/b", 27, 27),
        ("Thanks @nurse@hospital.example", 13, 30),
        ("Zu\u0308rich", 6, 7),
        ("No scheme: example.com", 22, 22),
    ],
)
def test_length_is_counted_as_the_server_does_and_never_less(text: str, mastodon: int, careful: int) -> None:
    known = Server.of("https://social.example", MASTODON).limits(**WAITS)
    unknown = Server.of("https://social.example", {}).limits(**WAITS)
    assert (known.count(text), unknown.count(text)) == (mastodon, careful)


def test_what_is_promised_stays_the_same_when_it_is_asked_again() -> None:
    first, again = (Server.of("https://social.example", MASTODON).limits(**WAITS) for _ in range(2))
    assert first == again
    assert hash(first) == hash(again)


@pytest.mark.parametrize(
    ("expected", "ours"),
    [
        ("hospital", True), ("@Hospital", True), ("@hospital@social.example", True),
        ("@hospital@api.social.example", True), ("@hospital@api.social.example:8443", True),
        ("@hospital@www.social.example", True),
        ("@hospital@other.example", False), ("@hospitals", False), ("@@hospital", False), ("", False),
        ("@hospital@social.example@other.example", False),
    ],
)  # fmt: skip
def test_an_account_is_known_by_any_name_of_its_server(expected: str, ours: bool) -> None:
    server = Server.of("https://api.social.example:8443", MASTODON, "https://www.social.example/@hospital")
    assert server.is_ours(expected, {"username": "hospital"}) is ours
    assert server.domain == "social.example"


def test_a_domain_may_be_written_as_an_address() -> None:
    server = Server.of("http://127.0.0.1:3000/", {"uri": "https://Social.Example"})
    assert (server.domain, server.hosts) == ("social.example", frozenset({"127.0.0.1:3000", "social.example"}))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://social.example/@hospital/115012345678901234", "115012345678901234"),
        ("https://www.social.example/@Hospital/115012345678901234?utm=x#top", "115012345678901234"),
        ("https://social.example/users/hospital/statuses/115012345678901234", "115012345678901234"),
        ("https://social.example/@hospital/statuses/01HZX3V0Q6J5R4B9", "01HZX3V0Q6J5R4B9"),
        ("https://social.example/notice/AbCd1234efGh5678", "AbCd1234efGh5678"),
        ("https://social.example/deck/@hospital/115012345678901234", "115012345678901234"),
        ("https://other.example/@hospital/115012345678901234", None),
        ("https://social.example/@somebody/115012345678901234", None),
        ("https://social.example/users/somebody/statuses/115012345678901234", None),
        ("https://social.example/@hospital@there.example/115012345678901234", None),
        ("https://social.example/@hospital", None),
        ("https://social.example/@hospital/with_replies", None),
        ("https://social.example/@hospital/media", None),
        ("https://social.example/tags/2026", None),
        ("https://social.example/@hospital/../../12", None),
        ("ftp://social.example/@hospital/12", None),
        ("not an address", None), ("", None), ("http://[", None),
    ],
)  # fmt: skip
def test_a_posts_id_stands_at_the_end_of_its_address(url: str, expected: str | None) -> None:
    server = Server.of("https://api.social.example", MASTODON, "https://www.social.example/@hospital")
    assert server.post_id(url, user="hospital") == expected


def test_a_limit_ends_by_the_servers_own_clock() -> None:
    slow = {"date": "Tue, 01 Dec 2026 08:58:00 GMT", "x-ratelimit-reset": "2026-12-01T09:03:00.000Z"}
    assert retry_after_s(slow, NOW) == 301
    assert server_time(slow, NOW) == datetime(2026, 12, 1, 8, 58, tzinfo=UTC)
    assert retry_after_s({"retry-after": "Tue, 01 Dec 2026 09:02:00 GMT"}, NOW) == 121
    assert retry_after_s({"x-ratelimit-reset": "2026-12-01T09:03:00"}, NOW) == 60  # no zone: no moment
    assert server_time({"date": "yesterday"}, NOW) == NOW


def test_what_is_left_is_only_told_when_it_was_said() -> None:
    assert left({}) == (None, None)
    assert left({"x-ratelimit-remaining": "many"}) == (None, None)
    assert left({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1796115600"}) == (
        0,
        datetime.fromtimestamp(1796115600, UTC),
    )
