"""What the door to X decides without X: whose address a post's is, and how a login begins."""

from datetime import UTC, datetime

import pytest
from yarl import URL

from consumers.poster.platforms.base import FRESH_S
from consumers.poster.platforms.x import PREPARE_S, XPlatform
from consumers.poster.platforms.x_oauth2 import Tokens, authorize_url, challenge_of
from streams.clock import SystemClock
from tests.poster_cases import X


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/OurHospital/status/1860000000000000001",
        "https://x.com/ourhospital/status/1860000000000000001?s=20",
        "https://twitter.com/OurHospital/status/1860000000000000001",
        "https://mobile.x.com/OurHospital/status/1860000000000000001#m",
        "https://x.com/i/status/1860000000000000001",
        "https://x.com/i/web/status/1860000000000000001/",
    ],
)
def test_an_own_post_is_known_by_each_way_its_address_is_written(url: str) -> None:
    assert XPlatform(X, SystemClock()).platform_id_of(url) == "1860000000000000001"


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/SomebodyElse/status/1860000000000000001",
        "https://elsewhere.example/OurHospital/status/1860000000000000001",
        "https://x.com.elsewhere.example/OurHospital/status/1860000000000000001",
        "https://x.com/OurHospital/status/",
        "https://x.com/OurHospital/status/1860x",
        "https://x.com/OurHospital/status/１８６０",
        "https://x.com/OurHospital",
        "https://x.com/",
        "https://[broken",
        "1860000000000000001",
        "",
    ],
)
def test_no_other_address_is_taken_for_an_own_post(url: str) -> None:
    assert XPlatform(X, SystemClock()).platform_id_of(url) is None


def test_the_settle_time_covers_all_that_may_come_before_the_request() -> None:
    limits = XPlatform(X, SystemClock(), timeout_s=10.0, settle_s=60.0).limits
    assert limits.settle_s == FRESH_S + PREPARE_S + 10.0 + 60.0 == 80.0
    assert limits.may_forbid_replies


def test_the_challenge_is_the_one_of_the_standard() -> None:
    # RFC 7636, appendix B
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_login_asks_for_posting_reading_pictures_and_to_stay() -> None:
    url = URL(authorize_url("the-client", "http://127.0.0.1:8080/back", "a state", "the-challenge"))
    assert (url.scheme, url.host, url.path) == ("https", "x.com", "/i/oauth2/authorize")
    assert dict(url.query) == {
        "response_type": "code",
        "client_id": "the-client",
        "redirect_uri": "http://127.0.0.1:8080/back",
        "scope": "tweet.read tweet.write users.read media.write offline.access",
        "state": "a state",
        "code_challenge": "the-challenge",
        "code_challenge_method": "S256",
    }


def test_tokens_do_not_show_themselves() -> None:
    shown = repr(Tokens("secret-access", "secret-refresh", datetime(2026, 12, 1, tzinfo=UTC)))
    assert "secret" not in shown
