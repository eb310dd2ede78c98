"""What every act of the desk reaches for: the topics, the clock, the vault, and the view of what is on the topics."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from producers.desk.projection import Projection
from producers.desk.queue import LiveEventView
from schemas.errors import Refused, Unavailable
from streams.bus import Bus, Position
from streams.clock import Clock
from streams.review import Review
from streams.vault import Vault
from streams.views import View

# Reading back what was just written takes milliseconds; past this the broker is in trouble and the caller has to know.
READ_BACK_S = 5.0


@dataclass(frozen=True)
class Reach:
    bus: Bus
    clock: Clock
    vault: Vault
    projection: Projection
    view: View

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
