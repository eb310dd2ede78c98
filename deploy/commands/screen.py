"""`scrubcast screen`: screens texts offline, as JSON lines for programs or with `--explain` for people."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from deploy.commands.live_event import read_file
from deploy.policy_files import named, policies
from deploy.second_opinions import detectors
from deploy.settings import load
from schemas.draft import Finding
from schemas.envelope import problems
from schemas.errors import Refused
from schemas.live_event import LiveEventFile
from schemas.policy import Policy
from schemas.submission import TEXT_MAX
from streams.scrub.event_terms import event_terms
from streams.scrub.kind_words import what
from streams.scrub.screen import Screening, screen
from streams.scrub.terms import NO_TERMS


def add(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        'Screen texts offline, without Kafka or network: JSON lines {"id", "text", "lang"} come in on stdin, as one '
        "thread in order; a line of JSON goes out for each. With --explain one text, from the command line or stdin, "
        "and every finding with its rule, its law, its score and its place."
    )
    parser.add_argument("text", nargs="?", default=None, metavar="TEXT", help="with --explain; default: all of stdin")
    parser.add_argument(
        "--live-event", "--event", type=Path, default=None, metavar="FILE", help="its lists and its policy count"
    )
    parser.add_argument(
        "--policy", default=None, metavar="NAME|FILE", help="another policy than the event's, or strict"
    )
    parser.add_argument("--explain", action="store_true", help="for people: what was found, by which rule and law")
    parser.add_argument(
        "--lang", choices=("en", "de", "nl"), default=None, help="with --explain: as the tablet says it"
    )


def run(arguments: argparse.Namespace) -> int:
    event = _event(arguments.live_event) if arguments.live_event else None
    settings = load()
    policy = named(arguments.policy or (event.policy if event else "strict"), policies(settings))
    terms = event_terms(event, event.protect) if event else NO_TERMS
    screened = partial(screen, policy=policy, terms=terms, detectors=detectors(settings.scrub))
    if arguments.explain:
        return _explain(arguments.text, arguments.lang, policy, screened)
    if event is None:
        raise Refused("Give --live-event FILE, or --explain for a text by itself.", code="no-event")
    return _screen_lines(policy, screened)


def _event(path: Path) -> LiveEventFile:
    try:
        return LiveEventFile.model_validate(read_file(path))
    except ValidationError as error:
        raise Refused(f"{path}: {problems(error)}.", code="bad-file") from None


def _screen_lines(policy: Policy, screened: Callable[..., Screening]) -> int:
    thread: list[str] = []
    failed = 0
    for number, raw in enumerate(sys.stdin, start=1):
        if not raw.strip():
            continue
        try:
            text, given = _read(raw)
        except Refused as error:
            failed += 1
            print(f"scrubcast: line {number}: {error}", file=sys.stderr)
            continue
        recent = tuple(thread[-policy.lookback :]) if policy.lookback else ()
        started = time.perf_counter_ns()
        found = screened(text, lang=given.get("lang"), recent=recent)
        micros = (time.perf_counter_ns() - started) // 1000
        thread.append(text)
        answer = {
            "id": given.get("id", number),
            "disposition": found.disposition,
            "text": found.text,
            "findings": [
                {"start": f.start, "end": f.end, "kind": f.kind, "action": f.action, "rule": f.rule}
                for f in found.findings
            ],
            "policy": f"{policy.name}:{policy.sha256}",
            "micros": micros,
        }
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    return 1 if failed else 0


def _read(raw: str) -> tuple[str, dict[str, Any]]:
    try:
        given = json.loads(raw)
    except ValueError:
        given = None
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise Refused('an object with "text" was expected.', code="bad-line")
    _check_length(given["text"])
    return given["text"], given


def _check_length(text: str) -> None:
    if len(text) > TEXT_MAX:
        raise Refused(f"more than {TEXT_MAX} characters.", code="too-long")


def _explain(text: str | None, lang: str | None, policy: Policy, screened: Callable[..., Screening]) -> int:
    if text is None:
        text = sys.stdin.read(TEXT_MAX * 8).removesuffix("\n")
    _check_length(text)
    found = screened(text, lang=lang)
    print("\n".join(_explained(text, found, policy)))
    return 0


def _explained(text: str, found: Screening, policy: Policy) -> Iterator[str]:
    yield found.text
    needs = f", {found.needs} decides" if found.needs else ""
    yield f"{found.disposition}{needs}  (policy {policy.name} {policy.version} {policy.sha256[:12]})"
    if not found.findings:
        yield "nothing was found"
    for finding in found.findings:
        yield from _finding(text, finding)


def _finding(text: str, finding: Finding) -> Iterator[str]:
    place = f"{finding.start}–{finding.end} “{text[finding.start : finding.end]}”" if finding.end else "the whole text"
    yield f"\n{what(finding.kind, 'en')}: {place}"
    yield f"  done  {finding.action}"
    yield f"  kind  {finding.kind}"
    yield f"  rule  {finding.rule}"
    yield f"  law   {finding.law or 'none; a rule of good practice'}"
    yield f"  score {finding.score:g}"
