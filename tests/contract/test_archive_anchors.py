"""Anchors that do not fit their log are found and named, by us and by the stranger's single file alike."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from consumers.archive import audit
from consumers.archive.anchors.anchoring import Witness
from consumers.archive.anchors.cosignature import WitnessKey
from consumers.archive.anchors.judge import Trust
from consumers.archive.anchors.memory import MemoryWitness
from consumers.archive.bundle import verify_bundle
from consumers.archive.checkpoint import Signer
from consumers.archive.reading import FilesReader
from consumers.archive.verify import verify
from deploy.cli import main
from streams.clock import ManualClock
from tests.contract.witness_suite import LOG, archived, cosign, more
from tests.peers.witness import served
from tests.unit.archive import records
from tests.unit.archive.records import KNEE, at, story


async def make(root: Path) -> None:
    """Anchored by two witnesses at 57 entries, by one of them at 357; then 10 more that nobody saw."""
    clock = ManualClock(at(500))
    first = MemoryWitness("witness.example/one", b"1" * 32, [LOG], clock)
    second = MemoryWitness("witness.example/two", b"2" * 32, [LOG], clock)
    with served(first) as url, served(second) as other:
        archived(root, story())
        await cosign(root, Witness(first.key, url))
        await cosign(root, Witness(second.key, other))
        archived(root, more(100, 300))
        await cosign(root, Witness(first.key, url))
        archived(root, more(400, 10))


def files_of(log: Path) -> dict[str, bytes]:
    return {p.relative_to(log).as_posix(): p.read_bytes() for p in log.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
async def made() -> Mapping[str, bytes]:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        await make(root)
        return files_of(root / KNEE)


def strangers(files: Mapping[str, bytes]) -> str:
    verify_bundle._opened.clear()
    try:
        verify_bundle.Log(verify_bundle.Files(dict(files))).check([], [])
    except verify_bundle.Bad as bad:
        return bad.place
    return "good"


def both(files: Mapping[str, bytes]) -> str:
    bad = verify(FilesReader(files)).bad
    theirs = strangers(files)
    assert (bad.place if bad else "good") == theirs
    return theirs


def test_two_witnesses_lines_lie_in_one_file_and_both_hold(made: Mapping[str, bytes]) -> None:
    assert both(made) == "good"
    assert [(one.size, one.by) for one in verify(FilesReader(made)).anchors.cosigned] == [
        (57, "witness.example/one"),
        (57, "witness.example/two"),
        (357, "witness.example/one"),
    ]


ANCHORED = ["anchors/57/checkpoint", "anchors/57/cosigned", "anchors/357/cosigned", "anchors/witnesses.txt"]


@pytest.mark.parametrize("name", ANCHORED)
def test_no_byte_of_an_anchor_changes_unseen(made: Mapping[str, bytes], name: str) -> None:
    whole = made[name]
    for position in range(0, len(whole), 7):
        changed = whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :]
        assert both({**made, name: changed}).startswith("anchors/"), position


def test_a_log_that_was_cut_back_behind_its_anchors_is_told_by_them(made: Mapping[str, bytes], tmp_path: Path) -> None:
    archived(tmp_path, story())
    cut = {
        p.relative_to(tmp_path / KNEE).as_posix(): p.read_bytes() for p in (tmp_path / KNEE).rglob("*") if p.is_file()
    }
    cut |= {name: data for name, data in made.items() if name.startswith("anchors/")}
    assert both(cut) == "anchors/357/checkpoint"


def test_a_log_written_anew_with_the_real_key_is_told_by_its_anchors(made: Mapping[str, bytes], tmp_path: Path) -> None:
    archived(tmp_path, more(1000, 400))
    anew = files_of(tmp_path / KNEE)
    anew |= {name: data for name, data in made.items() if name.startswith("anchors/")}
    assert both(anew) == "anchors/57/checkpoint"


@pytest.mark.parametrize(
    "name",
    ["anchors/note", "anchors/057/cosigned", "anchors/57/other", "anchors/alarms/x.json", "anchors/99/cosigned"],
)
def test_what_is_no_anchor_is_named(made: Mapping[str, bytes], name: str) -> None:
    assert both({**made, name: b"?"}) in {name, "anchors/99/checkpoint"}


@pytest.mark.parametrize(
    "hostile", [b"[]", b"{", b'{"at":"2026-12-01T08:00:00+00:00","by":"a\\u001b[2J","said":"x","size":1}']
)
def test_an_alarm_that_is_no_record_is_named(made: Mapping[str, bytes], hostile: bytes) -> None:
    assert both({**made, "anchors/alarms/0123456789abcdef.json": hostile}) == "anchors/alarms/0123456789abcdef.json"


def test_only_a_witness_that_is_trusted_counts_when_one_is_given(made: Mapping[str, bytes]) -> None:
    stranger = WitnessKey("witness.example/one", Signer("x", bytes(32)).key.public)
    bad = verify(FilesReader(made), trust=Trust(witnesses=[stranger])).bad
    assert bad is not None
    assert bad.place == "anchors/witnesses.txt"


async def test_the_command_the_strangers_file_and_the_report_say_who_co_signed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await make(tmp_path / "archive")
    alarm = {"at": "2026-12-01T08:30:00+00:00", "by": "witness.example/two", "said": "<b>it has seen more", "size": 57}
    (tmp_path / "archive" / KNEE / "anchors" / "alarms").mkdir()
    (tmp_path / "archive" / KNEE / "anchors" / "alarms" / "0123456789abcdef.json").write_text(json.dumps(alarm))
    bundle = tmp_path / "event.zip"
    bundle.write_bytes(audit.export_bundle(tmp_path / "archive" / KNEE, records.dispose))

    assert main(["audit", "verify", "--bundle", str(bundle)]) == 0
    said = capsys.readouterr().out
    assert "Co-signed by witness.example/one at 2026-12-01T08:13:20Z for size 357" in said
    assert "ALARM by witness.example/two at 2026-12-01T08:30:00Z for size 57: <b>it has seen more" in said

    assert verify_bundle.main([str(bundle)]) == 0
    said = capsys.readouterr().out
    seen = "the first 357 entries as they are here, at 2026-12-01 08:13:20 UTC"
    assert f"Told: co-signed by witness.example/one: {seen}" in said
    assert "Told: ALARM of witness.example/two, asked for 57 entries: <b>it has seen more" in said

    page = audit.report(bundle, records.dispose)
    assert "witness.example/one" in page
    assert "&lt;b&gt;it has seen more" in page
