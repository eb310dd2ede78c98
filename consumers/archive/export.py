"""The bundle: one zip that a stranger can check. The same log gives the same bytes on every machine."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files as resources

from consumers.archive import tiles
from consumers.archive.checkpoint import Key
from consumers.archive.merkle import leaf_hash
from consumers.archive.reading import FilesReader, unzip
from consumers.archive.replay import Dispose, Replay, rederive, replay, unknown_policies
from consumers.archive.report import report
from consumers.archive.verify import COPY, SUMS, Bad, Reader, Verdict, entries, verify
from schemas.envelope import sha256_hex
from schemas.errors import Refused
from schemas.policy import Policy

_BUNDLE = "consumers.archive.bundle"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first instant a zip can hold


def read_replay(reader: Reader, verdict: Verdict) -> Replay:
    """The story of a log that verify() has judged."""
    return replay(entries(reader, verdict.size), lambda sha256: reader.read(f"records/{sha256}.json"))


def read_policies(reader: Reader) -> dict[str, Policy]:
    """The policies beside a log, by hash."""
    found = {name[9:-5]: reader.read(name) for name in reader.names() if name.startswith("policies/")}
    return {sha256: Policy.model_validate_json(data) for sha256, data in found.items() if data}


def html(reader: Reader, verdict: Verdict, dispose: Dispose) -> str:
    """The report over a log, good or bad; the page says which."""
    told, policies = read_replay(reader, verdict), read_policies(reader)
    css = _resource("report.css").decode()
    return report(told, verdict, rederive(told, policies, dispose), unknown_policies(told, policies), css)


def export(reader: Reader, dispose: Dispose) -> bytes:
    """The bundle of everything that is signed. Refuses a log that is not as it was written: a bundle must not make it
    look repaired."""
    verdict = verify(reader)
    if verdict.bad:
        raise Refused(f"{verdict.bad.place} {verdict.bad.reason}", code="not-as-written")
    verdict = replace(verdict, pending=0)
    files = _log_files(reader, verdict) | {
        "report.html": html(reader, verdict, dispose).encode(),
        "VERIFY.md": _resource("VERIFY.md"),
        "verify.py": _resource("verify_bundle.py"),
    }
    return to_zip(files | {SUMS: _sums(files)})


def _log_files(reader: Reader, verdict: Verdict) -> dict[str, bytes]:
    """Entries, and the tiles they give, for exactly the signed size; what else belongs to the log as it lies there."""
    edge, all_entries = tiles.TileEdge(), list(entries(reader, verdict.size))
    for entry in all_entries:
        edge.append(leaf_hash(entry))
    files = {COPY: b"".join(entry + b"\n" for entry in all_entries)}
    for n, width in tiles.shapes(verdict.size, 0):
        start = n * tiles.TILE_WIDTH
        files[tiles.bundle_path(n, width)] = tiles.frame(all_entries[start : start + width])
    files |= {tiles.tile_path(level, n): data for level, n, data in edge.take_full()}
    files |= {tiles.tile_path(level, n, width): data for level, n, width, data in edge.partial()}
    kept = [n for n in reader.names() if n.startswith(("proofs/", "policies/", "records/"))]
    return files | {name: reader.read(name) or b"" for name in ["checkpoint", "keys.txt", *kept]}


def _resource(name: str) -> bytes:
    return resources(_BUNDLE).joinpath(name).read_bytes()


def _sums(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{sha256_hex(files[name])}  {name}\n" for name in sorted(files)).encode()


def to_zip(files: Mapping[str, bytes]) -> bytes:
    """Sorted, stored, without times: deflate gives other bytes with other versions of zlib."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.create_system, member.external_attr = 3, 0o644 << 16
            archive.writestr(member, files[name])
    return out.getvalue()


def verify_zip(data: bytes, *, known: Sequence[bytes] = (), trusted: Sequence[Key] = ()) -> Verdict:
    """verify() for a bundle's bytes, the container included: a bit that changed between the files counts, too."""
    try:
        files = unzip(data)
    except Refused as error:
        return Verdict(bad=Bad("the zip", str(error)))
    verdict = verify(FilesReader(files), known=known, trusted=trusted)
    again = to_zip(files) if verdict.ok else data
    if again != data:
        at = next((i for i, (a, b) in enumerate(zip(again, data, strict=False)) if a != b), min(len(again), len(data)))
        return replace(verdict, bad=Bad(f"the zip, byte {at}", "was repacked or changed around its files"))
    return verdict
