"""What a bad disk, a stray file or a wrong key do to an archive: a clear stop that names the place, no repair."""

import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from consumers.archive import audit
from consumers.archive.checkpoint import Signer
from consumers.archive.disk import RealDisk
from consumers.archive.store import Store
from schemas.errors import Broken, Refused, Unavailable
from tests.unit.archive import records
from tests.unit.archive.records import KNEE, at, story

KEY = bytes(range(32))
NOBODY = 65534


def store_on(folder: Path, key: bytes = KEY) -> Store:
    return Store(RealDisk(folder), key, origin="stanna.example/archive", policy_document=records.policy_document)


def closed_log(root: Path) -> Path:
    store = store_on(root)
    store.append(story()[:40], at(40))
    store.close(at(41))
    return root / KNEE


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def place(folder: Path) -> str:
    bad = audit.judge(folder).bad
    return bad.place if bad else "good"


def stops(root: Path, words: str) -> None:
    """The archive says why it stops, and leaves every byte as it found it."""
    before = contents(root)
    with pytest.raises(Broken, match=words):
        store_on(root).append(story()[40:], at(50))
    assert contents(root) == before


@pytest.mark.parametrize(
    ("name", "named", "words"),
    [
        ("checkpoint", "checkpoint", "no signature block"),
        ("keys.txt", "keys.txt", "keys.txt does not end with a whole line"),
        ("tile/entries/000.p/41", "entry 19", r"tile/entries/000\.p/41: expected 41 entries, found 19"),
    ],
)
def test_a_file_that_was_cut_short_stops_the_archive_and_is_named(
    name: str, named: str, words: str, tmp_path: Path
) -> None:
    path = closed_log(tmp_path) / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    assert place(tmp_path / KNEE) == named
    stops(tmp_path, words)


def test_a_proof_or_tile_that_was_cut_short_is_named(tmp_path: Path) -> None:
    folder = closed_log(tmp_path)
    for path in (min((folder / "proofs").iterdir()), folder / "tile/0/000.p/41"):
        whole = path.read_bytes()
        path.write_bytes(whole[:-7])
        assert place(folder) == path.relative_to(folder).as_posix()
        path.write_bytes(whole)


@contextmanager
def _files_of_at_most(size: int) -> Iterator[None]:
    """The system cuts every write there, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_makes_it_wait_and_what_was_half_written_is_not_taken_for_a_batch(tmp_path: Path) -> None:
    store = store_on(tmp_path)
    store.append(story()[:5], at(1))
    with _files_of_at_most(9_000), pytest.raises(Unavailable, match="the disk answered EFBIG"):
        store.append(story()[5:], at(2))
    half = audit.judge(tmp_path / KNEE)
    assert (half.bad, half.size + half.pending) == (None, 6)

    assert store.append(story()[5:], at(3)).new == len(story()) - 5
    store.close(at(4))

    whole = audit.judge(tmp_path / KNEE)
    assert (whole.bad, whole.size, whole.pending) == (None, len(story()) + 1, 0)


def test_a_disk_that_takes_no_writes_makes_it_wait_and_changes_nothing() -> None:
    root = Path(tempfile.mkdtemp(prefix="archive-read-only-"))
    try:
        closed_log(root)
        for path in [root, *root.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        before, store = contents(root), store_on(root)
        with _as_nobody(), pytest.raises(Unavailable, match="the disk answered EACCES"):
            store.append(story()[40:], at(50))
        assert contents(root) == before
        assert place(root / KNEE) == "good"
    finally:
        for path in [root, *root.rglob("*")]:
            path.chmod(0o755)
        shutil.rmtree(root)


@contextmanager
def _as_nobody() -> Iterator[None]:
    """For root nothing is read-only."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_stray_file_beside_the_logs_or_in_one_is_named(tmp_path: Path) -> None:
    folder = closed_log(tmp_path)
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "No Event").mkdir()
    found = {name: verdict.bad and verdict.bad.place for name, verdict in audit.judge_all(tmp_path)}
    assert found == {KNEE: None, "No Event": "No Event", "notes.txt": "notes.txt"}

    (folder / "tile" / "0" / "copy of 000").write_text("x")
    assert place(folder) == "tile/0/copy of 000"


def test_files_without_a_checkpoint_are_not_taken_for_a_new_log(tmp_path: Path) -> None:
    folder = closed_log(tmp_path)
    (folder / "checkpoint").unlink()

    assert place(folder) == "checkpoint"
    stops(tmp_path, "there are entries but no checkpoint")


def test_a_log_without_its_keys_stops_the_archive(tmp_path: Path) -> None:
    (closed_log(tmp_path) / "keys.txt").unlink()

    assert place(tmp_path / KNEE) == "keys.txt"
    stops(tmp_path, "keys.txt does not end with a whole line")


@pytest.mark.parametrize("key", [b"", b"x" * 31, b"-----BEGIN PRIVATE KEY-----\nno key\n-----END PRIVATE KEY-----\n"])
def test_a_key_that_cannot_be_read_is_refused_before_anything_is_written(key: bytes, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="the archive's signing key is neither 32 bytes nor PEM"):
        store_on(tmp_path, key)
    with pytest.raises(Refused):
        Signer("stanna.example/archive", key)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["..", ".", f"../{KNEE}", "hip-2026", ""])
def test_a_name_that_is_no_log_is_refused(name: str, tmp_path: Path) -> None:
    closed_log(tmp_path)
    with pytest.raises(Refused):
        audit.find(tmp_path, name)
