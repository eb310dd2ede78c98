"""All that is known of one live event, and in which order what waits is shown: by urgency, the oldest first."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from producers.desk.tally import Tally
from producers.desk.values import Item, Row
from schemas.envelope import Actor, Role
from schemas.release import Release
from streams import lifecycle, review
from streams.review import Review
from streams.standing import RESUME_AGREE_S, Standing


@dataclass
class LiveEventView(Tally):
    """All that is known of one live event. `version` grows with every record that changed something."""

    _ordered_of: object = None
    _ordered: dict[tuple[str, Role] | None, tuple[Item, ...]] = field(default_factory=dict)  # by who looks

    def queue(self, now: datetime, actor: Actor | None = None) -> tuple[Item, ...]:
        """What needs a person: posts that do, then what this actor may approve, then the rest; oldest first."""
        _, items = self._folded(now)
        if self._ordered_of is not self._kept:  # one fold, one order for each who looks
            self._ordered_of, self._ordered = self._kept, {}
        who = None if actor is None else (actor.name, actor.role)
        if who not in self._ordered:
            self._ordered[who] = self._order(items, actor)
        return self._ordered[who]

    def _order(self, items: tuple[Item, ...], actor: Actor | None) -> tuple[Item, ...]:
        posts = [_post_item(row) for row in self._rows() if row.answers]
        oldest_first = sorted(items, key=lambda i: (i.since, str(i.update_id)))
        mine = [
            i.review is not None and actor is not None and _might(i.review, actor, self.standing) for i in oldest_first
        ]
        return (
            *sorted(posts, key=lambda i: (i.since, str(i.update_id))),
            *(item for item, is_mine in zip(oldest_first, mine, strict=True) if is_mine),
            *(item for item, is_mine in zip(oldest_first, mine, strict=True) if not is_mine),
        )

    # -- an as-live event, and coming back from a stop

    @property
    def is_as_live(self) -> bool:
        return self.live_event is not None and self.live_event.plan.release.mode == "as-live"

    @property
    def is_kept(self) -> bool:
        """As-live, and not released yet."""
        return self.is_as_live and self.standing.released_at is None

    def kept(self, now: datetime) -> tuple[Release, ...]:
        """What an as-live event has ready and not sent anywhere yet, in the order it was received."""
        found = {p.release.id: p.release for d in self.destinations() for p in self.pending(d, now)}
        return tuple(sorted(found.values(), key=lambda r: (r.received_at, str(r.id))))

    def lifecycle(self) -> lifecycle.State:
        """The state of an event that was opened; what only a preparation knows is said where preparations are."""
        return lifecycle.state_of(None, self.live_event, self.standing, is_ready=False)

    @property
    def awaits_family(self) -> tuple[str, ...]:
        """The phases of which nothing goes out yet, in the plan's order."""
        known = self.live_event
        return tuple(p for p in known.plan.family_first if p not in self.standing.told) if known else ()

    def agree_before(self, now: datetime) -> datetime | None:
        """Until when a second person may agree to resume; None when nobody has agreed, or it has ended."""
        standing = self.standing
        if standing.state != "stopped" or standing.agreed_at is None:
            return None
        ends = standing.agreed_at + timedelta(seconds=RESUME_AGREE_S)
        return ends if now <= ends else None


def _might(one: Review, actor: Actor, standing: Standing) -> bool:
    waits = one if one.state == "waiting" else replace(one, state="waiting")
    return review.may_approve(waits, actor, standing) is None


def _post_item(row: Row) -> Item:
    reason = "unknown-outcome" if row.state == "unknown" else "not-deleted"
    return Item(row.receipt.update_id, row.since, reason, row.receipt.text, row=row)
