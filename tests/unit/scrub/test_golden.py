"""Each detector against its table in `golden/`: what it must mark stands in ⟦ ⟧, a line with `-` it leaves alone."""

import re
from pathlib import Path

import pytest

from streams.scrub.detectors import DETECTORS
from streams.scrub.terms import NO_TERMS
from streams.scrub.view import View

_TABLES = Path(__file__).parent / "golden"
_DETECTORS = dict(DETECTORS)


def _lines() -> list[tuple[str, str, str, str]]:
    found = []
    for table in sorted(_TABLES.glob("*.txt")):
        for line in table.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                lang, kind, text = (part.strip() for part in line.split("|", 2))
                found.append((table.stem, lang, kind, text))
    return found


@pytest.mark.parametrize(("detector", "lang", "kind", "text"), _lines())
def test_a_detector_marks_what_its_table_marks(detector: str, lang: str, kind: str, text: str) -> None:
    plain = re.sub("[⟦⟧]", "", text)
    wanted = {(kind, marked) for marked in re.findall("⟦(.*?)⟧", text)}

    view = View(plain, lang=lang, terms=NO_TERMS)
    hits = {(hit.kind, view.text[hit.start : hit.end]) for hit in _DETECTORS[detector](view)}

    assert hits == wanted


def test_every_detector_has_a_table() -> None:
    assert {table.stem for table in _TABLES.glob("*.txt")} | {"known-terms"} == set(_DETECTORS)
