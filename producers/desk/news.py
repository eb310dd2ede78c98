"""Tells open pages that something changed: one small message for each live event, at most five a second,
and fewer the more people look.

That somebody came, went or opened a draft is told apart from that, for it makes a page ask for a line of names alone.
"""

import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import aclosing

from producers.desk import present
from producers.desk.messages import Messages
from producers.desk.presences import Presences, Present
from producers.desk.projection import Projection
from streams.clock import Clock
from streams.views import View
from streams.web.sse import Broadcast, encode

# A page that hears of a change fetches itself once; five times a second is quicker than anybody reads.
GAP_S = 0.2
# Each of them is a page for the desk to make, 5 ms with three hundred drafts held: however many people look and however
# much happens, three quarters of its time are left for what they press. The first change after a while is told at once.
GAP_OF_A_READER_S = 0.02
WAIT_S = 30.0
KEPT = 1  # only the latest state matters to a page that was away
# Forty people who open one draft after another must not make forty pages ask forty times a second.
PRESENT_S = 2.0
PRESENT = "present"


class News:
    """One stream for each live event."""

    def __init__(
        self, projection: Projection, view: View, clock: Clock, messages: Messages, presences: Presences
    ) -> None:
        self._projection = projection
        self._view = view
        self._clock = clock
        self._messages = messages
        self._presences = presences
        self._streams: defaultdict[str, Broadcast] = defaultdict(lambda: Broadcast(kept=KEPT))
        self._told: dict[str, tuple[int, int]] = {}
        self._told_here: dict[str, tuple[Present, ...]] = {}

    def of(self, live_event_id: str) -> Broadcast:
        return self._streams[live_event_id]

    async def since(
        self, live_event_id: str, last_event_id: str | None = None, seen: int | None = None
    ) -> AsyncIterator[bytes]:
        """The stream of one page. What changed between its making, at version `seen`, and now is told first."""
        async with aclosing(self.of(live_event_id).subscribe(last_event_id)) as frames:
            yield await anext(frames)  # from here on nothing is missed
            view = self._projection.events.get(live_event_id)
            if seen is not None and last_event_id is None and view is not None and view.version != seen:
                yield encode(json.dumps(present.news(view, self._clock.now())))
            async for frame in frames:
                yield frame

    async def run(self) -> None:
        """Until cancelled."""
        version = -1
        while True:
            version = await self._view.changed(version, WAIT_S)
            self.tell()
            readers = sum(stream.readers for stream in self._streams.values())
            await self._clock.sleep(max(GAP_S, readers * GAP_OF_A_READER_S))

    def tell(self) -> None:
        for view in list(self._projection.events.values()):
            state = (view.version, self._messages.count(view.live_event_id))
            if self._told.get(view.live_event_id) != state:
                self._told[view.live_event_id] = state
                stream = self._streams.get(view.live_event_id)
                if stream is not None:
                    stream.publish(json.dumps(present.news(view, self._clock.now())))

    async def run_present(self) -> None:
        """Until cancelled; wakes for people alone, never by the clock."""
        while True:
            await self._presences.stirred()
            await self._clock.sleep(PRESENT_S)
            self.tell_present()

    def tell_present(self) -> None:
        """That who is here, or what they read, is not what it was; names stay out of the stream."""
        for live_event_id, stream in list(self._streams.items()):
            here = self._presences.here(live_event_id)
            if stream.readers and self._told_here.get(live_event_id) != here:
                self._told_here[live_event_id] = here
                stream.publish(json.dumps({"present": len(here)}), event=PRESENT)
