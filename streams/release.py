"""What may go out: by policy alone, by a person's decision, and, at the last moment, under the controls in force.

Fail closed: whatever is unknown, expired, out of the consent's scope or under another binding is held, never posted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from schemas.decision import Decision
from schemas.draft import Disposition, Draft
from schemas.envelope import Actor, sha256_hex, system
from schemas.ids import derive
from schemas.live_event import Destination, LiveEvent
from schemas.release import Release
from streams.standing import Standing


def binding(text_sha256: str, policy_sha256: str, destinations: tuple[str, ...]) -> str:
    """The hash a release and a decision bind to: the very text, the very policy, the very places."""
    return sha256_hex("\n".join(("scrubcast/binding/v1", text_sha256, policy_sha256, *sorted(destinations))))


def needs_person(draft: Draft, live_event: LiveEvent) -> bool:
    """Whether a person has to see this draft first."""
    if draft.disposition in (Disposition.HOLD, Disposition.REFUSE):
        return True
    return live_event.plan.release.review == "all" and draft.run_sheet_item is None


def by_policy(draft: Draft, live_event: LiveEvent, now: datetime) -> Release | None:
    """The release that policy alone allows, or None when a person has to decide."""
    if draft.revision != 0 or needs_person(draft, live_event):
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
    if standing.state == "withdrawn":
        return Never("withdrawn")
    if release.update_id in standing.retracted:
        return Never("retracted")
    if sha256_hex(release.text) != release.text_sha256 or not _bound(release, destination):
        return Never("binding-broken")
    if destination.key not in {d.key for d in live_event.plan.destinations}:
        return Never("destination-removed")
    if release.policy.sha256 != live_event.policy_sha256:
        return Never("policy-changed")
    if standing.stopped_at is not None and release.at <= standing.stopped_at:
        return Never("stopped")
    if standing.state != "running":
        return Wait(None, standing.state)
    if live_event.state == "closed" and (live_event.closed_at is None or release.at > live_event.closed_at):
        return Never("event-closed")
    if not consent_covers(live_event, now):
        return Never("consent-expired")
    if live_event.plan.release.mode == "as-live":
        return _as_live(release, standing, now, origin)
    if release.expires_at is not None and now >= release.expires_at:
        return Never("approval-expired")
    if now < release.not_before:
        return Wait(release.not_before, "delay")
    return Go()


def _as_live(release: Release, standing: Standing, now: datetime, origin: datetime | None) -> Verdict:
    """Kept until the director releases all of it; then in its own pace. That word renews approvals and ends delays."""
    if standing.released_at is None:
        return Wait(None, "as-live")
    after = (release.received_at - (origin or release.received_at)) * standing.pace
    at = standing.released_at + max(after, timedelta())
    return Go() if now >= at else Wait(at, "as-live")


def _bound(release: Release, destination: Destination) -> bool:
    keys = tuple(d.key for d in release.destinations)
    return destination.key in keys and release.binding_sha256 == binding(
        release.text_sha256, release.policy.sha256, keys
    )


def consent_covers(live_event: LiveEvent, now: datetime) -> bool:
    """Text is in scope, it was signed before now, and the day of expiry has not ended where the event is."""
    consent = live_event.plan.consent
    today = now.astimezone(ZoneInfo(live_event.plan.timezone)).date()
    return consent.media.text and consent.signed_at <= now and today <= consent.expires
