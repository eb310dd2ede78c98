"""Checks an exported archive with nothing but Python: every entry, every tile, every proof and the signature.

Written apart from the program that made the bundle, so that one mistake is not made twice. Formats: RFC 6962 Merkle
tree, C2SP tlog-tiles, tlog-checkpoint, signed-note and tlog-proof; signatures are Ed25519 (RFC 8032).
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import io
import json
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

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


def parse_keys(data: bytes) -> list[Key]:
    lines = data.decode(errors="replace").split("\n")
    if len(lines) < 2 or lines.pop():
        raise Bad("keys.txt", "does not end with a whole line")
    return [parse_key(line) for line in lines]


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


class Tree:
    """A growing tree: its complete subtrees, and the rows of hashes that tiles hold, level by level."""

    def __init__(self) -> None:
        self.size = 0
        self.stack: list[bytes] = []
        self.rows: list[bytearray] = []

    def append(self, hash_: bytes) -> None:
        height, carry = 0, self.size
        self._keep(height, hash_)
        while carry & 1:
            hash_, carry, height = node(self.stack.pop(), hash_), carry >> 1, height + 1
            self._keep(height, hash_)
        self.stack.append(hash_)
        self.size += 1

    def _keep(self, height: int, hash_: bytes) -> None:
        if height % 8 == 0:
            if height // 8 == len(self.rows):
                self.rows.append(bytearray())
            self.rows[height // 8] += hash_

    def root(self) -> bytes:
        if not self.stack:
            return sha256(b"")
        hash_ = self.stack[-1]
        for left in self.stack[-2::-1]:
            hash_ = node(left, hash_)
        return hash_

    def tile(self, level: int, n: int, width: int) -> bytes:
        row = self.rows[level] if level < len(self.rows) else b""
        return bytes(row[32 * WIDTH * n : 32 * (WIDTH * n + width)])


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
    found, at = [], 0
    while at + 2 <= len(data):
        stop = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if stop > len(data):
            break
        found.append(data[at + 2 : stop])
        at = stop
    return found, at == len(data)


# --- proofs ---


def read_proof(data: bytes, place: str) -> tuple[bytes, int, list[bytes], bytes]:
    """(entry, index, path, checkpoint) of a .tlog-proof file."""
    head, _, checkpoint = data.partition(b"\n\n")
    lines = head.decode(errors="replace").split("\n")
    if len(lines) < 3 or lines[0] != "c2sp.org/tlog-proof@v1" or lines[1][:6] != "extra " or lines[2][:6] != "index ":
        raise Bad(place, "is not a proof file")
    if not re.fullmatch(r"0|[1-9][0-9]{0,17}", lines[2][6:]):
        raise Bad(place, "has no index")
    return unbase64(lines[1][6:], place), int(lines[2][6:]), [unbase64(x, place) for x in lines[3:]], checkpoint


def check_proof(data: bytes, keys: list[Key], place: str) -> Proved:
    """(entry, index, size, root) of a proof whose signature and path are right."""
    entry, index, path, note = read_proof(data, place)
    _, size, root = open_checkpoint(note, keys, place)
    if not leads_to_root(index, size, leaf(entry), path, root):
        raise Bad(place, "does not lead to the signed root")
    return entry, index, size, root


# --- the whole log ---


class Log:
    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.tree = Tree()
        self.origin, self.size, self.root = "", 0, b""
        self.posted: dict[str, int] = {}  # proof file -> seq
        self.beside: dict[str, int] = {}  # file that an entry names -> seq
        self.roots: dict[int, bytes] = {}  # of sizes that proofs and kept checkpoints speak of
        self.last_ts = ""
        self.problem: tuple[int, str] | None = None

    def need(self, name: str) -> bytes:
        if self.files.get(name) is None:
            raise Bad(name, "is missing")
        return self.files[name]

    def either(self, kind: int | str, n: int, width: int) -> bytes | None:
        """A partial tile or bundle, or the full one that replaced it."""
        data = self.files.get(path_of(kind, n, width))
        return self.files.get(path_of(kind, n, WIDTH)) if data is None else data

    def check(self, trusted: list[Key], known: list[bytes]) -> int:
        keys = parse_keys(self.need("keys.txt"))
        if trusted and not set(keys) <= set(trusted):
            raise Bad("keys.txt", "names a key that is not the one you gave")
        self.origin, self.size, self.root = open_checkpoint(self.need("checkpoint"), keys, "checkpoint")
        earlier = []
        for i, note in enumerate(known, 1):
            place = f"known checkpoint {i}"
            earlier.append((place, open_checkpoint(note, keys, place)[1:]))
        names = [name for name in sorted(self.files) if name.startswith("proofs/")]
        proofs = {name: check_proof(self.files[name], keys, name) for name in names}
        self.roots = {size: b"" for _, (size, _) in earlier}
        self.roots.update({size: b"" for _, _, size, _ in proofs.values()})
        self.walk()
        self.compare_tiles()
        for place, (size, root) in earlier:
            self.contains(place, size, root)
        self.judge_proofs(proofs)
        self.judge_files()
        return len(proofs)

    def walk(self) -> None:
        for n, width in shapes(self.size, 0):
            data = self.either("entries", n, width)
            if data is None:
                raise Bad(f"entry {n * WIDTH}", "its bundle is missing")
            found = unframe(data)[0][:width]
            for seq, entry in enumerate(found, n * WIDTH):
                if self.problem is None:
                    self.problem = self.read_entry(seq, entry)
                self.tree.append(leaf(entry))
                if seq + 1 in self.roots:
                    self.roots[seq + 1] = self.tree.root()
            if self.problem is None and len(found) < width:
                self.problem = (n * WIDTH + len(found), "is missing or torn")
            if self.problem:
                break
        if self.problem or self.tree.root() != self.root:
            self.name_first_changed()

    def read_entry(self, seq: int, entry: bytes) -> tuple[int, str] | None:
        """What is wrong with what an entry says, or None."""
        try:
            said = json.loads(entry.decode())
            record, kind = said["record"], said["type"]
            if said["seq"] != seq:
                return seq, f"says that it is entry {int(said['seq'])}"
            if said["v"] != 1 or kind not in TYPES:
                return seq, "has a version or type that this verifier does not know"
            if said.get("live_event_id", "_unplaced") != self.origin.rpartition("/")[2]:
                return seq, "belongs to another live event"
            if said["ts"] < self.last_ts:
                return seq, "is earlier than the entry before it"
            self.last_ts = said["ts"]
            if kind == "receipt" and record.get("outcome") == "posted":
                self.posted.setdefault("proofs/{}.tlog-proof".format(record["post_id"]), seq)
            if kind == "policy":
                self.beside.setdefault("policies/{}.json".format(record["sha256"]), seq)
            if record.get("attached") is True:
                self.beside.setdefault("records/{}.json".format(record["sha256"]), seq)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return seq, "is not an entry of this archive"
        return None

    def name_first_changed(self) -> NoReturn:
        stop = self.problem[0] if self.problem else self.size
        for n, width in shapes(self.size, 0):
            theirs = self.either("0", n, width) or b""
            for i in range(width):
                seq = n * WIDTH + i
                if seq >= min(stop, self.tree.size):
                    break
                if self.tree.tile(0, n, WIDTH)[32 * i : 32 * i + 32] != theirs[32 * i : 32 * i + 32]:
                    raise Bad(f"entry {seq}", "was changed: its tile holds another hash")
        if self.problem:
            raise Bad(f"entry {self.problem[0]}", self.problem[1])
        level = 1
        while self.size >> (8 * level):
            for n, width in shapes(self.size, level):
                theirs, ours = self.either(level, n, width) or b"", self.tree.tile(level, n, WIDTH)
                for i in range(width):
                    if ours[32 * i : 32 * i + 32] != theirs[32 * i : 32 * i + 32]:
                        first = (n * WIDTH + i) * WIDTH**level
                        raise Bad(f"entry {first}", f"or one of the {WIDTH**level - 1} after it changed with its tile")
            level += 1
        raise Bad("checkpoint", f"its root is not that of the {self.size} entries that are here")

    def fits(self, level: int | None, n: int, width: int, data: bytes) -> bool:
        expected = self.tree.tile(level or 0, n, width)
        if level is None:
            found, whole = unframe(data)
            return whole and len(expected) == 32 * width and b"".join(map(leaf, found)) == expected
        return len(expected) == 32 * width and data == expected

    def compare_tiles(self) -> None:
        for path, level, n, width in layout(self.size):
            full = path.partition(".p/")[0]
            swept = path not in self.files and full in self.files  # the full tile answers for a partial one
            place, shown = (full, WIDTH) if swept else (path, width)
            if not self.fits(level, n, shown, self.need(place)):
                raise Bad(place, "is not what the entries give")

    def contains(self, place: str, size: int, root: bytes) -> None:
        if size > self.size:
            raise Bad(place, f"speaks of {size} entries, only {self.size} are here: rolled back")
        if (self.roots[size] if size else sha256(b"")) != root:
            raise Bad(place, f"the first {size} entries are not those that were signed then: forked")

    def judge_proofs(self, proofs: dict[str, Proved]) -> None:
        for name, (_, index, size, root) in proofs.items():
            self.contains(name, size, root)
            if self.posted.get(name) != index:
                raise Bad(name, "proves another entry than that of its post")
        for name, seq in self.posted.items():
            if name not in proofs:
                raise Bad(name, f"is missing: entry {seq} says that this was posted")

    def judge_files(self) -> None:
        for name, seq in self.beside.items():
            if name not in self.files:
                raise Bad(name, f"is missing: entry {seq} names it")
        ours = {path for path, _, _, _ in layout(self.size)} | DERIVED | WRITERS_OWN | {"checkpoint", "keys.txt"}
        for name in sorted(self.files):
            if name in ours or name.startswith(("proofs/", "anchors/")):
                continue
            if name.startswith(("policies/", "records/")):
                if sha256(self.files[name]).hex() + ".json" != name.partition("/")[2]:
                    raise Bad(name, "does not have the hash in its name")
            elif not self.is_earlier_tile(name):
                raise Bad(name, "does not belong to this log")
        if DERIVED & set(self.files):
            self.judge_copy()
            self.judge_sums()

    def is_earlier_tile(self, name: str) -> bool:
        """A partial tile of an earlier checkpoint may stay in a live folder."""
        found = re.fullmatch(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})\.p/([1-9][0-9]{0,2})", name)
        if not found:
            return False
        n, width = int(found[2].replace("x", "").replace("/", "")), int(found[3])
        level = None if found[1] == "entries" else int(found[1])
        kind = "entries" if level is None else level
        return path_of(kind, n, width) == name and self.fits(level, n, width, self.files[name])

    def judge_copy(self) -> None:
        lines = self.need("entries.jsonl").split(b"\n")
        if lines.pop() or len(lines) != self.size:
            raise Bad("entries.jsonl", f"does not have {self.size} lines")
        for seq, line in enumerate(lines):
            if leaf(line) != self.tree.tile(0, seq // WIDTH, WIDTH)[32 * (seq % WIDTH) : 32 * (seq % WIDTH) + 32]:
                raise Bad(f"entries.jsonl line {seq + 1}", f"is not entry {seq}")

    def judge_sums(self) -> None:
        names = sorted(name for name in self.files if name != "sha256sums.txt")
        ours = [f"{sha256(self.files[name]).hex()}  {name}" for name in names] + [""]
        theirs = self.need("sha256sums.txt").decode(errors="replace").split("\n")
        for mine, given in zip(ours, theirs):  # noqa: B905  # Python 3.9 has no strict=
            if mine != given:
                raise Bad(mine[66:] or "sha256sums.txt", "is not as sha256sums.txt says, or that file was changed")
        if len(ours) != len(theirs):
            raise Bad("sha256sums.txt", "names more or fewer files than are here")


# --- where the files come from ---


def read_folder(root: str) -> dict[str, bytes]:
    found = [path for path in Path(root).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def unzip(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {member.filename: _member(archive, member, data) for member in archive.infolist()}
    except (zipfile.BadZipFile, RuntimeError, ValueError, OSError, EOFError, struct.error, zlib.error):
        raise Bad("the zip", "cannot be read") from None


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, data: bytes) -> bytes:
    try:
        return archive.read(member)
    except zipfile.BadZipFile:  # a wrong checksum: read it all the same, the log tells which entry it is
        name, extra = struct.unpack_from("<26xHH", data, member.header_offset)
        start = member.header_offset + 30 + name + extra
        return data[start : start + member.file_size]


def container_fits(files: dict[str, bytes], data: bytes) -> bool:
    """Whether the zip is, byte for byte, the one that this program's maker writes for these files."""
    out = []
    central = []
    offset = 0
    for name in sorted(files):
        body, raw = files[name], name.encode()
        common = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, binascii.crc32(body), len(body), len(body), len(raw), 0)
        out.append(b"PK\x03\x04" + common + raw + body)
        central.append(
            b"PK\x01\x02"
            + struct.pack("<BB", 20, 3)
            + common
            + struct.pack("<HHHII", 0, 0, 0, 0o644 << 16, offset)
            + raw
        )
        offset += len(out[-1])
    directory = b"".join(central)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(files), len(files), len(directory), offset, 0)
    return b"".join(out) + directory + end == data


def check_one_proof(path: str, keys: list[Key]) -> None:
    entry, index, size, _ = check_proof(Path(path).read_bytes(), keys, path)
    sys.stdout.write(f"Good: this is entry {index} of a signed log of {size}.\n")
    sys.stdout.write(json.dumps(json.loads(entry.decode()), indent=2, ensure_ascii=False) + "\n")


def check_bundle(where: str, trusted: list[Key], known: list[bytes]) -> None:
    data = None if Path(where).is_dir() else Path(where).read_bytes()
    files = read_folder(where) if data is None else unzip(data)
    log = Log(files)
    proofs = log.check(trusted, known)
    if data is not None and len(files) < 65535 and not container_fits(files, data):
        raise Bad("the zip", "was repacked or changed around its files")
    sys.stdout.write(f"Good: {log.size} entries, {proofs} posts proved, all as they were written.\n")
    sys.stdout.write(f"Log:  {log.origin}\nRoot: {log.root.hex()}\n")
    if not trusted:
        sys.stdout.write("Key:  {}\n".format(files["keys.txt"].decode().strip()))
        sys.stdout.write(
            "      from the bundle itself. Compare it with one you got another way, or give it with --key.\n"
        )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Checks an exported archive; ends with 1 and names the first bad place."
    )
    here = str(Path(__file__).resolve().parent)
    parser.add_argument("bundle", nargs="?", default=here, help="the zip or its folder (default: where this file lies)")
    parser.add_argument("--key", action="append", default=[], help="a verifier key that you trust")
    parser.add_argument("--checkpoint", action="append", default=[], help="a checkpoint that you kept from earlier")
    parser.add_argument("--proof", help="check one .tlog-proof file instead; needs --key")
    given = parser.parse_args(arguments)
    try:
        trusted = [parse_key(line, "--key") for line in given.key]
        if given.proof:
            check_one_proof(given.proof, trusted)
        else:
            check_bundle(given.bundle, trusted, [Path(path).read_bytes() for path in given.checkpoint])
    except (Bad, OSError) as error:
        sys.stdout.write(f"Bad:  {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
