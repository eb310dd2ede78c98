"""The four questions of an auditor, put to a live folder or to a bundle: verify, replay, report, export."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from consumers.archive import export, paper
from consumers.archive.anchors.judge import BESIDE, Trust
from consumers.archive.checkpoint import Key
from consumers.archive.cores import Cores
from consumers.archive.export import verify_zip
from consumers.archive.facts import Facts
from consumers.archive.names import LOG, folder_of
from consumers.archive.reading import FolderReader, ZipReader
from consumers.archive.replay import Difference, Dispose, Replay, compare, rederive, unknown_policies
from consumers.archive.reporting import facts_of, html, read_policies, read_replay
from consumers.archive.verdict import Bad, Reader, Verdict
from consumers.archive.verify import verify
from consumers.archive.zipped import FileSource, Zipped
from schemas.errors import Refused
from schemas.policy import Policy

ATTEMPTS_MAX = 5  # a checkpoint comes every ten seconds, a look takes less than one


@dataclass(frozen=True, slots=True)
class Replayed:
    """What happened, and what policy says of it: under the policy of its time, and under another one when asked."""

    told: Replay
    rederived: tuple[Difference, ...]
    policies_missing: tuple[str, ...]
    compared: tuple[Difference, ...]


def find(archive: Path, live_event_id: str) -> Path:
    """The folder of a log, ours or one that was imported. Raises Refused when there is none of this name."""
    folder = folder_of(archive, live_event_id)
    if not (folder / "checkpoint").is_file():
        raise Refused(f"there is no archive of {live_event_id}", code="no-archive", status=404)
    return folder


def verify_folder(
    folder: Path,
    *,
    known: Sequence[bytes] = (),
    trusted: Sequence[Key] = (),
    trust: Trust = BESIDE,
    cores: int = 1,
) -> Verdict:
    """verify() for a log that may be growing: a bad verdict counts once the checkpoint stood still."""
    for _ in range(ATTEMPTS_MAX):
        reader = FolderReader(folder)
        verdict = verify(reader, known=known, trusted=trusted, trust=trust, mapped=Cores(cores))
        if verdict.ok or FolderReader(folder).read("checkpoint") == reader.read("checkpoint"):
            break
    return verdict


def verify_bundle(
    bundle: Path,
    *,
    known: Sequence[bytes] = (),
    trusted: Sequence[Key] = (),
    trust: Trust = BESIDE,
    cores: int = 1,
) -> Verdict:
    return verify_zip(FileSource(bundle), known=known, trusted=trusted, trust=trust, mapped=Cores(cores))


def reader_of(folder_or_bundle: Path) -> Reader:
    """The files of a folder as they were at one checkpoint, or those of a bundle. Raises Refused for another zip."""
    if folder_or_bundle.is_dir():
        return FolderReader(folder_or_bundle)
    return ZipReader(Zipped(FileSource(folder_or_bundle)))


def judge(
    folder_or_bundle: Path,
    *,
    known: Sequence[bytes] = (),
    trusted: Sequence[Key] = (),
    trust: Trust = BESIDE,
    cores: int = 1,
) -> Verdict:
    """The verdict over a folder or bundle. `cores`: processes that share a long log."""
    check = verify_folder if folder_or_bundle.is_dir() else verify_bundle
    return check(folder_or_bundle, known=known, trusted=trusted, trust=trust, cores=cores)


def judge_all(archive: Path, *, trusted: Sequence[Key] = (), cores: int = 1) -> Iterator[tuple[str, Verdict]]:
    """The verdict over each log of an archive, by name; what is no log is named as that."""
    names = sorted(path.name for path in archive.iterdir())
    yield from zip(names, Cores(cores)(partial(_judge_one, archive, trusted), names), strict=True)


def _judge_one(archive: Path, trusted: Sequence[Key], name: str) -> Verdict:
    if not (archive / name).is_dir() or not LOG.fullmatch(name):
        return Verdict(bad=Bad(name, "is neither the log of a live event nor that of records that name none"))
    return verify_folder(archive / name, trusted=trusted)


def replay(folder_or_bundle: Path, dispose: Dispose, *, other: Policy | None = None) -> Replayed:
    """Tells the story again and derives every disposition anew. Refuses a log that is not as it was written."""
    reader = reader_of(folder_or_bundle)
    verdict = verify(reader)
    if verdict.bad:
        raise Refused(f"{verdict.bad.place} {verdict.bad.reason}", code="not-as-written")
    told, policies = read_replay(reader, verdict), read_policies(reader)
    return Replayed(
        told,
        rederive(told, policies, dispose),
        unknown_policies(told, policies),
        compare(told, other, dispose) if other else (),
    )


def facts(folder_or_bundle: Path, dispose: Dispose) -> Facts:
    """What the report says; over a bad log that it is bad, and nothing else."""
    verdict = judge(folder_or_bundle)
    return facts_of(reader_of(folder_or_bundle), verdict, dispose)


def page(found: Facts) -> str:
    """The report as one HTML page; over a bad log it says so."""
    return html(found)


def pdf(found: Facts) -> bytes:
    """The report as PDF: some seconds for an event of thousands of posts."""
    return paper.pdf(found)


def report(folder_or_bundle: Path, dispose: Dispose) -> str:
    """The report as one HTML page; over a bad log it says so."""
    return html(facts(folder_or_bundle, dispose))


def export_bundle(folder: Path, dispose: Dispose) -> bytes:
    """The bytes of the bundle's zip."""
    return export.export(reader_of(folder), dispose)


def export_into(folder: Path, dispose: Dispose, out: BinaryIO) -> None:
    """The same, written piece by piece: a bundle may be larger than memory."""
    export.export_into(reader_of(folder), dispose, out)
