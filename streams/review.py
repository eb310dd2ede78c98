"""Who may decide what about a held draft: one table of roles, one fold of a draft's life, used by the desk.

    waiting ──approve──▶ approved          an approval binds text, policy and destinations, and expires
       │ ╲──return───▶ returned            the reporter reads why
       └──edit──▶ waiting (next revision)  screened again; its words now have one author more

Rule 1: nobody approves own words, whatever the role.
Rule 2: what is decided is the revision that was read: another text, policy or revision is refused as stale.
Rule 3: the first decision on a revision wins; the second person is told.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from schemas.decision import Decision, Verdict
from schemas.draft import Disposition, Draft
from schemas.envelope import Actor, Role
from schemas.errors import Refused
from schemas.ids import derive
from schemas.live_event import LiveEvent
from streams.release import binding

# Who may approve a draft that needs the role on the left. A physician may all that a reviewer may; the director too,
# but medical claims stay with the physician (AMA opinion 3.1.4: expert accuracy check).
MAY_APPROVE: dict[Role, frozenset[Role]] = {
    Role.REVIEWER: frozenset({Role.REVIEWER, Role.PHYSICIAN, Role.DIRECTOR}),
    Role.PHYSICIAN: frozenset({Role.PHYSICIAN}),
    Role.DIRECTOR: frozenset({Role.DIRECTOR}),
}
MAY_READ = frozenset({Role.REVIEWER, Role.PHYSICIAN, Role.DIRECTOR})
MAY_SEE_ORIGINAL = MAY_READ
MAY_STOP = frozenset({Role.REVIEWER, Role.PHYSICIAN, Role.DIRECTOR, Role.ADVOCATE})
MAY_RESUME = frozenset({Role.PHYSICIAN, Role.DIRECTOR})
MAY_WITHDRAW = frozenset({Role.DIRECTOR, Role.ADVOCATE})
MAY_RETRACT = frozenset({Role.PHYSICIAN, Role.DIRECTOR, Role.ADVOCATE})
MAY_RELEASE = frozenset({Role.DIRECTOR})  # lets an as-live event go out
MAY_SETTLE = MAY_READ  # says what became of a post: whoever sees the queue it waits in

State = Literal["waiting", "approved", "returned", "released", "refused", "superseded"]


@dataclass(frozen=True)
class Review:
    """One revision of one update at the desk."""

    draft: Draft
    state: State = "waiting"
    decided: Decision | None = None


def opened(draft: Draft, *, needs_person: bool) -> Review:
    """How a draft arrives: waiting for a person, gone on by policy, or refused (which only a new text can mend)."""
    if draft.disposition is Disposition.REFUSE:
        return Review(draft, "refused")
    return Review(draft, "waiting" if needs_person else "released")


def needed_role(draft: Draft) -> Role:
    return draft.needs or Role.REVIEWER


def is_the_directors(draft: Draft) -> bool:
    """Whether nobody else may even return or edit it."""
    return any(found.kind == "revoked-tablet" for found in draft.findings)


def may_approve(review: Review, actor: Actor) -> str | None:
    """None when the actor may; else the reason's code: own-words, needs-role, already-decided."""
    if review.state != "waiting":
        return "already-decided"
    if actor.name in review.draft.authors:
        return "own-words"
    if actor.role not in MAY_APPROVE[needed_role(review.draft)]:
        return "needs-role"
    return None


_SAY = {
    "own-words": ("You wrote this. Someone else has to approve it.", 403),
    "already-decided": ("Someone has decided this already. Nothing was changed.", 409),
}


def decide(
    review: Review,
    verdict: Verdict,
    actor: Actor,
    live_event: LiveEvent,
    now: datetime,
    *,
    text_sha256: str,
    reason: str | None = None,
    note: str | None = None,
) -> Decision:
    """The decision, if it may stand. Raises Refused with the reason in words: own words, role, stale, decided."""
    draft = review.draft
    if actor.role not in MAY_READ:
        raise Refused("Only a reviewer, a physician or the director can decide.", code="wrong-role", status=403)
    if is_the_directors(draft) and actor.role is not Role.DIRECTOR:
        raise Refused(
            "Only the director decides on this: it came from a tablet that was switched off.",
            code="needs-role",
            status=403,
        )
    if review.state != "waiting":
        message, status = _SAY["already-decided"]
        raise Refused(message, code="already-decided", status=status)
    if text_sha256 != draft.text_sha256:
        raise Refused("The text was changed. Read it again; nothing was approved.", code="stale", status=409)
    if draft.policy.sha256 != live_event.policy_sha256 and verdict == "approve":
        raise Refused("The policy was changed. The update has to be checked again.", code="policy-changed", status=409)
    if verdict == "approve":
        _check_approver(review, actor)
    keys = tuple(d.key for d in live_event.plan.destinations)
    return Decision(
        id=derive(draft.id, "decision", actor.name, verdict),
        live_event_id=draft.live_event_id,
        at=now,
        actor=actor,
        cause=draft.id,
        update_id=draft.update_id,
        draft_id=draft.id,
        revision=draft.revision,
        verdict=verdict,
        text_sha256=draft.text_sha256,
        policy_sha256=draft.policy.sha256,
        destinations=keys,
        binding_sha256=binding(draft.text_sha256, draft.policy.sha256, keys),
        reason=reason,
        note=note,
        expires_at=now + timedelta(seconds=live_event.plan.release.approval_expires_s)
        if verdict == "approve"
        else None,
    )


def _check_approver(review: Review, actor: Actor) -> None:
    why = may_approve(review, actor)
    if why == "needs-role":
        role = needed_role(review.draft)
        raise Refused(f"Only a {role} can approve this.", code="needs-role", status=403)
    if why is not None:
        message, status = _SAY[why]
        raise Refused(message, code=why, status=status)


def after(review: Review, decision: Decision) -> Review:
    """The review after a decision that was read from the topic; the first one on a revision wins."""
    if review.state != "waiting" or decision.draft_id != review.draft.id:
        return review
    states: dict[Verdict, State] = {"approve": "approved", "return": "returned", "edit": "superseded"}
    return replace(review, state=states[decision.verdict], decided=decision)
