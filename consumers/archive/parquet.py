"""A Parquet file's bytes from flat columns: the same rows give the same bytes, on every machine and for ever. Pure.

Written by hand from the format's description (https://parquet.apache.org/docs/file-format/, parquet.thrift), because
every library names its version in `created_by` and may pack otherwise in its next release (ADR 22). What is used of it:
one page for each column and row group, plain or by dictionary, not compressed; every column may be null.
"""

import struct
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

MAGIC = b"PAR1"
CREATED_BY = "scrubcast"  # no version: a newer program has to give the same bytes
ROWS_MAX = 16_384  # rows in a group: some 5 MB, so that a reader and we hold little at a time
DICTIONARY_MAX = 256  # distinct values that one byte can name

Kind = Literal["text", "integer", "time"]
Value = str | int | None

_BYTE_ARRAY, _INT64 = 6, 2  # Type
_OPTIONAL = 1  # FieldRepetitionType
_PLAIN, _RLE, _BY_DICTIONARY = 0, 3, 8  # Encoding
_DATA_PAGE, _DICTIONARY_PAGE = 0, 2  # PageType
_UTF8, _TIMESTAMP_MICROS = 0, 10  # ConvertedType


@dataclass(frozen=True, slots=True)
class Column:
    """`time` is microseconds since 1970 in UTC. `means` is what a reader has to know."""

    name: str
    kind: Kind
    means: str


# --- Thrift's compact protocol: what a file's footer and page headers are written in ---


def _varint(n: int) -> bytes:
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def _zigzag(n: int) -> bytes:
    return _varint(n << 1 if n >= 0 else (-n << 1) - 1)


@dataclass(frozen=True, slots=True)
class _Long:
    """An i64; a bare int is an i32."""

    n: int


def _typed(value: Any) -> tuple[int, bytes]:
    """The compact type and the bytes of a field's value."""
    match value:
        case bool():
            return (1 if value else 2), b""
        case int():
            return 5, _zigzag(value)
        case _Long():
            return 6, _zigzag(value.n)
        case str() | bytes():
            data = value.encode() if isinstance(value, str) else value
            return 8, _varint(len(data)) + data
        case list():
            return 9, _list(value)
    return 12, _struct(value)


def _list(items: Sequence[Any]) -> bytes:
    typed = [_typed(item) for item in items]
    kind = typed[0][0] if typed else 12
    head = bytes([len(items) << 4 | kind]) if len(items) < 15 else bytes([0xF0 | kind]) + _varint(len(items))
    return head + b"".join(data for _, data in typed)


def _struct(fields: Mapping[int, Any]) -> bytes:
    """Fields by id, in rising order and less than 16 apart, as all of Parquet's are."""
    out, last = bytearray(), 0
    for id_, value in sorted(fields.items()):
        kind, data = _typed(value)
        out.append((id_ - last) << 4 | kind)
        out += data
        last = id_
    return bytes(out) + b"\x00"


# --- pages ---


def _levels(values: Sequence[Value]) -> bytes:
    """Which rows have a value: one bit each, or one run where all are alike."""
    missing = values.count(None)
    if missing in (0, len(values)):
        body = _varint(len(values) << 1) + (b"\x00" if missing else b"\x01")
    else:
        bits = int("".join("0" if v is None else "1" for v in reversed(values)), 2)
        groups = -(-len(values) // 8)
        body = _varint(groups << 1 | 1) + bits.to_bytes(groups, "little")
    return struct.pack("<I", len(body)) + body


def _plain(kind: Kind, values: Sequence[Any]) -> bytes:
    if kind != "text":
        return struct.pack(f"<{len(values)}q", *values)
    encoded = [value.encode() for value in values]
    return b"".join(struct.pack("<I", len(data)) + data for data in encoded)


def _indices(values: Sequence[Any], place: Mapping[Any, int]) -> bytes:
    """Places in the dictionary, a byte each (bit width 8), or one run where all are alike."""
    if len(place) == 1:
        return b"\x08" + _varint(len(values) << 1) + b"\x00"
    groups = -(-len(values) // 8)
    packed = array("B", [place[v] for v in values]).tobytes()
    return b"\x08" + _varint(groups << 1 | 1) + packed.ljust(groups * 8, b"\x00")


def _page(type_: int, body: bytes, header_id: int, header: Mapping[int, Any]) -> bytes:
    return _struct({1: type_, 2: len(body), 3: len(body), header_id: header}) + body


def _pages(kind: Kind, values: Sequence[Value]) -> tuple[bytes, bytes]:
    """The dictionary's page (empty when there is none) and the page of values."""
    present = [v for v in values if v is not None]
    place = {v: i for i, v in enumerate(dict.fromkeys(present))}
    by_dictionary = 0 < len(place) <= DICTIONARY_MAX and kind == "text"
    body = _indices(present, place) if by_dictionary else _plain(kind, present)
    encoding = _BY_DICTIONARY if by_dictionary else _PLAIN
    head = {1: len(values), 2: encoding, 3: _RLE, 4: _RLE}
    data = _page(_DATA_PAGE, _levels(values) + body, 5, head)
    if not by_dictionary:
        return b"", data
    return _page(_DICTIONARY_PAGE, _plain(kind, list(place)), 7, {1: len(place), 2: _PLAIN}), data


def _chunk(column: Column, values: Sequence[Value], offset: int) -> tuple[bytes, dict[int, Any]]:
    """A column's bytes in a row group, and what the footer says of them (ColumnChunk)."""
    dictionary, data = _pages(column.kind, values)
    size = len(dictionary) + len(data)
    meta = {
        1: _BYTE_ARRAY if column.kind == "text" else _INT64,
        2: [_PLAIN, _RLE, _BY_DICTIONARY] if dictionary else [_PLAIN, _RLE],
        3: [column.name],
        4: 0,  # not compressed: another zlib gives other bytes
        5: _Long(len(values)),
        6: _Long(size),
        7: _Long(size),
        9: _Long(offset + len(dictionary)),
        **({11: _Long(offset)} if dictionary else {}),
        12: _statistics(column.kind, values),
    }
    return dictionary + data, {2: _Long(offset), 3: meta}


def _statistics(kind: Kind, values: Sequence[Value]) -> dict[int, Any]:
    """How many are null; of numbers and times the least and greatest, by which a reader skips whole groups."""
    numbers = [v for v in values if isinstance(v, int)]
    told: dict[int, Any] = {3: _Long(values.count(None))}
    if kind != "text" and numbers:
        told |= {5: struct.pack("<q", max(numbers)), 6: struct.pack("<q", min(numbers))}
    return told


# --- the file ---


def _element(column: Column) -> dict[int, Any]:
    if column.kind == "text":
        return {1: _BYTE_ARRAY, 3: _OPTIONAL, 4: column.name, 6: _UTF8, 10: {1: {}}}
    if column.kind == "time":
        return {1: _INT64, 3: _OPTIONAL, 4: column.name, 6: _TIMESTAMP_MICROS, 10: {8: {1: True, 2: {2: {}}}}}
    return {1: _INT64, 3: _OPTIONAL, 4: column.name}


def write(
    columns: Sequence[Column], groups: Iterable[Sequence[Sequence[Value]]], about: Mapping[str, str] = {}
) -> Iterator[bytes]:
    """The file, piece by piece. Each group is at most ROWS_MAX rows; `about` is kept in the footer, as text."""
    yield MAGIC
    offset, rows, told = len(MAGIC), 0, []
    for group in groups:
        assert 0 < len(group) <= ROWS_MAX
        start, chunks = offset, []
        for column, values in zip(columns, zip(*group, strict=True), strict=True):
            data, chunk = _chunk(column, values, offset)
            yield data
            chunks.append(chunk)
            offset += len(data)
        told.append({1: chunks, 2: _Long(offset - start), 3: _Long(len(group))})
        rows += len(group)
    footer = _struct(
        {
            1: 2,  # the format's version
            2: [{4: "entries", 5: len(columns)}, *map(_element, columns)],
            3: _Long(rows),
            4: told,
            5: [{1: key, 2: value} for key, value in sorted(about.items())],
            6: CREATED_BY,
            7: [{1: {}} for _ in columns],
        }
    )
    yield footer + struct.pack("<I", len(footer)) + MAGIC
