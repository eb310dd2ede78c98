"""Screens one text: detectors → findings → allow-list → merge → policy → scrubbed text and disposition.

A pure function: the same text, language, policy, terms and thread give the same result, byte for byte.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from schemas.draft import Action, Disposition, Finding
from schemas.envelope import Role
from schemas.policy import Policy
from streams.scrub import packaged
from streams.scrub.detectors import DETECTORS, Detector
from streams.scrub.kinds import KINDS
from streams.scrub.normalise import fold
from streams.scrub.other_languages import outside
from streams.scrub.policy import about_all, act, dispose
from streams.scrub.second_opinion import RULE as SECOND_OPINION
from streams.scrub.spans import Cover, Hit, merged
from streams.scrub.terms import Terms
from streams.scrub.view import View

EMPTY = "empty"
"""The reason of a text that says nothing, or nothing any more once it is scrubbed."""
OTHER_LANGUAGE = "other-language"
"""The reason of a text in a language that the policy does not screen."""

# Rules whose cue says that a person of the patient's is meant: there a given name that staff share excuses nobody.
_PERSONAL = frozenset({"relative-cue", "patient-cue"})


@dataclass(frozen=True, slots=True)
class Screening:
    """`text` is what may be shown; spans of `findings` index the original text, in code points."""

    text: str
    findings: tuple[Finding, ...]
    disposition: Disposition
    needs: Role | None
    reasons: tuple[str, ...]


def screen(
    text: str,
    *,
    lang: str | None,
    policy: Policy,
    terms: Terms,
    recent: Sequence[str] = (),
    detectors: Sequence[tuple[str, Detector]] = DETECTORS,
) -> Screening:
    """What `text` gives away under `policy`. `recent`: raw texts of the thread's last updates, oldest first.

    A detector that raises does not stop the others: its name becomes a finding that policy holds.
    """
    view = View(text, lang=lang, terms=terms, recent=tuple(recent)[-policy.lookback :] if policy.lookback else ())
    found = _findings(view, policy, detectors)
    if policy.languages and (strange := outside(text, view.low, lang, policy.languages)):
        found = (about_all(OTHER_LANGUAGE, strange, policy), *found)
    scrubbed = _redacted(text, found, view.lang)
    disposed = dispose(found, policy)
    if _says_nothing(view.text) or (disposed.disposition is Disposition.REDACTED and _says_nothing(_kept(text, found))):
        found = (about_all(EMPTY, EMPTY, policy), *found)
        disposed = dispose(found, policy)
    return Screening(scrubbed, found, disposed.disposition, disposed.needs, disposed.reasons)


def _findings(view: View, policy: Policy, detectors: Sequence[tuple[str, Detector]]) -> tuple[Finding, ...]:
    failed: list[str] = []
    found = [hit for hit in _run(view, detectors, failed) if not _allowed(view, hit)]
    hits = [hit for hit in found if not hit.rule.startswith(SECOND_OPINION)]
    # Kept apart, so that what a second opinion says can never make one of our own findings give way.
    second = [hit for hit in found if hit.rule.startswith(SECOND_OPINION)]
    findings = [_finding(view, hit, policy) for hit in (*_merged_hits((*hits, *_repeats(view, hits))), *second)]
    findings += [about_all("detector-failed", name, policy) for name in failed]
    return tuple(sorted(set(findings), key=lambda f: (f.start, f.end, f.kind, f.rule)))


def _run(view: View, detectors: Sequence[tuple[str, Detector]], failed: list[str]) -> Iterator[Hit]:
    for name, detector in detectors:
        try:
            hits = [hit for hit in detector(view) if KINDS[hit.kind] and hit.start < hit.end]
        except Exception:  # noqa: BLE001  a defect in one detector must hold the text, not lose it; the name goes out
            failed.append(name)
            continue
        yield from hits


def _allowed(view: View, hit: Hit) -> bool:
    """Whether the event may name all that is in the span. What it protects is protected all the same."""
    if not KINDS[hit.kind].yields:
        return False
    text = view.text[hit.start : hit.end]
    if view.low[hit.start : hit.end] in view.terms.allowed_marks:
        return True
    if hit.kind in ("email", "url", "handle"):
        return any(
            mark in view.low[hit.start : hit.end] for mark in view.terms.allowed_marks if "." in mark and len(mark) > 5
        )
    words = [w.base for w in view.words_in(hit.start, hit.end)] or [fold(text)]
    if not view.terms.allows(words):
        return False
    return hit.rule not in _PERSONAL or tuple(words) in view.terms.allowed_whole


def _merged_hits(hits: Iterable[Hit]) -> list[Hit]:
    """One hit for each stretch and kind; fallback kinds give way to exact ones that cover them."""
    out: list[Hit] = []
    for hit in sorted(set(hits), key=lambda h: (h.kind, h.start, -h.end, -h.score, h.rule)):
        if out and out[-1].kind == hit.kind and hit.start < out[-1].end:
            last = out[-1]
            out[-1] = last._replace(end=max(last.end, hit.end), score=max(last.score, hit.score))
            continue
        out.append(hit)
    exact = _marked(h for h in out if not KINDS[h.kind].fallback)
    return [h for h in out if not (KINDS[h.kind].fallback and sum(exact[h.start : h.end]) == h.end - h.start)]


def _marked(hits: Iterable[Hit]) -> bytearray:
    """A 1 for every character that one of the hits would take out."""
    hits = [h for h in hits if not KINDS[h.kind].content]
    marks = bytearray(max((h.end for h in hits), default=0) + 1)
    for hit in hits:
        marks[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
    return marks


def _repeats(view: View, hits: list[Hit]) -> Iterator[Hit]:
    """A name that a cue gave away once is the same name without the cue."""
    named: dict[str, str] = {}
    for hit in hits:
        if hit.kind in ("name", "relative") and hit.score >= 0.8:
            for word in view.words_in(hit.start, hit.end):
                if word.cap and len(word.base) >= 3 and not view.lexicon.ordinary_anywhere(word.base):
                    named[word.base] = hit.kind
    if not named:
        return
    covered = _marked(h for h in hits if not KINDS[h.kind].fallback)
    for word in view.words:
        if word.base in named and word.cap and not any(covered[word.start : word.start + 1]):
            yield Hit(word.start, word.end, named[word.base], "repeated-name", 0.8)


def _finding(view: View, hit: Hit, policy: Policy) -> Finding:
    start, end = view.clean.span(hit.start, hit.end)
    action = act(hit.kind, hit.score, policy)
    return Finding(
        start=start, end=end, kind=hit.kind, rule=hit.rule, action=action, law=KINDS[hit.kind].law, score=hit.score
    )


def _covers(text: str, findings: Iterable[Finding]) -> list[Cover]:
    return merged(
        (
            Cover(f.start, f.end, KINDS[f.kind].label)
            for f in findings
            if f.action is not Action.ALLOW and not KINDS[f.kind].content and f.start < f.end
        ),
        text,
    )


def _redacted(text: str, findings: Iterable[Finding], lang: str) -> str:
    words = packaged.table("lexicon/labels.toml")[lang]
    out: list[str] = []
    at = 0
    for cover in _covers(text, findings):
        out += (text[at : cover.start], f"[{words[cover.label]}]")
        at = cover.end
    out.append(text[at:])
    return "".join(out)


def _kept(text: str, findings: Iterable[Finding]) -> str:
    out: list[str] = []
    at = 0
    for cover in _covers(text, findings):
        out.append(text[at : cover.start])
        at = cover.end
    return "".join((*out, text[at:]))


def _says_nothing(text: str) -> bool:
    return not any(c.isalnum() or not (c.isascii() or c.isspace()) for c in text)
