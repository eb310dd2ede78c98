"""What an event's staff say to one another: sealed to the event's key, opened for their pages alone, gone with the key.

No log line, error or archive ever has a word of it: the record holds the seal, and the words exist in the answers to
the people at the desk.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import ValidationError

from producers.desk.queue import LiveEventView
from producers.desk.reach import Reach
from schemas.envelope import Actor, Frozen, Role
from schemas.errors import Refused
from schemas.ids import LiveEventId, derive
from schemas.message import StaffMessage
from schemas.topics import MESSAGES
from streams import sealing
from streams.auth import require
from streams.bus import Message

MESSAGE_MAX = 500  # code points: a few sentences; a longer word is better said in the room
KEPT = 500  # sealed messages of an event in memory, at most about a megabyte
SHOWN = 100  # the newest, opened for a page: 0.2 ms each
MAY_TALK = frozenset({Role.REVIEWER, Role.PHYSICIAN, Role.DIRECTOR, Role.ADVOCATE, Role.LIAISON})


class Words(Frozen):
    """The plain content of the seal; the ids keep it from being moved to another message or event."""

    text: str
    message_id: UUID
    live_event_id: LiveEventId


@dataclass(frozen=True)
class Said:
    """One message, opened."""

    id: UUID
    actor: Actor
    at: datetime
    text: str


class Messages:
    """The back channel of every event: sealed in memory, opened when somebody looks."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._kept: defaultdict[str, dict[UUID, StaffMessage]] = defaultdict(dict)
        self._counts: defaultdict[str, int] = defaultdict(int)

    def apply(self, message: Message) -> None:
        """A record of the topic; one seen twice changes nothing, one that cannot be read is left out."""
        try:
            record = StaffMessage.decode(message.value or b"")
        except Refused:
            return
        kept = self._kept[record.live_event_id]
        if record.id in kept:
            return
        kept[record.id] = record
        self._counts[record.live_event_id] += 1
        if len(kept) > KEPT:
            del kept[next(iter(kept))]

    def count(self, live_event_id: str) -> int:
        """How many there have been; grows with each."""
        return self._counts.get(live_event_id, 0)

    def unread(self, live_event_id: str, actor: Actor, seen: datetime | None) -> int:
        """How many by others came after `seen`; none once the keys are gone, for nobody can read them."""
        kept = self._kept.get(live_event_id)
        if not kept or not self._reach.vault.has(live_event_id):
            return 0
        return sum((seen is None or m.at > seen) and m.actor.name != actor.name for m in kept.values())

    def latest(self, live_event_id: str) -> datetime | None:
        """When the newest one was written."""
        kept = self._kept.get(live_event_id)
        return max(m.at for m in kept.values()) if kept else None

    def read(self, actor: Actor, live_event_id: str) -> tuple[Said, ...]:
        """The newest, oldest of them first. Empty when the keys are destroyed."""
        require(actor, *sorted(MAY_TALK))
        self._reach.watched(live_event_id)
        if not self._reach.vault.has(live_event_id):
            return ()
        newest = list(self._kept.get(live_event_id, {}).values())[-SHOWN:]
        return tuple(said for said in map(self._opened, newest) if said is not None)

    def _opened(self, record: StaffMessage) -> Said | None:
        try:
            content = self._reach.vault.open_sealed(record.live_event_id, record.sealed)
            words = Words.model_validate_json(content)
        except (Refused, ValidationError):
            return None
        if (words.message_id, words.live_event_id) != (record.id, record.live_event_id):
            return None
        return Said(record.id, record.actor, record.at, words.text)

    async def say(self, actor: Actor, live_event_id: str, text: str, *, form_id: UUID) -> StaffMessage:
        """Durable, and on the next page, when this returns. The same `form_id` again says nothing a second time.

        Raises Refused: 403 wrong role, 410 keys destroyed, 422 empty or too long; never with a word of the text.
        """
        require(actor, *sorted(MAY_TALK))
        view = self._reach.watched(live_event_id)
        message_id = derive(live_event_id, "message", actor.role, actor.name, form_id)
        known = self._kept[live_event_id].get(message_id)
        if known is not None:
            return known
        record = self._sealed(view, actor, _checked(text), message_id)
        position = await self._reach.bus.send(MESSAGES, record)
        at_ms = int(record.at.timestamp() * 1000)
        # Durable, and known by its id when it is read back: nobody who said something waits for that.
        await self._reach.view.take(
            Message(position.topic, position.partition, position.offset, MESSAGES.key(record), record.encode(), at_ms)
        )
        return record

    def _sealed(self, view: LiveEventView, actor: Actor, text: str, message_id: UUID) -> StaffMessage:
        assert view.live_event is not None
        if not self._reach.vault.has(view.live_event_id):
            raise Refused("The keys of this event are destroyed.", code="key-destroyed", status=410)
        words = Words(text=text, message_id=message_id, live_event_id=view.live_event_id)
        return StaffMessage(
            id=message_id,
            live_event_id=view.live_event_id,
            at=self._reach.clock.now(),
            actor=actor,
            sealed=sealing.seal(view.live_event.sealing_key, words.model_dump_json().encode()),
        )


def _checked(text: str) -> str:
    words = "".join(c for c in text.replace("\r\n", "\n").strip() if c.isprintable() or c == "\n")
    if not words:
        raise Refused("The message is empty.", code="message-empty")
    if len(words) > MESSAGE_MAX:
        raise Refused(f"A message has at most {MESSAGE_MAX} characters.", code="message-too-long")
    return words
