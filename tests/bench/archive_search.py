"""How long a search over all logs takes, and how much memory, in a process of its own.

python -m tests.bench.archive_search ARCHIVE
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from consumers.archive import search
from consumers.archive.asking import asked
from consumers.archive.derived import Derived
from consumers.archive.imported import every_log

ASKED: tuple[dict[str, str], ...] = (
    {},
    {"words": "plan knee"},
    {"words": "nothing of this is there"},
    {"class": "name"},
    {"by": "de wit", "type": "decision"},
    {"platform": "local", "words": "update 77"},
    {"from": "2026-12-01T08:00", "to": "2026-12-01T09:00"},
    {"url": "#12"},
)


@dataclass(frozen=True)
class Searched:
    """`made_s`: the table from nothing; `first_s`: the first search of a process, which checks the table."""

    entries: int
    made_s: float
    first_s: float
    slowest_s: float
    mb: int


def searched(archive: Path) -> Searched:
    """Twice in processes of their own: one makes the table, one finds it."""
    with tempfile.TemporaryDirectory() as folder:
        made = _child(archive, Path(folder))
        again = _child(archive, Path(folder))
    return Searched(made.entries, made.first_s, again.first_s, again.slowest_s, max(made.mb, again.mb))


def searched_s(archive: Path) -> float:
    """The slowest of all questions, the table being there."""
    found = searched(archive)
    return max(found.first_s, found.slowest_s)


def _child(archive: Path, folder: Path) -> Searched:
    command = [sys.executable, "-m", "tests.bench.archive_search", str(archive), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Searched(**json.loads(done.stdout))


def _here(archive: Path, folder: Path) -> Searched:
    derived = Derived(folder, lambda: every_log(archive))
    took = []
    entries = 0
    for said in ASKED:
        began = time.perf_counter()
        page = search.search(derived, asked(said))
        took.append(time.perf_counter() - began)
        entries = max(entries, page.count)
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Searched(entries, 0.0, took[0], max(took[1:]), mb)


if __name__ == "__main__":
    found = _here(Path(sys.argv[1]), Path(sys.argv[2])) if len(sys.argv) > 2 else searched(Path(sys.argv[1]))
    print(json.dumps(asdict(found)))
