"""X's own count of a text, by its JavaScript package in a folder of its own in the cache."""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from deploy.bootstrap import BIN, NODE_MIN, _node_major, _wheel_node
from tests.optional import missing

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json", "weights.mjs")
INSTALL_S = 120.0
COUNT_S = 60.0


def answers(texts: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Weighted length and links of each text. Ends the test where there is no Node, or no package to be had."""
    node = _node()
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    done = subprocess.run(
        [node, _installed(node) / "weights.mjs"],
        input=lines,
        capture_output=True,
        text=True,
        timeout=COUNT_S,
        check=True,
    )
    return [(int(weight), found) for weight, found in map(json.loads, done.stdout.splitlines())]


def _node() -> Path:
    found = shutil.which("node")
    if found and _node_major(found) >= NODE_MIN:
        return Path(found)
    if not _wheel_node().exists():
        missing(f"Node {NODE_MIN} or newer, which `make setup` brings")
    return _wheel_node()


def _installed(node: Path) -> Path:
    """The folder with script and package; another lock is another folder, so that what is there is what it says."""
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()[:12]
    folder = (
        Path(os.environ.get("SCRUBCAST_CACHE_DIR") or platformdirs.user_cache_dir("scrubcast")) / f"x-text-{digest}"
    )
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
            made = Path(beside) / "made"
            _install(node, made)
            with contextlib.suppress(OSError):  # another test run was first
                made.rename(folder)
    return folder


def _install(node: Path, folder: Path) -> None:
    folder.mkdir()
    for name in FILES:
        shutil.copyfile(HERE / name, folder / name)
    path = os.pathsep.join([str(node.parent), str(BIN), os.environ.get("PATH", "")])
    command = [shutil.which("npm", path=path) or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        subprocess.run(
            command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, timeout=INSTALL_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        missing("the npm package twitter-text, from a registry that npm can reach")
