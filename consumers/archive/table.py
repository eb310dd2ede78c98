"""What of an entry stands in the flat table for analysts and for search: one row an entry, one column a question. Pure.

The same entries give the same bytes on every machine (consumers.archive.parquet). Only what the log itself holds:
never raw text, no written reason, no protected term.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from consumers.archive.parquet import ROWS_MAX, Column, Value, write

COLUMNS: tuple[Column, ...] = (
    Column("seq", "integer", "the entry's place in its log, 0 for the first"),
    Column("ts", "time", "when the archive wrote it"),
    Column("happened_at", "time", "when it happened, by the clock of who did it"),
    Column("type", "text", "submission, draft, decision, release, receipt, control, …: docs/audit.md lists them"),
    Column("live_event_id", "text", "the live event; null in the log of records that name none"),
    Column("id", "text", "the record's id"),
    Column("cause", "text", "the id of the record that it follows from"),
    Column("update_id", "text", "the update it is about"),
    Column("revision", "integer", "of the update's text: 0 as it was written, each edit adds one"),
    Column("text", "text", "what was released, sent or shown to the public; of every other record null"),
    Column("text_sha256", "text", "SHA-256 of that text; of a draft or decision, of the text it is about"),
    Column("lang", "text", "of the text: en, de or nl"),
    Column("phase", "text", "of the event when it was written"),
    Column("run_sheet_item", "text", "the signed text of the run sheet that it is"),
    Column("corrects", "text", "the update that this one corrects"),
    Column("disposition", "text", "of a draft: clear, redacted, hold or refuse"),
    Column("needs", "text", "of a draft: the role that has to approve it"),
    Column("reasons", "text", "why it waited, or what a code of it says; several are parted by a space"),
    Column("finding_classes", "text", "of a draft: the kinds of what was found, each once, parted by a space"),
    Column("finding_rules", "text", "of a draft: the rules that found it, each once, parted by a space"),
    Column("findings", "integer", "of a draft: how many there were"),
    Column("policy", "text", "name of the policy that decided"),
    Column("policy_sha256", "text", "its SHA-256; the document lies in policies/"),
    Column("person", "text", "whose word or act it was; the stage where nobody did it"),
    Column("role", "text", "in which role; `system` is a stage"),
    Column("device", "text", "the tablet it was written on"),
    Column("verdict", "text", "of a decision: approve, edit or return"),
    Column("approver", "text", "who approved: of a decision that approves, and of the release that follows"),
    Column("approver_role", "text", "in which role"),
    Column("passkey", "text", "yes, where a passkey signed it"),
    Column("destinations", "text", "of a decision or release: for which places; parted by a space"),
    Column("destination", "text", "of a post: platform and account, as x:@OurHospital"),
    Column("platform", "text", "its platform: local, x, bluesky or mastodon"),
    Column("platform_id", "text", "the post's id on the platform"),
    Column("url", "text", "where the post is"),
    Column("reply_to", "text", "the post it replies to there"),
    Column("post_id", "text", "our own id of the post; its proof is proofs/<post id>.tlog-proof"),
    Column("n", "integer", "its place in the thread, 1 for the first"),
    Column("outcome", "text", "posted, not-posted, unknown, deleted, not-deleted; of a sighting edited, added, …"),
    Column("posted_at", "time", "when the platform took it"),
    Column("control", "text", "stop, hold, resume, retract, withdraw, settle, …"),
    Column("access", "text", "of an access: original-opened, searched, exported, reported, replayed, …"),
    Column("state", "text", "of a live event: open or closed; of a page's post: posted or retracted"),
    Column("key", "text", "of a policy, an attached record or what cannot be read: its SHA-256"),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WITH_TEXT = frozenset({"release", "receipt", "page"})  # the ledger's copy is the receipt's, word for word

Row = tuple[Value, ...]


def parquet(entries: Iterable[bytes]) -> bytes:
    """The whole table as one Parquet file, in the log's order."""
    return b"".join(pieces(entries))


def pieces(entries: Iterable[bytes]) -> Iterator[bytes]:
    """The same, piece by piece: no more than a group of rows is held at once."""
    return write(COLUMNS, groups(map(row, entries)))


def groups(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    held: list[Row] = []
    for one in rows:
        held.append(one)
        if len(held) == ROWS_MAX:
            yield held
            held = []
    if held:
        yield held


def row(entry: bytes) -> Row:
    """One entry's row. Raises ValueError for bytes that are no entry."""
    try:
        said = json.loads(entry)
        return _row(said, said["record"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("not an entry of an archive") from None


def _row(said: Mapping[str, Any], record: Mapping[str, Any]) -> Row:
    kind, actor, policy = said["type"], record.get("actor") or {}, record.get("policy") or {}
    post, findings = record.get("post") or {}, record.get("findings") or ()
    destination = record.get("destination")
    by = _approver(kind, record, actor)
    is_policy = kind == "policy"
    return (
        int(said["seq"]),
        micros(said["ts"]),
        micros(said.get("at")),
        kind,
        said.get("live_event_id"),
        said.get("id"),
        _text(record.get("cause")),
        said.get("update_id"),
        _integer(record.get("revision")),
        _text(record.get("text")) if kind in _WITH_TEXT else None,
        _text(record.get("text_sha256")),
        _text(record.get("lang")),
        _text(record.get("phase")),
        _text(record.get("run_sheet_item")),
        _text(record.get("corrects")),
        _text(record.get("disposition")),
        _text(record.get("needs")),
        _listed(record.get("reasons")) or _text(record.get("reason")) or _text(record.get("code")),
        _listed(f["kind"] for f in findings),
        _listed(f["rule"] for f in findings),
        len(findings) if kind == "draft" else None,
        _text(record.get("name")) if is_policy else _text(policy.get("name")),
        _text(record.get("sha256")) if is_policy else _text(policy.get("sha256")) or _text(record.get("policy_sha256")),
        _text(actor.get("name")),
        _text(actor.get("role")),
        _text(actor.get("device")),
        _text(record.get("verdict")),
        _text(by.get("name")),
        _text(by.get("role")),
        "yes" if record.get("assertion") else None,
        _listed(map(_place, record.get("destinations") or ())),
        _text(destination),
        destination.partition(":")[0] if isinstance(destination, str) else "local" if kind == "page" else None,
        _text(record.get("platform_id")),
        _text(record.get("url")),
        _text(record.get("reply_to")),
        _text(record.get("post_id")) or _text(post.get("id")),
        _integer(record.get("n")),
        _text(record.get("outcome")) or _text(record.get({"ledger": "kind", "sighting": "what"}.get(kind, ""))),
        micros(record.get("posted_at")),
        _text(record.get("kind")) if kind == "control" else None,
        _text(record.get("what")) if kind == "access" else None,
        _text(record.get("state")) or _text(record.get("notice")),
        _text(record.get("sha256")) or _text(record.get("key_sha256")),
    )


def _approver(kind: str, record: Mapping[str, Any], actor: Mapping[str, Any]) -> Mapping[str, Any]:
    if kind == "decision" and record.get("verdict") == "approve":
        return actor
    return record.get("approved_by") or {}


def _place(destination: Any) -> str:
    """`x:@OurHospital`, of a release's destination or a decision's key."""
    if isinstance(destination, str):
        return destination
    account = destination.get("account")
    return str(destination["platform"]) if account is None else f"{destination['platform']}:{account}"


def _listed(items: Any) -> str | None:
    """Each once, in the order they came."""
    return " ".join(dict.fromkeys(str(item) for item in items or ())) or None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) and abs(value) < 2**63 else None


def micros(stamp: Any) -> int | None:
    """Microseconds since 1970 of an RFC 3339 instant; of what is none, None."""
    try:
        instant = datetime.fromisoformat(stamp)
    except (TypeError, ValueError):
        return None
    return (instant - _EPOCH) // _MICROSECOND if instant.tzinfo else None


def stamp(instant: Value) -> str:
    """RFC 3339 in UTC with six digits, of microseconds since 1970."""
    return (_EPOCH + int(instant or 0) * _MICROSECOND).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def page() -> list[str]:
    """The lines of the table in docs/entries-parquet.md."""
    rows = [f"| `{column.name}` | {column.kind} | {column.means} |" for column in COLUMNS]
    return ["| column | type | means |", "|---|---|---|", *rows]
