"""Where a log can be read from: a folder, or a bundle's bytes."""

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from schemas.errors import Refused

_LOCAL_HEAD = struct.Struct("<26xHH")  # a zip member's local header: only the lengths of name and extra matter
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    EOFError,
    struct.error,
    zlib.error,
)
FILES_MAX = 1_000_000  # a bundle of 2 million entries has some 16,000 files


class FolderReader:
    """The files below a folder. Their names are taken once, first: whatever lies there then has its entries in
    `pending` or under the checkpoint, however the log grows while it is read."""

    def __init__(self, root: Path) -> None:
        self._root = root
        found = (Path(at) / name for at, _, names in os.walk(root) for name in names)
        self._names = sorted(path.relative_to(root).as_posix() for path in found)

    def read(self, name: str) -> bytes | None:
        try:
            return (self._root / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def names(self) -> list[str]:
        return self._names


class FilesReader:
    """Files in memory."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def read(self, name: str) -> bytes | None:
        return self._files.get(name)

    def names(self) -> list[str]:
        return sorted(self._files)


def unzip(data: bytes) -> dict[str, bytes]:
    """The files of a bundle. A file whose checksum is wrong is read all the same: the log says which entry it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > FILES_MAX:
                raise Refused("the bundle has too many files", code="bad-bundle")
            return {member.filename: _member(archive, member, data) for member in members}
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
        EOFError,
        struct.error,
        zlib.error,
    ):
        raise Refused("the bundle is not a zip that can be read", code="bad-bundle") from None


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, data: bytes) -> bytes:
    try:
        return archive.read(member)
    except zipfile.BadZipFile:
        name, extra = _LOCAL_HEAD.unpack_from(data, member.header_offset)
        start = member.header_offset + _LOCAL_HEAD.size + name + extra
        return data[start : start + member.file_size]
