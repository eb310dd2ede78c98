"""Presidio, spaCy and ONNX keep the contract of second opinions, with models that the tests write or the cache has.

The vendors' packages lie in an environment of their own; it is appended to the path while these tests run.
"""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.errors import Refused
from streams.second_opinions import onnx, presidio, spacy
from tests.bench.presidio.environment import MODEL, packages
from tests.contract import tiny_onnx
from tests.contract.second_opinion_suite import Case, SecondOpinionContract
from tests.optional import missing

# Vendors' own deprecations are not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")
EN = ("coffee with Zebediah Quill at nine", "Zebediah Quill")
DE = ("Kaffee mit Zebediah Quill um neun", "Zebediah Quill")
HOW = "python -m tests.bench.presidio.environment installs it"


@pytest.fixture(scope="module", autouse=True)
def vendors() -> Iterator[None]:
    found = packages()
    if found is None and importlib.util.find_spec("spacy") is None:
        missing(f"no environment with Presidio, spaCy and onnxruntime ({HOW})")
    path = list(sys.path)
    sys.path += [str(found)] if found else []  # behind ours: what both have is ours
    yield
    sys.path[:] = path


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A pipeline for each of two languages that knows one name by a rule."""
    import spacy as vendor

    folder = tmp_path_factory.mktemp("models")
    for lang, label in (("en", "PERSON"), ("de", "PER")):
        pipeline = vendor.blank(lang)
        pipeline.add_pipe("entity_ruler").add_patterns([{"label": label, "pattern": "Zebediah Quill"}])
        pipeline.to_disk(folder / lang)
    return {f"model_{lang}": str(folder / lang) for lang in ("en", "de")}


class TestSpacy(SecondOpinionContract):
    @pytest.fixture(scope="class")
    def case(self, models: dict[str, str]) -> Case:
        return Case("spacy", spacy.second_opinion(models), {"en": EN, "de": DE})

    def test_a_language_without_a_model_is_left_alone(self, case: Case) -> None:
        assert list(case.opinion.opinions(EN[0], "nl")) == []

    def test_a_model_that_is_not_here_is_refused_and_not_fetched(self) -> None:
        with pytest.raises(Refused, match="en_core_web_nowhere is not on this machine"):
            spacy.second_opinion({"model_en": "en_core_web_nowhere"})

    def test_without_any_model_it_is_refused(self) -> None:
        with pytest.raises(Refused, match="no model is set"):
            spacy.second_opinion({})


class TestSpacyModel(SecondOpinionContract):
    @pytest.fixture(scope="class")
    def case(self) -> Case:
        if importlib.util.find_spec(MODEL) is None:
            missing(f"no {MODEL} ({HOW})")
        text = "Maria Lopez moved to Leeds last week"
        return Case("spacy", spacy.second_opinion({"model_en": MODEL}), {"en": (text, "Maria Lopez")})


class TestPresidio(SecondOpinionContract):
    @pytest.fixture(scope="class")
    def case(self, models: dict[str, str]) -> Case:
        return Case("presidio", presidio.second_opinion(models), {"en": EN, "de": DE})

    def test_its_patterns_work_without_a_model(self) -> None:
        found = presidio.second_opinion({})
        text = "mail to zeb@quill.org"
        assert {(text[o.start : o.end], o.label) for o in found.opinions(text, "nl")} >= {
            ("zeb@quill.org", "EMAIL_ADDRESS")
        }

    def test_numbers_of_single_countries_are_one_kind(self) -> None:
        assert presidio.label_of("IT_FISCAL_CODE") == "NATIONAL_ID"


class TestOnnx(SecondOpinionContract):
    @pytest.fixture(scope="class")
    def folder(self, tmp_path_factory: pytest.TempPathFactory) -> Path:
        folder = tmp_path_factory.mktemp("onnx")
        tiny_onnx.write(folder)
        return folder

    @pytest.fixture(scope="class")
    def case(self, folder: Path) -> Case:
        return Case("onnx", onnx.second_opinion({"folder": str(folder)}), {"en": EN, "de": DE, "nl": EN})

    def test_a_mark_reaches_over_the_edge_of_a_window(self, case: Case) -> None:
        text = "word " * (onnx.WINDOW - 1) + "Zebediah Quill"
        assert [text[o.start : o.end] for o in case.opinion.opinions(text, "en")] == ["Zebediah Quill"]

    def test_only_the_labels_asked_for_count(self, folder: Path) -> None:
        found = onnx.second_opinion({"folder": str(folder), "labels": "loc", "languages": "en"})
        text = "Zebediah Quill of Leeds"
        assert [text[o.start : o.end] for o in found.opinions(text, "en")] == ["Leeds"]
        assert list(found.opinions(text, "de")) == []

    def test_a_folder_without_its_files_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(Refused, match=r"lacks tokenizer.json, model.onnx, config.json"):
            onnx.second_opinion({"folder": str(tmp_path)})
