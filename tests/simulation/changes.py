"""What somebody may change between approval and posting: in a release on its way, or in the live event meanwhile.

`reason` is what the receipts have to say of it; nothing of what was changed may be posted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from schemas.draft import PolicyRef
from schemas.envelope import sha256_hex
from schemas.live_event import Destination, LiveEvent, Platform
from schemas.release import Release
from tests.poster_cases import START
from tests.simulation.kernel import BEGIN

CHANGED = 2  # the release that is changed; it is the long one

OTHER = "Something else that nobody has approved."
ELSEWHERE = Destination(platform=Platform.X, account="@SomebodyElse")
OTHER_POLICY = PolicyRef(name="lax", sha256="d" * 64)


@dataclass(frozen=True)
class Change:
    """In the release before it is sent, or in the live event at the press."""

    reason: str = ""
    of_release: Callable[[Release], dict[str, Any]] | None = None
    of_live_event: Callable[[LiveEvent], LiveEvent] | None = None

    def release(self, made: Release, number: int) -> Release:
        if self.of_release is None or number != CHANGED:
            return made
        return made.model_copy(update=self.of_release(made))

    def live_event(self, made: LiveEvent) -> LiveEvent:
        return self.of_live_event(made) if self.of_live_event else made


def _release(reason: str, **update: object) -> Change:
    return Change(reason, of_release=lambda _: update)


def _consent(reason: str, **update: object) -> Change:
    def changed(made: LiveEvent) -> LiveEvent:
        plan = made.plan
        return made.model_copy(
            update={"plan": plan.model_copy(update={"consent": plan.consent.model_copy(update=update)})}
        )

    return Change(reason, of_live_event=changed)


def _consent_without_text(made: LiveEvent) -> LiveEvent:
    media = made.plan.consent.media.model_copy(update={"text": False})
    consent = made.plan.consent.model_copy(update={"media": media})
    return made.model_copy(update={"plan": made.plan.model_copy(update={"consent": consent})})


CHANGES: Mapping[str, Change] = {
    # in the release: one field, and the most that whoever changes it can make consistent without a new approval
    "text": _release("binding-broken", text=OTHER),
    "text and its hash": _release("binding-broken", text=OTHER, text_sha256=sha256_hex(OTHER)),
    "hash of the text": _release("binding-broken", text_sha256=sha256_hex(OTHER)),
    "one letter": Change("binding-broken", of_release=lambda made: {"text": made.text.replace("joint", "Joint", 1)}),
    "no text": _release("empty", text=""),
    "policy": _release("binding-broken", policy=OTHER_POLICY),
    "another destination": Change(
        "binding-broken", of_release=lambda made: {"destinations": (*made.destinations, ELSEWHERE)}
    ),
    "a destination fewer": Change("binding-broken", of_release=lambda made: {"destinations": made.destinations[:1]}),
    "hash that binds": _release("binding-broken", binding_sha256="e" * 64),
    "no hash that binds": _release("binding-broken", binding_sha256="0" * 64),
    "expired before": _release("approval-expired", expires_at=START - timedelta(seconds=1)),
    "expires while it waits": _release(
        "approval-expired", not_before=BEGIN + timedelta(seconds=30), expires_at=BEGIN + timedelta(seconds=20)
    ),
    # in the live event, at any moment
    "policy of the event": Change(
        "policy-changed", of_live_event=lambda made: made.model_copy(update={"policy_sha256": OTHER_POLICY.sha256})
    ),
    "consent has expired": _consent("consent-expired", expires=(START - timedelta(days=1)).date()),
    "consent not signed yet": _consent("consent-not-yet", signed_at=START + timedelta(days=1)),
    "no consent to text": Change("consent-media", of_live_event=_consent_without_text),
    "no consent to this platform": _consent("consent-platform", platforms=("mastodon",)),
    "event closed before": Change(
        "event-closed",
        of_live_event=lambda made: made.model_copy(
            update={"state": "closed", "closed_at": START - timedelta(seconds=1)}
        ),
    ),
}
OF_RELEASES = tuple(name for name, change in CHANGES.items() if change.of_release)
OF_LIVE_EVENTS = tuple(name for name, change in CHANGES.items() if change.of_live_event)
