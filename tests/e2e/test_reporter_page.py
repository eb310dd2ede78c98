"""The reporter's page in a real browser: two taps from opening to Received, sealed, and nobody else is asked."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from producers.intake.pages import DIST
from schemas.control import Control
from schemas.decision import Decision
from schemas.draft import Disposition
from schemas.envelope import Actor
from schemas.ids import derive
from schemas.live_event import RunSheetItem
from schemas.submission import Submission
from schemas.topics import CONTROLS, DECISIONS, DRAFTS, LIVE_EVENTS, RELEASES
from streams.clock import SystemClock
from streams.release import by_policy
from streams.run_sheet import is_as_signed
from streams.sealing import unseal
from tests.browser_fixture import PHONE, TABLET_LANDSCAPE, TABLET_PORTRAIT, Visit, opened, serving
from tests.examples import DIRECTOR, REVIEWER, draft
from tests.intake_records import PRIVATE, Intake, intake, open_event
from tests.optional import IN_CI

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not IN_CI and not (DIST / "index.html").is_file(), reason="the reporter's page was not built (make setup)"
    ),
]
RUN_SHEET = [
    {"id": "welcome", "text": "Welcome to the operating theatre."},
    {"id": "trial", "text": "The new joint is tested through its full range."},
]
PLACES = [{"platform": "local"}, {"platform": "x", "account": "@OurHospital"}]


@pytest.fixture
async def door() -> Intake:
    clock = SystemClock()
    return await intake(clock, open_event(clock, run_sheet=RUN_SHEET, destinations=PLACES))


@pytest.fixture
async def origin(door: Intake) -> AsyncIterator[str]:
    async with serving(door.app) as url:
        yield url


@pytest.fixture
async def visit(browser: Browser, origin: str) -> AsyncIterator[Visit]:
    # `origin` only for the order: the page closes first, so that the server has no open stream to cut
    async with opened(browser, size=TABLET_PORTRAIT) as found:
        yield found


async def sign_in(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/#token=reporter-token")
    await page.wait_for_selector("#send")


async def received(page: Page, count: int) -> None:
    await expect(page.locator(".mine li")).to_have_count(count)
    await expect(page.locator("#unsent")).to_have_attribute("data-count", "0")


def written(submission: Submission) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unseal(PRIVATE, submission.sealed))
    return found


async def test_two_taps_from_opening_to_received_and_nothing_leaves_the_origin(
    visit: Visit, door: Intake, origin: str
) -> None:
    page = visit.page
    await sign_in(page, origin)
    await page.get_by_role("button", name="The room is being prepared").click()
    await expect(page.locator("#text")).to_have_value("The room is being prepared")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".mine li .state")).to_have_text("Received")
    await received(page, 1)
    await expect(page.locator("#text")).to_have_value("")
    (record,) = door.submissions()
    found = written(record)
    assert (found["text"], found["lang"]) == ("The room is being prepared", "en")
    assert (found["update_id"], found["live_event_id"]) == (str(record.id), "knee-2026")
    assert (record.id.version, record.phase, record.actor.role) == (7, "arrival", "reporter")
    assert record.actor.device is not None
    assert visit.foreign(origin) == []
    assert visit.errors == []
    assert visit.console == []


async def test_the_token_leaves_the_address_and_stays_in_this_tab_only(visit: Visit, origin: str) -> None:
    page = visit.page
    await sign_in(page, origin)
    assert page.url == f"{origin}/"
    assert await page.evaluate("JSON.stringify(localStorage)") == await page.evaluate(
        "JSON.stringify(localStorage).replaceAll('reporter-token', '')"
    )
    await page.reload()
    await page.wait_for_selector("#send")


async def test_a_token_can_be_typed_and_a_wrong_one_is_told(visit: Visit, origin: str) -> None:
    page = visit.page
    await page.goto(origin)
    await page.get_by_label("Token").fill("wrong")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_contain_text("This token is not known here.")
    await page.get_by_label("Token").fill("advocate-token")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_contain_text("This token may not send updates.")
    await page.get_by_label("Token").fill("reporter-token")
    await page.get_by_label("Token").press("Enter")
    await page.wait_for_selector("#send")


async def test_typing_and_ctrl_enter_sends_under_the_chosen_phase(visit: Visit, door: Intake, origin: str) -> None:
    page = visit.page
    await sign_in(page, origin)
    await page.get_by_role("button", name="Key step").click()
    await expect(page.get_by_role("button", name="Key step")).to_have_attribute("aria-current", "step")
    await page.locator("#text").fill("The trial joint fits well.")
    await page.keyboard.press("Control+Enter")
    await received(page, 1)
    (record,) = door.submissions()
    assert (written(record)["text"], record.phase) == ("The trial joint fits well.", "key step")


async def test_blanks_are_picked_and_the_time_fills_itself(visit: Visit, origin: str) -> None:
    page = visit.page
    await sign_in(page, origin)
    await page.get_by_role("button", name="Key step").click()
    await page.get_by_role("button", name=re.compile("Short pause")).click()
    await page.get_by_role("dialog").get_by_role("button", name="10", exact=True).click()
    await expect(page.locator("#text")).to_have_value("Short pause, back in 10 min")
    await page.get_by_role("button", name=re.compile("Closing began at")).click()
    await expect(page.locator("#text")).to_have_value(re.compile(r"^Closing began at \d\d:\d\d$"))
    await page.get_by_role("button", name=re.compile("Now starting")).click()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_items_of_the_run_sheet_go_in_one_tap_with_their_id(visit: Visit, door: Intake, origin: str) -> None:
    page = visit.page
    await sign_in(page, origin)
    await page.get_by_role("button", name="Send this").click()
    await expect(page.locator(".sheet")).to_contain_text("The new joint is tested")
    await received(page, 1)
    (record,) = door.submissions()
    assert (record.run_sheet_item, written(record)["text"]) == ("welcome", "Welcome to the operating theatre.")
    await page.get_by_role("button", name="Previous item").click()
    await expect(page.locator(".sheet")).to_contain_text("Sent already.")


BLANKS = [
    {"id": "blood", "text": "The {side} knee: {number} ml of blood so far, at {time}."},
    {"id": "done", "text": "Finished in about {minutes} min."},
]


@pytest.fixture
async def with_blanks() -> AsyncIterator[tuple[Intake, str]]:
    clock = SystemClock()
    changes: dict[str, Any] = {"run_sheet": BLANKS, "family_first": ["closing"], "languages": ["en", "de", "nl"]}
    found = await intake(clock, open_event(clock, training=True, **changes))
    async with serving(found.app) as url:
        yield found, url


async def test_blanks_of_a_signed_item_are_picked_seen_whole_and_go_with_one_tap_more(
    browser: Browser, with_blanks: tuple[Intake, str]
) -> None:
    door, origin = with_blanks
    async with opened(browser, size=TABLET_PORTRAIT) as visit:
        page = visit.page
        await sign_in(page, origin)
        sheet, asked = page.locator(".sheet"), page.get_by_role("dialog")
        await expect(sheet.locator(".blank")).to_have_text(["side", "number", re.compile(r"^\d\d:\d\d$")])
        await sheet.get_by_role("button", name="Fill in").click()
        await expect(asked).to_contain_text("Left or right?")
        await asked.get_by_role("button", name="left").click()
        await expect(asked).to_contain_text("The left knee: number ml")
        await asked.get_by_label("Another number").fill("15o")
        await asked.get_by_role("button", name="Take it").click()
        await expect(asked).to_be_visible()  # no number: not taken
        await asked.get_by_label("Another number").fill("150")
        await page.keyboard.press("Enter")
        await expect(asked).to_be_hidden()
        await expect(sheet).to_contain_text("The left knee: 150 ml of blood so far, at ")
        assert door.submissions() == []
        await sheet.get_by_role("button", name="Change").click()
        await asked.get_by_role("button", name="right").click()
        await asked.get_by_role("button", name="12", exact=True).click()
        await sheet.get_by_role("button", name="Send this").click()
        await received(page, 1)
        (record,) = door.submissions()
        text = written(record)["text"]
        assert record.run_sheet_item == "blood"
        assert re.fullmatch(r"The right knee: 12 ml of blood so far, at \d\d:\d\d\.", text)
        assert is_as_signed(RunSheetItem.model_validate(BLANKS[0]), text)
        await expect(sheet).to_contain_text("Finished in about minutes min.")
        await sheet.get_by_role("button", name="Fill in").click()
        await page.keyboard.press("Escape")
        await expect(sheet.get_by_role("button", name="Fill in")).to_be_visible()
        assert visit.errors == []
        assert visit.console == []


@pytest.mark.parametrize(("language", "word"), [("en", "Rehearsal"), ("de", "Probe"), ("nl", "Oefening")])
async def test_a_rehearsal_is_called_so_beside_the_title(
    browser: Browser, with_blanks: tuple[Intake, str], language: str, word: str
) -> None:
    async with opened(browser, size=TABLET_PORTRAIT, locale=language) as visit:
        await sign_in(visit.page, with_blanks[1])
        await expect(visit.page.locator(".tablet-top #training")).to_have_text(word)


async def test_what_is_no_rehearsal_is_not_called_one(visit: Visit, origin: str) -> None:
    await sign_in(visit.page, origin)
    await expect(visit.page.locator("#training")).to_have_count(0)


async def test_a_word_on_the_whole_event_shows_at_once_and_what_waits_says_for_what(
    browser: Browser, with_blanks: tuple[Intake, str]
) -> None:
    door, origin = with_blanks

    async def say(kind: str, actor: Actor = DIRECTOR, **changes: Any) -> None:
        at = door.clock.now()
        fields = {"id": derive(kind, at.isoformat()), "live_event_id": "knee-2026", "at": at, "actor": actor}
        await door.bus.send(CONTROLS, Control.model_validate(fields | {"kind": kind} | changes))

    async with opened(browser, size=TABLET_PORTRAIT) as visit:
        page = visit.page
        await sign_in(page, origin)
        await page.get_by_role("button", name="Closing").click()
        await page.locator("#text").fill("The last stitch.")
        await page.keyboard.press("Control+Enter")
        await received(page, 1)
        (record,) = door.submissions()
        found = draft(update_id=record.id, phase="closing")
        released = by_policy(found, open_event(door.clock), door.clock.now())
        assert released is not None
        await door.bus.send(DRAFTS, found)
        await door.bus.send(RELEASES, released)
        row, banner, sheet = page.locator(".mine li"), page.locator(".banner"), page.locator(".sheet")
        await expect(row).to_contain_text("Cleared. Waits until the family was told.")
        await say("told", phase="closing")
        await expect(row).to_contain_text("Cleared. Goes out after the delay, if nobody stops it.")
        await say("hold")
        await expect(banner).to_contain_text("The event is held. Nothing is posted until it goes on.")
        await expect(row).to_contain_text("Cleared. Waits until the event goes on.")
        await say("resume")
        await expect(banner).to_have_count(0)
        await say("complication", mode="text-only")
        await expect(banner).to_contain_text("There was a complication. A physician reads every update")
        await expect(sheet).to_contain_text("After the complication a physician reads it first.")
        await door.bus.send(DRAFTS, draft(update_id=record.id, revision=1, disposition=Disposition.HOLD))
        await say("stop")
        await expect(banner).to_contain_text(
            "The event was stopped. Nothing is posted until two people start it again."
        )
        await page.reload()
        await expect(banner).to_contain_text("The event was stopped.")
        await say("withdraw")
        await expect(banner).to_contain_text("The consent was withdrawn. Nothing is posted any more.")
        await expect(row).to_contain_text("Not posted: consent was withdrawn.")
        assert visit.errors == []


async def test_each_update_shows_what_became_of_it(visit: Visit, door: Intake, origin: str) -> None:
    page = visit.page
    await sign_in(page, origin)
    for count, text in enumerate(("First", "Second", "Third"), start=1):
        await page.locator("#text").fill(text)
        await page.keyboard.press("Control+Enter")
        await received(page, count)
    first, second, third = door.submissions()
    event = open_event(door.clock, run_sheet=RUN_SHEET, destinations=PLACES)
    await door.publish(first.id, event, n=28, url=f"{origin}/t/knee-2026")
    await door.bus.send(DRAFTS, draft(update_id=second.id, disposition=Disposition.HOLD))
    held = draft(update_id=third.id, disposition=Disposition.HOLD)
    await door.bus.send(DRAFTS, held)
    await door.bus.send(
        DECISIONS,
        Decision(
            id=derive(third.id, "decision"),
            live_event_id="knee-2026",
            at=door.clock.now(),
            actor=REVIEWER,
            update_id=third.id,
            draft_id=held.id,
            revision=0,
            verdict="return",
            text_sha256=held.text_sha256,
            policy_sha256=held.policy.sha256,
            destinations=("local",),
            binding_sha256="c" * 64,
            reason="what-you-see",
        ),
    )
    rows = page.locator(".mine li")
    await expect(rows.nth(0)).to_contain_text("Returned by S. de Wit: say what you see instead.")
    await expect(rows.nth(1)).to_contain_text("In review. A person reads it first.")
    await expect(rows.nth(2)).to_contain_text("Published on 2 of 2")
    await expect(rows.nth(2).get_by_role("link", name="Post 28")).to_have_attribute("href", f"{origin}/t/knee-2026")
    await rows.nth(0).get_by_role("button", name="Edit").click()
    await expect(page.locator("#text")).to_have_value("Third")


async def test_what_is_sent_while_the_server_is_away_waits_and_goes_in_order_once(
    visit: Visit, door: Intake, origin: str
) -> None:
    page = visit.page
    await page.clock.install()
    await sign_in(page, origin)
    await page.context.set_offline(True)
    for text in ("First", "Second", "Third"):
        await page.locator("#text").fill(text)
        await page.keyboard.press("Control+Enter")
    await expect(page.locator("#unsent")).to_have_attribute("data-count", "3")
    await expect(page.locator("#ready")).to_contain_text("Offline")
    await page.clock.run_for(130_000)
    await expect(page.locator(".banner")).to_contain_text("Keep writing. Your 3 updates are safe on this tablet")
    await expect(page.locator(".mine")).not_to_contain_text("Received")
    await page.context.set_offline(False)
    await page.clock.run_for(31_000)
    await received(page, 3)
    await expect(page.get_by_text("No connection")).to_have_count(0)
    assert [written(s)["text"] for s in door.submissions()] == ["First", "Second", "Third"]


async def test_a_broker_that_is_away_is_not_called_received(visit: Visit, door: Intake, origin: str) -> None:
    page = visit.page
    await page.clock.install()
    await sign_in(page, origin)
    door.bus.away = True
    async with page.expect_response(lambda answer: answer.status == 503):
        await page.locator("#text").fill("First")
        await page.keyboard.press("Control+Enter")
    await expect(page.locator(".mine li")).to_contain_text("On this tablet")
    door.bus.away = False
    await page.clock.run_for(3_000)
    await received(page, 1)
    assert len(door.submissions()) == 1


async def test_after_a_reload_states_are_there_and_texts_are_nowhere(visit: Visit, origin: str) -> None:
    page = visit.page
    await sign_in(page, origin)
    await page.locator("#text").fill("Sentinel words")
    await page.keyboard.press("Control+Enter")
    await received(page, 1)
    kept = await page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    assert "Sentinel" not in kept
    await page.reload()
    await expect(page.locator(".mine li")).to_contain_text("Text not kept after a reload")
    await expect(page.locator(".mine li")).to_contain_text("Received")


async def test_a_closed_event_says_when_and_keeps_what_is_written(visit: Visit, door: Intake, origin: str) -> None:
    page = visit.page
    await sign_in(page, origin)
    event = open_event(door.clock, run_sheet=RUN_SHEET, destinations=PLACES)
    await door.bus.send(LIVE_EVENTS, event.model_copy(update={"state": "closed", "closed_at": door.clock.now()}))
    await expect(page.locator(".banner")).to_contain_text("The event closed at")
    await page.locator("#text").fill("Too late")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".mine li")).to_contain_text("Not accepted: the event closed at")
    await page.locator(".mine li").get_by_role("button", name="Edit").click()
    await expect(page.locator("#text")).to_have_value("Too late")
    assert door.submissions() == []


async def test_counters_count_as_the_platforms_do_and_a_long_text_says_what_will_happen(
    visit: Visit, origin: str
) -> None:
    page = visit.page
    await sign_in(page, origin)
    await page.locator("#text").fill("Going to plan 🩺 https://st-anna.org/a-rather-long-address-of-a-page")
    # 14 + 2 + 1 + 23 of what hashtag, time, number and the margin leave of 280
    await expect(page.locator(".counters")).to_contain_text("X 40 of 242", use_inner_text=True)
    await page.locator("#text").fill("x" * 300)
    await expect(page.locator("#hint")).to_have_text(
        "58 characters too long for X. It will go out as at least two posts."
    )
    await page.locator("#text").fill("x" * 2_001)
    await expect(page.locator("#hint")).to_have_text("1 character too long to send. Shorten it, or send it in two.")
    await expect(page.locator("#send")).to_be_disabled()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".mine li")).to_have_count(0)
    await page.locator("#text").fill(" ")
    await expect(page.locator("#hint")).to_have_text("")
    await expect(page.locator("#send")).to_be_enabled()
    await page.locator("#send").click()
    await expect(page.locator("#hint")).to_have_text("Write something first, or tap a phrase.")


@pytest.mark.parametrize(
    ("locale", "send", "phase"),
    [("de-DE", "Senden", "Ankunft"), ("nl-NL", "Versturen", "Aankomst"), ("fr-FR", "Send", "Arrival")],
)
async def test_the_page_speaks_the_browsers_language(
    browser: Browser, origin: str, locale: str, send: str, phase: str
) -> None:
    async with opened(browser, locale=locale) as visit:
        await sign_in(visit.page, origin)
        await expect(visit.page.locator("#send")).to_have_text(send)
        await expect(visit.page.locator(".phase").first).to_contain_text(phase)
        assert await visit.page.evaluate("document.documentElement.lang") == locale[:2].replace("fr", "en")


async def test_languages_and_theme_are_chosen_apart(visit: Visit, door: Intake, origin: str) -> None:
    page = visit.page
    await sign_in(page, origin)
    await page.get_by_role("button", name="settings").click()
    await page.get_by_role("group", name="Language of this page").get_by_text("Deutsch").click()
    await page.get_by_role("group", name="Sprache Ihrer Meldungen").get_by_text("Nederlands").click()
    await page.get_by_role("group", name="Farben").get_by_text("Hell").click()
    await page.get_by_role("button", name="Schließen").click()
    assert await page.evaluate("document.documentElement.dataset.theme") == "light"
    await page.get_by_role("button", name="De stemming is goed").click()
    await page.get_by_role("button", name="Senden", exact=True).click()
    await received(page, 1)
    assert written(door.submissions()[0])["lang"] == "nl"


async def test_several_open_events_are_offered_and_none_is_said(browser: Browser) -> None:
    clock = SystemClock()
    none = await intake(clock)
    async with serving(none.app) as url, opened(browser) as visit:
        await visit.page.goto(f"{url}/#token=reporter-token")
        await expect(visit.page.get_by_role("heading")).to_have_text("No event is open")
    two = await intake(clock, open_event(clock), open_event(clock, id="hip-2026", title="A new hip, live"))
    async with serving(two.app) as url, opened(browser) as visit:
        await visit.page.goto(f"{url}/#token=reporter-token")
        await visit.page.get_by_role("button", name="A new hip, live").click()
        await expect(visit.page.get_by_role("heading", level=1)).to_have_text("A new hip, live")


GEOMETRY = """() => [...document.querySelectorAll('button, a.btn, textarea, input')]
  .map((e) => ({ e, r: e.getBoundingClientRect() }))
  .filter(({ r }) => r.width > 0 && r.height > 0)
  .map(({ e, r }) => ({ name: e.textContent.trim() || e.id, w: r.width, h: r.height,
    primary: e.matches('.phrase, .btn-big, #send') }))"""


@pytest.mark.parametrize("size", [TABLET_PORTRAIT, TABLET_LANDSCAPE, PHONE])
async def test_targets_fit_gloved_fingers_and_nothing_scrolls_sideways(
    browser: Browser, origin: str, size: tuple[int, int]
) -> None:
    async with opened(browser, size=size) as visit:
        await sign_in(visit.page, origin)
        await visit.page.locator("#text").fill("x" * 300)
        for target in await visit.page.evaluate(GEOMETRY):
            least = 72 if target["primary"] else 48
            assert target["h"] >= least, target
            assert target["w"] >= 48, target
        assert await visit.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        send = await visit.page.locator("#send").bounding_box()
        assert send is not None
        if size == PHONE:
            assert send["y"] + send["height"] <= size[1]


@pytest.mark.parametrize("size", [TABLET_PORTRAIT, TABLET_LANDSCAPE, PHONE])
async def test_filling_an_item_fits_gloved_fingers_too_and_covers_nothing(
    browser: Browser, with_blanks: tuple[Intake, str], size: tuple[int, int]
) -> None:
    async with opened(browser, size=size, locale="de") as visit:
        page = visit.page
        await sign_in(page, with_blanks[1])
        await page.get_by_role("button", name="Ausfüllen").click()
        await page.get_by_role("button", name="links").click()
        for target in await page.evaluate(GEOMETRY):
            assert target["h"] >= (72 if target["primary"] else 48), target
        await page.get_by_role("button", name="12", exact=True).click()
        for target in await page.evaluate(GEOMETRY):
            assert target["h"] >= (72 if target["primary"] else 48), target
        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
        words = await page.locator(".sheet > .state span, .sheet > .state").first.bounding_box()
        change = await page.get_by_role("button", name="Ändern").bounding_box()
        assert words is not None
        assert change is not None
        apart = words["y"] + words["height"] <= change["y"] or words["x"] + words["width"] <= change["x"] + 1
        assert apart, (words, change)


async def test_a_long_list_does_not_move_send_in_landscape(browser: Browser, origin: str) -> None:
    async with opened(browser, size=TABLET_LANDSCAPE) as visit:
        page = visit.page
        await sign_in(page, origin)
        before = await page.locator("#send").bounding_box()
        for count in range(1, 16):
            await page.locator("#text").fill(f"Update {count}")
            await page.keyboard.press("Control+Enter")
        await received(page, 15)
        assert await page.locator("#send").bounding_box() == before
        assert before is not None
        assert before["y"] + before["height"] <= TABLET_LANDSCAPE[1]
