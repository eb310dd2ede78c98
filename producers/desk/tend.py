"""What the desk does by itself: destroys the keys of events closed long enough, and finishes what a crash cut off."""

import structlog

from producers.desk.desk import Desk
from schemas.errors import Refused, Unavailable
from streams.clock import Clock

# Retention is counted in days; a minute late harms nobody, and a crash's loose ends are few.
TEND_EVERY_S = 60.0

log = structlog.get_logger()


async def tend(desk: Desk, clock: Clock) -> None:
    """Until cancelled; begins once the desk knows the past."""
    await desk.view.ready()
    while True:
        try:
            await desk.deciding.finish_approvals()
            await desk.keeping.finish()
            await desk.steering.finish_withdrawals()
            await archive_closed(desk)
        except (Unavailable, Refused) as error:
            log.warning("tending-waits", reason=type(error).__name__)
        await clock.sleep(TEND_EVERY_S)


async def archive_closed(desk: Desk) -> tuple[str, ...]:
    """Destroys the keys and protected terms of events that closed long enough ago, then says so. A hold keeps them.

    Which events they were. May be asked for at any time, by a person too; a second time changes nothing.
    """
    gone = await desk.keeping.by_schedule()
    now = desk.clock.now()
    for view in list(desk.projection.events.values()):
        known = view.live_event
        until = desk.keeping.keys_until(known) if known is not None else None
        if known is None or until is None or now < until or known.archived_at is not None:
            continue
        if not desk.reach.vault.has(view.live_event_id):
            await desk.opening.set_archived(known)
    return gone
