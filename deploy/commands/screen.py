"""`scrubcast screen --live-event FILE`: screens JSON lines offline; the lines are one thread, in order."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from deploy.commands.live_event import read_file
from schemas.envelope import problems
from schemas.errors import Refused
from schemas.live_event import LiveEventFile
from schemas.submission import TEXT_MAX
from streams.scrub.policy import load
from streams.scrub.screen import screen
from streams.scrub.terms import compile_terms


def add(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        'Screen texts offline, without Kafka or network: JSON lines {"id", "text", "lang"} come in on stdin, as one '
        "thread in order; a line of JSON goes out for each."
    )
    parser.add_argument("--live-event", type=Path, required=True, metavar="FILE", help="its lists and its policy count")
    parser.add_argument("--policy", default=None, metavar="NAME", help="another policy than the event's")


def run(arguments: argparse.Namespace) -> int:
    try:
        event = LiveEventFile.model_validate(read_file(arguments.live_event))
    except ValidationError as error:
        raise Refused(f"{arguments.live_event}: {problems(error)}.", code="bad-file") from None
    policy = load(arguments.policy or event.policy)
    terms = compile_terms(event.allow, event.protect, event.hashtag)
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
        found = screen(text, lang=given.get("lang"), policy=policy, terms=terms, recent=recent)
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
    if len(given["text"]) > TEXT_MAX:
        raise Refused(f"more than {TEXT_MAX} characters.", code="too-long")
    return given["text"], given
