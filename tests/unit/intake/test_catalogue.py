"""The tablet's words for kinds of findings are those of the desk and the report: none is missing, none is another."""

import json
import re
from pathlib import Path

import pytest

from producers.intake import app
from streams.scrub.kind_words import KINDS, LANGS, Lang, pick
from streams.scrub.kinds import KINDS as KNOWN

SOURCE = (Path(app.__file__).parent / "app/src/catalogue/kinds.ts").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", LANGS)
def test_the_tablet_has_a_word_for_every_kind_in_every_language(lang: Lang) -> None:
    block = re.search(rf"^  {lang}: \{{\n(.*?)^  \}},$", SOURCE, re.DOTALL | re.MULTILINE)
    assert block is not None
    rows = re.findall(r'^    "?([a-z-]+)"?: (".*"),$', block[1], re.MULTILINE)
    assert {kind: json.loads(word) for kind, word in rows} == {kind: pick(KINDS[kind].what, lang) for kind in KNOWN}, (
        "write them again from streams/scrub/kind_words.py"
    )
