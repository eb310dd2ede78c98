"""Decides what can be done before the first start, so that it is quick: jars fetched, class archive built.

`python -m deploy.kafka.warm` does both; `make setup` calls it.
"""

import argparse
import asyncio
import contextlib
import fcntl
import logging
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import platformdirs
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.kafka import jars
from deploy.kafka.broker import EmbeddedBroker
from deploy.kafka.class_cache import ClassCache, class_cache, prune
from deploy.kafka.jars import Progress, no_progress
from deploy.kafka.java import find_java
from deploy.kafka.progress import on_terminal
from schemas.errors import ScrubcastError

_RECORDS = 200
# The JVM writes the archive while it stops: 5 s on an idle machine, much more at the lowest priority.
_DUMP_TIMEOUT_S = 120
_NICEST = 19


def build_class_cache(
    cache_dir: Path,
    progress: Progress = no_progress,
    *,
    mirror_url: str | None = None,
    again: bool = False,
) -> Path | None:
    """The archive for this machine's Java, built if it is not there. None when that is not to be had.

    A failure is remembered and not tried again, except with `again`: the broker runs without it, a second slower.
    """
    java = find_java(os.environ)
    lock = jars.locked()
    paths = jars.fetch(cache_dir, progress, lock=lock, mirror_url=mirror_url)
    cache = class_cache(java, lock.kafka, paths)
    with _sole_builder(cache) as alone:
        if alone and not cache.file.exists() and (again or not cache.failed.exists()):
            _build(cache, cache_dir, progress)
    return cache.file if cache.file.exists() else None


@contextlib.contextmanager
def _sole_builder(cache: ClassCache) -> Iterator[bool]:
    with (cache.file.parent / "build.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _build(cache: ClassCache, cache_dir: Path, progress: Progress) -> None:
    for left_behind in cache.file.parent.glob("build-*/"):  # a builder is killed when its `up` stops
        shutil.rmtree(left_behind, ignore_errors=True)
    cache.failed.unlink(missing_ok=True)
    progress("Building the class archive", 0, 1)
    with tempfile.TemporaryDirectory(dir=cache.file.parent, prefix="build-") as scratch:
        recorded = Path(scratch) / cache.file.name
        try:
            _record(recorded, Path(scratch) / "broker", cache_dir)
            recorded.replace(cache.file)
        except (ScrubcastError, OSError) as error:
            cache.failed.write_text(f"{type(error).__name__}: {error}\n", encoding="utf-8")
            return
    prune(cache.file.parent)
    progress("Building the class archive", 1, 1)


def _record(into: Path, data_dir: Path, cache_dir: Path) -> None:
    broker = EmbeddedBroker(data_dir, cache_dir, builds_class_cache=False, record_classes_into=into)
    broker.start()
    try:
        asyncio.run(_ordinary_work(broker.bootstrap))
    finally:
        broker.stop(_DUMP_TIMEOUT_S)


async def _ordinary_work(bootstrap: str) -> None:
    """What a day with scrubcast makes a broker load: topics, idempotent writes, a group that reads."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        compacted = {"cleanup.policy": "compact", "flush.messages": "1"}
        await admin.create_topics([NewTopic("plain", 1, 1), NewTopic("compacted", 1, 1, topic_configs=compacted)])
    finally:
        await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all") as producer:
        for number in range(_RECORDS):
            await producer.send_and_wait("plain", b"%d" % number, key=b"k")
        await producer.send_and_wait("compacted", b"last", key=b"k")
    async with AIOKafkaConsumer(
        "plain", bootstrap_servers=bootstrap, group_id="g", auto_offset_reset="earliest", enable_auto_commit=False
    ) as consumer:
        await consumer.getone()
        await consumer.commit()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.kafka.warm", description=__doc__)
    default = Path(os.environ.get("SCRUBCAST_CACHE_DIR") or platformdirs.user_cache_dir("scrubcast"))
    parser.add_argument("--cache-dir", type=Path, default=default)
    parser.add_argument("--background", action="store_true", help="at the lowest priority, saying nothing")
    parser.add_argument("--delay-s", type=float, default=0)
    asked = parser.parse_args()
    # A fresh broker makes its coordinator on the first request; the client's complaint until then helps nobody.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    if asked.background:
        os.nice(_NICEST)
        time.sleep(asked.delay_s)
    progress = no_progress if asked.background else on_terminal
    try:
        archive = build_class_cache(asked.cache_dir, progress, again=not asked.background)
    except ScrubcastError as error:
        print(f"scrubcast: {error}", file=sys.stderr)
        return error.exit_code
    if archive is None and not asked.background:
        print("scrubcast: no class archive on this Java; the broker starts without it", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
