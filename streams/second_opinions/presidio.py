"""Presidio's analyzer as a second opinion: its patterns for every language, its entities where a model is set.

Nothing is fetched: a model that is not on this machine is refused, and the list of public suffixes is the bundled one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from streams.scrub.second_opinion import LABELS, Opinion, Options
from streams.second_opinions.options import checked, labels, lacks, number
from streams.second_opinions.spacy import LANGUAGES, pipeline

# As with spaCy; and a date or a nationality in an update is as a rule nobody's.
UNHEEDED: Final = frozenset({"DATE_TIME", "NRP", "ORGANIZATION", "ORG", "TITLE"})
# Its recognizers for single countries (US_SSN, UK_NHS, …) come and go with each version: numbers of persons, all.
_OTHER: Final = "NATIONAL_ID"
_NAMED: Final = {
    "US_BANK_NUMBER": "BANK_ACCOUNT",
    "ABA_ROUTING_NUMBER": "ROUTING_NUMBER",
    "US_DRIVER_LICENSE": "DRIVERS_LICENSE",
    "US_PASSPORT": "PASSPORT",
}
THRESHOLD: Final = 0.35  # below it are bare digits of which no context word says what they are


@dataclass(frozen=True)
class Presidio:
    analyzer: Any
    entities: Mapping[str, str]  # Presidio's name → our label
    threshold: float
    labels: frozenset[str]

    def opinions(self, text: str, lang: str) -> Iterator[Opinion]:
        for found in self.analyzer.analyze(text=text, language=lang, score_threshold=self.threshold):
            if label := self.entities.get(found.entity_type):
                yield Opinion(found.start, found.end, label, found.score)


def second_opinion(options: Options) -> Presidio:
    """`model_en`, `model_de`, `model_nl`: spaCy models; `threshold`; `labels`: Presidio's entities that count."""
    checked("presidio", options, ["labels", "threshold", *(f"model_{lang}" for lang in LANGUAGES)])
    analyzer = _analyzer({lang: options.get(f"model_{lang}", "") for lang in LANGUAGES})
    reported = {entity for lang in LANGUAGES for entity in analyzer.get_supported_entities(language=lang)}
    heeded = labels(options, reported - UNHEEDED)
    entities = {entity: label_of(entity) for entity in heeded}
    threshold = number("presidio", options, "threshold", THRESHOLD)
    return Presidio(analyzer, entities, threshold, frozenset(entities.values()))


def label_of(entity: str) -> str:
    return _NAMED.get(entity) or (entity if entity in LABELS else _OTHER)


def _analyzer(models: Mapping[str, str]) -> Any:
    try:
        import spacy  # noqa: PLC0415  # only those who switch it on have it
        import tldextract  # noqa: PLC0415  # as above
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415  # as above
        from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415  # as above
    except ImportError:
        raise lacks("presidio", "presidio") from None
    # Its e-mail recognizer would ask the network for a newer list, at the first text and from within the stage.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    nlp = {
        lang: pipeline("presidio", model, exclude=()) if model else spacy.blank(lang) for lang, model in models.items()
    }
    engine = SpacyNlpEngine()
    engine.nlp = nlp  # its own load() would download a model that is missing
    registry = RecognizerRegistry(supported_languages=list(nlp))
    registry.load_predefined_recognizers(languages=list(nlp), nlp_engine=engine)
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=list(nlp))
