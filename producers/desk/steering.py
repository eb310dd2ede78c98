"""Stop, hold, resume, retract, withdraw, release: durable before they are answered; and the end of an event's keys."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog

from producers.desk.opening import Opening
from producers.desk.queue import LiveEventView
from producers.desk.reach import READ_BACK_S, Reach
from schemas.control import Control, ControlKind
from schemas.envelope import Actor, Role
from schemas.errors import Refused
from schemas.ids import derive
from schemas.topics import CONTROLS
from streams import review
from streams.auth import require

MAY_ACT: dict[ControlKind, frozenset[Role]] = {
    "stop": review.MAY_STOP,
    "hold": review.MAY_STOP,
    "resume": review.MAY_RESUME,
    "retract": review.MAY_RETRACT,
    "withdraw": review.MAY_WITHDRAW,
    "release": review.MAY_RELEASE,
}
Forget = Callable[[], None]
"""Drops what this process compiled from protected terms."""

log = structlog.get_logger()


class Steering:
    """The controls of an event, and what follows from a withdrawal."""

    def __init__(self, reach: Reach, opening: Opening, forget: Forget) -> None:
        self._reach = reach
        self._opening = opening
        self._forget_terms = forget

    async def control(
        self,
        actor: Actor,
        live_event_id: str,
        kind: ControlKind,
        update_id: UUID | None = None,
        *,
        pace_percent: int | None = None,
    ) -> Control:
        """Stop, hold, resume, retract, withdraw, release: durable when this returns.

        Raises Refused with the reason in words: wrong role, unknown update, the same person a second time, …
        """
        require(actor, *sorted(MAY_ACT[kind]))
        now = self._reach.clock.now()
        self._check_target(live_event_id, kind, update_id)
        if pace_percent is not None and kind != "release":
            raise Refused("Only a release has a pace.", code="invalid")
        if kind in ("resume", "release"):
            _CHECKS[kind](self._reach.watched(live_event_id), actor, now)
        record = Control(
            id=derive(live_event_id, kind, update_id or "", actor.name, now.isoformat()),
            live_event_id=live_event_id,
            at=now,
            actor=actor,
            kind=kind,
            update_id=update_id if kind == "retract" else None,
            pace_percent=pace_percent,
        )
        position = await self._reach.bus.send(CONTROLS, record)
        if kind == "withdraw":
            await self._reach.applied(position)
            await self._forget(self._reach.watched(live_event_id), actor)
        return record

    def _check_target(self, live_event_id: str, kind: ControlKind, update_id: UUID | None) -> None:
        # While the desk still reads the past it may not know the event yet; a stop is taken all the same.
        if kind in ("stop", "hold") and not self._reach.view.is_ready:
            return
        view = self._reach.watched(live_event_id)
        if (update_id is not None) != (kind == "retract"):
            raise Refused("A retract names an update, no other control does.", code="invalid")
        if update_id is not None and not view.knows(update_id):
            raise Refused("There is no update of this id in this live event.", code="unknown-update", status=404)

    async def seen_control(self, record: Control) -> None:
        """Until the pages know of a control, so that the next page does not show the time before it."""
        view = self._reach.projection.of(record.live_event_id)
        try:
            async with asyncio.timeout(READ_BACK_S):
                while not view.has(record.id):
                    version = self._reach.view.version
                    if not view.has(record.id):
                        await self._reach.view.changed(version, 1.0)
        except TimeoutError:
            return

    async def _forget(self, view: LiveEventView, actor: Actor) -> None:
        """After a withdrawal: the keys first, then the record; both may be done twice without harm."""
        self.destroy_keys(view.live_event_id)
        if view.live_event is not None and view.live_event.state != "closed":
            await self._opening.set_closed(view.live_event, actor)

    def destroy_keys(self, live_event_id: str) -> bool:
        """The keys, the protected terms, and what was compiled from them. Whether there were keys to destroy."""
        if not self._reach.vault.has(live_event_id):
            return False
        self._reach.vault.destroy(live_event_id)
        self._forget_terms()
        log.info("keys-destroyed", live_event_id=live_event_id)
        return True

    async def finish_withdrawals(self) -> None:
        """Destroys and closes where a crash came between the control and its consequence."""
        for view in list(self._reach.projection.events.values()):
            known = view.live_event
            if view.standing.state != "withdrawn" or known is None:
                continue
            if self._reach.vault.has(view.live_event_id) or known.state != "closed":
                await self._forget(view, view.standing.by or known.actor)


def _may_resume(view: LiveEventView, actor: Actor, now: datetime) -> None:
    """A stop ends by two people. Whatever slips through here, the fold of the controls counts names again."""
    standing = view.standing
    if standing.state == "withdrawn":
        raise Refused("Consent is withdrawn; nothing can go on.", code="withdrawn", status=409)
    if view.agree_before(now) is not None and standing.agreed is not None and standing.agreed.name == actor.name:
        raise Refused("You have agreed already. A second person has to agree too.", code="needs-second", status=409)


def _may_release(view: LiveEventView, _: Actor, now: datetime) -> None:
    standing = view.standing
    if not view.is_as_live:
        raise Refused("Only an as-live event is released; this one goes out live.", code="not-as-live", status=409)
    if standing.released_at is not None:  # the pace of what is on its way is not changed
        raise Refused("This event was released already.", code="already-released", status=409)
    if standing.state != "running":
        raise Refused(f"The event is {standing.state}; resume first.", code="not-running", status=409)
    if not view.kept(now):
        raise Refused("Nothing is kept that could go out.", code="nothing-kept", status=409)


_CHECKS = {"resume": _may_resume, "release": _may_release}
