"""What a screener did to an update becomes an outcome; a peer gets the event's lists as a careful user would give
them."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from schemas.draft import Action, Finding
from streams.scrub.scoring import Rate
from tests.bench.presidio.peer import spans
from tests.bench.results_page import said, table
from tests.bench.screeners import POLICY, Found, judged, peer_judged, peer_leaked, prepared, seconded, with_line
from tests.corpus.attacks import cases
from tests.corpus.read import parse

(UPDATE,) = parse(
    "t", "event: #T\nlang: en\nset: dev\nabout: a test\nallow: #T\nprotected:\n\nasked Zebediah at bed 3 again\n"
)


def finding(kind: str, start: int, end: int, score: float = 1.0) -> Finding:
    return Finding(start=start, end=end, kind=kind, rule="test", action=Action.HOLD, score=score)


def test_what_policy_takes_out_is_covered_and_what_it_holds_is_held() -> None:
    held, taken_out, said = (
        judged([Found(UPDATE, (finding(kind, 6, 14),))])[0][1] for kind in ("name", "phone", "claim")
    )
    assert (held.covered, held.held) == (set(range(6, 14)), True)
    assert (taken_out.covered, taken_out.held) == (set(range(6, 14)), False)
    assert (said.covered, said.held) == (set(), True)


def test_below_the_line_a_finding_does_not_count() -> None:
    every = [Found(UPDATE, (finding("unknown-name", 6, 14, 0.5),))]
    ((_, above),) = judged(every, with_line(0.45, ["unknown-name"]))
    ((_, below),) = judged(every, with_line(0.55, ["unknown-name"]))
    assert (above.held, below.held) == (True, False)
    assert with_line(0.55, ["unknown-name"]).rule("name") == POLICY.rule("name")


@dataclass(frozen=True)
class Recognised:
    start: int
    end: int
    entity_type: str = "PERSON"
    score: float = 0.85


class Engine:
    """Marks every word with a capital."""

    def analyze(self, text: str, language: str) -> Iterator[Recognised]:
        for word in text.split():
            if word[0].isupper():
                yield Recognised(text.index(word), text.index(word) + len(word))


def test_a_peer_leaves_allowed_words_and_finds_protected_ones_where_they_stand() -> None:
    text = "Moor asks Zeb about lopez and lopezia"
    line = {"text": text, "lang": "en", "allow": ["Dr Moor"], "protected": ["Lopez"]}
    assert [text[s["start"] : s["end"]] for s in spans(Engine(), line)] == ["Zeb", "lopez"]


def test_what_a_second_opinion_adds_holds_as_its_kind_does_and_what_it_does_not_heed_changes_nothing() -> None:
    def added(entity: str, score: float = 0.9) -> tuple[set[int], bool]:
        span = {"start": 6, "end": 8, "entity": entity, "score": score}
        ((_, got),) = seconded(judged([Found(UPDATE, ())]), {UPDATE.id: {"spans": [span]}})
        return set(got.covered), got.held

    assert added("PERSON") == ({6, 7}, True)
    assert added("PHONE_NUMBER") == ({6, 7}, False)
    assert added("UK_NHS", 0.2) == (set(), False)
    assert added("DATE_TIME") == (set(), False)


def test_an_attack_leaks_when_a_letter_of_what_was_planted_stays() -> None:
    case = cases()[0]
    start = case.text.index(case.planted)
    whole = {"spans": [{"start": start, "end": start + len(case.planted)}]}
    part = {"spans": [{"start": start + 1, "end": start + len(case.planted)}]}
    assert peer_leaked([case], {"attack-0": whole}) == []
    assert peer_leaked([case], {"attack-0": part}) == [case]


def test_a_peer_covers_what_it_marks_and_holds_nothing() -> None:
    ((_, got),) = peer_judged([UPDATE], {UPDATE.id: {"spans": [{"start": 6, "end": 8}]}})
    assert (got.covered, got.held, got.text) == ({6, 7}, False, UPDATE.text)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (Rate(0, 0), "none there"),
        (Rate(0, 100), "0.0 % [0.0–3.7] 0/100"),
        (Rate(2, 400), "0.5 % [0.1–1.8] 2/400"),
        (Rate(7, 7), "100.0 % [64.6–100.0] 7/7"),
    ],
)
def test_a_rate_stands_with_its_interval_and_its_count(rate: Rate, words: str) -> None:
    assert said(rate) == words


def test_a_table_has_a_line_for_each_row() -> None:
    assert table(("a", "b"), [(1, "x")]) == "| a | b |\n| --- | --- |\n| 1 | x |\n"


def test_an_event_without_prepared_texts_has_none() -> None:
    assert prepared(UPDATE.event) == ()
