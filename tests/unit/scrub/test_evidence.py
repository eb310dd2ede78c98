"""What speaks for an unknown word being a name: the word itself, and what stands beside it."""

import pytest

from streams.scrub import evidence
from streams.scrub.policy import load
from streams.scrub.terms import NO_TERMS
from streams.scrub.view import View

STRICT = load("strict").kinds["unknown-name"].bands


def score(text: str, lang: str, word: str) -> float:
    view = View(text, lang=lang, terms=NO_TERMS)
    return evidence.of_name(view, next(i for i, w in enumerate(view.words) if w.text.startswith(word)))


@pytest.mark.parametrize(
    ("lang", "more", "less"),
    [
        ("en", "then Quorbin smiled", "then Quorbin, as planned"),
        ("en", "then Quorbin, as planned", "then the Quorbin, as planned"),
        ("en", "with Quorbin, as planned", "with 2 Quorbin, as planned"),
        ("en", "we thank Quorbin, as planned", "we use Quorbin, as planned"),
        ("en", "with Quorbin, as planned", "with Quorbinitis, as planned"),
        ("en", "with Quorbin, as planned", "Quorbin, as planned"),
        ("en", "now Quorbin, as planned", "Third Day Quorbin Closing Early"),
        ("de", "dann lachte Quorbin leise", "dann die Quorbin leise"),
        ("de", "dann Quorbin sagt", "dann Quorbin dran"),
        ("de", "dann Quorbin, wie geplant", "dann neue Quorbin, wie geplant"),
        ("nl", "toen zei Quorbin iets", "toen de Quorbin iets"),
        ("nl", "toen Quorbin vroeg", "toen Quorbin klaar"),
    ],
)
def test_one_place_says_more_than_another(lang: str, more: str, less: str) -> None:
    assert score(more, lang, "Quorbin") > score(less, lang, "Quorbin")


@pytest.mark.parametrize(
    ("lang", "text", "word"),
    [
        ("en", "Then Will is asking for tea", "Will"),
        ("en", "and Rose says thanks", "Rose"),
        ("en", "Quorbin slept well", "Quorbin"),
        ("de", "Quorbin sagt danke", "Quorbin"),
        ("nl", "daarna vroeg Quorbin om muziek", "Quorbin"),
    ],
)
def test_what_people_do_makes_a_name_that_waits(lang: str, text: str, word: str) -> None:
    assert STRICT is not None
    assert score(text, lang, word) >= STRICT.hold


@pytest.mark.parametrize(
    ("lang", "text", "word"),
    [
        ("en", "Will return in an hour", "Will"),
        ("en", "Incision made, Bleeding minimal", "Bleeding"),
        ("en", "back on Friday in April", "Friday"),
        ("en", "back on Friday in April", "April"),
        ("de", "Der Operationssaal ist bereit", "Operationssaal"),
        ("de", "Kniescheibenrückfläche geglättet", "Kniescheibenrückfläche"),
        ("nl", "De Heupkop is eruit", "Heupkop"),
        ("nl", "Kruisbandoperatie loopt voorspoedig", "Kruisbandoperatie"),
    ],
)
def test_words_of_the_language_and_their_compounds_pass(lang: str, text: str, word: str) -> None:
    assert STRICT is not None
    assert score(text, lang, word) < STRICT.clear
