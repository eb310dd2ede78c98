"""How the plan of a live event goes: what of the run sheet was said, which phase it is, how long nobody heard anything.

Pure: the view of the event and a moment in, values out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from producers.desk.queue import LiveEventView
from producers.desk.values import Pending
from schemas.ids import derive
from schemas.live_event import RunSheetItem
from streams.review import Review

Waiting = Mapping[str, tuple[Pending, ...]]
"""What was released and has not begun, by destination."""

# A person needs about two minutes to see it, find out what keeps the post, and decide.
ENDS_SOON = timedelta(seconds=180)
ENDS_SOON_PART = 3  # and of a short approval only the last third, or it would be about to end from its beginning


def waiting(view: LiveEventView, now: datetime) -> Waiting:
    """Asked once for a page, for every part of it looks at this."""
    return {d.key: view.pending(d, now) for d in view.destinations()}


# -- the run sheet


@dataclass(frozen=True)
class Planned:
    """One item: public `at`, on its way or waiting, the next one in order, or still to come."""

    item: RunSheetItem
    state: Literal["public", "waits", "next", "open"]
    at: datetime | None = None
    update_id: UUID | None = None


def sheet(view: LiveEventView, now: datetime) -> tuple[Planned, ...]:
    """All items in their order. The holding message has no place in it: it is never the next."""
    known = view.live_event
    if known is None:
        return ()
    said = {one.draft.run_sheet_item: one for one in view.reviews(now) if one.draft.run_sheet_item}
    public = _public_at(view)
    found = [_planned(item, said.get(item.id), public) for item in known.plan.run_sheet]
    following = _next(found, known.plan.holding.item if known.plan.holding else None)
    return tuple(Planned(p.item, "next") if place == following else p for place, p in enumerate(found))


def _planned(item: RunSheetItem, one: Review | None, public: Mapping[UUID, datetime]) -> Planned:
    if one is None or one.state in ("returned", "refused"):
        return Planned(item, "open")
    update_id = one.draft.update_id
    at = public.get(update_id)
    return Planned(item, "waits" if at is None else "public", at, update_id)


def _next(found: list[Planned], holding: str | None) -> int | None:
    """The first one after the last that was said; nobody goes back to what was left out."""
    said = [place for place, p in enumerate(found) if p.state in ("public", "waits") and p.item.id != holding]
    begin = said[-1] + 1 if said else 0
    return next((n for n, p in enumerate(found) if n >= begin and p.state == "open" and p.item.id != holding), None)


def _public_at(view: LiveEventView) -> dict[UUID, datetime]:
    """When each update came to be public first, wherever it still is."""
    found: dict[UUID, datetime] = {}
    for destination in view.destinations():
        for row in view.rows(destination.key):
            at = row.receipt.posted_at
            if row.is_public and at is not None:
                update_id = row.receipt.update_id
                found[update_id] = min(at, found.get(update_id, at))
    return found


# -- phases


@dataclass(frozen=True)
class Phase:
    """One phase. `family_first`: nothing of it goes out before the family was `told`."""

    name: str
    state: Literal["past", "now", "open"]
    family_first: bool
    told: bool


def phase(view: LiveEventView, now: datetime) -> str | None:
    """The one the latest update with a phase belongs to."""
    said = [one.draft.phase for one in view.reviews(now) if one.draft.phase]
    return said[-1] if said else None


def phases(view: LiveEventView, now: datetime) -> tuple[Phase, ...]:
    known = view.live_event
    if known is None:
        return ()
    names, current = known.plan.phases, phase(view, now)
    here = names.index(current) if current in names else -1
    return tuple(
        Phase(
            name=name,
            state="past" if place < here else "now" if place == here else "open",
            family_first=name in known.plan.family_first,
            told=name in view.standing.told,
        )
        for place, name in enumerate(names)
    )


# -- silence


@dataclass(frozen=True)
class Silence:
    """Since when nothing new was public; `ends` is when a holding message is proposed, where the plan has one."""

    since: datetime
    after: timedelta | None

    @property
    def ends(self) -> datetime | None:
        return None if self.after is None else self.since + self.after


@dataclass(frozen=True)
class Proposal:
    """The holding message of this silence. Its id follows from the silence, so that two presses are one update."""

    update_id: UUID
    item: RunSheetItem
    since: datetime
    minutes: int


def silence(view: LiveEventView, last_posted_at: datetime | None) -> Silence | None:
    """None when the event is not open, or when there was nothing yet and no plan for it."""
    known = view.live_event
    if known is None or known.state != "open":
        return None
    holding = known.plan.holding
    if holding is None:
        return None if last_posted_at is None else Silence(last_posted_at, None)
    began = max(known.opened_at, known.plan.window.opens)
    return Silence(max(began, last_posted_at or began), timedelta(minutes=holding.after_min))


def proposal(view: LiveEventView, last_posted_at: datetime | None, waits: Waiting, now: datetime) -> Proposal | None:
    """What to say now that nothing was said for so long. None while something is on its way, or nothing may go."""
    known, quiet = view.live_event, silence(view, last_posted_at)
    if known is None or known.plan.holding is None or quiet is None or quiet.ends is None or now < quiet.ends:
        return None
    if view.standing.state != "running" or view.is_as_live or now >= known.plan.window.closes:
        return None
    if any(p.reason in ("delay", "going") for pending in waits.values() for p in pending):
        return None
    item = next((i for i in known.plan.run_sheet if i.id == known.plan.holding.item), None)
    if item is None:
        return None
    update_id = derive(view.live_event_id, "holding", item.id, quiet.since.isoformat())
    if view.knows(update_id):
        return None
    return Proposal(update_id, item, quiet.since, int((now - quiet.since).total_seconds() // 60))


# -- approvals that are about to end


@dataclass(frozen=True)
class Ending:
    """An approved text that is not out everywhere, and whose approval ends soon; `reason` is why it waits."""

    pending: Pending
    destination: str
    ends: datetime


def ending(view: LiveEventView, waits: Waiting, now: datetime) -> tuple[Ending, ...]:
    """One for each update, the soonest first. What an as-live event keeps is renewed by its release and never ends."""
    if view.is_as_live:
        return ()
    found: dict[UUID, Ending] = {}
    for destination, pending in waits.items():
        for one in pending:
            ends = one.release.expires_at
            if ends is not None and one.reason not in ("delay", "going") and ends - now <= _soon(one):
                found.setdefault(one.release.update_id, Ending(one, destination, ends))
    return tuple(sorted(found.values(), key=lambda e: (e.ends, str(e.pending.release.id))))


def _soon(one: Pending) -> timedelta:
    assert one.release.expires_at is not None
    return min(ENDS_SOON, (one.release.expires_at - one.release.at) / ENDS_SOON_PART)
