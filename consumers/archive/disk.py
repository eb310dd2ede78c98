"""What the archive asks of a disk, each a single step that a crash can fall between; the system's errors end here."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from schemas.errors import Broken, Unavailable

FULL_RETRY_S = 5.0  # a full disk is emptied by a person, not within a second


class Disk(Protocol):
    """Paths are relative, with slashes. Nothing is durable before sync() of the file and sync_dir() of its folder.

    Every step raises Unavailable when the disk is full, read-only or failing.
    """

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None when there is none."""

    def names(self, folder: str) -> list[str]:
        """All files below a folder, relative to it, sorted; empty when there is no such folder."""

    def make_dir(self, path: str) -> None: ...

    def write(self, path: str, data: bytes) -> None: ...

    def append(self, path: str, data: bytes) -> None: ...

    def truncate(self, path: str, size: int) -> None: ...

    def sync(self, path: str) -> None: ...

    def sync_dir(self, path: str) -> None: ...

    def sync_all(self) -> None:
        """All files and names that were written, at once."""

    def rename(self, old: str, new: str) -> None: ...

    def remove(self, path: str) -> None:
        """Removes a file, or a folder that is empty."""

    def lock(self, path: str) -> AbstractContextManager[None]:
        """Takes the lock for as long as the process lives or until it is left. Raises Broken when it is taken."""


@contextmanager
def _door(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        code = errno.errorcode.get(error.errno or 0, "unknown")
        raise Unavailable(f"archive: {path}: the disk answered {code}", retry_after_s=FULL_RETRY_S) from None


class RealDisk:
    """A folder of the machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, path: str) -> bytes | None:
        with _door(path):
            try:
                return (self._root / path).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def names(self, folder: str) -> list[str]:
        base = self._root / folder
        with _door(folder):
            return sorted(
                str((Path(at) / name).relative_to(base).as_posix()) for at, _, names in os.walk(base) for name in names
            )

    def make_dir(self, path: str) -> None:
        with _door(path):
            (self._root / path).mkdir(parents=True, exist_ok=True)

    def write(self, path: str, data: bytes) -> None:
        with _door(path):
            self._write(path, data, os.O_TRUNC)

    def append(self, path: str, data: bytes) -> None:
        with _door(path):
            self._write(path, data, os.O_APPEND)

    def _write(self, path: str, data: bytes, how: int) -> None:
        """With the system's own calls: a checkpoint under load writes a thousand small files."""
        handle = os.open(f"{self._root}/{path}", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | how, 0o666)
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(handle, left) :]
        finally:
            os.close(handle)

    def truncate(self, path: str, size: int) -> None:
        with _door(path):
            os.truncate(self._root / path, size)

    def sync(self, path: str) -> None:
        with _door(path):
            self._fsync(path, os.O_RDWR)

    def sync_dir(self, path: str) -> None:
        with _door(path):
            self._fsync(path, os.O_RDONLY | os.O_DIRECTORY)

    def sync_all(self) -> None:
        os.sync()  # Linux waits until it is done (sync(2)); where a system does not, a crash may cost a proof file

    def _fsync(self, path: str, flags: int) -> None:
        handle = os.open(f"{self._root}/{path}", flags)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def rename(self, old: str, new: str) -> None:
        with _door(new):
            os.rename(f"{self._root}/{old}", f"{self._root}/{new}")  # noqa: PTH104  # as _write()

    def remove(self, path: str) -> None:
        full = self._root / path
        with _door(path):
            if full.is_dir():
                full.rmdir()
            else:
                full.unlink(missing_ok=True)

    def lock(self, path: str) -> AbstractContextManager[None]:
        with _door(path):
            file = (self._root / path).open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise Broken(f"archive: {path}: another process writes this log") from None
        return _Locked(file)


class _Locked(AbstractContextManager[None]):
    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __exit__(self, *_: object) -> None:
        self._file.close()
