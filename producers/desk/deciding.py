"""One person's word on one draft: checked by the pure rules, written once, and only then answered.

Who wins when two decide at once is settled by the order of the `decisions` topic alone: a decision is written, read
back, and followed by its release or its new revision only when it turned out to be the first. So it holds for two
desks on two machines as well.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from producers.desk.queue import LiveEventView
from producers.desk.reach import Reach
from producers.desk.revisions import ask_again
from producers.desk.words import RETURN_REASONS, pick
from schemas.assertion import Assertion
from schemas.decision import Decision, Verdict
from schemas.draft import Action, Disposition, Draft
from schemas.envelope import Actor
from schemas.errors import Refused
from schemas.live_event import LiveEvent
from schemas.release import Release
from schemas.submission import Written
from schemas.topics import DECISIONS, DRAFTS, RELEASES
from streams import release, review, sealing
from streams.auth import require
from streams.review import Review

Screen = Callable[[LiveEvent, Draft, str, Actor], Draft]
"""Screens an edited text: the next revision of the draft, with its editor among its authors."""

Attest = Callable[[Decision], Awaitable[Assertion | None]]
"""The passkey's word on the very record that is about to be written. Raises Refused where it does not hold for it."""


@dataclass(frozen=True)
class Outcome:
    """What a decision led to: an approval has a release, an edit a new draft."""

    decision: Decision
    release: Release | None = None
    draft: Draft | None = None


class Deciding:
    """Approve, edit, return."""

    def __init__(self, reach: Reach, screen: Screen) -> None:
        self._reach = reach
        self._screen = screen
        # Two presses at this desk take turns, which spares a decision that could only lose; see above for two desks.
        self._locks: defaultdict[UUID, asyncio.Lock] = defaultdict(asyncio.Lock)

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
        attest: Attest | None = None,
    ) -> Outcome:
        """One person's word on one revision. Raises Refused when it does not stand; nothing has happened then.

        `attest` is asked for approvals alone: an edit or a return puts nothing out.
        """
        require(actor, *review.MAY_READ)
        view = self._reach.watched(live_event_id)
        draft = self._reach.reviewed(live_event_id, draft_id).draft
        async with self._locks[draft.update_id]:
            one = await self._decidable(view, draft_id, actor, text_sha256)
            if _said_before(one, actor, verdict, text_sha256) and view.lapsed(one, self._reach.clock.now()) is None:
                return await self._follow(view, one)
            checked = self._checked(view, one, verdict, actor, text_sha256, text=text, reason=reason, note=note)
            if verdict == "approve" and attest is not None:
                assertion = await attest(checked.decision)
                checked = Outcome(checked.decision.model_copy(update={"assertion": assertion}))
            await self._reach.write(DECISIONS, checked.decision)
            won = view.review(one.draft.id, self._reach.clock.now())
            if won is None or won.decided is None or won.decided.id != checked.decision.id:
                raise Refused(_TOLD, code="already-decided", status=409)
            if checked.draft is not None:
                await self._reach.write(DRAFTS, checked.draft)
                return checked
            return await self._follow(view, won)

    def proposed(self, actor: Actor, live_event_id: str, draft_id: UUID) -> Decision:
        """The approval that decide() would write now, for a passkey to sign. Raises Refused where none could stand."""
        require(actor, *review.MAY_READ)
        view, now = self._reach.watched(live_event_id), self._reach.clock.now()
        one = self._reach.reviewed(live_event_id, draft_id)
        lapse = view.lapsed(one, now) if view.waits(one, now) else None
        if lapse is not None:
            one = Review(ask_again(one.draft, lapse, now, actor))
        sha256 = one.draft.text_sha256
        return self._checked(view, one, "approve", actor, sha256, text=None, reason=None, note=None).decision

    async def _decidable(self, view: LiveEventView, draft_id: UUID, actor: Actor, text_sha256: str) -> Review:
        """The revision as it stands; one whose clearance lapsed is first asked for again as a revision of its own."""
        now = self._reach.clock.now()
        one = self._reach.reviewed(view.live_event_id, draft_id)
        if not view.waits(one, now) or one.draft.text_sha256 != text_sha256:
            return one
        lapse = view.lapsed(one, now)
        if lapse is None:
            return one
        again = ask_again(one.draft, lapse, now, actor)
        await self._reach.write(DRAFTS, again)
        return self._reach.reviewed(view.live_event_id, again.id)

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
            one,
            verdict,
            actor,
            live_event,
            self._reach.clock.now(),
            text_sha256=text_sha256,
            reason=reason,
            note=note,
            standing=view.standing,
        )
        if verdict == "approve":
            check_can_go(view, one.draft, live_event, self._reach.clock.now())
        if verdict == "edit":
            return Outcome(decision, draft=self.rewritten(live_event, one.draft, text, actor))
        return Outcome(decision)

    def rewritten(self, live_event: LiveEvent, draft: Draft, text: str | None, actor: Actor) -> Draft:
        """The next revision, in the actor's words: screened, and sealed for whoever asks what was typed."""
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
            await self._reach.write(RELEASES, cleared)
        return Outcome(decision, release=cleared)

    async def finish_approvals(self) -> None:
        """Writes the releases of approvals that a crash cut off before them."""
        now = self._reach.clock.now()
        for view in list(self._reach.projection.events.values()):
            for one in view.reviews(now):
                if one.state != "approved" or view.live_event is None or view.released(one.draft.id) is not None:
                    continue
                async with self._locks[one.draft.update_id]:
                    if view.lapsed(one, now) is None:
                        await self._follow(view, one)


_TOLD = "Someone has decided this already. Nothing was changed."


def _said_before(one: Review, actor: Actor, verdict: Verdict, text_sha256: str) -> bool:
    """Whether this very person has said this very thing: a second press, or a retry after a lost answer."""
    said = one.decided
    return (
        said is not None
        and verdict != "edit"
        and (said.verdict, said.actor.name, said.text_sha256) == (verdict, actor.name, text_sha256)
    )


def check_can_go(view: LiveEventView, draft: Draft, live_event: LiveEvent, now: datetime) -> None:
    """An approval that the poster would have to ignore is refused here, where a person reads why."""
    if view.standing.state == "withdrawn":
        raise Refused("Consent is withdrawn; nothing can go out.", code="withdrawn", status=409)
    if draft.update_id in view.standing.retracted:
        raise Refused("This update was taken back.", code="retracted", status=409)
    if live_event.state == "closed":
        raise Refused("The live event is closed; nothing can go out.", code="closed", status=409)
    review.check_consent(live_event, now)
    if not draft.text.strip():
        raise Refused("There is no text to approve. Edit or return it.", code="nothing-left", status=409)
