"""Copies of what topics delete by time, sealed updates above all, for as long as a legal hold lies on their event.

A key that outlives its time is worth nothing once the broker has deleted what it opens. So while a hold stands the
event's records are copied, as they are, to a file of its own: what was sealed stays sealed. When the hold ends, or the
keys are destroyed after all, the file is overwritten and removed.
"""

import json
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from schemas.topics import DRAFTS, MESSAGES, RELEASES, SUBMISSIONS
from streams.bus import Bus, Message

COPIED = (SUBMISSIONS.name, DRAFTS.name, RELEASES.name, MESSAGES.name)
Place = tuple[str, int, int]  # topic, partition, offset


class HeldCopies:
    """Files `<root>/<live_event_id>.jsonl`, readable by the owner alone; written by the desk."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._next: dict[tuple[str, int], int] = {}
        self._held: frozenset[str] = frozenset()
        self._there: dict[str, set[Place]] = {}

    async def keep(self, bus: Bus, held: Collection[str]) -> int:
        """Copies what has come of these events, durably, and drops the files of all others; how many records were new.

        Raises Unavailable when the broker is away; the next call goes on.
        """
        for path in self._root.glob("*.jsonl"):
            if path.stem not in held:
                self.drop(path.stem)
        if not held:
            return 0
        if not self._held.issuperset(held):  # of a new one everything has to be read that is still there
            self._next.clear()
        self._held = frozenset(held)
        new = 0
        async with bus.follow(COPIED, start=self._next) as follower:
            while not await follower.caught_up():
                batch = await follower.get(timeout_s=0.05)
                new += self._write(batch, held)
                self._next |= {(m.topic, m.partition): m.offset + 1 for m in batch}
        return new

    def _write(self, batch: Collection[Message], held: Collection[str]) -> int:
        lines: dict[str, list[str]] = {}
        for m in batch:
            live_event_id = m.key or ""
            place = (m.topic, m.partition, m.offset)
            if live_event_id not in held or m.value is None or place in self._known(live_event_id):
                continue
            self._known(live_event_id).add(place)
            row = {"topic": m.topic, "partition": m.partition, "offset": m.offset, "at_ms": m.timestamp_ms}
            lines.setdefault(live_event_id, []).append(json.dumps({**row, "value": m.value.decode("utf-8", "replace")}))
        for live_event_id, rows in lines.items():
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._path(live_event_id), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as file:
                # A line of its own first: what a crash cut off must not take the next record along.
                file.write("".join(f"\n{row}" for row in rows) + "\n")
                file.flush()
                os.fsync(file.fileno())
        return sum(map(len, lines.values()))

    def _known(self, live_event_id: str) -> set[Place]:
        if live_event_id not in self._there:
            rows = self._rows(live_event_id)
            self._there[live_event_id] = {(r["topic"], r["partition"], r["offset"]) for r in rows}  # type: ignore[misc]  # as _write wrote them
        return self._there[live_event_id]

    def _rows(self, live_event_id: str) -> Iterator[dict[str, object]]:
        with suppress(FileNotFoundError), self._path(live_event_id).open(encoding="utf-8") as file:
            for line in file:
                with suppress(ValueError):  # the last line of a crash; its record is copied again
                    yield json.loads(line)

    def find(self, live_event_id: str, topic: str, partition: int, offset: int) -> bytes | None:
        """The value of one record that its topic may no longer have."""
        for row in self._rows(live_event_id):
            if (row["topic"], row["partition"], row["offset"]) == (topic, partition, offset):
                return str(row["value"]).encode()
        return None

    def drop(self, live_event_id: str) -> None:
        """Overwrites and removes an event's copies, if there are any."""
        path = self._path(live_event_id)
        self._there.pop(live_event_id, None)
        self._held -= {live_event_id}
        with suppress(FileNotFoundError):
            size = path.stat().st_size
            with path.open("r+b") as file:
                file.write(os.urandom(size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()

    def _path(self, live_event_id: str) -> Path:
        assert "/" not in live_event_id
        return self._root / f"{live_event_id}.jsonl"
