"""The battery in WebKitGTK, which stands in for Safari."""

from tests.e2e.outbox_battery.battery import HALVES, NEEDS_THE_PAGE, REST, hold, seeds
from tests.e2e.outbox_battery.tabs import webkit_tabs

pytestmark = NEEDS_THE_PAGE


@seeds(REST, HALVES[1])
async def test_in_webkit_every_update_is_taken_exactly_once(seeds: range) -> None:
    async with webkit_tabs() as tabs:
        await hold(tabs, seeds)
