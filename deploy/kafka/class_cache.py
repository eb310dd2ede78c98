"""Decides which archive of loaded classes fits this Java, these jars and these flags, and how a JVM is told.

Starting from an archive takes half the time and a tenth less memory. A JVM that does not like one starts
without it, so that the worst an archive can do is nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from deploy.kafka.config import jvm_flags
from deploy.kafka.java import Java

# Each is 50 to 70 MB; two checkouts with two Javas each are served, what is older goes.
ARCHIVES_MAX = 4


@dataclass(frozen=True)
class ClassCache:
    """The archive's place, and the flags to use it or to make it."""

    file: Path
    ahead_of_time: bool

    @property
    def failed(self) -> Path:
        """Lies there when making the archive failed: not to be tried again at every start."""
        return self.file.with_suffix(".failed")

    def use_flags(self) -> list[str]:
        if not self.file.exists():
            return []
        option = "AOTCache" if self.ahead_of_time else "SharedArchiveFile"
        # A mismatch is a warning per start, which no operator can act on.
        return [f"-XX:{option}={self.file}", "-Xlog:disable", "-Xlog:all=error:stderr"]

    def record_flags(self, into: Path) -> list[str]:
        option = "AOTCacheOutput" if self.ahead_of_time else "ArchiveClassesAtExit"
        return [f"-XX:{option}={into}", "-Xlog:disable", "-Xlog:all=error:stderr"]


def class_cache(java: Java, kafka: str, jars: Sequence[Path]) -> ClassCache:
    """A JVM compares path, size and time of each jar with those at the recording: so does the name."""
    flags = jvm_flags(PurePath("logs"), PurePath("logging"))  # the same wherever the data lies
    digest = hashlib.sha256("\n".join(flags).encode())
    for jar in jars:
        state = jar.stat()
        digest.update(f"\n{jar}|{state.st_size}|{state.st_mtime_ns}".encode())
    build = "".join(character if character.isalnum() else "-" for character in java.build)
    suffix = ".aot" if java.has_aot_cache else ".jsa"
    folder = jars[0].parent.parent
    return ClassCache(folder / f"classes-{kafka}-{build}-{digest.hexdigest()[:12]}{suffix}", java.has_aot_cache)


def prune(folder: Path) -> None:
    archives = [path for path in folder.glob("classes-*") if path.suffix in {".aot", ".jsa"}]
    for old in sorted(archives, key=lambda path: path.stat().st_mtime)[:-ARCHIVES_MAX]:
        old.unlink(missing_ok=True)
