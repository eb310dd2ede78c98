"""The bundle's container: one way to write it and no other way to read it, so that no byte of it can change unseen.

A zip (APPNOTE 6.3) with its files sorted, stored and without times: deflate gives other bytes with other versions of
zlib. It is written and read here by hand, because the library's zip depends on the version of Python. Reading goes
forward from the first byte and never trusts a length twice; whatever is not as write_zip() writes it is refused.
"""

import os
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from schemas.errors import Refused

ZIP_MAX = 2**32 - 1  # offsets have 32 bits; an event of a million entries stays below
FILES_MAX = 1_000_000  # a bundle of 2 million entries has some 16,000 files and a proof for each post
MANY = 0xFFFF  # from here on the number of files stands in a second, longer end record
PIECE = 1 << 20

_COMMON = struct.Struct("<HHHHHIIIHH")  # version, flags, method, time, date, crc, size, size, name, extra
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_DATE = 33  # 1 January 1980, the first day a zip can say
_MODE = 0o644 << 16

Content = Callable[[], Iterable[bytes]]
"""The pieces of a file; may be asked for more than once."""


@dataclass(frozen=True, slots=True)
class Member:
    """Where a file lies in the zip, and what the zip says of it."""

    start: int
    size: int
    crc: int


def _common(name: bytes, size: int, crc: int) -> bytes:
    return _COMMON.pack(20, 0, 0, 0, _DATE, crc, size, size, len(name), 0)


def _local(name: bytes, size: int, crc: int) -> bytes:
    return _LOCAL + _common(name, size, crc) + name


def _tail(members: Mapping[str, Member], offset: int) -> bytes:
    """The directory and the end record behind the last file."""
    records = []
    for name, member in members.items():
        raw = name.encode()
        head = member.start - len(raw) - 30
        places = struct.pack("<HHHII", 0, 0, 0, _MODE, head)
        records.append(_CENTRAL + b"\x14\x03" + _common(raw, member.size, member.crc) + places + raw)
    directory, count = b"".join(records), len(members)
    end = b""
    if count >= MANY:
        end = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(directory), offset)
        end += struct.pack("<4sIQI", b"PK\x06\x07", 0, offset + len(directory), 1)
    few = min(count, MANY)
    return directory + end + struct.pack("<4sHHHHIIH", _END, 0, 0, few, few, len(directory), offset, 0)


def write_zip(out: BinaryIO, files: Mapping[str, Content]) -> None:
    """Goes through each content twice: a file's checksum stands before it. Raises Refused when it gets too large."""
    members: dict[str, Member] = {}
    at = 0
    for name in sorted(files):
        raw = name.encode("ascii")
        size = crc = 0
        for piece in files[name]():
            size, crc = size + len(piece), zlib.crc32(piece, crc)
        if at + size > ZIP_MAX - FILES_MAX:
            raise Refused("the bundle would be larger than 4 GiB, which its container cannot hold", code="too-large")
        out.write(_local(raw, size, crc))
        for piece in files[name]():
            out.write(piece)
        start = at + 30 + len(raw)
        members[name] = Member(start, size, crc)
        at = start + size
    out.write(_tail(members, at))


class Source(Protocol):
    """Bytes at places: a file, or memory."""

    @property
    def size(self) -> int: ...

    def at(self, start: int, length: int) -> bytes:
        """At most `length` bytes from `start` on."""


@dataclass(frozen=True, slots=True)
class BytesSource:
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def at(self, start: int, length: int) -> bytes:
        return self.data[start : start + length]


class FileSource:
    """A file, opened at the first look, also in another process that was handed it; closed when nobody has it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def __reduce__(self) -> tuple[type["FileSource"], tuple[Path]]:
        return FileSource, (self._path,)

    def __del__(self) -> None:
        if self._file >= 0:
            os.close(self._file)

    def _opened(self) -> int:
        if self._file < 0:
            self._file = os.open(self._path, os.O_RDONLY)
        return self._file

    @property
    def size(self) -> int:
        return os.fstat(self._opened()).st_size

    def at(self, start: int, length: int) -> bytes:
        return os.pread(self._opened(), length, start)


class Zipped:
    """A bundle's container, read from its first byte to its last."""

    def __init__(self, source: Source) -> None:
        """Raises Refused, with the first byte that is not as it must be."""
        self.source = source
        self.members: dict[str, Member] = {}
        at, last = 0, b""
        while (head := source.at(at, 30))[:4] == _LOCAL and len(head) == 30:
            *_, crc, _, size, length, _ = _COMMON.unpack_from(head, 4)
            raw = source.at(at + 30, length)
            _same(at, head + raw, _local(raw, size, crc))
            if not raw.isascii() or raw <= last or len(self.members) >= FILES_MAX:
                raise _changed(at + 30, "its files are not in order")
            start = at + 30 + length
            self.members[raw.decode()] = Member(start, size, crc)
            at, last = min(start + size, source.size), raw
        tail = _tail(self.members, at) if at <= ZIP_MAX else b""
        _same(at, source.at(at, len(tail) + 1), tail)

    def wrong_sum(self) -> int | None:
        """The first byte of the first checksum that does not fit its file."""
        for name, member in self.members.items():
            crc = 0
            for at in range(0, member.size, PIECE):
                crc = zlib.crc32(self.source.at(member.start + at, min(PIECE, member.size - at)), crc)
            if crc != member.crc:
                return member.start - len(name) - 16
        return None


def _same(at: int, given: bytes, wanted: bytes) -> None:
    if given != wanted:
        pairs = enumerate(zip(given, wanted, strict=False))
        where = next((i for i, (a, b) in pairs if a != b), min(len(given), len(wanted)))
        raise _changed(at + where, "it was cut short, changed, or packed by another program")


def _changed(byte: int, why: str) -> Refused:
    words = f"byte {byte}: {why} (a bundle that was unpacked can be checked as a folder)"
    return Refused(words, code="bad-bundle", about={"byte": byte})


class ZipReader:
    """A log in a bundle. A file whose checksum is wrong is read all the same: the log says which entry it is."""

    def __init__(self, zipped: Zipped) -> None:
        self._zipped = zipped

    def read(self, name: str) -> bytes | None:
        member = self._zipped.members.get(name)
        return None if member is None else self._zipped.source.at(member.start, member.size)

    def part(self, name: str, start: int, length: int) -> bytes:
        member = self._zipped.members.get(name, Member(0, 0, 0))
        return self._zipped.source.at(member.start + start, max(0, min(length, member.size - start)))

    def names(self) -> Sequence[str]:
        return list(self._zipped.members)
