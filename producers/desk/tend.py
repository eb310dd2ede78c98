"""What the desk does by itself: destroys the keys of events closed long enough, and finishes what a crash cut off."""

from datetime import timedelta

import structlog

from producers.desk.desk import Desk
from schemas.errors import Refused, Unavailable
from streams.clock import Clock

# Retention is counted in days; a minute late harms nobody, and a crash's loose ends are few.
TEND_EVERY_S = 60.0

log = structlog.get_logger()


async def tend(desk: Desk, retention_s: float, clock: Clock) -> None:
    """Until cancelled; begins once the desk knows the past."""
    await desk.view.ready()
    while True:
        try:
            await desk.deciding.finish_approvals()
            await desk.steering.finish_withdrawals()
            await archive_closed(desk, retention_s)
        except (Unavailable, Refused) as error:
            log.warning("tending-waits", reason=type(error).__name__)
        await clock.sleep(TEND_EVERY_S)


async def archive_closed(desk: Desk, retention_s: float) -> None:
    """Destroys the keys and protected terms of events that closed more than `retention_s` ago, then says so."""
    now = desk.clock.now()
    for view in list(desk.projection.events.values()):
        known = view.live_event
        if known is None or known.closed_at is None or now - known.closed_at < timedelta(seconds=retention_s):
            continue
        desk.steering.destroy_keys(view.live_event_id)
        if known.archived_at is None:
            await desk.opening.set_archived(known)
