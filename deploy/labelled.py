"""Reads a labelled file, a JSON object a line, and screens its updates as the threads they are."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from schemas.draft import Action, Disposition, Finding
from schemas.envelope import problems
from schemas.errors import Refused
from schemas.policy import Policy
from schemas.submission import TEXT_MAX
from streams.scrub.detectors import DETECTORS, Detector
from streams.scrub.kinds import KINDS
from streams.scrub.scoring import Gold, Outcome
from streams.scrub.screen import screen
from streams.scrub.terms import Terms, compile_terms

FILE_BYTES_MAX = 200_000_000
_STOPPED = (Disposition.HOLD, Disposition.REFUSE)
_Term = Annotated[str, StringConstraints(max_length=500)]


class _Span(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    label: str = Field(min_length=1, max_length=60)
    severity: Literal["direct", "quasi"] = "direct"


class Labelled(BaseModel):
    """One update. Lines of one event form one thread, in the order of the file. `prepared`: texts read before it."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: str = ""
    lang: Literal["en", "de", "nl"] | None = None
    event: str = ""
    text: str = Field(max_length=TEXT_MAX)
    spans: tuple[_Span, ...] = ()
    allow: tuple[_Term, ...] = ()
    protected: tuple[_Term, ...] = ()
    prepared: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def read(path: Path) -> Iterator[Labelled]:
    """Raises Refused naming the line that is wrong, never its text."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise Refused(f"{path}: larger than {FILE_BYTES_MAX} bytes.", code="too-large")
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _read(line, f"{path}: line {number}")
    except OSError as error:
        raise Refused(f"{path}: cannot be read ({error.strerror or 'no reason given'}).", code="unreadable") from None
    except UnicodeDecodeError:
        raise Refused(f"{path}: cannot be read (it is not UTF-8).", code="unreadable") from None


def _read(line: str, where: str) -> Labelled:
    try:
        found = Labelled.model_validate(json.loads(line))
    except ValidationError as error:
        raise Refused(f"{where}: {problems(error)}.", code="bad-line") from None
    except ValueError:
        raise Refused(f"{where}: not JSON.", code="bad-line") from None
    if any(not span.start < span.end <= len(found.text) for span in found.spans):
        raise Refused(f"{where}: a span does not lie in the text.", code="bad-line")
    return found


def screened(path: Path, policy: Policy, detectors: Sequence[tuple[str, Detector]] = DETECTORS) -> Iterator[Outcome]:
    """Every update as the stage would screen it: with its event's lists, and the thread before it in view."""
    threads: dict[str, list[str]] = {}
    for update in read(path):
        thread = threads.setdefault(update.event, [])
        found = screen(
            update.text,
            lang=update.lang,
            policy=policy,
            terms=_terms(update.allow, update.protected, update.event, update.prepared),
            recent=tuple(thread[-policy.lookback :]) if policy.lookback else (),
            detectors=detectors,
        )
        thread.append(update.text)
        yield Outcome(
            lang=update.lang or "no language",
            text=update.text,
            spans=tuple(Gold(s.start, s.end, s.label, s.severity) for s in update.spans),
            tags=frozenset(update.tags),
            covered=frozenset(_covered(found.findings)),
            held=found.disposition in _STOPPED,
        )


def _covered(findings: tuple[Finding, ...]) -> Iterator[int]:
    for finding in findings:
        if finding.action is not Action.ALLOW and not KINDS[finding.kind].content:
            yield from range(finding.start, finding.end)


@cache
def _terms(allow: tuple[str, ...], protected: tuple[str, ...], event: str, prepared: tuple[str, ...]) -> Terms:
    return compile_terms(allow, protected, event, prepared)
