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
from streams import consent
from streams.release import binding
from streams.standing import RUNNING, Standing

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
MAY_COMPLICATION = frozenset({Role.PHYSICIAN, Role.DIRECTOR, Role.ADVOCATE})
MAY_COMPLICATION_OVER = frozenset({Role.PHYSICIAN, Role.DIRECTOR})
MAY_TELL = frozenset({Role.LIAISON, Role.DIRECTOR})  # that the family knows
MAY_SIGN = frozenset({Role.PHYSICIAN})  # the run sheet, before the event
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


def needed_role(draft: Draft, standing: Standing = RUNNING) -> Role:
    """The least role whose word it takes now: in text alone after a complication, a physician reads every word."""
    needed = draft.needs or Role.REVIEWER
    return Role.PHYSICIAN if standing.is_text_only and needed is Role.REVIEWER else needed


def is_the_directors(draft: Draft) -> bool:
    """Whether nobody else may even return or edit it."""
    return any(found.kind == "revoked-tablet" for found in draft.findings)


def may_approve(review: Review, actor: Actor, standing: Standing = RUNNING) -> str | None:
    """None when the actor may; else the reason's code: own-words, needs-role, complication, already-decided."""
    if review.state != "waiting":
        return "already-decided"
    if actor.name in review.draft.authors:
        return "own-words"
    needed = needed_role(review.draft, standing)
    if actor.role not in MAY_APPROVE[needed]:
        return "needs-role"
    # What is the director's alone cannot be read by a physician in their place: it waits until it is over.
    return "complication" if standing.is_text_only and needed is Role.DIRECTOR else None


_SAY = {
    "own-words": ("You wrote this. Someone else has to approve it.", 403),
    "already-decided": ("Someone has decided this already. Nothing was changed.", 409),
    "complication": ("After the complication a physician reads every word. This is the director's: it waits.", 409),
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
    standing: Standing = RUNNING,
) -> Decision:
    """The decision, if it may stand. Raises Refused with the reason in words: own words, role, stale, decided, consent.

    `standing`: the controls in force; after a complication a physician's word is needed.
    """
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
        _check_approver(review, actor, standing)
        check_consent(live_event, now)
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
        # What the reporter reads; a form sends along what is ticked there whichever button was pressed.
        reason=reason if verdict == "return" else None,
        note=note if verdict == "return" else None,
        expires_at=now + timedelta(seconds=live_event.plan.release.approval_expires_s)
        if verdict == "approve"
        else None,
        consent_sha256=live_event.consent_sha256,
    )


def check_consent(live_event: LiveEvent, now: datetime) -> None:
    """Raises Refused, in words, when the consent does not cover text on every destination now."""
    code = consent.out_of_scope_anywhere(live_event, now)
    if code is not None:
        raise Refused(consent.SAY[code], code=code, status=409)


def _check_approver(review: Review, actor: Actor, standing: Standing) -> None:
    why = may_approve(review, actor, standing)
    if why == "needs-role":
        role = needed_role(review.draft, standing)
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
