"""What intake knows: live events, ids that came before and states, folded from the topics and rebuilt at each start."""

from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

import structlog

from producers.intake.accept import Seen
from producers.intake.states import States
from schemas.envelope import Envelope
from schemas.errors import Refused
from schemas.live_event import LiveEvent
from schemas.submission import IntakeReceipt, Submission
from schemas.topics import (
    CONTROLS,
    DEAD_LETTERS,
    DECISIONS,
    DRAFTS,
    LIVE_EVENTS,
    RECEIPTS,
    RELEASES,
    SUBMISSIONS,
    decode_receipt,
)
from streams.bus import Message

log = structlog.get_logger("intake")

# Thirty tablets at their limit for nearly two hours, in about 60 MB. An id that was forgotten is written a second time,
# and scrub drops it by the same id.
SEEN_MAX = 100_000

_DECODE: dict[str, Callable[[bytes], Envelope]] = {
    **{t.name: t.model.decode for t in (LIVE_EVENTS, SUBMISSIONS, DRAFTS, DECISIONS, RELEASES, CONTROLS, DEAD_LETTERS)},
    RECEIPTS.name: decode_receipt,
}
TOPIC_NAMES: tuple[str, ...] = tuple(_DECODE)


class Known:
    """The fold. Nothing in it was written by staff but what a reviewer noted on return."""

    def __init__(self, seen_max: int = SEEN_MAX) -> None:
        self.live_events: dict[str, LiveEvent] = {}
        self.states = States()
        self._seen_max = seen_max
        self._seen: OrderedDict[UUID, Seen] = OrderedDict()

    def seen(self, update_id: UUID) -> Seen | None:
        return self._seen.get(update_id)

    def knows(self, live_event_id: str, update_id: UUID) -> bool:
        """Whether this live event has such an update: of a tablet, as soon as it has its receipt, or of the desk."""
        found = self._seen.get(update_id)
        if found is not None:
            return found.live_event_id == live_event_id
        return self.states.knows(live_event_id, update_id)

    def remember(self, receipt: IntakeReceipt, corrects: UUID | None) -> None:
        """The first receipt of an id stands: a second copy on the topic does not change the answer."""
        known = Seen(receipt.live_event_id, receipt.sealed_sha256, receipt, corrects)
        self._seen.setdefault(receipt.update_id, known)
        if len(self._seen) > self._seen_max:
            self._seen.popitem(last=False)

    def apply(self, message: Message) -> None:
        """One record of any of the topics; what cannot be read is named in the log and left out."""
        if message.value is None:
            return
        try:
            record = _DECODE[message.topic](message.value)
        except Refused as error:
            place = {"topic": message.topic, "partition": message.partition, "offset": message.offset}
            log.warning("skipped a record", code=error.code, **place)
            return
        if isinstance(record, LiveEvent):
            self.live_events[record.live_event_id] = record
        elif isinstance(record, Submission):
            self.remember(receipt_of(record, message.partition, message.offset), record.corrects)
        self.states.apply(record)


def receipt_of(submission: Submission, partition: int, offset: int) -> IntakeReceipt:
    return IntakeReceipt(
        update_id=submission.id,
        live_event_id=submission.live_event_id,
        sealed_sha256=submission.sealed_sha256,
        received_at=submission.at,
        partition=partition,
        offset=offset,
    )
