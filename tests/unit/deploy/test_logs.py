"""Nothing but known, short fields gets into a log."""

import asyncio
import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from deploy import logs


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    before = logging.getLogger().handlers[:]
    logs.configure("scrub")
    yield out
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    logging.basicConfig(handlers=before, force=True)


def lines(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(row) for row in out.getvalue().splitlines()]


def test_ids_and_codes_are_kept_and_a_text_is_dropped_and_counted(written: io.StringIO) -> None:
    structlog.get_logger().info("held", update_id="u1", text="Maria Lopez is awake", code="known-term")
    (line,) = lines(written)
    assert (line["update_id"], line["code"], line["stage"], line["dropped_fields"]) == ("u1", "known-term", "scrub", 1)
    assert "Lopez" not in written.getvalue()


def test_a_long_value_is_no_id(written: io.StringIO) -> None:
    structlog.get_logger().info("held", reason="x" * 201)
    assert "reason" not in lines(written)[0]


def test_other_libraries_say_where_and_never_what(written: io.StringIO) -> None:
    logging.getLogger("tweepy").error("400 Bad Request: Maria Lopez is awake")
    try:
        int("Maria Lopez")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("boom Maria Lopez")
    first, second = lines(written)
    assert (first["logger"], second["error"]) == ("tweepy", "ValueError")
    assert "Lopez" not in written.getvalue()


def test_event_streams_that_were_open_at_the_end_are_no_error(written: io.StringIO) -> None:
    log = logging.getLogger("uvicorn.error")
    log.error("Cancel %s running task(s), timeout graceful shutdown exceeded", 3)
    log.error("Exception in ASGI application\n", exc_info=asyncio.CancelledError())
    assert lines(written) == []
