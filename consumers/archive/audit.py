"""The four questions of an auditor, put to a live folder or to a bundle: verify, replay, report, export."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from consumers.archive.checkpoint import Key
from consumers.archive.export import export, html, read_policies, read_replay, verify_zip
from consumers.archive.reading import FilesReader, FolderReader, unzip
from consumers.archive.replay import Difference, Dispose, Replay, compare, rederive, unknown_policies
from consumers.archive.verify import Reader, Verdict, verify
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
    """The folder of a live event's log."""
    folder = archive / live_event_id
    if not (folder / "checkpoint").is_file():
        raise Refused(f"there is no archive of {live_event_id}", code="no-archive", status=404)
    return folder


def verify_folder(folder: Path, *, known: Sequence[bytes] = (), trusted: Sequence[Key] = ()) -> Verdict:
    """verify() for a log that may be growing: a bad verdict counts once the checkpoint stood still."""
    for _ in range(ATTEMPTS_MAX):
        reader = FolderReader(folder)
        before = reader.read("checkpoint")
        verdict = verify(reader, known=known, trusted=trusted)
        if verdict.ok or reader.read("checkpoint") == before:
            break
    return verdict


def verify_bundle(bundle: Path, *, known: Sequence[bytes] = (), trusted: Sequence[Key] = ()) -> Verdict:
    return verify_zip(bundle.read_bytes(), known=known, trusted=trusted)


def reader_of(folder_or_bundle: Path) -> Reader:
    """All files of a folder as they were at one checkpoint, or those of a zip."""
    if not folder_or_bundle.is_dir():
        return FilesReader(unzip(folder_or_bundle.read_bytes()))
    for _ in range(ATTEMPTS_MAX):
        reader = FolderReader(folder_or_bundle)
        found = {name: reader.read(name) for name in reader.names()}
        if reader.read("checkpoint") == found.get("checkpoint"):
            break
    return FilesReader({name: data for name, data in found.items() if data is not None})


def judge(folder_or_bundle: Path, *, known: Sequence[bytes] = (), trusted: Sequence[Key] = ()) -> Verdict:
    check = verify_folder if folder_or_bundle.is_dir() else verify_bundle
    return check(folder_or_bundle, known=known, trusted=trusted)


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


def report(folder_or_bundle: Path, dispose: Dispose) -> str:
    """The report as one HTML page; over a bad log it says so."""
    reader = reader_of(folder_or_bundle)
    return html(reader, verify(reader), dispose)


def export_bundle(folder: Path, dispose: Dispose) -> bytes:
    """The bytes of the bundle's zip."""
    return export(reader_of(folder), dispose)
