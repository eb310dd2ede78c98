"""Nothing typed is lost: the page while its server is away, answers are lost, the disk is full, the clock is wrong."""

import asyncio

from playwright.async_api import Browser, Page, expect

from schemas.topics import LIVE_EVENTS, SUBMISSIONS
from tests.browser_fixture import opened
from tests.intake_records import open_event
from tests.reporter_ward import (
    NEEDS_THE_PAGE,
    SOON_S,
    TABLET,
    Ward,
    ask,
    offline_ready,
    send,
    sign_in,
    stored,
    unsent,
    warded,
)

pytestmark = NEEDS_THE_PAGE


async def test_the_second_load_works_without_a_server_and_what_is_sent_goes_when_it_is_back(
    page: Page, ward: Ward
) -> None:
    await sign_in(page, ward.origin)
    await offline_ready(page)
    await ward.stop()
    await page.reload()
    await page.wait_for_selector("#send")
    await send(page, "First")
    await send(page, "Second")
    await stored(page, 2)
    await page.reload()
    await unsent(page, 2)
    await expect(page.locator(".mine li").first).to_contain_text("Second")
    await ward.start()
    await unsent(page, 0)
    assert ward.texts() == ["First", "Second"]


async def test_a_lost_answer_brings_the_same_receipt_on_the_next_try(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    ward.faults.lose_answers = 1
    await send(page, "Once")
    await page.wait_for_function(f"() => {TABLET}.unsent[0]?.local.untilMs > 0", timeout=SOON_S * 1000)
    await unsent(page, 0)
    assert len(ward.faults.asked) == 2
    assert ward.texts() == ["Once"]


async def test_a_server_killed_before_it_answers_gets_the_update_again_once(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    ward.faults.lose_answers = 1
    await send(page, "Once")
    async with asyncio.timeout(SOON_S):
        while not ward.faults.asked:
            await asyncio.sleep(0.01)
    await ward.stop()
    assert ward.texts() == ["Once"]
    await expect(page.locator(".mine li .state")).to_contain_text("On this tablet")
    await ward.start()
    await unsent(page, 0)
    assert ward.texts() == ["Once"]


async def test_two_tabs_show_one_list_and_send_each_update_once(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await offline_ready(page)
    other = await page.context.new_page()
    await sign_in(other, ward.origin)
    await ward.stop()
    for n in range(6):
        await send(page if n % 2 == 0 else other, f"Update {n}")
        await stored(page, n + 1)
    await unsent(page, 6)
    await unsent(other, 6)
    await expect(other.locator(".mine li").first).to_contain_text("Update 5")
    await ward.start()
    await unsent(page, 0)
    await unsent(other, 0)
    assert ward.texts() == [f"Update {n}" for n in range(6)]
    await expect(other.locator(".mine li")).to_have_count(6)


async def test_a_clock_that_is_a_day_off_is_told_and_harms_nothing(page: Page, ward: Ward) -> None:
    day_ms = 86_400_000
    await page.add_init_script(f"const real = Date.now; Date.now = () => real() + {day_ms};")
    await sign_in(page, ward.origin)
    await send(page, "From tomorrow")
    await unsent(page, 0)
    readiness = await ask(page, f"{TABLET}.readiness")
    assert -day_ms - 3_000 < readiness["clockSkewMs"] < -day_ms + 3_000
    assert readiness["clockInStep"] is False
    assert ward.texts() == ["From tomorrow"]


async def test_a_full_disk_takes_nothing_and_leaves_the_text_in_the_box(page: Page, ward: Ward) -> None:
    # From the start: Chromium remembers for half a minute how much room there was.
    chromium = await page.context.new_cdp_session(page)
    await chromium.send("Storage.overrideQuotaForOrigin", {"origin": ward.origin, "quotaSize": 1})
    await sign_in(page, ward.origin)
    await send(page, "Does not fit")
    await page.wait_for_function(f"() => {TABLET}.hint === 'full'")
    await expect(page.locator("#text")).to_have_value("Does not fit")
    assert (await ask(page, f"{TABLET}.readiness"))["storage"] == "full"
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#text")).to_have_value("Does not fit")
    await unsent(page, 0)
    assert ward.texts() == []
    await chromium.send("Storage.overrideQuotaForOrigin", {"origin": ward.origin})
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#text")).to_have_value("")
    await expect(page.locator(".mine li .state")).to_have_text("Received")
    assert (await ask(page, f"{TABLET}.readiness"))["storage"] == "ok"
    assert ward.texts() == ["Does not fit"]


async def test_eight_hours_offline_go_in_order_and_as_fast_as_the_server_allows(browser: Browser) -> None:
    async with warded(updates_per_minute=180) as ward, opened(browser) as visit:
        page = visit.page
        await page.clock.install()
        await sign_in(page, ward.origin)
        await ward.stop()
        await ask(page, f"for (let n = 0; n < 200; n++) {{ const t = {TABLET}; t.write(`Update ${{n}}`); t.send(); }}")
        await stored(page, 200)
        await page.clock.fast_forward("08:00:00")
        await ward.start()
        async with asyncio.timeout(90):
            while len(ward.bus.everything(SUBMISSIONS.name)) < 200:
                await asyncio.sleep(0.1)
        await unsent(page, 0)
        assert ward.texts() == [f"Update {n}" for n in range(200)]
        assert len(ward.faults.asked) < 200 + 60  # asked too early only as often as Retry-After ran out


async def test_ten_thousand_taps_on_send_are_one_update(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await page.locator("#text").fill("Only once")
    await ask(page, "for (let n = 0; n < 10_000; n++) document.querySelector('#send').click()")
    await unsent(page, 0)
    assert ward.texts() == ["Only once"]


async def test_what_the_server_refused_is_kept_over_a_reload_and_goes_again_when_a_person_says_so(
    page: Page, ward: Ward
) -> None:
    await sign_in(page, ward.origin)
    await ward.stop()
    await send(page, "Written while it was open")
    await stored(page, 1)
    event = open_event(ward.clock)
    await ward.bus.send(LIVE_EVENTS, event.model_copy(update={"state": "closed", "closed_at": ward.clock.now()}))
    await ward.start()
    row = page.locator(".mine li")
    await expect(row).to_contain_text("Not accepted: the event closed at", timeout=SOON_S * 1000)
    await page.reload()
    await expect(row).to_contain_text("Not accepted: the event closed at")
    await expect(row).to_contain_text("Written while it was open")
    await ward.bus.send(LIVE_EVENTS, event)
    await page.wait_for_function(f"() => {TABLET}.updates[0].local.kind === 'kept'")
    async with asyncio.timeout(SOON_S):
        while ward.texts() == []:
            await ask(page, f"{TABLET}.tryAgain({TABLET}.updates[0])")
            await asyncio.sleep(0.05)
    await expect(row).to_contain_text("Received")
    assert ward.texts() == ["Written while it was open"]


async def test_after_an_outage_the_page_says_how_many_were_received_and_then_no_more(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await offline_ready(page)
    await expect(page.locator(".banner")).to_have_count(0)
    await ward.stop()
    await send(page, "First")
    await send(page, "Second")
    await stored(page, 2)
    await page.wait_for_function(f"() => !{TABLET}.reached && {TABLET}.awaySinceMs !== null")
    await ward.start()
    told = page.locator(".banner[role=status]")
    await expect(told).to_have_text("Connected. 2 updates received.", timeout=SOON_S * 1000)
    await unsent(page, 0)
    await send(page, "Third")
    await unsent(page, 0)
    await expect(told).to_have_text("Connected. 2 updates received.")
    await expect(told).to_have_count(0, timeout=SOON_S * 1000)


async def test_undo_before_it_went_puts_the_text_back_and_nothing_is_sent(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await offline_ready(page)
    await page.context.set_offline(True)
    await ask(page, "navigator.locks.request('scrubcast-outbox', () => new Promise(() => undefined)); null")
    await send(page, "Not that")
    await stored(page, 1)
    assert 0 < await ask(page, f"{TABLET}.undoLeftMs({TABLET}.updates[0])") <= 10_000
    await ask(page, f"{TABLET}.undo({TABLET}.updates[0])")
    await expect(page.locator("#text")).to_have_value("Not that")
    await stored(page, 0)
    await page.context.set_offline(False)
    await page.reload()
    await send(page, "But this")
    await unsent(page, 0)
    assert ward.texts() == ["But this"]
