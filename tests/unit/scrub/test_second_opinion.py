"""Second opinions add findings and take none away, whatever they say; and one that fails holds the update."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.draft import Disposition
from streams.scrub.detectors import DETECTORS
from streams.scrub.kinds import KINDS
from streams.scrub.policy import SHIPPED, dispose, load
from streams.scrub.screen import Screening, screen
from streams.scrub.second_opinion import IGNORED, LABELS, Opinion, detector, strange_labels
from streams.scrub.terms import compile_terms

STRICT = load("strict")
TERMS = compile_terms(["Dr Ada Moor"], ["Maria Lopez", "1961-03-04"])
TEXT = "Theatre is ready, Zebediah greets Dr Moor of room 4 and case 4711-2233"
_WEIGHT = (Disposition.CLEAR, Disposition.REDACTED, Disposition.HOLD, Disposition.REFUSE)


@dataclass(frozen=True)
class Saying:
    """Says the same of every text."""

    said: tuple[Opinion, ...]
    labels: frozenset[str] = frozenset(LABELS)

    def opinions(self, text: str, lang: str) -> Iterator[Opinion]:
        yield from self.said


class Failing:
    labels = frozenset({"PERSON"})

    def opinions(self, text: str, lang: str) -> Iterator[Opinion]:
        raise ValueError(text)


def screened(text: str, *said: Opinion, policy: str = "strict") -> Screening:
    detectors = (*DETECTORS, detector("saying", Saying(said))) if said else DETECTORS
    return screen(text, lang="en", policy=load(policy), terms=TERMS, detectors=detectors)


def opinions(text: str) -> st.SearchStrategy[Opinion]:
    return st.builds(
        lambda a, b, label, score: Opinion(min(a, b), max(a, b) + 1, label, score),
        st.integers(0, len(text) - 1),
        st.integers(0, len(text) - 1),
        st.sampled_from(sorted(LABELS)),
        st.floats(0, 1),
    )


@given(st.lists(opinions(TEXT), min_size=1, max_size=4), st.sampled_from(SHIPPED))
@settings(deadline=None)
def test_no_opinion_takes_a_finding_away_or_lets_more_pass(said: list[Opinion], policy: str) -> None:
    alone, both = screened(TEXT, policy=policy), screened(TEXT, *said, policy=policy)
    assert set(alone.findings) <= set(both.findings)
    assert _WEIGHT.index(both.disposition) >= _WEIGHT.index(alone.disposition)
    assert dispose(both.findings, load(policy)).disposition is both.disposition


def test_a_finding_is_of_the_original_text_and_names_who_said_it() -> None:
    text = "tea with Zebe\u200bdiah now"
    (found,) = [f for f in screened(text, Opinion(9, 17, "PERSON", 0.4)).findings if f.rule == "second-opinion-saying"]
    assert (text[found.start : found.end], found.kind, found.score) == ("Zebe\u200bdiah", "name", 0.4)


def test_staff_whom_the_event_may_name_are_dropped_and_protected_names_are_not() -> None:
    text = "Dr Moor waves to Maria"
    found = screened(text, Opinion(3, 7, "PERSON"), Opinion(17, 22, "PERSON")).findings
    assert [text[f.start : f.end] for f in found if f.rule == "second-opinion-saying"] == ["Maria"]


def test_one_that_fails_holds_the_update_and_is_named_without_its_message() -> None:
    result = screen("all quiet", lang="en", policy=STRICT, terms=TERMS, detectors=(detector("failing", Failing()),))
    assert (result.disposition, result.reasons) == (Disposition.HOLD, ("detector-failed",))
    assert [f.rule for f in result.findings] == ["second-opinion-failing"]


@pytest.mark.parametrize("said", [Opinion(3, 3, "PERSON"), Opinion(-1, 3, "PERSON"), Opinion(0, 99, "PERSON")])
def test_a_span_that_the_text_does_not_have_holds_the_update(said: Opinion) -> None:
    assert screened("all quiet", said).reasons == ("detector-failed",)


def test_a_label_without_a_meaning_is_named_and_one_that_does_not_count_is_not() -> None:
    assert strange_labels(["PERSON", "CARDINAL", "SHOE_SIZE", "ALIEN"]) == ("ALIEN", "SHOE_SIZE")
    assert screened("all quiet", Opinion(0, 3, "CARDINAL")).findings == ()


def test_every_label_means_a_kind_that_exists_and_can_be_taken_out() -> None:
    kinds = set(LABELS.values()) - {IGNORED}
    assert kinds <= set(KINDS)
    assert not any(KINDS[kind].content for kind in kinds)
