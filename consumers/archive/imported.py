"""Logs of other installations: a bundle is judged, laid beside our own logs to be read, and never mixed with them.

A later bundle of a log takes the place of an earlier one only when it holds all of it: the earlier one's checkpoint has
to be the root of as many of the later one's entries (RFC 6962 section 2.1.2).
"""

import fcntl
import hashlib
import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from consumers.archive import audit
from consumers.archive.checkpoint import Key, TreeHead, open_checkpoint, parse_keys
from consumers.archive.derived import Log
from consumers.archive.entry import stamp
from consumers.archive.names import FOLDER, HOUSE, LOG
from consumers.archive.verdict import Verdict
from consumers.archive.zipped import PIECE, FileSource, Zipped, ZipReader
from schemas.envelope import sha256_hex
from schemas.errors import Refused, Unavailable

ABOUT = ".json"  # beside the log's folder: when and by whom it was brought
BUNDLE_MAX = (
    2 * 2**30
)  # a bundle of 2 million entries is some 1.5 GB; a zip of more needs another format (zip64) anyway
UPLOAD_MAX = 256 * 2**20  # through a browser, held in memory; a year of a clinic is less. The command takes BUNDLE_MAX
PATH_MAX = 200
_PATH = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9_.-]*/){0,8}[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Imported:
    """A log of another installation as it lies here. `at` is RFC 3339 in UTC, `by` who brought it."""

    origin: str
    log: str
    at: str
    by: str
    key: str
    size: int
    root: str
    bundle_sha256: str

    @property
    def name(self) -> str:
        return f"{self.origin}~{self.log}"


def every_log(archive: Path) -> list[Log]:
    """Our own logs and those that were brought, for search."""
    own = [Log("", path.parent.name, path.parent) for path in sorted(archive.glob("*/checkpoint"))]
    brought = sorted(archive.with_name(FOLDER).glob("*/*/checkpoint"))
    theirs = [Log(path.parent.parent.name, path.parent.name, path.parent) for path in brought]
    return [log for log in own + theirs if LOG.fullmatch(log.name)]


def listed(archive: Path) -> list[Imported]:
    """What was brought, newest first."""
    found = []
    for path in archive.with_name(FOLDER).glob(f"*/*{ABOUT}"):
        try:
            found.append(Imported(**json.loads(path.read_bytes())))
        except (OSError, ValueError, TypeError):
            continue  # a foreign file; what lies in the log's folder is judged whenever it is read
    return sorted(found, key=lambda one: (one.at, one.name), reverse=True)


@dataclass(frozen=True, slots=True)
class Judged:
    """A bundle that may come in. `is_new` is false for one that is here already, byte for byte."""

    told: Imported
    is_new: bool
    place: Path
    zipped: Zipped
    earlier: tuple[bytes, ...]  # the checkpoint of what was here when it was judged


def judged(
    archive: Path, bundle: Path, *, by: str, now: datetime, known: Sequence[bytes] = (), trusted: Sequence[Key] = ()
) -> Judged:
    """Nothing is written yet: that it is brought is entered first.

    Raises Refused for a bundle that is not whole (the place is named), is none of ours, is of this installation, is
    older than what is here, or is a fork of it.
    """
    zipped = opened(bundle)
    files = ZipReader(zipped)
    head, key = _head(files)
    origin, log = _names(head, key)
    if _signed_here(archive / log, key):
        raise Refused("this log is of this installation, and is here already", code="own-log")
    place = archive.with_name(FOLDER) / origin / log
    earlier = _earlier(place)
    verdict = audit.judge(bundle, known=[*known, *earlier], trusted=trusted)
    if verdict.bad is not None:
        raise _refused(verdict, place, files.read("checkpoint") or b"", len(known))
    brought = Imported(origin, log, stamp(now), by, verdict.key, verdict.size, verdict.root.hex(), _sha256(bundle))
    is_new = not earlier or earlier[0] != files.read("checkpoint")
    return Judged(brought, is_new, place, zipped, tuple(earlier))


def opened(bundle: Path) -> Zipped:
    """The container, once it is one that an export makes: nothing compressed, so that it cannot be more than its own
    size, no links, every file once and under a plain relative name. Raises Refused for all others."""
    try:
        zipped = Zipped(FileSource(bundle))
    except OSError as error:
        raise Refused(f"the bundle cannot be read ({error.strerror})", code="unreadable") from None
    for i, name in enumerate(zipped.members, 1):
        if not _PATH.fullmatch(name) or len(name) > PATH_MAX:  # the name is not said: it is somebody else's text
            raise Refused(f"file {i} of the bundle has no name that an export gives", code="bad-bundle")
    return zipped


def _head(files: ZipReader) -> tuple[TreeHead, Key]:
    keys = parse_keys(files.read("keys.txt") or b"")
    head = open_checkpoint(files.read("checkpoint") or b"", keys)
    return head, next(key for key in keys if key.name == head.origin)


def _names(head: TreeHead, key: Key) -> tuple[str, str]:
    house, _, log = head.origin.rpartition("/")
    if not HOUSE.fullmatch(house) or not LOG.fullmatch(log):
        raise Refused("the bundle's log has a name that no installation of ours gives", code="bad-bundle")
    return f"{house}.{sha256_hex(key.public)[:16]}", log


def _signed_here(own: Path, key: Key) -> bool:
    try:
        return key in parse_keys((own / "keys.txt").read_bytes())
    except (OSError, Refused):
        return False


def _earlier(place: Path) -> list[bytes]:
    try:
        return [(place / "checkpoint").read_bytes()]
    except FileNotFoundError:
        return []


def _refused(verdict: Verdict, place: Path, checkpoint: bytes, known: int) -> Refused:
    """What is wrong with a bundle, in words; one that is only older than what is here is told as that."""
    assert verdict.bad is not None
    if verdict.bad.place == f"known checkpoint {known + 1}":  # that of what is here
        if audit.verify_folder(place, known=[checkpoint]).ok:
            return Refused("an older state of a log that is here already; nothing was changed", code="older")
        return Refused(
            "a fork: this bundle and the one that is here tell two histories of one log, both signed with its key. "
            "Ask the installation it came from; nothing was changed",
            code="fork",
        )
    return Refused(f"NOT whole: {verdict.bad.place}: {verdict.bad.reason}", code="not-whole")


def _sha256(bundle: Path) -> str:
    with bundle.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def lay_down(found: Judged) -> None:
    """Whole or not at all: beside it first, then in its place. Raises Unavailable when the disk is full or away, or
    when somebody else brought this log meanwhile."""
    if not found.is_new:
        return
    place = found.place
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (place.parent / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if tuple(_earlier(place)) != found.earlier:
                raise Unavailable("This log was brought by somebody else meanwhile. Try again.")
            _put(found, place.with_name(f".{place.name}.new"), place.with_name(f".{place.name}.old"))
    except OSError as error:
        raise Unavailable(f"The bundle could not be laid down ({error.strerror}).") from None


def _put(found: Judged, fresh: Path, gone: Path) -> None:
    place = found.place
    for left in (fresh, gone):
        if left.exists():
            shutil.rmtree(left)
    for name, member in found.zipped.members.items():
        path = fresh / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("wb") as file:
            for at in range(0, member.size, PIECE):
                file.write(found.zipped.source.at(member.start + at, min(PIECE, member.size - at)))
        path.chmod(0o400)  # to be read, never written
    if place.exists():
        place.rename(gone)
    fresh.rename(place)
    about = place.with_name(f"{place.name}{ABOUT}")
    beside = about.with_name(f".{about.name}")
    beside.write_text(json.dumps(asdict(found.told)))
    beside.replace(about)
    shutil.rmtree(gone, ignore_errors=True)
