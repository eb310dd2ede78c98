"""From a section of the file to its form and back: nothing typed is lost, and each wrong value is named. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ValidationError

from producers.desk.preparing_fields import SECTIONS, Field, Group, Part, Rows, Section
from schemas.live_event import LiveEventFile
from streams.ready import Said, said

Typed = dict[str, str | list[str]]
"""What stands in the inputs, by their names; a list for boxes of one name that can be ticked each."""

ROWS_SHOWN_MAX = 200
_KEY = re.compile(r"[a-z0-9_]{1,40}")  # every name of a field


@dataclass(frozen=True)
class Problem:
    """What is wrong with an input; `name` is the input's, or a place in the file when no input has it."""

    name: str
    words: Said


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_of(file: Mapping[str, Any]) -> ZoneInfo:
    """The event's time zone; UTC while there is none."""
    name = file.get("timezone")
    return ZoneInfo(name if isinstance(name, str) and name in zones() else "UTC")


def get(file: Mapping[str, Any], path: str) -> Any:
    found: Any = file
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


# -- from the file to the form


def typed_of(section: Section, file: Mapping[str, Any]) -> Typed:
    """The inputs as the file fills them."""
    out: Typed = {}
    for part in section.parts:
        if isinstance(part, Rows):
            for number, row in enumerate(_rows_of(part, file)[: part.most]):
                _fill(out, part.columns, row, f"{part.name}.{number}.", zone_of(file))
        else:
            _fill(out, (part,), file, "", zone_of(file))
    return out


def _rows_of(rows: Rows, file: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = get(file, rows.name)
    listed = list(found) if isinstance(found, list | tuple) else []
    if rows.name == "phases":
        told = file.get("family_first")
        told = told if isinstance(told, list | tuple) else ()
        return [{"name": str(name), "family_first": name in told} for name in listed]
    return [row if isinstance(row, Mapping) else {"who": str(row)} for row in listed]


def _fill(out: Typed, fields: tuple[Field, ...], file: Mapping[str, Any], prefix: str, zone: ZoneInfo) -> None:
    for field in fields:
        value = get(file, field.name)
        if field.kind == "none-or-text" and value is None and _has(file, field.name):
            out[f"{prefix}{field.name}.none"] = "yes"
        elif value is not None:
            out[prefix + field.name] = _typed(field, value, zone)


def _has(file: Mapping[str, Any], path: str) -> bool:
    parent, _, leaf = path.rpartition(".")
    holder = get(file, parent) if parent else file
    return isinstance(holder, Mapping) and leaf in holder


def _typed(field: Field, value: Any, zone: ZoneInfo) -> str | list[str]:
    if field.kind == "many":
        return [str(one) for one in value] if isinstance(value, list | tuple) else []
    if field.kind == "lines":
        return "\n".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)
    if field.kind == "yes":
        return "yes" if value is True else ""
    if field.kind == "moment":
        return _moment(str(value), zone)
    return str(value)


def _moment(value: str, zone: ZoneInfo) -> str:
    """As `datetime-local` has it, by the clock of the event; what is no time stands as it was typed."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return value if at.tzinfo is None else at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


# -- from the form to the file


def filled(section: Section, typed: Typed, file: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The file with this section as it was typed, and what is wrong. Gaps are no problem: they are said later."""
    made = {key: value for key, value in file.items() if key not in section.roots}
    zone = zone_of(file if "timezone" not in typed else {"timezone": _one(typed, "timezone")})
    problems: list[Problem] = []
    for part in section.parts:
        if isinstance(part, Rows):
            _take_rows(made, part, typed, zone, problems)
        else:
            _take(made, part, typed, "", zone, problems)
    if section.id == "phases":
        _split_phases(made)
    if section.id == "release":
        _holding(made)
    found = {p.name for p in problems}
    problems += [p for p in problems_of(made, section) if p.name not in found]
    return made, problems


def _one(typed: Typed, name: str) -> str:
    value = typed.get(name, "")
    return value if isinstance(value, str) else " ".join(value)


def _take(  # noqa: PLR0917  # a step of filled(), with all that it has
    made: dict[str, Any], field: Field, typed: Typed, prefix: str, zone: ZoneInfo, problems: list[Problem]
) -> None:
    text = _one(typed, prefix + field.name).strip()
    value: Any = None
    if field.kind == "many":
        chosen = typed.get(prefix + field.name, [])
        value = [chosen] if isinstance(chosen, str) else list(chosen)
        value = value or None
    elif field.kind == "yes":
        value = text == "yes"
    elif field.kind == "lines":
        value = [line.strip() for line in text.splitlines() if line.strip()] or None
    elif field.kind == "none-or-text":
        if _one(typed, f"{prefix}{field.name}.none") == "yes":
            _put(made, field.name, None)
            return
        value = text or None
    elif text:
        value = _read(field, text, zone)
        if value is None:
            problems.append(Problem(prefix + field.name, _how(field)))
            value = text
    if value is not None:
        _put(made, field.name, value)


def _read(field: Field, text: str, zone: ZoneInfo) -> Any:
    """The value; None for what cannot be one."""
    try:
        if field.kind == "moment":
            at = datetime.fromisoformat(text)
            return (at.replace(tzinfo=zone) if at.tzinfo is None else at).isoformat()
        if field.kind == "day":
            return date.fromisoformat(text).isoformat()
        if field.kind == "number":
            return int(text) if len(text) <= 9 and text.isascii() else None  # longer is no number of ours
    except (ValueError, OverflowError):
        return None
    if field.kind == "zone":
        return text if text in zones() else None
    return f"#{text}" if field.name == "hashtag" and not text.startswith("#") else text


def _put(made: dict[str, Any], path: str, value: Any) -> None:
    *parents, leaf = path.split(".")
    holder = made
    for part in parents:
        holder = holder.setdefault(part, {})
    holder[leaf] = value


def _take_rows(made: dict[str, Any], rows: Rows, typed: Typed, zone: ZoneInfo, problems: list[Problem]) -> None:
    """Empty rows are left out, so that places in the file and names of inputs agree in the form that comes back."""
    out: list[Any] = []
    kept: list[dict[str, Any]] = []
    for number in range(ROWS_SHOWN_MAX + 10):
        prefix = f"{rows.name}.{number}."
        given = {c.name: typed.pop(prefix + c.name) for c in rows.columns if prefix + c.name in typed}
        if any(_said_something(value) for name, value in given.items()):
            kept.append(given)
    for number, given in enumerate(kept):
        prefix = f"{rows.name}.{number}."
        typed.update({prefix + name: value for name, value in given.items()})
        row: dict[str, Any] = {}
        for column in rows.columns:
            _take(row, column, typed, prefix, zone, problems)
        out.append(_row(rows, row))
    if len(out) > rows.most:
        problems.append(Problem(rows.name, said("At most {n} lines.", n=rows.most)))
    if out or rows.name in ("run_sheet", "phrases"):
        _put(made, rows.name, out)


def _said_something(value: str | list[str]) -> bool:
    return bool(value if isinstance(value, list) else value.strip())


def _row(rows: Rows, row: dict[str, Any]) -> Any:
    if rows.name != "consent.pictured":
        return row
    if set(row) <= {"who", "media"} and not any(row.get("media", {}).values()):
        return row.get("who", "")
    return {**row, "media": {"text": True, **row.get("media", {})}}


def _split_phases(made: dict[str, Any]) -> None:
    rows = made.get("phases", [])
    names = [row.get("name", "") for row in rows]
    made["family_first"] = [row.get("name", "") for row in rows if row.get("family_first")]
    if names:
        made["phases"] = names


def _holding(made: dict[str, Any]) -> None:
    """Nothing is proposed when neither is given; one alone is a gap of the other."""
    if "holding" in made and not made["holding"]:
        del made["holding"]


# -- what is wrong


def problems_of(file: Mapping[str, Any], section: Section | None = None) -> list[Problem]:
    """Each wrong value of the file, or of one section, by its input. What is missing is a gap and no problem."""
    zone = file.get("timezone", "UTC")
    bad_zone = section is None and isinstance(zone, str) and zone not in zones()
    problems = [Problem("timezone", said("A zone of the list, such as Europe/Amsterdam."))] if bad_zone else []
    try:
        LiveEventFile.model_validate(dict(file))
    except ValidationError as error:
        for found in error.errors(include_input=False, include_url=False):
            problem = _problem(found, section)
            if problem is not None and problem not in problems:
                problems.append(problem)
    return problems


_IGNORED = frozenset({"missing"})
_BRANCHES = frozenset({"str", "PictureConsent"})


def _problem(found: Any, section: Section | None) -> Problem | None:
    loc = tuple(str(part) for part in found["loc"] if part not in _BRANCHES)
    if found["type"] in _IGNORED or (loc[:2] == ("consent", "pictured") and "str" in found["loc"]):
        return None
    if section is not None and (not loc or loc[0] not in section.roots | _ALSO.get(section.id, frozenset())):
        return None
    path = ".".join(loc)
    field = field_at(path)
    return Problem(_input_of(path, section), _words(found, field, loc))


_ALSO = {"phases": frozenset({"family_first"})}


def field_at(path: str) -> Field | None:
    """The field of a form that writes this place of the file."""
    for part in (p for section in SECTIONS.values() for p in section.parts):
        if isinstance(part, Field) and (path == part.name or path.startswith(f"{part.name}.")):
            return part
        if isinstance(part, Rows) and path.startswith(f"{part.name}."):
            rest = path.removeprefix(f"{part.name}.").partition(".")[2]
            return next((c for c in part.columns if rest and (rest == c.name)), part.columns[0])
    return None


def part_at(path: str) -> Part | None:
    """As above, rows as a whole too."""
    for part in (p for section in SECTIONS.values() for p in section.parts):
        if path == part.name or path.startswith(f"{part.name}."):
            return part
    return None


def group_of(path: str) -> Group | None:
    """The group whose fields stand below this place, such as `consent.media`."""
    groups = (g for section in SECTIONS.values() for g in section.groups)
    return next((g for g in groups if any(part.name.startswith(f"{path}.") for part in g.parts)), None)


def _input_of(path: str, section: Section | None) -> str:
    """The name of the input that holds this place: its own, its row's first, or that of the whole field."""
    for part in (p for s in ([section] if section else SECTIONS.values()) for p in s.parts):
        if isinstance(part, Field) and (path == part.name or path.startswith(f"{part.name}.")):
            return part.name
        if isinstance(part, Rows) and path.startswith(f"{part.name}."):
            number, _, rest = path.removeprefix(f"{part.name}.").partition(".")
            column = next((c.name for c in part.columns if c.name == rest), part.columns[0].name)
            return f"{part.name}.{number}.{column}"
    return path


_WORDS = {
    "string_too_long": "At most {max_length} characters.",
    "string_too_short": "At least {min_length} characters.",
    "too_long": "At most {max_length} lines.",
    "too_short": "At least {min_length} of these.",
    "greater_than_equal": "At least {ge}.",
    "less_than_equal": "At most {le}.",
}
_OWN = {
    "local takes no account, every other platform needs one": (
        "The public page takes no account; every other platform needs one."
    ),
    "the window closes before it opens": "It closes before it opens.",
    "a destination stands there twice": "A destination stands there twice.",
}  # fmt: skip


def _words(found: Any, field: Field | None, loc: tuple[str, ...]) -> Said:
    kind, context = str(found["type"]), found.get("ctx") or {}
    if kind == "extra_forbidden":
        return said("Is not a field of this file; check the spelling.")
    if kind == "value_error":
        own = _OWN.get(str(context.get("error", "")))
        return said(own) if own else said("This does not fit here.")
    if kind in _WORDS:
        return _at_line(said(_WORDS[kind], **{k: v for k, v in context.items() if k in _WORDS[kind]}), field, loc)
    return _how(field)


def _at_line(words: Said, field: Field | None, loc: tuple[str, ...]) -> Said:
    if field is not None and field.kind == "lines" and loc and loc[-1].isdigit():
        return said("Line {n}: {words}", n=int(loc[-1]) + 1, words=words)
    return words


def _how(field: Field | None) -> Said:
    """How the field is written."""
    if field is not None and field.hint:
        return said(field.hint)
    kinds = {"moment": "A date and a time.", "day": "A date.", "number": "A whole number.", "yes": "Yes or no."}
    chosen = {"choice": "One of the list.", "many": "One or more of the list."}
    english = {**kinds, **chosen}.get(field.kind) if field is not None else None
    return said(english or "This does not fit here.")


def unknown_key(path: str) -> str:
    """The name of a place, for the person who wrote it; what is no word may be anybody's name and is not repeated."""
    return ".".join(part if _KEY.fullmatch(part) else "…" for part in path.split("."))


def seen(section: Section, file: Mapping[str, Any]) -> str:
    """What the form was filled from, so that another person's change in between is noticed."""
    part = {root: file.get(root) for root in sorted(section.roots)}
    return hashlib.sha256(json.dumps(part, sort_keys=True, default=str).encode()).hexdigest()[:16]
