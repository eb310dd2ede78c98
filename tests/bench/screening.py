"""How long screening one update takes by itself: the demo stream with its thread in view, and the longest text
allowed."""

import time

from producers.playing import Line
from schemas.submission import TEXT_MAX
from tests.bench.figures import Part, at_most, median, percentile, shown
from tests.bench.texts import LOOKBACK, lines, screened

ROUNDS = 20
LONGEST_MS = 20.0  # what schemas/submission.py promises for a text of TEXT_MAX


def run() -> Part:
    took_us, long_ms = screening_us(), _longest_ms()
    return Part(
        "Screening alone",
        [at_most(f"screening the longest update ({TEXT_MAX:,} characters), median", LONGEST_MS, median(long_ms), "ms")],
        [
            (
                f"demo stream: median {shown(median(took_us))} µs, p95 {shown(percentile(took_us, 95))} µs, "
                f"longest {shown(max(took_us))} µs ({len(took_us):,} screenings, {LOOKBACK} earlier updates in view)"
            ),
        ],
    )


def screening_us() -> list[float]:
    """Of each update of the demo stream, several times, with its thread in view."""
    stream, took = lines(), []
    for is_warm in (False, *(True,) * ROUNDS):
        for number, line in enumerate(stream):
            recent = tuple(each.text for each in stream[max(0, number - LOOKBACK) : number])
            began = time.perf_counter()
            screened(line, recent)
            if is_warm:
                took.append((time.perf_counter() - began) * 1e6)
    return took


def _longest_ms() -> list[float]:
    text = " ".join(each.text for each in lines())[:TEXT_MAX]
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        screened(Line(0.0, "bench", text, "en"), (text,) * LOOKBACK)
        took.append((time.perf_counter() - began) * 1e3)
    return took
