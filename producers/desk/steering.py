"""The controls a person presses, from stop to signature, durable before they are answered; and the end of the keys."""

import asyncio
from datetime import datetime
from uuid import UUID

from producers.desk.control_checks import Given, check_may_be, check_shape, fields
from producers.desk.keeping import Keeping
from producers.desk.opening import Opening
from producers.desk.queue import LiveEventView
from producers.desk.reach import READ_BACK_S, Reach
from schemas.assertion import Assertion
from schemas.control import Control, ControlKind
from schemas.envelope import Actor, Role
from schemas.ids import derive
from schemas.topics import CONTROLS
from streams import review
from streams.auth import require
from streams.standing import LOOK_S, TAKES_AWAY

MAY_ACT: dict[ControlKind, frozenset[Role]] = {
    "stop": review.MAY_STOP,
    "hold": review.MAY_STOP,
    "resume": review.MAY_RESUME,
    "retract": review.MAY_RETRACT,
    "withdraw": review.MAY_WITHDRAW,
    "release": review.MAY_RELEASE,
    "complication": review.MAY_COMPLICATION,
    "complication-over": review.MAY_COMPLICATION_OVER,
    "told": review.MAY_TELL,
    "sign-run-sheet": review.MAY_SIGN,
}
AT_ONCE: frozenset[ControlKind] = frozenset({"stop", "hold", "complication"})
"""What acts whether or not the desk knows the event already."""


class Steering:
    """The controls of an event, and what follows from a withdrawal."""

    def __init__(self, reach: Reach, opening: Opening, keeping: Keeping) -> None:
        self._reach = reach
        self._opening = opening
        self._keeping = keeping

    async def control(
        self,
        actor: Actor,
        live_event_id: str,
        kind: ControlKind,
        update_id: UUID | None = None,
        *,
        pace_percent: int | None = None,
        phase: str | None = None,
        run_sheet_sha256: str | None = None,
        assertion: Assertion | None = None,
    ) -> Control:
        """Any control but a settlement: durable when this returns, and no request that it forbids starts after that.

        What a complication does is the plan's word.

        `phase`: of `told`; `run_sheet_sha256`: of the sheet that was read before it was signed. Raises Refused with the
        reason in words: wrong role, wrong state, unknown update, the same person a second time, …
        """
        require(actor, *sorted(MAY_ACT[kind]))
        given = Given(kind, update_id, pace_percent, phase, run_sheet_sha256, assertion)
        check_shape(given)
        now = self._reach.clock.now()
        view = self._checked(live_event_id, given, actor, now)
        record = Control(
            id=derive(live_event_id, kind, update_id or phase or "", actor.name, now.isoformat()),
            live_event_id=live_event_id,
            at=now,
            actor=actor,
            **fields(view, given),
        )
        position = await self._reach.send(CONTROLS, record)
        if kind in TAKES_AWAY:
            await self._reach.clock.sleep(LOOK_S)
        if kind == "withdraw":
            await self._reach.applied(position)
            await self._forget(self._reach.watched(live_event_id), actor)
        return record

    def _checked(self, live_event_id: str, given: Given, actor: Actor, now: datetime) -> LiveEventView | None:
        # While the desk still reads the past it may not know the event yet; what stops or holds is taken all the same.
        if given.kind in AT_ONCE and not self._reach.view.is_ready:
            return self._reach.projection.events.get(live_event_id)
        view = self._reach.watched(live_event_id)
        check_may_be(view, given, actor, now)
        return view

    async def sign_prepared(
        self, actor: Actor, live_event_id: str, run_sheet_sha256: str, assertion: Assertion | None = None
    ) -> Control:
        """A physician's signature under the sheet of an event that is not open yet; the caller has its preparation."""
        require(actor, *sorted(MAY_ACT["sign-run-sheet"]))
        now = self._reach.clock.now()
        record = Control(
            id=derive(live_event_id, "sign-run-sheet", actor.name, now.isoformat()),
            live_event_id=live_event_id,
            at=now,
            actor=actor,
            kind="sign-run-sheet",
            run_sheet_sha256=run_sheet_sha256,
            assertion=assertion,
        )
        await self._reach.write(CONTROLS, record)
        return record

    async def seen_control(self, record: Control) -> None:
        """Until the pages know of a control, so that the next page does not show the time before it.

        After a start: until there are pages at all. What was pressed is durable already, and turns on none of this.
        """
        view = self._reach.projection.of(record.live_event_id)
        try:
            async with asyncio.timeout(READ_BACK_S):
                await self._reach.view.ready()
                while not view.has(record.id):
                    version = self._reach.view.version
                    if not view.has(record.id):
                        await self._reach.view.changed(version, 1.0)
        except TimeoutError:
            return

    async def _forget(self, view: LiveEventView, actor: Actor) -> None:
        """After a withdrawal: the keys first, then the record; both may be done twice without harm."""
        await self._keeping.end_keys(view, actor, "withdrawal")
        if view.live_event is not None and view.live_event.state != "closed":
            await self._opening.set_closed(view.live_event, actor)

    async def finish_withdrawals(self) -> None:
        """Destroys and closes where a crash came between the control and its consequence."""
        for view in list(self._reach.projection.events.values()):
            known = view.live_event
            if view.standing.state != "withdrawn" or known is None:
                continue
            has_record = self._keeping.was_erased(view.live_event_id)
            if self._reach.vault.has(view.live_event_id) or not has_record or known.state != "closed":
                await self._forget(view, view.standing.by or known.actor)
