"""Decides nothing: runs the embedded broker in the foreground for people, `python -m deploy.kafka`."""

import argparse
import os
import signal
import sys
import threading
import time
from pathlib import Path

import platformdirs

from deploy.kafka.broker import EmbeddedBroker
from deploy.kafka.config import SESSION_TIMEOUT_MS
from deploy.kafka.progress import on_terminal
from schemas.errors import ScrubcastError

_POLL_S = 0.2


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.kafka", description="One Kafka broker, until Ctrl-C.")
    cache = os.environ.get("SCRUBCAST_CACHE_DIR") or platformdirs.user_cache_dir("scrubcast")
    parser.add_argument("--cache-dir", type=Path, default=Path(cache))
    parser.add_argument("--data", type=Path, default=Path(platformdirs.user_data_dir("scrubcast")) / "broker")
    parser.add_argument("--session-timeout-ms", type=int, default=SESSION_TIMEOUT_MS)
    asked = parser.parse_args()
    broker = EmbeddedBroker(asked.data, asked.cache_dir, session_timeout_ms=asked.session_timeout_ms)
    asked_to_stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: asked_to_stop.set())
    try:
        return _serve(broker, asked_to_stop)
    except ScrubcastError as error:
        print(f"scrubcast: {error}", file=sys.stderr)
        return error.exit_code


def _serve(broker: EmbeddedBroker, asked_to_stop: threading.Event) -> int:
    def progress(what: str, done: int, total: int) -> None:
        if asked_to_stop.is_set():
            raise KeyboardInterrupt
        on_terminal(what, done, total)

    try:
        broker.start(progress)
        print(broker.bootstrap, flush=True)
        while broker.poll() is None and not asked_to_stop.is_set():
            time.sleep(_POLL_S)
        if broker.poll() is not None:
            print(f"scrubcast: {broker.why_down()}", file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        return 0
    finally:
        broker.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
