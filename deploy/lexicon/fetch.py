"""Installs the sources, each at its locked version and hash, into a folder outside the project's environment."""

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def fetch(cache: Path) -> tuple[Path, Path]:
    """The folders with the Python and the Node packages. What is there from an earlier run is used again."""
    pip, npm = cache / "pip", cache / "npm"
    if not pip.exists():
        locked = ["--require-hashes", "--no-deps", "-r", str(HERE / "sources.lock")]
        _run([sys.executable, "-m", "pip", "install", "-q", *locked, "--target", str(pip)], HERE)
    if not npm.exists():
        npm.mkdir(parents=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / name, npm / name)
        found = shutil.which("npm")
        if found is None:
            raise FileNotFoundError("npm: `make setup` installs Node where the machine has none")
        # Their install scripts are nobody's business here: only data files are read.
        _run([found, "ci", "--ignore-scripts", "--silent"], npm)
    return pip, npm / "node_modules"


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603  # our own words
