"""Parts die while updates come in: accepted = archived, and each released update is public once, in order."""

import asyncio
import json
import shutil
import subprocess
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from producers.client import Client, new_id
from schemas.errors import Unavailable
from schemas.topics import DRAFTS, RELEASES
from streams.sealing import seal
from tests.system_fixture import System, wait_until

pytestmark = [pytest.mark.kafka, pytest.mark.system]

STAGES = ("intake", "scrub", "desk", "poster", "page", "archive")
PHRASES = ("Half way", "All readings steady", "The team swaps instruments", "Going to plan")


def settle(system: System, event: str, accepted: list[str]) -> list[dict[str, Any]]:
    """Waits until every accepted update is public, and gives the thread back."""

    def all_public() -> list[dict[str, Any]]:
        done = system.cli("thread", event, "--json", check=False)
        rows = json.loads(done.stdout) if done.returncode == 0 else []
        posted = [row for row in rows if row["state"] == "posted"]
        return posted if {row["update_id"] for row in posted} >= set(accepted) else []

    def missing() -> str:
        rows = system.thread(event)
        posted = {row["update_id"] for row in rows if row["state"] == "posted"}
        gone = [u for u in accepted if u not in posted]
        others = Counter((row["state"]) for row in rows)
        drafts = {json.loads(m.value or b"{}")["update_id"] for m in system.records(DRAFTS.name)}
        releases = {json.loads(m.value or b"{}")["update_id"] for m in system.records(RELEASES.name)}
        return (
            f"{len(gone)} of {len(accepted)} not public; states {others}; "
            f"without draft {len([u for u in gone if u not in drafts])}, "
            f"without release {len([u for u in gone if u not in releases])}; {system.said.read_text()[-1500:]}"
        )

    return list(wait_until(all_public, 90, missing))


def archived(system: System, event: str, tmp_path: Path) -> Counter[str]:
    """How often each update's submission stands in the archive, which has to verify."""
    bundle = tmp_path / f"{event}.zip"

    def verified() -> bool:
        return system.cli("audit", "verify", event, check=False).returncode == 0

    wait_until(verified, 60, lambda: system.cli("audit", "verify", event, check=False).stderr)
    system.cli("audit", "export", event, "--out", str(bundle))
    with zipfile.ZipFile(bundle) as archive:
        entries = [json.loads(row) for row in archive.read("entries.jsonl").splitlines()]
    return Counter(e["update_id"] for e in entries if e["type"] == "submission")


def check_all(system: System, event: str, accepted: list[str], tmp_path: Path) -> None:
    rows = settle(system, event, accepted)
    assert Counter(row["update_id"] for row in rows) == Counter(accepted), "each once"
    assert [row["n"] for row in rows] == list(range(1, len(rows) + 1))
    assert [row["reply_to"] for row in rows] == [None, *(row["platform_id"] for row in rows[:-1])]
    public = [m for m in system.records("scrubcast.pages.v1") if m.key and event.encode() in (m.value or b"")]
    texts = {m.key: json.loads(m.value or b"{}")["text"] for m in public}
    assert sorted(texts.values()) == sorted(str(row["text"]) for row in rows)
    # Everything accepted is archived; what was archived beyond it came from an intake killed before its answer.
    assert wait_until(lambda: set(archived(system, event, tmp_path)) >= set(accepted), 60)
    assert set(archived(system, event, tmp_path).values()) == {1}


class Load(threading.Thread):
    """Two reporters who write numbered updates, five a second each, until told to stop; keeps what was accepted."""

    def __init__(self, system: System, event: str) -> None:
        super().__init__()
        facts = system.facts()
        self._url, self._token = facts["url"], facts["tokens"]["reporter"]
        self._event = event
        self.done = threading.Event()
        self.accepted: list[str] = []
        self.errors: list[str] = []

    def run(self) -> None:
        asyncio.run(self._both())

    async def _both(self) -> None:
        await asyncio.gather(self._one("tablet-1", 0), self._one("tablet-2", 1_000))

    async def _one(self, device: str, number: int) -> None:
        async with Client(self._url, self._token, device) as client:
            while not self.done.is_set():
                number += 1
                text, update_id = f"{PHRASES[number % len(PHRASES)]}, part {number}.", new_id()
                await self._until_taken(client, text, update_id)
                await asyncio.sleep(0.2)

    async def _until_taken(self, client: Client, text: str, update_id: UUID) -> None:
        """As a tablet does: the same id and the same seal, until there is a receipt."""
        while True:
            try:
                receipt = await client.submit(self._event, text, lang="en", update_id=update_id)
            except Unavailable as error:
                self.errors.append(str(error))
            else:
                self.accepted.append(str(receipt.update_id))
                return


def kill_for(system: System, stages: Sequence[str], seconds: int) -> None:
    """One kill -9 a second, through the stages in turn."""
    for second in range(seconds):
        system.kill(stages[second % len(stages)])
        time.sleep(1)


@pytest.mark.alone
def test_stages_killed_in_turn_every_second_lose_double_and_disorder_nothing(
    own_system: System, tmp_path: Path
) -> None:
    event = own_system.open(id="kills")
    load = Load(own_system, event)
    load.start()
    kill_for(own_system, STAGES, 20)
    load.done.set()
    load.join()
    assert len(load.accepted) > 40, load.errors[-3:]
    check_all(own_system, event, load.accepted, tmp_path)


@pytest.mark.alone
@pytest.mark.soak
@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_killed_every_second_loses_doubles_and_disorders_nothing(
    own_system: System, tmp_path: Path, stage: str
) -> None:
    event = own_system.open(id=f"kills-{stage}")
    load = Load(own_system, event)
    load.start()
    kill_for(own_system, [stage], 20)
    load.done.set()
    load.join()
    assert load.accepted, load.errors[-3:]
    check_all(own_system, event, load.accepted, tmp_path)


@pytest.mark.alone
def test_the_broker_killed_under_load_loses_doubles_and_disorders_nothing(own_system: System, tmp_path: Path) -> None:
    event = own_system.open(id="broker")
    load = Load(own_system, event)
    load.start()
    for _ in range(3):
        time.sleep(2)
        before = own_system.facts()["pids"]["broker"]
        own_system.kill("broker")
        wait_until(lambda gone=before: own_system.facts()["pids"]["broker"] != gone, 40)  # type: ignore[misc]  # a default binds
    time.sleep(2)
    load.done.set()
    load.join()
    assert len(load.accepted) > 10, load.errors[-3:]
    check_all(own_system, event, load.accepted, tmp_path)


def test_a_stop_leaves_nothing_running_and_a_later_up_goes_on_where_it_stopped(
    own_system: System, tmp_path: Path
) -> None:
    event = own_system.open(id="again")
    first = own_system.submit(event, "Before the restart.")
    settle(own_system, event, first)
    addresses = {k: v for k, v in own_system.facts().items() if k in ("url", "desk_url", "page_url", "tokens")}
    pids = list(own_system.facts()["pids"].values())
    assert own_system.stop() == 0
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []
    own_system.start()
    assert {k: v for k, v in own_system.facts().items() if k in addresses} == addresses
    second = own_system.submit(event, "After the restart.")
    rows = settle(own_system, event, first + second)
    assert [row["text"] for row in rows] == ["Before the restart.", "After the restart."]
    check_all(own_system, event, first + second, tmp_path)


def test_a_second_up_on_the_same_folder_is_refused(system: System) -> None:
    done = system.cli("up", "--port", "0", check=False)
    assert done.returncode == 1
    assert "already" in done.stderr


def test_a_killed_supervisor_takes_its_stages_with_it_and_the_next_up_works(own_system: System, tmp_path: Path) -> None:
    event = own_system.open(id="orphans")
    first = own_system.submit(event, "Before the crash.")
    settle(own_system, event, first)
    pids = own_system.facts()["pids"]
    assert own_system.process is not None
    own_system.process.kill()
    own_system.process.wait()
    stages = [pid for name, pid in pids.items() if name != "broker"]
    wait_until(lambda: not [pid for pid in stages if Path(f"/proc/{pid}").exists()], 15)
    own_system.ready_file.unlink()
    own_system.start()
    check_all(own_system, event, first + own_system.submit(event, "After the crash."), tmp_path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    if not shutil.which("mount"):
        pytest.skip("a full disk: needs mount")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=220m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip("a full disk: needs the right to mount a small tmpfs")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_stops_acceptance_says_so_and_loses_nothing_accepted(
    small_disk: Path, tmp_path: Path, kafka_cache_dir: Path, needs_java: None
) -> None:
    system = System(small_disk / "data", {"SCRUBCAST_CACHE_DIR": str(kafka_cache_dir)})
    system.start()
    try:
        event = system.open(id="full")
        accepted = system.submit(event, "While there was room.")
        settle(system, event, accepted)
        ballast = small_disk / "ballast"
        subprocess.run(["dd", "if=/dev/zero", f"of={ballast}", "bs=1M"], check=False, capture_output=True)

        key = system.request("reporter", "GET", f"/live-events/{event}", origin="url").json()["sealing_key"]

        def written(text: str) -> dict[str, str]:
            return {"update_id": str(new_id()), "sealed": seal(key, json.dumps({"text": text}).encode())}

        def offered(body: dict[str, str]) -> httpx.Response:
            """One try, as a tablet makes it: the same update each time, for a refused one may have been written."""
            return system.request("reporter", "POST", f"/live-events/{event}/updates", body, origin="url")

        full = offered(written("Is there room?"))
        assert full.status_code == 503
        assert "disk is full" in full.json()["detail"]
        assert int(full.headers["retry-after"]) > 0
        ballast.unlink()
        again = written("Room again.")
        wait_until(lambda: offered(again).status_code == 202, 60)
        accepted.append(again["update_id"])
        check_all(system, event, accepted, tmp_path)
    finally:
        system.stop()
