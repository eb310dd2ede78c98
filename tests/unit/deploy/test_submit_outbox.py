"""`scrubcast submit` and its outbox: what could not be delivered waits, is said, and goes first at the next call."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from deploy.cli import main
from deploy.commands import submit
from producers.client import new_id
from producers.client_outbox import Outbox
from streams.clock import SystemClock
from streams.sealing import unseal
from tests.browser_fixture import serving
from tests.intake_records import PRIVATE, Intake, intake, open_event

Call = Callable[..., Awaitable[int]]


@pytest.fixture
async def door() -> Intake:
    clock = SystemClock()
    return await intake(clock, open_event(clock), open_event(clock, id="hip-2026"), ack_timeout_s=0.05)


@pytest.fixture
async def call(door: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Call]:
    monkeypatch.setenv("SCRUBCAST_TOKEN", "reporter-token")
    monkeypatch.setattr(submit, "TRIES_MAX", 1)  # nobody waits half a minute here

    async def run(*words: str, stdin: str = "") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        return await asyncio.to_thread(main, ["submit", "--data", str(tmp_path), *words])

    async with serving(door.app) as url:
        monkeypatch.setenv("SCRUBCAST_URL", url)
        yield run


def texts(door: Intake) -> list[str]:
    return [json.loads(unseal(PRIVATE, record.sealed))["text"] for record in door.submissions()]


async def test_what_could_not_be_delivered_is_said_and_goes_first_next_time(
    call: Call, door: Intake, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await call("knee-2026", "One") == 0
    door.bus.away = True
    capsys.readouterr()
    assert await call("knee-2026", stdin="Two\nThree\n") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "2 updates wait in" in err
    assert "Do not send them anew" in err
    assert "scrubcast submit --flush knee-2026" in err
    door.bus.away = False
    assert await call("knee-2026", "Four") == 0
    out, err = capsys.readouterr()
    assert texts(door) == ["One", "Two", "Three", "Four"]
    assert [json.loads(row)["update_id"] for row in out.splitlines()] == [str(s.id) for s in door.submissions()[1:]]
    assert err == ""
    assert [p.name for p in (tmp_path / "outbox").glob("*/*")] == ["knee-2026.json"]  # the public key alone


async def test_flush_sends_what_waits_and_reads_no_stdin(
    call: Call, door: Intake, capsys: pytest.CaptureFixture[str]
) -> None:
    await call("knee-2026", "One")
    door.bus.away = True
    assert await call("knee-2026", "Two") == 1
    assert await call("--flush", "knee-2026") == 1
    door.bus.away = False
    assert await call("--flush", "knee-2026", stdin="Not this") == 0
    assert texts(door) == ["One", "Two"]
    assert await call("--flush", "knee-2026", "Not this") == 1
    assert "leave TEXT out" in capsys.readouterr().err


async def test_what_waits_for_another_event_is_named(
    call: Call, door: Intake, capsys: pytest.CaptureFixture[str]
) -> None:
    await call("hip-2026", "One")
    door.bus.away = True
    assert await call("hip-2026", "Two") == 1
    door.bus.away = False
    capsys.readouterr()
    assert await call("knee-2026", "Three") == 0
    assert "1 update waits for hip-2026: `scrubcast submit --flush hip-2026` sends them." in capsys.readouterr().err


async def test_a_refused_update_lies_in_refused_and_is_said_once(
    call: Call, door: Intake, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await call("knee-2026", "One", "--phase", "lunch") == 1
    err = capsys.readouterr().err
    assert err.count("This event has no such phase") == 1
    (aside,) = (tmp_path / "outbox" / "refused").iterdir()
    assert aside.name.endswith(".unknown-phase.json")
    assert str(aside) in err
    assert await call("knee-2026", "One") == 0
    assert texts(door) == ["One"]


async def test_a_receipt_that_was_not_printed_is_printed_at_the_next_call(
    call: Call, door: Intake, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await call("knee-2026", "One")
    (row,) = capsys.readouterr().out.splitlines()
    kept = tmp_path / "outbox" / "receipts" / f"{json.loads(row)['update_id']}.json"
    kept.write_text(row)  # as a process leaves it that was killed before it printed
    assert await call("--flush", "knee-2026") == 0
    assert capsys.readouterr().out.splitlines() == [row]
    assert not kept.exists()


async def test_another_folder_can_be_named_and_an_open_one_is_refused(
    call: Call, door: Intake, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await call("knee-2026", "One", "--outbox", str(tmp_path / "mine")) == 0
    assert (tmp_path / "mine" / "waiting").is_dir()
    (tmp_path / "mine").chmod(0o755)
    assert await call("knee-2026", "Two", "--outbox", str(tmp_path / "mine")) == 1
    assert "chmod 700" in capsys.readouterr().err
    assert texts(door) == ["One"]


async def test_the_first_update_ever_cannot_be_sealed_while_intake_is_away(
    call: Call, door: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SCRUBCAST_URL", "http://127.0.0.1:9")
    assert await call("knee-2026", "One", "--device", "x", "--lang", "en") == 1
    err = capsys.readouterr().err
    assert "It is kept nowhere: send it again." in err
    assert Outbox(tmp_path / "outbox").waiting() == ()
    assert "wait" not in err


async def test_an_id_of_its_own_makes_a_line_safe_to_repeat(call: Call, door: Intake) -> None:
    line = json.dumps({"text": "One", "update_id": str(new_id())}) + "\n"
    await call("knee-2026", "Zero")
    door.bus.away = True
    assert await call("knee-2026", stdin=line) == 1
    assert await call("knee-2026", stdin=line) == 1
    door.bus.away = False
    await call("--flush", "knee-2026")
    assert texts(door) == ["Zero", "One"]
