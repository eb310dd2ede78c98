"""The bundle: one zip that a stranger can check. The same log gives the same bytes on every machine.

Nothing of a log is held in memory but what is being written; a bundle is as large as its log, a machine need not be.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from importlib.resources import files as resources
from typing import BinaryIO

from consumers.archive import proof, tiles
from consumers.archive.anchors.found import DRAFT
from consumers.archive.anchors.judge import BESIDE, Trust
from consumers.archive.checkpoint import Key
from consumers.archive.paper import pdf
from consumers.archive.replay import Dispose
from consumers.archive.reporting import facts_of, html
from consumers.archive.stretch import either
from consumers.archive.table import pieces
from consumers.archive.verdict import ANCHORS, COPY, SUMS, Bad, Mapped, Reader, Verdict
from consumers.archive.verify import entries, verify
from consumers.archive.zipped import BytesSource, Content, Source, Zipped, ZipReader, write_zip
from schemas.errors import Refused

_BUNDLE = "consumers.archive.bundle"
_KEPT = ("policies/", "records/", ANCHORS)  # what belongs to a log beside its entries, tiles and proofs


def export(reader: Reader, dispose: Dispose) -> bytes:
    """The bundle in memory."""
    out = io.BytesIO()
    export_into(reader, dispose, out)
    return out.getvalue()


def export_into(reader: Reader, dispose: Dispose, out: BinaryIO) -> None:
    """The bundle of everything that is signed. Refuses a log that is not as it was written: a bundle must not make it
    look repaired."""
    verdict = verify(reader)
    if verdict.bad:
        raise Refused(f"{verdict.bad.place} {verdict.bad.reason}", code="not-as-written")
    files = _log_files(reader, verdict)
    verdict = replace(verdict, pending=0)
    facts = facts_of(reader, verdict, dispose)
    files |= {
        "report.html": _whole(html(facts).encode()),
        "report.pdf": _whole(pdf(facts)),
        "entries.parquet": lambda: pieces(entries(reader, verdict.size)),
        "VERIFY.md": _whole(_resource("VERIFY.md")),
        "verify.py": _whole(_resource("verify_bundle.py")),
    }
    write_zip(out, files | {SUMS: _whole(_sums(files))})


def _log_files(reader: Reader, verdict: Verdict) -> dict[str, Content]:
    """Entries and tiles for exactly the signed size; what else belongs to the log as it lies there."""
    size = verdict.size
    files: dict[str, Content] = {COPY: partial(_lines, reader, size)}
    for path in tiles.layout(size):
        files[path] = partial(_tile, reader, path)
    for name in reader.names():
        if (name.startswith(_KEPT) and name != DRAFT) or (
            name.startswith("proofs/") and _is_signed(reader, name, verdict)
        ):
            files[name] = partial(_as_is, reader, name)
    return files | {name: partial(_as_is, reader, name) for name in ("checkpoint", "keys.txt")}


def _lines(reader: Reader, size: int) -> Iterator[bytes]:
    for entry in entries(reader, size):
        yield entry + b"\n"


def _tile(reader: Reader, path: str) -> Iterator[bytes]:
    """A tile or bundle; where a full file replaced a partial one, the part that is signed."""
    width, (found, data) = tiles.width_of(path), either(reader, path, path.partition(".p/")[0])
    if data is None:
        raise Refused(f"{path} went away while it was read", code="not-as-written")
    if found == path:
        yield data
    elif path.startswith("tile/entries/"):
        yield tiles.frame(tiles.unframe(data)[0][:width])
    else:
        yield data[: width * 32]


def _is_signed(reader: Reader, name: str, verdict: Verdict) -> bool:
    """A checkpoint that is being written may have put its proofs there already."""
    return not verdict.pending or proof.decode(reader.read(name) or b"").index < verdict.size


def _as_is(reader: Reader, name: str) -> Sequence[bytes]:
    return (reader.read(name) or b"",)


def _whole(data: bytes) -> Content:
    return lambda: (data,)


def _resource(name: str) -> bytes:
    return resources(_BUNDLE).joinpath(name).read_bytes()


def _sums(files: Mapping[str, Content]) -> bytes:
    return "".join(f"{_hash(files[name]())}  {name}\n" for name in sorted(files)).encode()


def _hash(pieces: Iterable[bytes]) -> str:
    hash_ = sha256()
    for piece in pieces:
        hash_.update(piece)
    return hash_.hexdigest()


def to_zip(files: Mapping[str, bytes]) -> bytes:
    """The container around files in memory."""
    out = io.BytesIO()
    write_zip(out, {name: _whole(data) for name, data in files.items()})
    return out.getvalue()


def verify_zip(
    data: bytes | Source,
    *,
    known: Sequence[bytes] = (),
    trusted: Sequence[Key] = (),
    trust: Trust = BESIDE,
    mapped: Mapped = map,
) -> Verdict:
    """verify() for a bundle, the container included: a bit that changed between the files counts, too."""
    try:
        zipped = Zipped(BytesSource(data) if isinstance(data, bytes) else data)
    except Refused as error:
        at = error.about.get("byte")
        return Verdict(bad=Bad("the zip" if at is None else f"the zip, byte {at}", str(error)))
    verdict = verify(ZipReader(zipped), known=known, trusted=trusted, trust=trust, mapped=mapped)
    if verdict.ok and (wrong := zipped.wrong_sum()) is not None:
        return replace(verdict, bad=Bad(f"the zip, byte {wrong}", "the checksum of a file was changed"))
    return verdict
