"""What the desk does when someone presses: each act is checked by the pure rules, written once, and only then answered.

Who wins when two decide at once is settled by the order of the `decisions` topic alone: a decision is written, read
back, and followed by its release or its new revision only when it turned out to be the first. So it holds for two
desks on two machines as well.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from pydantic import ValidationError

from producers.desk import diff
from producers.desk.queue import LiveEventView, Projection, ask_again
from producers.desk.words import RETURN_REASONS, pick
from schemas.control import Control, ControlKind
from schemas.decision import Decision, Verdict
from schemas.draft import Action, Disposition, Draft, PolicyRef
from schemas.envelope import Actor, Role, sha256_hex
from schemas.errors import Refused, Unavailable
from schemas.ids import derive
from schemas.live_event import LiveEvent, LiveEventFile, Plan
from schemas.release import Release
from schemas.submission import Submission, Written
from schemas.topics import CONTROLS, DECISIONS, DRAFTS, LIVE_EVENTS, RELEASES, SUBMISSIONS
from streams import readiness, release, review, sealing
from streams.auth import require
from streams.bus import Bus, Position
from streams.clock import Clock
from streams.review import Review
from streams.vault import Vault
from streams.views import View

# Reading back what was just written takes milliseconds; past this the broker is in trouble and the caller has to know.
READ_BACK_S = 5.0

MAY_ACT: dict[ControlKind, frozenset[Role]] = {
    "stop": review.MAY_STOP,
    "hold": review.MAY_STOP,
    "resume": review.MAY_RESUME,
    "retract": review.MAY_RETRACT,
    "withdraw": review.MAY_WITHDRAW,
}
MAY_OPEN = frozenset({Role.DIRECTOR})
MAY_WATCH = review.MAY_READ | review.MAY_STOP | {Role.LIAISON, Role.AUDITOR}
"""Who sees how an event stands and what is public; drafts are for review.MAY_READ alone."""

Screen = Callable[[LiveEvent, Draft, str, Actor], Draft]
PolicyOf = Callable[[str], PolicyRef]
Forget = Callable[[], None]  # drops what a process compiled from protected terms

log = structlog.get_logger()


class NotReady(Refused):
    """An event file with gaps; each is named in words, none repeats a value."""

    def __init__(self, gaps: tuple[str, ...]) -> None:
        super().__init__("The live event cannot open yet. " + "; ".join(gaps), code="not-ready", status=422)
        self.gaps = gaps


@dataclass(frozen=True)
class Outcome:
    """What a decision led to: an approval has a release, an edit a new draft."""

    decision: Decision
    release: Release | None = None
    draft: Draft | None = None


@dataclass(frozen=True)
class Original:
    """What was typed, for the one answer it is shown in."""

    text: str
    pieces: tuple[diff.Piece, ...]


class Desk:
    """The acts of the desk over its projection."""

    def __init__(
        self,
        bus: Bus,
        clock: Clock,
        vault: Vault,
        projection: Projection,
        view: View,
        *,
        screen: Screen,
        policy_of: PolicyOf,
        known_platforms: frozenset[str],
        policies: frozenset[str] | None = None,
        forget: Forget = lambda: None,
    ) -> None:
        self._bus = bus
        self.clock = clock
        self._vault = vault
        self.projection = projection
        self.view = view
        self._screen = screen
        self._policy_of = policy_of
        self._known_platforms = known_platforms
        self._policies = policies
        self._forget_terms = forget
        self._locks: defaultdict[str | UUID, asyncio.Lock] = defaultdict(asyncio.Lock)

    # -- reading

    def watched(self, live_event_id: str) -> LiveEventView:
        """The view of a live event that has been opened here; Refused (404) otherwise."""
        found = self.projection.events.get(live_event_id)
        if found is None or found.live_event is None:
            if not self.view.is_ready:
                raise Unavailable("The desk still reads what was there before. Try again in a moment.")
            raise Refused("There is no live event of this id.", code="unknown-event", status=404)
        return found

    def reviewed(self, live_event_id: str, draft_id: UUID) -> Review:
        found = self.watched(live_event_id).review(draft_id, self.clock.now())
        if found is None:
            raise Refused("There is no draft of this id in this live event.", code="unknown-draft", status=404)
        return found

    async def _applied(self, position: Position) -> None:
        """Until the view has read what was written at `position`, and with it all that came before it."""
        place = (position.topic, position.partition)
        try:
            async with asyncio.timeout(READ_BACK_S):
                while self.projection.places.get(place, -1) < position.offset:
                    version = self.view.version
                    if self.projection.places.get(place, -1) >= position.offset:
                        return
                    await self.view.changed(version, 1.0)
        except TimeoutError:
            raise Unavailable("It was written, but could not be read back yet. Look again.") from None

    # -- deciding

    async def decide(
        self,
        actor: Actor,
        live_event_id: str,
        draft_id: UUID,
        verdict: Verdict,
        text_sha256: str,
        *,
        text: str | None = None,
        reason: str | None = None,
        note: str | None = None,
    ) -> Outcome:
        """One person's word on one revision. Raises Refused when it does not stand; nothing has happened then."""
        require(actor, *review.MAY_READ)
        view = self.watched(live_event_id)
        draft = self.reviewed(live_event_id, draft_id).draft
        async with self._locks[draft.update_id]:
            one = await self._decidable(view, draft_id, actor, text_sha256)
            if _said_before(one, actor, verdict, text_sha256) and view.lapsed(one, self.clock.now()) is None:
                return await self._follow(view, one)
            checked = self._checked(view, one, verdict, actor, text_sha256, text=text, reason=reason, note=note)
            await self._applied(await self._bus.send(DECISIONS, checked.decision))
            won = view.review(one.draft.id, self.clock.now())
            if won is None or won.decided is None or won.decided.id != checked.decision.id:
                raise Refused(_TOLD, code="already-decided", status=409)
            if checked.draft is not None:
                await self._applied(await self._bus.send(DRAFTS, checked.draft))
                return checked
            return await self._follow(view, won)

    async def _decidable(self, view: LiveEventView, draft_id: UUID, actor: Actor, text_sha256: str) -> Review:
        """The revision as it stands; one whose clearance lapsed is first asked for again as a revision of its own."""
        now = self.clock.now()
        one = self.reviewed(view.live_event_id, draft_id)
        if not view.waits(one, now) or one.draft.text_sha256 != text_sha256:
            return one
        lapse = view.lapsed(one, now)
        if lapse is None:
            return one
        again = ask_again(one.draft, lapse, now, actor)
        await self._applied(await self._bus.send(DRAFTS, again))
        return self.reviewed(view.live_event_id, again.id)

    def _checked(
        self,
        view: LiveEventView,
        one: Review,
        verdict: Verdict,
        actor: Actor,
        text_sha256: str,
        *,
        text: str | None,
        reason: str | None,
        note: str | None,
    ) -> Outcome:
        live_event = view.live_event
        assert live_event is not None
        if verdict == "return":
            reason, note = self._answer(live_event, one.draft, actor, reason, note)
        decision = review.decide(
            one, verdict, actor, live_event, self.clock.now(), text_sha256=text_sha256, reason=reason, note=note
        )
        if verdict == "approve":
            _check_can_go(view, one.draft, live_event, self.clock.now())
        if verdict == "edit":
            return Outcome(decision, draft=self._edited(live_event, one.draft, text, actor))
        return Outcome(decision)

    def _edited(self, live_event: LiveEvent, draft: Draft, text: str | None, actor: Actor) -> Draft:
        if text is None or not text.strip():
            raise Refused("An edit needs the text.", code="invalid")
        new = self._screen(live_event, draft, text, actor)
        if new.disposition is Disposition.REFUSE or not new.text.strip():
            raise Refused("Nothing was left after screening. Write it another way.", code="nothing-left")
        if new.sealed_edit is not None:
            return new
        written = Written(text=text, update_id=draft.update_id, live_event_id=draft.live_event_id)
        sealed = sealing.seal(live_event.sealing_key, written.model_dump_json().encode())
        return new.model_copy(update={"sealed_edit": sealed})

    def _answer(
        self, live_event: LiveEvent, draft: Draft, actor: Actor, reason: str | None, note: str | None
    ) -> tuple[str, str]:
        """What the reporter reads. A note is staff's own text, so it is screened as well: it lies on a topic openly."""
        words = (note or "").strip()
        reason = reason or ("other" if words else None)
        if reason not in RETURN_REASONS:
            raise Refused("A return needs one of the reasons, or a note.", code="reason-missing")
        if not words:
            lang = next((lang for lang in live_event.plan.languages if lang in ("en", "de", "nl")), "en")
            return reason, pick(RETURN_REASONS[reason], lang)  # type: ignore[arg-type]  # one of the three, by the line above
        found = self._screen(live_event, draft, words, actor).findings
        if any(f.law and f.action is not Action.ALLOW for f in found):
            raise Refused("The note holds something that identifies.", code="note-identifies")
        return reason, words

    async def _follow(self, view: LiveEventView, won: Review) -> Outcome:
        """The release of an approval. Its time is the decision's, so that a stop between the two ends it for good."""
        decision = won.decided
        assert decision is not None
        assert view.live_event is not None
        if decision.verdict != "approve":
            return Outcome(decision)
        cleared = view.released(won.draft.id)
        if cleared is None:
            cleared = release.by_decision(won.draft, decision, view.live_event, decision.at)
            await self._applied(await self._bus.send(RELEASES, cleared))
        return Outcome(decision, release=cleared)

    async def finish_approvals(self) -> None:
        """Writes the releases of approvals that a crash cut off before them."""
        now = self.clock.now()
        for view in list(self.projection.events.values()):
            for one in view.reviews(now):
                if one.state != "approved" or view.live_event is None or view.released(one.draft.id) is not None:
                    continue
                async with self._locks[one.draft.update_id]:
                    if view.lapsed(one, now) is None:
                        await self._follow(view, one)

    # -- the original

    async def original(self, actor: Actor, live_event_id: str, draft_id: UUID) -> Original:
        """What was typed. The opening is recorded with who and which; the text goes nowhere but into this answer."""
        require(actor, *review.MAY_SEE_ORIGINAL)
        draft = self.reviewed(live_event_id, draft_id).draft
        sealed = draft.sealed_edit or await self._submitted(draft)
        content = self._vault.open_sealed(live_event_id, sealed)
        log.info(
            "original-opened",
            live_event_id=live_event_id,
            draft_id=str(draft_id),
            update_id=str(draft.update_id),
            actor=actor.name,
            role=actor.role.value,
        )
        try:
            written = Written.model_validate_json(content)
        except ValidationError:
            raise Refused("What is inside the seal is no update.", code="not-understood", status=409) from None
        return Original(written.text, diff.pieces(written.text, draft.text, draft.findings))

    async def _submitted(self, draft: Draft) -> str:
        start = draft.source_offset
        if start >= 0:
            found = self._bus.read(SUBMISSIONS.name, draft.source_partition, start, start + 1)
            async for message in found:
                submission = None if message.value is None else Submission.decode(message.value)
                if submission is not None and draft.update_id in (submission.update_id, submission.id):
                    return submission.sealed
        raise Refused("What was typed is no longer kept.", code="not-kept", status=410)

    # -- controls

    async def control(
        self, actor: Actor, live_event_id: str, kind: ControlKind, update_id: UUID | None = None
    ) -> Control:
        """Stop, hold, resume, retract, withdraw: durable when this returns."""
        require(actor, *sorted(MAY_ACT[kind]))
        self._check_target(live_event_id, kind, update_id)
        now = self.clock.now()
        record = Control(
            id=derive(live_event_id, kind, update_id or "", actor.name, now.isoformat()),
            live_event_id=live_event_id,
            at=now,
            actor=actor,
            kind=kind,
            update_id=update_id if kind == "retract" else None,
        )
        position = await self._bus.send(CONTROLS, record)
        if kind == "withdraw":
            await self._applied(position)
            await self._forget(self.watched(live_event_id), actor)
        return record

    def _check_target(self, live_event_id: str, kind: ControlKind, update_id: UUID | None) -> None:
        # While the desk still reads the past it may not know the event yet; a stop is taken all the same.
        if kind in ("stop", "hold") and not self.view.is_ready:
            return
        view = self.watched(live_event_id)
        if (update_id is not None) != (kind == "retract"):
            raise Refused("A retract names an update, no other control does.", code="invalid")
        if update_id is not None and not view.knows(update_id):
            raise Refused("There is no update of this id in this live event.", code="unknown-update", status=404)
        if view.standing.state == "withdrawn" and kind == "resume":
            raise Refused("Consent is withdrawn; nothing can go on.", code="withdrawn", status=409)

    async def seen_control(self, record: Control) -> None:
        """Until the pages know of a control, so that the next page does not show the time before it."""
        view = self.projection.of(record.live_event_id)
        try:
            async with asyncio.timeout(READ_BACK_S):
                while not view.has(record.id):
                    version = self.view.version
                    if not view.has(record.id):
                        await self.view.changed(version, 1.0)
        except TimeoutError:
            return

    async def _forget(self, view: LiveEventView, actor: Actor) -> None:
        """After a withdrawal: the keys first, then the record; both may be done twice without harm."""
        self.destroy_keys(view.live_event_id)
        if view.live_event is not None and view.live_event.state != "closed":
            await self._set_closed(view.live_event, actor)

    # -- opening and closing

    async def open(self, actor: Actor, file: Mapping[str, Any]) -> tuple[LiveEvent, bool]:
        """The live event of this file, and whether it was opened just now. The same plan again changes nothing."""
        require(actor, *MAY_OPEN)
        parsed, gaps = readiness.check(file, self.clock.now(), self._known_platforms, self._policies)
        if parsed is None:
            raise NotReady(gaps)
        async with self._locks[parsed.id]:
            known = self.projection.of(parsed.id).live_event
            if known is not None:
                return await self._open_again(actor, known, parsed), False
            if gaps:
                raise NotReady(gaps)
            return await self._open_new(actor, parsed), True

    async def _open_new(self, actor: Actor, parsed: LiveEventFile) -> LiveEvent:
        policy = self._policy_of(parsed.policy)
        plan = Plan.of(parsed)
        now = self.clock.now()
        record = LiveEvent(
            id=derive(parsed.id, "live-event", "open"),
            live_event_id=parsed.id,
            at=now,
            actor=actor,
            plan=plan,
            state="open",
            sealing_key=self._vault.create(parsed.id, parsed.protect),
            policy_sha256=policy.sha256,
            consent_sha256=sha256_hex(plan.consent.model_dump_json()),
            opened_at=now,
        )
        await self._applied(await self._bus.send(LIVE_EVENTS, record))
        return record

    async def _open_again(self, actor: Actor, known: LiveEvent, parsed: LiveEventFile) -> LiveEvent:
        if known.state == "closed":
            raise Refused("This live event is closed. Open a new one under another id.", code="closed", status=409)
        changed = _changed_fields(known.plan, Plan.of(parsed))
        if changed:
            what = ", ".join(changed)
            raise Refused(
                f"This live event is open with another plan (other: {what}). Close it, or keep to the plan.",
                code="other-plan",
                status=409,
            )
        self._vault.create(parsed.id, parsed.protect)  # a name may be added to the protected terms at any time
        policy = self._policy_of(parsed.policy)
        if policy.sha256 == known.policy_sha256:
            return known
        # A newer policy file: what was approved under the old one has to be asked for again.
        renewed = known.model_copy(update={"policy_sha256": policy.sha256, "at": self.clock.now(), "actor": actor})
        await self._applied(await self._bus.send(LIVE_EVENTS, renewed))
        return renewed

    async def close(self, actor: Actor, live_event_id: str) -> LiveEvent:
        require(actor, *MAY_OPEN)
        async with self._locks[live_event_id]:
            known = self.watched(live_event_id).live_event
            assert known is not None
            return known if known.state == "closed" else await self._set_closed(known, actor)

    async def _set_closed(self, known: LiveEvent, actor: Actor) -> LiveEvent:
        now = self.clock.now()
        changes = {
            "id": derive(known.live_event_id, "live-event", "closed"),
            "at": now,
            "actor": actor,
            "cause": known.id,
            "state": "closed",
            "closed_at": now,
        }
        record = known.model_copy(update=changes)
        await self._applied(await self._bus.send(LIVE_EVENTS, record))
        return record

    def destroy_keys(self, live_event_id: str) -> bool:
        """The keys, the protected terms, and what was compiled from them. Whether there were keys to destroy."""
        if not self._vault.has(live_event_id):
            return False
        self._vault.destroy(live_event_id)
        self._forget_terms()
        log.info("keys-destroyed", live_event_id=live_event_id)
        return True

    async def finish_withdrawals(self) -> None:
        """Destroys and closes where a crash came between the control and its consequence."""
        for view in list(self.projection.events.values()):
            known = view.live_event
            if view.standing.state != "withdrawn" or known is None:
                continue
            if self._vault.has(view.live_event_id) or known.state != "closed":
                await self._forget(view, view.standing.by or known.actor)


_TOLD = "Someone has decided this already. Nothing was changed."


def _said_before(one: Review, actor: Actor, verdict: Verdict, text_sha256: str) -> bool:
    """Whether this very person has said this very thing: a second press, or a retry after a lost answer."""
    said = one.decided
    return (
        said is not None
        and verdict != "edit"
        and (said.verdict, said.actor.name, said.text_sha256) == (verdict, actor.name, text_sha256)
    )


def _check_can_go(view: LiveEventView, draft: Draft, live_event: LiveEvent, now: datetime) -> None:
    """An approval that the poster would have to ignore is refused here, where a person reads why."""
    if view.standing.state == "withdrawn":
        raise Refused("Consent is withdrawn; nothing can go out.", code="withdrawn", status=409)
    if draft.update_id in view.standing.retracted:
        raise Refused("This update was taken back.", code="retracted", status=409)
    if live_event.state == "closed":
        raise Refused("The live event is closed; nothing can go out.", code="closed", status=409)
    if not release.consent_covers(live_event, now):
        raise Refused("The consent does not cover this day; nothing can go out.", code="consent-expired", status=409)
    if not draft.text.strip():
        raise Refused("There is no text to approve. Edit or return it.", code="nothing-left", status=409)


def _changed_fields(before: Plan, after: Plan) -> list[str]:
    return [name for name in Plan.model_fields if getattr(before, name) != getattr(after, name)]
