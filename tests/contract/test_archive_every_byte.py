"""A bundle of two hundred entries, damaged in every way there is: both verifiers find all of it, and at one place.

Every single byte takes hours and is for `make soak`; on each change a stride is tried, from a byte that is drawn and
printed, so that the same bytes can be tried again.
"""

import io
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random, SystemRandom

import pytest

from consumers.archive import tiles
from consumers.archive.bundle import verify_bundle
from consumers.archive.export import export, verify_zip
from consumers.archive.reading import FilesReader, unzip
from consumers.archive.store import Store
from consumers.archive.verify import entries, verify
from consumers.archive.zipped import BytesSource, Zipped
from schemas.topics import SUBMISSIONS
from tests.unit.archive import records
from tests.unit.archive.disks import CrashDisk
from tests.unit.archive.records import KNEE, at, message, posted, story, submission

KEY = bytes(range(32))
ENTRIES = 200
BUNDLE = "tile/entries/000.p/200"
DERIVED = ("VERIFY.md", "entries.parquet", "report.html", "report.pdf", "verify.py")  # known to the sums alone


@cache
def bundle() -> bytes:
    """The small event of 57 entries, 22 more updates with a post each, and submissions that nobody took up."""
    more = [pair for n in range(10, 32) for pair in posted(n)]
    more += [(SUBMISSIONS, submission(n)) for n in range(40, 40 + ENTRIES - 57 - len(more))]
    disk = CrashDisk()
    store = Store(disk, KEY, origin="stanna.example/archive", policy_document=records.policy_document)
    store.append(story(), at(40))
    store.tick(at(51))
    store.append([message(topic, record, 100 + i) for i, (topic, record) in enumerate(more)], at(52))
    store.close(at(60))
    files = {name.removeprefix(f"{KNEE}/"): data for name, data in disk.contents().items()}
    return export(FilesReader(files), records.dispose)


@cache
def all_entries() -> tuple[bytes, ...]:
    return tuple(entries(FilesReader(unzip(bundle())), ENTRIES))


def strangers_place_in_zip(data: bytes) -> str:
    try:
        verify_bundle.check_zip(io.BytesIO(data), [], [])
    except verify_bundle.Bad as bad:
        return bad.place
    return "good"


def place(data: bytes) -> str:
    """Where both verifiers say that it begins."""
    ours, theirs = verify_zip(data).bad, strangers_place_in_zip(data)
    assert (ours.place if ours else "good") == theirs
    return theirs


def place_among(files: dict[str, bytes]) -> str:
    ours, theirs = verify(FilesReader(files)).bad, "good"
    try:
        verify_bundle.Log(verify_bundle.Files(files)).check([], [])
    except verify_bundle.Bad as bad:
        theirs = bad.place
    assert (ours.place if ours else "good") == theirs
    return theirs


def wanted() -> Iterator[tuple[int, int, str | None]]:
    """(first byte, byte behind, place that has to be named) of each part of the zip that has one right answer."""
    for name, member in Zipped(BytesSource(bundle())).members.items():
        if name == BUNDLE:
            start = member.start
            for seq, entry in enumerate(all_entries()):
                yield start, start + len(entry) + 2, f"entry {seq}"
                start += len(entry) + 2
        elif name == "entries.jsonl":
            start = member.start
            for number, entry in enumerate(all_entries(), 1):
                yield start, start + len(entry), f"entries.jsonl line {number}"
                start += len(entry) + 1
        elif name != "sha256sums.txt":  # of which a changed line names the file that it is about
            yield member.start, member.start + member.size, name


def test_the_bundle_is_good_and_has_two_hundred_entries() -> None:
    assert verify_zip(bundle()).size == ENTRIES
    assert place(bundle()) == "good"


def _flip(position: int, drawn: Random) -> bytes:
    whole = bundle()
    return whole[:position] + bytes([whole[position] ^ (1 << drawn.randrange(8))]) + whole[position + 1 :]


STRIDES = [
    pytest.param(997, id="every 997th"),
    pytest.param(97, id="every 97th", marks=pytest.mark.soak),
    pytest.param(1, id="every one", marks=pytest.mark.soak),
]


@pytest.mark.parametrize("stride", STRIDES)
def test_every_flipped_byte_of_a_bundle_is_found_by_both_at_the_same_place(stride: int) -> None:
    seed = SystemRandom().randrange(2**32)
    drawn = Random(seed)
    print(f"seed {seed}")
    spans = list(wanted())
    position, tried = drawn.randrange(stride), 0
    while position < len(bundle()):
        named = place(_flip(position, drawn))
        right = next((name for start, stop, name in spans if start <= position < stop), None)
        assert named != "good", (seed, position)
        assert right is None or named == right or right in DERIVED, (seed, position, named, right)
        position, tried = position + stride, tried + 1
    print(f"{tried} of {len(bundle())} bytes flipped, all found")


def framed(kept: list[bytes]) -> str:
    return place_among(unzip(bundle()) | {BUNDLE: tiles.frame(kept)})


@pytest.mark.parametrize("step", [pytest.param(7, id="every seventh"), pytest.param(1, marks=pytest.mark.soak)])
def test_every_dropped_doubled_swapped_entry_and_every_cut_is_found_by_both_and_its_place_named(step: int) -> None:
    kept = list(all_entries())
    for seq in range(0, ENTRIES, step):
        assert framed(kept[:seq] + kept[seq + 1 :]) == f"entry {seq}"
        doubled = "tile/entries/000.p/200" if seq == ENTRIES - 1 else f"entry {seq + 1}"
        assert framed(kept[: seq + 1] + kept[seq:]) == doubled
        assert framed(kept[:seq]) == f"entry {seq}"
        if seq + 1 < ENTRIES:
            assert framed([*kept[:seq], kept[seq + 1], kept[seq], *kept[seq + 2 :]]) == f"entry {seq}"


@pytest.mark.parametrize("cut", [1, 22, 400, 5000])
def test_a_bundle_that_was_cut_short_is_named(cut: int) -> None:
    assert place(bundle()[:-cut]).startswith("the zip, byte ")


def test_the_program_itself_names_the_place_and_ends_with_one(tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_bytes(unzip(bundle())["verify.py"])
    start = Zipped(BytesSource(bundle())).members[BUNDLE].start
    for position in (start + 500, start + 90_000):
        changed = _flip(position, Random(position))
        (tmp_path / "event.zip").write_bytes(changed)
        command = [sys.executable, "-I", "verify.py", "event.zip"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (1, "")
        assert done.stdout.startswith(f"Bad:  {place(changed)}: ")
