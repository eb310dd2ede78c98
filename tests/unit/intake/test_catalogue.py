"""The tablet's words: none is missing in any language, and those for kinds of findings are those of the desk."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from producers.intake import app
from streams.scrub.kind_words import KINDS, LANGS, Lang, pick
from streams.scrub.kinds import KINDS as KNOWN
from tests.optional import missing
from tests.page_modules import APP, node

SOURCE = (Path(app.__file__).parent / "app/src/catalogue/kinds.ts").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", LANGS)
def test_the_tablet_has_a_word_for_every_kind_in_every_language(lang: Lang) -> None:
    block = re.search(rf"^  {lang}: \{{\n(.*?)^  \}},$", SOURCE, re.DOTALL | re.MULTILINE)
    assert block is not None
    rows = re.findall(r'^    "?([a-z-]+)"?: (".*"),$', block[1], re.MULTILINE)
    assert {kind: json.loads(word) for kind, word in rows} == {kind: pick(KINDS[kind].what, lang) for kind in KNOWN}, (
        "write them again from streams/scrub/kind_words.py"
    )


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The page's sources in a folder of their own, to be spoiled."""
    root = APP.parents[2]
    if not (root / "node_modules/typescript").exists():
        missing("the page's build tools, which `make setup` brings")
    shutil.copytree(APP / "src", tmp_path / "producers/intake/app/src")
    shutil.copy(root / "tsconfig.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(root / "node_modules")
    return tmp_path


def _type_check(root: Path) -> str:
    """What `npm run check` says there, which each build runs first."""
    tsc = APP.parents[2] / "node_modules/typescript/bin/tsc"
    done = subprocess.run(
        [node(), tsc, "--noEmit", "-p", root / "tsconfig.json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode == 0) == (done.stdout == "")
    return done.stdout


@pytest.mark.node
@pytest.mark.parametrize("lang", ["de", "nl"])
def test_a_build_with_a_missing_string_fails_and_names_it(copied: Path, lang: str) -> None:
    file = copied / "producers/intake/app/src/catalogue" / f"{lang}.ts"
    whole = file.read_text(encoding="utf-8")
    spoiled = re.sub(r"^  bannerClosedDo: .*\n", "", whole, count=1, flags=re.MULTILINE)
    assert spoiled != whole
    file.write_text(spoiled, encoding="utf-8")
    said = _type_check(copied)
    assert f"catalogue/{lang}.ts" in said
    assert "Property 'bannerClosedDo' is missing" in said


@pytest.mark.node
def test_the_build_as_it_is_lacks_nothing(copied: Path) -> None:
    assert _type_check(copied) == ""
