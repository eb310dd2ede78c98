"""What is kept longer than its time, and what is destroyed: legal holds, and the erasure of an event or of one person.

A record is durable before anything is destroyed, so that a crash between the two leaves something that is finished
later, never something destroyed that nobody can account for. A withdrawal is the exception: its control is the record,
and its keys go first. The identifiers of one person are in no record, so what a crash cut off there has to be asked for
again: the terms are still found then.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from producers.desk.beyond_reach import Times, beyond_reach, bundles, roles_of
from producers.desk.queue import LiveEventView
from producers.desk.reach import Reach
from schemas.envelope import Actor, system
from schemas.errors import Refused, Unavailable
from schemas.ids import derive
from schemas.live_event import LiveEvent
from schemas.retention import Erased, Erasure, Left, LegalHold, Reason, subject_id
from schemas.topics import RETENTIONS, decode_retention
from streams import review
from streams.auth import require
from streams.bus import Message
from streams.holds import MAY_HOLD, MAY_LIFT, Held, Holds

MAY_ERASE = review.MAY_WITHDRAW
EVERYTHING: tuple[Erased, ...] = ("sealing-key", "protected-terms", "commitment-key")
_HELD = "A legal hold ({matters}) lies on this event. Nothing of it is erased until two people have ended the hold."

Forget = Callable[[], None]
"""Drops what this process compiled from protected terms."""

log = structlog.get_logger()


class Keeping:
    """The holds and erasures of all events, and the acts that make them."""

    def __init__(self, reach: Reach, forget: Forget, times: Times) -> None:
        self._reach = reach
        self._forget_terms = forget
        self.times = times
        self.holds = Holds()
        self._erased: dict[str, Erasure] = {}  # events whose keys are to be gone

    def apply(self, message: Message) -> None:
        """A record of the topic; one seen twice changes nothing, one that cannot be read is left out."""
        place, places = (message.topic, message.partition), self._reach.projection.places
        if message.offset <= places.get(place, -1):
            return
        places[place] = message.offset
        try:
            record = decode_retention(message.value or b"")
        except Refused:
            return
        if isinstance(record, LegalHold):
            self.holds.apply(record)
        elif "sealing-key" in record.erased:
            self._erased.setdefault(record.live_event_id, record)

    # -- holds

    async def place(self, actor: Actor, live_event_id: str, matter: str) -> Held:
        """From here on nothing of the event is erased or expires. The same matter again places no second hold.

        Raises Refused for a matter that names somebody protected: it is archived for ever.
        """
        require(actor, *sorted(MAY_HOLD))
        self._reach.watched(live_event_id)
        matter = " ".join(matter.split())
        if self._reach.vault.is_named_in(live_event_id, matter):
            raise Refused("The matter names somebody who is protected. Give its reference alone.", code="identifies")
        for held in self.holds.on(live_event_id):
            if held.matter == matter:
                return held
        now = self._reach.clock.now()
        hold_id = derive(live_event_id, "legal-hold", matter, now.isoformat())
        await self._reach.write(RETENTIONS, LegalHold(
            id=hold_id, live_event_id=live_event_id, at=now, actor=actor, act="place", hold_id=hold_id, matter=matter
        ))  # fmt: skip
        found = self.holds.of(hold_id)
        assert found is not None
        with suppress(Unavailable):  # the next minute does it
            await self.copy_held()
        return found

    async def lift(self, actor: Actor, live_event_id: str, matter: str) -> Held | None:
        """One person's word that a hold may end: the hold that a second person has to agree on, or None: it is over."""
        require(actor, *sorted(MAY_LIFT))
        self._reach.watched(live_event_id)
        found = next((h for h in self.holds.on(live_event_id) if h.matter == " ".join(matter.split())), None)
        if found is None:
            raise Refused("No legal hold of this matter lies on this event.", code="unknown-hold", status=404)
        now = self._reach.clock.now()
        if found.agree_before(now) is not None and found.asked is not None and found.asked.name == actor.name:
            raise Refused("You have said so already. A second person has to agree.", code="needs-second", status=409)
        await self._reach.write(RETENTIONS, LegalHold(
            id=derive(found.hold_id, "lift", actor.name, now.isoformat()), live_event_id=live_event_id, at=now,
            actor=actor, cause=found.hold_id, act="lift", hold_id=found.hold_id, matter=found.matter,
        ))  # fmt: skip
        return self.holds.of(found.hold_id)

    def keeps_keys(self, live_event_id: str, reason: Reason) -> tuple[Held, ...]:
        """The holds because of which the keys stay; a withdrawal is stronger unless the house says otherwise."""
        if reason == "withdrawal" and not self.times.hold_outlasts_withdrawal:
            return ()
        return self.holds.on(live_event_id)

    # -- the end of an event's keys

    def was_erased(self, live_event_id: str) -> bool:
        return live_event_id in self._erased

    def keys_until(self, known: LiveEvent) -> datetime | None:
        """When the schedule destroys them; None while the event is open."""
        return None if known.closed_at is None else known.closed_at + timedelta(seconds=self.times.keys_s)

    async def end_keys(self, view: LiveEventView, actor: Actor, reason: Reason) -> bool:
        """Destroys the keys for a withdrawal or by schedule, unless a hold keeps them. Whether they are gone."""
        event = view.live_event_id
        if self.keeps_keys(event, reason):
            return False
        if self.was_erased(event) and not self._reach.vault.has(event):
            return True
        record = await self._event_erasure(view, actor, reason)
        if reason == "withdrawal":
            self._destroy(event)
            await self._note(record)
        else:
            await self._note(record)
            self._destroy(event)
        return True

    async def erase_event(self, actor: Actor, live_event_id: str) -> Erasure:
        """Before its time, because somebody asked for it. Raises Refused while it is open, or held."""
        require(actor, *sorted(MAY_ERASE))
        view = self._erasable(live_event_id)
        if live_event_id in self._erased and not self._reach.vault.has(live_event_id):
            return self._erased[live_event_id]
        record = await self._event_erasure(view, actor, "request")
        await self._note(record)
        self._destroy(live_event_id)
        return self._erased.get(live_event_id, record)

    def _erasable(self, live_event_id: str) -> LiveEventView:
        view = self._reach.watched(live_event_id)
        known = view.live_event
        assert known is not None
        held = self.holds.on(live_event_id)
        if held:
            matters = ", ".join(h.matter for h in held)
            raise Refused(_HELD.format(matters=matters), code="held-by-law", status=409)
        if known.state != "closed":
            raise Refused(
                "This live event is open: its protected terms are what keeps names from going out. Close it first.",
                code="open",
                status=409,
            )
        return view

    async def _note(self, record: Erasure) -> None:
        if record.live_event_id not in self._erased or "sealing-key" not in record.erased:
            await self._reach.write(RETENTIONS, record)

    def _destroy(self, live_event_id: str) -> None:
        if self._reach.vault.destroy(live_event_id):
            log.info("keys-destroyed", live_event_id=live_event_id)
        if self._reach.copies is not None:
            self._reach.copies.drop(live_event_id)
        self._forget_terms()

    async def _event_erasure(self, view: LiveEventView, actor: Actor, reason: Reason) -> Erasure:
        known, now = view.live_event, self._reach.clock.now()
        assert known is not None
        whose = subject_id(view.live_event_id, known.plan.consent.subject)
        return Erasure(
            id=derive(view.live_event_id, "erasure", whose),
            live_event_id=view.live_event_id,
            at=now,
            actor=actor,
            reason=reason,
            whose=whose,
            erased=EVERYTHING,
            terms=self._terms(view.live_event_id),
            left=(*beyond_reach(view, self.times, now), *await bundles(self._reach.bus, view.live_event_id)),
            despite=tuple(held.hold_id for held in self.holds.on(view.live_event_id)),
        )

    def _terms(self, live_event_id: str) -> int:
        try:
            return len(self._reach.vault.terms(live_event_id))
        except Refused:
            return 0

    # -- one person

    async def erase_person(self, actor: Actor, live_event_id: str, role: str, identifiers: Sequence[str]) -> Erasure:
        """What the vault holds of the person in this role; of the event's own subject that is everything.

        `identifiers` as they stand among the protected terms, for anybody but the subject. Raises Refused for a role
        the consent does not know, for identifiers that are nowhere, and as erase_event() does.
        """
        require(actor, *sorted(MAY_ERASE))
        view = self._erasable(live_event_id)
        assert view.live_event is not None
        consent = view.live_event.plan.consent
        if role == consent.subject:
            return await self.erase_event(actor, live_event_id)
        if role not in roles_of(consent):
            raise Refused("The consent of this event knows nobody in this role.", code="unknown-role", status=404)
        found = self._reach.vault.named(live_event_id, identifiers)
        if not found:
            raise Refused("None of this is among the event's protected terms.", code="nothing-found", status=404)
        now, whose = self._reach.clock.now(), subject_id(live_event_id, role)
        record = Erasure(
            id=derive(live_event_id, "erasure", whose, now.isoformat()), live_event_id=live_event_id, at=now,
            actor=actor, reason="request", whose=whose, erased=("protected-terms",), terms=len(found),
            left=(
                Left(what="what-was-typed", until=self.keys_until(view.live_event)),
                *(left for left in beyond_reach(view, self.times, now) if left.what != "sealed-updates"),
                *await bundles(self._reach.bus, live_event_id),
            ),
        )  # fmt: skip
        await self._note(record)
        self._reach.vault.erase_terms(live_event_id, identifiers)
        self._forget_terms()
        return record

    def find(self, actor: Actor, identifiers: Sequence[str]) -> dict[str, int]:
        """In which events the vault holds any of these, and how many terms each: for whoever asks what there is."""
        require(actor, *sorted(MAY_ERASE))
        counts = {event: len(self._reach.vault.named(event, identifiers)) for event in self._reach.vault.known()}
        return {event: n for event, n in counts.items() if n}

    # -- what a crash left open

    async def finish(self) -> None:
        """Destroys what a record says is destroyed, and what lies half destroyed in the vault."""
        if self._reach.vault.tidy():
            self._forget_terms()
        for event, record in list(self._erased.items()):
            if self._reach.vault.has(event) and not self._opened_since(event, record):
                self._destroy(event)
        await self.copy_held()

    def _opened_since(self, live_event_id: str, record: Erasure) -> bool:
        """An id that was used again after its erasure has keys of its own."""
        known = self._reach.projection.of(live_event_id).live_event
        return known is not None and known.opened_at > record.at

    async def copy_held(self) -> None:
        """Copies what topics delete by time, of every event that is held and has keys to read it with; of no other."""
        if self._reach.copies is not None:
            held = {event for event in self.holds.events() if self._reach.vault.has(event)}
            await self._reach.copies.keep(self._reach.bus, held)

    async def by_schedule(self) -> tuple[str, ...]:
        """Ends the keys of events that closed long enough ago and are not held; which ones they were."""
        now, gone = self._reach.clock.now(), []
        for view in list(self._reach.projection.events.values()):
            until = self.keys_until(view.live_event) if view.live_event is not None else None
            if until is None or now < until:
                continue
            had = self._reach.vault.has(view.live_event_id)
            if had and await self.end_keys(view, system("desk"), "schedule"):
                gone.append(view.live_event_id)
        return tuple(gone)
