"""How quick the archive is: appending beside a bare database and a bare file, verifying a log and a year of them, a
stranger's single file, a report; and how large a proof is.

Appending is measured in turns with its floors, on one core: whatever else the machine does meets all of them.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise, product
from pathlib import Path

from consumers.archive import audit, proof
from consumers.archive.bundle import verify_bundle
from consumers.archive.checkpoint import Signer
from consumers.archive.cores import Cores
from consumers.archive.disk import RealDisk
from consumers.archive.entry import Shaped, encode, shape, stamp
from consumers.archive.log import Log, open_log
from consumers.archive.store import Store
from tests.bench import archive_logs, machine
from tests.bench.archive_logs import KEY, ORIGIN, START
from tests.bench.archive_search import ASKED, searched
from tests.bench.child import CORE
from tests.bench.figures import Part, Row, at_least, at_most, median, told
from tests.unit.archive import eventful, records

APPEND_MIN = 10_000
SHARE_MIN_PERCENT = 50
PROOF_MAX_B = 500
VERIFY_MIN = 300_000
YEAR_MAX_S = 15.0
YEAR_MAX_MB = 300.0
REPORT_MAX_S = 3.0
SEARCH_MAX_S = 1.0

ENTRIES = 20_000
LONG = 100_000  # entries of the log whose verifying is measured: one core, no processes to start
SHARES = (0, 8, 100)  # one entry in so many is a public post with a proof file
YEAR_LOGS, YEAR_ENTRIES = 100, 20_000  # of each: an event every few days
POSTS = 400
ROUNDS = 3
CALM, FULL = 50, archive_logs.BATCH  # entries in a batch


@contextmanager
def _one_core() -> Iterator[None]:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def run() -> Part:
    with tempfile.TemporaryDirectory(prefix="bench-archive-", dir=os.environ.get("BENCH_FOLDER")) as made:
        folder = Path(made)
        found = archive_logs.shaped(ENTRIES // archive_logs.EACH)
        with _one_core():
            rows = [_shaping(), *_appending(folder, found)]
        rows += _one_log(folder, found)
        rows += _verifying(folder)
        rows += _year(folder)
        rows += _report(folder)
    return Part("archive", rows, (*_explained(found), f"load after: {machine.load()}"))


def _explained(found: Sequence[Shaped]) -> Sequence[str]:
    mean = sum(len(encode(each, 0, stamp(START))) for each in found) / len(found)
    return (
        f"an entry is {mean:.0f} bytes in the mean, one in {archive_logs.EACH} is a public post and has a proof file",
        "appended entries are durable when they count; shaping them from the topics' records comes before",
    )


def _rate(act: Callable[[], int], clock: Callable[[], float] = time.perf_counter) -> float:
    """Entries a second."""
    began = clock()
    done = act()
    return done / (clock() - began)


def _shaping() -> Row:
    lying = list(archive_logs.messages(ENTRIES // archive_logs.EACH // 4))

    def act() -> int:
        return len([shape(*each) for each in lying])

    return told("a record of a topic made into what is kept of it", f"{median([_rate(act) for _ in range(3)]):.0f}/s")


# --- appending ---


def _appending(folder: Path, found: Sequence[Shaped]) -> Iterator[Row]:
    """Entries that are durable (what the broker's commit waits for), and then with every tile, proof and checkpoint."""
    written = [encode(each, seq, stamp(START)) for seq, each in enumerate(found)]
    for size in (FULL, CALM):
        upto = ENTRIES if size == FULL else ENTRIES // 5
        acts: dict[str, Callable[[Path, int], int]] = {
            "durable": partial(_durable, found[:upto]), "signed": partial(_signed, found[:upto]),
            "sqlite": partial(_sqlite, written[:upto]), "file": partial(_append, written[:upto]),
        }  # fmt: skip
        rates: dict[str, list[float]] = {name: [] for name in acts}
        for number, (name, act) in product(range(ROUNDS), acts.items()):
            place = folder / f"append-{size}-{number}-{name}"
            place.mkdir()
            if name in ("durable", "signed"):
                _log(place).close(START)  # a log is made once
            rates[name].append(_rate(partial(act, place, size)))
        yield from _append_rows(size, {name: median(values) for name, values in rates.items()})


def _append_rows(size: int, rate: dict[str, float]) -> Iterator[Row]:
    yield at_least(
        f"append in batches of {size} with tiles, proofs and checkpoints, one core", APPEND_MIN, rate["signed"],
        "entries/s", f"durable alone {rate['durable']:.0f}/s",
    )  # fmt: skip
    for name, words in (("sqlite", "bare sqlite (WAL, synchronous=FULL)"), ("file", "a bare append and fsync")):
        percent = 100 * rate["durable"] / rate[name]
        what = f"durable in batches of {size}, of what {words} does with the same bytes"
        yield at_least(what, SHARE_MIN_PERCENT, percent, "%", f"{rate[name]:.0f}/s in the same run")


def _log(folder: Path) -> Log:
    return open_log(RealDisk(folder), records.KNEE, Signer(f"{ORIGIN}/{records.KNEE}", KEY), START)


def _durable(found: Sequence[Shaped], folder: Path, size: int) -> int:
    log = _log(folder)
    done = sum(log.append(batch, START) for batch in archive_logs.batches(found, size))
    log.release()
    return done


def _signed(found: Sequence[Shaped], folder: Path, size: int) -> int:
    log, done, began = _log(folder), 0, time.monotonic()
    for batch in archive_logs.batches(found, size):
        now = START + timedelta(seconds=time.monotonic() - began)
        done += log.append(batch, now)
        if log.due(now):
            log.checkpoint(now)
    log.close(now)
    return done


def _sqlite(written: Sequence[bytes], folder: Path, size: int) -> int:
    database = sqlite3.connect(folder / "floor.sqlite")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE entries (seq INTEGER PRIMARY KEY, entry BLOB NOT NULL)")
    for at in range(0, len(written), size):
        with database:
            database.executemany("INSERT INTO entries VALUES (?, ?)", enumerate(written[at : at + size], at))
    database.close()
    return len(written)


def _append(written: Sequence[bytes], folder: Path, size: int) -> int:
    with (folder / "floor.bin").open("ab", buffering=0) as file:
        for at in range(0, len(written), size):
            file.write(b"".join(written[at : at + size]))
            os.fsync(file.fileno())
    return len(written)


# --- one log ---


def _one_log(folder: Path, found: Sequence[Shaped]) -> Iterator[Row]:
    archive_logs.write(folder / "one", records.KNEE, found)
    log, zipped = folder / "one" / records.KNEE, folder / "one.zip"
    with zipped.open("wb") as out:
        audit.export_into(log, records.dispose, out)
    shown = [proof.decode(path.read_bytes()) for path in (log / "proofs").iterdir()]
    path_b = max(sum(map(len, each.path)) for each in shown)
    files = [path.stat().st_size for path in (log / "proofs").iterdir()]
    yield at_most(
        f"proof of a post in a log of {ENTRIES:,}", PROOF_MAX_B, path_b, "B",
        f"the way to the root; the file with entry and checkpoint is {median(files):.0f} B",
    )  # fmt: skip
    with _one_core():
        yield told(f"verify a log of {ENTRIES:,} entries, one core", _verified(lambda: audit.judge(log).size))
        yield told("… its bundle", _verified(lambda: audit.judge(zipped).size))
        yield told("… its bundle by the single file, plain Python", _verified(lambda: _stranger(zipped)))


def _verified(act: Callable[[], int]) -> str:
    return f"{median([_rate(act) for _ in range(3)]):.0f} entries/s"


def _stranger(zipped: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-I", verify_bundle.__file__, str(zipped)], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"Good: {ENTRIES} entries"), done.stdout
    return ENTRIES


def _verifying(folder: Path) -> Iterator[Row]:
    """One long log, with proofs and without; seconds of this process, as a busy machine takes the others away."""
    found = archive_logs.shaped(LONG // archive_logs.EACH)
    for share in SHARES:
        name = f"long-{share}"
        kept = [replace(each, log=name) for each in archive_logs.with_posts(found, share)]
        archive_logs.lay(folder, name, [encode(each, seq, stamp(START)) for seq, each in enumerate(kept)])
        with _one_core():
            rates = [_rate(partial(_size, folder / name), time.process_time) for _ in range(ROUNDS)]
        shutil.rmtree(folder / name)
        what = f"one entry in {share} with a proof" if share else "no proofs"
        yield at_least(f"verify, {what}, one core", VERIFY_MIN, max(rates), "entries/s", f"of {len(kept):,}, CPU time")


def _size(log: Path) -> int:
    verdict = audit.judge(log)
    assert verdict.ok, verdict.bad
    return verdict.size


# --- a year ---


def _year(folder: Path) -> Iterator[Row]:
    began, cores = time.perf_counter(), len(os.sched_getaffinity(0))
    list(Cores(cores)(partial(archive_logs.lay_event, folder / "year", YEAR_ENTRIES), range(YEAR_LOGS)))
    made_s = time.perf_counter() - began
    command = [sys.executable, "-m", "tests.bench.archive_year", str(folder / "year")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told_ = json.loads(done.stdout)
    assert (told_["bad"], told_["entries"]) == (0, YEAR_LOGS * YEAR_ENTRIES), told_
    what = f"a year: {YEAR_LOGS} events, {told_['entries']:,} entries, {told_['proofs']:,} proofs"
    yield at_most(f"{what}: verify all", YEAR_MAX_S, told_["took_s"], "s", f"{cores} cores; written in {made_s:.0f} s")
    yield at_least("… entries verified", VERIFY_MIN, told_["entries"] / told_["took_s"], "/s", "proofs and all")
    yield at_most("… memory of all its processes at most", YEAR_MAX_MB, told_["mb"], "MB")
    seen = searched(folder / "year")
    yield at_most(
        f"… search, slowest of {len(ASKED)} questions", SEARCH_MAX_S, seen.slowest_s, "s",
        f"first of a process {seen.first_s:.2f} s; the table made from nothing {seen.made_s:.1f} s; {seen.mb} MB",
    )  # fmt: skip


def _report(folder: Path) -> Iterator[Row]:
    disk = archive_logs.Unsynced(folder / "report")
    store = Store(disk, KEY, origin=ORIGIN, policy_document=records.policy_document)
    store.append(eventful.eventful(POSTS), START)
    store.close(START)
    log, took, sizes = folder / "report" / eventful.ID, list[tuple[float, ...]](), (0, 0)
    for _ in range(ROUNDS):
        at = [time.perf_counter()]
        found = audit.facts(log, records.dispose)
        at.append(time.perf_counter())
        html = audit.page(found)
        at.append(time.perf_counter())
        paper = audit.pdf(found)
        at.append(time.perf_counter())
        took.append(tuple(later - before for before, later in pairwise(at)))
        sizes = len(html), len(paper)
    facts_s, html_s, pdf_s = (median(list(each)) for each in zip(*took, strict=True))
    for kind, own_s, size in (("HTML", html_s, sizes[0]), ("PDF", pdf_s, sizes[1])):
        how = f"{facts_s:.2f} s of it reads and verifies the log; {size / 1000:.0f} kB"
        yield at_most(f"report of an event of {POSTS} posts, {kind}", REPORT_MAX_S, facts_s + own_s, "s", how)
