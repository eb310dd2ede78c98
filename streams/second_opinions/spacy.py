"""A spaCy pipeline as a second opinion: what its entity recogniser says, for each language that has a model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from schemas.errors import Refused
from streams.scrub.second_opinion import Opinion, Options
from streams.second_opinions.options import checked, labels, lacks

LANGUAGES: Final = ("en", "de", "nl")
# Organisations and dates are left out: of a text on surgery a general model calls half of it one or the other.
HEEDED: Final = ("PERSON", "PER", "GPE", "LOC", "FAC")
SCORE: Final = 0.85  # spaCy gives none; Presidio counts its entities for as much
# Nothing of these changes what the entity recogniser finds, and they take most of the time.
_UNUSED: Final = ("tagger", "parser", "lemmatizer", "attribute_ruler", "morphologizer", "senter")


@dataclass(frozen=True)
class Spacy:
    pipelines: Mapping[str, Any]
    labels: frozenset[str]

    def opinions(self, text: str, lang: str) -> Iterator[Opinion]:
        pipeline = self.pipelines.get(lang)
        for found in pipeline(text).ents if pipeline else ():
            if found.label_.upper() in self.labels:
                yield Opinion(found.start_char, found.end_char, found.label_.upper(), SCORE)


def second_opinion(options: Options) -> Spacy:
    """`model_en`, `model_de`, `model_nl`: a package's name or a folder; `labels`: those that count."""
    checked("spacy", options, ["labels", *(f"model_{lang}" for lang in LANGUAGES)])
    models = {lang: options[f"model_{lang}"] for lang in LANGUAGES if options.get(f"model_{lang}")}
    if not models:
        raise Refused("Second opinion spacy: no model is set for any language.", code="bad-second-opinion")
    return Spacy({lang: pipeline("spacy", model) for lang, model in models.items()}, labels(options, HEEDED))


def pipeline(name: str, model: str, exclude: tuple[str, ...] = _UNUSED) -> Any:
    """The model, loaded from this machine alone. `name`: the second opinion that asks."""
    try:
        import spacy  # noqa: PLC0415  # only those who switch it on have it
    except ImportError:
        raise lacks(name, "spacy") from None
    try:
        return spacy.load(model, exclude=list(exclude))
    except OSError:
        raise Refused(
            f"Second opinion {name}: the model {model} is not on this machine.", code="second-opinion-missing"
        ) from None
