"""Which revision of each update counts, how it stands, and whether a person has to say something about it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from producers.desk.fold import Fold
from producers.desk.values import Item
from schemas.decision import Decision
from schemas.draft import Action, Disposition, Draft, Finding
from schemas.envelope import Actor, Role
from schemas.ids import derive
from schemas.release import Release
from streams import consent, review
from streams.release import needs_person
from streams.review import Review

# An edit is a decision first and a new revision after it. Where the desk died between the two, the revision never
# comes; after this time the old one waits again. Longer than any send may take, short enough not to forget the update.
EDIT_SETTLES = timedelta(seconds=60)

# Why a release came to nothing without having gone out: the same words may be asked for again. Any other reason
# (withdrawn, retracted, event closed, refused by the platform) is final here. What the consent did not cover is held
# for a person too: they return it, or approve it once it is covered.
LAPSES = frozenset(
    {"stopped", "approval-expired", "expired", "policy-changed", "complication", "not-as-signed", *consent.CODES}
)
# A finding of kind `complication` tells of one; that a physician has to read everything since one is another thing.
AFTER_COMPLICATION = "after-complication"


@dataclass
class Revisions(Fold):
    """The updates of one live event."""

    def draft(self, draft_id: UUID) -> Draft | None:
        return self._by_id.get(draft_id)

    def knows(self, update_id: UUID) -> bool:
        return update_id in self._drafts

    def number(self, update_id: UUID) -> int:
        """The place of an update among all of this event, from 1; how people speak of it."""
        return self._numbers[update_id]

    def review(self, draft_id: UUID, now: datetime) -> Review | None:
        """How one revision stands. An older revision than the current one is superseded, whatever was said of it."""
        draft = self._by_id.get(draft_id)
        if draft is None:
            return None
        current = self.current(draft.update_id, now)
        if current is not None and current.draft.id == draft_id:
            return current
        found = self._revision(draft, now)
        return replace(found, state="superseded") if found.state == "waiting" else found

    def current(self, update_id: UUID, now: datetime) -> Review | None:
        """The revision that counts: one that has gone on, for a second must not follow it; else the last one."""
        revisions = self._drafts.get(update_id)
        if not revisions:
            return None
        found = [self._revision(revisions[n], now) for n in sorted(revisions)]
        for one in found:
            if one.state in ("approved", "released") and self.lapsed(one, now) is None:
                return one
        return found[-1]

    def _revision(self, draft: Draft, now: datetime) -> Review:
        known = self.live_event
        asks = draft.revision > 0 or known is None or needs_person(draft, known)
        found = review.opened(draft, needs_person=asks)
        for decision in self._decisions.get(draft.id, ()):
            if decision.text_sha256 == draft.text_sha256:
                found = review.after(_unstuck(found, decision.at), decision)
        if found.state == "superseded" and draft.revision + 1 not in self._drafts[draft.update_id]:
            return _unstuck(found, now)
        return found

    def released(self, draft_id: UUID) -> Release | None:
        return self._releases.get(draft_id)

    def lapsed(self, one: Review, now: datetime) -> str | None:
        """Why this revision has to be asked for again although it was cleared; None when it has not.

        Only what surely is public nowhere may be asked for again: the poster has said so for every destination, or
        no release was ever written and none can be any more.
        """
        if one.state not in ("approved", "released"):
            return None
        release = self._releases.get(one.draft.id)
        if release is None:
            return self._approval_lapsed(one.decided, now)
        places = self._by_release.get(release.id, set())
        receipts = [self._receipts[place] for place in places]
        if {r.destination for r in receipts} != {d.key for d in release.destinations}:
            return None
        reasons = {r.reason for r in receipts if r.outcome == "not-posted"}
        if any(r.outcome != "not-posted" for r in receipts) or not reasons <= LAPSES:
            return None
        return min(AFTER_COMPLICATION if r == "complication" else str(r) for r in reasons)

    def _approval_lapsed(self, decision: Decision | None, now: datetime) -> str | None:
        if decision is None:
            return None
        stopped_at = self.standing.stopped_at
        if stopped_at is not None and decision.at <= stopped_at:
            return "stopped"
        if decision.actor.role is not Role.PHYSICIAN and self.standing.is_text_only:
            return AFTER_COMPLICATION
        if decision.expires_at is not None and decision.expires_at <= now:
            return "approval-expired"
        return None

    def reviews(self, now: datetime) -> tuple[Review, ...]:
        """The current revision of every update, in order of arrival."""
        return self._folded(now)[0]

    def _folded(self, now: datetime) -> tuple[tuple[Review, ...], tuple[Item, ...]]:
        """All current revisions, and what of them waits.

        Time matters here only by the minute (an edit that settles, an approval that ends), so one fold serves all the
        people who look at the same version within the same ten seconds.
        """
        key = (self.version, now.replace(second=now.second // 10 * 10, microsecond=0))
        if self._kept is None or self._kept[0] != key:
            found = (self.current(update_id, now) for update_id in self._drafts)
            reviews = tuple(one for one in found if one is not None)
            self._kept = (key, reviews, tuple(self._item(one, now) for one in reviews if self.waits(one, now)))
        return self._kept[1], self._kept[2]

    def waits(self, one: Review, now: datetime) -> bool:
        """Whether a person has to say something about this revision."""
        if self.standing.state == "withdrawn" or one.draft.update_id in self.standing.retracted:
            return False
        return one.state == "waiting" or self.lapsed(one, now) is not None

    def _item(self, one: Review, now: datetime) -> Item:
        draft = one.draft
        lapse = self.lapsed(one, now)
        reason = lapse or (draft.reasons[0] if draft.reasons else _plain_reason(draft))
        since = one.decided.at if lapse and one.decided else draft.received_at
        return Item(
            draft.update_id, since, reason, draft.text, needs=review.needed_role(draft, self.standing), review=one
        )


def ask_again(draft: Draft, lapse: str, now: datetime, actor: Actor) -> Draft:
    """The next revision of a draft whose clearance lapsed: the same words, which a person has to approve anew.

    The id follows from the draft alone, so two desks that ask at once ask once.
    """
    reasons = (lapse, *(r for r in draft.reasons if r != lapse))
    asked = Finding(start=0, end=0, kind="asked-again", rule=lapse, action=Action.HOLD)
    changes = {
        "id": derive(draft.id, "again"),
        "at": now,
        "actor": actor,
        "cause": draft.id,
        "revision": draft.revision + 1,
        "disposition": Disposition.HOLD,
        "reasons": reasons,
        # Among the findings, so that whoever derives the disposition from them later gets this one.
        "findings": (asked, *(f for f in draft.findings if f.kind != asked.kind)),
    }
    return draft.model_copy(update=changes)


def _unstuck(one: Review, now: datetime) -> Review:
    """An edit whose revision never came gives way after a while."""
    stuck = one.state == "superseded" and one.decided is not None and now - one.decided.at >= EDIT_SETTLES
    return replace(one, state="waiting", decided=None) if stuck else one


def _plain_reason(draft: Draft) -> str:
    return "edited" if draft.revision else "read-first"
