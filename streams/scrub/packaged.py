"""Reads the data files that ship inside this package, once each: the only place of the scrubber that touches files."""

import mmap
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

_HERE = files("streams.scrub")


@cache
def text(path: str) -> str:
    """The packaged file at `path`, relative to this package. FileNotFoundError when there is none."""
    return _HERE.joinpath(*path.split("/")).read_text(encoding="utf-8")


def path(name: str) -> Path:
    """Where a packaged file lies on disk: the package is never run from inside an archive."""
    return Path(str(_HERE.joinpath(*name.split("/"))))


def matching(pattern: str) -> tuple[str, ...]:
    """The packaged files of a pattern, in order."""
    folder, _, names = pattern.rpartition("/")
    return tuple(sorted(f"{folder}/{found.name}" for found in path(folder).glob(names)))


@cache
def mapped(name: str) -> memoryview:
    """A packaged file of bytes, mapped: only the pages that are looked at take memory."""
    with path(name).open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


@cache
def table(path: str) -> dict[str, Any]:
    return tomllib.loads(text(path))


@cache
def words(path: str) -> frozenset[str]:
    """The words of a list: separated by white space, `#` starts a comment, an underscore stands for a space."""
    return split_words(text(path))


def split_words(text: str) -> frozenset[str]:
    lines = (line.partition("#")[0] for line in text.splitlines())
    return frozenset(word.replace("_", " ") for line in lines for word in line.split())


@cache
def groups(path: str) -> tuple[tuple[str, ...], ...]:
    """The lines of a list, each a group of words that belong together."""
    lines = (line.partition("#")[0].split() for line in text(path).splitlines())
    return tuple(tuple(line) for line in lines if line)


@cache
def sections(path: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The lines under each `[heading]` of a list, in order. Here `#` starts a comment only at the start of a line."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in text(path).splitlines():
        if line.startswith("[") and line.endswith("]") and " " not in line:
            heading = line[1:-1]
        elif line and not line.startswith("#"):
            found.setdefault(heading, []).append(line)
    return tuple((name, tuple(lines)) for name, lines in found.items())


@cache
def homoglyphs() -> dict[str, str]:
    """Characters that look like one Latin letter or digit, by the Unicode confusables table."""
    # Here, because the table costs 8 MB and who only reads policies does not need it.
    from confusable_homoglyphs.confusables import confusables_data  # noqa: PLC0415  # as said above

    found: dict[str, str] = {}
    for char, likes in confusables_data.items():
        latin = [like["c"] for like in likes if like["c"].isascii() and like["c"].isalnum()]
        if latin and len(char) == 1 and not char.isascii():
            # Letters before digits: "l" and "1" are both listed, and names have letters.
            found[char] = min(latin, key=lambda c: (c.isdigit(), c))
    return found
