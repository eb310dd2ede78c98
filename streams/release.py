"""What may go out: by policy alone, by a person's decision, and, at the last moment, under the controls in force.

Fail closed: whatever is unknown, expired, out of the consent's scope or under another binding is held, never posted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from schemas.decision import Decision
from schemas.draft import Disposition, Draft
from schemas.envelope import Actor, Role, sha256_hex, system
from schemas.ids import derive
from schemas.live_event import Destination, LiveEvent
from schemas.release import Release
from streams import consent, run_sheet
from streams.standing import Standing


def binding(text_sha256: str, policy_sha256: str, destinations: tuple[str, ...]) -> str:
    """The hash a release and a decision bind to: the very text, the very policy, the very places."""
    return sha256_hex("\n".join(("scrubcast/binding/v1", text_sha256, policy_sha256, *sorted(destinations))))


def needs_person(draft: Draft, live_event: LiveEvent) -> bool:
    """Whether a person has to see this draft first."""
    if draft.disposition in (Disposition.HOLD, Disposition.REFUSE):
        return True
    return live_event.plan.release.review == "all" and not _is_signed_item(draft, live_event)


def _is_signed_item(draft: Draft, live_event: LiveEvent) -> bool:
    """Whether it goes as an item of the run sheet, and its text after screening is that item's."""
    item = next((i for i in live_event.plan.run_sheet if i.id == draft.run_sheet_item), None)
    return item is not None and run_sheet.is_as_signed(item, draft.text)


def by_policy(draft: Draft, live_event: LiveEvent, now: datetime) -> Release | None:
    """The release that policy alone allows, or None when a person has to decide."""
    if draft.revision != 0 or needs_person(draft, live_event):
        return None
    if consent.out_of_scope_anywhere(live_event, now) is not None:
        return None
    return _release(draft, live_event, now, cause=draft.id, approved_by=None, expires_at=None, decision_id=None)


def by_decision(draft: Draft, decision: Decision, live_event: LiveEvent, now: datetime) -> Release:
    """The release of an approval; the caller has had review.decide() check it."""
    return _release(
        draft,
        live_event,
        now,
        cause=decision.id,
        approved_by=decision.actor,
        expires_at=decision.expires_at,
        decision_id=decision.id,
    )


def at_close(draft: Draft, live_event: LiveEvent, director: Actor, now: datetime) -> Release:
    """The release of the closing root: of the program's own words, by the act of the person who closes the event."""
    return _release(draft, live_event, now, cause=draft.id, approved_by=director, expires_at=None, decision_id=None)


def _release(
    draft: Draft,
    live_event: LiveEvent,
    now: datetime,
    *,
    cause: UUID,
    approved_by: Actor | None,
    expires_at: datetime | None,
    decision_id: UUID | None,
) -> Release:
    destinations = live_event.plan.destinations
    return Release(
        id=derive(draft.id, "release"),
        live_event_id=draft.live_event_id,
        at=now,
        actor=approved_by or system("scrub"),
        cause=cause,
        update_id=draft.update_id,
        draft_id=draft.id,
        revision=draft.revision,
        text=draft.text,
        text_sha256=draft.text_sha256,
        policy=draft.policy,
        destinations=destinations,
        binding_sha256=binding(draft.text_sha256, draft.policy.sha256, tuple(d.key for d in destinations)),
        not_before=now + timedelta(seconds=live_event.plan.release.delay_s),
        expires_at=expires_at,
        approved_by=approved_by,
        decision_id=decision_id,
        lang=draft.lang,
        phase=draft.phase,
        received_at=draft.received_at,
        corrects=draft.corrects,
    )


@dataclass(frozen=True)
class Go:
    """It may be posted now."""


@dataclass(frozen=True)
class Wait:
    """Not yet: ask again at `until`, or when a control arrives (None: only a control can change it)."""

    until: datetime | None
    reason: str


@dataclass(frozen=True)
class Never:
    """It will not be posted under this release; a person may release it anew."""

    reason: str


Verdict = Go | Wait | Never


def may_go(
    release: Release,
    destination: Destination,
    live_event: LiveEvent | None,
    standing: Standing,
    now: datetime,
    *,
    origin: datetime | None = None,
) -> Verdict:
    """Whether this release may start on this destination at `now`. Asked before every single request.

    `origin`: when the first update of the thread was received; the pauses of an as-live event count from it.
    """
    if live_event is None:
        return Wait(None, "unknown-event")
    given = _Asked(release, destination, live_event, standing, now)
    for check in CHECKS:
        found = check(given)
        if found is not None:
            return found
    if live_event.plan.release.mode == "as-live":
        return _as_live(release, standing, now, origin)
    if release.expires_at is not None and now >= release.expires_at:
        return Never("approval-expired")
    if now < release.not_before:
        return Wait(release.not_before, "delay")
    return Go()


@dataclass(frozen=True)
class _Asked:
    """What may_go was asked."""

    release: Release
    destination: Destination
    live_event: LiveEvent
    standing: Standing
    now: datetime


def not_withdrawn(asked: _Asked) -> Never | None:
    return Never("withdrawn") if asked.standing.state == "withdrawn" else None


def not_retracted(asked: _Asked) -> Never | None:
    return Never("retracted") if asked.release.update_id in asked.standing.retracted else None


def is_bound(asked: _Asked) -> Never | None:
    """The very text, and a binding that names this destination."""
    release = asked.release
    keys = tuple(d.key for d in release.destinations)
    binds = release.binding_sha256 == binding(release.text_sha256, release.policy.sha256, keys)
    very = sha256_hex(release.text) == release.text_sha256
    return None if binds and very and asked.destination.key in keys else Never("binding-broken")


def is_planned(asked: _Asked) -> Never | None:
    planned = {d.key for d in asked.live_event.plan.destinations}
    return None if asked.destination.key in planned else Never("destination-removed")


def is_under_policy(asked: _Asked) -> Never | None:
    return None if asked.release.policy.sha256 == asked.live_event.policy_sha256 else Never("policy-changed")


def is_read_where_all_is(asked: _Asked) -> Never | None:
    """Where a person reads everything, policy alone lets go only what a physician signed beforehand."""
    plan = asked.live_event.plan
    if asked.release.approved_by is not None or plan.release.review != "all":
        return None
    signed = asked.standing.signed
    if signed is not None and not run_sheet.is_signed(plan.run_sheet, signed):
        return Never("not-as-signed")
    return None if run_sheet.item_of(plan.run_sheet, asked.release.text) else Never("not-as-signed")


def not_stopped_since(asked: _Asked) -> Never | None:
    stopped_at = asked.standing.stopped_at
    return Never("stopped") if stopped_at is not None and asked.release.at <= stopped_at else None


def is_read_by_physician(asked: _Asked) -> Never | None:
    """Text alone after a complication: what no physician has read does not go, whether it came before or after.

    What an as-live event had kept before is not on its way; when it is released, the outcome is known.
    """
    release = asked.release
    if release.approved_by is not None and release.approved_by.role is Role.PHYSICIAN:
        return None
    kept = asked.live_event.plan.release.mode == "as-live"
    for time in asked.standing.text_only:
        if (time.over is None or release.at <= time.over) and not (kept and release.at < time.began):
            return Never("complication")
    return None


def is_running(asked: _Asked) -> Wait | None:
    state = asked.standing.state
    return None if state == "running" else Wait(None, state)


def is_open(asked: _Asked) -> Never | None:
    """A closed event still lets out what was released before it closed."""
    known = asked.live_event
    if known.state == "closed" and (known.closed_at is None or asked.release.at > known.closed_at):
        return Never("event-closed")
    return None


def is_consented(asked: _Asked) -> Never | None:
    code = consent.out_of_scope(asked.live_event, asked.destination, asked.now)
    return None if code is None else Never(code)


def is_told(asked: _Asked) -> Wait | None:
    """Family first: of this phase nothing goes out before the liaison has said that they know."""
    phase = asked.release.phase
    if phase is not None and phase in asked.live_event.plan.family_first and phase not in asked.standing.told:
        return Wait(None, "family")
    return None


Check = Callable[[_Asked], Never | Wait | None]
# In this order: what ends a release for good is said before what only keeps it.
CHECKS: tuple[Check, ...] = (
    not_withdrawn, not_retracted, is_bound, is_planned, is_under_policy, is_read_where_all_is, not_stopped_since,
    is_read_by_physician, is_running, is_open, is_consented, is_told,
)  # fmt: skip


def _as_live(release: Release, standing: Standing, now: datetime, origin: datetime | None) -> Verdict:
    """Kept until the director releases all of it; then in its own pace. That word renews approvals and ends delays."""
    if standing.released_at is None:
        return Wait(None, "as-live")
    after = (release.received_at - (origin or release.received_at)) * standing.pace
    at = standing.released_at + max(after, timedelta())
    return Go() if now >= at else Wait(at, "as-live")
