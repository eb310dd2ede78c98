"""The stream of states: each reader is told what changed since the version it saw last, at its own pace."""

import json
from collections.abc import AsyncIterator, Callable

from producers.intake.states import UpdateState
from producers.intake.view import Known
from schemas.live_event import LiveEvent
from streams.standing import Standing
from streams.views import View
from streams.web.sse import HEARTBEAT_S, encode

STREAMS_MAX = 500  # ten tablets for each of fifty live events; each costs a few kilobytes and no queue


async def frames(
    known: Known,
    view: View,
    live_event_id: str,
    *,
    start: str,
    last_id: str | None,
    may: Callable[[], bool] = lambda: True,
) -> AsyncIterator[bytes]:
    """Server-sent events, as long as the reader `may`: first all states (or those after `last_id`), then each change.

    Ids are `start-version`; `start` names this process, because versions begin anew with each. Only the last event of
    a batch carries an id, so that a batch that broke off is sent again whole. Nothing queues for a slow reader: it is
    told the latest state of each update, once.
    """
    version = _version_of(last_id, start)
    announced = b""
    yield b": connected\n\n"
    while may():
        batch_of_view, upto = view.version, known.states.version
        changes = known.states.since(live_event_id, version)
        live_event = known.live_events.get(live_event_id)
        about = b"" if live_event is None else _about(live_event, known.states.standing(live_event_id))
        if about != announced:
            announced = about
            yield about
        for change in changes[:-1]:
            yield encode(_json(change))
        if changes:
            yield encode(_json(changes[-1]), id=f"{start}-{upto}")
        version = upto
        if await view.changed(batch_of_view, HEARTBEAT_S) == batch_of_view:
            yield b": still here\n\n"


def _version_of(last_id: str | None, start: str) -> int:
    process, _, version = (last_id or "").rpartition("-")
    return int(version) if process == start and version.isdecimal() and len(version) < 19 else 0


def _json(change: UpdateState) -> str:
    return json.dumps(change.shown(), ensure_ascii=False)


def _about(live_event: LiveEvent, standing: Standing) -> bytes:
    closed_at = live_event.closed_at.isoformat() if live_event.closed_at else None
    now = {"standing": standing.state, "text_only": standing.is_text_only}
    return encode(json.dumps({"state": live_event.state, "closed_at": closed_at} | now), event="live-event")
