"""The whole system as its users start it: `scrubcast up` on a folder of its own and free ports, stopped by pid."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from schemas.topics import TOPICS
from streams.bus import Message
from streams.kafka import Connection, KafkaBus
from tests.examples import event_file

START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 40.0
SCRUBCAST = [sys.executable, str(Path(sys.executable).with_name("scrubcast"))]


@dataclass
class System:
    """One installation. `start()` may be called again after `stop()`: it goes on where it stopped."""

    data: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def ready_file(self) -> Path:
        return self.data.parent / f"{self.data.name}.ready.json"

    @property
    def said(self) -> Path:
        return self.data.parent / f"{self.data.name}.out"

    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.ready_file.read_bytes())
        return found

    def start(self, *arguments: str) -> None:
        command = [*SCRUBCAST, "up", "--data", str(self.data), "--ready-file", str(self.ready_file), *arguments]
        if not (self.data / "run" / "ports.json").exists():
            command += ["--port", "0"]
        with self.said.open("ab") as out:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=self._env(), start_new_session=True
            )
        wait_until(self._is_up, START_TIMEOUT_S, lambda: f"up did not come up: {self.said.read_text()[-3000:]}")

    def _is_up(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said.read_text()[-3000:]
        return self.ready_file.exists()

    def stop(self) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGINT)
        try:
            code = self.process.wait(STOP_TIMEOUT_S)
        finally:
            self.process.kill()
            self.process = None
        return code

    def kill(self, stage: str) -> None:
        """As a crash would end it. A stage that is just being started again is left alone."""
        try:
            os.kill(self.facts()["pids"][stage], signal.SIGKILL)
        except ProcessLookupError:
            return

    def _env(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("SCRUBCAST_") or k == "SCRUBCAST_CACHE_DIR"}
        return clean | {"SCRUBCAST_INTAKE__UPDATES_PER_MINUTE": "100000"} | self.environment

    def cli(self, *arguments: str, stdin: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*SCRUBCAST, *arguments, *([] if "--bundle" in arguments else ["--data", str(self.data)])],
            input=stdin,
            capture_output=True,
            text=True,
            env=self._env(),
            timeout=180,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def open(self, **changes: Any) -> str:
        """Opens a live event made for this test, and gives its id back."""
        file = event_now(**changes)
        path = self.data.parent / f"{file['id']}.yaml"
        path.write_text(yaml.safe_dump(file, allow_unicode=True), encoding="utf-8")
        return self.cli("live-event", "open", str(path)).stdout.strip()

    def submit(self, live_event_id: str, *texts: str) -> list[str]:
        """Update ids, in order."""
        lines = "".join(json.dumps({"text": text, "lang": "en"}) + "\n" for text in texts)
        return [
            json.loads(row)["update_id"] for row in self.cli("submit", live_event_id, stdin=lines).stdout.splitlines()
        ]

    def thread(self, live_event_id: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(self.cli("thread", live_event_id, "--json").stdout)
        return rows

    def request(self, role: str, method: str, path: str, body: Any = None, origin: str = "desk_url") -> httpx.Response:
        facts = self.facts()
        headers = {"Authorization": f"Bearer {facts['tokens'][role]}"}
        url = f"{facts[origin]}/api/v1{path}"
        return httpx.request(method, url, json=body, headers=headers, timeout=30, trust_env=False)

    def drafts(self, live_event_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.request("physician", "GET", f"/live-events/{live_event_id}/drafts").json()[
            "drafts"
        ]
        return found

    def records(self, topic: str) -> list[Message]:
        """Everything on a topic, read from the broker."""

        async def read() -> list[Message]:
            found: list[Message] = []
            async with KafkaBus.open(Connection(self.facts()["bootstrap"])) as bus, bus.follow([topic]) as follower:
                while not await follower.caught_up():
                    found += await follower.get(timeout_s=1.0)
            return found

        # In a thread of its own, because the test may be running in a loop.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(read())).result()

    def every_record(self) -> list[Message]:
        return [message for topic in TOPICS for message in self.records(topic.name)]


def event_now(**changes: Any) -> dict[str, Any]:
    """The example event with its window and consent moved to the real now."""
    now = datetime.now(UTC).replace(microsecond=0)
    consent = event_file()["consent"] | {
        "signed_at": now - timedelta(days=3),
        "expires": (now + timedelta(days=300)).date(),
    }
    window = {"opens": now - timedelta(hours=1), "closes": now + timedelta(hours=6)}
    return event_file(window=window, consent=consent, **changes)


def wait_until(found: Callable[[], Any], timeout_s: float = 30.0, say: Callable[[], str] = lambda: "in time") -> Any:
    """The first truthy answer; asked again and again, because other processes do the work."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        answer = found()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"did not happen: {say()}")


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory, kafka_cache_dir: Path, needs_java: None) -> Iterator[System]:
    """One running system for all tests that leave it as it was; each opens a live event of its own."""
    made = System(tmp_path_factory.mktemp("system") / "data", {"SCRUBCAST_CACHE_DIR": str(kafka_cache_dir)})
    made.start()
    yield made
    assert made.stop() == 0


@pytest.fixture
def own_system(tmp_path: Path, kafka_cache_dir: Path, needs_java: None) -> Iterator[System]:
    """A system that this test may break."""
    made = System(
        tmp_path / "data",
        {"SCRUBCAST_CACHE_DIR": str(kafka_cache_dir), "SCRUBCAST_KAFKA__BROKER_SESSION_TIMEOUT_MS": "1000"},
    )
    made.start()
    yield made
    made.stop()
