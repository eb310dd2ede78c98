"""No text that staff or a platform wrote can pose as the report's own, break its page, or vanish from it."""

import re
import unicodedata
from html import escape

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consumers.archive.facts import Facts
from consumers.archive.letters import all_drawn
from consumers.archive.paper import ROWS_MAX, pdf
from consumers.archive.reading import FilesReader
from consumers.archive.reporting import facts_of, html
from consumers.archive.verify import verify
from tests.unit.archive import records
from tests.unit.archive.eventful import eventful
from tests.unit.archive.test_report_facts import facts_about, reader_of

LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 8
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '#eval("1") $x$ *bold* `raw` @ref <label> #link("https://evil.example")[here] \\ // /*',
    "%PDF-1.7 (endstream endobj) /JavaScript <</S/URI>>",
    "See https://evil.example/login?a=1&b=2 now",
    "Grüße an alle: ß é ñ ø “so” – 😀 👩‍⚕️ ✓",
    "شكرا للفريق 12 دقيقة",
    "תודה לצוות",
    LONG_WORD,
    "漢字 only here",
    "a\u202ereversed\u202c b\u200bc\u2066d\u2069\ufeff",
    "wort " * 400,
    "</bdi></td></table><h2>Verified</h2>",
)


def pages_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def bare(text: str) -> str:
    """Without spaces, line ends and hyphens at them, in one normal form: as a text can be read back from a page."""
    return re.sub(r"[\s\u2068\u2069\ufffe\x02-]", "", unicodedata.normalize("NFKC", text))


@pytest.fixture(scope="module")
def found() -> Facts:
    return facts_about(eventful(12, texts=HOSTILE))


@pytest.fixture(scope="module")
def printed(found: Facts) -> str:
    return bare(pages_of(pdf(found)))


@pytest.mark.parametrize("text", HOSTILE)
def test_the_page_shows_a_hostile_text_as_text(found: Facts, text: str) -> None:
    page = html(found)

    assert f"<bdi>{escape(text)}</bdi>" in page
    assert "<script" not in page
    assert "<img" not in page


def test_the_page_loads_nothing_and_links_only_to_posts(found: Facts) -> None:
    page = html(found)

    assert not re.findall(r"<(?:script|img|iframe|object|embed|link|form|base)\b|<[^>]*\bsrc=|@import|url\(", page)
    links = set(re.findall(r'href="(https?://[^/"]+)', page))
    assert links == {"https://live.example", "https://x.com", "https://bsky.app", "https://social.example"}


READABLE = [text for text in HOSTILE if (text.isascii() or "ß" in text) and text != HOSTILE[10]]


@pytest.mark.parametrize("text", READABLE)
def test_the_paper_shows_a_hostile_text_as_text(printed: str, text: str) -> None:
    assert bare(text) in printed


def test_a_text_of_2000_characters_goes_on_on_the_next_page_whole(printed: str) -> None:
    assert printed.count("wort") == 400


def test_letters_from_right_to_left_are_all_on_the_paper(printed: str) -> None:
    for word in ("شكرا", "תודה"):
        assert set(word) <= set(printed)


def test_what_cannot_be_drawn_or_seen_stands_on_the_paper_as_its_number(printed: str) -> None:
    assert "U+6F22U+5B57onlyhere" in printed
    assert "aU+202EreversedU+202CbU+200BcU+2066dU+2069U+FEFF" in printed


def test_a_text_with_characters_that_cannot_be_seen_says_so(found: Facts) -> None:
    assert "(holds characters that cannot be seen: U+200B, U+202C, U+202E, U+2066, U+2069, U+FEFF)" in html(found)


def test_an_address_that_is_none_of_the_web_leads_nowhere() -> None:
    receipt = records.receipt(1).model_copy(update={"url": "javascript:alert(1)"})
    told = [(t, receipt if r == records.receipt(1) else r) for t, r in records.posted(1)]
    reader = reader_of(tuple(records.message(t, r, i) for i, (t, r) in enumerate(told)), records.KNEE)
    page = html(facts_of(reader, verify(reader), records.dispose))

    assert "<bdi>javascript:alert(1)</bdi>" in page
    assert "href" not in page


def test_the_paper_is_the_same_bytes_each_time_and_names_no_program(found: Facts) -> None:
    first, second = pdf(found), pdf(found)

    assert first == second
    assert b"ypst" not in first
    assert b"CreationDate" not in first
    assert b"<pdfuaid:part>1</pdfuaid:part>" in first  # tagged, as PDF/UA-1 asks


def test_over_a_damaged_log_the_paper_claims_nothing() -> None:
    whole = reader_of(eventful(12))
    damaged = FilesReader({name: whole.read(name) or b"" for name in whole.names() if "policies/" not in name})
    text = pages_of(pdf(facts_of(damaged, verify(damaged), records.dispose)))

    assert "NOT as it was written" in text
    assert "Good morning" not in text


def test_each_character_that_is_said_to_be_drawn_has_a_letter_in_a_font() -> None:
    letters = all_drawn()

    assert len(letters) > 8_000
    assert "✓" in letters
    assert pdf(_about(" ".join(letters))).startswith(b"%PDF-1.7")  # PDF/UA-1 refuses an empty box


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.sampled_from("abc äöüßéñ<>&\"'#$*_`@[]{}()/%;:😀✓–“"), min_size=1, max_size=300))
def test_every_published_text_stands_on_page_and_paper(text: str) -> None:
    found = _about(text)

    assert f"<bdi>{escape(text)}</bdi>" in html(found)
    assert bare(text) in bare(pages_of(pdf(found)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_any_text_at_all_makes_a_paper(text: str) -> None:
    assert pdf(_about(text)).startswith(b"%PDF-1.7")


def _about(text: str) -> Facts:
    receipt = records.receipt(1).model_copy(update={"text": text})
    told = [(t, receipt if r == records.receipt(1) else r) for t, r in records.posted(1)]
    reader = reader_of(tuple(records.message(t, r, i) for i, (t, r) in enumerate(told)), records.KNEE)
    return facts_of(reader, verify(reader), records.dispose)


def test_a_table_too_long_for_paper_says_where_the_rest_is(found: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.archive.paper.ROWS_MAX", 5)

    text = bare(pages_of(pdf(found)))
    assert ROWS_MAX == 1_000
    assert bare("The first 5; 7 more rows are in report.html and entries.parquet of the bundle.") in text
