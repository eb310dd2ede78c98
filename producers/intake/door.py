"""The door: asks accept() and the limits, writes to Kafka at most once for each id, and answers when it is durable."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog

from producers.intake.accept import Accepted, Repeated, Seen, Underway, accept
from producers.intake.durable import looked_at
from producers.intake.view import Known, receipt_of
from schemas.envelope import Actor
from schemas.errors import Refused, Unavailable
from schemas.submission import HeldBack, IntakeReceipt, Signed, Submission
from schemas.topics import SUBMISSIONS
from streams.bus import Bus
from streams.rates import Rates

log = structlog.get_logger("intake")

# Updates handed to Kafka and not yet acknowledged. Beyond it memory would fill while the broker is away.
UNDERWAY_MAX = 1_000
RETRY_AFTER_S = 2.0
FULL_RETRY_AFTER_S = 10.0  # a person has to make room first
# Of one revoked tablet, while `submissions` keeps them. A full outbox of eight hours fits; who found the tablet cannot
# bury the director.
HELD_MAX = 1_000


class Door:
    def __init__(
        self, bus: Bus, known: Known, limits: Rates, *, ack_timeout_s: float, has_room: Callable[[], bool]
    ) -> None:
        self._bus = bus
        self._known = known
        self._limits = limits
        self._ack_timeout_s = ack_timeout_s
        self._has_room = has_room
        self._underway: dict[UUID, tuple[Submission, asyncio.Task[IntakeReceipt]]] = {}
        self._signed_underway: dict[tuple[UUID, int], UUID] = {}

    async def take(
        self,
        body: bytes,
        *,
        live_event_id: str,
        actor: Actor,
        device: str | None,
        now: datetime,
        at_s: float,
        signed: Signed | None = None,
        held_back: HeldBack | None = None,
    ) -> IntakeReceipt:
        """The receipt, once the update is durable. Raises Refused, or Unavailable when Kafka does not say so in time.

        An update whose time ran out stays underway: the tablet's next try waits for the same write.
        """
        # An enrolled tablet has one rate, whoever writes on it.
        bucket = f"/{signed.tablet_id}" if signed else f"{actor.name}/{device or ''}"
        try:
            outcome = accept(
                body,
                live_event=self._known.live_events.get(live_event_id),
                live_event_id=live_event_id,
                actor=actor,
                device=device,
                now=now,
                seen=self.seen,
                knows=self._known.knows,
                signed=signed,
                held_back=held_back,
                used=self._used,
            )
            if isinstance(outcome, Accepted):
                self._check_held(outcome.submission)
        except Refused:
            self._limits.take(bucket, at_s)
            raise
        match outcome:
            case Repeated(receipt):
                return receipt
            case Underway(update_id):
                return await self._acknowledged(self._underway[update_id][1])
            case Accepted(submission):
                self._limits.take(bucket, at_s)
                try:
                    return await self._acknowledged(self._begin(submission))
                except Unavailable:
                    self._limits.give_back(bucket)
                    raise

    def seen(self, update_id: UUID) -> Seen | None:
        if update_id in self._underway:
            return Seen.of(self._underway[update_id][0], None)
        return self._known.seen(update_id)

    def _used(self, tablet_id: UUID, counter: int) -> UUID | None:
        return self._signed_underway.get((tablet_id, counter)) or self._known.used(tablet_id, counter)

    def _check_held(self, submission: Submission) -> None:
        signed = submission.signed
        if submission.held_back is None or signed is None or self._known.held_of(signed.tablet_id) < HELD_MAX:
            return
        raise Refused(
            f"This tablet was switched off, and {HELD_MAX:,} of its updates wait already. Ask the director.",
            code="tablet-revoked",
            status=403,
        )

    def _begin(self, submission: Submission) -> asyncio.Task[IntakeReceipt]:
        if not self._has_room():
            log.error("disk-full")
            raise Unavailable(
                "The server's disk is full, so it takes no updates until there is room. Keep this one.",
                retry_after_s=FULL_RETRY_AFTER_S,
            )
        if len(self._underway) >= UNDERWAY_MAX:
            raise Unavailable("Too many updates wait to be stored. Keep this one.", retry_after_s=RETRY_AFTER_S)
        writing = asyncio.create_task(self._write(submission))
        self._underway[submission.id] = (submission, writing)
        if (signed := submission.signed) is not None:
            self._signed_underway[signed.tablet_id, signed.counter] = submission.id
        writing.add_done_callback(looked_at)
        return writing

    async def _write(self, submission: Submission) -> IntakeReceipt:
        try:
            position = await self._bus.send(SUBMISSIONS, submission)
            receipt = receipt_of(submission, position.partition, position.offset)
            self._known.remember(submission, receipt)
            return receipt
        finally:
            del self._underway[submission.id]
            if (signed := submission.signed) is not None:
                del self._signed_underway[signed.tablet_id, signed.counter]

    async def _acknowledged(self, writing: asyncio.Task[IntakeReceipt]) -> IntakeReceipt:
        # Shielded: a request that is given up, or whose time is up, must not take the write with it.
        try:
            return await asyncio.wait_for(asyncio.shield(writing), self._ack_timeout_s)
        except TimeoutError:
            log.warning("no acknowledgement in time", underway=len(self._underway))
            raise Unavailable(
                "The update could not be stored in time. Keep it; it is tried again.", retry_after_s=RETRY_AFTER_S
            ) from None

    async def close(self) -> None:
        """Gives what is underway the time of one acknowledgement, then lets go."""
        waiting = [task for _, task in self._underway.values()]
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=self._ack_timeout_s)
            for task in late:
                task.cancel()
