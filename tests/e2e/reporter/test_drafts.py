"""What was typed and not sent: kept for each tab, found again after a reload, adopted from a tab that was closed."""

from playwright.async_api import Page, expect

from tests.reporter_ward import NEEDS_THE_PAGE, Ward, drafts, open_tabs, send, sign_in, typing_in_a_new_tab, unsent

pytestmark = NEEDS_THE_PAGE


async def test_a_draft_is_there_after_a_reload_and_gone_after_send(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await page.locator("#text").press_sequentially("Half a sentence")
    await page.reload()
    await expect(page.locator("#text")).to_have_value("Half a sentence")
    await page.keyboard.press("Tab")
    await page.locator("#text").press("Control+Enter")
    await unsent(page, 0)
    await page.reload()
    await expect(page.locator(".mine li")).to_have_count(1)
    await expect(page.locator("#text")).to_have_value("")


async def test_two_tabs_keep_a_draft_each(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    other = await page.context.new_page()
    await sign_in(other, ward.origin)
    for typing, text in ((page, "Typed here"), (other, "Typed there"), (page, ", and on")):
        await typing.locator("#text").press_sequentially(text)
    await drafts(page, 2)
    await page.reload()
    await expect(page.locator("#text")).to_have_value("Typed here, and on")
    await other.reload()
    await expect(other.locator("#text")).to_have_value("Typed there")
    await send(page, "Typed here, and on")
    await unsent(page, 0)
    await drafts(page, 1)
    await other.reload()
    await expect(other.locator("#text")).to_have_value("Typed there")


async def test_a_duplicated_tab_gets_a_draft_of_its_own(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await page.locator("#text").press_sequentially("The first tab's")
    await drafts(page, 1)
    async with page.expect_popup() as opening:  # takes the session's storage along, as duplicating a tab does
        await page.evaluate("window.open('/'); null")
    double = await opening.value
    await double.wait_for_selector("#send")
    assert await double.evaluate("sessionStorage.getItem('scrubcast-live-event')") == "knee-2026"
    await double.locator("#text").press_sequentially("The second's")
    await drafts(page, 2)
    await page.reload()
    await expect(page.locator("#text")).to_have_value("The first tab's")
    await double.reload()
    await expect(double.locator("#text")).to_have_value("The second's")


async def test_what_closed_tabs_left_comes_to_the_next_empty_ones_the_latest_first(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    first = await typing_in_a_new_tab(page, ward, "Left first")
    await drafts(page, 1)
    last = await typing_in_a_new_tab(page, ward, "Left last")
    await drafts(page, 2)
    await last.close()
    await first.close()
    await open_tabs(page, 1)
    second = await page.context.new_page()
    await sign_in(second, ward.origin)
    await expect(second.locator("#text")).to_have_value("Left last")
    await drafts(page, 2)
    third = await page.context.new_page()
    await sign_in(third, ward.origin)
    await expect(third.locator("#text")).to_have_value("Left first")
    await expect(second.locator("#text")).to_have_value("Left last")
    await second.reload()
    await expect(second.locator("#text")).to_have_value("Left last")


async def test_what_is_typed_before_the_draft_was_found_comes_after_it(page: Page, ward: Ward) -> None:
    await sign_in(page, ward.origin)
    await page.locator("#text").press_sequentially("Half a sentence")
    await drafts(page, 1)
    await page.add_init_script(
        """document.addEventListener('DOMContentLoaded', () => {
          const tablet = document.querySelector('scrubcast-app').tablet;
          const open = tablet.drafts.open.bind(tablet.drafts);
          tablet.drafts.open = async (shelf) => { tablet.write('typed at once'); return open(shelf); };
        });"""
    )
    await page.reload()
    await expect(page.locator("#text")).to_have_value("Half a sentence typed at once")
