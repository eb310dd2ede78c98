"""Decides whether a reporter may still take an own update back, and writes that it is taken back."""

from datetime import datetime, timedelta
from uuid import UUID

from producers.intake.door import Door
from producers.intake.durable import durable
from producers.intake.view import Known
from schemas.control import Control
from schemas.envelope import Actor, Frozen
from schemas.errors import Refused, Unavailable
from schemas.ids import derive
from schemas.topics import CONTROLS
from streams.bus import Bus

UNDO = timedelta(seconds=10)  # as long as the tablet shows the button
GRACE = timedelta(seconds=5)  # for the way of the receipt to the tablet, and of the request back
UNDERWAY_RETRY_S = 1.0


class Undone(Frozen):
    """The answer: no stage lets it out from now on, and what is out is deleted."""

    update_id: UUID
    live_event_id: str
    state: str = "retracted"


class Undoing:
    def __init__(self, bus: Bus, known: Known, door: Door, *, ack_timeout_s: float) -> None:
        self._bus = bus
        self._known = known
        self._door = door
        self._ack_timeout_s = ack_timeout_s

    async def undo(
        self, live_event_id: str, update_id: UUID, *, actor: Actor, device: str | None, now: datetime
    ) -> Undone:
        """Durable when it returns; again for the same update: the same answer, at any time. Counted by intake's clock.

        Raises Refused: 404 unknown-update, 403 not-yours, 409 too-late; Unavailable while the update is being stored.
        """
        undone = Undone(update_id=update_id, live_event_id=live_event_id)
        received_at = self._own(live_event_id, update_id, actor, device)
        if self._known.is_retracted(update_id):
            return undone
        if now - received_at > UNDO + GRACE:
            raise Refused("It is too late to undo this. Ask the desk to take it back.", code="too-late", status=409)
        record = Control(
            id=derive(update_id, "undo"),
            live_event_id=live_event_id,
            at=now,
            actor=actor.model_copy(update={"device": device}),
            cause=update_id,
            kind="retract",
            update_id=update_id,
        )
        await durable(self._bus.send(CONTROLS, record), self._ack_timeout_s)
        self._known.taken_back(update_id)
        return undone

    def _own(self, live_event_id: str, update_id: UUID, actor: Actor, device: str | None) -> datetime:
        """When it was received, if it is theirs."""
        seen = self._door.seen(update_id)
        if seen is None or seen.live_event_id != live_event_id or seen.by is None:
            raise Refused("This event has no such update.", code="unknown-update", status=404)
        # Programs that name no device share their role's name: none of them could be told from another.
        if device is None or (seen.by.role, seen.by.name, seen.by.device) != (actor.role, actor.name, device):
            raise Refused("Only who wrote it can undo it, on the same tablet.", code="not-yours", status=403)
        if seen.receipt is None:
            raise Unavailable("The update is being stored. Try again.", retry_after_s=UNDERWAY_RETRY_S)
        return seen.receipt.received_at
