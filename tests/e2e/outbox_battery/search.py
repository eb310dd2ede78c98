"""Finds words in all files of a folder, as a thief with time would: in each encoding, and in what a browser has packed.

LevelDB packs the blocks of its tables with Snappy (github.com/google/leveldb, doc/table_format.md, and
github.com/google/snappy, format_description.txt); caches hold gzip. LevelDB's logs cut long records into pieces of
32 KiB: a word may lie on a cut, which is why each one is planted several times.
"""

import base64
import contextlib
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

TABLE_MAGIC = bytes.fromhex("57fb808b247547db")
FOOTER_BYTES = 48
GZIP_HEAD = b"\x1f\x8b\x08"
UNPACKED_MAX = 64 * 1024 * 1024


def forms(word: str) -> set[bytes]:
    """How a word may lie in a file; small letters, as contents are compared. Base64 has its own (`base64_forms`).

    UTF-16 without its last byte: what is left is in either order of bytes.
    """
    said = {word, quote(word), quote_plus(word), json.dumps(word)[1:-1], "".join(f"\\u{ord(c):04x}" for c in word)}
    small = [text.lower() for text in said]
    return {text.encode() for text in small} | {text.encode("utf-16-le")[:-1] for text in small}


def base64_forms(word: str) -> set[bytes]:
    """What all encodings of texts with the word in them share, for each of the three ways it may fall on the groups."""
    found = set[bytes]()
    for raw in (word.encode(), word.encode("utf-16-le")):
        for before in range(3):
            whole = base64.b64encode(b"\0" * before + raw)
            first = -(-before * 8 // 6)
            last = (before + len(raw)) * 8 // 6
            found |= {whole[first:last], whole[first:last].translate(bytes.maketrans(b"+/", b"-_"))}
    return found


def found_in(folder: Path, words: Iterable[str], stems: Iterable[str]) -> list[str]:
    """`file: word` for each that lies there. Each word has one of the `stems` in it, for which is looked first."""
    wanted = {word: (forms(word), base64_forms(word)) for word in words}
    first = [(forms(stem), base64_forms(stem)) for stem in stems]
    hits: list[str] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()):
        raw = b"\n".join(layers(path.read_bytes()))
        small = raw.lower()
        if not any(_lies(small, raw, *stem) for stem in first):
            continue
        hits += [
            f"{path.relative_to(folder)}: {word}"
            for word, (plain, packed) in wanted.items()
            if _lies(small, raw, plain, packed)
        ]
    return hits


def _lies(small: bytes, raw: bytes, plain: set[bytes], packed: set[bytes]) -> bool:
    return any(form in small for form in plain) or any(form in raw for form in packed)


def layers(content: bytes) -> Iterator[bytes]:
    """The file as it is, and what is packed in it."""
    yield content
    if content.endswith(TABLE_MAGIC):
        yield from table_blocks(content)
    yield from gzipped(content)


def gzipped(content: bytes) -> Iterator[bytes]:
    at = content.find(GZIP_HEAD)
    while at >= 0:
        with contextlib.suppress(zlib.error):  # three bytes that only look like it
            yield zlib.decompressobj(wbits=31).decompress(content[at:], UNPACKED_MAX)
        at = content.find(GZIP_HEAD, at + 1)


def table_blocks(content: bytes) -> Iterator[bytes]:
    """The blocks of a LevelDB table. The index names each by offset and size; its kind and a checksum follow it."""
    footer = content[-FOOTER_BYTES:]
    at = 0
    for _ in range(2):  # of the meta index
        _, at = varint(footer, at)
    offset, at = varint(footer, at)
    size, _ = varint(footer, at)
    index = block(content, offset, size)
    for value in block_values(index):
        start, after = varint(value, 0)
        length, _ = varint(value, after)
        yield block(content, start, length)


def block(content: bytes, offset: int, size: int) -> bytes:
    raw, kind = content[offset : offset + size], content[offset + size]
    return unsnapped(raw) if kind == 1 else raw


def block_values(raw: bytes) -> Iterator[bytes]:
    """Entries (shared, unshared and value's length, then key and value) up to the restart points at the end."""
    ends = len(raw) - 4 * (int.from_bytes(raw[-4:], "little") + 1)
    at = 0
    while at < ends:
        _, at = varint(raw, at)
        unshared, at = varint(raw, at)
        length, at = varint(raw, at)
        at += unshared + length
        yield raw[at - length : at]


def varint(raw: bytes, at: int) -> tuple[int, int]:
    """The number, and where the next one begins."""
    number = shift = 0
    while True:
        byte = raw[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def unsnapped(raw: bytes) -> bytes:
    _, at = varint(raw, 0)
    out = bytearray()
    while at < len(raw):
        tag = raw[at]
        at += 1
        if tag & 3 == 0:
            length = tag >> 2
            if length >= 60:
                more = length - 59
                length = int.from_bytes(raw[at : at + more], "little")
                at += more
            out += raw[at : at + length + 1]
            at += length + 1
            continue
        wide = (0, 1, 2, 4)[tag & 3]
        back = int.from_bytes(raw[at : at + wide], "little") | ((tag >> 5) << 8 if wide == 1 else 0)
        length = ((tag >> 2) & 7) + 4 if wide == 1 else (tag >> 2) + 1
        at += wide
        for _ in range(length):
            out.append(out[-back])
    return bytes(out)
