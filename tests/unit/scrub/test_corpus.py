"""The labelled corpus is well formed: what it scores means what its authors wrote."""

from collections import Counter
from pathlib import Path

import pytest

from tests.corpus.read import CONTENT, LABELS, LANGUAGES, SETS, Malformed, Span, files, parse, read, read_all

HEADER = "event: #T\nlang: en\nset: dev\nabout: a test\nallow: #T | Dr Moor\nprotected:\n\n"
FILES = files()
LEAST_UPDATES = 20  # fewer do not make a thread with a cast and a voice of its own


def only(source: str) -> tuple[str, tuple[Span, ...], tuple[str, ...]]:
    (update,) = parse("t", HEADER + source)
    return update.text, update.spans, update.tags


def test_a_mark_becomes_a_span_of_the_plain_text() -> None:
    text, spans, tags = only("Hi ⟦NAME|Ana⟧ in ⟦ROOM|bed 3⟧!")
    assert text == "Hi Ana in bed 3!"
    assert spans == (Span(3, 6, "NAME", "direct"), Span(10, 15, "ROOM", "quasi"))
    assert tags == ()


def test_an_escape_counts_as_the_character_it_stands_for() -> None:
    text, spans, _ = only(r"a\u200b ⟦NAME|A\u200bna⟧\nend")
    assert text == "a\u200b A\u200bna\nend"
    assert spans == (Span(3, 7, "NAME", "direct"),)


def test_a_place_with_a_digit_is_direct_and_the_mark_can_overrule() -> None:
    _, spans, _ = only("⟦GEO|4 Mill Lane⟧ ⟦GEO|Ash Vale⟧ ⟦DATE?|Easter⟧ ⟦ROOM!|bed 1⟧")
    assert [span.severity for span in spans] == ["direct", "quasi", "quasi", "direct"]


def test_a_line_is_harmless_unless_it_has_a_mark_or_a_content_tag() -> None:
    assert only("Knife to skin")[2] == ("neg",)
    assert only("[claim] Best knee ever")[2] == ("claim",)


@pytest.mark.parametrize(
    "source", ["⟦NOPE|x⟧", "⟦NAME|a", "⟦NAME|a⟦NAME|b⟧⟧", "⟦NAME|⟧", "[neg] ⟦NAME|a⟧", "[neg,claim] best", "[nope] x"]
)
def test_what_is_ambiguous_is_refused_with_its_line(source: str) -> None:
    with pytest.raises(Malformed, match="t line 8"):
        parse("t", HEADER + source)


def test_a_header_must_be_complete() -> None:
    with pytest.raises(Malformed, match="protected"):
        parse("t", "event: #T\nlang: en\nset: dev\nabout: a\nallow: x\n\nhello")


def test_what_was_written_before_the_event_is_optional_and_written_only_where_there_is_some() -> None:
    (without,) = parse("t", HEADER + "Knife to skin")
    assert without.event.prepared == ""
    assert "prepared" not in without.as_json()
    (with_it,) = parse("t", HEADER.replace("protected:", "protected:\nprepared: We use a Bair: Hugger | drapes") + "Go")
    assert with_it.event.prepared == "We use a Bair: Hugger | drapes"
    assert with_it.as_json()["prepared"] == "We use a Bair: Hugger | drapes"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_is_a_thread_in_the_language_of_its_folder(path: Path) -> None:
    updates = read(path)
    assert len(updates) >= LEAST_UPDATES
    event = updates[0].event
    assert event.lang == path.parent.name
    assert event.event in event.allow


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_spans_lie_in_order_in_the_text_without_overlap(path: Path) -> None:
    for update in read(path):
        at = 0
        for span in update.spans:
            assert at <= span.start < span.end <= len(update.text), update.id
            marked = update.text[span.start : span.end]
            assert marked == marked.strip(), update.id
            assert span.label in LABELS, update.id
            assert span.severity in {"direct", "quasi"}, update.id
            at = span.end


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_neg_line_has_neither_span_nor_content_tag_and_a_split_has_both_halves(path: Path) -> None:
    updates = read(path)
    for update, following in zip(updates, [*updates[1:], None], strict=True):
        assert ("neg" in update.tags) == (not update.spans and not CONTENT & set(update.tags)), update.id
        if "split1" in update.tags:
            assert following is not None, update.id
            assert "split2" in following.tags, update.id
            assert update.spans, update.id
            assert following.spans, update.id


def test_ids_and_texts_are_each_there_once() -> None:
    updates = read_all()
    assert len({update.id for update in updates}) == len(updates)
    twice = [text for text, count in Counter(update.text for update in updates).items() if count > 1]
    assert twice == []


def test_each_language_has_events_to_tune_on_and_events_only_scored() -> None:
    held = {(path.parent.name, read(path)[0].event.set) for path in FILES}
    assert {(language, which) for language in LANGUAGES for which in SETS} == held
