"""An institution's own list keeps the contract of second opinions, and reads its file as its users write it."""

from pathlib import Path

import pytest

from schemas.errors import Refused
from streams.scrub.second_opinion import Opinion
from streams.second_opinions.listed import listed, second_opinion
from tests.contract.second_opinion_suite import Case, SecondOpinionContract

LIST = """\
# our own words
Quillfeather
van der Plumm
[place]
Haus Grünspan        # the staff house
"""


@pytest.fixture
def case(tmp_path: Path) -> Case:
    path = tmp_path / "own.txt"
    path.write_text(LIST, encoding="utf-8")
    sentences = {
        "en": ("coffee with quillfeather at nine", "quillfeather"),
        "de": ("Kaffee im HAUS GRUENSPAN um neun", "HAUS GRUENSPAN"),
        "nl": ("koffie met van der Plumm om negen", "van der Plumm"),
    }
    return Case("listed", second_opinion({"file": str(path)}), sentences)


class TestListed(SecondOpinionContract):
    def test_a_heading_says_what_stands_below_it(self) -> None:
        found = listed(["Quill", "[place]", "Plumm Hall", "Plumm"])
        assert list(found.opinions("Quill in Plumm Hall, not Plumm", "en")) == [
            Opinion(0, 5, "PERSON"),
            Opinion(9, 19, "PLACE"),
            Opinion(25, 30, "PLACE"),
        ]

    def test_a_term_is_whole_words(self) -> None:
        assert list(listed(["Quill"]).opinions("Quills and Tranquillity", "en")) == []


@pytest.mark.parametrize("content", [None, "", "# nothing\n[PLACE]\n", b"\xff\xfe\x00"])
def test_a_list_that_is_missing_empty_or_no_text_is_refused(tmp_path: Path, content: str | bytes | None) -> None:
    path = tmp_path / "own.txt"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Refused, match="listed"):
        second_opinion({"file": str(path)})


def test_a_misspelt_option_is_refused() -> None:
    with pytest.raises(Refused, match="no option fiel; it has file"):
        second_opinion({"fiel": "x"})
