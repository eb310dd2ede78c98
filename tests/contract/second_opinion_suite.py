"""What every second opinion promises, whoever wrote it; run on the one that ships and on the vendors' that are here.

A case gives the second opinion and a sentence of each language it reads, with the stretch that it has to report.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.draft import Action
from streams.scrub.detectors import DETECTORS
from streams.scrub.kinds import KINDS
from streams.scrub.policy import load
from streams.scrub.screen import Screening, screen
from streams.scrub.second_opinion import LABELS, RULE, SecondOpinion, detector, strange_labels
from streams.scrub.terms import compile_terms

STRICT = load("strict")
SILENT = "knife to skin at nine, all quiet"


@dataclass(frozen=True)
class Case:
    name: str
    opinion: SecondOpinion
    sentences: Mapping[str, tuple[str, str]]  # language → a sentence and what is reported of it

    def screened(self, text: str, lang: str, allow: tuple[str, ...] = (), *, plugged: bool = True) -> Screening:
        detectors = (*DETECTORS, detector(self.name, self.opinion)) if plugged else DETECTORS
        return screen(text, lang=lang, policy=STRICT, terms=compile_terms(allow, ()), detectors=detectors)


class SecondOpinionContract:
    def test_all_its_labels_have_a_meaning(self, case: Case) -> None:
        assert case.opinion.labels
        assert strange_labels(case.opinion.labels) == ()

    def test_it_reports_spans_of_the_text_with_its_own_labels(self, case: Case) -> None:
        for lang, (text, planted) in case.sentences.items():
            found = list(case.opinion.opinions(text, lang))
            assert planted in {text[o.start : o.end] for o in found}, lang
            assert {o.label for o in found} <= case.opinion.labels
            assert all(0 <= o.start < o.end <= len(text) and 0 <= o.score <= 1 for o in found)

    def test_it_says_the_same_of_the_same_text_whatever_it_read_before(self, case: Case) -> None:
        for lang, (text, _) in case.sentences.items():
            first = list(case.opinion.opinions(text, lang))
            for other, _ in case.sentences.values():
                list(case.opinion.opinions(other, lang))
            assert list(case.opinion.opinions(text, lang)) == first

    def test_it_takes_any_text(self, case: Case) -> None:
        for text in ("", " ", "\n", "🙂", "A\u200bB", "\u202eabc", "9" * 2000, "Ä" * 300):
            for lang in ("en", "de", "nl"):
                assert all(0 <= o.start < o.end <= len(text) for o in case.opinion.opinions(text, lang))

    def test_a_finding_names_it_and_has_the_kind_of_its_label(self, case: Case) -> None:
        for lang, (text, planted) in case.sentences.items():
            theirs = [f for f in case.screened(text, lang).findings if f.rule == f"{RULE}{case.name}"]
            assert planted in {text[f.start : f.end] for f in theirs}, lang
            assert {f.kind for f in theirs} <= set(LABELS.values()) & set(KINDS)

    def test_it_adds_to_our_findings_and_takes_none_away(self, case: Case) -> None:
        texts = [(lang, text) for lang, (text, _) in case.sentences.items()]
        for lang, text in (
            *texts,
            ("en", f"{texts[0][1]}, says her daughter Ottilie, call 212-555-0187"),
            ("en", SILENT),
        ):
            alone = case.screened(text, lang, plugged=False)
            both = case.screened(text, lang)
            assert set(alone.findings) <= set(both.findings)
            assert all(f.rule == f"{RULE}{case.name}" for f in set(both.findings) - set(alone.findings))

    def test_what_the_event_may_name_is_dropped(self, case: Case) -> None:
        for lang, (text, planted) in case.sentences.items():
            theirs = [f for f in case.screened(text, lang, (planted,)).findings if f.rule == f"{RULE}{case.name}"]
            assert planted not in {text[f.start : f.end] for f in theirs}, lang

    def test_what_it_finds_is_not_published(self, case: Case) -> None:
        for lang, (text, planted) in case.sentences.items():
            result = case.screened(text, lang)
            assert planted not in result.text
            assert any(f.action is not Action.ALLOW for f in result.findings)
