"""`python -m tests.bench [PART …]`: measures, prints, and after a whole run writes docs/benchmarks.md.

Nothing is asserted: the numbers are ratios against a baseline of the same run, or counts, and a person reads them.
"""

import argparse
import importlib
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import machine
from tests.bench.figures import Part, page, text

PARTS = {
    "way": "way",
    "poster": "poster",
    "desk": "desk",
    "tablet": "tablet",
    "scrub": "scrub",
    "archive": "archive",
    "readers": "readers",
    "start": "start",
    "screen": "screening",
    "quality": "quality",
}
PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
BUSY = 2.5  # a load above it means that the numbers measure somebody else too


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Speed and memory, as ratios.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all)")
    parser.add_argument("--setup", action="store_true", help="measure `make setup` on a fresh clone too")
    parser.add_argument("--blind", action="store_true", help="score the blind events too, once tuning is over")
    parsed = parser.parse_args(arguments)
    if unknown := set(parsed.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    head = [f"{machine.described()}. Load before: {machine.load()}."]
    print(head[0])
    if os.getloadavg()[0] > BUSY:
        print("This machine is busy: measure again when it is not.")
    began, done = time.monotonic(), []
    for name in parsed.parts or PARTS:
        part = _part(name, setup=parsed.setup, blind=parsed.blind)
        print(f"\n{text(part)}", flush=True)
        done.append(part)
    took = f"{time.monotonic() - began:.0f} s"
    print(f"\nTook {took}.")
    if not parsed.parts:
        PAGE.write_text(page(done, _head(head, took)), encoding="utf-8")
        print(f"Wrote {PAGE.relative_to(Path.cwd()) if PAGE.is_relative_to(Path.cwd()) else PAGE}.")
    return 0


def _part(name: str, *, setup: bool, blind: bool) -> Part:
    options = {"start": {"setup": setup}, "quality": {"blind": blind}}
    found: Part = importlib.import_module(f"tests.bench.{PARTS[name]}").run(**options.get(name, {}))
    return found


def _head(head: Sequence[str], took: str) -> list[str]:
    return [
        (
            "Ratios are against a baseline of the same run on the same machine; absolute times stand beside them. "
            "`make bench` measures all of this anew and writes this page; `python -m tests.bench way` does one part."
        ),
        "",
        f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC in {took} by `make bench`. {head[0]}",
    ]


if __name__ == "__main__":
    sys.exit(main())
