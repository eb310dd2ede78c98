"""The course of an event as one drawing: posts, holds, stops, the hours, and where the reader stands. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape

from consumers.archive.timeline import Timeline, control_of
from consumers.archive.web.look import Look
from streams.standing import RUNNING

WIDTH, HEIGHT = 1392.0, 54
BAR = 4.0  # what lies within one bar's width is one bar: 10,000 posts make 348 of them
GRID_MAX = 9
_STEPS_MIN = (1, 2, 5, 10, 15, 30, 60, 120, 240, 720, 1440)


def svg(look: Look, at: datetime) -> str:
    """The drawing; the sentence in its label says what it shows."""
    of, (first, last) = look.of, look.of.span
    parts = [*_hours(look), *_bars(of, "hold", "bar-2", 16, 18), *_bars(of, "posted", "bar", 14, 22), *_stops(look)]
    cursor = _x(of, min(max(at, first), last))
    parts.append(f'<path class="cursor" d="M{cursor:.1f} 0V42"/>')
    label = look.t("Posts, holds and stops from {first} to {last}", first=look.clock(first), last=look.clock(last))
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH:.0f} {HEIGHT}" role="img" aria-label="{escape(label)}">'
        f"{''.join(parts)}</svg>"
    )


def _x(of: Timeline, at: datetime) -> float:
    first, last = of.span
    whole = max((last - first).total_seconds(), 1.0)
    return (WIDTH - BAR) * (at - first).total_seconds() / whole + BAR / 2


def _hours(look: Look) -> Iterator[str]:
    first, last = look.of.span
    minutes = (last - first).total_seconds() / 60
    step = next((s for s in _STEPS_MIN if minutes / s <= GRID_MAX), int(minutes / GRID_MAX) + 1)
    local = look.of.local(first).replace(second=0, microsecond=0)
    at = local - timedelta(minutes=(local.hour * 60 + local.minute) % step)
    while (at := at + timedelta(minutes=step)) <= last:
        if (x := _x(look.of, at)) > 20:
            yield f'<path class="grid" d="M{x:.1f} 0V40"/>'
            yield f'<text x="{x:.1f}" y="52" text-anchor="middle">{at:%H:%M}</text>'


def _bars(of: Timeline, what: str, css: str, top: int, height: int) -> Iterator[str]:
    seen: set[int] = set()
    for tick in of.ticks:
        step = tick.step
        is_one = step.what == "posted" if what == "posted" else step.detail.get("disposition") == "hold"
        place = int(_x(of, tick.when) / BAR)
        if is_one and place not in seen and of.span[0] <= tick.when <= of.span[1]:
            seen.add(place)
            yield f'<rect class="{css}" x="{place * BAR:.1f}" y="{top}" width="{BAR:g}" height="{height}" rx="1"/>'


def _stops(look: Look) -> Iterator[str]:
    for since, until, state in stops(look.of):
        start, end = _x(look.of, since), _x(look.of, until)
        yield f'<path class="limit" d="M{start:.1f} 25H{end:.1f}"/>'
        if end - start > 150:  # room for the words
            word = look.t({"held": "Held", "stopped": "Stopped"}.get(state, "Withdrawn"))
            said = f"{word}, {look.lasted((until - since).total_seconds())}"
            yield f'<text class="strong-text" x="{start + 8:.1f}" y="12">{escape(said)}</text>'


def stops(of: Timeline) -> list[tuple[datetime, datetime, str]]:
    """Times in which nothing went out: from, until, held or stopped or withdrawn."""
    found, standing, since = list[tuple[datetime, datetime, str]](), RUNNING, of.span[0]
    for tick in of.ticks:
        control = control_of(tick) if tick.step.detail["type"] == "control" else None
        if control is None:
            continue
        after = standing.after(control)
        if after.state != standing.state:
            if standing.state != "running":
                found.append((since, tick.when, standing.state))
            since = tick.when
        standing = after
    return found if standing.state == "running" else [*found, (since, of.span[1], standing.state)]
