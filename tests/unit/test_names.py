"""Our top-level names are ours alone, and the wheel holds exactly them."""

import importlib.metadata
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

NAMES = ("schemas", "streams", "producers", "consumers", "deploy")
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", NAMES)
def test_no_dependency_ships_one_of_our_names(name: str) -> None:
    found = importlib.metadata.packages_distributions().get(name, [])
    assert set(found) <= {"scrubcast"}


def test_the_wheel_has_exactly_our_top_levels(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(NAMES)
    for needed in ("streams/web/static/scrubcast.css", "deploy/demo/knee.yaml", "deploy/kafka/jars.lock.json"):
        assert needed in names
    assert any(name.startswith("streams/scrub/policies/") for name in names)


def test_locks_hold_hashes_and_no_address() -> None:
    peers = [ROOT / "tests" / "peers" / name / "package-lock.json" for name in ("bluesky", "twitter_text")]
    mine = [ROOT / "package-lock.json", ROOT / "deploy" / "kafka" / "jars.lock.json"]
    locks = [*ROOT.glob("requirements*.lock"), *mine, *peers]
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        if lock.suffix == ".json":
            text = json.dumps(_without_thanks(json.loads(text)))
        assert "://" not in text, lock
        assert "sha256" in text or "sha512" in text


def _without_thanks(value: Any) -> Any:
    """A package may say where it takes donations; nothing is fetched from there."""
    if isinstance(value, dict):
        return {k: _without_thanks(v) for k, v in value.items() if k != "funding"}
    return [_without_thanks(v) for v in value] if isinstance(value, list) else value
