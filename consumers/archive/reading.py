"""Where a log can be read from: a folder, a bundle's zip, or files in memory."""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from consumers.archive.verdict import PENDING
from consumers.archive.zipped import BytesSource, Zipped, ZipReader
from schemas.errors import Refused

__all__ = ["FilesReader", "FolderReader", "ZipReader", "unzip"]

_PINNED = (PENDING, "checkpoint")
"""Read in this order after the names: whatever is listed then stands in what is pinned, however the log grows."""

PIECE = 1 << 20  # bytes

_AWAY = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


@contextmanager
def _door(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: OSError) -> Refused:
    code = errno.errorcode.get(error.errno or 0, "unknown")
    return Refused(f"{name or 'the folder'}: cannot be read, the disk answered {code}", code="unreadable")


def _whole(path: str) -> bytes:
    """With the system's own calls: a long log has 100,000s of small files."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        size = os.fstat(handle).st_size
        data = os.read(handle, size + 1)
        while len(data) != size and (piece := os.read(handle, PIECE)):  # a system may give less than was asked for
            data += piece
        return data
    finally:
        os.close(handle)


class FolderReader:
    """The files below a folder as they were at one checkpoint, although an archive may be writing there.

    Names, then what waits, then the checkpoint are taken at once. Entries and full tiles never change, and who misses
    a partial one reads the full one.
    """

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._names = sorted(_below(self._root, ""))
        self._pinned = {name: self._read(name) for name in _PINNED}

    def __getstate__(self) -> tuple[str, dict[str, bytes | None]]:
        return self._root, {}  # a process that judges a stretch needs no names, and they may be many

    def __setstate__(self, state: tuple[str, dict[str, bytes | None]]) -> None:
        self._root, self._pinned = state
        self._names = []

    def _read(self, name: str) -> bytes | None:
        try:
            return _whole(f"{self._root}/{name}")
        except _AWAY:
            return None
        except OSError as error:
            raise _unreadable(name, error) from None

    def read(self, name: str) -> bytes | None:
        return self._pinned[name] if name in self._pinned else self._read(name)

    def part(self, name: str, start: int, length: int) -> bytes:
        with _door(name):
            try:
                with open(f"{self._root}/{name}", "rb", buffering=0) as file:  # noqa: PTH123  # as above
                    file.seek(start)
                    return file.read(length)
            except _AWAY:
                return b""

    def names(self) -> list[str]:
        return self._names


def _below(root: str, folder: str) -> list[str]:
    """Paths of all files, relative to `root`, with slashes. A link to a folder is a file here: it is foreign."""
    found: list[str] = []
    with _door(folder), suppress(*_AWAY), os.scandir(f"{root}/{folder}") as entries:  # swept while we look
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                found += _below(root, f"{folder}{entry.name}/")
            else:
                found.append(f"{folder}{entry.name}")
    return found


class FilesReader:
    """Files in memory."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def read(self, name: str) -> bytes | None:
        return self._files.get(name)

    def part(self, name: str, start: int, length: int) -> bytes:
        return self._files.get(name, b"")[start : start + length]

    def names(self) -> list[str]:
        return sorted(self._files)


def unzip(data: bytes) -> dict[str, bytes]:
    """The files of a bundle that fits into memory. Raises Refused for what is no bundle of ours."""
    reader = ZipReader(Zipped(BytesSource(data)))
    return {name: reader.read(name) or b"" for name in reader.names()}
