"""Settings become witnesses and an authority; what they answer is told by status, and none of it stops the archive."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consumers.archive import audit
from consumers.archive.anchors.memory import MemoryWitness
from deploy.anchoring import anchored, told
from deploy.commands.status import anchors_of
from deploy.home import Home
from deploy.settings import Archive, load
from schemas.errors import Refused
from streams.clock import ManualClock
from tests.contract.witness_suite import LOG, archived
from tests.peers.witness import a_free_port, served
from tests.unit.archive.records import KNEE, at, story

WAIT_S = 20
VKEY = MemoryWitness("witness.example/one", b"w" * 32, [], ManualClock(at(0))).key.vkey


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.make()
    archived(made.archive, story())
    return made


async def until(home: Home, seen: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What status says of the first witness, as soon as it says so."""
    async with asyncio.timeout(WAIT_S):
        while True:
            found: dict[str, Any] = told(home).get(KNEE, {}).get("witness.example/one", {})
            if found and seen(found):
                return found
            await asyncio.sleep(0.02)  # polled with a deadline


async def test_a_witness_of_the_settings_co_signs_and_status_says_how_old_that_is(home: Home) -> None:
    witness = MemoryWitness("witness.example/one", b"w" * 32, [LOG], ManualClock(at(500)))
    with served(witness) as url:
        async with anchored(Archive(witnesses=(f"{VKEY} {url}",)), home):
            found = await until(home, lambda said: said["size"] == 57)

    assert found == {"size": 57, "at": "2026-12-01T08:13:20+00:00", "failures": 0, "why": None, "alarm": None}
    assert audit.judge(home.archive / KNEE).anchors.cosigned
    assert anchors_of(home, KNEE, at(560))["witness.example/one"]["age_s"] == 60


async def test_a_witness_that_is_away_is_a_failure_in_status_and_nothing_else(home: Home) -> None:
    async with anchored(Archive(witnesses=(f"{VKEY} http://127.0.0.1:{a_free_port()}",)), home):
        found = await until(home, lambda said: said["failures"] == 1)

    assert found["why"] == "it does not answer (ConnectError)"
    assert audit.judge(home.archive / KNEE).ok


async def test_nobody_is_asked_where_nothing_is_set(home: Home) -> None:
    async with anchored(Archive(), home):
        pass
    assert told(home) == {}


async def test_a_key_that_is_none_is_refused_at_the_start(home: Home) -> None:
    with pytest.raises(Refused, match="the id of a witness's key does not fit"):
        async with anchored(Archive(witnesses=(f"{VKEY.replace('one+', 'two+')} https://witness.example",)), home):
            pass


def test_witnesses_are_a_list_with_commas_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_ARCHIVE__WITNESSES", f"{VKEY} https://a.example, {VKEY} https://b.example/w")
    assert load().archive.witnesses == (f"{VKEY} https://a.example", f"{VKEY} https://b.example/w")


@pytest.mark.parametrize(
    ("name", "value"),
    [("WITNESSES", "https://a.example"), ("TSA_URL", "https://tsa.example"), ("TSA_EVERY_MIN", "1")],
)
def test_half_a_setting_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"SCRUBCAST_ARCHIVE__{name}", value)
    with pytest.raises(Refused):
        load()


def test_what_status_reads_is_json_for_programs(home: Home) -> None:
    home.anchors_file.write_text(json.dumps({KNEE: {"time stamp": {"size": 0, "at": None, "failures": 2}}}))
    assert anchors_of(home, KNEE, at(0)) == {"time stamp": {"size": 0, "at": None, "failures": 2, "age_s": None}}
