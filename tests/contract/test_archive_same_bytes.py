"""One log, exported by processes that have nothing in common, gives one bundle, byte for byte."""

import os
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from consumers.archive.disk import RealDisk
from consumers.archive.reading import unzip
from consumers.archive.store import Store
from tests.unit.archive import records
from tests.unit.archive.records import KNEE, at, story

ROOT = Path(__file__).parents[2]
EXPORT = """
import os, sys
os.umask(int(sys.argv[3], 8))
from pathlib import Path
from consumers.archive import audit
from streams.scrub.policy import dispose
with open(sys.argv[2], "wb") as out:
    audit.export_into(Path(sys.argv[1]), dispose, out)
"""


def exported(folder: Path, out: Path, umask: str, **environment: str) -> bytes:
    there = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-c", EXPORT, str(folder), str(out), umask]
    subprocess.run(command, cwd=out.parent, env=there, check=True, timeout=120)
    return out.read_bytes()


def laid_out(files: Sequence[tuple[str, bytes]], folder: Path) -> Path:
    """The log's files, written in this order: so a folder lists them in its own."""
    for name, data in files:
        path = folder / KNEE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder / KNEE


def test_the_bundle_is_the_same_whoever_makes_it_and_wherever(tmp_path: Path) -> None:
    store = Store(
        RealDisk(tmp_path / "own"), bytes(range(32)), origin="stanna.example/archive",
        policy_document=records.policy_document,
    )  # fmt: skip
    store.append(story(), at(40))
    store.close(at(41))
    own = tmp_path / "own" / KNEE
    files = [(path.relative_to(own).as_posix(), path.read_bytes()) for path in sorted(own.rglob("*")) if path.is_file()]
    here, there = laid_out(files, tmp_path / "here"), laid_out(files[::-1], tmp_path / "a far place" / "there")
    for path in there.rglob("*"):
        os.utime(path, (86_400, 86_400))

    one = exported(here, tmp_path / "one.zip", "022", TZ="UTC", LC_ALL="C", PYTHONHASHSEED="0")
    other = exported(
        there, tmp_path / "a far place" / "other.zip", "077",
        TZ="Asia/Kathmandu", LC_ALL="C.UTF-8", PYTHONHASHSEED="4711", HOME="/nonexistent", SOURCE_DATE_EPOCH="1",
    )  # fmt: skip

    names = {name: sha256(data).hexdigest() for name, data in unzip(one).items()}
    assert names == {name: sha256(data).hexdigest() for name, data in unzip(other).items()}
    assert one == other
