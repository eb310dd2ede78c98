"""Tampering is found and its first place is named: by us and, on the same damage, by the stranger's single file."""

import base64
import io
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from consumers.archive import audit, checkpoint, merkle, tiles
from consumers.archive.bundle import verify_bundle
from consumers.archive.checkpoint import Key, Signer
from consumers.archive.disk import RealDisk
from consumers.archive.export import export, verify_zip
from consumers.archive.reading import FilesReader, unzip
from consumers.archive.store import Store
from consumers.archive.verify import entries, verify
from schemas.errors import Refused
from tests.unit.archive import records
from tests.unit.archive.disks import CrashDisk
from tests.unit.archive.records import KNEE, LOOSE, POLICY, at, story

KEY = bytes(range(32))
ORIGIN = "stanna.example/archive"
SIGNER = Signer(f"{ORIGIN}/{KNEE}", KEY)
Files = dict[str, bytes]


@cache
def _log() -> Mapping[str, bytes]:
    """A closed log of 57 entries, signed twice on its way."""
    disk = CrashDisk()
    store = Store(disk, KEY, origin=ORIGIN, policy_document=records.policy_document)
    for start, when in ((0, 1), (20, 12), (40, 24)):
        store.append(story()[start : start + 20], at(when))
        store.tick(at(when + 10))
    store.close(at(40))
    return {name.removeprefix(f"{KNEE}/"): data for name, data in disk.contents().items()}


def log() -> Files:
    return dict(_log())


@cache
def bundle() -> bytes:
    return export(FilesReader(log()), records.dispose)


def place(files: Files) -> str:
    """The place our verifier names."""
    bad = verify(FilesReader(files)).bad
    return bad.place if bad else "good"


def strangers_place(files: Files, known: tuple[bytes, ...] = ()) -> str:
    """The place the single file names; it runs here as a module, and as a program in another test."""
    verify_bundle._opened.clear()
    try:
        verify_bundle.Log(verify_bundle.Files(files)).check([], list(known))
    except verify_bundle.Bad as bad:
        return bad.place
    return "good"


def both(files: Files) -> str:
    ours, theirs = place(files), strangers_place(files)
    assert ours == theirs
    return ours


def rebuilt(kept: list[bytes], signed: Files) -> Files:
    """What someone without the key can make of changed entries: all tiles fit, the checkpoint is the old one."""
    edge = tiles.TileEdge()
    for entry in kept:
        edge.append(merkle.leaf_hash(entry))
    files = {name: data for name, data in signed.items() if not name.startswith("tile/")}
    files |= {tiles.tile_path(level, n, width): data for level, n, width, data in edge.partial()}
    files[tiles.bundle_path(0, len(kept))] = tiles.frame(kept)
    return files


def all_entries() -> list[bytes]:
    return list(entries(FilesReader(log()), 57))


def test_the_log_is_good_and_keeps_the_tiles_of_its_earlier_checkpoints() -> None:
    names = [name for name in log() if name.startswith("tile/0/")]
    assert names == ["tile/0/000.p/21", "tile/0/000.p/41", "tile/0/000.p/57"]
    assert both(log()) == "good"


def bytes_of_entries() -> Iterator[tuple[int, int]]:
    """(position in the bundle, seq) of every byte, the length before an entry counted with it."""
    position = 0
    for seq, entry in enumerate(all_entries()):
        for _ in range(len(entry) + 2):
            yield position, seq
            position += 1


# Every byte takes minutes and is for `make soak`; on each change a stride that is prime touches every kind of byte.
STRIDES = [pytest.param(67, id="every 67th"), pytest.param(1, id="every one", marks=pytest.mark.soak)]


@pytest.mark.parametrize("stride", STRIDES)
def test_every_flipped_byte_of_every_entry_is_found_and_its_entry_named(stride: int) -> None:
    name = "tile/entries/000.p/57"
    whole = log()[name]
    for step, (position, seq) in enumerate(list(bytes_of_entries())[::stride]):
        changed = log() | {name: whole[:position] + bytes([whole[position] ^ 0x01]) + whole[position + 1 :]}
        assert place(changed) == f"entry {seq}", position
        if step % 10 == 0:
            assert strangers_place(changed) == f"entry {seq}", position


@pytest.mark.parametrize("stride", STRIDES)
def test_every_flipped_byte_of_every_other_file_is_found_and_the_file_named(stride: int) -> None:
    for name, whole in log().items():
        if name.startswith("tile/entries/000.p/57") or name in ("pending", "lock"):
            continue
        for position in range(0, len(whole), stride):
            changed = log() | {name: whole[:position] + bytes([whole[position] ^ 0x10]) + whole[position + 1 :]}
            assert place(changed) == name, position
            if position % 469 == 0:
                assert strangers_place(changed) == name, position


def test_every_dropped_doubled_or_swapped_entry_is_found_even_when_all_tiles_are_made_to_fit() -> None:
    kept = all_entries()
    for seq in range(57):
        dropped = kept[:seq] + kept[seq + 1 :]
        doubled = kept[: seq + 1] + kept[seq:]
        assert place(rebuilt(dropped, log())) != "good"
        assert place(rebuilt(doubled, log())) != "good"
        for changed in (dropped, doubled[:57]):
            files = log() | {"tile/entries/000.p/57": tiles.frame(changed)}
            assert place(files) == f"entry {seq if changed is dropped else seq + 1}" or seq == 56
        if seq < 56:
            swapped = [*kept[:seq], kept[seq + 1], kept[seq], *kept[seq + 2 :]]
            assert both(rebuilt(swapped, log())) == f"entry {seq}"


def test_an_entry_changed_with_all_its_tiles_is_found_without_the_key() -> None:
    kept = all_entries()
    kept[30] = kept[30].replace(b"T. Okafor", b"T. Nobody", 1).replace(b"poster", b"master", 1)
    assert kept[30] != all_entries()[30]

    assert both(rebuilt(kept, log())) == "checkpoint"


def test_a_truncated_log_is_found() -> None:
    kept = all_entries()
    for size in range(57):
        files = log() | {"tile/entries/000.p/57": tiles.frame(kept[:size])}
        assert both(files) == f"entry {size}"
        assert place(rebuilt(kept[:size], log())).startswith("entry 0")


def rolled_back(size: int) -> Files:
    """An earlier state, signed with the real key."""
    files = rebuilt(all_entries()[:size], log())
    root = merkle.root_of(merkle.leaf_hash(e) for e in all_entries()[:size])
    return files | {"checkpoint": checkpoint.sign(SIGNER, size, root)}


def test_a_rolled_back_log_is_found_by_the_proofs_that_remain() -> None:
    assert both(rolled_back(41)).startswith("proofs/")


def test_a_rolled_back_log_without_proofs_is_found_by_a_checkpoint_that_was_kept() -> None:
    files = {n: d for n, d in rolled_back(5).items() if not n.startswith("proofs/")}
    kept = log()["checkpoint"]

    assert both(files) == "good"  # an earlier state is a good one to who knows no later one
    bad = verify(FilesReader(files), known=[kept]).bad
    assert bad
    assert (bad.place, "rolled back" in bad.reason) == ("known checkpoint 1", True)
    assert strangers_place(files, (kept,)) == "known checkpoint 1"


def test_a_log_forked_with_the_real_key_is_found_by_a_checkpoint_that_was_kept() -> None:
    kept = all_entries()
    changed = json.loads(kept[50])
    kept[50] = kept[50].replace(changed["at"].encode(), b"2026-12-01T08:05:59.000000Z")
    files = {n: d for n, d in rebuilt(kept, log()).items() if not n.startswith("proofs/")}
    root = merkle.root_of(merkle.leaf_hash(e) for e in kept)
    forged = checkpoint.sign(SIGNER, 57, root)
    files["checkpoint"] = forged

    bad = verify(FilesReader(files), known=[log()["checkpoint"]]).bad

    assert bad
    assert (bad.place, "forked" in bad.reason) == ("known checkpoint 1", True)
    assert strangers_place(files, (log()["checkpoint"],)) == "known checkpoint 1"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'"seq":20', b'"seq":21', "says that it is entry 21"),
        (b'"v":1}', b'"v":2}', "version or type"),
        (b'"live_event_id":"knee-2026"', b'"live_event_id":"knee-2027"', "another live event"),
        (b'"ts":"2026', b'"ts":"2025', "earlier than the entry before"),
        (b'"record":', b'"rekord":', "not an entry"),
    ],
)
def test_an_entry_that_says_what_it_must_not_is_named_though_signed(old: bytes, new: bytes, reason: str) -> None:
    kept = all_entries()
    before = kept[20]
    at_ = before.rindex(old)
    kept[20] = before[:at_] + new + before[at_ + len(old) :]
    root = merkle.root_of(merkle.leaf_hash(e) for e in kept)
    files = rebuilt(kept, log()) | {"checkpoint": checkpoint.sign(SIGNER, 57, root)}
    files = {n: d for n, d in files.items() if not n.startswith("proofs/")}

    bad = verify(FilesReader(files)).bad

    assert bad
    assert bad.place == "entry 20"
    assert reason in bad.reason
    assert strangers_place(files) == "entry 20"


@pytest.mark.parametrize(
    "missing", ["keys.txt", "checkpoint", "tile/0/000.p/57", f"policies/{POLICY.sha256}.json", "a proof", "the entries"]
)
def test_a_missing_file_is_named(missing: str) -> None:
    name = {"a proof": min(n for n in log() if n.startswith("proofs/")), "the entries": "tile/entries/000.p/57"}.get(
        missing, missing
    )
    files = log()
    del files[name]

    assert both(files) == ("entry 0" if missing == "the entries" else name)


@pytest.mark.parametrize(
    "name", ["notes.txt", "tile/0/001", "tile/entries/000.p/58", "policies/x.json", "proofs/x.tlog-proof"]
)
def test_a_foreign_file_is_named(name: str) -> None:
    assert both(log() | {name: b"foreign"}) == name


def test_another_key_than_the_trusted_one_is_named() -> None:
    other = Key(SIGNER.key.name, b"\x01" * 32)

    assert verify(FilesReader(log()), trusted=[SIGNER.key]).ok
    bad = verify(FilesReader(log()), trusted=[other]).bad
    assert bad
    assert bad.place == "keys.txt"


# --- the bundle ---


def test_a_bundle_is_the_same_bytes_each_time_and_holds_what_the_design_lists() -> None:
    files = unzip(bundle())

    assert export(FilesReader(log()), records.dispose) == bundle()
    assert {n.partition("/")[0] for n in files} == {
        "VERIFY.md", "checkpoint", "entries.jsonl", "entries.parquet", "keys.txt", "policies", "proofs", "report.html",
        "report.pdf", "sha256sums.txt", "tile", "verify.py",
    }  # fmt: skip
    assert [n for n in files if n.startswith("tile/")] == ["tile/0/000.p/57", "tile/entries/000.p/57"]
    assert len([n for n in files if n.endswith(".tlog-proof")]) == 8
    assert files["entries.jsonl"].count(b"\n") == 57
    assert verify_zip(bundle()).ok


@pytest.mark.parametrize("stride", [pytest.param(2999, id="some"), pytest.param(53, id="many", marks=pytest.mark.soak)])
def test_every_flipped_byte_of_a_bundle_is_found_by_both(stride: int) -> None:
    whole = bundle()
    for position in range(0, len(whole), stride):
        changed = whole[:position] + bytes([whole[position] ^ 0x04]) + whole[position + 1 :]
        ours = verify_zip(changed).bad
        assert ours, position
        assert strangers_place_in_zip(changed) == ours.place, position


def strangers_place_in_zip(data: bytes) -> str:
    verify_bundle._opened.clear()
    try:
        verify_bundle.check_zip(io.BytesIO(data), [], [])
    except verify_bundle.Bad as bad:
        return bad.place
    return "good"


def test_a_changed_report_or_copy_is_named() -> None:
    for name in ("report.html", "VERIFY.md", "verify.py", "sha256sums.txt"):
        files = unzip(bundle())
        files[name] = files[name].replace(b"e", b"3", 1)
        assert both(files) != "good"
    files = unzip(bundle())
    files["entries.jsonl"] = files["entries.jsonl"].replace(b"T. Okafor", b"T. Nobody", 1)
    assert both(files).startswith("entries.jsonl line ")


def test_a_bad_log_is_not_exported() -> None:
    with pytest.raises(Refused, match=r"tile/0/000\.p/57"):
        export(FilesReader(log() | {"tile/0/000.p/57": b"x"}), records.dispose)


def run_verifier(*arguments: str, cwd: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", *arguments], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_stranger_runs_one_file_with_plain_python(tmp_path: Path) -> None:
    (tmp_path / "event.zip").write_bytes(bundle())
    for name, data in unzip(bundle()).items():
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).write_bytes(data)

    zipped = run_verifier("out/verify.py", "event.zip", cwd=tmp_path)
    unpacked = run_verifier("verify.py", "--key", SIGNER.key.vkey, cwd=tmp_path / "out")

    assert zipped[0] == 0, zipped[1]
    assert zipped[1].startswith("Good: 57 entries, 8 posts proved, all as they were written.\n")
    assert unpacked[0] == 0, unpacked[1]
    proof = min((tmp_path / "out" / "proofs").iterdir())
    code, said = run_verifier("verify.py", "--proof", str(proof), "--key", SIGNER.key.vkey, cwd=tmp_path / "out")
    assert code == 0
    assert "Update" in said
    wrong = Key(SIGNER.key.name, base64.b64decode("A" * 43 + "=")).vkey
    assert run_verifier("verify.py", "--key", wrong, cwd=tmp_path / "out")[0] == 1

    target = tmp_path / "out" / "tile/entries/000.p/57"
    target.write_bytes(target.read_bytes().replace(b"the plan fits", b"the plan FITS", 1))
    code, said = run_verifier("verify.py", cwd=tmp_path / "out")
    assert code == 1
    assert said.startswith("Bad:  entry ")


def test_the_single_file_imports_the_standard_library_alone() -> None:
    source = Path(verify_bundle.__file__).read_text(encoding="utf-8")
    names = {line.split()[1].partition(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))}

    assert names <= sys.stdlib_module_names


def test_the_pure_python_signature_check_takes_the_vectors_of_rfc_8032() -> None:
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert verify_bundle.signature_fits(public, b"\x72", signature)
    assert not verify_bundle.signature_fits(public, b"\x73", signature)
    order = verify_bundle.ORDER.to_bytes(32, "little")
    malleable = (int.from_bytes(signature[32:], "little") + verify_bundle.ORDER).to_bytes(32, "little")
    assert not verify_bundle.signature_fits(public, b"\x72", signature[:32] + malleable)
    assert not verify_bundle.signature_fits(public, b"\x72", signature[:32] + order)
    assert not verify_bundle.signature_fits(b"\xff" * 32, b"\x72", signature)


# --- replay and report ---


def test_the_audit_of_a_folder_and_of_its_bundle_tell_the_same_story(tmp_path: Path) -> None:
    store = Store(RealDisk(tmp_path), KEY, origin=ORIGIN, policy_document=records.policy_document)
    store.append(story(), at(40))
    store.close(at(41))
    folder = audit.find(tmp_path, KNEE)
    (tmp_path / "b.zip").write_bytes(audit.export_bundle(folder, records.dispose))

    from_folder = audit.replay(folder, records.dispose, other=LOOSE)

    assert from_folder == audit.replay(tmp_path / "b.zip", records.dispose, other=LOOSE)
    assert audit.judge(tmp_path / "b.zip").size == audit.judge(folder).size == 57
    assert audit.report(folder, records.dispose) == audit.report(tmp_path / "b.zip", records.dispose)
    with pytest.raises(Refused, match="no archive of hip-2026"):
        audit.find(tmp_path, "hip-2026")
