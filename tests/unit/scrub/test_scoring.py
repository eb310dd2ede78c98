"""What counts as a leak, as a false hold and as too much, on spans made for it; and how sure the figures are."""

from typing import Any

import pytest

from streams.scrub.scoring import Gold, Outcome, Rate, as_json, leaks, score, wilson

TEXT = "Ana van der Lindqvist, ring 07700 900123, bed 4 by the old mill, 12a Fern Row"


def gold(part: str, label: str, severity: str = "direct") -> Gold:
    start = TEXT.index(part)
    return Gold(start, start + len(part), label, severity)


def hide(*parts: str) -> frozenset[int]:
    return frozenset(place for part in parts for place in range(TEXT.index(part), TEXT.index(part) + len(part)))


@pytest.mark.parametrize(
    ("span", "hidden", "expected"),
    [
        (gold("Ana van der Lindqvist", "NAME"), (), True),
        (gold("Ana van der Lindqvist", "NAME"), ("Ana", "Lindqvist"), False),  # a particle tells nobody
        (gold("Ana van der Lindqvist", "NAME"), ("Lindqvist",), True),
        (gold("Ana van der Lindqvist", "NAME"), ("Ana", "Lindqv"), True),  # three letters stay
        (gold("Ana van der Lindqvist", "NAME"), ("Ana", "Lindqvi"), False),
        (gold("van der", "NAME"), (), True),  # nothing but particles: all of them count
        (gold("07700 900123", "PHONE"), ("07700",), True),
        (gold("07700 900123", "PHONE"), ("07700", "9001"), False),
        (gold("bed 4 by the old mill", "ROOM", "quasi"), ("bed 4 by t",), True),
        (gold("bed 4 by the old mill", "ROOM", "quasi"), ("bed 4 by the",), False),  # half of it is gone
        (gold("12a Fern Row", "GEO"), ("Fern Row",), True),
        (gold("12a Fern Row", "GEO"), ("12a Fern Row",), False),
        (gold("4", "ROOM", "quasi"), (), True),
        (gold("12", "MRN"), (), True),  # short, but all there is
    ],
)
def test_what_leaks(span: Gold, hidden: tuple[str, ...], expected: bool) -> None:
    assert leaks(TEXT, span, hide(*hidden)) is expected


def test_a_character_without_width_parts_no_word() -> None:
    text = "A\u200bn\u200ba"
    assert leaks(text, Gold(0, len(text), "NAME", "direct"), frozenset())
    assert not leaks(text, Gold(0, len(text), "NAME", "direct"), frozenset({0}))


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 0, 0.0, 0.0), (0, 10, 0.0, 27.75), (10, 10, 72.25, 100.0), (5, 10, 23.66, 76.34), (1, 100, 0.18, 5.45)],
)
def test_the_interval(count: int, of: int, low: float, high: float) -> None:
    found = wilson(count, of)
    assert [round(100 * abs(bound), 2) for bound in found] == [low, high]


def outcome(
    text: str, *spans: Gold, lang: str = "en", held: bool = False, covered: Any = (), tags: Any = ()
) -> Outcome:
    return Outcome(lang, text, spans, frozenset(tags), frozenset(covered), held)


def test_a_held_update_leaks_nothing_unless_redaction_stands_alone() -> None:
    name = Gold(0, 3, "NAME", "direct")
    found = score([outcome("Ana is in", name, held=True), outcome("Ana is in", name, covered=range(3))])["all"]
    assert (found.direct.held_safe.count, found.direct.held_safe.of) == (0, 2)
    assert (found.direct.redaction_alone.count, found.direct.redaction_alone.of) == (1, 2)


def test_what_is_harmless_and_touched_is_a_false_hold() -> None:
    found = score(
        [
            outcome("Knife to skin"),
            outcome("Knife to skin", held=True),
            outcome("Knife to skin", covered=range(5)),
            outcome("Knife - skin", covered=[6]),  # a mark is no word
            outcome("Best knee ever", held=True, tags=["claim"]),
        ]
    )["all"]
    assert found.false_holds == Rate(2, 4)
    assert found.content_held == Rate(1, 1)


def test_what_is_covered_beyond_the_labels_is_counted_in_characters_that_are_published() -> None:
    found = score([outcome("Ana is in", Gold(0, 3, "NAME", "direct"), covered=range(6)), outcome("on ice", held=True)])
    assert found["all"].over_redaction == Rate(2, 4)


def test_languages_labels_and_severities_are_told_apart() -> None:
    room = Gold(0, 5, "ROOM", "quasi")
    found = score([outcome("bed 4", room, lang="de", held=True), outcome("bed 4", room, lang="nl")])
    assert set(found) == {"all", "de", "nl"}
    assert (found["de"].quasi_held.count, found["nl"].quasi_held.count) == (1, 0)
    assert found["all"].labels["ROOM"].held_safe == Rate(1, 2)
    assert found["all"].direct.held_safe == Rate(0, 0)


def test_the_figures_for_programs() -> None:
    found = as_json(score([outcome("Ana is in", Gold(0, 3, "NAME", "direct"))]))
    assert found["all"]["leaked"]["direct"]["held_safe"] == {
        "percent": 100.0,
        "low": 20.65,
        "high": 100.0,
        "count": 1,
        "of": 1,
    }
    assert set(found["en"]) == {
        "updates", "leaked", "labels", "quasi_held", "false_holds", "content_held", "over_redaction"
    }  # fmt: skip
