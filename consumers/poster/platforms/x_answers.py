"""What an answer of X means to the poster: taken, surely not taken, never to be taken, or unknown; and what is left."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from consumers.poster.platforms.base import AccountBusy, Duplicate, RepliesForbidden
from schemas.errors import Refused, ScrubcastError, Uncertain

LIMIT_RETRY_S = 60.0  # a 429 that says nothing: X counts in windows of 15 minutes
LIMIT_RETRY_MAX_S = 86_400.0
CREDENTIALS_RETRY_S = 60.0  # 401: revoked keys, or our clock is wrong; no fault of the post, and a person can mend it
CREDIT_RETRY_S = 300.0  # the credits are used up, or what may be spent: a person has to buy

WINDOWS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")  # 15 minutes, the account's day, the app's day

# X's own words, in lower case; a 403 of API v2 has no number that would tell them apart.
DUPLICATE = "duplicate content"
NOT_VISIBLE = "deleted or not visible"
NO_REPLY = ("reply to this conversation is not allowed", "only reply to or quote posts where you are mentioned")
LOCKED = ("account is suspended", "is temporarily locked", "not permitted to access this feature", "application is not")

# Last part of the `type` of a 403 that speaks of the app or its keys, not of the post.
APP_ONLY = "unsupported-authentication"
KEYS = ("client-forbidden", "oauth1-permissions")
CREDITS = ("usage-capped", "credits")
SPENT = "spending limit"


class ParentNotVisible(Refused):
    """Caught by publish(): on a young parent it passes."""

    def __init__(self) -> None:
        super().__init__("X does not see the parent.", code="parent-gone", status=403)


@dataclass(frozen=True, slots=True)
class Left:
    """How many more requests of a kind X takes before `resets_at`."""

    requests: int
    resets_at: datetime


def checked(
    status: int, headers: Mapping[str, str], body: bytes, now: datetime, *, may_be_empty: bool = False
) -> dict[str, Any]:
    """The body of a success. Raises Uncertain when nobody can tell, AccountBusy or Refused when it had no effect."""
    parsed = _parsed(body)
    if 200 <= status < 300:
        if not body and may_be_empty:
            return {}
        if not isinstance(parsed, dict):
            raise Uncertain(f"X answered {status} without a body that can be read.")
        return parsed
    raise _meaning(status, headers, parsed if isinstance(parsed, dict) else {}, now)


def _meaning(status: int, headers: Mapping[str, str], parsed: Mapping[str, Any], now: datetime) -> ScrubcastError:
    detail, kind = _detail(parsed), str(parsed.get("type", "")).rpartition("/")[2]
    if status == 402 or (status in (403, 429) and (kind in CREDITS or SPENT in detail)):
        return AccountBusy("X asks for credits.", code="credits", retry_after_s=CREDIT_RETRY_S)
    if status == 429:
        return AccountBusy("X's limit is reached.", code="limit", retry_after_s=retry_after_s(headers, now))
    if status == 401:
        return AccountBusy("X does not accept the keys.", code="credentials", retry_after_s=CREDENTIALS_RETRY_S)
    if not 400 <= status < 500 or status == 408:  # 408: it gave up waiting, after who knows what
        return Uncertain(f"X answered {status}.")
    if status == 403:
        return _forbidden(detail, kind)
    return Refused(f"X answered {status}.", code=f"x-{status}", status=status)


def _forbidden(detail: str, kind: str) -> ScrubcastError:
    if DUPLICATE in detail:
        return Duplicate("X has this text already.")
    if NOT_VISIBLE in detail:
        return ParentNotVisible()
    if any(words in detail for words in NO_REPLY):
        return RepliesForbidden("X does not let this account reply.")
    if kind == APP_ONLY:
        return Refused("These are an app's credentials, and only a user's may post.", code="may-not-post", status=403)
    if kind in KEYS or any(words in detail for words in LOCKED):
        message = f"X does not let this account or app post ({kind if kind in KEYS else 'locked'})."
        return AccountBusy(message, code="credentials", retry_after_s=CREDIT_RETRY_S)
    return Refused("X answered 403.", code="x-403", status=403)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _detail(parsed: Mapping[str, Any]) -> str:
    """What X says about an error, in lower case; only compared with known phrases, never passed on."""
    errors = parsed.get("errors")
    listed = errors if isinstance(errors, list) else ()
    said = [parsed.get("detail"), *(e.get("message") for e in listed if isinstance(e, dict))]
    return " ".join(s for s in said if isinstance(s, str)).lower()


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds until the last of the windows that are used up begins anew. Keys of `headers` ignore case."""
    waits = []
    if headers.get("retry-after", "").isdigit():
        waits.append(float(headers["retry-after"]))
    for window in WINDOWS:
        reset = headers.get(f"{window}-reset", "")
        if reset.isdigit() and headers.get(f"{window}-remaining", "0") == "0":
            waits.append(int(reset) - now.timestamp() + 1)
    return min(max(1.0, max(waits, default=LIMIT_RETRY_S)), LIMIT_RETRY_MAX_S)


def left(headers: Mapping[str, str]) -> Left | None:
    """What the scarcest of the windows still allows; None where X says nothing."""
    known = []
    for window in WINDOWS:
        remaining, reset = headers.get(f"{window}-remaining", ""), headers.get(f"{window}-reset", "")
        if remaining.isdigit() and reset.isdigit() and len(reset) <= 11:
            known.append(Left(int(remaining), datetime.fromtimestamp(int(reset), UTC)))
    return min(known, key=lambda it: (it.requests, -it.resets_at.timestamp()), default=None)
