"""What an erasure cannot reach: posts that are public, texts that were, copies in other hands, and until when."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from producers.desk.queue import LiveEventView
from schemas.access import Access
from schemas.consent import Consent
from schemas.errors import Refused, Unavailable
from schemas.retention import Left, NotErased
from schemas.schedule import BACKUP_DAYS, DRAFT_DAYS, KEY_DAYS, SEALED_DAYS
from schemas.topics import ACCESSES, SEGMENTS
from streams.bus import Bus, Message

DAY_S = 86_400
ACCESSES_S = 5.0  # for reading all accesses of an installation; after that the number of bundles is left open


@dataclass(frozen=True)
class Times:
    """How long what is kept, and whether a hold keeps the keys of an event whose consent was withdrawn."""

    keys_s: float = KEY_DAYS * DAY_S
    sealed_days: int = SEALED_DAYS
    draft_days: int = DRAFT_DAYS
    backup_days: int = BACKUP_DAYS
    hold_outlasts_withdrawal: bool = False


def beyond_reach(view: LiveEventView, times: Times, now: datetime) -> list[Left]:
    """What stays when the event's keys go now, the public first."""
    left = [
        Left(what="public-post", place=destination.key, count=n)
        for destination in view.destinations()
        if (n := sum(row.is_public for row in view.rows(destination.key)))
    ]
    if released := view.counts(now).released:
        left.append(Left(what="published-text", count=released))
    received = [one.draft.received_at for one in view.reviews(now)]
    on_topics: tuple[tuple[NotErased, int], ...] = (
        ("scrubbed-drafts", times.draft_days),
        ("sealed-updates", times.sealed_days),
    )
    for what, days in on_topics:
        until = max(received, default=now) + timedelta(days=days * (1 + 1 / SEGMENTS))
        if received and until > now:
            left.append(Left(what=what, until=until))
    left.append(Left(what="backup", until=now + timedelta(days=times.backup_days)))
    return left


async def bundles(bus: Bus, live_event_id: str) -> tuple[Left, ...]:
    """How many exports of this event are on record; without a number where the accesses cannot be read in time."""
    found: set[object] = set()
    try:
        async with asyncio.timeout(ACCESSES_S), bus.follow([ACCESSES.name]) as follower:
            while not await follower.caught_up():
                for message in await follower.get(timeout_s=0.05):
                    found |= _export(message, live_event_id)
    except (Unavailable, TimeoutError):
        return (Left(what="bundle"),)
    return (Left(what="bundle", count=len(found)),) if found else ()


def _export(message: Message, live_event_id: str) -> set[object]:
    try:
        access = Access.decode(message.value or b"")
    except Refused:
        return set()
    return {access.id} if (access.what, access.live_event_id) == ("exported", live_event_id) else set()


def roles_of(consent: Consent) -> tuple[str, ...]:
    """Of whom the consent speaks: its subject first, then who is pictured."""
    pictured = (one if isinstance(one, str) else one.who for one in consent.pictured)
    return tuple(dict.fromkeys((consent.subject, *pictured)))
