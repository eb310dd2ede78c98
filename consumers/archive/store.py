"""All logs of an installation, one for each live event: which record goes to which log, and which logs are open."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from consumers.archive.checkpoint import Signer
from consumers.archive.disk import Disk
from consumers.archive.entry import Shaped, Source, policy_entry, shape
from consumers.archive.log import Log, open_log
from schemas.draft import PolicyRef
from schemas.envelope import sha256_hex
from schemas.errors import Broken, Unavailable
from streams.bus import Message

LOGS_MAX = 16  # open at once; each holds the marks of its entries in memory
IDLE = timedelta(minutes=15)  # an event that is over does not stay in memory

PolicyDocument = Callable[[str, str], bytes | None]
"""The canonical JSON of the policy of this name and hash, whose SHA-256 is the hash; None when it is not known."""


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a batch: counts only."""

    new: int
    known: int
    unread: int
    policies_missing: int


class Store:
    """Single writer of `<root>/<live_event_id>/`. `origin` names the installation in every checkpoint it signs."""

    def __init__(self, disk: Disk, signing_key: bytes, *, origin: str, policy_document: PolicyDocument) -> None:
        self._disk = disk
        self._key = signing_key
        self._origin = origin
        self._policy_document = policy_document
        self._logs: dict[str, Log] = {}
        Signer(origin, signing_key)  # a bad name or key is refused at start, not at the first record

    def append(self, messages: Sequence[Message], now: datetime) -> Appended:
        """Everything in `messages` is durable when this returns. Raises Unavailable and may then be called again with
        the same messages: what was already written is known."""
        batches: dict[str, list[Shaped]] = {}
        for m in messages:
            shaped = shape(Source(m.topic, m.partition, m.offset), m.key, m.value)
            batches.setdefault(shaped.log, []).append(shaped)
        new, missing = 0, 0
        for name, batch in batches.items():
            with self._open(name, now) as log:
                policies, unknown = self._policies(log, name, batch)
                new += log.append([*policies, *batch], now) - len(policies)
                missing += unknown
                if log.due(now):
                    log.checkpoint(now)
        unread = sum(s.type == "undecodable" for batch in batches.values() for s in batch)
        return Appended(new, len(messages) - new, unread, missing)

    def _policies(self, log: Log, name: str, batch: Sequence[Shaped]) -> tuple[list[Shaped], int]:
        """Entries for the policies this batch names for the first time, once their documents lie beside the log."""
        refs = dict.fromkeys(ref for shaped in batch for ref in shaped.policies)
        wanted = {ref: policy_entry(name, ref) for ref in refs}
        fresh = {ref: entry for ref, entry in wanted.items() if not log.has(entry)}
        kept = [entry for ref, entry in fresh.items() if self._keep_policy(log, ref)]
        return kept, len(fresh) - len(kept)

    def _keep_policy(self, log: Log, ref: PolicyRef) -> bool:
        document = self._policy_document(ref.name, ref.sha256)
        if document is None or sha256_hex(document) != ref.sha256:
            return False
        log.put(f"policies/{ref.sha256}.json", document)
        return True

    @contextmanager
    def _open(self, name: str, now: datetime) -> Iterator[Log]:
        """The log, open. After an error it is let go, and read again from disk at the next try."""
        if name not in self._logs:
            self._make_room(now)
            signer = Signer(f"{self._origin}/{name}", self._key)
            self._logs[name] = open_log(self._disk, name, signer, now)
        try:
            yield self._logs[name]
        except (Unavailable, Broken):
            self._logs.pop(name).release()
            raise

    def _make_room(self, now: datetime) -> None:
        if len(self._logs) >= LOGS_MAX:
            oldest = min(self._logs, key=lambda name: self._logs[name].used_at or now)
            self._close(oldest, now)

    def _close(self, name: str, now: datetime) -> None:
        self._logs.pop(name).close(now)

    def tick(self, now: datetime) -> int:
        """Signs where it is time and lets idle logs go; returns how many checkpoints it signed."""
        due = [name for name, log in self._logs.items() if log.due(now)]
        for name in due:
            with self._open(name, now) as log:
                log.checkpoint(now)
        for name in [n for n, log in self._logs.items() if log.used_at and now - log.used_at > IDLE]:
            self._close(name, now)
        return len(due)

    def note(self, shaped: Shaped, now: datetime) -> None:
        """One entry of the archive's own, durable and signed when this returns."""
        with self._open(shaped.log, now) as log:
            log.append([shaped], now)
            log.checkpoint(now)

    def let_go(self, name: str, now: datetime) -> None:
        """Signs what waits in a log and closes it, for who is about to look at its folder as it stands."""
        with self._open(name, now):
            pass
        self._close(name, now)

    def sizes(self) -> dict[str, int]:
        """How many entries each open log has, for status."""
        return {name: log.size for name, log in self._logs.items()}

    def close(self, now: datetime) -> None:
        """Signs everything and lets all logs go."""
        for name in list(self._logs):
            self._close(name, now)
