"""What the SDK does to a put, and so why ours is raw JSON; how long a limit is waited for."""

from datetime import UTC, datetime

import pytest
from atproto_client import models  # type: ignore[import-untyped]  # it ships no types
from atproto_client.models.utils import get_model_as_json  # type: ignore[import-untyped]  # likewise

from consumers.poster.platforms.bluesky_xrpc import retry_after_s

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)  # 1796115600 since 1970


def test_the_sdk_leaves_out_the_null_that_keeps_a_put_from_overwriting() -> None:
    """Once this fails, putRecord may go through the SDK's own method."""
    put = models.ComAtprotoRepoPutRecord.Data(
        repo="did:plc:a", collection="app.bsky.feed.post", rkey="3maxbnu64mspi", record={"text": "…"}, swap_record=None
    )
    assert "swapRecord" not in get_model_as_json(put)


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"retry-after": "3598", "ratelimit-reset": "1796115610"}, 3598.0),
        ({"ratelimit-reset": "1796115610"}, 11.0),
        ({"ratelimit-reset": "1796110000"}, 1.0),
        ({"retry-after": "Tue, 01 Dec 2026 09:00:10 GMT"}, 60.0),
        ({"retry-after": "9999999"}, 86400.0),
        ({}, 60.0),
    ],
)
def test_a_limit_is_waited_for_as_its_headers_say(headers: dict[str, str], wait_s: float) -> None:
    assert retry_after_s(headers, NOW) == wait_s
