"""Asks the page's own modules, in Node, what they say of texts: the hint's marks, and lengths for each platform."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deploy.bootstrap import NODE_MIN, _node_major, _wheel_node
from tests.optional import missing

APP = Path(__file__).resolve().parents[1] / "producers/intake/app"
ANSWER_S = 120.0


def node() -> str:
    found = shutil.which("node")
    if found and _node_major(found) >= NODE_MIN:
        return found
    if not _wheel_node().exists():
        missing(f"Node {NODE_MIN} or newer, which `make setup` brings")
    return str(_wheel_node())


def asked(texts: Sequence[str | dict[str, Any]]) -> list[dict[str, Any]]:
    """For each text: `marks` as [start, end, kind] in code points, and its length for each platform.

    A text with what the poster puts around it (`text`, `around`, `platforms`) also says what room there is: `counted`.
    """
    if not (APP.parents[2] / "node_modules/esbuild").exists():
        missing("the page's build tools, which `make setup` brings")
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    done = subprocess.run(
        [node(), APP / "test/ask.mjs"], input=lines, capture_output=True, text=True, timeout=ANSWER_S, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
