"""How long screening one update takes by itself: the demo stream with its thread in view, and the longest text
allowed."""

import time

from schemas.submission import TEXT_MAX
from tests.bench.figures import Part, at_most, median, percentile, shown
from tests.bench.texts import LOOKBACK, lines, screened

ROUNDS = 20
LONGEST_MS = 20.0  # what schemas/submission.py promises for a text of TEXT_MAX


def run() -> Part:
    stream = lines()
    took_us: list[float] = []
    for warm in (True, *(False,) * ROUNDS):
        for number, line in enumerate(stream):
            recent = tuple(each.text for each in stream[max(0, number - LOOKBACK) : number])
            began = time.perf_counter()
            screened(line, recent)
            if not warm:
                took_us.append((time.perf_counter() - began) * 1e6)
    longest = stream[0].__class__(0.0, "", " ".join(each.text for each in stream)[:TEXT_MAX], "en")
    long_ms: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        screened(longest, tuple(longest.text for _ in range(LOOKBACK)))
        long_ms.append((time.perf_counter() - began) * 1e3)
    return Part(
        "Screening alone",
        [at_most(f"the longest update ({TEXT_MAX:,} characters), median", LONGEST_MS, median(long_ms), "ms")],
        [
            (
                f"demo stream: median {shown(median(took_us))} µs, p95 {shown(percentile(took_us, 95))} µs, "
                f"longest {shown(max(took_us))} µs ({len(took_us):,} screenings, {LOOKBACK} earlier updates in view)"
            )
        ],
    )
