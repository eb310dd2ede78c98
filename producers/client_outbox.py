"""Where a program's sealed updates wait on disk: each leaves only by a receipt that fits it, or is set aside.

Theory of operation. A file is whole from the moment it has its name: written beside, fsynced, renamed, folder fsynced.

    waiting/NUMBER-ID.json         add() returned: it outlives this process and a power cut. Numbers grow: sent in order
    receipts/ID.json               receive(): the receipt is on disk before the update is removed. acknowledge() ends it
    refused/NUMBER-ID.CODE.json    refuse(): wrong for good by intake's word CODE; a person looks at it. Never removed
    keys/LIVE-EVENT.json           the event's public key as last fetched: to seal at once while intake is away

Dying between any two steps leaves an update waiting that has a receipt (sent again, intake answers the same) or a file
without its name yet, which no caller was told of. `.lock` is held for one step, `.sending` while a process sends.
Bodies are sealed before they come here; neither texts nor tokens are ever written.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from schemas.errors import Broken, Refused, Unavailable
from schemas.submission import IntakeReceipt

WAITING_MAX = 10_000  # 160 MB of the longest updates, and more than a busy day's
OTHERS = 0o077  # any right for the group or anybody else
NEW = ".new-"  # begins the name of a file that is not whole yet
NAME = re.compile(r"(\d{9})-([0-9a-f-]{36})(?:\.([a-z0-9-]{1,40}))?\.json")
KEY_MEMBERS = frozenset({"kty", "crv", "x", "y", "kid", "use"})
DAMAGED = "damaged"


@dataclass(frozen=True)
class Entry:
    """One sealed update. `body` is the request as it goes out, the same bytes on every try; `number` comes by add()."""

    update_id: UUID
    live_event_id: str
    device: str
    body: bytes
    sealed_sha256: str
    number: int = 0

    @property
    def name(self) -> str:
        return f"{self.number:09d}-{self.update_id}.json"

    def encode(self) -> bytes:
        fields = {"live_event_id": self.live_event_id, "device": self.device, "sealed_sha256": self.sealed_sha256}
        return json.dumps(fields | {"body": self.body.decode()}).encode()


@dataclass(frozen=True)
class SetAside:
    """An update that was refused for good (or cannot be read), why, and where it lies now."""

    name: str
    code: str
    detail: str
    path: Path


class Outbox:
    """A folder of one user; any number of processes may use it at once. Errors of the disk become Unavailable."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder where it is missing. Raises Refused when others may read it: ids and times are in it."""
        self.folder = folder
        with self._disk():
            _make(folder)
            if folder.stat().st_mode & OTHERS:
                raise Refused(
                    f"{folder} is open to other users: chmod 700, or name another folder.", code="outbox-open"
                )
            for name in ("waiting", "receipts", "refused", "keys"):
                _make(folder / name)
            with self._locked():
                for left in folder.glob(f"*/{NEW}*"):
                    left.unlink()

    # -- updates -----------------------------------------------------------------------------------------------------

    def add(self, entry: Entry) -> Entry:
        """Once this returns, the update outlives this process. Raises Unavailable: then nothing of it was kept."""
        with self._disk(), self._locked():
            known = self.find(entry.update_id)
            if known is not None:
                return known
            names = [*self._names("waiting"), *self._names("refused")]
            if len(names) >= WAITING_MAX:
                raise Unavailable(f"{WAITING_MAX:,} updates lie in {self.folder} already.", retry_after_s=60.0)
            added = replace(entry, number=max((int(name[:9]) for name in names), default=0) + 1)
            self._write(self.folder / "waiting" / added.name, added.encode())
            return added

    def find(self, update_id: UUID) -> Entry | None:
        """The update of this id, if it waits."""
        return next((self._read(name) for name in self._names("waiting") if name[10:46] == str(update_id)), None)

    def waiting(self, live_event_id: str | None = None) -> tuple[Entry, ...]:
        """Oldest first; of every live event, where none is named. What cannot be read is not among them."""
        with self._disk():
            found = [self._read(name) for name in self._names("waiting")]
        return tuple(e for e in found if e is not None and live_event_id in (None, e.live_event_id))

    def receive(self, entry: Entry, receipt: IntakeReceipt) -> None:
        """Keeps the receipt, then lets the update go. Raises Broken when the receipt is another update's."""
        if (receipt.update_id, receipt.sealed_sha256) != (entry.update_id, entry.sealed_sha256):
            raise Broken(f"Intake's receipt is not that of update {entry.update_id}. The update stays in the outbox.")
        with self._disk(), self._locked():
            self._write(self.folder / "receipts" / f"{entry.update_id}.json", receipt.model_dump_json().encode())
            (self.folder / "waiting" / entry.name).unlink(missing_ok=True)

    def receipt(self, update_id: UUID) -> IntakeReceipt | None:
        """That of an update which nobody has acknowledged yet."""
        with self._disk():
            try:
                return IntakeReceipt.model_validate_json((self.folder / "receipts" / f"{update_id}.json").read_bytes())
            except (FileNotFoundError, ValueError):
                return None  # a damaged one is only asked for again, as long as its update waits

    def receipts(self, live_event_id: str | None = None) -> tuple[IntakeReceipt, ...]:
        """Those not acknowledged yet, in the order of their ids, which is that of writing."""
        with self._disk():
            ids = sorted(path.stem for path in (self.folder / "receipts").glob("*.json"))
        found = [self.receipt(UUID(name)) for name in ids]
        return tuple(r for r in found if r is not None and live_event_id in (None, r.live_event_id))

    def acknowledge(self, receipt: IntakeReceipt) -> None:
        """The receipt is where it belongs: nothing of the update needs to be kept any longer."""
        with self._disk(), self._locked():
            entry = self.find(receipt.update_id)
            if entry is not None and entry.sealed_sha256 == receipt.sealed_sha256:
                (self.folder / "waiting" / entry.name).unlink(missing_ok=True)
            (self.folder / "receipts" / f"{receipt.update_id}.json").unlink(missing_ok=True)

    def refuse(self, entry: Entry, error: Refused) -> SetAside:
        """Sets the update aside: it is not sent again, and stays until a person has looked at it."""
        code = re.sub(r"[^a-z0-9-]", "-", error.code.lower())[:40] or "refused"
        return self._aside(entry.name, code, str(error))

    def refusal(self, entry: Entry) -> str | None:
        """The code by which this update was set aside, by whatever process."""
        with self._disk():
            found = [NAME.fullmatch(name) for name in self._names("refused")]
        return next((m[3] for m in found if m and (int(m[1]), m[2]) == (entry.number, str(entry.update_id))), None)

    def set_damaged_aside(self) -> tuple[SetAside, ...]:
        """Files among the waiting ones that are no update: touched by something else than us."""
        with self._disk():
            bad = [name for name in self._names("waiting") if self._read(name) is None]
        return tuple(self._aside(name, DAMAGED, "The file cannot be read as an update.") for name in bad)

    # -- keys --------------------------------------------------------------------------------------------------------

    def key(self, live_event_id: str) -> dict[str, str] | None:
        """The live event's public key as last fetched, if it was."""
        with self._disk():
            try:
                found = json.loads(self._key_file(live_event_id).read_bytes())
            except (FileNotFoundError, ValueError):
                return None
        return {str(n): str(v) for n, v in found.items()} if isinstance(found, dict) else None

    def keep_key(self, live_event_id: str, key: dict[str, str]) -> None:
        public = {name: value for name, value in key.items() if name in KEY_MEMBERS}
        with self._disk(), self._locked():
            self._write(self._key_file(live_event_id), json.dumps(public).encode())

    def forget_key(self, live_event_id: str) -> None:
        with self._disk():
            self._key_file(live_event_id).unlink(missing_ok=True)

    def _key_file(self, live_event_id: str) -> Path:
        # Whatever a caller calls an event, the file stays in this folder.
        return self.folder / "keys" / f"{re.sub(r'[^A-Za-z0-9_-]', '_', live_event_id)[:100]}.json"

    # -- the disk ----------------------------------------------------------------------------------------------------

    @contextmanager
    def sending(self) -> Iterator[bool]:
        """Whether it is this caller's turn to send. The lock goes with the process, however it ends."""
        with self._disk(), (self.folder / ".sending").open("a") as file:
            os.fchmod(file.fileno(), 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / ".lock").open("a") as file:
            os.fchmod(file.fileno(), 0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unavailable(
                f"The outbox at {self.folder} cannot be used ({error.strerror}). What was not kept there was not sent.",
                retry_after_s=60.0,
            ) from None

    def _names(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.folder / folder).iterdir() if NAME.fullmatch(path.name))

    def _read(self, name: str) -> Entry | None:
        """None when it is no update, or has gone meanwhile."""
        try:
            found: Any = json.loads((self.folder / "waiting" / name).read_bytes())
            body = str(found["body"]).encode()
            about = (str(found["live_event_id"]), str(found["device"]), body, str(found["sealed_sha256"]))
            return Entry(UUID(name[10:46]), *about, number=int(name[:9]))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def _aside(self, name: str, code: str, detail: str) -> SetAside:
        path = self.folder / "refused" / f"{name.removesuffix('.json')}.{code}.json"
        with self._disk(), self._locked():
            if (self.folder / "waiting" / name).exists():
                (self.folder / "waiting" / name).rename(path)
                _sync(path.parent)
                _sync(self.folder / "waiting")
        return SetAside(name[10:46], code, detail, path)

    def _write(self, path: Path, content: bytes) -> None:
        beside = path.with_name(f"{NEW}{path.name}")
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.rename(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        _sync(path.parent)


def _make(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
