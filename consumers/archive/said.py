"""What an entry says of itself, and what has to lie beside the log because it says so. Pure.

An entry of the form that our archiver writes is read by that form: two regular expressions, some ten times as quick as
a JSON parser. The record inside is parsed only where something follows from it; that it is unchanged, its hash says.
Any entry of another form is parsed whole and judged field by field.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from consumers.archive import signed
from consumers.archive.entry import TYPES, UNPLACED, VERSION
from consumers.archive.verdict import Bad

# What follows `"seq":N,` in an entry of ours: no value in it can hold a quote, so it is the entry's own end.
_TAIL = re.compile(
    rb'(?:"source":\{"offset":-?[0-9]{1,19},"partition":[0-9]{1,9},"topic":"[A-Za-z0-9._-]+"\},)?'
    rb'"ts":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)","type":"([a-z-]+)",'
    rb'(?:"update_id":"[0-9a-f-]{36}",)?"v":%d\}' % VERSION
)
# Of a receipt of the right form: no string can hold these marks, as a quote in it is escaped.
_POSTED = re.compile(
    rb',"outcome":"posted","part":[0-9]{1,9},"parts":[0-9]{1,9},(?:"platform_id":"[^"\\]{1,500}",)?'
    rb'"post_id":"([0-9a-f-]{36})",'
)
_TYPES = frozenset(type_.encode() for type_ in TYPES)
_TELLING = frozenset({b"receipt", b"policy", b"decision", b"control"})  # types whose record may promise something


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry that says that a post is public: it has a proof file."""

    seq: int
    post_id: str
    entry: bytes

    @property
    def proof(self) -> str:
        return f"proofs/{self.post_id}.tlog-proof"


@dataclass
class Said:
    """Takes the entries of one log, in order, and gathers what they say. `last_ts`: of the entry before the first."""

    live_event_id: str
    first_ts: str = ""
    last_ts: str = ""
    posted: list[Posted] = field(default_factory=list)
    beside: dict[str, int] = field(default_factory=dict)  # files that entries promise -> seq
    unsigned: Bad | None = None  # the first entry whose passkey's signature does not hold

    def __post_init__(self) -> None:
        place = b"" if self.live_event_id == UNPLACED else f'"live_event_id":"{self.live_event_id}",'.encode()
        self._head = re.compile(
            rb'\{(?:"at":"[^"\\]{1,64}",)?(?:"id":"[^"\\]{1,200}",)?' + re.escape(place) + rb'"record":\{("attached":)?'
        )

    def take(self, start: int, entries: Sequence[bytes]) -> Bad | None:
        """Reads entries from seq `start` on; stops at the first that says something it must not, and returns it."""
        head, tail, last = self._head.match, _TAIL.fullmatch, self.last_ts.encode()
        for seq, entry in enumerate(entries, start):
            mark = b'},"seq":%d,' % seq
            at = entry.rfind(mark)
            front = head(entry)
            end = tail(entry, at + len(mark)) if front and at > 0 else None
            if not end or not front:
                bad = self._judge(seq, entry, last.decode(errors="replace"))
                if bad:
                    return bad
                last = self.last_ts.encode()
                continue
            ts, type_ = end.groups()
            if ts < last:
                return Bad(f"entry {seq}", "is earlier than the entry before it")
            if type_ not in _TYPES:
                return _unknown(seq)
            last = ts
            if not self.first_ts:
                self.first_ts = ts.decode()
            if type_ == b"receipt" and (post := _POSTED.search(entry)):
                self.posted.append(Posted(seq, post[1].decode(), entry))
            elif (type_ in _TELLING or front[1]) and (bad := self._heed(seq, entry)):
                return bad
        self.last_ts = last.decode()
        return None

    def _heed(self, seq: int, entry: bytes) -> Bad | None:
        """For an entry of the right form whose record may promise something."""
        if b'"outcome":"posted"' not in entry and b'"sha256":"' not in entry and b'"assertion":{' not in entry:
            return None
        try:
            said = json.loads(entry)
            self._promise(seq, entry, said)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return _foreign(seq)
        return None

    def _judge(self, seq: int, entry: bytes, last: str) -> Bad | None:
        """For an entry of any form."""
        place = f"entry {seq}"
        try:
            said = json.loads(entry)
            type_, ts = said["type"], said["ts"]
            if said["seq"] != seq:
                return Bad(place, f"says that it is entry {int(said['seq'])}")
            if said["v"] != VERSION or type_ not in TYPES:
                return _unknown(seq)
            if said.get("live_event_id", UNPLACED) != self.live_event_id:
                return Bad(place, "belongs to another live event")
            if ts < last:
                return Bad(place, "is earlier than the entry before it")
            self.last_ts, self.first_ts = ts, self.first_ts or ts
            self._promise(seq, entry, said)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return _foreign(seq)
        return None

    def _promise(self, seq: int, entry: bytes, said: Mapping[str, Any]) -> None:
        type_, record = said["type"], said["record"]
        if type_ == "receipt" and record.get("outcome") == "posted":
            self.posted.append(Posted(seq, str(record["post_id"]), entry))
        if type_ == "policy":
            self.beside.setdefault(f"policies/{record['sha256']}.json", seq)
        if record.get("attached") is True:
            self.beside.setdefault(f"records/{record['sha256']}.json", seq)
        if self.unsigned is None and (why := signed.wrong(type_, said)) is not None:
            self.unsigned = Bad(f"entry {seq}", why)


def _foreign(seq: int) -> Bad:
    return Bad(f"entry {seq}", "is not an entry of this archive")


def _unknown(seq: int) -> Bad:
    return Bad(f"entry {seq}", "has a version or type that this verifier does not know")
