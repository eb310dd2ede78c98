"""The report in words: facts become sections of runs of text, which HTML and PDF then only draw. Pure.

So both say the same. A run says whose words it holds: what staff, platforms or forms wrote is kept apart from ours, so
that no text can pose as the report's own or turn the words around it.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from consumers.archive.facts_posts import Who
from streams.scrub.kind_words import KINDS, what

Kind = Literal["", "said", "code", "muted", "strong", "link", "break"]
_JOINERS = frozenset("\u200c\u200d")  # some scripts, and emoji of several, need them


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text. `said` and `link` are others' words; `href` is where a link leads, its text is the address."""

    text: str
    kind: Kind = ""
    href: str = ""


Cell = tuple[Run, ...]
BREAK = Run("", "break")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, sentences under it, and a table. `widths` are millimetres on A4; 0 takes what is left."""

    title: str
    notes: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    empty: str = ""
    widths: tuple[float, ...] = ()


def ours(text: str) -> Cell:
    return (Run(text),)


def said(text: str) -> Cell:
    return (Run(text, "said"),) if text else ()


def code(text: str) -> Cell:
    return (Run(text, "code"),) if text else ()


def lines(cells: Iterable[Cell]) -> Cell:
    """Cells under one another, as one."""
    out: list[Run] = []
    for cell in cells:
        out += [BREAK, *cell] if out else cell
    return tuple(out)


def name_of(who: Who | None) -> Cell:
    return (Run(who.name, "said"), Run(f", {who.role}")) if who else ()


def names_of(people: Sequence[Who]) -> Cell:
    out: list[Run] = []
    for one in people:
        out += [Run(" and "), *name_of(one)] if out else name_of(one)
    return tuple(out)


def link_of(url: str | None) -> Cell:
    """An address that leads somewhere only where it is one of the web; others are words."""
    if not url:
        return ()
    if not url.startswith(("https://", "http://")):
        return said(url)
    return (Run(url.partition("://")[2], "link", url),)


def hidden_in(text: str) -> tuple[str, ...]:
    """The characters of a text that nobody sees and that may turn or join what is around them, by number."""
    found = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cn", "Co", "Cs") and c not in _JOINERS}
    return tuple(f"U+{ord(c):04X}" for c in sorted(found - {"\n", "\t"}))


def word_of(kind: str) -> str:
    """A finding's kind in plain words; one that an older version knew stands for itself."""
    return what(kind, "en") if kind.partition(".")[0] in KINDS else kind


def findings_of(found: Sequence[tuple[str, int]]) -> Cell:
    """By word: two kinds that people call the same are one."""
    total: dict[str, int] = {}
    for kind, n in found:
        total[word_of(kind)] = total.get(word_of(kind), 0) + n
    words = ", ".join(f"{word} ×{n}" if n > 1 else word for word, n in total.items())
    return (Run(words, "said"),) if words else (Run("nothing", "muted"),)


def short(sha256: str) -> str:
    """The first eight characters of a hash: enough to tell apart what lies in one bundle."""
    return sha256[:8]


@dataclass(frozen=True, slots=True)
class Clock:
    """Times of the event's zone; the day is said wherever it is not the day of the event."""

    zone: ZoneInfo
    day: date | None

    @classmethod
    def of(cls, zone: ZoneInfo, first: datetime | None) -> "Clock":
        return cls(zone, first.astimezone(zone).date() if first else None)

    def time(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        clock = local.strftime("%H:%M:%S")
        return clock if local.date() == self.day else f"{local.day} {local.strftime('%b %Y')} {clock}"

    def moment(self, at: datetime) -> str:
        """Day and minute: `1 December 2026, 09:05`."""
        local = at.astimezone(self.zone)
        return f"{local.day} {local.strftime('%B %Y, %H:%M')}"

    def span(self, since: datetime, to: datetime | None, lasting: str) -> str:
        return f"{self.time(since)} to {self.time(to)}" if to else f"{self.time(since)}, {lasting}"

    def window(self, since: datetime, to: datetime) -> str:
        first, last = self.moment(since), self.moment(to)
        return f"{first} to {last.partition(', ')[2] if first.partition(',')[0] == last.partition(',')[0] else last}"


def stamp_of(ts: str) -> datetime:
    """An entry's own time."""
    return datetime.fromisoformat(ts).astimezone(UTC)


def plural(n: int, one: str, many: str = "") -> str:
    return f"{n:,} {one if n == 1 else many or one + 's'}"
