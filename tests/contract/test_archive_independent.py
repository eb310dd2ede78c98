"""Programs that are not ours check our log: fsck of transparency-dev/tessera, and note and tlog of golang.org/x/mod.

Needs Go, and its module proxy for the first build; skipped by name where one of them is not there.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from consumers.archive import audit
from consumers.archive.checkpoint import Signer
from consumers.archive.disk import RealDisk
from consumers.archive.reading import unzip
from consumers.archive.store import Store
from schemas.topics import SUBMISSIONS
from tests.optional import missing
from tests.unit.archive import records
from tests.unit.archive.records import KNEE, at, message, story, submission

SOURCE = Path(__file__).parent / "archive_go"
KEY = bytes(range(32))
ORIGIN = "stanna.example/archive"
BUILD_MAX_S = 300


@pytest.fixture(scope="session")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our forty lines of Go around their libraries, built outside the repository."""
    go = shutil.which("go") or ""
    if not go:
        missing("Go is not installed: tessera's fsck cannot be built")
    folder = tmp_path_factory.mktemp("archive-go") / "source"
    shutil.copytree(SOURCE, folder)
    environment = {**os.environ, "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
    built = subprocess.run(
        [go, "build", "-o", "check", "."],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=BUILD_MAX_S,
        check=False,
    )
    if built.returncode:
        why = built.stderr[-500:].decode(errors="replace")
        missing(f"the Go modules of tessera's fsck cannot be had or built here: {why}")
    return folder / "check"


def their_verdict(checker: Path, folder: Path) -> tuple[int, str]:
    vkey = Signer(f"{ORIGIN}/{KNEE}", KEY).key.vkey
    done = subprocess.run([checker, folder, vkey], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def archived(root: Path) -> Path:
    """A log of 57 entries that grew to 757 over several checkpoints, then was closed."""
    store = Store(RealDisk(root), KEY, origin=ORIGIN, policy_document=records.policy_document)
    store.append(story(), at(1))
    for n in range(100, 800, 100):
        store.append([message(SUBMISSIONS, submission(i), i) for i in range(n, n + 100)], at(n))
        store.tick(at(n + 20))
    store.close(at(1000))
    return root / KNEE


def test_their_tools_find_the_live_folder_and_the_export_good(checker: Path, tmp_path: Path) -> None:
    folder = archived(tmp_path)
    exported = tmp_path / "exported"
    for name, data in unzip(audit.export_bundle(folder, records.dispose)).items():
        (exported / name).parent.mkdir(parents=True, exist_ok=True)
        (exported / name).write_bytes(data)

    for place in (folder, exported):
        code, said = their_verdict(checker, place)
        assert code == 0, said
        assert said.startswith("stanna.example/archive/knee-2026\n757\n")
        assert "\n8 proofs\n" in said


def test_their_tools_find_a_changed_proof(checker: Path, tmp_path: Path) -> None:
    folder = archived(tmp_path)
    path = min((folder / "proofs").iterdir())
    lines = path.read_text(encoding="utf-8").split("\n")
    for line, changed in ((2, "index 7"), (3, lines[4]), (1, lines[1].replace("A", "B", 1))):
        path.write_text("\n".join([*lines[:line], changed, *lines[line + 1 :]]), encoding="utf-8")
        code, said = their_verdict(checker, folder)
        assert code == 1
        assert path.name in said


@pytest.mark.parametrize("name", ["checkpoint", "tile/0/001", "tile/entries/002.p/245", "tile/1/000.p/2"])
def test_their_tools_find_what_was_changed(checker: Path, tmp_path: Path, name: str) -> None:
    folder = archived(tmp_path)
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])

    assert their_verdict(checker, folder)[0] != 0
    assert not audit.judge(folder).ok
