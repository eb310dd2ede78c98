"""Search over all logs: which entries fit a question, newest first. The one door to DuckDB.

DuckDB only says which entries fit; what is shown of them is read from the logs again, so no answer says more than the
log does. It runs closed in: it reads our own files and no others, loads nothing, and every word of a question is a
bound value, never a part of SQL.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from consumers.archive.derived import SEARCHED, Covered, Derived, Log, bundle_of, searched
from consumers.archive.folded import fold
from consumers.archive.parquet import Value
from consumers.archive.table import COLUMNS, micros, row
from consumers.archive.tiles import TILE_WIDTH
from schemas.access import Filter
from schemas.errors import Refused, Unavailable

if TYPE_CHECKING:
    import duckdb

PAGE = 50  # entries on a page: what a person reads through
CSV_MAX = 10_000  # entries in one download; more is what an export is for
VALUE_MAX = 200  # characters of one filter: a name, an id, an address
WORDS_MAX = 16  # each costs a pass over all texts
MEMORY = "160MB"  # for DuckDB; with Python and its library some 250 MB
THREADS = 2

FILTERS: tuple[Filter, ...] = get_args(Filter)
_FIELD: Mapping[Filter, str] = {
    name: name.replace("-", "_") + ("_" if name in ("class", "from") else "") for name in FILTERS
}
_NAMES = tuple(column.name for column in SEARCHED)
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


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry, as the log has it."""

    source: str
    log: str
    seq: int
    told: Mapping[str, Value]  # by the columns of consumers.archive.table


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is where the following page begins, for `before`; None on the last. `left_out`: logs that are not as they
    were written, which no answer speaks of."""

    hits: tuple[Hit, ...]
    count: int
    next: str | None
    left_out: tuple[tuple[Log, str], ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """Our own live events whose entries are shown."""
        return tuple(sorted({hit.log for hit in self.hits if not hit.source and not hit.log.startswith("_")}))


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


def search(
    derived: Derived,
    query: Query,
    *,
    before: str = "",
    limit: int = PAGE,
    sees: Callable[[Log], bool] = lambda _: True,
) -> Page:
    """The entries that fit, newest first. Raises Refused for a `before` that is none, Unavailable when the table cannot
    be written, or is thrown away by somebody else all the time."""
    import duckdb  # noqa: PLC0415  # half a second and 40 MB, for those who search alone

    assert 0 < limit <= CSV_MAX
    for _ in range(3):
        covered = derived.covered(sees)
        try:
            page = _page(covered, query, before, limit)
        except duckdb.IOException:
            continue  # another process brought a table up to date meanwhile, and dropped the file
        if page is not None:
            return page
        derived.forget()
    raise Unavailable("The table for search changes while it is read. Try again.")


def _page(covered: Covered, query: Query, before: str, limit: int) -> Page | None:
    """The page; None when a table says otherwise than its log."""
    logs = {(log.source, log.name): log for log in covered.files}
    files = [str(path) for log, paths in covered.files.items() if query.event in ("", log.name) for path in paths]
    if not files:
        return Page((), 0, None, covered.left_out)
    conditions, values = _where(query)
    after, place = _before(before)
    with _closed_in(files) as db:
        source = f"from read_parquet($files) where {' and '.join(conditions) or 'true'}"  # of our own words
        values["files"] = files
        (count,) = db.execute(f"select count(*) {source}", values).fetchone() or (0,)
        order = "order by ts desc, source desc, log desc, seq desc"
        found = db.execute(
            f"select {', '.join(_NAMES)} {source} {after} {order} limit $limit",
            {**values, **place, "limit": limit + 1},
        ).fetchall()
    entry_of = _reading()
    hits = [_hit(logs.get((said[0], said[1])), said, entry_of) for said in found[:limit]]
    whole = tuple(hit for hit in hits if hit is not None)
    if len(whole) < len(hits):
        return None
    more = _key(found[limit - 1]) if len(found) > limit else None
    return Page(whole, count, more, covered.left_out)


def _hit(log: Log | None, said: Sequence[Any], entry_of: Callable[[Log, int], bytes]) -> Hit | None:
    """The entry from the log itself; None when the table says otherwise of it."""
    if log is None:
        return None
    told = row(entry_of(log, said[2]))
    if searched(log, told) != tuple(said):
        return None
    return Hit(log.source, log.name, said[2], dict(zip((c.name for c in COLUMNS), told, strict=True)))


def _reading() -> Callable[[Log, int], bytes]:
    """Gives entries of logs; the last bundle stays at hand, for what fits often lies together."""
    held: dict[tuple[Path, int], list[bytes]] = {}

    def entry_of(log: Log, seq: int) -> bytes:
        n, at = divmod(seq, TILE_WIDTH)
        if len(held.get((log.folder, n), ())) <= at:
            held.clear()
            held[log.folder, n] = bundle_of(log.folder, n, at + 1)
        return held[log.folder, n][at]

    return entry_of


def _where(query: Query) -> tuple[list[str], dict[str, Any]]:
    """SQL of our own words alone, and the values it is bound to."""
    values: dict[str, Any] = {}
    conditions = []
    for i, word in enumerate(fold(query.words).split()):
        conditions.append(f"contains(words, $word{i})")
        values[f"word{i}"] = word
    for name, value, condition in (
        ("class", f" {query.class_}", "(contains(classes, $class || ' ') or contains(classes, $class || '.'))"),
        ("rule", f" {query.rule} ", "contains(rules, $rule)"),
        ("by", fold(query.by), "contains(people, $by)"),
        ("device", fold(query.device), "contains(device, $device)"),
        ("platform", query.platform, "platform = $platform"),
        ("platform_id", query.platform_id, "platform_id = $platform_id"),
        ("url", query.url, "contains(url, $url)"),
        ("type", query.type, "type = $type"),
    ):
        if value.strip():
            conditions.append(condition)
            values[name] = value
    if query.from_ is not None:
        conditions.append("ts >= $from_")
        values["from_"] = query.from_
    if query.to is not None:
        conditions.append("ts < $to")
        values["to"] = query.to
    return conditions, values


def _key(found: Sequence[Any]) -> str:
    source, name, seq, ts = found[:4]
    return f"{ts}~{seq}~{name}~{source}"


def _before(before: str) -> tuple[str, dict[str, Any]]:
    """What follows the entry with this key in our order."""
    if not before:
        return "", {}
    ts, seq, name, source = [*before.split("~", 3), "", "", ""][:4]
    if len(before) > 2 * VALUE_MAX or not ts.isdecimal() or not seq.isdecimal() or max(len(ts), len(seq)) > 18:
        raise Refused("before: expected what a page before this one gave.", code="bad-filter")
    place = {"k_ts": int(ts), "k_seq": int(seq), "k_log": name, "k_source": source}
    return "and (ts, source, log, seq) < ($k_ts, $k_source, $k_log, $k_seq)", place


def _closed_in(files: Sequence[str]) -> "duckdb.DuckDBPyConnection":
    """A database in memory that can read `files` and nothing else of this machine, or of the net.

    The order matters: what may be read is said first, then the outside is shut, then the settings themselves.
    (https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview)
    """
    import duckdb  # noqa: PLC0415  # as above

    db = duckdb.connect(":memory:")
    for setting, value in (
        ("memory_limit", MEMORY),
        ("threads", THREADS),
        ("temp_directory", ""),  # what does not fit into memory fails; nothing is spilled to disk
        ("autoinstall_known_extensions", False),
        ("autoload_known_extensions", False),
        ("allow_community_extensions", False),
        ("enable_external_file_cache", False),  # files are read once; caching them would only take memory
        ("preserve_insertion_order", False),
    ):
        db.execute(f"set {setting} = $value", {"value": value})
    folders = sorted({f"{Path(file).parent}/" for file in files})
    db.execute("set allowed_directories = $folders", {"folders": folders})
    db.execute("set enable_external_access = false")
    db.execute("set lock_configuration = true")
    return db
