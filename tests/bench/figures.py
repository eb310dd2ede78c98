"""What a bench says: one row for each number asked for, and a page made of the rows of a whole run."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

NOT_ASKED: Final = "not asked"


@dataclass(frozen=True)
class Row:
    """One number asked for. `than` names the baseline it is a ratio of, or says how it was counted."""

    what: str
    asked: str
    measured: str
    holds: bool
    than: str = ""

    @property
    def mark(self) -> str:
        if self.asked == NOT_ASKED:
            return ""
        return "yes" if self.holds else "NO"


@dataclass(frozen=True)
class Part:
    """One bench: rows that were asked for, and lines that explain them."""

    name: str
    rows: Sequence[Row]
    notes: Sequence[str] = field(default_factory=tuple)


def at_most(what: str, limit: float, value: float, unit: str, than: str = "") -> Row:
    return Row(what, f"≤ {limit:g} {unit}", f"{shown(value)} {unit}", value <= limit, than)


def told(what: str, measured: str, than: str = "") -> Row:
    """A number that nobody asked for and that the others are read beside."""
    return Row(what, NOT_ASKED, measured, holds=True, than=than)


def at_least(what: str, limit: float, value: float, unit: str, than: str = "") -> Row:
    return Row(what, f"≥ {limit:g} {unit}", f"{shown(value)} {unit}", value >= limit, than)


def shown(value: float) -> str:
    """Three digits, no more than are true."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def spread(values: Sequence[float], unit: Literal["ms", "µs", "s"] = "ms") -> str:
    return f"median {shown(median(values))} {unit}, p99 {shown(percentile(values, 99))} {unit}"


def text(part: Part) -> str:
    lines = [f"{part.name}"]
    for row in part.rows:
        than = f"   ({row.than})" if row.than else ""
        verdict = f"asked {row.asked}: {row.mark}" if row.mark else NOT_ASKED
        lines.append(f"  {row.what}: {row.measured}, {verdict}{than}")
    return "\n".join(lines + [f"    {note}" for note in part.notes])


def page(parts: Sequence[Part], head: Sequence[str]) -> str:
    """`docs/benchmarks.md`."""
    lines = ["# Benchmarks", "", *head, "", "| what | asked | measured | holds | against |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.what} | {row.asked} | {row.measured} | {row.mark} | {row.than} |"
        for part in parts
        for row in part.rows
    ]
    for part in parts:
        if part.notes:
            lines += ["", f"## {part.name}", "", *(f"- {note}" for note in part.notes)]
    return "\n".join(lines) + "\n"
