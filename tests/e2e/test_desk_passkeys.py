"""Passkeys in a real browser with a virtual authenticator: invited, joined, approved; lost and made anew; removed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, CDPSession, Page, expect

from schemas.enrolment import Passkey
from schemas.topics import DECISIONS, ENROLMENTS, RELEASES, decode_enrolment
from streams import approval, passkeys
from tests.axe import violations
from tests.browser_fixture import PHONE, TABLET_LANDSCAPE, Visit, opened
from tests.desk_world import EVENT, TOKENS, World, served_desk

pytestmark = pytest.mark.browser

TEXT = "Her [relative] is with our liaison nurse. #OurKneeLive"


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[World, str]]:
    """Under a name, for passkeys take no addresses."""
    async with served_desk(tmp_path) as (world, origin):
        assert (await world.open()).status_code == 201
        yield world, origin.replace("127.0.0.1", "localhost")


@dataclass
class Device:
    """Somebody's own device: a profile of its own with a platform authenticator that always verifies its person."""

    visit: Visit
    cdp: CDPSession
    seen: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.visit.page

    async def plug_in(self) -> str:
        """An authenticator; the one before it is lost."""
        for one in self.seen:
            await self.cdp.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": one})
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        found = await self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.seen = [found["authenticatorId"]]
        return self.seen[0]


@asynccontextmanager
async def device(browser: Browser, size: tuple[int, int]) -> AsyncIterator[Device]:
    async with opened(browser, size=size) as visit:
        cdp = await visit.page.context.new_cdp_session(visit.page)
        await cdp.send("WebAuthn.enable")
        found = Device(visit, cdp)
        await found.plug_in()
        yield found


async def key_sign_in(page: Page, origin: str, role: str) -> None:
    await page.goto(f"{origin}/desk/sign-in")
    await page.get_by_label("Your key").fill(TOKENS[role])
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("heading", name="Live events")).to_be_visible()


async def invite(page: Page, origin: str, name: str = "Ada Vos", role: str = "Reviewer") -> str:
    """The director adds somebody; the code as it is on the page."""
    await page.goto(f"{origin}/desk/people")
    form = page.locator("form[action='/desk/people/staff']")
    await form.get_by_label("Name, as colleagues know it").fill(name)
    await form.get_by_label("Role").select_option(label=role)
    await form.get_by_text("A total knee replacement").click()
    await form.get_by_role("button", name="Add and invite").click()
    await expect(page.get_by_role("heading", name=f"A passkey for {name}")).to_be_visible()
    return (await page.locator(".code-words").inner_text()).replace(" ", "")


async def join(page: Page, origin: str, code: str) -> None:
    await page.goto(f"{origin}/desk/join#code={code}")
    await page.get_by_role("button", name="Make the passkey").click()
    await expect(page.get_by_role("heading", name="Live events")).to_be_visible()


async def test_from_an_invitation_to_an_approval_that_verifies(browser: Browser, served: tuple[World, str]) -> None:
    world, origin = served
    async with device(browser, TABLET_LANDSCAPE) as director, device(browser, TABLET_LANDSCAPE) as ada:
        await key_sign_in(director.page, origin, "director")
        code = await invite(director.page, origin)
        await ada.page.goto(f"{origin}/desk/join#code={code}")
        await expect(ada.page.get_by_role("heading", name="Ada Vos")).to_be_visible()
        assert ada.page.url == f"{origin}/desk/join"
        assert not any(code in asked for asked in ada.visit.requests)
        await ada.page.get_by_role("button", name="Make the passkey").click()
        await expect(ada.page.get_by_role("link", name="A total knee replacement")).to_be_visible()
        await expect(director.page.get_by_text("Has a passkey now:")).to_be_visible()
        draft = await world.held(TEXT)
        await ada.page.goto(f"{origin}/desk/{EVENT}/drafts/{draft.id}")
        await ada.page.get_by_role("button", name="Approve").click()
        await expect(ada.page.get_by_text("Approved. It goes out after the delay.")).to_be_visible()
        (decision,) = world.records(DECISIONS)
        assert (decision.actor.name, decision.actor.role) == ("Ada Vos", "reviewer")
        assertion = decision.assertion
        assert (assertion.rp_id, assertion.origin) == ("localhost", origin)
        assert passkeys.verify(assertion, approval.of_decision(decision, assertion.asked_at)) > 0
        assert [r.text for r in world.records(RELEASES)] == [TEXT]
        await ada.page.goto(f"{origin}/desk")
        await ada.page.get_by_role("button", name="Sign out").click()
        await ada.page.get_by_role("button", name="Sign in with passkey").click()
        await expect(ada.page.get_by_role("heading", name="Live events")).to_be_visible()
        for one in (director, ada):
            assert (one.visit.console, one.visit.errors, one.visit.foreign(origin)) == ([], [], [])


async def test_a_lost_passkey_is_replaced_in_one_press(browser: Browser, served: tuple[World, str]) -> None:
    world, origin = served
    async with device(browser, TABLET_LANDSCAPE) as director, device(browser, PHONE) as ada:
        await key_sign_in(director.page, origin, "director")
        await join(ada.page, origin, await invite(director.page, origin))
        await director.page.goto(f"{origin}/desk/people")
        await director.page.get_by_text("Change…").click()
        await director.page.get_by_role("button", name="Passkey lost").click()
        code = (await director.page.locator(".code-words").inner_text()).replace(" ", "")
        await ada.page.goto(f"{origin}/desk/{EVENT}")
        await expect(ada.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
        await ada.page.get_by_role("button", name="Sign in with passkey").click()
        await expect(ada.page.get_by_text("This passkey is not known here, or was revoked.")).to_be_visible()
        await ada.plug_in()
        await ada.page.goto(f"{origin}/desk/join")
        await ada.page.get_by_label("The code that the director shows").fill(
            " ".join(code[n : n + 4] for n in range(0, len(code), 4))
        )
        await ada.page.get_by_role("button", name="Go on").click()
        await ada.page.get_by_role("button", name="Make the passkey").click()
        await expect(ada.page.get_by_role("heading", name="Live events")).to_be_visible()
        records = [decode_enrolment(m.value or b"") for m in world.bus.everything(ENROLMENTS.name)]
        revoked = [r for r in records if isinstance(r, Passkey) and r.state == "revoked"]
        assert [r.revoked_by for r in revoked] == ["director"]


async def test_who_is_removed_is_out_at_once_and_approves_nothing(browser: Browser, served: tuple[World, str]) -> None:
    world, origin = served
    async with device(browser, TABLET_LANDSCAPE) as director, device(browser, TABLET_LANDSCAPE) as ada:
        await key_sign_in(director.page, origin, "director")
        await join(ada.page, origin, await invite(director.page, origin))
        draft = await world.held(TEXT)
        await ada.page.goto(f"{origin}/desk/{EVENT}/drafts/{draft.id}")
        await director.page.goto(f"{origin}/desk/people")
        await director.page.get_by_text("Change…").click()
        await director.page.get_by_role("button", name="Remove Ada Vos").click()
        await expect(director.page.get_by_text("Removed, and signed out everywhere.")).to_be_visible()
        await ada.page.get_by_role("button", name="Approve").click()
        await expect(ada.page.get_by_text("Your session has ended.")).to_be_visible()
        assert world.records(DECISIONS) == []
        await ada.page.goto(f"{origin}/desk/{EVENT}")
        await expect(ada.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


async def test_a_passkey_that_is_not_used_approves_nothing_and_the_page_stays(
    browser: Browser, served: tuple[World, str]
) -> None:
    world, origin = served
    async with device(browser, TABLET_LANDSCAPE) as director, device(browser, TABLET_LANDSCAPE) as ada:
        await key_sign_in(director.page, origin, "director")
        await join(ada.page, origin, await invite(director.page, origin))
        draft = await world.held(TEXT)
        await ada.page.goto(f"{origin}/desk/{EVENT}/drafts/{draft.id}")
        verified = {"authenticatorId": ada.seen[0], "isUserVerified": False}
        await ada.cdp.send("WebAuthn.setUserVerified", verified)
        await ada.page.get_by_role("button", name="Approve").click()
        await expect(ada.page.get_by_text("The passkey was not used. Nothing was approved.")).to_be_visible()
        assert world.records(DECISIONS) == []
        await ada.page.get_by_role("button", name="Return").click()
        await expect(ada.page.get_by_text("Returned")).to_be_visible()


@pytest.mark.parametrize("size", [TABLET_LANDSCAPE, PHONE])
@pytest.mark.parametrize("locale", ["English", "Deutsch"])
async def test_the_pages_are_within_reach_of_everybody(
    browser: Browser, served: tuple[World, str], size: tuple[int, int], locale: str
) -> None:
    _, origin = served
    async with device(browser, size) as director, device(browser, size) as ada:
        await key_sign_in(director.page, origin, "director")
        code = await invite(director.page, origin)
        pages = [(director.page, ""), (ada.page, f"/desk/join#code={code}"), (ada.page, "/desk/sign-in")]
        await director.page.get_by_text("Change…").click()
        for page, path in pages:
            if path:
                await page.goto(f"{origin}{path}")
                async with page.expect_navigation():
                    await page.get_by_role("button", name=locale).click()
            wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, path
            small = await page.evaluate(
                "[...document.querySelectorAll('.btn, .link, summary, .field')]"
                ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 48).map(e => e.outerHTML)"
            )
            assert small == [], path
            assert await violations(page) == [], path
