"""The desk put together: its acts over one reach, and who may watch."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from producers.desk import plan
from producers.desk.correcting import Correcting
from producers.desk.counting import Counting
from producers.desk.deciding import Deciding
from producers.desk.going_out import Compose
from producers.desk.holding import Holding
from producers.desk.keeping import Keeping
from producers.desk.limits import Limits
from producers.desk.messages import Messages
from producers.desk.opening import Opening
from producers.desk.presences import Presences
from producers.desk.projection import Projection
from producers.desk.queue import LiveEventView
from producers.desk.reach import Reach
from producers.desk.settling import Settling
from producers.desk.steering import Steering
from schemas.envelope import Role
from streams import review
from streams.clock import Clock
from streams.review import Review
from streams.views import View

MAY_WATCH = review.MAY_READ | review.MAY_STOP | {Role.LIAISON, Role.AUDITOR}
"""Who sees how an event stands and what is public; drafts are for review.MAY_READ alone."""


@dataclass(frozen=True)
class Desk:
    reach: Reach
    deciding: Deciding
    correcting: Correcting
    opening: Opening
    steering: Steering
    settling: Settling
    counting: Counting
    messages: Messages
    presences: Presences
    holding: Holding
    limits: Limits
    keeping: Keeping
    compose: Compose | None = None

    @property
    def clock(self) -> Clock:
        return self.reach.clock

    @property
    def projection(self) -> Projection:
        return self.reach.projection

    @property
    def view(self) -> View:
        return self.reach.view

    def watched(self, live_event_id: str) -> LiveEventView:
        return self.reach.watched(live_event_id)

    def proposal(
        self, view: LiveEventView, last_posted_at: datetime | None, waits: plan.Waiting
    ) -> plan.Proposal | None:
        """The holding message that waits for a press; None once it was pressed."""
        found = plan.proposal(view, last_posted_at, waits, self.clock.now())
        return None if found is None or self.holding.is_sent(found.update_id) else found

    def reviewed(self, live_event_id: str, draft_id: UUID) -> Review:
        return self.reach.reviewed(live_event_id, draft_id)
