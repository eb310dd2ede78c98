"""Decides how a JVM of ours is run: what it inherits, how its last words are kept, how it is ended."""

import contextlib
import os
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

TAIL_BYTES = 16 * 1024
_READ_BYTES = 4096
# Nothing else of ours goes to the JVM: no secrets, and no JAVA_TOOL_OPTIONS that would change its flags.
_PASSED_ON = ("PATH", "HOME", "USER", "TMPDIR", "LD_LIBRARY_PATH")


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """UTF-8 whatever the terminal says: a data folder may have any name."""
    return {name: environ[name] for name in _PASSED_ON if name in environ} | {"LC_ALL": "C.UTF-8"}


class LastWords:
    """Keeps the end of what a process prints. A pipe, because on a full disk no file would take it."""

    def __init__(self, pipe: IO[bytes] | None = None) -> None:
        self._tail = b""
        self._reader: threading.Thread | None = None
        if pipe is not None:
            self._reader = threading.Thread(target=self._read, args=(pipe,), name="last-words", daemon=True)
            self._reader.start()

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while block := os.read(pipe.fileno(), _READ_BYTES):
                self._tail = (self._tail + block)[-TAIL_BYTES:]

    def text(self) -> str:
        return self._tail.decode(errors="replace")

    def wait(self) -> None:
        """Once the process has ended: returns when all it printed is here."""
        if self._reader is not None:
            self._reader.join()


def end(process: subprocess.Popen[bytes], timeout_s: float) -> int:
    """By SIGTERM if it goes within the time, else by SIGKILL."""
    if process.poll() is None and timeout_s > 0:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout_s)
    if process.poll() is None:
        process.kill()
    return process.wait()


def tail(path: Path, from_bytes: int) -> str:
    """The end of what was written past `from_bytes`: an older run's last words are not this one's."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            rolled_over = size < from_bytes
            file.seek(max(0 if rolled_over else from_bytes, size - TAIL_BYTES))
            return file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
