"""A question to the archive: which filters there are, what they mean, and whether an entry fits them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from consumers.archive.folded import fold
from consumers.archive.table import micros
from schemas.access import Filter
from schemas.errors import Refused

VALUE_MAX = 200  # characters of one filter: a name, an id, an address
WORDS_MAX = 16  # each costs a pass over all texts
FILTERS: tuple[Filter, ...] = get_args(Filter)
_FIELD: Mapping[Filter, str] = {
    name: name.replace("-", "_") + ("_" if name in ("class", "from") else "") for name in FILTERS
}
_INSTANT = {10: timedelta(days=1), 16: timedelta(minutes=1), 19: timedelta(seconds=1)}  # what a shortened time spans


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; every filter that is set has to fit. `from_` and `to` are microseconds since 1970, `to` is
    no longer part of it."""

    words: str = ""  # each has to stand in the text, whole or as a part, in any order
    event: str = ""
    class_: str = ""  # of a finding: a kind as "name.person", or its family "name"
    rule: str = ""
    by: str = ""  # a part of the name of who did it or approved it
    device: str = ""  # a part of it
    platform: str = ""
    platform_id: str = ""
    url: str = ""
    from_: int | None = None
    to: int | None = None
    type: str = ""

    @property
    def filters(self) -> tuple[Filter, ...]:
        """Their names alone: what the archive keeps of a search."""
        return tuple(name for name in FILTERS if getattr(self, _FIELD[name]) not in ("", None))


def asked(said: Mapping[str, str]) -> Query:
    """The question in filters by name, as they stand in an address. Raises Refused and says which is wrong."""
    given = {name: value.strip() for name in FILTERS if (value := said.get(name, "")).strip()}
    for name, value in given.items():
        if len(value) > VALUE_MAX or not value.isprintable():
            raise Refused(f"{name}: expected at most {VALUE_MAX} printable characters.", code="bad-filter")
    times: dict[str, Any] = {
        _FIELD[name]: _instant(given.pop(name), name, end=name == "to") for name in ("from", "to") if name in given
    }
    fields: dict[str, Any] = {_FIELD[name]: value for name, value in given.items()}
    query = Query(**fields, **times)
    if len(query.words.split()) > WORDS_MAX:
        raise Refused(f"words: expected at most {WORDS_MAX}.", code="bad-filter")
    return query


def _instant(value: str, name: str, *, end: bool) -> int:
    """`2026-12-01`, `2026-12-01T09:30`, with seconds, with a zone; UTC where none is said. As an end, all of it."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise Refused(f"{name}: expected a time as 2026-12-01 or 2026-12-01T09:30.", code="bad-filter") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    span = _INSTANT.get(len(value), timedelta(microseconds=1)) if end else timedelta(0)
    found = micros((at + span).isoformat())
    assert found is not None
    return found


Op = Literal["has", "is", "from", "before"]
_SQL: Mapping[Op, str] = {
    "has": "contains({column}, ${name})",
    "is": "{column} = ${name}",
    "from": "{column} >= ${name}",
    "before": "{column} < ${name}",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One column's part of a question, for DuckDB and for what is read from the log."""

    column: str
    op: Op
    value: str | int

    def sql(self, name: str) -> str:
        return _SQL[self.op].format(column=self.column, name=name)

    def fits(self, said: Mapping[str, Any]) -> bool:
        found = said[self.column]
        if found is None:
            return False
        return bool(
            self.value in found if self.op == "has"
            else found == self.value if self.op == "is"
            else found >= self.value if self.op == "from"
            else found < self.value
        )  # fmt: skip


def conditions_of(query: Query) -> list[Condition]:
    asked_: list[tuple[str, Op, str | int | None]] = [
        *(("words", "has", word) for word in fold(query.words).split()),
        ("classes", "has", query.class_ and f" {query.class_} "),
        ("rules", "has", query.rule and f" {query.rule} "),
        ("people", "has", fold(query.by)),
        ("device", "has", fold(query.device)),
        ("platform", "is", query.platform),
        ("platform_id", "is", query.platform_id),
        ("url", "has", query.url),
        ("type", "is", query.type),
        ("log", "is", query.event),
        ("ts", "from", query.from_),
        ("ts", "before", query.to),
    ]
    return [Condition(column, op, value) for column, op, value in asked_ if value not in ("", None)]
