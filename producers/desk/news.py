"""Tells open pages that something changed: one small message for each live event, at most five a second."""

import json
from collections import defaultdict

from producers.desk import present
from producers.desk.projection import Projection
from streams.clock import Clock
from streams.views import View
from streams.web.sse import Broadcast

# A page that hears of a change fetches itself once; five times a second is quicker than anybody reads.
GAP_S = 0.2
WAIT_S = 30.0
KEPT = 1  # only the latest state matters to a page that was away


class News:
    """One stream for each live event."""

    def __init__(self, projection: Projection, view: View, clock: Clock) -> None:
        self._projection = projection
        self._view = view
        self._clock = clock
        self._streams: defaultdict[str, Broadcast] = defaultdict(lambda: Broadcast(kept=KEPT))
        self._told: dict[str, int] = {}

    def of(self, live_event_id: str) -> Broadcast:
        return self._streams[live_event_id]

    async def run(self) -> None:
        """Until cancelled."""
        version = -1
        while True:
            version = await self._view.changed(version, WAIT_S)
            self.tell()
            await self._clock.sleep(GAP_S)

    def tell(self) -> None:
        for view in list(self._projection.events.values()):
            if self._told.get(view.live_event_id) != view.version:
                self._told[view.live_event_id] = view.version
                stream = self._streams.get(view.live_event_id)
                if stream is not None:
                    stream.publish(json.dumps(present.news(view, self._clock.now())))
