"""What intake knows: live events, ids that came before and states, folded from the topics and rebuilt at each start."""

from collections import Counter, OrderedDict
from collections.abc import Callable
from uuid import UUID

import structlog

from producers.intake.accept import Seen
from producers.intake.states import States
from schemas.control import Control
from schemas.enrolment import Invitation, Passkey, Person, Tablet
from schemas.envelope import Envelope
from schemas.errors import Refused
from schemas.live_event import LiveEvent
from schemas.submission import IntakeReceipt, Submission
from schemas.topics import (
    CONTROLS,
    DEAD_LETTERS,
    DECISIONS,
    DRAFTS,
    ENROLMENTS,
    LIVE_EVENTS,
    RECEIPTS,
    RELEASES,
    SUBMISSIONS,
    decode_enrolment,
    decode_receipt,
)
from streams.bus import Message
from streams.enrolments import Enrolments

log = structlog.get_logger("intake")

# Thirty tablets at their limit for nearly two hours, in about 60 MB. An id that was forgotten is written a second time,
# and scrub drops it by the same id.
SEEN_MAX = 100_000

_DECODE: dict[str, Callable[[bytes], Envelope]] = {
    **{t.name: t.model.decode for t in (LIVE_EVENTS, SUBMISSIONS, DRAFTS, DECISIONS, RELEASES, CONTROLS, DEAD_LETTERS)},
    RECEIPTS.name: decode_receipt,
    ENROLMENTS.name: decode_enrolment,
}
TOPIC_NAMES: tuple[str, ...] = tuple(_DECODE)


class Known:
    """The fold. Nothing in it was written by staff but what a reviewer noted on return."""

    def __init__(self, seen_max: int = SEEN_MAX) -> None:
        self.live_events: dict[str, LiveEvent] = {}
        self.states = States()
        self.enrolments = Enrolments()
        self._seen_max = seen_max
        self._seen: OrderedDict[UUID, Seen] = OrderedDict()
        self._counters: dict[tuple[UUID, int], UUID] = {}  # of those in `_seen`: by tablet and counter the update
        self._held: Counter[UUID] = Counter()  # by revoked tablet
        self._retracted: OrderedDict[UUID, None] = OrderedDict()

    def seen(self, update_id: UUID) -> Seen | None:
        return self._seen.get(update_id)

    def knows(self, live_event_id: str, update_id: UUID) -> bool:
        """Whether this live event has such an update: of a tablet, as soon as it has its receipt, or of the desk."""
        found = self._seen.get(update_id)
        if found is not None:
            return found.live_event_id == live_event_id
        return self.states.knows(live_event_id, update_id)

    def used(self, tablet_id: UUID, counter: int) -> UUID | None:
        """The update that a tablet signed with this number of its counter."""
        return self._counters.get((tablet_id, counter))

    def held_of(self, tablet_id: UUID) -> int:
        """How many updates of this tablet wait for the director because it was revoked."""
        return self._held[tablet_id]

    def is_retracted(self, update_id: UUID) -> bool:
        return update_id in self._retracted

    def remember(self, submission: Submission, receipt: IntakeReceipt) -> None:
        """The first receipt of an id stands: a second copy on the topic does not change the answer."""
        if receipt.update_id in self._seen:
            return
        self._seen[receipt.update_id] = Seen.of(submission, receipt)
        signed = submission.signed
        if signed is not None:
            self._counters.setdefault((signed.tablet_id, signed.counter), receipt.update_id)
            self._held[signed.tablet_id] += submission.held_back is not None
        if len(self._seen) > self._seen_max:
            _, oldest = self._seen.popitem(last=False)
            if oldest.signed_with is not None:
                self._counters.pop(oldest.signed_with, None)

    def taken_back(self, update_id: UUID) -> None:
        self._retracted[update_id] = None
        if len(self._retracted) > self._seen_max:
            self._retracted.popitem(last=False)

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
        if isinstance(record, Invitation | Tablet | Person | Passkey):
            self.enrolments.apply(record)
            return
        if isinstance(record, LiveEvent):
            self.live_events[record.live_event_id] = record
        elif isinstance(record, Submission):
            self.remember(record, receipt_of(record, message.partition, message.offset))
        elif isinstance(record, Control) and record.kind == "retract" and record.update_id is not None:
            self.taken_back(record.update_id)
        self.states.apply(record)


def receipt_of(submission: Submission, partition: int, offset: int) -> IntakeReceipt:
    return IntakeReceipt(
        update_id=submission.id,
        live_event_id=submission.live_event_id,
        sealed_sha256=submission.sealed_sha256,
        received_at=submission.at,
        partition=partition,
        offset=offset,
        held=submission.held_back,
    )
