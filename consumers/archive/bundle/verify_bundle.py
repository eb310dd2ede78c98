"""Checks an exported archive with nothing but Python: every entry, every tile, every proof and the signature.

Written apart from the program that made the bundle, so that one mistake is not made twice. Formats: RFC 6962 Merkle
tree, C2SP tlog-tiles, tlog-checkpoint, signed-note, tlog-proof and tlog-cosignature; signatures are Ed25519 (RFC 8032).
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import struct
import sys
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

Point = tuple[int, int, int, int]  # extended coordinates x, y, z, t
Key = tuple[str, bytes, bytes]  # name, id, public key
Head = tuple[str, int, bytes]  # origin, size, root
Proved = tuple[bytes, int, int, bytes]  # entry, index, size of its tree, root

WIDTH = 256
TYPES = {
    "submission", "draft", "decision", "release", "receipt", "retraction", "notice", "control", "access", "ledger",
    "page", "live-event", "dead-letter", "undecodable", "tombstone", "policy", "legal-hold", "erasure", "removal",
    "sighting",
}  # fmt: skip
DERIVED = {
    "entries.jsonl", "entries.parquet", "sha256sums.txt", "report.html", "report.pdf", "VERIFY.md", "verify.py",
}  # fmt: skip
PIECE = 1 << 20  # of a large file at a time

# An entry as the archiver writes it begins and ends so; nothing in these parts can hold a quote inside a value.
HEAD_START = rb'\{(?:"at":"[^"\\]{1,64}",)?(?:"id":"[^"\\]{1,200}",)?'
HEAD_END = rb'"record":\{("attached":)?'
TAIL = re.compile(
    rb'(?:"source":\{"offset":-?[0-9]{1,19},"partition":[0-9]{1,9},"topic":"[A-Za-z0-9._-]+"\},)?'
    rb'"ts":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)","type":"([a-z-]+)",'
    rb'(?:"update_id":"[0-9a-f-]{36}",)?"v":1\}'
)
TELLING = {b"receipt", b"policy"}  # types whose record says what has to lie beside the log

WRITERS_OWN = {"pending", "lock", "tmp"}  # in a live folder, not in a bundle; what waits in `pending` is not signed yet


class Bad(Exception):
    """The first thing that is not as it was written."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def unbase64(text: str, place: str) -> bytes:
    """Base64 with no spare bit set: every byte of a file must count."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Bad(place, "holds bad base64") from None
    if base64.b64encode(data).decode() != text:
        raise Bad(place, "holds base64 in another form than the one right one")
    return data


# --- Ed25519, RFC 8032 section 5.1: points in extended coordinates (x, y, z, t) ---

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar: int, point: Point) -> Point:
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def decompress(data: bytes) -> Point | None:
    """The point of 32 bytes, or None when they are none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 1, 1, 0)


def signature_fits(public: bytes, message: bytes, signature: bytes) -> bool:
    a, r, s = decompress(public), decompress(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = multiply(s, BASE), add(r, multiply(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --- keys, signed notes, checkpoints ---


def parse_key(line: str, place: str = "keys.txt") -> Key:
    """(name, id, public key) of a verifier key `name+id+base64`."""
    found = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+(\S+)", line)
    body = unbase64(found[3], place) if found else b""
    if not found or len(body) != 33 or body[0] != 1 or sha256(found[1].encode() + b"\n" + body)[:4].hex() != found[2]:
        raise Bad(place, "is not an Ed25519 verifier key")
    return found[1], bytes.fromhex(found[2]), body[1:]


def parse_witness(line: str, place: str) -> Key:
    """The same of a witness: its key is of type 4, for co-signatures (c2sp.org/tlog-cosignature)."""
    found = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+(\S+)", line)
    body = unbase64(found[3], place) if found and found[1].isprintable() else b""
    if not found or len(body) != 33 or body[0] != 4 or sha256(found[1].encode() + b"\n" + body)[:4].hex() != found[2]:
        raise Bad(place, "is not the key of a witness")
    return found[1], bytes.fromhex(found[2]), body[1:]


def parse_keys(data: bytes) -> list[Key]:
    lines = data.decode(errors="replace").split("\n")
    if len(lines) < 2 or lines.pop():
        raise Bad("keys.txt", "does not end with a whole line")
    return [parse_key(line) for line in lines]


def name_of(key: Key) -> str:
    """As it stands in keys.txt."""
    return f"{key[0]}+{key[1].hex()}+{base64.b64encode(bytes([1]) + key[2]).decode()}"


_opened: dict[bytes, Head] = {}


def open_checkpoint(note: bytes, keys: list[Key], place: str) -> Head:
    """(origin, size, root) once the signature of a known key fits."""
    if note not in _opened:
        _opened[note] = _open_checkpoint(note, keys, place)
    return _opened[note]


def _open_checkpoint(note: bytes, keys: list[Key], place: str) -> Head:
    try:
        text, mark, tail = note.decode().rpartition("\n\n")
    except UnicodeDecodeError:
        raise Bad(place, "is not UTF-8") from None
    lines = tail.split("\n")
    if not mark or lines.pop() or not 0 < len(lines) <= 100 or re.search(r"[\x00-\x09\x0b-\x1f]", text + tail):
        raise Bad(place, "has no signature block")
    signed_by = None
    for line in lines:
        found = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)", line)
        if not found:
            raise Bad(place, "has a malformed signature line")
        signature = unbase64(found[2], place)
        for name, key_id, public in keys:
            if (name, key_id) == (found[1], signature[:4]):
                if not signature_fits(public, (text + "\n").encode(), signature[4:]):
                    raise Bad(place, "has a signature that does not fit")
                signed_by = name
    if signed_by is None:
        raise Bad(place, "is signed by no known key")
    head = text.split("\n")
    if len(head) != 3 or head[0] != signed_by or not re.fullmatch(r"0|[1-9][0-9]{0,17}", head[1]):
        raise Bad(place, "is not a checkpoint of this log")
    return head[0], int(head[1]), unbase64(head[2], place)


# --- the Merkle tree and its files ---


def leaf(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry)


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def fold(row: bytes) -> bytes:
    """The root over 2, 4, 8, … hashes that lie one behind the other."""
    while len(row) > 32:
        row = b"".join([hashlib.sha256(b"\x01" + row[at : at + 64]).digest() for at in range(0, len(row), 64)])
    return row


def peaks(row: bytes) -> list[bytes]:
    """The roots of the complete trees over a row of hashes, largest first."""
    found, at, count = [], 0, len(row) // 32
    while count:
        size = 1 << (count.bit_length() - 1)
        found.append(fold(row[32 * at : 32 * (at + size)]))
        at, count = at + size, count - size
    return found


def root_over(rows: list[bytes]) -> bytes:
    """The root of a tree, of which `rows` has the hashes of the topmost tiles first and of the leaves last."""
    tops = [peak for row in rows for peak in peaks(row)]
    if not tops:
        return sha256(b"")
    hash_ = tops[-1]
    for left in tops[-2::-1]:
        hash_ = node(left, hash_)
    return hash_


def leads_to_root(index: int, size: int, hash_: bytes, path: list[bytes], root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    last = size - 1
    for step in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            hash_ = node(step, hash_)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hash_ = node(hash_, step)
        index, last = index >> 1, last >> 1
    return last == 0 and hash_ == root


def number_path(n: int) -> str:
    parts = [f"{n % 1000:03}"]
    while n >= 1000:
        n //= 1000
        parts.append(f"x{n % 1000:03}")
    return "/".join(reversed(parts))


def path_of(kind: int | str, n: int, width: int) -> str:
    return f"tile/{kind}/{number_path(n)}" + ("" if width == WIDTH else f".p/{width}")


def shapes(size: int, level: int) -> list[tuple[int, int]]:
    hashes = size >> (8 * level)
    return [(n, min(WIDTH, hashes - n * WIDTH)) for n in range(-(-hashes // WIDTH))]


def width_of(path: str) -> int:
    return int(path.rpartition(".p/")[2]) if ".p/" in path else WIDTH


def parse_path(path: str) -> tuple[int | None, int, int] | None:
    """(level, number, width) of a tile's path, level None for a bundle of entries; None when it is no such path."""
    found = re.fullmatch(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", path)
    if not found:
        return None
    n, width = int(found[2].replace("x", "").replace("/", "")), int(found[3] or WIDTH)
    kind = found[1] if found[1] == "entries" else int(found[1])
    level = None if found[1] == "entries" else int(found[1])
    return (level, n, width) if path_of(kind, n, width) == path else None


def layout(size: int) -> Iterator[tuple[str, int | None, int, int]]:
    for n, width in shapes(size, 0):
        yield path_of("entries", n, width), None, n, width
    level = 0
    while size >> (8 * level):
        for n, width in shapes(size, level):
            yield path_of(level, n, width), level, n, width
        level += 1


def unframe(data: bytes) -> tuple[list[bytes], bool]:
    """The entries of a bundle, and whether it ends where the last one ends."""
    found, at, end = [], 0, len(data)
    while at + 2 <= end:
        start = at + 2
        stop = start + (data[at] << 8 | data[at + 1])
        if stop > end:
            break
        found.append(data[start:stop])
        at = stop
    return found, at == end


# --- proofs ---


def read_proof(data: bytes, place: str) -> tuple[bytes, int, list[bytes], bytes]:
    """(entry, index, path, checkpoint) of a .tlog-proof file. Written again it has to be the same: base64 has spare
    bits, and every byte of a file must count."""
    head, _, checkpoint = data.partition(b"\n\n")
    lines = head.split(b"\n")
    if (
        len(lines) < 3
        or lines[0] != b"c2sp.org/tlog-proof@v1"
        or lines[1][:6] != b"extra "
        or lines[2][:6] != b"index "
    ):
        raise Bad(place, "is not a proof file")
    if not re.fullmatch(rb"0|[1-9][0-9]{0,17}", lines[2][6:]) or len(lines) > 67:
        raise Bad(place, "has no index, or too long a path")
    texts = [lines[1][6:], *lines[3:]]
    try:
        entry, *path = map(binascii.a2b_base64, texts)
    except binascii.Error:
        raise Bad(place, "holds bad base64") from None
    if [binascii.b2a_base64(part, newline=False) for part in (entry, *path)] != texts:
        raise Bad(place, "holds base64 in another form than the one right one")
    if any(len(step) != 32 for step in path):
        raise Bad(place, "has a step that is not a hash")
    return entry, int(lines[2][6:]), path, checkpoint


def check_proof(data: bytes, keys: list[Key], place: str) -> Proved:
    """(entry, index, size, root) of a proof whose signature and path are right."""
    entry, index, path, note = read_proof(data, place)
    _, size, root = open_checkpoint(note, keys, place)
    if not leads_to_root(index, size, leaf(entry), path, root):
        raise Bad(place, "does not lead to the signed root")
    return entry, index, size, root


# --- the whole log ---


class Log:
    """Goes through the entries once, a tile of 256 at a time; keeps the tiles' roots and what has to be looked up."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.keys: list[Key] = []
        self.origin, self.size, self.root = "", 0, b""
        self.roots = bytearray()  # of the full tiles of leaves
        self.edge = b""  # the leaf hashes behind them
        self.first_bad: dict[str, Bad] = {}  # the first of each kind: problem, differs, bundle, leaves, earlier, proof
        self.earlier: dict[int, list[str]] = {}  # partial tiles of earlier checkpoints, by number
        self.fuller: list[str] = []  # full files that stand for partial ones
        self.last_ts = b""
        self.proofs = 0
        self.heads: dict[tuple[int, bytes], str] = {}  # what proofs lead to -> the first of them
        self.again: list[tuple[str, int]] = []  # posts that a second entry says are public, and where the first is
        self.beside: dict[str, int] = {}  # file that an entry names -> seq
        self.copied = 0  # bytes of entries.jsonl that were compared
        self.head = re.compile(b"")
        self.witnesses: list[Key] = []
        self.told: dict[str, tuple[int, str]] = {}  # what others said, of each the one over the most entries

    def need(self, name: str) -> bytes:
        data = self.files.get(name)
        if data is None:
            raise Bad(name, "is missing")
        return data

    def either(self, kind: int | str, n: int, width: int) -> tuple[str, bytes | None]:
        """A partial tile or bundle, or the full one that replaced it; and which it was."""
        path = path_of(kind, n, width)
        data = self.files.get(path)
        if data is None and width != WIDTH:
            full = self.files.get(path_of(kind, n, WIDTH))
            return (path, None) if full is None else (path_of(kind, n, WIDTH), full)
        return path, data

    def bad(self, kind: str, place: str, reason: str) -> None:
        if kind not in self.first_bad:
            self.first_bad[kind] = Bad(place, reason)

    def raise_first(self, *kinds: str) -> None:
        for kind in kinds:
            if kind in self.first_bad:
                raise self.first_bad[kind]

    def check(self, trusted: list[Key], known: list[bytes], witnesses: Sequence[Key] = ()) -> int:
        """How many proofs are good; raises Bad for the first thing that is not as it was written."""
        self.keys = parse_keys(self.need("keys.txt"))
        if trusted and not set(self.keys) <= set(trusted):
            raise Bad("keys.txt", "names a key that is not the one you gave")
        self.origin, self.size, self.root = open_checkpoint(self.need("checkpoint"), self.keys, "checkpoint")
        places = [f"known checkpoint {i}" for i in range(1, len(known) + 1)]
        heads = [(place, self.known(place, note)) for place, note in zip(places, known)]  # noqa: B905  # as in Zip.same()
        self.walk()
        self.compare_tiles()
        for place, (_, size, root) in heads:
            self.contains(place, size, root)
        self.judge_proofs()
        self.judge_files()
        self.judge_anchors(list(witnesses))
        return self.proofs

    def known(self, place: str, data: bytes) -> Head:
        """What a kept checkpoint says, or the copy of a post with the closing root."""
        post = re.search(
            r"\b([1-9][0-9]{0,17}) entries, root ([A-Za-z0-9+/]{43}=)", data[:4000].decode(errors="replace")
        )
        if post:
            return self.origin, int(post[1]), unbase64(post[2], place)
        return open_checkpoint(data, self.keys, place)

    # entries

    def walk(self) -> None:
        event = self.origin.rpartition("/")[2]
        place = b"" if event == "_unplaced" else b'"live_event_id":"' + re.escape(event.encode()) + b'",'
        self.head = re.compile(HEAD_START + place + HEAD_END)
        for name in self.files.names():
            parsed = parse_path(name) if ".p/" in name else None
            if parsed and not parsed[0] and parsed[1] < self.size // WIDTH:
                self.earlier.setdefault(parsed[1], []).append(name)
        for n, width in shapes(self.size, 0):
            self.walk_tile(n, width)
            if "problem" in self.first_bad:
                break
        if "problem" in self.first_bad or root_over([bytes(self.roots), self.edge]) != self.root:
            self.raise_first("differs", "problem")
            self.name_changed_with_tile()

    def walk_tile(self, n: int, width: int) -> None:
        start = n * WIDTH
        path, data = self.either("entries", n, width)
        if data is None:
            self.bad("problem", f"entry {start}", f"is missing with its bundle {path}")
            return
        entries, whole = unframe(data)
        whole = whole and len(entries) == width_of(path)
        del entries[width:]
        posted = self.read_entries(start, entries)
        if len(entries) < width:
            self.bad("problem", f"entry {start + len(entries)}", f"is missing or torn in {path}")
        leaves = b"".join([hashlib.sha256(b"\x00" + entry).digest() for entry in entries])
        self.compare_leaves(n, width, leaves)
        if "problem" in self.first_bad:
            return
        if width_of(path) != width:
            self.fuller.append(path)
        elif not whole:
            self.bad("bundle", path, "is not what the entries give")
        for name in self.earlier.get(n, ()):
            if not self.fits(name, leaves):
                self.bad("earlier", name, "does not belong to this log")
        self.compare_copy(start, entries)
        for seq, post_id, entry in posted:
            self.judge_proof(seq, post_id, entry)
        if width == WIDTH:
            self.roots += fold(leaves)
        else:
            self.edge = leaves

    def read_entries(self, start: int, entries: list[bytes]) -> list[tuple[int, str, bytes]]:
        """Whether each entry says what it may. An entry of the archiver's own form is not parsed: its hash is what
        shows that it is unchanged, and here only its place, time and type count. Gives (seq, post, entry) of posts."""
        head, tail, last, posted = self.head.match, TAIL.fullmatch, self.last_ts, []
        for seq, entry in enumerate(entries, start):
            mark = b'},"seq":%d,' % seq
            at = entry.rfind(mark)
            front = head(entry) if at > 0 else None
            end = tail(entry, at + len(mark)) if front else None
            said = None
            try:
                if not front or not end or end[2] in TELLING or front[1]:
                    said = json.loads(entry)
                    record, kind, ts = said["record"], said["type"], said["ts"].encode()
                    why = self.wrong(said, seq)
                    if why:
                        self.bad("problem", f"entry {seq}", why)
                        break
                else:
                    ts, kind = end.groups()
                    kind = kind.decode()
                if ts < last:
                    self.bad("problem", f"entry {seq}", "is earlier than the entry before it")
                    break
                last = ts
                if kind not in TYPES:
                    self.bad("problem", f"entry {seq}", "has a version or type that this verifier does not know")
                    break
                if said is None:
                    continue
                if kind == "receipt" and record.get("outcome") == "posted":
                    posted.append((seq, str(record["post_id"]), entry))
                if kind == "policy":
                    self.beside.setdefault("policies/{}.json".format(record["sha256"]), seq)
                if record.get("attached") is True:
                    self.beside.setdefault("records/{}.json".format(record["sha256"]), seq)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                self.bad("problem", f"entry {seq}", "is not an entry of this archive")
                break
        self.last_ts = last
        return posted

    def wrong(self, said: dict[str, Any], seq: int) -> str | None:
        if said["seq"] != seq:
            return f"says that it is entry {int(said['seq'])}"
        if said["v"] != 1:
            return "has a version or type that this verifier does not know"
        if said.get("live_event_id", "_unplaced") != self.origin.rpartition("/")[2]:
            return "belongs to another live event"
        return None

    def compare_leaves(self, n: int, width: int, leaves: bytes) -> None:
        path, theirs = self.either(0, n, width)
        if theirs is None:
            self.bad("leaves", path, "is missing")
            return
        if width_of(path) != width:
            self.fuller.append(path)
        elif theirs == leaves:
            return
        else:
            self.bad("leaves", path, "is not what the entries give")
        stop = width
        if "problem" in self.first_bad:  # behind a problem nothing counts
            stop = int(self.first_bad["problem"].place.split()[1]) - n * WIDTH
        at = first_difference(leaves, theirs, stop)
        if at is not None:
            self.bad("differs", f"entry {n * WIDTH + at}", f"was changed: it has not the hash that {path} holds")

    def name_changed_with_tile(self) -> NoReturn:
        for level, n, row in self.upper():
            path, theirs = self.either(level, n, len(row) // 32)
            at = first_difference(row, theirs or b"", WIDTH)
            if at is not None:
                first = (n * WIDTH + at) * WIDTH**level
                raise Bad(f"entry {first}", f"or one of the {WIDTH**level - 1} after it changed with its tile: {path}")
        raise Bad("checkpoint", f"its root is not that of the {self.size} entries that are here")

    # tiles

    def upper(self) -> Iterator[tuple[int, int, bytes]]:
        """(level, number, hashes) of all tiles above the leaves."""
        level, row = 1, bytes(self.roots)
        while row:
            for at in range(0, len(row), 32 * WIDTH):
                yield level, at // (32 * WIDTH), row[at : at + 32 * WIDTH]
            full = len(row) // (32 * WIDTH)
            row = b"".join([fold(row[32 * WIDTH * n : 32 * WIDTH * (n + 1)]) for n in range(full)])
            level += 1

    def fits(self, name: str, row: bytes) -> bool:
        """Whether a tile or bundle of an earlier size is the beginning of this row of hashes."""
        level, _, width = parse_path(name) or (0, 0, 0)
        data, expected = self.files.get(name) or b"", row[: 32 * width]
        if level is None:
            found, whole = unframe(data)
            return whole and len(expected) == 32 * width and b"".join(map(leaf, found)) == expected
        return len(expected) == 32 * width > 0 and data == expected

    def compare_tiles(self) -> None:
        self.raise_first("bundle", "leaves")
        for level, n, row in self.upper():
            path, theirs = self.either(level, n, len(row) // 32)
            if theirs is None:
                raise Bad(path, "is missing")
            if not self.fits(path, row):
                raise Bad(path, "is not what the entries give")
        for path in self.fuller:  # nothing is known here of what may be behind the last signed entry
            raise Bad(path, "is not what the entries give")
        self.raise_first("earlier")

    def row(self, level: int, n: int) -> bytes:
        """All hashes of one tile."""
        if level == 0 and n >= self.size // WIDTH:
            return self.edge if n == self.size // WIDTH else b""
        if level == 0:
            return b"".join(map(leaf, self.entries(n)))
        return next((row for at, number, row in self.upper() if (at, number) == (level, n)), b"")

    def entries(self, n: int) -> list[bytes]:
        width = min(WIDTH, self.size - n * WIDTH)
        return unframe(self.either("entries", n, width)[1] or b"")[0][:width]

    def root_at(self, size: int) -> bytes:
        """Of the tree of the first so many entries."""
        full, rest = divmod(size, WIDTH)
        return root_over([bytes(self.roots[: 32 * full]), self.row(0, full)[: 32 * rest] if rest else b""])

    def contains(self, place: str, size: int, root: bytes) -> None:
        if size > self.size:
            raise Bad(place, f"speaks of {size} entries, only {self.size} are here: rolled back")
        if self.root_at(size) != root:
            raise Bad(place, f"the first {size} entries are not those that were signed then: forked")

    # proofs

    def judge_proof(self, seq: int, post_id: str, entry: bytes) -> None:
        name = proof_of(post_id)
        data = self.files.get(name)
        if data is None:
            self.bad("proof", name, f"is missing: entry {seq} says that this was posted")
            return
        try:
            shown, index, size, root = check_proof(data, self.keys, name)
        except Bad as bad:
            self.first_bad.setdefault("proof", bad)
            return
        if index < seq:
            self.again.append((post_id, index))
        elif index != seq or shown != entry:
            self.bad("proof", name, "proves another entry than that of its post")
        else:
            self.proofs += 1
            self.heads.setdefault((size, root), name)

    def posted_in(self, n: int) -> list[tuple[int, str]]:
        """(seq, post) of the posts that a tile's entries speak of."""
        found = []
        for seq, entry in enumerate(self.entries(n), n * WIDTH):
            if b'"outcome":"posted"' in entry:
                said = json.loads(entry)
                if said["type"] == "receipt" and said["record"].get("outcome") == "posted":
                    found.append((seq, str(said["record"]["post_id"])))
        return found

    def judge_proofs(self) -> None:
        self.raise_first("proof")
        for (size, root), name in self.heads.items():
            self.contains(name, size, root)
        for post_id, index in self.again:
            if (index, post_id) not in self.posted_in(index // WIDTH):
                raise Bad(proof_of(post_id), "proves another entry than that of its post")
        names = {name for name in self.files.names() if name.startswith("proofs/")}
        if len(names) != self.proofs:  # more than there are posts: read once more to say which
            for n, _ in shapes(self.size, 0):
                names -= {proof_of(post_id) for _, post_id in self.posted_in(n)}
            name = min(names)
            _, _, size, root = check_proof(self.need(name), self.keys, name)
            self.contains(name, size, root)
            raise Bad(name, "proves another entry than that of its post")

    # what lies beside

    def judge_files(self) -> None:
        names = self.files.names()
        for name, seq in self.beside.items():
            if self.files.get(name) is None:
                raise Bad(name, f"is missing: entry {seq} names it")
        ours = {path for path, _, _, _ in layout(self.size)} | DERIVED | WRITERS_OWN | {"checkpoint", "keys.txt"}
        for name in names:
            if name not in ours and not name.startswith(("proofs/", "anchors/")):
                self.judge_file(name)
        if DERIVED & set(names):
            self.judge_copy(names)
            self.judge_sums(names)

    def judge_file(self, name: str) -> None:
        if name.startswith(("policies/", "records/")):
            if sha256(self.need(name)).hex() + ".json" != name.partition("/")[2]:
                raise Bad(name, "does not have the hash in its name")
            return
        parsed = parse_path(name)
        if parsed and not parsed[0] and parsed[1] < self.size // WIDTH:
            return  # was compared when its entries were read
        if not parsed or not self.fits(name, self.row(parsed[0] or 0, parsed[1])):
            raise Bad(name, "does not belong to this log")

    def compare_copy(self, start: int, entries: list[bytes]) -> None:
        """The same entries in entries.jsonl, if it is there."""
        lines = b"\n".join(entries) + b"\n"
        given = self.files.part("entries.jsonl", self.copied, len(lines))
        if given != lines and "copy" not in self.first_bad:
            given = self.files.part("entries.jsonl", self.copied, WIDTH * 65536)
            theirs = given.split(b"\n")
            for i, entry in enumerate(entries):
                if i + 1 >= len(theirs) or theirs[i] != entry:
                    self.bad("copy", f"entries.jsonl line {start + i + 1}", f"is not entry {start + i}")
                    break
        self.copied += len(lines)

    def judge_copy(self, names: list[str]) -> None:
        if "entries.jsonl" not in names:
            raise Bad("entries.jsonl", "is missing")
        self.raise_first("copy")
        if self.files.part("entries.jsonl", self.copied, 1):
            raise Bad("entries.jsonl", f"does not have {self.size} lines")

    def judge_sums(self, names: list[str]) -> None:
        theirs = self.need("sha256sums.txt").split(b"\n")
        listed = [name for name in names if name != "sha256sums.txt"]
        for name, given in zip([*listed, ""], theirs):  # noqa: B905  # as in Zip.same()
            if given != (f"{self.hash_of(name)}  {name}".encode() if name else b""):
                raise Bad(name or "sha256sums.txt", "is not as sha256sums.txt says, or that file was changed")
        if len(theirs) != len(listed) + 1:
            raise Bad("sha256sums.txt", "names more or fewer files than are here")

    # what others said of it

    def judge_anchors(self, trusted: list[Key]) -> None:
        """Co-signatures are checked. Of a time stamp only that it is of this checkpoint: the rest needs X.509."""
        names = [name for name in self.files.names() if name.startswith("anchors/") and name != "anchors/tmp"]
        parts = {
            name: re.fullmatch(r"anchors/([1-9][0-9]{0,17})/(checkpoint|cosigned|stamp\.tsr)", name) for name in names
        }
        heads = []
        for size in sorted({int(part[1]) for part in parts.values() if part}):
            place = f"anchors/{size}/checkpoint"
            _, said, root = open_checkpoint(self.need(place), self.keys, place)
            if said != size:
                raise Bad(place, f"speaks of {said} entries")
            heads.append((place, size, root))
        for place, size, root in heads:
            self.contains(place, size, root)
        for name, part in parts.items():
            if part and part[2] == "cosigned":
                self.judge_cosigned(name, int(part[1]), trusted)
            elif part and part[2] == "stamp.tsr":
                self.judge_stamp(name, int(part[1]))
            elif re.fullmatch(r"anchors/alarms/[0-9a-f]{16}\.json", name):
                self.judge_alarm(name)
            elif not part and name not in {"anchors/witnesses.txt", "anchors/tsa-roots.pem"}:
                raise Bad(name, "is no anchor")

    def read_witnesses(self, trusted: list[Key]) -> list[Key]:
        place = "anchors/witnesses.txt"
        if not self.witnesses:
            lines = self.need(place).decode(errors="replace").split("\n")
            if lines.pop():
                raise Bad(place, "does not end with a whole line")
            self.witnesses = [parse_witness(line, place) for line in lines]
            if trusted and not set(self.witnesses) <= set(trusted):
                raise Bad(place, "names a witness that is not one you gave")
        return self.witnesses

    def judge_cosigned(self, name: str, size: int, trusted: list[Key]) -> None:
        note, data = self.need(f"anchors/{size}/checkpoint"), self.need(name)
        lines = data[len(note) :].decode(errors="replace").split("\n")
        if data[: len(note)] != note or lines.pop() or not 0 < len(lines) <= 100:
            raise Bad(name, "is not the checkpoint beside it with further signatures")
        text = note.decode().rpartition("\n\n")[0] + "\n"
        for line in lines:
            found = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)", line)
            body = unbase64(found[2], name) if found else b""
            keys = self.read_witnesses(trusted)
            key = next((key for key in keys if found and key[:2] == (found[1], body[:4])), None)
            if key is None:
                raise Bad(name, "is signed by a witness that anchors/witnesses.txt does not name")
            at = int.from_bytes(body[4:12], "big")
            message = f"cosignature/v1\ntime {at}\n{text}".encode()
            if at > 253402300799 or not signature_fits(key[2], message, body[12:]):
                raise Bad(name, f"the co-signature of {key[0]} does not fit")
            when = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
            self.tell(f"co-signed by {key[0]}", size, f"the first {size} entries as they are here, at {when}")

    def judge_stamp(self, name: str, size: int) -> None:
        self.need("anchors/tsa-roots.pem")
        if sha256(self.need(f"anchors/{size}/checkpoint")) not in self.need(name):
            raise Bad(name, "is not of the checkpoint beside it")
        check = f"openssl ts -verify -in {name} -data anchors/{size}/checkpoint -CAfile anchors/tsa-roots.pem"
        self.tell("time stamp, not checked by this program", size, f"of the first {size} entries: {check}")

    def judge_alarm(self, name: str) -> None:
        try:
            told = json.loads(self.need(name).decode())
            by, said, size = told["by"], told["said"], told["size"]
            plain = by.isprintable() and said.isprintable() and isinstance(size, int)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            plain = False
        if not plain:
            raise Bad(name, "is no record of an alarm")
        self.tell(f"ALARM of {by}, asked for {size} entries", size, said)

    def tell(self, what: str, size: int, said: str) -> None:
        self.told[what] = max((size, said), self.told.get(what, (0, "")))

    def hash_of(self, name: str) -> str:
        hash_, at = hashlib.sha256(), 0
        while True:
            piece = self.files.part(name, at, PIECE)
            hash_.update(piece)
            at += len(piece)
            if len(piece) < PIECE:
                return hash_.hexdigest()


def proof_of(post_id: str) -> str:
    return f"proofs/{post_id}.tlog-proof"


def first_difference(ours: bytes, theirs: bytes, stop: int) -> int | None:
    """The first of `stop` hashes that both have and that is not the same."""
    for i in range(min(len(ours) // 32, len(theirs) // 32, stop)):
        if ours[32 * i : 32 * i + 32] != theirs[32 * i : 32 * i + 32]:
            return i
    return None


# --- where the files come from ---


class Files:
    """Files in memory; the base of the others, too."""

    def __init__(self, found: dict[str, bytes]) -> None:
        self.found = found

    def get(self, name: str) -> bytes | None:
        return self.found.get(name)

    def part(self, name: str, start: int, length: int) -> bytes:
        return (self.get(name) or b"")[start : start + length]

    def names(self) -> list[str]:
        return sorted(self.found)


class Folder(Files):
    """The files below a folder."""

    def __init__(self, root: str) -> None:
        below = [path for path in Path(root).rglob("*") if not path.is_dir() and "__pycache__" not in path.parts]
        super().__init__({path.relative_to(root).as_posix(): b"" for path in below})
        self.root = root

    def get(self, name: str) -> bytes | None:
        return self.part(name, 0, -1) if name in self.found else None

    def part(self, name: str, start: int, length: int) -> bytes:
        if name not in self.found:
            return b""
        with Path(self.root, name).open("rb") as file:
            file.seek(start)
            return file.read(length)


class Zip(Files):
    """The files of a bundle's zip: stored, sorted, without times, nothing between them. Read forward from the first
    byte; what is not exactly as its maker writes it is told with its place."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__({})
        self.file = file
        self.places: dict[str, tuple[int, int, int]] = {}  # start, size, checksum
        directory, at, last = [], 0, b""
        while True:
            head = self.at(at, 30)
            if len(head) < 30 or head[:4] != b"PK\x03\x04":
                break
            crc, size, length = struct.unpack("<14xI4xIH2x", head)
            name = self.at(at + 30, length)
            common = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, crc, size, size, length, 0)
            self.same(at, head + name, b"PK\x03\x04" + common + name)
            if name <= last or max(name) > 127:
                raise Bad(f"the zip, byte {at + 30}", "its files are not in order")
            tail = struct.pack("<HHHII", 0, 0, 0, 0o644 << 16, at)
            directory.append(b"PK\x01\x02\x14\x03" + common + tail + name)
            self.places[name.decode()] = (at + 30 + length, size, crc)
            at, last = min(at + 30 + length + size, self.length()), name
        self.same(at, self.at(at, -1), self.end(b"".join(directory), len(directory), at))

    @staticmethod
    def end(directory: bytes, count: int, at: int) -> bytes:
        size, few, longer = len(directory), min(count, 65535), b""
        if count >= 65535:
            longer = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, at)
            longer += struct.pack("<4sIQI", b"PK\x06\x07", 0, at + size, 1)
        if at + size >= 2**32:
            return b""
        return directory + longer + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, few, few, size, at, 0)

    @staticmethod
    def same(at: int, given: bytes, wanted: bytes) -> None:
        if given != wanted:
            pairs = enumerate(zip(given, wanted))  # noqa: B905  # Python 3.9 has no strict=
            where = next((i for i, (a, b) in pairs if a != b), min(len(given), len(wanted)))
            raise Bad(f"the zip, byte {at + where}", "it was cut short, changed, or packed by another program")

    def length(self) -> int:
        return self.file.seek(0, 2)

    def at(self, start: int, length: int) -> bytes:
        self.file.seek(start)
        return self.file.read(length)

    def get(self, name: str) -> bytes | None:
        if name not in self.places:
            return None
        start, size, _ = self.places[name]
        return self.at(start, size)

    def part(self, name: str, start: int, length: int) -> bytes:
        first, size, _ = self.places.get(name, (0, 0, 0))
        return self.at(first + start, max(0, min(length, size - start)))

    def names(self) -> list[str]:
        return list(self.places)

    def check_sums(self) -> None:
        """The container's own checksums: the one thing in it that the log does not speak of."""
        for name, (start, size, wanted) in self.places.items():
            crc = 0
            for at in range(0, size, PIECE):
                crc = zlib.crc32(self.at(start + at, min(PIECE, size - at)), crc)
            if crc != wanted:
                raise Bad(f"the zip, byte {start - len(name) - 16}", "the checksum of a file was changed")


def check_one_proof(path: str, keys: list[Key]) -> None:
    entry, index, size, _ = check_proof(Path(path).read_bytes(), keys, path)
    sys.stdout.write(f"Good: this is entry {index} of a signed log of {size}.\n")
    sys.stdout.write(json.dumps(json.loads(entry.decode()), indent=2, ensure_ascii=False) + "\n")


def check_zip(file: BinaryIO, trusted: list[Key], known: list[bytes], witnesses: Sequence[Key] = ()) -> tuple[Log, int]:
    """The log in a bundle's zip and how many proofs it has, once everything is checked."""
    files = Zip(file)
    log = Log(files)
    proofs = log.check(trusted, known, witnesses)
    files.check_sums()
    return log, proofs


def check_bundle(where: str, trusted: list[Key], known: list[bytes], witnesses: Sequence[Key] = ()) -> None:
    if Path(where).is_dir():
        log = Log(Folder(where))
        proofs = log.check(trusted, known, witnesses)
    else:
        with Path(where).open("rb") as file:
            log, proofs = check_zip(file, trusted, known, witnesses)
    sys.stdout.write(f"Good: {log.size} entries, {proofs} posts proved, all as they were written.\n")
    sys.stdout.write(f"Log:  {log.origin}\nRoot: {log.root.hex()}\n")
    if not trusted:
        sys.stdout.write("Key:  {}\n".format(" ".join(name_of(key) for key in log.keys)))
        sys.stdout.write(
            "      from the bundle itself. Compare it with one you got another way, or give it with --key.\n"
        )
    for what, (_, said) in sorted(log.told.items()):
        sys.stdout.write(f"Told: {what}: {said}\n")
    if log.witnesses and not witnesses:
        sys.stdout.write(
            "      by witnesses whose keys are from the bundle itself: ask them, or give their keys with --witness.\n"
        )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Checks an exported archive; ends with 1 and names the first bad place."
    )
    here = str(Path(__file__).resolve().parent)
    parser.add_argument("bundle", nargs="?", default=here, help="the zip or its folder (default: where this file lies)")
    parser.add_argument("--key", action="append", default=[], help="a verifier key that you trust")
    parser.add_argument("--witness", action="append", default=[], help="the key of a witness that you trust")
    parser.add_argument(
        "--checkpoint", action="append", default=[], help="a checkpoint that you kept, or a posted root"
    )
    parser.add_argument("--proof", help="check one .tlog-proof file instead; needs --key")
    given = parser.parse_args(arguments)
    try:
        trusted = [parse_key(line, "--key") for line in given.key]
        if given.proof:
            check_one_proof(given.proof, trusted)
        else:
            witnesses = [parse_witness(line, "--witness") for line in given.witness]
            check_bundle(given.bundle, trusted, [Path(path).read_bytes() for path in given.checkpoint], witnesses)
    except (Bad, OSError) as error:
        sys.stdout.write(f"Bad:  {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
