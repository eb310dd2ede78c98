"""Reads each kind of source file: text in, entries out. What the entries mean is decided in `classes`."""

import ast
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_ABBREVIATION = re.compile(r"[A-Za-z]{2,8}")


def graded(lines: Iterable[str]) -> dict[str, int]:
    """`word<TAB>number`: how often, or how seldom."""
    rows = (line.split("\t") for line in lines if line)
    return {word: int(number) for word, number in rows}


def census(lines: Iterable[str]) -> list[str]:
    """Names in the order of their frequency; the first column of a table."""
    return [line.split()[0].capitalize() for line in lines if line.strip()]


def unii(lines: Iterable[str]) -> Iterator[str]:
    """Names of drugs in one word: brands (`bn`) and official names (`of`), not chemistry."""
    for line in lines:
        name, _, rest = line.partition("\t")
        if rest[:3] in ("bn\t", "of\t") and name.isalpha():
            yield name.lower()


def abbreviations(text: str) -> tuple[list[str], list[str]]:
    """Abbreviations of letters only, two of them capitals, and what they all stand for."""
    table: dict[str, list[str]] = json.loads(text)
    short = [key for key in table if _ABBREVIATION.fullmatch(key) and sum(c.isupper() for c in key) >= 2]
    return short, [phrase for phrases in table.values() for phrase in phrases]


def icd_cm(path: Path) -> Iterator[str]:
    """Titles and inclusion terms of the tabular list of diseases, in sentence case."""
    # A file of a hash-locked package, read by whoever builds the data.
    for element in ET.parse(path).iter():  # noqa: S314  # as said above
        if element.tag in ("desc", "note") and element.text:
            yield element.text


def icd_pcs(path: Path) -> tuple[list[str], list[str]]:
    """Titles and index terms of procedures; and the index terms that only point elsewhere, most of them devices."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        titles = [row[0] for row in database.execute("SELECT long_name FROM pcs_codes")]
        parts = [row[0] for row in database.execute("SELECT DISTINCT def_bp FROM pcs_body_part")]
        index = list(database.execute("SELECT term, content FROM pcs_index"))
    devices = [term for term, content in index if content.startswith("use ")]
    return [*titles, *parts, *(term for term, content in index if not content.startswith("use "))], devices


def person_names(source: str) -> tuple[set[str], set[str]]:
    """Given names and surnames that a module of a fake data generator assigns, without running it."""
    given: set[str] = set()
    surnames: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {t.id for t in targets if isinstance(t, ast.Name)}
            found = given if any(n.startswith("first_names") for n in names) else surnames
            if any(n.startswith(("first_names", "last_names")) for n in names):
                strings = (c.value for c in ast.walk(node.value) if isinstance(c, ast.Constant))
                found |= {value for value in strings if isinstance(value, str) and value[:1].isalpha()}
    return given, surnames


def towns(text: str, countries: frozenset[str]) -> list[tuple[str, int, bool]]:
    """Name, people who live there, whether it lies in one of these countries."""
    cities: dict[str, dict[str, object]] = json.loads(text)
    return [
        (str(city["name"]), int(str(city["population"])), city["countrycode"] in countries) for city in cities.values()
    ]


def tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)
