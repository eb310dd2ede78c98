"""The desk in a real browser: with script and without, at the sizes people hold it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from schemas.draft import Action, Finding
from schemas.envelope import system
from schemas.ids import derive
from schemas.receipt import Notice
from schemas.topics import CONTROLS, RECEIPTS, RELEASES
from tests.browser_fixture import DESKTOP, TABLET_LANDSCAPE, TABLET_PORTRAIT, opened
from tests.desk_world import EVENT, TOKENS, World, served_desk

pytestmark = pytest.mark.browser

RELATIVE = Finding(start=4, end=16, kind="relative", rule="known-term.relative", action=Action.HOLD)
X = "x:@StAnna"
TEXT = "Her [relative] is with our liaison nurse. #OurKneeLive"
TYPED = "Her daughter Ana is with our liaison nurse. #OurKneeLive"


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[World, str]]:
    async with served_desk(tmp_path) as (world, origin):
        assert (await world.open()).status_code == 201
        yield world, origin


async def sign_in(page: Page, origin: str, role: str) -> None:
    await page.goto(f"{origin}/desk/sign-in")
    await page.get_by_label("Your key").fill(TOKENS[role])
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Live events")).to_be_visible()


async def test_a_reviewer_approves_without_script(browser: Browser, served: tuple[World, str]) -> None:
    world, origin = served
    await world.held(TEXT, typed=TYPED, findings=(RELATIVE,))
    async with opened(browser, size=TABLET_LANDSCAPE, java_script_enabled=False) as visit:
        page = visit.page
        await sign_in(page, origin, "reviewer")
        await page.get_by_role("link", name="A total knee replacement").click()
        await page.get_by_role("link", name="Names a relative").click()
        await page.get_by_role("button", name="Show what was typed").click()
        await expect(page.locator("del")).to_have_text("daughter Ana")
        await page.get_by_role("button", name="Approve").click()
        await expect(page.get_by_text("Approved. It goes out after the delay.")).to_be_visible()
        await expect(page.get_by_role("heading", name="Nothing waits for a person.")).to_be_visible()
        assert [r.text for r in world.records(RELEASES)] == [TEXT]
        assert (visit.console, visit.errors, visit.foreign(origin)) == ([], [], [])


async def test_the_key_in_the_address_fills_the_form_and_leaves_the_address(
    browser: Browser, served: tuple[World, str]
) -> None:
    _, origin = served
    async with opened(browser, size=TABLET_PORTRAIT) as visit:
        page = visit.page
        await page.goto(f"{origin}/desk/enter#{TOKENS['director']}")
        await expect(page.get_by_label("Your key")).to_have_value(TOKENS["director"])
        assert page.url == f"{origin}/desk/enter"
        assert not any(TOKENS["director"] in asked for asked in visit.requests)
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_role("heading", name="Live events")).to_be_visible()


async def test_stop_is_always_there_and_one_press_at_every_size(browser: Browser, served: tuple[World, str]) -> None:
    world, origin = served
    await world.held(TEXT)
    for number, size in enumerate((DESKTOP, TABLET_LANDSCAPE, TABLET_PORTRAIT, (390, 844)), start=1):
        async with opened(browser, size=size, java_script_enabled=number % 2 == 0) as visit:
            page = visit.page
            await sign_in(page, origin, "reviewer")
            await page.goto(f"{origin}/desk/{EVENT}")
            await page.mouse.wheel(0, 5_000)
            stop = page.get_by_role("button", name="STOP")
            await expect(stop).to_be_in_viewport(ratio=1)
            box = await stop.bounding_box()
            assert box is not None
            assert box["height"] >= 72
            await stop.click()
            await expect(page.get_by_role("heading", level=1)).to_contain_text("Nothing more goes out.")
            assert len(world.records(CONTROLS)) == number


async def test_new_drafts_are_counted_and_the_list_under_the_finger_stays(
    browser: Browser, served: tuple[World, str]
) -> None:
    world, origin = served
    await world.held("One is steady.", reasons=("relative",))
    async with opened(browser, size=DESKTOP) as visit:
        page = visit.page
        await sign_in(page, origin, "reviewer")
        await page.goto(f"{origin}/desk/{EVENT}")
        item = page.get_by_role("link", name="Names a relative")
        before = await item.bounding_box()
        await world.held("Two is steady.", reasons=("room",))
        await world.held("Three is steady.", reasons=("date",))
        news = page.locator("[data-news=queue]")
        await expect(news).to_have_text("2 new")
        assert await item.bounding_box() == before
        assert await page.locator("[data-list=queue] > li").count() == 1
        await expect(page.locator("[data-live=count]")).to_have_text("3")
        await news.click()
        await expect(page.locator("[data-list=queue] > li")).to_have_count(3)
        assert (visit.console, visit.errors, visit.foreign(origin)) == ([], [], [])


async def test_a_draft_that_somebody_else_decided_can_no_longer_be_pressed(
    browser: Browser, served: tuple[World, str]
) -> None:
    world, origin = served
    draft = await world.held(TEXT)
    async with opened(browser, size=TABLET_LANDSCAPE) as visit:
        page = visit.page
        await sign_in(page, origin, "reviewer")
        await page.goto(f"{origin}/desk/{EVENT}/drafts/{draft.id}")
        assert (await world.decide("physician", draft, "approve")).status_code == 200
        await expect(page.get_by_role("alert")).to_contain_text("Approved by Physician at")
        await expect(page.get_by_role("button", name="Approve")).to_be_disabled()
        await page.get_by_role("link", name="Look again").click()
        await expect(page.get_by_text("Approved by Physician at")).to_be_visible()


async def test_a_stop_somewhere_else_is_seen_here_at_once(browser: Browser, served: tuple[World, str]) -> None:
    world, origin = served
    async with opened(browser, size=DESKTOP) as visit:
        page = visit.page
        await sign_in(page, origin, "physician")
        await page.goto(f"{origin}/desk/{EVENT}")
        await expect(page.get_by_text("Live since 10:00")).to_be_visible()
        await world.ask("advocate", "POST", f"/live-events/{EVENT}/controls", {"kind": "stop"})
        await page.get_by_role("link", name="Stopped 10:00").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Stopped at 10:00")


async def test_what_is_being_typed_is_never_touched_by_news(browser: Browser, served: tuple[World, str]) -> None:
    world, origin = served
    draft = await world.held(TEXT)
    async with opened(browser, size=DESKTOP) as visit:
        page = visit.page
        await sign_in(page, origin, "reviewer")
        await page.goto(f"{origin}/desk/{EVENT}/drafts/{draft.id}/edit")
        box = page.get_by_label("The text, as it should be")
        await box.fill("Her family is with our liaison nurse.")
        await world.held("Two is steady.")
        await expect(page.locator("[data-news=queue]")).to_have_text("1 new")
        await expect(box).to_have_value("Her family is with our liaison nurse.")
        await expect(box).to_be_focused()
        await page.get_by_role("button", name="Check this text").click()
        await expect(page.get_by_text("You wrote this. Someone else has to approve it.").first).to_be_visible()


async def test_a_page_that_learns_nothing_any_more_says_so(browser: Browser, served: tuple[World, str]) -> None:
    world, origin = served
    async with opened(browser, size=DESKTOP) as visit:
        page = visit.page
        await sign_in(page, origin, "reviewer")
        await page.goto(f"{origin}/desk/{EVENT}")
        await page.context.clear_cookies()
        await world.held(TEXT)
        await expect(page.get_by_text("This page is no longer up to date")).to_be_visible()


@pytest.mark.parametrize("size", [DESKTOP, TABLET_LANDSCAPE, TABLET_PORTRAIT, (320, 640)])
async def test_no_page_scrolls_sideways_and_every_target_is_large(
    browser: Browser, served: tuple[World, str], size: tuple[int, int]
) -> None:
    world, origin = served
    draft = await world.held(TEXT, findings=(RELATIVE,))
    async with opened(browser, size=size) as visit:
        page = visit.page
        await sign_in(page, origin, "director")
        for path in ("", f"/{EVENT}", f"/{EVENT}/drafts/{draft.id}/edit", f"/{EVENT}/withdraw"):
            await page.goto(f"{origin}/desk{path}")
            wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (path, wide)
            small = await page.evaluate(
                "[...document.querySelectorAll('.btn, .queue a, .tabs a, .link, .news, textarea')]"
                ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 48).map(e => e.outerHTML)"
            )
            assert small == [], path


async def test_a_post_that_waited_becomes_the_posted_one_in_its_place(
    browser: Browser, served: tuple[World, str]
) -> None:
    world, origin = served
    await world.decide("physician", await world.held("One is steady."), "approve")
    async with opened(browser, size=DESKTOP) as visit:
        page = visit.page
        await sign_in(page, origin, "reviewer")
        await page.goto(f"{origin}/desk/{EVENT}")
        row = page.locator("[data-list=posts] > li")
        await expect(row).to_have_class("pending")
        await world.outcome(world.records(RELEASES)[0], "local")
        await expect(row).to_contain_text("Posted 10:00")
        await expect(row).not_to_have_class("pending")
        await expect(row).to_have_count(1)
        await expect(page.locator("[data-news=posts]")).to_be_hidden()


@pytest.mark.parametrize("size", [DESKTOP, TABLET_LANDSCAPE, TABLET_PORTRAIT, (390, 844)])
@pytest.mark.parametrize("locale", ["Deutsch", "Nederlands"])
async def test_no_word_of_a_decision_is_cut(
    browser: Browser, served: tuple[World, str], size: tuple[int, int], locale: str
) -> None:
    world, origin = served
    await world.held(TEXT, findings=(RELATIVE,))
    async with opened(browser, size=size) as visit:
        page = visit.page
        await sign_in(page, origin, "reviewer")
        await page.get_by_role("button", name=locale).click()
        await page.goto(f"{origin}/desk/{EVENT}")
        cut = await page.evaluate(
            "[...document.querySelectorAll('.decide .btn')]"
            ".filter(e => e.scrollWidth > e.clientWidth).map(e => e.innerText)"
        )
        assert cut == []


async def in_doubt(world: World) -> str:
    """The path of an update of which nobody knows whether X has it; X's other posts wait, and Mastodon is away."""
    await world.decide("physician", await world.held("The first guide is in place."), "approve")
    await world.settle()
    release = world.records(RELEASES)[-1]
    await world.outcome(release, "local")
    post = await world.outcome(release, X, "unknown", reason="needs-person")
    notice = Notice(
        id=derive("away"), live_event_id=EVENT, at=world.clock.now(), actor=system("poster"), notice="away",
        destination="local", since=world.clock.now(), reason="unreachable",
    )  # fmt: skip
    await world.send(RECEIPTS, notice)
    return f"/desk/{EVENT}/updates/{post.update_id}"


async def test_two_people_resume_without_script(browser: Browser, served: tuple[World, str]) -> None:
    world, origin = served
    async with (
        opened(browser, size=DESKTOP, java_script_enabled=False) as one,
        opened(browser, size=TABLET_PORTRAIT, java_script_enabled=False) as two,
    ):
        await sign_in(one.page, origin, "director")
        await sign_in(two.page, origin, "physician")
        await one.page.goto(f"{origin}/desk/{EVENT}")
        await one.page.get_by_role("button", name="STOP").click()
        await one.page.get_by_role("button", name="Agree to resume").click()
        await expect(one.page.get_by_text("A second person has to agree before")).to_be_visible()
        await expect(one.page.get_by_role("button", name="Agree to resume")).to_be_disabled()
        await expect(one.page.get_by_text("You have agreed. It has to be someone else.")).to_be_visible()
        await two.page.goto(f"{origin}/desk/{EVENT}")
        await two.page.get_by_text("Resume: 1 of 2").click()
        await two.page.get_by_role("button", name="Agree to resume").click()
        await expect(two.page.get_by_text("Live since 10:00")).to_be_visible()
        assert [(c.kind, c.actor.name) for c in world.records(CONTROLS)] == [
            ("stop", "director"), ("resume", "director"), ("resume", "physician"),
        ]  # fmt: skip


async def test_the_seats_fill_on_an_open_page(browser: Browser, served: tuple[World, str]) -> None:
    world, origin = served
    await world.control("advocate", "stop")
    async with opened(browser, size=DESKTOP) as visit:
        page = visit.page
        await sign_in(page, origin, "physician")
        await page.goto(f"{origin}/desk/{EVENT}/stopped")
        await expect(page.get_by_text("0 of 2")).to_be_visible()
        await world.control("director", "resume")
        await expect(page.get_by_text("Director agrees to resume.")).to_be_visible()
        await expect(page.get_by_text("1 of 2")).to_be_visible()
        assert (visit.console, visit.errors) == ([], [])


async def test_a_doubt_is_answered_with_the_address_that_was_found(browser: Browser, served: tuple[World, str]) -> None:
    world, origin = served
    await in_doubt(world)
    async with opened(browser, size=TABLET_LANDSCAPE, java_script_enabled=False) as visit:
        page = visit.page
        await sign_in(page, origin, "reviewer")
        await page.goto(f"{origin}/desk/{EVENT}")
        await page.get_by_role("link", name="Did this reach X?").click()
        await expect(page.get_by_role("link", name="Open X")).to_have_attribute(
            "href", "https://x.com/StAnna/with_replies"
        )
        await page.get_by_label("Its address.").fill("https://x.com/StAnna/status/1790")
        await page.get_by_role("button", name="It is there", exact=True).click()
        await expect(page.get_by_text("Noted. The poster acts on it.")).to_be_visible()
        (control,) = world.records(CONTROLS)
        assert (control.found, control.url) == ("there", "https://x.com/StAnna/status/1790")


async def test_a_place_that_is_away_is_told_on_an_open_page_and_moves_nothing(
    browser: Browser, served: tuple[World, str]
) -> None:
    world, origin = served
    await world.decide("physician", await world.held("One is steady."), "approve")
    async with opened(browser, size=DESKTOP) as visit:
        page = visit.page
        await sign_in(page, origin, "reviewer")
        await page.goto(f"{origin}/desk/{EVENT}?to=local")
        row = page.locator("[data-list=posts] > li").first
        before = await row.bounding_box()
        await in_doubt(world)
        await expect(page.get_by_text("The local page is away since 10:00.")).to_be_visible()
        assert await row.bounding_box() == before


async def test_a_kept_event_is_released_without_script(browser: Browser, tmp_path: Path) -> None:
    async with served_desk(tmp_path) as (world, origin):
        await world.open(release={"delay_s": 0, "mode": "as-live", "review": "all"})
        await world.decide("reviewer", await world.held("One is steady."), "approve")
        async with opened(browser, size=TABLET_PORTRAIT, java_script_enabled=False) as visit:
            page = visit.page
            await sign_in(page, origin, "director")
            await page.goto(f"{origin}/desk/{EVENT}")
            await page.get_by_label("How fast").select_option("0")
            await page.get_by_role("button", name="Release 1 update").click()
            await expect(page.get_by_text("by Director, all at once.")).to_be_visible()
            assert [(c.kind, c.pace_percent) for c in world.records(CONTROLS)] == [("release", 0)]


# German has the longest words: at every size. The others where there is least room.
@pytest.mark.parametrize(
    ("size", "locale"),
    [
        *((size, "Deutsch") for size in (DESKTOP, TABLET_LANDSCAPE, TABLET_PORTRAIT, (320, 640))),
        ((320, 640), "English"),
        ((320, 640), "Nederlands"),
    ],
)
async def test_answers_and_seats_fit_every_size_and_language(
    browser: Browser, served: tuple[World, str], size: tuple[int, int], locale: str
) -> None:
    world, origin = served
    doubt = await in_doubt(world)
    await world.control("advocate", "stop")
    await world.control("director", "resume")
    async with opened(browser, size=size) as visit:
        page = visit.page
        await sign_in(page, origin, "physician")
        await page.get_by_role("button", name=locale).click()
        for path in (doubt, f"/desk/{EVENT}", f"/desk/{EVENT}/stopped"):
            await page.goto(f"{origin}{path}")
            for summary in await page.locator(".strip-act summary").all():
                await summary.click()
            wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (path, wide)
            wrong = await page.evaluate(
                "[...document.querySelectorAll('.btn, .link, .field, .tabs a')].filter(e => e.offsetParent"
                " && (e.getBoundingClientRect().height < 48 || e.scrollWidth > e.clientWidth + 1))"
                ".map(e => e.outerHTML)"
            )
            assert wrong == [], path
