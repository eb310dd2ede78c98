"""Which pieces of a post are links, and that none of them can lie or run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.page.links import Piece, account_page, hashtag_page_of, pieces
from schemas.live_event import Destination

NOWHERE = hashtag_page_of(())
X = hashtag_page_of((Destination.model_validate({"platform": "x", "account": "@house"}),))


def links(text: str) -> list[str]:
    return [piece.href for piece in pieces(text, X) if piece.href]


def test_an_address_ends_before_the_full_stop_of_its_sentence() -> None:
    assert pieces("See https://example.org/knee?a=1&b=2.", NOWHERE) == (
        Piece("text", "See "),
        Piece("url", "https://example.org/knee?a=1&b=2", "https://example.org/knee?a=1&b=2"),
        Piece("text", "."),
    )


def test_a_hashtag_leads_to_the_platform_the_event_posts_to() -> None:
    assert pieces("Live now #OurKneeLive!", X) == (
        Piece("text", "Live now "),
        Piece("tag", "#OurKneeLive", "https://x.com/hashtag/OurKneeLive"),
        Piece("text", "!"),
    )


def test_a_hashtag_of_an_event_that_posts_only_here_leads_nowhere() -> None:
    assert pieces("#OurKneeLive", NOWHERE) == (Piece("tag", "#OurKneeLive", None),)


def test_a_hashtag_with_umlauts_is_one_hashtag() -> None:
    assert links("#KnieFürAlle") == ["https://x.com/hashtag/KnieF%C3%BCrAlle"]


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "http://",
        "https://user:word@evil.example/",
        "https://good.example@evil.example/",
        "https://evil.example/\u202egro.doog",
        "https://ev\u200bil.example",
        "https://example.org:99999/",
        "https://[::1",
        "room #4 on floor #2",
        "mail me&#x6a;",
    ],
)
def test_what_is_no_plain_address_stays_text(text: str) -> None:
    assert links(text) == []


def test_quotes_and_angles_end_an_address() -> None:
    assert links('https://example.org/"onmouseover="alert(1)') == ["https://example.org/"]
    assert links("https://example.org/<b>") == ["https://example.org/"]


@given(st.text(alphabet=st.sampled_from("https://example.org#a_1 &<>\"'@\u202e.,;é"), max_size=60))
def test_the_pieces_are_the_text_and_links_are_plain_web_addresses(text: str) -> None:
    found = pieces(text, X)
    assert "".join(piece.text for piece in found) == text
    for piece in found:
        assert piece.href is None or piece.href.startswith(("http://", "https://"))
        assert not set(piece.href or "") & set("<>\"' \u202e")


def test_accounts_have_their_public_pages() -> None:
    def page(platform: str, account: str) -> str | None:
        return account_page(Destination.model_validate({"platform": platform, "account": account}))

    assert page("x", "@StBrendan") == "https://x.com/StBrendan"
    assert page("bluesky", "house.example") == "https://bsky.app/profile/house.example"
    assert page("mastodon", "@house@social.example") == "https://social.example/@house"
    assert page("mastodon", "house") is None
    assert page("x", "a/../b") is None
