"""What every act of the desk reaches for: the topics, the clock, the vault, and the view of what is on the topics."""

import asyncio
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from producers.desk.held_copies import HeldCopies
from producers.desk.projection import Projection
from producers.desk.queue import LiveEventView
from schemas.envelope import Envelope
from schemas.errors import Refused, Unavailable
from schemas.topics import Topic
from streams.bus import Bus, Message, Position
from streams.clock import Clock
from streams.review import Review
from streams.vault import Vault
from streams.views import View

M = TypeVar("M", bound=Envelope)

# Reading back what was just written takes milliseconds; past this the broker is in trouble and the caller has to know.
READ_BACK_S = 5.0


@dataclass(frozen=True)
class Reach:
    bus: Bus
    clock: Clock
    vault: Vault
    projection: Projection
    view: View
    copies: HeldCopies | None = None  # of what topics delete, while a legal hold lies on it
    _ahead: dict[tuple[str, int], dict[int, Message]] = field(default_factory=dict)  # written here, not yet applied

    def watched(self, live_event_id: str) -> LiveEventView:
        """The view of a live event that has been opened here; Refused (404) otherwise."""
        found = self.projection.events.get(live_event_id)
        if found is None or found.live_event is None:
            if not self.view.is_ready:
                raise Unavailable("The desk still reads what was there before. Try again in a moment.")
            raise Refused("There is no live event of this id.", code="unknown-event", status=404)
        return found

    def reviewed(self, live_event_id: str, draft_id: UUID) -> Review:
        found = self.watched(live_event_id).review(draft_id, self.clock.now())
        if found is None:
            raise Refused("There is no draft of this id in this live event.", code="unknown-draft", status=404)
        return found

    async def write(self, topic: Topic[M], record: M) -> Position:
        """Durable and applied when this returns, and with it all that lay before it on its partition."""
        position = await self.send(topic, record)
        await self.applied(position)
        return position

    async def send(self, topic: Topic[M], record: M) -> Position:
        """Durable when this returns; and applied at once where nothing is missing before it.

        What the view follows comes gathered, a tenth of a second late, which is soon for who looks and long for who has
        pressed. A record that is durable at the next place of its partition is what would be read there.
        """
        position = await self.bus.send(topic, record)
        place, at_ms = (position.topic, position.partition), int(record.at.timestamp() * 1000)
        written = Message(*place, position.offset, topic.key(record), record.encode(), at_ms)
        ahead = self._ahead.setdefault(place, {})
        ahead[position.offset] = written
        while (found := ahead.pop(self._last(place) + 1, None)) is not None:
            await self.view.take(found)
        for offset in [n for n in ahead if n <= self._last(place)]:
            del ahead[offset]  # was read back meanwhile
        return position

    def _last(self, place: tuple[str, int]) -> int:
        return self.projection.places.get(place, -1)

    async def applied(self, position: Position) -> None:
        """Until the view has read what was written at `position`, and with it all that came before it."""
        place = (position.topic, position.partition)
        try:
            async with asyncio.timeout(READ_BACK_S):
                while self.projection.places.get(place, -1) < position.offset:
                    version = self.view.version
                    if self.projection.places.get(place, -1) >= position.offset:
                        return
                    await self.view.changed(version, 1.0)
        except TimeoutError:
            raise Unavailable("It was written, but could not be read back yet. Look again.") from None
