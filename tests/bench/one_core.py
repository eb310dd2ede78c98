"""Screens a labelled file in a process of its own, so that start, memory and time are of screening alone.

Reads what `tests/bench/presidio/peer.py` reads and answers as it does; run by `python -m tests.bench quality`.
"""

import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def main() -> None:
    from streams.scrub.policy import load
    from streams.scrub.screen import screen
    from streams.scrub.terms import Terms, compile_terms

    def terms_of(line: Mapping[str, Any]) -> Terms:
        return compile_terms(line["allow"], line["protected"], line["event"], line["prepared"])

    policy = load("strict")
    first = json.loads(sys.stdin.readline())
    screen(first["text"], lang=first["lang"], policy=policy, terms=terms_of(first))
    print(json.dumps({"rss_mb": _resident_mb()}), flush=True)
    lines = [first, *map(json.loads, sys.stdin)]
    terms = {_event(line): terms_of(line) for line in lines}
    for is_warm in (False, True):
        thread: defaultdict[str, list[str]] = defaultdict(list)
        for line in lines:
            recent = thread[line["event"]][-policy.lookback :]
            began = time.perf_counter()
            screen(line["text"], lang=line["lang"], policy=policy, terms=terms[_event(line)], recent=recent)
            took_us = (time.perf_counter() - began) * 1e6
            thread[line["event"]].append(line["text"])
            if is_warm:
                print(json.dumps({"id": line["id"], "lang": line["lang"], "us": took_us}))


def _event(line: Mapping[str, Any]) -> tuple[str, ...]:
    """An event's lists may be given for some of its lines only."""
    return (line["event"], *line["protected"])


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


if __name__ == "__main__":
    main()
