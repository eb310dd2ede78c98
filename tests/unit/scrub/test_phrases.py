"""Cue phrases: no prefilter may hide a phrase that the pattern behind it would find."""

import importlib
import pkgutil
import re

import pytest

from streams.scrub import detectors, packaged
from streams.scrub.phrases import Phrases, phrases
from streams.scrub.terms import NO_TERMS
from streams.scrub.view import View


def _all() -> list[tuple[str, Phrases]]:
    found = [
        (f"{info.name}.{name}", value)
        for info in pkgutil.iter_modules(detectors.__path__)
        for name, value in vars(importlib.import_module(f"{detectors.__name__}.{info.name}")).items()
        if isinstance(value, Phrases)
    ]
    return found + [
        (f"day_words.{name}", phrases(row["words"])) for name, row in packaged.table("lexicon/day_words.toml").items()
    ]


@pytest.mark.parametrize(("name", "cues"), _all())
def test_a_text_that_has_a_phrase_is_never_called_without_it(name: str, cues: Phrases) -> None:
    for entry in cues.entries:
        view = View(f"und {entry} dan", lang="de", terms=NO_TERMS)
        assert not cues.absent(view), (name, entry)
        assert re.search(rf"(?<!\w){cues.pattern}", view.low), (name, entry)


def test_umlauts_may_be_typed_otherwise() -> None:
    assert phrases("jährige zwei_tage").entries == {"jährige", "jaehrige", "zwei tage"}


def test_the_longest_phrase_is_tried_first() -> None:
    found = re.match(phrases("christmas christmas_eve").pattern, "christmas eve")
    assert found is not None
    assert found.group() == "christmas eve"
