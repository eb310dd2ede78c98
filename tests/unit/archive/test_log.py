"""The log on disk: what was appended is there after any crash, once, in order, and fits its signature."""

import json
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from consumers.archive import audit
from consumers.archive.disk import Disk, RealDisk
from consumers.archive.export import verify_zip
from consumers.archive.reading import FilesReader, FolderReader
from consumers.archive.store import Store
from consumers.archive.verify import Verdict, entries, verify
from schemas.errors import Broken, Refused
from schemas.topics import LIVE_EVENTS, PAGES, SUBMISSIONS
from streams.bus import Message
from tests.unit.archive.disks import CrashDisk
from tests.unit.archive.records import (
    KNEE,
    SECRET,
    at,
    dispose,
    live_event,
    message,
    page,
    policy_document,
    post_id,
    posted,
    story,
    submission,
)

KEY = bytes(range(32))


def store_on(disk: Disk) -> Store:
    return Store(disk, KEY, origin="stanna.example/archive", policy_document=policy_document)


def judge(disk: CrashDisk, log: str = KNEE) -> Verdict:
    files = disk.contents()
    return verify(FilesReader({n.removeprefix(f"{log}/"): d for n, d in files.items() if n.startswith(f"{log}/")}))


def ids(disk: CrashDisk) -> list[str]:
    """The ids of the signed entries, the archive's own entries left out."""
    reader = FilesReader({n.removeprefix(f"{KNEE}/"): d for n, d in disk.contents().items()})
    found = [json.loads(e) for e in entries(reader, judge(disk).size)]
    return [e["id"] for e in found if e["type"] != "policy"]


def wanted_ids(messages: Sequence[Message]) -> list[str]:
    return [json.loads(m.value or b"")["id"] for m in messages]


def test_a_small_live_event_is_archived_and_verifies(tmp_path: Path) -> None:
    store = store_on(RealDisk(tmp_path))
    done = store.append(story(), at(40))
    store.close(at(41))

    verdict = verify(FolderReader(tmp_path / KNEE))

    assert verdict.bad is None
    assert (done.new, done.known, done.unread, done.policies_missing) == (56, 0, 0, 0)
    assert (verdict.size, verdict.pending, verdict.proofs) == (57, 0, 8)
    assert verdict.origin == "stanna.example/archive/knee-2026"


def test_no_file_of_the_archive_holds_what_staff_wrote(tmp_path: Path) -> None:
    store = store_on(RealDisk(tmp_path))
    store.append(story(), at(40))
    store.close(at(41))

    everything = b"".join(f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())

    assert SECRET.encode() not in everything
    assert SECRET.replace(" ", "_").encode() not in everything


def test_the_same_record_again_is_not_archived_again() -> None:
    disk = CrashDisk()
    store = store_on(disk)
    store.append(story(), at(40))
    later = [Message(m.topic, m.partition, m.offset + 1000, m.key, m.value, 0) for m in story()]

    assert store.append(later, at(50)).new == 0
    store.close(at(51))
    assert store_on(disk.after(power_cut=False)).append(story(), at(60)).new == 0


def test_a_record_written_again_under_its_id_with_new_content_is_archived() -> None:
    disk = CrashDisk()
    store = store_on(disk)

    done = store.append([message(PAGES, page(3), 0), message(PAGES, page(3, retracted=True), 1)], at(40))

    assert done.new == 2


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    first, second = store_on(RealDisk(tmp_path)), store_on(RealDisk(tmp_path))
    first.append(story()[:3], at(1))

    with pytest.raises(Broken, match="another process writes this log"):
        second.append(story()[3:6], at(2))
    first.close(at(3))
    second.append(story()[3:6], at(4))
    second.close(at(5))


def test_a_clock_that_goes_backwards_stands_still_in_the_log() -> None:
    disk = CrashDisk()
    store = store_on(disk)
    store.append(story()[:5], at(100))
    store.append(story()[5:9], at(50))
    store.close(at(51))
    again = store_on(disk.after(power_cut=False))
    again.append(story()[9:12], at(10))

    verdict = judge(disk)
    assert verdict.bad is None
    assert verdict.first_ts == verdict.last_ts == "2026-12-01T08:06:40.000000Z"


def test_it_signs_after_ten_seconds_and_not_before() -> None:
    disk = CrashDisk()
    store = store_on(disk)
    store.append(story()[:5], at(0))
    store.append(story()[5:9], at(5))
    assert (judge(disk).size, judge(disk).pending) == (0, 10)
    assert store.tick(at(9)) == 0
    assert store.tick(at(10)) == 1
    assert (judge(disk).size, judge(disk).pending) == (10, 0)
    assert store.tick(at(100)) == 0


def test_each_live_event_has_its_own_log() -> None:
    disk = CrashDisk()
    store = store_on(disk)
    store.append([message(SUBMISSIONS, submission(1), 0), message(SUBMISSIONS, submission(1, "hip-2026"), 1)], at(0))
    store.close(at(1))

    assert (judge(disk).size, judge(disk, "hip-2026").size) == (1, 1)


def test_what_names_no_live_event_goes_to_a_log_of_its_own() -> None:
    disk = CrashDisk()
    store = store_on(disk)
    broken = [
        Message(SUBMISSIONS.name, 0, 0, "k", b"\xff\x00 not json", 0),
        Message(SUBMISSIONS.name, 0, 1, "k", b'{"live_event_id":"knee-2026","text":"half"}', 0),
        Message(PAGES.name, 0, 2, "a-key", None, 0),
    ]
    done = store.append(broken, at(0))
    assert store.append(broken, at(1)).new == 0
    store.close(at(2))

    assert (done.new, done.unread) == (3, 2)
    assert (judge(disk, "_unplaced").size, judge(disk, "_unplaced").bad) == (2, None)
    assert judge(disk).size == 1


def test_a_record_too_large_for_an_entry_lies_beside_the_log() -> None:
    disk = CrashDisk()
    store = store_on(disk)
    large = live_event(allow=tuple(f"{n:0200}" for n in range(499)))
    store.append([message(LIVE_EVENTS, large, 0)], at(0))
    store.close(at(1))

    kept = [name for name in disk.files if "/records/" in name]
    assert len(kept) == 1
    assert judge(disk).bad is None
    assert json.loads(disk.files[kept[0]].data)["plan"]["consent"]["remuneration"] is None
    del disk.files[kept[0]]
    bad = judge(disk).bad
    assert bad
    assert bad.place.startswith("records/")


def test_many_entries_fill_tiles_and_old_partial_tiles_go() -> None:
    disk = CrashDisk()
    store = store_on(disk)
    for n in range(0, 600, 100):
        store.append([message(SUBMISSIONS, submission(i), i) for i in range(n, n + 100)], at(n))
        store.tick(at(n + 20))
    store.close(at(700))

    names = sorted(n.removeprefix(f"{KNEE}/") for n in disk.files if "/tile/" in n)
    assert judge(disk).bad is None
    assert names == [
        "tile/0/000",
        "tile/0/001",
        "tile/0/002.p/88",
        "tile/1/000.p/1",
        "tile/1/000.p/2",
        "tile/entries/000",
        "tile/entries/001",
        "tile/entries/002.p/88",
    ]


def test_a_changed_journal_stops_the_archive_instead_of_losing_entries() -> None:
    disk = CrashDisk()
    store_on(disk).append(story()[:5], at(1))
    whole = disk.files[f"{KNEE}/pending"].data
    for i in [*range(60), *range(60, len(whole), 9)]:  # every byte of the head, every ninth after it
        changed = disk.after(power_cut=False)
        changed.files[f"{KNEE}/pending"].data = whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :]
        with pytest.raises(Broken):
            store_on(changed).append(story()[5:6], at(2))


def test_a_changed_entry_stops_the_archive() -> None:
    disk = CrashDisk()
    store = store_on(disk)
    store.append(story(), at(1))
    store.close(at(2))
    name = f"{KNEE}/tile/entries/000.p/57"
    disk.files[name].data = disk.files[name].data.replace(b"tablet-1", b"tablet-2", 1)

    with pytest.raises(Broken, match="do not have the root that was signed"):
        store_on(disk).append(story()[:1], at(3))


def test_another_key_is_refused() -> None:
    disk = CrashDisk()
    store_on(disk).append(story()[:1], at(1))
    other = Store(disk, b"\x07" * 32, origin="stanna.example/archive", policy_document=policy_document)

    with pytest.raises(Broken, match="does not name the signing key"):
        other.append(story()[1:2], at(2))
    with pytest.raises(Refused):
        Store(disk, b"no key", origin="stanna.example/archive", policy_document=policy_document)


def test_an_unknown_policy_is_counted_and_the_record_is_archived_all_the_same() -> None:
    disk = CrashDisk()
    store = Store(disk, KEY, origin="stanna.example/archive", policy_document=lambda name, sha256: None)

    done = store.append(story()[:3], at(1))

    assert (done.new, done.policies_missing) == (3, 1)


def test_proof_files_lost_in_a_crash_are_written_at_the_next_start() -> None:
    disk = CrashDisk()
    store = store_on(disk)
    store.append([message(t, r, i) for i, (t, r) in enumerate(posted(1))], at(1))
    store.close(at(2))
    del disk.files[f"{KNEE}/proofs/{post_id(1)}.tlog-proof"]
    assert judge(disk).bad

    store_on(disk).append(story()[:1], at(3))

    assert judge(disk).bad is None


def test_idle_logs_are_let_go() -> None:
    disk = CrashDisk()
    store = store_on(disk)
    store.append(story()[:1], at(0))
    assert store.sizes() == {KNEE: 2}
    store.tick(at(0) + timedelta(minutes=16))
    assert store.sizes() == {}


def test_a_log_can_be_verified_and_exported_while_it_grows(tmp_path: Path) -> None:
    store = store_on(RealDisk(tmp_path))
    store.append([message(SUBMISSIONS, submission(0), 0)], at(0))
    stop = threading.Event()

    def write() -> None:
        for n in range(1, 400):
            if stop.is_set():
                return
            store.append([message(SUBMISSIONS, submission(n), n)], at(n * 6))
            store.tick(at(n * 6 + 1))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        verdicts = [audit.verify_folder(tmp_path / KNEE) for _ in range(60)]
        bundles = [verify_zip(audit.export_bundle(tmp_path / KNEE, dispose)) for _ in range(5)]
    finally:
        stop.set()
        writer.join()
        store.close(at(5000))

    assert [v.bad for v in [*verdicts, *bundles] if v.bad] == []
