"""Which part of a record the archive keeps, and its one canonical form as a log entry (RFC 8785 JSON). Pure.

Raw text never: of a submission ids and hashes, of a draft the hash and findings, of a decision no note, of a control no
reason. What was released, sent or shown to the public is kept in full. Fields we do not know are not kept: they might
hold text.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785

from schemas.control import Control
from schemas.decision import Decision
from schemas.draft import Draft, PolicyRef
from schemas.envelope import Envelope, Frozen
from schemas.errors import Refused
from schemas.ids import LiveEventId
from schemas.live_event import LiveEvent
from schemas.receipt import Notice, Receipt
from schemas.release import Release
from schemas.retention import STAFF, Erasure
from schemas.topics import (
    ACCESSES,
    CONTROLS,
    DEAD_LETTERS,
    DECISIONS,
    DRAFTS,
    LEDGER,
    LIVE_EVENTS,
    PAGES,
    RECEIPTS,
    RELEASES,
    RETENTIONS,
    SIGHTINGS,
    SUBMISSIONS,
    decode_receipt,
    decode_retention,
)

VERSION = 1
UNPLACED = "_unplaced"
"""The log of records that name no live event. No live event can have this id: a slug has no underscore."""

INSTALLATION = "_installation"
"""The log of what is about the installation as a whole: logs that were removed, staff who were erased."""

RECORD_MAX = 64_000  # an entry is at most 65,535 bytes; the rest of it, all of bounded length, stays below 1,500
INTEGER_MAX = 2**53 - 1  # RFC 8785 writes numbers as doubles
_ENVELOPE = frozenset({"v", "id", "live_event_id", "update_id", "at"})  # these stand in the entry itself


class _Head(Frozen):
    live_event_id: LiveEventId


@dataclass(frozen=True, slots=True)
class Source:
    """Where the record lay."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Shaped:
    """What will be kept of one record; seq and ts are still missing. `record` is canonical JSON.

    `attached` is set when the record was too large for an entry: it goes to `records/<sha256>.json` beside the log, and
    the entry names its hash.
    """

    log: str
    type: str
    record: bytes
    source: Source | None
    id: str | None = None
    update_id: str | None = None
    at: str | None = None
    policies: tuple[PolicyRef, ...] = ()
    post_id: str | None = None  # of a receipt that says "posted": it gets a proof file
    attached: bytes | None = None

    @property
    def fingerprint(self) -> bytes:
        identity, where = self.id, self.source
        if not identity:
            identity = f"{where.topic}/{where.partition}/{where.offset}" if where else ""
        return fingerprint(self.type, identity, self.record)


def fingerprint(type_: str, identity: str, record: bytes) -> bytes:
    """Equal for copies of one record (same type, id and content, whenever written): the second is not archived.

    The id alone is not enough: on compacted topics a record is written again under its id with new content.
    """
    return hashlib.sha256(b"%b\n%b" % (f"{type_}\n{identity}".encode(), record)).digest()[:16]


def canonical(value: Any) -> bytes:
    return rfc8785.dumps(value)


def _plain(value: Mapping[str, Any]) -> bytes:
    """Canonical JSON for values without fractions below 0.0001, great integers or keys beyond ASCII, six times faster.

    Then the standard encoder writes what RFC 8785 asks for; a property test compares the two.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


_Decode = Callable[[bytes], Envelope]
_KINDS: Mapping[str, tuple[str, _Decode]] = {
    topic.name: (kind, decode)
    for kind, topic, decode in (
        ("submission", SUBMISSIONS, SUBMISSIONS.model.decode),
        ("draft", DRAFTS, DRAFTS.model.decode),
        ("decision", DECISIONS, DECISIONS.model.decode),
        ("release", RELEASES, RELEASES.model.decode),
        ("receipt", RECEIPTS, decode_receipt),
        ("control", CONTROLS, CONTROLS.model.decode),
        ("access", ACCESSES, ACCESSES.model.decode),
        ("ledger", LEDGER, LEDGER.model.decode),
        ("page", PAGES, PAGES.model.decode),
        ("live-event", LIVE_EVENTS, LIVE_EVENTS.model.decode),
        ("legal-hold", RETENTIONS, decode_retention),
        ("sighting", SIGHTINGS, SIGHTINGS.model.decode),
        ("dead-letter", DEAD_LETTERS, DEAD_LETTERS.model.decode),
    )
}
_LEFT_OUT: Mapping[str, frozenset[str]] = {
    "submission": frozenset({"sealed"}),
    # A bare hash of a short text is the text for whoever guesses: commitments stand in its place (ADR 24).
    "draft": frozenset({"text", "text_sha256", "sealed_edit"}),
    "decision": frozenset({"note"}),
    "control": frozenset({"reason"}),
}
_NOT_PUBLIC = frozenset({"text_sha256", "binding_sha256"})  # of a decision other than an approval: likewise
TYPES = frozenset(kind for kind, _ in _KINDS.values()) | {
    "retraction", "notice", "erasure", "undecodable", "tombstone", "policy", "removal",
}  # fmt: skip
TOPIC_NAMES = tuple(_KINDS)


def shape(source: Source, key: str | None, value: bytes | None) -> Shaped:
    """What the archive keeps of one record. Never refuses: what cannot be read is kept as its hash and place."""
    if value is None:
        return _unread("tombstone", source, UNPLACED, {"key_sha256": _sha256((key or "").encode())})
    kind, decode = _KINDS[source.topic]
    try:
        return _shaped(kind, source, decode(value))
    except (Refused, ValueError):  # ValueError: text or numbers that no canonical JSON can hold
        return _unread("undecodable", source, _named_log(value), {"sha256": _sha256(value), "size": len(value)})


def _shaped(kind: str, source: Source, record: Envelope) -> Shaped:
    if kind == "receipt" and not isinstance(record, Receipt):
        kind = "notice" if isinstance(record, Notice) else "retraction"
    if isinstance(record, Erasure):
        kind = "erasure"
    dumped = record.model_dump(mode="json")
    kept = _kept(kind, record, dumped)
    body = _encode(kind, kept)
    attached = body if len(body) > RECORD_MAX else None
    if attached:
        body = _plain({"attached": True, "sha256": _sha256(attached), "size": len(attached)})
    return Shaped(
        log=INSTALLATION if isinstance(record, Erasure) and record.live_event_id == STAFF else record.live_event_id,
        type=kind,
        record=body,
        source=source,
        id=dumped["id"],
        update_id=dumped.get("update_id"),
        at=dumped["at"],
        policies=_policies(record),
        post_id=dumped["post_id"] if isinstance(record, Receipt) and record.outcome == "posted" else None,
        attached=attached,
    )


def _kept(kind: str, record: Envelope, dumped: Mapping[str, Any]) -> dict[str, Any]:
    out = _ENVELOPE | _LEFT_OUT.get(kind, frozenset())
    if isinstance(record, Decision) and record.verdict != "approve":
        out |= _NOT_PUBLIC
    # In a live event a null is said, not left out: "remuneration: null" is part of the consent.
    kept = {k: v for k, v in dumped.items() if k not in out and (v is not None or kind == "live-event")}
    if isinstance(record, Decision) and record.note:
        kept["noted"] = True
    if isinstance(record, Control) and record.reason:
        kept["reasoned"] = True
    return kept


def _encode(kind: str, kept: Mapping[str, Any]) -> bytes:
    """Live events (free keys, deep) and unusual numbers take the slow, general way."""
    numbers = [v for v in (*kept.values(), *(kept.get("post") or {}).values()) if isinstance(v, int)]
    scores = [f["score"] for f in kept.get("findings", ())]
    if kind == "live-event" or any(abs(n) > INTEGER_MAX for n in numbers):
        return canonical(kept)
    if any(s < 0.0001 or s == int(s) for s in scores):
        kept = {**kept, "findings": [_whole_score(f) for f in kept["findings"]]}
        if any(0 < s < 0.0001 for s in scores):
            return canonical(kept)
    return _plain(kept)


def _whole_score(finding: Mapping[str, Any]) -> dict[str, Any]:
    score = finding["score"]
    return {**finding, "score": int(score) if score == int(score) else score}


def _policies(record: Envelope) -> tuple[PolicyRef, ...]:
    if isinstance(record, Draft | Release):
        return (record.policy,)
    if isinstance(record, LiveEvent):
        return (PolicyRef(name=record.plan.policy, sha256=record.policy_sha256),)
    return ()


def _unread(kind: str, source: Source, log: str, body: Mapping[str, Any]) -> Shaped:
    return Shaped(log=log, type=kind, record=_plain(body), source=source)


def _named_log(value: bytes) -> str:
    """The live event that broken bytes still name, or the log of those that name none."""
    try:
        head = _Head.model_validate_json(value)
    except ValueError:
        return UNPLACED
    return head.live_event_id


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def policy_entry(log: str, ref: PolicyRef) -> Shaped:
    """The archive's own entry: from here on the policy's document lies beside the log."""
    body = _plain({"name": ref.name, "sha256": ref.sha256})
    return Shaped(log=log, type="policy", record=body, source=None, id=f"policy/{ref.sha256}")


def stamp(at: datetime) -> str:
    """UTC with six digits always, so that times compare as text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def encode(shaped: Shaped, seq: int, ts: str) -> bytes:
    """The entry: keys in canonical order, the record's bytes as they are."""
    front = f'"at":"{shaped.at}",' if shaped.at is not None else ""
    front += f'"id":"{shaped.id}",' if shaped.id is not None else ""
    front += f'"live_event_id":"{shaped.log}",' if shaped.log != UNPLACED else ""
    where = shaped.source
    place = (
        f'"source":{{"offset":{where.offset},"partition":{where.partition},"topic":"{where.topic}"}},' if where else ""
    )
    about = f'"update_id":"{shaped.update_id}",' if shaped.update_id else ""
    tail = f',"seq":{seq},{place}"ts":"{ts}","type":"{shaped.type}",{about}"v":{VERSION}}}'
    return b'{%b"record":%b%b' % (front.encode(), shaped.record, tail.encode())


def record_of(entry: bytes) -> bytes:
    """The record's bytes inside an entry of ours. Nothing before or after it can hold these two marks."""
    return entry[entry.index(b'"record":') + 9 : entry.rindex(b',"seq":')]
