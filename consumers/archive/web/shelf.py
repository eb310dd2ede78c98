"""Which logs there are and what stands in them, read again only when their checkpoint has changed."""

import json
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from consumers.archive import audit, tiles
from consumers.archive.replay import Replay
from consumers.archive.reporting import read_policies, read_replay
from consumers.archive.verify import Reader, Verdict, verify
from schemas.policy import Policy

KEPT_MAX = 4  # logs in memory at once; a log of 20,000 entries takes some 100 MB as steps
SIZE_LINE = 1  # of a checkpoint: origin, size, root (C2SP tlog-checkpoint)


@dataclass(frozen=True, slots=True)
class Spine:
    """One log as it looks from outside: nothing of it is checked."""

    live_event_id: str
    title: str
    state: str  # open, closed, archived, and "" where no entry says it
    size: int
    last_ts: str
    training: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """One log, read at one checkpoint and judged. `told` is None when it is not as it was written."""

    reader: Reader
    verdict: Verdict
    told: Replay | None
    policies: dict[str, Policy]


class Shelf:
    """Safe to be called from several threads."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._spines: dict[str, tuple[bytes, Spine]] = {}
        self._opened: OrderedDict[str, tuple[bytes, Opened]] = OrderedDict()
        self._lock = Lock()

    def ids(self) -> list[str]:
        if not self._archive.is_dir():
            return []
        found = (path.parent.name for path in self._archive.glob("*/checkpoint"))
        return sorted(name for name in found if not name.startswith("_"))  # those are of no live event

    def spine(self, live_event_id: str) -> Spine:
        """Raises Refused (no-archive) where there is none."""
        folder = audit.find(self._archive, live_event_id)
        note = (folder / "checkpoint").read_bytes()
        kept = self._spines.get(live_event_id)
        if kept is None or kept[0] != note:
            kept = self._spines[live_event_id] = (note, _spine(folder, note))
        return kept[1]

    def open(self, live_event_id: str) -> Opened:
        """The whole log, verified. Raises Refused (no-archive) where there is none."""
        folder = audit.find(self._archive, live_event_id)
        note = (folder / "checkpoint").read_bytes()
        with self._lock:
            kept = self._opened.get(live_event_id)
            if kept is None or kept[0] != note:
                kept = note, _open(folder)
                self._opened[live_event_id] = kept
            self._opened.move_to_end(live_event_id)
            while len(self._opened) > KEPT_MAX:
                self._opened.popitem(last=False)
        return kept[1]


def _open(folder: Path) -> Opened:
    reader = audit.reader_of(folder)
    verdict = verify(reader)
    if verdict.bad is not None:
        return Opened(reader, verdict, None, {})
    return Opened(reader, verdict, read_replay(reader, verdict), read_policies(reader))


def _spine(folder: Path, note: bytes) -> Spine:
    lines = note.decode(errors="replace").splitlines()
    size = int(lines[SIZE_LINE]) if len(lines) > SIZE_LINE and lines[SIZE_LINE].isdigit() else 0
    first, last = _lived(folder, size, 0), _lived(folder, size, max(0, size - 1))
    said = last[1] or first[1]
    plan = said.get("plan") or {}
    state = "archived" if said.get("archived_at") else str(said.get("state", ""))
    title, training = str(plan.get("title", "")), plan.get("training") is True
    return Spine(folder.name, title or folder.name, state, size, last[0], training)


def _lived(folder: Path, size: int, seq: int) -> tuple[str, dict[str, Any]]:
    """Of the bundle that holds `seq`: when its last entry was written, and its last record of the live event."""
    n = seq // tiles.TILE_WIDTH
    width = min(tiles.TILE_WIDTH, size - n * tiles.TILE_WIDTH)
    ts, record = "", dict[str, Any]()
    for name in (tiles.bundle_path(n, width), tiles.bundle_path(n)):
        path = folder / name
        if size and path.is_file():
            for entry in _said(tiles.unframe(path.read_bytes())[0][:width]):
                ts = str(entry.get("ts", ts))
                record = _whole(folder, entry["record"]) if entry.get("type") == "live-event" else record
            break
    return ts, record


def _said(entries: list[bytes]) -> list[dict[str, Any]]:
    """Those that are entries; whether all are is for verify() to say."""
    found = []
    for entry in entries:
        try:
            said = json.loads(entry)
        except ValueError:
            continue
        if isinstance(said, dict) and isinstance(said.get("record"), dict):
            found.append(said)
    return found


def _whole(folder: Path, record: dict[str, Any]) -> dict[str, Any]:
    """A record too large for its entry lies beside the log under its hash."""
    name = str(record.get("sha256", ""))
    beside = folder / "records" / f"{name}.json"
    if record.get("attached") is not True or not name.isalnum() or not beside.is_file():
        return record
    try:
        found = json.loads(beside.read_bytes())
    except ValueError:
        return record
    return found if isinstance(found, dict) else record
