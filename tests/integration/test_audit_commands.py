"""`audit search` and `audit import`, and that whoever reads by command is entered first, or told that nobody was."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.access import ALL
from schemas.errors import Unavailable
from schemas.topics import ACCESSES
from tests.audit_world import archived
from tests.commanded_desk import command, commanded_desk
from tests.integration.test_audit_search import bundle
from tests.unit.archive.records import KNEE

UNRECORDED = "no system runs on this data folder: that you looked is not on record\n"


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with an archive, and no system."""
    archived(tmp_path / "data" / "archive")
    monkeypatch.setenv("SCRUBCAST_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("SCRUBCAST_DESK_URL", raising=False)
    return tmp_path


async def test_a_folder_without_a_system_is_searched_and_says_that_nobody_was_entered(
    alone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = await command(capsys, "audit", "search", "update", "8", "--type", "receipt")
    assert (code, err) == (0, UNRECORDED)
    assert out == (
        "2026-12-01T08:05:00.000000Z  knee-2026 48  receipt posted  poster  "
        "http://localhost/t/knee-2026#8 Update 8: the plan fits this knee.\n1 entries fit, 1 shown\n"
    )


async def test_programs_get_json_and_go_on_by_a_key(alone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = await command(capsys, "audit", "search", "--limit", "50", "--json")
    first = json.loads(out)
    assert (code, first["count"], len(first["hits"])) == (0, 57, 50)
    assert first["hits"][0]["ts"] == "2026-12-01T08:05:00.000000Z"
    _, out, _ = await command(capsys, "audit", "search", "--json", "--before", first["next"])
    assert [hit["seq"] for hit in json.loads(out)["hits"]] == [6, 5, 4, 3, 2, 1, 0]


async def test_a_log_that_is_not_whole_is_named_and_the_command_fails(
    alone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (alone / "data" / "archive" / KNEE / "checkpoint").write_bytes(b"x")
    code, out, err = await command(capsys, "audit", "search", "update")
    assert (code, out) == (1, "0 entries fit, 0 shown\n")
    assert err.startswith(f"{UNRECORDED}not searched: {KNEE}: ")


@pytest.mark.parametrize(("flag", "value"), [("--from", "noon"), ("--limit", "0"), ("--before", "x")])
async def test_bad_use_says_which(alone: Path, capsys: pytest.CaptureFixture[str], flag: str, value: str) -> None:
    code, out, err = await command(capsys, "audit", "search", flag, value)
    assert (code, out) == (1, "")
    assert flag.strip("-") in err


async def test_a_bundle_comes_in_by_command_and_is_then_verified_by_its_name(
    alone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (alone / "event.zip").write_bytes(bundle(alone / "theirs"))
    code, out, err = await command(capsys, "audit", "import", str(alone / "event.zip"))
    assert (code, err) == (0, UNRECORDED)
    name = out.partition(":")[0]
    assert out.startswith(f"{name}: 57 entries, imported\nroot ")
    assert "Compare the key" in out
    code, out, _ = await command(capsys, "audit", "verify", name)
    assert (code, out.partition("\n")[0]) == (0, "whole: 57 entries, 0 of them not signed yet, 8 proofs")
    code, out, _ = await command(capsys, "audit", "import", str(alone / "event.zip"))
    assert (code, out.partition("\n")[0]) == (0, f"{name}: 57 entries, here already, nothing was changed")


async def test_a_bundle_that_was_changed_does_not_come_in(alone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (alone / "event.zip").write_bytes(bundle(alone / "theirs").replace(b"Update 7: the plan", b"Update 7: the plot"))
    code, out, err = await command(capsys, "audit", "import", str(alone / "event.zip"))
    assert (code, out) == (1, "")
    assert "NOT whole: " in err
    assert not (alone / "data" / "archive-imported").exists()


async def test_with_a_running_system_each_look_is_entered_before_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with commanded_desk(tmp_path, monkeypatch, archive=True) as world:
        archived(tmp_path / "data" / "archive")
        code, out, err = await command(capsys, "audit", "search", "update", "8")
        assert (code, err) == (0, "")
        assert "2 entries fit" in out
        out_file = str(tmp_path / "out.zip")
        code, _, err = await command(capsys, "audit", "export", KNEE, "--out", out_file)
        assert (code, err) == (0, "")
        found = [(one.live_event_id, one.what) for one in world.records(ACCESSES)]
        assert found == [(ALL, "searched"), (KNEE, "searched"), (KNEE, "exported")]


async def test_a_running_system_that_cannot_enter_it_ends_the_command_before_anything_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def away(*_: Any, **__: Any) -> None:
        raise Unavailable("The broker is away.")

    async with commanded_desk(tmp_path, monkeypatch, archive=True) as world:
        archived(tmp_path / "data" / "archive")
        monkeypatch.setattr(world.bus, "send", away)
        code, out, err = await command(capsys, "audit", "search", "update", "8")
        assert (code, out) == (1, "")
        assert "Update 8" not in err
        code, out, _ = await command(capsys, "audit", "export", KNEE, "--out", str(tmp_path / "out.zip"))
        assert (code, out) == (1, "")
        assert not (tmp_path / "out.zip").exists()
