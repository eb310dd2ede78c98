"""The tablet's screens from the director's code to undo, in a real browser: what they say, their sizes, how plain."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from producers.intake.pages import DIST
from schemas.control import Control
from schemas.topics import CONTROLS
from streams.clock import SystemClock
from tests.browser_fixture import PHONE, TABLET_LANDSCAPE, TABLET_PORTRAIT, Visit, opened, serving
from tests.e2e.test_reporter_page import received, sign_in, written
from tests.intake_records import Intake, intake, open_event
from tests.looked_at import SIZED, look_at
from tests.optional import IN_CI
from tests.tablet_hand import CODE, PIN, PIN_KEY, SESSION_KEY, Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not IN_CI and not (DIST / "index.html").is_file(), reason="the reporter's page was not built (make setup)"
    ),
]
PLACES = [{"platform": "local"}, {"platform": "x", "account": "@OurHospital"}]
SHEET = [{"id": "welcome", "text": "Welcome to the operating theatre."}, {"id": "end", "text": "Thank you."}]
SIZES = [TABLET_PORTRAIT, TABLET_LANDSCAPE, PHONE]
OTHER_PIN = "604913"


@dataclass
class World:
    door: Intake
    desk: Desk
    origin: str


@pytest.fixture
async def world() -> AsyncIterator[World]:
    clock = SystemClock()
    event = open_event(clock, run_sheet=SHEET, destinations=PLACES)
    door = await intake(clock, event, session_key=SESSION_KEY, pin_key=PIN_KEY, installation="St. Example")
    desk = Desk(door.bus, clock)
    await desk.invite()
    await desk.add("Noor Bakker", initials="NB")
    await desk.add("Jan de Vries", OTHER_PIN, initials="JV")
    async with serving(door.app) as url:
        yield World(door, desk, url)


@pytest.fixture
async def visit(browser: Browser, world: World) -> AsyncIterator[Visit]:
    async with opened(browser) as found:
        yield found


async def enrolled(page: Page, origin: str, name: str = "Tablet 3") -> None:
    await page.goto(f"{origin}/#enrol={CODE}")
    await page.get_by_label("Name").fill(name)
    await page.get_by_role("button", name="Join").click()
    await expect(page.get_by_role("heading", name="Who writes?")).to_be_visible()


async def type_pin(page: Page, person: str, pin: str) -> None:
    await page.get_by_role("button", name=person).click()
    for digit in pin:
        await page.locator(".keys").get_by_role("button", name=digit, exact=True).click()
    await page.get_by_role("button", name="Enter").click()


async def writing(page: Page, origin: str, person: str = "Noor Bakker", pin: str = PIN) -> None:
    await enrolled(page, origin)
    await type_pin(page, person, pin)
    await page.wait_for_selector("#send")


async def hand_over(page: Page) -> None:
    await page.locator("#who").click()
    await page.get_by_role("button", name="Someone else", exact=True).click()
    await expect(page.get_by_role("heading", name="Who writes?")).to_be_visible()


async def send(page: Page, text: str) -> None:
    await page.locator("#text").fill(text)
    await page.locator("#send").click()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_every_screen_from_the_code_to_the_thread_is_plain_to_read_and_to_touch(
    browser: Browser, world: World, size: tuple[int, int], theme: str
) -> None:
    async with opened(browser, size=size) as visit:
        page = visit.page
        await page.goto(f"{world.origin}/#enrol={CODE}")
        await page.evaluate("(theme) => localStorage.setItem('scrubcast-theme', theme)", theme)
        await page.goto("about:blank")
        await page.goto(f"{world.origin}/#enrol={CODE}")
        await expect(page.get_by_role("heading")).to_have_text("Name this tablet")
        assert await page.evaluate("document.documentElement.dataset.theme") == theme
        await look_at(page)
        await page.get_by_label("Name").fill("Tablet 3")
        await page.get_by_role("button", name="Join").click()
        await expect(page.locator(".person")).to_have_count(2)
        await look_at(page)
        await page.get_by_role("button", name="Noor Bakker").click()
        await page.keyboard.type("12")
        await expect(page.locator(".dot-full")).to_have_count(2)
        await look_at(page)
        await page.keyboard.press("Backspace")
        await page.keyboard.press("Backspace")
        await page.keyboard.type(PIN)
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#send")
        await look_at(page)
        await send(page, "The trial joint fits well.")
        await received(page, 1)
        await page.locator("#text").fill("Mrs Lopez is comfortable. " + "x" * 300)
        await expect(page.locator("mark")).to_have_text("Lopez")
        await expect(page.locator(".undo")).to_be_visible()
        await look_at(page)
        await page.locator("#ready").click()
        await expect(page.get_by_role("dialog")).to_contain_text("Tablet known as Tablet 3")
        await look_at(page)
        await page.keyboard.press("Escape")
        await page.locator("#who").click()
        await expect(page.get_by_role("dialog")).to_contain_text("Someone else")
        await look_at(page)
        assert visit.errors == []
        assert visit.console == []
        assert visit.foreign(world.origin) == []


@pytest.mark.parametrize("size", [(512, 384), (410, 590), (320, 640)])
async def test_at_twice_the_size_and_on_a_small_phone_nothing_scrolls_sideways(
    browser: Browser, world: World, size: tuple[int, int]
) -> None:
    async with opened(browser, size=size) as visit:
        await writing(visit.page, world.origin)
        await visit.page.locator("#text").fill("Mrs Lopez is comfortable in room 412. " + "w" * 200)
        assert await visit.page.evaluate(SIZED) == {"small": [], "close": [], "wide": 0}


async def test_an_update_goes_under_the_name_of_whoever_typed_the_pin(visit: Visit, world: World) -> None:
    page = visit.page
    await writing(page, world.origin)
    await send(page, "All readings steady")
    await received(page, 1)
    (record,) = world.door.submissions()
    assert (record.actor.name, record.actor.role, written(record)["text"]) == (
        "Noor Bakker", "reporter", "All readings steady",
    )  # fmt: skip
    assert record.signed is not None
    assert str(record.signed.tablet_id) == record.actor.device


async def test_a_wrong_pin_says_how_many_tries_are_left_and_five_lock_that_person_alone(
    visit: Visit, world: World
) -> None:
    page = visit.page
    await enrolled(page, world.origin)
    await type_pin(page, "Noor Bakker", "111222")
    alert = page.get_by_role("alert")
    await expect(alert).to_have_text("Wrong PIN. 4 tries left before it locks for 5 minutes.")
    for left in (3, 2, 1, 0):
        await page.keyboard.type("111222")
        await page.keyboard.press("Enter")
        await expect(alert).to_contain_text(f"{left} t" if left else "Wrong PIN.")
    await page.keyboard.type("111222")
    await page.keyboard.press("Enter")
    await expect(alert).to_contain_text(re.compile(r"Locked after five wrong tries. Open again in [45]:\d\d"))
    await expect(page.get_by_role("button", name="1", exact=True)).to_be_disabled()
    await page.get_by_role("button", name="Someone else").click()
    await type_pin(page, "Jan de Vries", OTHER_PIN)
    await page.wait_for_selector("#send")


async def test_a_used_code_is_told_and_nothing_else_is_asked(visit: Visit, world: World, browser: Browser) -> None:
    await enrolled(visit.page, world.origin)
    async with opened(browser) as second:
        await second.page.goto(f"{world.origin}/#enrol={CODE}")
        await second.page.get_by_label("Name").fill("Tablet 4")
        await second.page.keyboard.press("Enter")
        await expect(second.page.get_by_role("alert")).to_contain_text("This code has been used")
        assert second.page.url == f"{world.origin}/"


async def test_a_code_can_be_typed_as_the_desk_shows_it(visit: Visit, world: World) -> None:
    page = visit.page
    await page.goto(world.origin)
    await page.get_by_label("Token or code").fill(" ".join(re.findall(".{1,4}", CODE.lower())))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading")).to_have_text("Name this tablet")
    assert page.url == f"{world.origin}/"


async def test_the_tablet_changes_hands_in_two_taps_and_what_was_typed_waits_for_its_writer(
    visit: Visit, world: World
) -> None:
    page = visit.page
    await writing(page, world.origin)
    await page.locator("#text").fill("Half a sentence of Noor")
    await hand_over(page)
    assert "Half a sentence" not in await page.content()
    await type_pin(page, "Jan de Vries", OTHER_PIN)
    await expect(page.locator("#text")).to_have_value("")
    await send(page, "From Jan")
    await received(page, 1)
    await hand_over(page)
    await type_pin(page, "Noor Bakker", PIN)
    await expect(page.locator("#text")).to_have_value("Half a sentence of Noor")
    assert [s.actor.name for s in world.door.submissions()] == ["Jan de Vries"]


async def test_after_five_idle_minutes_the_tiles_come_back_and_show_nothing_that_was_typed(
    visit: Visit, world: World
) -> None:
    page = visit.page
    await page.clock.install()
    await writing(page, world.origin)
    await page.locator("#text").fill("Not yet said")
    await page.clock.run_for(240_000)
    await expect(page.locator("#text")).to_have_value("Not yet said")
    await page.locator("#text").press("End")
    await page.clock.run_for(240_000)
    await expect(page.locator("#text")).to_be_visible()
    await page.clock.run_for(62_000)
    await expect(page.get_by_role("heading", name="Who writes?")).to_be_visible()
    assert "Not yet said" not in await page.content()
    await type_pin(page, "Noor Bakker", PIN)
    await expect(page.locator("#text")).to_have_value("Not yet said")


async def test_without_a_server_the_last_one_may_write_on_and_it_goes_after_the_pin(visit: Visit, world: World) -> None:
    page = visit.page
    await page.clock.install()
    await writing(page, world.origin)
    await page.context.set_offline(True)
    await hand_over(page)
    await expect(page.get_by_text("The server is not reached")).to_be_visible()
    await page.get_by_role("button", name="Go on as Noor Bakker, without PIN").click()
    await expect(page.locator(".banner")).to_contain_text("Keep writing. What you send waits sealed on this tablet")
    await send(page, "Written alone")
    await expect(page.locator("#unsent")).to_have_attribute("data-count", "1")
    await page.context.set_offline(False)
    await page.clock.run_for(20_000)
    await expect(page.locator("#unsent")).to_have_attribute("data-count", "0")
    assert [written(s)["text"] for s in world.door.submissions()] == ["Written alone"]


async def test_a_tablet_that_was_switched_off_says_so(visit: Visit, world: World) -> None:
    page = visit.page
    await writing(page, world.origin)
    (tablet_id,) = {s["id"] for s in await _tablets(world)}
    await world.desk.revoke(tablet_id)
    await expect(page.get_by_role("heading", name="This tablet was switched off")).to_be_visible(timeout=20_000)
    await look_at(page)


async def _tablets(world: World) -> list[dict[str, Any]]:
    records = [json.loads(m.value or b"{}") for m in world.door.bus.everything("scrubcast.enrolments.v1")]
    return [r for r in records if r.get("kind") == "tablet"]


async def test_ones_own_latest_update_is_taken_back_within_ten_seconds_and_its_words_come_back(
    visit: Visit, world: World
) -> None:
    page = visit.page
    await writing(page, world.origin)
    await send(page, "The first one")
    await send(page, "A slip of the finger")
    await received(page, 2)
    await expect(page.locator(".undo")).to_have_count(1)
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator(".mine li").first).to_contain_text("Taken back")
    await expect(page.locator("#text")).to_have_value("A slip of the finger")
    controls = [Control.decode(m.value or b"") for m in world.door.bus.everything(CONTROLS.name)]
    taken = {written(s)["text"]: s.id for s in world.door.submissions()}
    assert [c.update_id for c in controls] == [taken["A slip of the finger"]]
    await send(page, "Now right")
    await expect(page.locator(".undo")).to_be_hidden(timeout=12_000)


async def test_the_hint_marks_what_may_tell_who_it_is_and_never_blocks_send(visit: Visit, world: World) -> None:
    page = visit.page
    await sign_in(page, world.origin)
    await page.locator("#text").press_sequentially("Mrs Lopez is comfortable.")
    await expect(page.locator("#hint")).to_have_text(
        "Underlined: looks like a name. A reviewer will see it first. Say “the patient” and it goes sooner."
    )
    await expect(page.locator("#hint")).to_have_attribute("role", "status")
    text, mark = await page.locator("#text").bounding_box(), await page.locator("mark").bounding_box()
    assert text is not None
    assert mark is not None
    assert text["x"] <= mark["x"] <= text["x"] + text["width"]
    await page.locator("#text").fill("Her daughter Anna waits beside room 412.")
    await expect(page.locator("mark")).to_have_text(["Anna", "room 412"])
    await expect(page.locator("#hint")).to_contain_text("relative’s name, room number")
    await page.locator("#send").click()
    await received(page, 1)
    await expect(page.locator("mark")).to_have_count(0)


async def test_ten_thousand_taps_on_send_make_one_update(visit: Visit, world: World) -> None:
    page = visit.page
    await sign_in(page, world.origin)
    await page.locator("#text").fill("Only once")
    took_ms = await page.evaluate("""async () => {
      const began = performance.now();
      for (let i = 0; i < 10_000; i++) {
        document.querySelector("#send").click();
        if (i % 500 === 0) await new Promise((done) => setTimeout(done));
      }
      return performance.now() - began;
    }""")
    await received(page, 1)
    assert len(world.door.submissions()) == 1
    assert took_ms < 5_000


@pytest.mark.parametrize(
    ("text", "counter", "hint"),
    [
        ("الركبة مفتوحة وكل شيء على ما يرام", "X 33 of 242", ""),
        ("👩‍⚕️" * 120, "X 240 of 242", ""),
        ("👩‍⚕️" * 150, "X 300 of 242", "58 characters too long for X. It will go out as at least two posts."),
        (
            "It was a dark night. " * 20_000,
            "of 242",
            "417999 characters too long to send. Shorten it, or send it in two.",
        ),
    ],
    ids=["right-to-left", "emoji", "emoji-flood", "novel"],
)
async def test_unusual_texts_are_counted_and_said(
    visit: Visit, world: World, text: str, counter: str, hint: str
) -> None:
    page = visit.page
    await sign_in(page, world.origin)
    began = await page.evaluate("performance.now()")
    await page.locator("#text").fill(text)
    await expect(page.locator(".counters")).to_contain_text(counter, use_inner_text=True)
    await expect(page.locator("#hint")).to_have_text(hint)
    assert await page.evaluate("performance.now()") - began < 5_000
    assert await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    send_box = await page.locator("#send").bounding_box()
    assert send_box is not None
    direction = await page.evaluate("getComputedStyle(document.querySelector('#text')).direction")
    assert direction == ("rtl" if text.startswith("ا") else "ltr")


async def test_a_clock_that_is_a_day_off_is_said_and_updates_go_all_the_same(visit: Visit, world: World) -> None:
    page = visit.page
    await page.clock.install(time=SystemClock().now() - timedelta(days=1))
    await sign_in(page, world.origin)
    await expect(page.locator(".banner")).to_contain_text(
        "The clock of this tablet is 1 day off. Updates are kept; set the clock in the settings."
    )
    await send(page, "In time")
    await received(page, 1)


async def test_the_ready_page_says_what_is_missing_and_what_to_do(visit: Visit, world: World) -> None:
    page = visit.page
    await sign_in(page, world.origin)
    await expect(page.locator("#ready")).to_contain_text("Not ready")
    await page.locator("#ready").click()
    rows = page.locator(".ready-list li")
    for title, words in {
        "Tablet known": "Ask the director for a code",
        "On the home screen": "“Install app”",
        "Server": "Reached.",
        "Clock": "In step with the server.",
    }.items():
        await expect(rows.filter(has=page.get_by_role("heading", name=title))).to_contain_text(words)
