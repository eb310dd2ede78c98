"""A disk in memory that dies at a chosen step and keeps what was durable, or everything that was written."""

from contextlib import AbstractContextManager, nullcontext
from posixpath import dirname, normpath
from typing import Literal

from schemas.errors import Unavailable

Left = Literal["synced", "names", "half"]


class Killed(BaseException):
    """The process died here."""


class File:
    def __init__(self) -> None:
        self.data = b""
        self.durable = b""


def _left(file: File, left: Left) -> bytes:
    if left != "half":
        return file.durable
    kept = file.durable if file.data.startswith(file.durable) else b""
    return file.data[: len(kept) + (len(file.data) - len(kept)) // 2]


class CrashDisk:
    """Dies at step `die_at`; from step `full_at` on it is full. after() is what the next process finds."""

    def __init__(self, *, die_at: int = -1, full_at: int = -1) -> None:
        self.steps = 0
        self.die_at = die_at
        self.full_at = full_at
        self.files: dict[str, File] = {}
        self.durable_names: dict[str, File] = {}

    def after(self, *, power_cut: bool, left: Left = "synced") -> "CrashDisk":
        """A kill -9 keeps all that was written. A power cut keeps what was synced, and of the rest what `left` says:
        nothing; all names, so that a renamed file may be empty; all names and the first half of each unsynced write."""
        disk = CrashDisk()
        names = self.durable_names if power_cut and left == "synced" else self.files
        for name, file in names.items():
            copy = File()
            copy.data = copy.durable = _left(file, left) if power_cut else file.data
            disk.files[name] = disk.durable_names[name] = copy
        return disk

    def contents(self) -> dict[str, bytes]:
        return {name: file.data for name, file in self.files.items()}

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.die_at:
            raise Killed
        if 0 < self.full_at <= self.steps:
            raise Unavailable("archive: the disk answered ENOSPC")

    def read(self, path: str) -> bytes | None:
        file = self.files.get(normpath(path))
        return file.data if file else None

    def names(self, folder: str) -> list[str]:
        return sorted(name[len(folder) + 1 :] for name in self.files if name.startswith(f"{folder}/"))

    def make_dir(self, path: str) -> None:
        self._step()

    def _put(self, path: str, data: bytes, *, keep: bool) -> None:
        path = normpath(path)
        file = self.files.setdefault(path, File())
        before = file.data if keep else b""
        file.data = before + data[: len(data) // 2]  # a write is not atomic: half of it is there first
        self._step()
        file.data = before + data

    def write(self, path: str, data: bytes) -> None:
        self.files[normpath(path)] = File()
        self._put(path, data, keep=False)

    def append(self, path: str, data: bytes) -> None:
        self._put(path, data, keep=True)

    def truncate(self, path: str, size: int) -> None:
        self._step()
        self.files[normpath(path)].data = self.files[normpath(path)].data[:size]

    def sync(self, path: str) -> None:
        self._step()
        file = self.files[normpath(path)]
        file.durable = file.data

    def sync_dir(self, path: str) -> None:
        self._step()
        folder = normpath(path)
        here = {name for name in {*self.files, *self.durable_names} if (dirname(name) or ".") == folder}
        for name in here:
            if name in self.files:
                self.durable_names[name] = self.files[name]
            else:
                del self.durable_names[name]

    def sync_all(self) -> None:
        self._step()
        for file in self.files.values():
            file.durable = file.data
        self.durable_names = dict(self.files)

    def rename(self, old: str, new: str) -> None:
        self._step()
        self.files[normpath(new)] = self.files.pop(normpath(old))

    def remove(self, path: str) -> None:
        self._step()
        self.files.pop(normpath(path), None)

    def lock(self, path: str) -> AbstractContextManager[None]:
        self.files.setdefault(normpath(path), File())
        return nullcontext()
