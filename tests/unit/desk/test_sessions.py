"""Sessions of the desk: what a cookie is good for, and for how long."""

from datetime import timedelta

import pytest

from producers.desk.gate import cookie_name, set_cookie
from producers.desk.sessions import Sessions
from producers.desk.visit import safe_path
from streams.auth import Tokens
from tests.examples import NOW

TOKENS = Tokens.of({"reviewer": "r-token", "director": "d-token"})
SESSIONS = Sessions(TOKENS, b"k" * 32)


def test_a_cookie_stands_for_its_role_and_holds_no_token() -> None:
    cookie = SESSIONS.begin("r-token", NOW)
    assert cookie is not None
    assert "r-token" not in cookie
    session = SESSIONS.read(cookie, NOW)
    assert session is not None
    assert (session.actor.role, session.is_idle(NOW)) == ("reviewer", False)


def test_an_unknown_token_begins_nothing() -> None:
    assert SESSIONS.begin("guess", NOW) is None


def test_fifteen_minutes_without_a_touch_make_it_idle_and_a_touch_keeps_it_awake() -> None:
    session = SESSIONS.read(str(SESSIONS.begin("r-token", NOW)), NOW)
    assert session is not None
    assert not session.is_idle(NOW + timedelta(minutes=14, seconds=59))
    assert session.is_idle(NOW + timedelta(minutes=15))
    renewed = SESSIONS.read(SESSIONS.renewed(session, NOW + timedelta(minutes=14)), NOW + timedelta(minutes=20))
    assert renewed is not None
    assert not renewed.is_idle(NOW + timedelta(minutes=20))


def test_twelve_hours_end_it_however_often_it_was_renewed() -> None:
    session = SESSIONS.read(str(SESSIONS.begin("r-token", NOW)), NOW)
    assert session is not None
    renewed = SESSIONS.renewed(session, NOW + timedelta(hours=11, minutes=59))
    assert SESSIONS.read(renewed, NOW + timedelta(hours=11, minutes=59)) is not None
    assert SESSIONS.read(renewed, NOW + timedelta(hours=12)) is None


@pytest.mark.parametrize("other", ["", ".", "x.y", "1.a.b.c.d", "é", "1..."])
def test_what_we_did_not_sign_is_nothing(other: str) -> None:
    assert SESSIONS.read(other, NOW) is None


def test_an_altered_cookie_or_another_key_is_nothing() -> None:
    cookie = str(SESSIONS.begin("r-token", NOW))
    assert SESSIONS.read(cookie.replace(str(int(NOW.timestamp())), "9999999999", 1), NOW) is None
    assert Sessions(TOKENS, b"x" * 32).read(cookie, NOW) is None


def test_a_token_that_is_taken_away_ends_its_sessions() -> None:
    cookie = str(SESSIONS.begin("r-token", NOW))
    assert Sessions(Tokens.of({"director": "d-token"}), b"k" * 32).read(cookie, NOW) is None


def test_the_cookie_is_bound_to_its_host_over_https() -> None:
    assert cookie_name("https") == "__Host-scrubcast-desk"
    assert set_cookie("https", "v").endswith("; HttpOnly; SameSite=Strict; Secure")
    assert set_cookie("http", "v") == "scrubcast-desk=v; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"


@pytest.mark.parametrize(
    "path", ["https://evil.example", "//evil.example", "/desk//evil.example", "/deskx", "/desk/\\e", ""]
)
def test_no_address_leads_from_here_to_another_site(path: str) -> None:
    assert safe_path(path) == "/desk"
