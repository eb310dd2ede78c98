"""Each detector against its table in `golden/`: what it must mark stands in ⟦ ⟧, a line with `-` it leaves alone."""

import re
from pathlib import Path

import pytest

from streams.scrub.detectors import DETECTORS
from streams.scrub.terms import NO_TERMS
from streams.scrub.view import View

_TABLES = Path(__file__).parent / "golden"
_DETECTORS = dict(DETECTORS)


def _lines(table: Path) -> list[tuple[str, str, str]]:
    """Language, kind, text."""
    lines = table.read_text(encoding="utf-8").splitlines()
    rows = [line.split("|", 2) for line in lines if line and not line.startswith("#")]
    return [(lang.strip(), kind.strip(), text.strip()) for lang, kind, text in rows]


@pytest.mark.parametrize("table", sorted(_TABLES.glob("*.txt")), ids=lambda table: table.stem)
def test_a_detector_marks_what_its_table_marks(table: Path) -> None:
    """All lines of a table in one test; what fails names its lines."""
    wrong = []
    for lang, kind, text in _lines(table):
        wanted = {(kind, marked) for marked in re.findall("⟦(.*?)⟧", text)}
        view = View(re.sub("[⟦⟧]", "", text), lang=lang, terms=NO_TERMS)
        hits = {(hit.kind, view.text[hit.start : hit.end]) for hit in _DETECTORS[table.stem](view)}
        if hits != wanted:
            wrong.append((lang, text, hits))
    assert wrong == []


def test_every_detector_has_a_table() -> None:
    assert {table.stem for table in _TABLES.glob("*.txt")} | {"known-terms"} == set(_DETECTORS)
