"""A recorded stream to rehearse with: who writes what and when, which details are planted in it, what is harmless.

The people in it are invented, and so is everything about them.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from producers import playing
from producers.desk.words import LANGS, Lang
from producers.playing import Line
from schemas.errors import Broken
from schemas.ids import derive


@dataclass(frozen=True)
class Planted:
    """A detail that must not go out; `kind` says what sort of detail it is (KIND_WORDS in rehearsal_screens)."""

    text: str
    kind: str


@dataclass(frozen=True)
class Recorded:
    """One line. `harmless`: nothing speaks against it, so that holding it costs time for nothing."""

    line: Line
    planted: tuple[Planted, ...] = ()
    harmless: bool = False


@dataclass(frozen=True)
class Recording:
    """`protect` are the invented people's terms, `allow` the invented staff and house, which may be named."""

    lang: Lang
    lines: tuple[Recorded, ...]
    protect: tuple[str, ...]
    allow: tuple[str, ...]

    @property
    def lasts_s(self) -> float:
        """From the first line to the last, at speed 1."""
        return self.lines[-1].line.at_s if self.lines else 0.0


def read(lang: Lang, rows: Iterable[str]) -> Recording:
    """JSON Lines as producers.playing takes them, with `planted`, `harmless`, `protect` and `allow` beside.

    Raises Broken for a planted detail that does not stand in its line: the score sheet would call it caught.
    """
    rows = [row for row in rows if row.strip()]
    lines = playing.read(rows)
    values = [json.loads(row) for row in rows]
    found = tuple(_recorded(line, value, n) for n, (line, value) in enumerate(zip(lines, values, strict=True), start=1))
    return Recording(lang, found, _terms(values, "protect"), _terms(values, "allow"))


def _recorded(line: Line, value: dict[str, Any], number: int) -> Recorded:
    planted = tuple(Planted(one["text"], one["kind"]) for one in value.get("planted", ()))
    if any(one.text not in line.text for one in planted):
        raise Broken(f"Line {number} of a recording does not hold what is planted in it.")
    return Recorded(line, planted, bool(value.get("harmless", False)))


def _terms(values: Iterable[dict[str, Any]], key: str) -> tuple[str, ...]:
    return tuple(term for value in values for term in value.get(key, ()))


@cache
def recording(lang: Lang) -> Recording:
    """The one that comes with the product in this language."""
    rows = (files("producers.desk") / "recordings" / f"{lang}.jsonl").read_text("utf-8").splitlines()
    return read(lang, rows)


def update_id(live_event_id: str, lang: Lang, number: int) -> UUID:
    """Which update line `number` (from 1) is when it is played into this event: the same at every try and start."""
    return derive(live_event_id, "rehearsal", lang, number)


def played(live_event_id: str, knows: Iterable[UUID]) -> tuple[Recording, tuple[int, ...]] | None:
    """The recording that was played into this event, and the numbers of the lines that have come; None for none."""
    known = frozenset(knows)
    for lang in LANGS:
        one = recording(lang)
        numbers = tuple(n for n in range(1, len(one.lines) + 1) if update_id(live_event_id, lang, n) in known)
        if numbers:
            return one, numbers
    return None
