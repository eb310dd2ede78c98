"""How many of each there are in one live event, and how things stood when it was stopped."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from producers.desk.public import Public
from producers.desk.values import AtStop, Counts


@dataclass
class Tally(Public):
    """The numbers of one live event."""

    def counts(self, now: datetime) -> Counts:
        reviews, waiting = self._folded(now)
        rows = list(self._rows())
        posted = [row.receipt for row in rows if row.state in ("posted", "taking-back", "not-deleted")]
        oldest = min((item.since for item in waiting), default=None)
        return Counts(
            received=len(reviews),
            waiting=len(waiting),
            approved=sum(one.state == "approved" and self.lapsed(one, now) is None for one in reviews),
            returned=sum(one.state == "returned" for one in reviews),
            refused=sum(one.state == "refused" for one in reviews),
            released=len(self._releases),
            posted=len(posted),
            not_posted=sum(row.state == "not-posted" for row in rows),
            unknown=sum(row.state == "unknown" for row in rows),
            not_deleted=sum(row.state == "not-deleted" for row in rows),
            oldest_waiting_at=oldest,
            oldest_waiting_s=None if oldest is None else (now - oldest).total_seconds(),
            updates_per_minute=sum(now - timedelta(minutes=1) < one.draft.received_at <= now for one in reviews),
            last_posted_at=max((r.posted_at for r in posted if r.posted_at), default=None),
        )

    def at_stop(self, now: datetime) -> AtStop | None:
        """None when nothing was stopped."""
        since = self.standing.stopped_at
        if since is None:
            return None
        public, in_flight = {}, []
        for row in self._rows():
            receipt = row.receipt
            if receipt.outcome == "posted" and (receipt.posted_at or receipt.at) <= since:
                public[receipt.update_id, receipt.part] = row
            elif receipt.outcome == "posted" or row.state == "unknown":
                in_flight.append(row)
        reviews = self.reviews(now)
        cleared = [d for d in self._releases.values() if d.at <= since and not self._by_release.get(d.id)]
        return AtStop(
            public=tuple(sorted(public.values(), key=lambda r: r.receipt.posted_at or r.receipt.at)),
            in_flight=(*in_flight, *(i for place, i in self._intents.items() if place not in self._receipts)),
            approved=len(cleared) + sum(self.lapsed(one, now) == "stopped" for one in reviews),
            waiting=sum(one.state == "waiting" and one.draft.received_at <= since for one in reviews),
            since=sum(one.draft.received_at > since for one in reviews),
        )
