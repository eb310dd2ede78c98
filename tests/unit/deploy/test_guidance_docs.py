"""The guidance in docs/ is that of the desk's pages, whole in each language."""

import pytest

from deploy.guidance_docs import FOLDER, files
from producers.desk import guidance
from producers.desk.words import LANGS, Lang


def test_the_files_are_what_the_pages_say() -> None:
    """`python -m deploy.guidance_docs` writes them."""
    assert {name: (FOLDER / name).read_text(encoding="utf-8") for name in files()} == files()


@pytest.mark.parametrize("lang", LANGS)
def test_each_role_has_as_many_lines_in_every_language(lang: Lang) -> None:
    def sizes(of: Lang) -> list[list[int]]:
        return [[len(part.lines) for part in page.parts] for page in guidance.pages(of)]

    assert sizes(lang) == sizes("en")
    assert len(guidance.pages(lang)) == 6
