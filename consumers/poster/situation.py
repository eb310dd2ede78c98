"""What live events and controls say at this moment, for the gate before each request."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from schemas.control import Control
from schemas.errors import Refused
from schemas.live_event import LiveEvent
from schemas.topics import CONTROLS, partition_of
from streams.bus import Follower, Message
from streams.clock import Clock
from streams.standing import LOOK_S, Standing

UNREADABLE_HOLD = "held"


class Situation:
    """Two readers take in controls: the worker's stream, to wake threads, and read_controls(), to be surely up to date.

    Both see a partition in its order, so each control counts the first time it is seen, by its offset.
    """

    def __init__(
        self,
        controls: Follower,
        clock: Clock,
        partitions: int,
        *,
        changed: Callable[[str], None],
        unreadable: Callable[[Message, str], None],
    ) -> None:
        self._controls = controls
        self._clock = clock
        self._unreadable = unreadable
        self._partitions = partitions
        self._changed = changed
        self._seen: dict[int, int] = {}
        self._reading = asyncio.Lock()
        self._looked: dict[int, float] = {}  # when the latest reading of a partition began, once it has ended
        self._live_events: dict[str, LiveEvent] = {}
        self._standings: dict[str, Standing] = {}

    def live_event(self, live_event_id: str) -> LiveEvent | None:
        return self._live_events.get(live_event_id)

    def live_events(self) -> tuple[LiveEvent, ...]:
        return tuple(self._live_events.values())

    def standing(self, live_event_id: str) -> Standing:
        return self._standings.get(live_event_id, Standing())

    async def read_controls(self, live_event_id: str) -> None:
        """After this, no control that was acknowledged before the call is missing. Raises Unavailable: do not act."""
        partition = partition_of(live_event_id, self._partitions)
        async with self._reading:
            began = self._clock.monotonic()
            for message in await self._controls.read_to_end(CONTROLS.name, partition):
                self.take_control(message)
            self._looked[partition] = began

    def has_looked(self, live_event_id: str) -> bool:
        """Whether a reading of the controls began so lately that a request may start now."""
        began = self._looked.get(partition_of(live_event_id, self._partitions))
        return began is not None and self._clock.monotonic() - began <= LOOK_S

    def take_control(self, message: Message) -> None:
        if self._seen.get(message.partition, -1) >= message.offset:
            return
        self._seen[message.partition] = message.offset
        if message.value is None:
            return
        try:
            control = _decode(message.value)
        except Refused as refused:
            self._unreadable(message, refused.code)
            self._hold(message.key)
            return
        self._standings[control.live_event_id] = self.standing(control.live_event_id).after(control)
        self._changed(control.live_event_id)

    def _hold(self, live_event_id: str | None) -> None:
        """A control that cannot be read may have been a stop: hold until a person resumes."""
        for held in [live_event_id] if live_event_id else list(self._live_events):
            standing = self.standing(held)
            if standing.state == "running":
                self._standings[held] = replace(standing, state=UNREADABLE_HOLD)
            self._changed(held)

    def take_live_event(self, message: Message) -> None:
        if message.value is None:
            return
        try:
            live_event = LiveEvent.decode(message.value)
        except Refused as refused:
            self._unreadable(message, refused.code)
            if message.key is not None:
                self._live_events.pop(message.key, None)  # unknown: nothing of it may be posted
                self._changed(message.key)
            return
        self._live_events[live_event.live_event_id] = live_event
        self._changed(live_event.live_event_id)


def _decode(value: bytes) -> Control:
    control = Control.decode(value)
    if control.kind == "retract" and control.update_id is None:
        raise Refused("A retraction names no update.", code="undecodable")
    return control
