"""What a physician signed is what goes out: the sheet's hash, its typed blanks, and texts that are not an item's."""

import pytest

from schemas.live_event import RunSheetItem
from streams.run_sheet import blanks, fits, gaps, is_as_signed, is_signed, item_of, sha256
from tests.unit.streams.controls import control

WELCOME = RunSheetItem(id="welcome", text="Welcome to the operating theatre.")
START = RunSheetItem(id="start", text="We began at {time}, on the {side} knee; {minutes} minutes, {number} people.")


def test_the_hash_is_over_ids_texts_and_order() -> None:
    sheets = (
        (WELCOME, START),
        (START, WELCOME),
        (WELCOME,),
        (WELCOME.model_copy(update={"id": "hello"}), START),
        (WELCOME.model_copy(update={"text": "Welcome to the operating theatre"}), START),
        (),
    )
    assert len({sha256(sheet) for sheet in sheets}) == len(sheets)
    assert sha256((WELCOME,)) == "1c7d130a3a093f1d4df823caa06be3f4d945b7a160b13650d20a0228c2ce8349"


def test_a_text_without_blanks_is_signed_word_for_word() -> None:
    assert is_as_signed(WELCOME, "Welcome to the operating theatre.")
    assert is_as_signed(WELCOME, "  Welcome to\nthe operating  theatre. ")
    for other in ("Welcome to the operating theatre", "welcome to the operating theatre.", "", "Welcome."):
        assert not is_as_signed(WELCOME, other)
    assert not is_as_signed(WELCOME, "Welcome to the operating theatre. Maria says hello.")


def test_blanks_take_their_types_alone() -> None:
    assert is_as_signed(START, "We began at 14:05, on the left knee; 45 minutes, 6 people.")
    assert is_as_signed(START, "We began at 9.30, on the rechter knee; 0 minutes, 9999 people.")
    assert not is_as_signed(START, "We began at noon, on the left knee; 45 minutes, 6 people.")
    assert not is_as_signed(START, "We began at 14:05, on the bad knee; 45 minutes, 6 people.")
    assert not is_as_signed(START, "We began at 14:05, on the left knee; 45 minutes, Maria people.")
    assert not is_as_signed(START, "We began at 14:05, on the left knee; 45 minutes, 6 people and Maria people.")


@pytest.mark.parametrize(
    ("blank", "said", "fit"),
    [
        ("time", "00:00", True), ("time", "23:59", True), ("time", "7:05", True), ("time", "24:00", False),
        ("time", "12:60", False), ("time", "12", False), ("time", "١٢:٠٠", False), ("time", "2:05 pm", False),
        ("minutes", "0", True), ("minutes", "600", True), ("minutes", "601", False), ("minutes", "-1", False),
        ("minutes", "05", False), ("minutes", "1.5", False), ("minutes", "٥", False),
        ("number", "9999", True), ("number", "10000", False), ("number", "0", True), ("number", "seven", False),
        ("side", "left", True), ("side", "Right", True), ("side", "links", True), ("side", "rechten", True),
        ("side", "linker", True), ("side", "up", False), ("side", "leftish", False), ("side", "", False),
        ("name", "Maria", False),
    ],
)  # fmt: skip
def test_what_fits_in_a_blank(blank: str, said: str, *, fit: bool) -> None:
    assert fits(blank, said) is fit


def test_blanks_are_named_in_order_and_strange_ones_are_not_blanks() -> None:
    assert [b.type for b in blanks(START.text)] == ["time", "side", "minutes", "number"]
    assert blanks("With {love} from {}.") == ()
    odd = RunSheetItem(id="odd", text="Costs {money}.")
    assert is_as_signed(odd, "Costs {money}.")
    assert not is_as_signed(odd, "Costs 100.")


def test_braces_that_are_no_blank_are_a_gap() -> None:
    found = gaps((WELCOME, START, RunSheetItem(id="a", text="{name} is well"), RunSheetItem(id="b", text="At {time")))
    assert found == [
        "run_sheet.2: has braces that are no blank; there are {time}, {minutes}, {number}, {side}",
        "run_sheet.3: has braces that are no blank; there are {time}, {minutes}, {number}, {side}",
    ]


@pytest.mark.parametrize(
    ("signed", "said", "same"),
    [
        ("The {side}{time} check", "The left10:42 check", True),
        ("The {time}{side} check", "The 10:42left check", True),
        ("The {number}{side} check", "The 2rechter check", True),
        ("The {side}{time} check", "The left check", False),
        ("The {side}{time} check", "The 10:42left check", False),
        ("At {time}.{number} of them", "At 10.42.5 of them", True),
        ("At {time}.{number} of them", "At 10.42.Maria of them", False),
        ("{side}", "leftleft", False),
    ],
)
def test_blanks_that_touch_are_told_apart_by_their_types(signed: str, said: str, *, same: bool) -> None:
    assert is_as_signed(RunSheetItem(id="a", text=signed), said) is same


@pytest.mark.parametrize(
    "text", ["{number}{number}", "{time}{minutes} left", "{minutes}{time}", "at {side}{side}", "{side}{time}{number}"]
)
def test_blanks_that_nobody_could_tell_apart_are_a_gap(text: str) -> None:
    assert gaps((WELCOME, RunSheetItem(id="a", text=text))) == [
        "run_sheet.1: has two blanks with nothing between them; put a word there"
    ]


@pytest.mark.parametrize("text", ["{side}{time}", "{time}{side}{number}", "{number} {number}", "{minutes}:{minutes}"])
def test_blanks_with_something_between_them_or_of_letters_and_digits_are_none(text: str) -> None:
    assert gaps((RunSheetItem(id="a", text=text),)) == []


def test_the_item_of_a_text() -> None:
    assert item_of((WELCOME, START), "We began at 8:00, on the left knee; 1 minutes, 2 people.") == START
    assert item_of((WELCOME, START), "Anything else.") is None


def test_a_signature_is_under_one_sheet_alone() -> None:
    signed = control("sign-run-sheet", run_sheet_sha256=sha256((WELCOME, START)))
    assert is_signed((WELCOME, START), signed)
    assert not is_signed((START, WELCOME), signed)
    assert not is_signed((WELCOME, START), None)
