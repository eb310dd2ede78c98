"""The report's charts: one series each, labelled directly, with the sentence that says what it shows. Pure."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Literal
from zoneinfo import ZoneInfo

from consumers.archive.facts import Facts
from consumers.archive.facts_posts import Post

COLUMNS_MAX = 24  # more than these cannot be told apart on a third of an A4 page
BARS_MAX = 6
_STEPS_MIN = (1, 2, 5, 10, 15, 30, 60, 120, 240, 720, 1440)
_WAITS_S = ((10, "10 s"), (30, "30 s"), (60, "1 min"), (120, "2 min"), (300, "5 min"), (900, "15 min"))

WIDTH, HEIGHT = 240, 132
_FONT = 'font-family="Noto Sans, system-ui, sans-serif" font-size="11"'
_INK, _MUTED, _ACCENT, _LINE = "#12181c", "#414b53", "#0a5360", "#d8dee2"


@dataclass(frozen=True, slots=True)
class Chart:
    """Labels and values of one series. Columns stand in order of time, bars in order of size."""

    title: str
    sentence: str
    kind: Literal["columns", "bars"]
    values: tuple[tuple[str, int], ...]


def charts(facts: Facts, words: Callable[[str], str]) -> tuple[Chart, ...]:
    """`words` says what a kind of finding is. Nothing was published or found: no chart."""
    found = (volume(facts.posts, facts.zone), waiting(facts.posts), findings(facts, words))
    return tuple(chart for chart in found if chart is not None)


def volume(posts: Sequence[Post], zone: ZoneInfo) -> Chart | None:
    if not posts:
        return None
    times = sorted(post.at for post in posts)
    step = _step(times[-1] - times[0])
    start = _floor(times[0], step, zone)
    counts = Counter(int((at - start) / step) for at in times)
    columns = [(_label(start + step * n, step, zone), counts[n]) for n in range(max(counts) + 1)]
    most = max(range(len(columns)), key=lambda n: columns[n][1])
    many = _count(len(posts), "post")
    sentence = (
        f"{many} from {_label(times[0], step, zone)} to {_label(times[-1], step, zone)}; "
        f"the most, {columns[most][1]}, in the {_length(step)} from {columns[most][0]}."
    )
    return Chart("Posts over time", sentence, "columns", tuple(columns))


def _step(span: timedelta) -> timedelta:
    minutes = span.total_seconds() / 60
    chosen = next((step for step in _STEPS_MIN if minutes / step < COLUMNS_MAX), None)
    return timedelta(minutes=chosen or _STEPS_MIN[-1] * (int(minutes / _STEPS_MIN[-1] / COLUMNS_MAX) + 1))


def _floor(at: datetime, step: timedelta, zone: ZoneInfo) -> datetime:
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    return midnight + step * int((at - midnight) / step)


def _label(at: datetime, step: timedelta, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%H:%M" if step < timedelta(minutes=240) else "%d %b")


def _length(step: timedelta) -> str:
    minutes = int(step.total_seconds() // 60)
    if minutes == 1:
        return "minute"
    return f"{minutes} minutes" if minutes < 60 else f"{minutes // 60} h"


def waiting(posts: Sequence[Post]) -> Chart | None:
    """From the tablet's send to the first place, as a histogram."""
    waits = sorted((post.waited_s, post.number) for post in posts if post.waited_s is not None)
    if not waits:
        return None
    bounds = [*(bound for bound, _ in _WAITS_S), float("inf")]
    names = [f"to {name}" for _, name in _WAITS_S] + [f"over {_WAITS_S[-1][1]}"]
    counts = Counter(next(i for i, bound in enumerate(bounds) if wait <= bound) for wait, _ in waits)
    half, nine = waits[(len(waits) - 1) // 2][0], waits[(len(waits) * 9 + 9) // 10 - 1][0]
    sentence = (
        f"Half of {_count(len(waits), 'post')} were public within {span(half)} of Send, nine in ten within "
        f"{span(nine)}; "
        f"the longest wait was {span(waits[-1][0])} (No. {waits[-1][1]})."
    )
    return Chart("From Send to public", sentence, "bars", tuple((n, counts[i]) for i, n in enumerate(names)))


def span(seconds: float) -> str:
    """A length of time, as short as it can be read: `4.2 s`, `42 s`, `3:10 min`, `2:05 h`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02d} h"


def findings(facts: Facts, words: Callable[[str], str]) -> Chart | None:
    by_word: Counter[str] = Counter()
    for kind, n in facts.found:
        by_word[words(kind)] += n
    if not by_word:
        return None
    ranked = sorted(by_word.items(), key=lambda pair: (-pair[1], pair[0]))
    shown, rest = ranked[:BARS_MAX], ranked[BARS_MAX:]
    bars = [*shown, ("All others", sum(n for _, n in rest))] if rest else shown
    total = sum(by_word.values())
    sentence = (
        f"{_count(total, 'finding')} of {_count(len(by_word), 'class', 'classes')} in all that was written; "
        f"most often: {ranked[0][0]} ({ranked[0][1]:,})."
    )
    return Chart("Findings by class", sentence, "bars", tuple(bars))


def _count(n: int, one: str, many: str = "") -> str:
    return f"{n:,} {one if n == 1 else many or one + 's'}"


# --- drawing ---


def svg(chart: Chart, *, labelled: bool = True) -> str:
    """The drawing. `labelled`: with the sentence as its name for a screen reader; a PDF has it beside the image."""
    name = f' role="img" aria-label="{escape(chart.sentence)}"' if labelled else ""
    body = _columns(chart.values) if chart.kind == "columns" else _bars(chart.values)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"{name} {_FONT}>{body}</svg>'


def _columns(values: Sequence[tuple[str, int]]) -> str:
    top, floor = 14.0, HEIGHT - 16.0
    width = WIDTH / len(values)
    most = max(n for _, n in values)
    tallest = next(i for i, (_, n) in enumerate(values) if n == most)
    parts = [f'<path d="M0 {floor}H{WIDTH}" stroke="{_LINE}"/>']
    for i, (_, n) in enumerate(values):
        height = (floor - top) * n / most
        parts.append(_rect(i * width + 0.5, floor - height, max(width - 1, 0.5), height))
    middle = min(max(tallest * width + width / 2, 8), WIDTH - 8)
    parts.append(_text(middle, top - 4, f"{most:,}", "middle", _INK))
    parts.append(_text(0, HEIGHT - 4, values[0][0], "start", _MUTED))
    if len(values) > 1:
        parts.append(_text(WIDTH, HEIGHT - 4, values[-1][0], "end", _MUTED))
    return "".join(parts)


LABEL_MAX = 19  # characters of a bar's name that fit beside it …
NAMES_WIDTH = 126.0  # … in wide letters too: which font draws them, the reader's machine decides


def _bars(values: Sequence[tuple[str, int]]) -> str:
    names, room = NAMES_WIDTH, WIDTH - NAMES_WIDTH - 34.0
    height = HEIGHT / 7
    most = max(1, *(n for _, n in values))
    parts = []
    for i, (name, n) in enumerate(values):
        y, width = i * height, room * n / most
        short = name if len(name) <= LABEL_MAX else name[: LABEL_MAX - 1] + "…"
        parts.append(_text(0, y + height * 0.68, short, "start", _MUTED))
        parts.append(_rect(names, y + height * 0.2, width, height * 0.6))
        parts.append(_text(names + width + 4, y + height * 0.68, f"{n:,}", "start", _INK))
    return "".join(parts)


def _rect(x: float, y: float, width: float, height: float) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{_ACCENT}"/>'


def _text(x: float, y: float, words: str, anchor: str, colour: str) -> str:
    return f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
