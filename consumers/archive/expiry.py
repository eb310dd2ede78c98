"""Removes whole logs whose time is over, by the archive alone, with an entry in the log of the installation first.

Theory of operation. A log goes in three steps: its removal is on record, signed; its folder gets a name that no log can
have, in one step; what is in that folder is deleted. A crash after the first step repeats it (the entry is known by its
id), a crash after the second leaves a folder that the next look deletes. No log is ever half there under its own name.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from consumers.archive.checkpoint import TreeHead, open_checkpoint, parse_keys
from consumers.archive.derived import entries_of
from consumers.archive.retention import RetentionState, removal, state
from consumers.archive.store import Store
from schemas.errors import Broken, Refused, Unavailable

GONE = "_removed-"
"""Before the name of a folder that is being deleted; no live event has such an id and no log such a name."""
EVERY = timedelta(days=1)  # six years are counted in days

log = structlog.get_logger("archive")


@dataclass(frozen=True, slots=True)
class Removed:
    """One log that went, or would go."""

    live_event_id: str
    size: int
    root: str
    told: RetentionState


def head_of(folder: Path) -> TreeHead:
    """What the log's own key signed last. Raises Refused where that does not hold or is not there."""
    try:
        return open_checkpoint((folder / "checkpoint").read_bytes(), parse_keys((folder / "keys.txt").read_bytes()))
    except FileNotFoundError:
        raise Refused(f"there is no archive of {folder.name}", code="no-archive", status=404) from None


def state_of(folder: Path) -> RetentionState:
    """What the log in a folder says of its own time; what is not signed yet is not looked at."""

    def attached(sha256: str) -> bytes | None:
        with suppress(FileNotFoundError):
            return (folder / "records" / f"{sha256}.json").read_bytes()
        return None

    return state(folder.name, entries_of(folder, 0, head_of(folder).size), attached)


def logs(archive: Path) -> Iterator[Path]:
    """The folders of live events' logs."""
    for path in sorted(archive.glob("*/checkpoint")):
        if not path.parent.name.startswith("_"):
            yield path.parent


def due(archive: Path, keep_days: int, now: datetime) -> Iterator[Removed]:
    """The logs whose time is over. A log that began too late for that is not read at all."""
    for folder in logs(archive):
        try:
            head = head_of(folder)
            if head.size == 0 or _began(folder) > now - timedelta(days=keep_days):
                continue
            told = state_of(folder)
        except (Refused, ValueError, KeyError) as wrong:  # said by `audit verify`; nothing is removed unread
            log.warning("log_not_judged", log=folder.name, reason=type(wrong).__name__)
            continue
        if told.is_over(keep_days, now):
            yield Removed(folder.name, head.size, head.root.hex(), told)


def _began(folder: Path) -> datetime:
    first = next(iter(entries_of(folder, 0, 1)))
    return datetime.fromisoformat(json.loads(first)["ts"])


class Expiry:
    """Once a day, and at the start. `tend` may be called as often as one likes."""

    def __init__(
        self, archive: Path, store: Store, keep_days: int, *, derived: Callable[[], None] = lambda: None
    ) -> None:
        """`derived` drops what others made of logs that are gone."""
        self._archive = archive
        self._store = store
        self._keep_days = keep_days
        self._derived = derived
        self._looked: datetime | None = None

    def tend(self, now: datetime) -> tuple[Removed, ...]:
        """Raises Unavailable when the disk is away; the next call goes on where it stopped."""
        if self._looked is not None and now - self._looked < EVERY:
            return ()
        found = self.run(now)
        self._looked = now
        return found

    def run(self, now: datetime) -> tuple[Removed, ...]:
        """Removes every log whose time is over; a second time changes nothing."""
        try:
            self._delete_leftovers()
        except OSError as error:
            raise Unavailable(f"archive: a removed log cannot be deleted ({type(error).__name__})") from None
        gone = tuple(self._remove(one, now) for one in list(due(self._archive, self._keep_days, now)))
        self._derived()
        return tuple(one for one in gone if one is not None)

    def _remove(self, one: Removed, now: datetime) -> Removed | None:
        # Signs what waits; a hold may be among it, so it is judged again as it stands then.
        try:
            self._store.let_go(one.live_event_id, now)
        except Broken as broken:  # somebody has to look at it: it stays as it is
            log.warning("log_not_removed", log=one.live_event_id, reason=str(broken))
            return None
        folder = self._archive / one.live_event_id
        head, told = head_of(folder), state_of(folder)
        if not told.is_over(self._keep_days, now):
            return None
        last = Removed(one.live_event_id, head.size, head.root.hex(), told)
        self._store.note(removal(told, last.size, last.root, self._keep_days), now)
        try:
            folder.rename(self._archive / f"{GONE}{last.live_event_id}-{last.root[:16]}")
            self._delete_leftovers()
        except OSError as error:
            raise Unavailable(f"archive: a removed log cannot be deleted ({type(error).__name__})") from None
        log.info("log_removed", log=last.live_event_id, size=last.size)
        return last

    def _delete_leftovers(self) -> None:
        for folder in sorted(self._archive.glob(f"{GONE}*")):
            for path in sorted(folder.rglob("*"), reverse=True):  # what is in a folder before the folder
                path.rmdir() if path.is_dir() else path.unlink()
            folder.rmdir()
