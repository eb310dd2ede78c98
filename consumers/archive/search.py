"""Search over all logs: which entries fit a question, newest first. The one door to DuckDB.

DuckDB only says which entries fit; what is shown of them is read from the logs again, so no answer says more than the
log does. It runs closed in: it reads our own files and no others, loads nothing, and every word of a question is a
bound value, never a part of SQL.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consumers.archive.asking import VALUE_MAX, Condition, Query, conditions_of
from consumers.archive.derived import SEARCHED, Covered, Derived, Log, bundle_of, searched
from consumers.archive.parquet import Value
from consumers.archive.table import COLUMNS, row
from consumers.archive.tiles import TILE_WIDTH
from schemas.errors import Refused, Unavailable

if TYPE_CHECKING:
    import duckdb

PAGE = 50  # entries on a page: what a person reads through
CSV_MAX = 10_000  # entries in one download; more is what an export is for
MEMORY = "160MB"  # for DuckDB; with Python and its library some 250 MB
THREADS = 2

_NAMES = tuple(column.name for column in SEARCHED)


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
        except duckdb.OutOfMemoryException:
            raise Refused("This is too much at once. Narrow it by event or time.", code="bad-filter") from None
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
    conditions = conditions_of(query)
    values: dict[str, Any] = {f"v{i}": one.value for i, one in enumerate(conditions)} | {"files": files}
    where = " and ".join(one.sql(f"v{i}") for i, one in enumerate(conditions)) or "true"
    after, place = _before(before)
    with _closed_in(files) as db:
        source = f"from read_parquet($files) where {where}"  # of our own words
        (count,) = db.execute(f"select count(*) {source}", values).fetchone() or (0,)
        order = "order by ts desc, source desc, log desc, seq desc"
        found = db.execute(
            f"select source, log, seq, ts {source} {after} {order} limit $limit",
            {**values, **place, "limit": limit + 1},
        ).fetchall()
    entry_of = _reading()
    hits = [_hit(logs.get((said[0], said[1])), said, conditions, entry_of) for said in found[:limit]]
    whole = tuple(hit for hit in hits if hit is not None)
    if len(whole) < len(hits):
        return None
    more = _key(found[limit - 1]) if len(found) > limit else None
    return Page(whole, count, more, covered.left_out)


def _hit(
    log: Log | None, said: Sequence[Any], conditions: Sequence[Condition], entry_of: Callable[[Log, int], bytes]
) -> Hit | None:
    """The entry from the log itself; None when it is not what the table says, or does not fit the question."""
    if log is None:
        return None
    told = row(entry_of(log, said[2]))
    ours = dict(zip(_NAMES, searched(log, told), strict=True))
    if ours["ts"] != said[3] or not all(one.fits(ours) for one in conditions):
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
