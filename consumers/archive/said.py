"""What an entry says of itself, and what has to lie beside the log because it says so. Pure.

Entries of the form that our archiver writes are read by that form, a tile at once: two regular expressions over all
heads and all ends, some five times as quick as a JSON parser. The record inside is parsed only where something follows
from it; that it is unchanged, its hash says. On any doubt the whole tile is parsed and judged entry by entry (ADR 19).
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from consumers.archive import signed
from consumers.archive.entry import TYPES, UNPLACED, VERSION
from consumers.archive.verdict import Bad

_END = b'},"seq":'
"""Where an entry's own end begins: no value behind it can hold a quote, so the last one is it."""

# A match is one whole line as soon as there are as many matches as lines. What the values may be is looked at apart.
_ENDS = re.compile(
    rb'^\},"seq":([0-9]+),(?:"source":\{"offset":-?[0-9]+,"partition":[0-9]+,"topic":"([^"]+)"\},)?'
    rb'"ts":"([^"]+)","type":"([^"]+)",(?:"update_id":"([^"]+)",)?"v":%d\}$' % VERSION,
    re.MULTILINE,
)
_TOPIC = re.compile(rb"[A-Za-z0-9._-]*")
_TS = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_ID = b"0123456789abcdef-"
# Heads are alike but for times and ids. With these digits made one, a log has a handful of heads to look at. The keys
# that this confuses, `at` and `id`, say nothing that is judged here.
_ALIKE = bytes.maketrans(b"0123456789abcdef", b"0" * 16)
_ATTACHED = b'"attached":'
_FRONT = 400  # bytes before the record, at most, in an entry that is read by its form
_KNOWN_MAX = 1024
_OUTCOME = b',"outcome":"posted",'
_POSTED = re.compile(
    rb'"part":[0-9]{1,9},"parts":[0-9]{1,9},(?:"platform_id":"[^"\\]{1,500}",)?'
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
        self._near = place + b'"record":{'
        self._front = re.compile(rb'\{(?:"at":"[!#-\[\]-~ ]+",)?(?:"id":"[!#-\[\]-~ ]+",)?' + re.escape(self._near))
        self._known: set[bytes] = set()  # heads that are of our form and of this live event

    def take(self, start: int, entries: Sequence[bytes]) -> Bad | None:
        """Reads entries from seq `start` on; stops at the first that says something it must not, and returns it."""
        telling = self._read(start, entries)
        if telling is not None:
            return next((bad for i, type_ in telling if (bad := self._hear(start + i, type_, entries[i]))), None)
        for seq, entry in enumerate(entries, start):
            if bad := self._judge(seq, entry, self.last_ts):
                return bad
        return None

    def _read(self, start: int, entries: Sequence[bytes]) -> list[tuple[int, bytes]] | None:
        """Which of the entries may promise something, by index and type. None, and nothing is taken, unless all are of
        our form, in their places and in time."""
        ends = _lines([entry[entry.rfind(_END) :] for entry in entries])
        if not ends or not self._fit(entries):
            return None if entries else []
        seqs, topics, times, types, ids = zip(*ends, strict=True)
        if b",".join(seqs) != ",".join(map(str, range(start, start + len(entries)))).encode():
            return None
        if times[0] < self.last_ts.encode() or list(times) != sorted(times) or not _TYPES.issuperset(types):
            return None
        if not all(map(_TS.fullmatch, set(times))) or not all(map(_TOPIC.fullmatch, set(topics))):
            return None
        if b"".join(ids).translate(None, _ID):
            return None
        self.first_ts, self.last_ts = self.first_ts or times[0].decode(), times[-1].decode()
        return [(i, type_) for i, type_ in enumerate(types) if type_ in _TELLING]

    def _fit(self, entries: Sequence[bytes]) -> bool:
        """Whether all heads are of our form, with a record that stands in the entry itself."""
        near, size = self._near, len(self._near) + len(_ATTACHED)  # without `near` a head is cut too short to be known
        fronts = [entry[: entry.find(near, 0, _FRONT) + size] for entry in entries]
        alike = b"\n".join(fronts).translate(_ALIKE).split(b"\n")
        return len(alike) == len(fronts) and (self._known.issuperset(alike) or all(map(self._knows, fronts, alike)))

    def _knows(self, front: bytes, alike: bytes) -> bool:
        if alike in self._known:
            return True
        good = self._front.match(front) is not None and not alike.endswith(_ATTACHED.translate(_ALIKE))
        if good and len(self._known) < _KNOWN_MAX:
            self._known.add(alike)
        return good

    def _hear(self, seq: int, type_: bytes, entry: bytes) -> Bad | None:
        """For an entry of our form that may promise something."""
        if type_ == b"receipt":
            at = entry.find(_OUTCOME)
            if at > 0 and (post := _POSTED.match(entry, at + len(_OUTCOME))):
                self.posted.append(Posted(seq, post[1].decode(), entry))
                return None
        return self._heed(seq, entry)

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


def _lines(ends: Sequence[bytes]) -> list[tuple[bytes, ...]] | None:
    """seq, topic, ts, type and update id of each entry's end; None when one of them is not of our form."""
    joined = b"\n".join(ends)
    found = _ENDS.findall(joined)
    return found if len(found) == len(ends) == joined.count(b"\n") + 1 else None


def _foreign(seq: int) -> Bad:
    return Bad(f"entry {seq}", "is not an entry of this archive")


def _unknown(seq: int) -> Bad:
    return Bad(f"entry {seq}", "has a version or type that this verifier does not know")
