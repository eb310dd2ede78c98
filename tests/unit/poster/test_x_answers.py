"""What each answer of X means for a post, read from status, headers and X's own words."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from multidict import CIMultiDict

from consumers.poster.platforms.base import AccountBusy, Duplicate, RepliesForbidden
from consumers.poster.platforms.x_answers import Left, ParentNotVisible, checked, left, retry_after_s
from schemas.errors import Refused, ScrubcastError, Uncertain

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
STAMP = int(NOW.timestamp())
NO_HEADERS: dict[str, str] = {}


def error_of(status: int, body: Any = None, headers: dict[str, str] = NO_HEADERS) -> ScrubcastError:
    raw = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    with pytest.raises(ScrubcastError) as caught:
        checked(status, CIMultiDict(headers), raw, NOW)
    return caught.value


@pytest.mark.parametrize("status", [200, 201])
def test_a_success_is_its_body(status: int) -> None:
    assert checked(status, {}, b'{"data": {"id": "1"}}', NOW) == {"data": {"id": "1"}}


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"text"', b'{"data": {"id": "1', b"\xff"])
def test_a_success_that_cannot_be_read_says_nothing(body: bytes) -> None:
    assert type(error_of(201, body)) is Uncertain


@pytest.mark.parametrize("status", [301, 307, 408, 500, 502, 503, 504, 520])
def test_servers_in_trouble_and_redirects_say_nothing(status: int) -> None:
    assert type(error_of(status, b"<html>Over capacity</html>")) is Uncertain


@pytest.mark.parametrize(
    ("status", "code", "wait_s"), [(429, "limit", 60.0), (401, "credentials", 60.0), (402, "credits", 300.0)]
)
def test_what_ails_the_account_holds_for_all_its_posts(status: int, code: str, wait_s: float) -> None:
    busy = error_of(status)
    assert isinstance(busy, AccountBusy)
    assert (busy.code, busy.retry_after_s) == (code, wait_s)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "https://api.x.com/2/problems/oauth1-permissions", "detail": "Your client app is not configured."},
        {"type": "https://api.twitter.com/2/problems/client-forbidden", "detail": "Not enrolled."},
        {"type": "about:blank", "detail": "Your account is suspended and is not permitted to access this feature."},
        {"type": "about:blank", "detail": "Your account is not permitted to access this feature."},
        {"type": "about:blank", "detail": "This application is not permitted to perform that operation."},
        {"type": "about:blank", "detail": "… this account is temporarily locked. Please log in."},
    ],
)
def test_a_forbidden_app_or_locked_account_is_mended_by_a_person_and_no_fault_of_the_post(body: Any) -> None:
    busy = error_of(403, body)
    assert isinstance(busy, AccountBusy)
    assert busy.code == "credentials"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (402, {"type": "https://api.twitter.com/2/problems/credits", "title": "CreditsDepleted"}),
        (403, {"type": "about:blank", "detail": "Your account has hit its spending limit for this billing cycle"}),
        (429, {"type": "https://api.x.com/2/problems/usage-capped", "detail": "Usage cap exceeded"}),
    ],
)
def test_what_is_used_up_until_somebody_pays_is_told_from_a_limit_that_passes(status: int, body: Any) -> None:
    busy = error_of(status, body)
    assert isinstance(busy, AccountBusy)
    assert (busy.code, busy.retry_after_s) == ("credits", 300.0)


def test_the_words_of_a_403_tell_its_meaning() -> None:
    said = {
        "You are not allowed to create a Tweet with duplicate content.": Duplicate,
        "You attempted to reply to a Tweet that is deleted or not visible to you.": ParentNotVisible,
        "Reply to this conversation is not allowed because you have not been mentioned.": RepliesForbidden,
        "You can only reply to or quote posts where you are mentioned or are the author.": RepliesForbidden,
        "You are not permitted to perform this action.": Refused,
    }
    for words, meaning in said.items():
        assert type(error_of(403, {"detail": words})) is meaning
        assert type(error_of(403, {"detail": "Forbidden", "errors": [{"message": words}]})) is meaning


def test_an_app_alone_may_never_post() -> None:
    refused = error_of(403, {"type": "https://api.x.com/2/problems/unsupported-authentication"})
    assert isinstance(refused, Refused)
    assert refused.code == "may-not-post"


@pytest.mark.parametrize("body", [None, [], "text", {"errors": 5}, {"errors": ["x"]}, {"detail": {"a": 1}}, b"\x00"])
def test_odd_bodies_of_refusals_are_refusals(body: Any) -> None:
    for status in (400, 403, 404, 422):
        refused = error_of(status, body)
        assert isinstance(refused, Refused)
        assert refused.code == f"x-{status}"


def test_no_word_of_an_answer_is_in_an_error() -> None:
    for status in (400, 401, 402, 403, 404, 429, 500):
        assert "vitals" not in str(error_of(status, {"detail": "vitals", "errors": [{"message": "vitals"}]}))


def test_a_limit_lasts_until_the_last_used_up_window_begins_anew() -> None:
    window = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(STAMP + 30)}
    own_day = {"x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": str(STAMP + 7200)}
    app_day = {"x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": str(STAMP + 3600)}
    room = {"x-rate-limit-remaining": "5", "x-rate-limit-reset": str(STAMP + 900)}
    assert retry_after_s({}, NOW) == 60.0
    assert retry_after_s(window, NOW) == 31.0
    assert retry_after_s(window | own_day | app_day, NOW) == 7201.0
    assert retry_after_s(room | app_day, NOW) == 3601.0
    assert retry_after_s({"x-rate-limit-reset": str(STAMP + 30)}, NOW) == 31.0
    assert retry_after_s({"retry-after": "12"}, NOW) == 12.0
    assert retry_after_s({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(STAMP - 50)}, NOW) == 1.0
    assert retry_after_s({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "9" * 30}, NOW) == 86_400.0
    assert retry_after_s({"retry-after": "soon", "x-rate-limit-reset": "-1"}, NOW) == 60.0


def test_what_is_left_is_what_the_scarcest_window_allows() -> None:
    headers = {
        "x-rate-limit-remaining": "88", "x-rate-limit-reset": str(STAMP + 600),
        "x-user-limit-24hour-remaining": "12", "x-user-limit-24hour-reset": str(STAMP + 7200),
        "x-app-limit-24hour-remaining": "9000", "x-app-limit-24hour-reset": str(STAMP + 7200),
    }  # fmt: skip
    assert left(headers) == Left(12, datetime(2026, 12, 1, 11, 0, tzinfo=UTC))
    assert left({}) is None
    assert left({"x-rate-limit-remaining": "88"}) is None
    assert left({"x-rate-limit-remaining": "88", "x-rate-limit-reset": "9" * 30}) is None
