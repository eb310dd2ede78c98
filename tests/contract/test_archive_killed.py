"""A real archiving process is killed by SIGKILL at moments that are drawn, again and again, on a real folder."""

import json
import subprocess
import sys
import time
from pathlib import Path
from random import Random, SystemRandom

import pytest

from consumers.archive import audit
from consumers.archive.bundle import verify_bundle
from consumers.archive.disk import RealDisk
from consumers.archive.reading import FolderReader
from consumers.archive.store import Store
from consumers.archive.verify import entries
from schemas.ids import derive
from tests.contract.archive_writer import KEY, ORIGIN, UPDATES
from tests.unit.archive import records
from tests.unit.archive.records import KNEE, at

ROOT = Path(__file__).parents[2]
LIVES_MAX_S = 0.3


def _until_killed(folder: Path, first: int, lives_s: float) -> int:
    """Starts a writer, kills it `lives_s` after its first word; gives back the batch behind the last it spoke of."""
    command = [sys.executable, "-m", "tests.contract.archive_writer", str(folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline()]
        time.sleep(lives_s)  # not for synchronisation: the moment of death is what is drawn
        writer.kill()
        said += writer.stdout.readlines()
    whole = [line for line in said if line.endswith("\n")]
    assert whole, "the writer said nothing"
    return int(whole[-1]) + 1


@pytest.mark.parametrize("kills", [4, pytest.param(60, marks=pytest.mark.soak)])
def test_a_killed_process_loses_nothing_that_it_had_acknowledged(kills: int, tmp_path: Path) -> None:
    seed = SystemRandom().randrange(2**32)
    drawn, batch = Random(seed), 0
    print(f"seed {seed}")
    for _ in range(kills):
        batch = _until_killed(tmp_path, batch, drawn.uniform(0, LIVES_MAX_S))

        verdict = audit.judge(tmp_path / KNEE)
        assert verdict.bad is None, (seed, verdict.bad)

    store = Store(RealDisk(tmp_path), KEY, origin=ORIGIN, policy_document=records.policy_document)
    store.let_go(KNEE, at(100_000))
    verdict = audit.judge(tmp_path / KNEE)
    assert (verdict.bad, verdict.pending) == (None, 0), seed
    said = [json.loads(entry) for entry in entries(FolderReader(tmp_path / KNEE), verdict.size)]
    archived = [each["update_id"] for each in said if each["type"] == "submission"]
    assert archived[: batch * UPDATES] == [str(derive("update", KNEE, n)) for n in range(batch * UPDATES)], seed
    assert len(archived) == len(set(archived)), seed
    assert verify_bundle.Log(verify_bundle.Folder(str(tmp_path / KNEE))).check([], []) == verdict.proofs
