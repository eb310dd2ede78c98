"""Time stamps by openssl's own authority: asked for, kept, judged by us and by openssl."""

import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from consumers.archive import audit
from consumers.archive.anchors.anchoring import Anchoring, Authority
from consumers.archive.anchors.asking import over_http
from consumers.archive.anchors.judge import Trust
from consumers.archive.bundle import verify_bundle
from consumers.archive.disk import RealDisk
from consumers.archive.reading import unzip
from streams.bus import Message
from streams.clock import ManualClock
from tests.contract.witness_suite import ANCHORED, archived, more
from tests.peers import tsa
from tests.unit.archive import records
from tests.unit.archive.records import KNEE, story

HOUR = timedelta(hours=1)


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[tsa.Running]:
    with tsa.served(tmp_path / "tsa") as running:
        yield running


async def stamp(root: Path, running: tsa.Running, clock: ManualClock, times: int = 1) -> list[dict[str, Any]]:
    """What status says after each change, of looks an hour and a bit apart."""
    told: list[dict[str, Any]] = []
    async with over_http() as post:
        unit = Authority(running.url, running.roots.read_bytes(), HOUR)
        anchoring = Anchoring(RealDisk(root), root, lambda: [KNEE], clock, post, told.append, authority=unit)
        for _ in range(times):
            await anchoring.stamp()
    return [one[KNEE]["time stamp"] for one in told]


def stamped(root: Path) -> list[str]:
    return [name for name in RealDisk(root).names(ANCHORED) if name.endswith(".tsr")]


def plain() -> Sequence[Message]:
    """The story without its end: nobody closed the event yet."""
    return story()[:30]


async def test_a_stamp_is_kept_with_what_it_is_of_and_both_we_and_openssl_find_it_good(
    authority: tsa.Running, tmp_path: Path
) -> None:
    root = tmp_path / "archive"
    archived(root, story())
    await stamp(root, authority, ManualClock(datetime.now(UTC)))

    verdict = audit.judge(root / KNEE)
    assert verdict.ok, verdict.bad
    assert [(one.size, one.by) for one in verdict.anchors.stamped] == [(57, "Stamping Unit 7")]
    assert abs(verdict.anchors.stamped[0].at - datetime.now(UTC)) < timedelta(minutes=5)
    folder = root / ANCHORED
    given = ["-in", "57/stamp.tsr", "-data", "57/checkpoint", "-CAfile", "tsa-roots.pem"]
    command = [tsa.openssl(), "ts", "-verify", *given]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30, check=False)
    assert "Verification: OK" in done.stdout + done.stderr


async def test_a_growing_log_is_stamped_once_an_hour_and_when_its_event_closes(
    authority: tsa.Running, tmp_path: Path
) -> None:
    root, clock = tmp_path / "archive", ManualClock(datetime.now(UTC))
    archived(root, plain())
    await stamp(root, authority, clock, times=2)
    assert stamped(root) == ["31/stamp.tsr"]

    archived(root, more(100, 5))
    await stamp(root, authority, clock)
    assert stamped(root) == ["31/stamp.tsr"]

    archived(root, story()[30:])
    assert any(b'"state":"closed"' in (m.value or b"") for m in story()[30:])
    await stamp(root, authority, clock)
    assert stamped(root) == ["31/stamp.tsr", "62/stamp.tsr"]

    archived(root, more(200, 5))
    await clock.advance(HOUR.total_seconds() + 60)
    await stamp(root, authority, clock)
    assert stamped(root) == ["31/stamp.tsr", "62/stamp.tsr", "67/stamp.tsr"]
    assert audit.judge(root / KNEE).ok


async def test_a_stamp_of_another_checkpoint_or_authority_makes_the_log_bad_and_is_named(
    authority: tsa.Running, tmp_path: Path
) -> None:
    root = tmp_path / "archive"
    archived(root, story())
    await stamp(root, authority, ManualClock(datetime.now(UTC)))
    name, whole = "anchors/57/stamp.tsr", (root / ANCHORED / "57/stamp.tsr").read_bytes()

    with tsa.served(tmp_path / "other") as other:
        foreign = other.roots.read_bytes()
    bad = audit.judge(root / KNEE, trust=Trust(roots=foreign)).bad
    assert bad is not None
    assert bad.place == name

    (root / ANCHORED / "57/stamp.tsr").write_bytes(whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:])
    bad = audit.judge(root / KNEE).bad
    assert bad is not None
    assert bad.place == name


async def test_an_authority_that_answers_nonsense_is_asked_again_later(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    archived(root, story())
    folder = tmp_path / "tsa"
    with tsa.served(folder) as running:
        (folder / "serial").write_text("no number")
        (folder / "unit.key").unlink()
        said = await stamp(root, running, ManualClock(datetime.now(UTC)), times=2)

    assert len(said) == 1  # the second look came before it was time again
    assert said[0]["failures"] == 1
    assert stamped(root) == []
    assert audit.judge(root / KNEE).ok


async def test_the_bundle_holds_the_anchors_and_the_strangers_file_tells_of_them(
    authority: tsa.Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "archive"
    archived(root, story())
    await stamp(root, authority, ManualClock(datetime.now(UTC)))
    bundle = audit.export_bundle(root / KNEE, records.dispose)
    (tmp_path / "event.zip").write_bytes(bundle)

    assert {"anchors/57/checkpoint", "anchors/57/stamp.tsr", "anchors/tsa-roots.pem"} <= set(unzip(bundle))
    assert audit.judge(tmp_path / "event.zip").anchors.stamped
    assert verify_bundle.main([str(tmp_path / "event.zip")]) == 0
    assert (
        "time stamp, not checked by this program: of the first 57 entries: openssl ts -verify"
        in capsys.readouterr().out
    )
