"""Presidio over a labelled file, as well as it can be used: run by `make bench` inside Presidio's own environment.

Reads JSON lines {id, lang, text, allow, protected}; writes {rss_mb} when the first is done, then {id, spans, us} for
each. It gets what facts the event has, as any wrapper would give them: spans of nothing but allowed words are dropped,
protected terms are added wherever they stand exactly, whatever their case. English has the model; German and Dutch have
patterns alone, since no package registry has a model for them under an open licence.
"""

import json
import logging
import os
import re
import sys
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "de", "nl")
WARM = 200  # its caches are of no texts, so that a few make all parts of it warm
WORD = re.compile(r"[^\W_]+")


def analyzer(model: str) -> Any:
    """As in streams/second_opinions/presidio.py, which this environment does not have."""
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    engine = SpacyNlpEngine()
    engine.nlp = {lang: spacy.load(model) if lang == "en" else spacy.blank(lang) for lang in LANGUAGES}
    registry = RecognizerRegistry(supported_languages=list(LANGUAGES))
    registry.load_predefined_recognizers(languages=list(LANGUAGES), nlp_engine=engine)
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=list(LANGUAGES))


def words(terms: Iterable[str]) -> frozenset[str]:
    return frozenset(word.casefold() for term in terms for word in WORD.findall(term))


def spans(engine: Any, line: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    text, allowed = line["text"], words(line["allow"])
    for found in engine.analyze(text=text, language=line["lang"]):
        marked = words([text[found.start : found.end]])
        if not marked or not marked <= allowed:
            yield {"start": found.start, "end": found.end, "entity": found.entity_type, "score": found.score}
    for term in line["protected"]:
        for match in re.finditer(rf"(?<!\w){re.escape(term)}(?!\w)", text, re.IGNORECASE):
            yield {"start": match.start(), "end": match.end()}


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    engine = analyzer(sys.argv[1])
    first = json.loads(sys.stdin.readline())
    list(spans(engine, first))
    print(json.dumps({"rss_mb": resident_mb()}), flush=True)
    lines = [first, *map(json.loads, sys.stdin)]
    for line in lines[:WARM]:  # without the clock: warm, as our own stage is measured
        list(spans(engine, line))
    for line in lines:
        began = time.perf_counter()
        found = list(spans(engine, line))
        took_us = (time.perf_counter() - began) * 1e6
        print(json.dumps({"id": line["id"], "lang": line["lang"], "spans": found, "us": took_us}))


if __name__ == "__main__":
    main()
