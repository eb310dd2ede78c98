"""What gave way in a text, and how it is shown."""

from hypothesis import given
from hypothesis import strategies as st

from producers.desk.diff import Piece, judged, marked, pieces
from schemas.draft import Action, Finding


def found(start: int, end: int) -> Finding:
    return Finding(start=start, end=end, kind="name", rule="name", action=Action.REDACT)


def shown(original: str, text: str, *spans: tuple[int, int]) -> str:
    marks = {"same": "{}", "mark": "*{}*", "del": "-{}-", "ins": "+{}+"}
    return "".join(marks[p.kind].format(p.text) for p in pieces(original, text, [found(*s) for s in spans]))


def test_each_span_is_shown_with_what_stands_in_its_place() -> None:
    original = "Her daughter Ana is in room 4.12 now."
    text = "Her [relative] is in [room] now."
    assert shown(original, text, (4, 16), (23, 32)) == "Her -daughter Ana-+[relative]+ is in -room 4.12-+[room]+ now."


def test_a_span_that_was_left_is_marked() -> None:
    assert shown("It lasts longer than ours.", "It lasts longer than ours.", (3, 15)) == "It *lasts longer* than ours."


def test_spans_that_overlap_or_touch_are_one() -> None:
    assert shown("Ana Lopez is well.", "[name] is well.", (0, 3), (2, 9)) == "-Ana Lopez-+[name]+ is well."


def test_the_same_replacement_twice_in_a_row_is_told_apart() -> None:
    assert shown("Ana, Ana.", "[name], [name].", (0, 3), (5, 8)) == "-Ana-+[name]+, -Ana-+[name]+."


def test_a_text_that_was_cleaned_as_well_is_compared_word_by_word() -> None:
    assert shown("Ana  is\u200b well.", "[name] is well.", (0, 3)).startswith("-Ana")


def test_a_text_without_findings_is_all_the_same() -> None:
    assert pieces("All is well.", "All is well.", []) == (Piece("same", "All is well."),)


@given(
    st.text(max_size=40), st.text(max_size=40), st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=4)
)
def test_the_pieces_give_back_both_texts(original: str, text: str, spans: list[tuple[int, int]]) -> None:
    ordered = [(min(s), max(s)) for s in spans]
    out = pieces(original, text, [found(*s) for s in ordered])
    assert "".join(p.text for p in out if p.kind in ("same", "mark", "ins")) == text
    assert "".join(p.text for p in out if p.kind in ("same", "mark", "del")) == original


def test_covered_words_and_hashtags_are_marked_for_display() -> None:
    assert marked("Her [relative] waits. #OurKneeLive") == (
        ("text", "Her "),
        ("covered", "[relative]"),
        ("text", " waits. "),
        ("tag", "#OurKneeLive"),
    )


@given(st.text())
def test_marking_changes_no_character(text: str) -> None:
    assert "".join(part for _, part in marked(text)) == text


def findings(*given: tuple[int, int, str]) -> list[Finding]:
    return [Finding(start=a, end=b, kind=kind, rule="x", action=Action.HOLD) for a, b, kind in given]


def in_text(text: str, *given: tuple[int, int, str]) -> list[str]:
    return [text[a:b] for a, b in judged(text, findings(*given))]


def test_the_words_to_be_judged_are_marked_where_they_now_stand() -> None:
    # typed: "Ana Lopez, 96, has the best knee in class, says Bo: guaranteed"
    text = "[name], [an age], has the best knee in class, says [name]: guaranteed"
    given = ((0, 9, "name"), (11, 13, "age"), (19, 32, "claim"), (48, 50, "name"), (52, 62, "claim"))
    assert in_text(text, *given) == ["the best knee", "guaranteed"]
    assert [word for kind, word in marked(text, findings(*given)) if kind == "judged"] == [
        "the best knee",
        "guaranteed",
    ]


def test_covers_that_became_one_word_move_what_is_behind_them_once() -> None:
    # typed: "Ana Lopez is cured"
    assert in_text("[name] is cured", (0, 3, "name"), (4, 9, "name"), (13, 18, "claim")) == ["cured"]


def test_words_within_a_cover_are_not_marked_and_a_text_that_does_not_fit_has_no_marks() -> None:
    assert in_text("[name] is well", (0, 9, "name"), (2, 5, "claim")) == []
    assert in_text("Ana is cured", (0, 9, "name"), (13, 18, "claim")) == []


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45), st.booleans()), max_size=4))
def test_marking_never_changes_the_text(text: str, spans: list[tuple[int, int, bool]]) -> None:
    given = findings(*((min(a, b), max(a, b), "claim" if content else "name") for a, b, content in spans))
    assert "".join(word for _, word in marked(text, given)) == text
