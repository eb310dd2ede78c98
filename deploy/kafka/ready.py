"""Decides when a broker is ready: it takes connections, and its metadata names a broker that may lead."""

import asyncio
import socket
import time
from collections.abc import Callable

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from schemas.errors import Unavailable

_POLL_S = 0.02
_CONNECT_TIMEOUT_S = 1
_REQUEST_TIMEOUT_MS = 5000


def wait_ready(bootstrap: str, *, alive: Callable[[], bool], timeout_s: float) -> None:
    """Returns when the broker answers. Raises Unavailable when it died or let the time pass."""
    until = time.monotonic() + timeout_s
    while not (_takes_connections(bootstrap) and asyncio.run(_names_a_broker(bootstrap))):
        if not alive():
            raise Unavailable("the broker went down before it was ready")
        if time.monotonic() > until:
            raise Unavailable(f"the broker did not answer within {timeout_s:.0f} s")
        time.sleep(_POLL_S)


def _takes_connections(bootstrap: str) -> bool:
    host, port = bootstrap.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), timeout=_CONNECT_TIMEOUT_S).close()
    except OSError:
        return False
    return True


async def _names_a_broker(bootstrap: str) -> bool:
    # After kill -9 the controller fences the broker's old registration until its session ends: until then
    # the metadata names nobody, and a client would only spin.
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=_REQUEST_TIMEOUT_MS)
    try:
        await admin.start()
        return bool((await admin.describe_cluster())["brokers"])
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()
