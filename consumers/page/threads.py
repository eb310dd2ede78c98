"""All public threads, folded from their topics, and what changed since they were last looked at."""

from uuid import UUID

import structlog

from consumers.page.timeline import Timeline
from schemas.errors import Refused
from schemas.topics import CONTROLS, LIVE_EVENTS, PAGES
from streams.bus import Message

TOPIC_NAMES = (LIVE_EVENTS.name, CONTROLS.name, PAGES.name)

_log = structlog.get_logger()


class Threads:
    """apply() takes any record of the three topics; a record that cannot be read is passed over and counted."""

    def __init__(self) -> None:
        self._timelines: dict[str, Timeline] = {}
        self._changed: set[str] = set()
        self.undecodable = 0

    def apply(self, message: Message) -> None:
        try:
            self._apply(message)
        except Refused as error:
            self.undecodable += 1
            _log.warning(
                "page.undecodable",
                topic=message.topic,
                partition=message.partition,
                offset=message.offset,
                code=error.code,
            )

    def public(self, live_event_id: str) -> Timeline | None:
        """The thread at this address, or None where the public has nothing to see."""
        timeline = self._timelines.get(live_event_id)
        return timeline if timeline is not None and timeline.is_public else None

    def all_public(self) -> list[Timeline]:
        return [timeline for timeline in self._timelines.values() if timeline.is_public]

    def take_changed(self) -> set[str]:
        """The live events that got a record since the last call."""
        changed, self._changed = self._changed, set()
        return changed

    def _apply(self, message: Message) -> None:
        if message.value is None:
            self._erase(message)
        elif message.topic == PAGES.name:
            post = PAGES.model.decode(message.value)
            self._of(post.live_event_id).posted(post, message.offset)
        elif message.topic == LIVE_EVENTS.name:
            live_event = LIVE_EVENTS.model.decode(message.value)
            self._of(live_event.live_event_id).told(live_event)
        else:
            control = CONTROLS.model.decode(message.value)
            self._of(control.live_event_id).ruled(control)

    def _of(self, live_event_id: str) -> Timeline:
        self._changed.add(live_event_id)
        return self._timelines.setdefault(live_event_id, Timeline())

    def _erase(self, message: Message) -> None:
        """A tombstone: the record is gone from the topic, so it goes from here."""
        if message.key is None:
            return
        if message.topic == LIVE_EVENTS.name:
            self._changed.add(message.key)
            self._timelines.pop(message.key, None)
        elif message.topic == PAGES.name and (post_id := _uuid(message.key)) is not None:
            for live_event_id, timeline in self._timelines.items():
                if timeline.forgotten(post_id):
                    self._changed.add(live_event_id)


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None
