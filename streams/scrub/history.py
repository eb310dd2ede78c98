"""What came before on a partition: the last updates of each thread, and which updates were seen already.

Rebuilt from the topic itself, so that screening the same record after a crash sees the same thread as before it:
an identifier split over two updates is found again, and a second copy of an update is known as one.
"""

from collections import deque
from dataclasses import dataclass, field
from uuid import UUID

from schemas.errors import Refused
from schemas.submission import Submission
from streams.bus import Bus, Message

THREAD_KEPT = 20  # the most a policy may look back (schemas/policy.py)


@dataclass
class PartitionHistory:
    """Of one partition: everything below `next_offset` has been taken in."""

    next_offset: int = 0
    first_seen: dict[UUID, int] = field(default_factory=dict)
    threads: dict[str, deque[tuple[UUID, str]]] = field(default_factory=dict)

    def take(self, message: Message) -> Submission | None:
        """Takes the record in, and gives it back when it can be read. Records must come in order."""
        self.next_offset = message.offset + 1
        try:
            submission = Submission.decode(message.value or b"")
        except Refused:
            return None
        update_id = submission.update_id or submission.id
        if update_id not in self.first_seen:
            self.first_seen[update_id] = message.offset
            thread = self.threads.setdefault(submission.live_event_id, deque(maxlen=THREAD_KEPT + 1))
            thread.append((update_id, submission.sealed))
        return submission

    def is_repeat(self, update_id: UUID, offset: int) -> bool:
        return self.first_seen.get(update_id, offset) != offset

    def before(self, live_event_id: str, update_id: UUID, count: int) -> list[str]:
        """The sealed bodies of the `count` updates before this one in its thread, oldest first."""
        sealed = []
        for other, body in self.threads.get(live_event_id, ()):
            if other == update_id:
                break
            sealed.append(body)
        return sealed[-count:] if count else []


class History:
    def __init__(self, bus: Bus, topic: str) -> None:
        self._bus = bus
        self._topic = topic
        self._partitions: dict[int, PartitionHistory] = {}

    async def up_to(self, message: Message) -> tuple[PartitionHistory, Submission | None]:
        """The partition's history with this record taken in as the last one."""
        history = self._partitions.get(message.partition)
        if history is None or history.next_offset > message.offset:
            # A fresh start, or a partition that came back after another worker had it: read it again from the start.
            history = self._partitions[message.partition] = PartitionHistory()
        if history.next_offset < message.offset:
            async for earlier in self._bus.read(self._topic, message.partition, history.next_offset, message.offset):
                history.take(earlier)
        return history, history.take(message)
