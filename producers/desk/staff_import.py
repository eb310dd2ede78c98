"""A staff list as a table: each row is read, or named by its number with what is wrong. Pure; names alone are shown.

Columns: name, role, and perhaps initials and events; a first row with these words in any of our languages sets their
order. Separated by comma, semicolon or tab.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from producers.desk import words
from schemas.enrolment import NAME_MAX, Initials, Name
from schemas.envelope import Role
from schemas.ids import LiveEventId
from streams.enrolments import same_name
from streams.ready import Said, said

ROWS_MAX = 200  # as many people as there may be at all
BYTES_MAX = 65_536  # 200 rows of names are below 20 kB
CELL_MAX = 500

# A row of ours may be called so in a table; more than one word for a role is common.
_COLUMNS = {
    "name": "name", "naam": "name",
    "role": "role", "rolle": "role", "rol": "role", "funktion": "role", "functie": "role",
    "initials": "initials", "kürzel": "initials", "initialen": "initials",
    "events": "events", "event": "events", "veranstaltung": "events", "veranstaltungen": "events",
    "evenement": "events", "evenementen": "events",
}  # fmt: skip
_ORDER = ("name", "role", "initials", "events")
_ROLES: dict[str, Role] = {
    **{role.value: role for role in Role if role is not Role.SYSTEM},
    **{w.casefold(): Role(role) for role, three in words.ROLES.items() if role != "system" for w in three},
    "prüferin": Role.REVIEWER, "prüfer": Role.REVIEWER, "arzt": Role.PHYSICIAN, "ärztin": Role.PHYSICIAN,
    "surgeon": Role.PHYSICIAN, "chirurg": Role.PHYSICIAN, "chirurgin": Role.PHYSICIAN,
    "leiter": Role.DIRECTOR, "leiterin": Role.DIRECTOR, "verslaggeefster": Role.REPORTER,
    "reporterin": Role.REPORTER, "vertrouwenspersoon": Role.ADVOCATE, "family liaison": Role.LIAISON,
}  # fmt: skip
_NAME: TypeAdapter[str] = TypeAdapter(Name)
_INITIALS: TypeAdapter[str] = TypeAdapter(Initials)
_EVENT: TypeAdapter[str] = TypeAdapter(LiveEventId)


@dataclass(frozen=True)
class Row:
    """One person; `number` is the line of the table. `wrong` says why they cannot be added as they stand."""

    number: int
    name: str
    role: Role | None = None
    initials: str | None = None
    live_events: tuple[str, ...] | None = None
    wrong: tuple[Said, ...] = ()


def read(text: str, taken: Iterable[str], events: frozenset[str]) -> tuple[Row, ...]:
    """Every row. `taken`: names of people who are there; `events`: ids that a right can name."""
    names = list(taken)
    rows: list[Row] = []
    order: Sequence[str] = _ORDER
    for number, cells in _lines(text):
        if not rows and (heading := _heading(cells)):
            order = heading
            continue
        row = _row(number, dict(zip(order, cells, strict=False)), names, events)
        names.append(row.name)
        rows.append(row)
        if len(rows) > ROWS_MAX:
            return (*rows[:-1], Row(number, "", wrong=(said("At most {n} people.", n=ROWS_MAX),)))
    return tuple(rows)


def _lines(text: str) -> Iterable[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [_clean(cell) for cell in cells]
    except csv.Error:
        yield reader.line_num, []


def _clean(cell: str) -> str:
    return "".join(c for c in cell[:CELL_MAX] if c.isprintable() or c == "\t").strip()


def _heading(cells: Sequence[str]) -> list[str]:
    found = [_COLUMNS.get(cell.casefold(), "") for cell in cells]
    return found if "name" in found and "role" in found else []


def _row(number: int, cells: dict[str, str], names: Sequence[str], events: frozenset[str]) -> Row:
    name, wrong = cells.get("name", ""), []
    if not _fits(_NAME, name):
        wrong.append(said("A name has 1 to {n} characters, letters among them.", n=NAME_MAX))
    elif any(same_name(name, other) for other in (*names, *Role)):
        wrong.append(said("Somebody has this name already."))
    role = _ROLES.get(cells.get("role", "").casefold())
    if role is None:
        wrong.append(said("The role is none of ours."))
    initials = cells.get("initials") or None
    if initials is not None and not _fits(_INITIALS, initials):
        wrong.append(said("Initials have 1 to 3 letters."))
        initials = None
    asked = (
        tuple(dict.fromkeys(re.split(r"[\s,;|]+", cells.get("events", "").strip()))) if cells.get("events") else None
    )
    if asked is not None and not (asked and all(_fits(_EVENT, one) and one in events for one in asked)):
        wrong.append(said("It names an event that is not here."))
        asked = None
    return Row(number, name[: NAME_MAX * 2], role, initials, asked, tuple(wrong))


def _fits(adapter: TypeAdapter[str], value: str) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True
