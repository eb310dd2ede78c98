"""A real witness keeps the same contract: litewitness of filippo.io/torchwood, built from its Go module.

Needs Go, and its module proxy for the first build, which takes half a minute of both cores; hence `make soak`.
"""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from consumers.archive.anchors.anchoring import Witness
from consumers.archive.anchors.cosignature import WitnessKey
from consumers.archive.checkpoint import Key, Signer
from tests.contract.witness_suite import Serving, WitnessSuite
from tests.optional import missing
from tests.peers.witness import a_free_port

pytestmark = pytest.mark.soak
SOURCE = Path(__file__).parent / "witness_go"
NAME = "witness.example/lite"
SEED = b"l" * 32
BUILD_MAX_S, START_MAX_S = 580, 30
EMPTY = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="  # SHA-256 of nothing: the root of a tree without entries


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with litewitness and the agent that holds its key, built outside the repository."""
    go = shutil.which("go") or ""
    if not go:
        missing("Go is not installed: litewitness cannot be built")
    folder = tmp_path_factory.mktemp("witness-go") / "source"
    shutil.copytree(SOURCE, folder)
    (folder / "bin").mkdir()
    built = subprocess.run(
        [go, "build", "-o", "bin/", ".", "filippo.io/torchwood/cmd/litewitness"],
        cwd=folder,
        env={**os.environ, "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"},
        capture_output=True,
        timeout=BUILD_MAX_S,
        check=False,
    )
    if built.returncode:
        missing(f"the Go modules of litewitness cannot be had or built here: {built.stderr[-500:].decode()}")
    return folder / "bin"


@contextmanager
def started(command: Sequence[str | Path]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


def wait_for(url: str) -> None:
    deadline = time.monotonic() + START_MAX_S
    while time.monotonic() < deadline:
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.02)  # polled with a deadline
        else:
            return
    pytest.fail("litewitness did not start")


def teach(database: Path, logs: Sequence[Key]) -> None:
    """As witnessctl does, which needs a module more."""
    with closing(sqlite3.connect(database)) as rows, rows:
        for key in logs:
            rows.execute("INSERT INTO log (origin, tree_size, tree_hash) VALUES (?, 0, ?)", (key.name, EMPTY))
            rows.execute("INSERT INTO key (origin, key) VALUES (?, ?)", (key.name, key.vkey))


class TestLitewitness(WitnessSuite):
    @pytest.fixture
    def serving(self, programs: Path) -> Serving:
        @contextmanager
        def fresh(logs: Sequence[Key]) -> Iterator[Witness]:
            with ExitStack() as stack:
                folder = Path(stack.enter_context(TemporaryDirectory(prefix="lw")))  # a socket's path is short
                (folder / "seed").write_bytes(SEED)
                agent = stack.enter_context(started([programs / "witnesscheck", folder / "seed", folder / "agent"]))
                assert agent.stdout is not None
                fingerprint = agent.stdout.readline().decode().strip()
                port = a_free_port()
                keys = ["-name", NAME, "-key", fingerprint, "-ssh-agent", f"{folder}/agent"]
                place = ["-db", f"{folder}/db", "-listen", f"127.0.0.1:{port}"]
                stack.enter_context(started([programs / "litewitness", *keys, *place]))
                url = f"http://127.0.0.1:{port}"
                wait_for(url)
                teach(folder / "db", logs)
                yield Witness(WitnessKey(NAME, Signer(NAME, SEED).key.public), url)

        return fresh
