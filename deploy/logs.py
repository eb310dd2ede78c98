"""Logs as JSON lines through an allow-list of fields: what is not on it is dropped and counted, so no text gets out."""

import asyncio
import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Ids, stages, counts and codes. Nothing here can hold what staff wrote.
FIELDS = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "logger",
        "stage",
        "update_id",
        "live_event_id",
        "draft_id",
        "release_id",
        "post_id",
        "destination",
        "instance",
        "platform_id",
        "kind",
        "code",
        "reason",
        "topic",
        "partition",
        "offset",
        "count",
        "ms",
        "seconds",
        "epoch",
        "role",
        "actor",
        "address",
        "tablet_id",
        "person_id",
        "passkey_id",
        "invitation_id",
        "status",
        "method",
        "route",
        "port",
        "pid",
        "exit_code",
        "error",
        "size",
        "version",
        "retry_after_s",
        "dropped_fields",
        "n",
        "part",
        "parts",
        "underway",
        "unread",
        "policies_missing",
        "step",
        "key",
    }
)
TEXT_MAX = 200  # a longer value is not an id or a code


def allow_list(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keeps known fields with short plain values; counts the others."""
    kept: dict[str, Any] = {}
    dropped = 0
    for name, value in entry.items():
        if name in FIELDS and (value is None or isinstance(value, int | float | bool)):
            kept[name] = value
        elif name in FIELDS and len(str(value)) <= TEXT_MAX:
            kept[name] = str(value)
        else:
            dropped += 1
    if dropped:
        kept["dropped_fields"] = dropped
    return kept


class _Foreign(logging.Handler):
    """Other libraries' records: their name, level and source line, never their message, which may quote a body."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError):
            return  # an event stream that was open when the stage was told to end
        if record.name == "uvicorn.error" and str(record.msg).startswith("Cancel %s running task"):
            return  # how many such streams there were
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        structlog.get_logger(record.name).log(
            record.levelno, "library", logger=record.name, step=f"{record.module}:{record.lineno}", error=error
        )


def configure(stage: str, level: str = "info") -> None:
    """One JSON object a line on stderr."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            allow_list,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(stage=stage)
    logging.basicConfig(handlers=[_Foreign()], level=logging.WARNING, force=True)
