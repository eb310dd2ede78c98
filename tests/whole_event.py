"""One whole event played by its people in browsers of their own: prepared, live, complicated, stopped, withdrawn.

`play()` is the play with all that has to be true at each step; the test plays it, a script takes its pictures.
"""

import asyncio
import html
import json
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import yaml
from playwright.async_api import Browser, CDPSession, Locator, Page, expect

from tests.browser_fixture import DESKTOP, TABLET_LANDSCAPE, TABLET_PORTRAIT, Visit, opened
from tests.system_fixture import System, event_now, wait_until

ID = "a-new-knee"
TITLE = "A new knee, live"
PIN = "280571"
DIRECTOR, PHYSICIAN, ADVOCATE, LIAISON, REPORTER = "J. Brandt", "A. Visser", "Eva Martens", "Tom Okafor", "Noor Bakker"
REVIEWER = "Ines Wolff"

# Long enough to press something between an approval and its post, and the shortest an approval may last.
DELAY_S, EXPIRES_S = 4, 30
WAIT_S = 45.0  # for what other processes do, on a machine that does other things as well
LOOK_S = 0.2  # between two looks at what is public

WELCOME = "Welcome to the operating theatre."
PHRASE = "The room is being prepared"
NAMED = "Maria Lopez is comfortable and listening to music."
COVERED = "[name] is comfortable and listening to music."
CLAIM = "The Mako robot is the best there is and lasts longer than any other."
FAMILY = "The new joint moves freely."
STOPPED = "All readings are steady."
SINCE = "The team takes a short break."
LATE = "This comes after the end."
SECRET = ("lopez", "1957-03-14", "00482913")
ASKED, ANSWERED = "The patient is well. The family asks for ten minutes.", "They have them. Nothing goes out meanwhile."
SAID_AMONG_STAFF = (ASKED, ANSWERED)

log = logging.getLogger(__name__)
Shot = Callable[[Page, str], Awaitable[None]]


async def no_shot(page: Page, name: str) -> None:
    """A test writes no pictures."""


def file() -> str:
    """The event as its YAML, with the director's browser to fill in what no file holds."""
    plan = event_now(
        id=ID,
        title=TITLE,
        allow=["Dr. A. Visser", "St. Anna", "Mako"],
        release={"delay_s": DELAY_S, "approval_expires_s": EXPIRES_S},
        complication="hold",
        family_first=["closing"],
        run_sheet=[
            {"id": "welcome", "text": WELCOME},
            {"id": "wait", "text": "We work on; the next news comes in {minutes} minutes."},
        ],
    )
    plan["consent"] |= {"advocate": ADVOCATE, "taken_by": "M. Keller, nurse of another ward"}
    plan["window"] = {name: at.isoformat() for name, at in plan["window"].items()}
    plan["consent"]["signed_at"] = plan["consent"]["signed_at"].isoformat()
    return yaml.safe_dump(plan, allow_unicode=True)


@dataclass
class Person:
    """Somebody with a device of their own."""

    name: str
    visit: Visit
    cdp: CDPSession
    origin: str

    @property
    def page(self) -> Page:
        return self.visit.page

    async def go(self, path: str = f"/desk/{ID}") -> None:
        await self.page.goto(self.origin + path)

    async def press(self, name: str | re.Pattern[str], *, exact: bool = False) -> None:
        await self.page.get_by_role("button", name=name, exact=exact).first.click()

    async def reads(self, words: str | re.Pattern[str]) -> None:
        await expect(self.page.get_by_text(words).first).to_be_visible(timeout=WAIT_S * 1000)

    async def heading(self, words: str | re.Pattern[str]) -> None:
        await expect(self.page.get_by_role("heading", level=1)).to_contain_text(words, timeout=WAIT_S * 1000)

    async def finds(self, found: Locator, path: str = f"/desk/{ID}") -> None:
        """Looks again until it is there."""
        deadline = time.monotonic() + WAIT_S
        while not (await self.page.goto(self.origin + path) and await found.first.is_visible()):
            assert time.monotonic() < deadline, await self.page.inner_text("body")
            await self.page.wait_for_timeout(200)

    async def opens(self, why: str) -> None:
        """A held update out of the queue, by the reason that stands there."""
        item = self.page.locator(".queue-list a", has_text=why)
        await self.finds(item)
        await item.first.click()
        await expect(self.page.locator(".draft-text").first).to_be_visible()

    async def approves(self) -> None:
        await self.press(re.compile("^Approve"))
        await self.reads("Approved. It goes out after the delay.")


@asynccontextmanager
async def device(browser: Browser, name: str, size: tuple[int, int], origin: str) -> AsyncIterator[Person]:
    """A profile with an authenticator that verifies its person."""
    async with opened(browser, size=size) as visit:
        cdp = await visit.page.context.new_cdp_session(visit.page)
        await cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        yield Person(name, visit, cdp, origin)


@dataclass
class Play:
    system: System
    browser: Browser
    http: httpx.AsyncClient
    shot: Shot = no_shot
    took: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    public: list[str] = field(default_factory=list)
    is_over: bool = False
    director: Person = field(init=False)
    physician: Person = field(init=False)
    advocate: Person = field(init=False)
    reviewer: Person = field(init=False)
    liaison: Person = field(init=False)
    reporter: Person = field(init=False)
    reader: Person = field(init=False)

    # -- what is public

    async def thread(self) -> list[dict[str, Any]]:
        """Every post as the desk knows it, a row for each; what `scrubcast thread` prints."""
        facts = self.system.facts()
        key = {"Authorization": f"Bearer {facts['tokens']['director']}"}
        answer = await self.http.get(f"{facts['desk_url']}/api/v1/live-events/{ID}/thread", headers=key)
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["items"]
        return rows

    async def posted(self) -> list[str]:
        return [str(row["text"]) for row in await self.thread() if row["state"] == "posted"]

    async def html(self) -> str:
        answer = await self.http.get(f"{self.system.facts()['page_url']}/t/{ID}")
        assert answer.status_code == (410 if self.is_over else 200)
        return html.unescape(answer.text)

    async def feed(self) -> str:
        """The public thread for programs, as it is sent."""
        answer = await self.http.get(f"{self.system.facts()['page_url']}/api/v1/live-events/{ID}/thread")
        assert answer.status_code == 200
        return answer.text

    async def shows(self, *texts: str) -> None:
        """Waits until exactly these are public, in this order, on the page and in the thread; never a secret."""
        deadline = time.monotonic() + WAIT_S
        while (found := await self.posted()) != list(texts):
            assert len(found) <= len(texts), found
            assert time.monotonic() < deadline, (found, texts)
            await asyncio.sleep(LOOK_S)
        page = await self.html()
        while not all(text in page for text in texts):
            assert time.monotonic() < deadline, (page, texts)
            await asyncio.sleep(LOOK_S)
            page = await self.html()
        await self.never()

    async def still(self, *texts: str, until: float = 0.0) -> None:
        """Nothing else is public up to that moment of the monotonic clock, looked at all the while."""
        while True:
            assert await self.posted() == list(texts)
            if time.monotonic() >= until:
                break
            await asyncio.sleep(LOOK_S)
        await self.never()

    async def never(self) -> None:
        """No secret and no word of the back channel: neither on the page nor in anything that a program can read."""
        public = (json.dumps(await self.thread(), ensure_ascii=False), await self.html(), await self.feed())
        for words in (*SECRET, *SAID_AMONG_STAFF):
            assert not any(words.lower() in one.lower() for one in public)

    def mark(self, step: str) -> None:
        """Seconds since the beginning."""
        self.took[step] = round(time.monotonic() - self.began, 1)
        log.info("%s at %s s", step, self.took[step])

    # -- before the event

    async def invite(self, by: Person, name: str, role: str) -> str:
        await by.go("/desk/people")
        form = by.page.locator("form[action='/desk/people/staff']")
        await form.get_by_label("Name, as colleagues know it").fill(name)
        await form.get_by_label("Role").select_option(label=role)
        await form.get_by_text(TITLE).first.click()
        await form.get_by_role("button", name="Add and invite").click()
        await expect(by.page.get_by_role("heading", name=f"A passkey for {name}")).to_be_visible()
        return (await by.page.locator(".code-words").inner_text()).replace(" ", "")

    async def joins(self, who: Person, code: str) -> None:
        await who.go(f"/desk/join#code={code}")
        await expect(who.page.get_by_role("heading", name=who.name)).to_be_visible()
        await who.press("Make the passkey")
        await expect(who.page.get_by_role("heading", name="Live events")).to_be_visible()

    async def prepare(self) -> None:
        """By the key of the installation."""
        director = self.director
        await director.go("/desk/sign-in")
        await director.page.get_by_label("Your key").fill(self.system.facts()["tokens"]["director"])
        await director.press("Sign in", exact=True)
        await director.go("/desk/prepare")
        await director.page.get_by_label("Or its text").fill(file())
        await director.press("Read it")
        await director.go(f"/desk/prepare/{ID}")
        await self.shot(director.page, "event-missing")

    async def rehearse(self) -> None:
        director = self.director
        await director.go(f"/desk/rehearse/{ID}")
        await director.page.get_by_label("Speed").select_option("20")
        await director.press("Start the rehearsal")
        await director.heading("The rehearsal goes on")

    async def enrol(self) -> None:
        """Everybody, while the rehearsal's lines come; each on a device of their own as soon as they are invited."""
        director = self.director
        await self.joins(director, await self.invite(director, DIRECTOR, "Director"))
        async with asyncio.TaskGroup() as joining:
            for who, role in (
                (self.physician, "Physician"), (self.advocate, "Advocate"), (self.reviewer, "Reviewer"),
                (self.liaison, "Liaison"),
            ):  # fmt: skip
                code = await self.invite(director, who.name, role)
                joining.create_task(self.joins(who, code))
            await self.tile()
        await self.shot(director.page, "event-people")
        await self.tablet()

    async def tile(self) -> None:
        """The reporter's, with a PIN."""
        director = self.director
        await director.go("/desk/people")
        form = director.page.locator("form[action='/desk/people/reporters']")
        await form.get_by_label("Name, as colleagues know it").fill(REPORTER)
        await form.get_by_text(TITLE).first.click()
        await form.get_by_label(re.compile("^PIN,")).fill(PIN)
        await form.get_by_label("The same again").fill(PIN)
        await form.get_by_role("button", name="Add", exact=True).click()
        await director.reads(REPORTER)

    async def tablet(self) -> None:
        director, tablet = self.director, self.reporter
        await director.go("/desk/tablets")
        await director.press("Show a code")
        code = (await director.page.locator(".code-words").inner_text()).replace(" ", "")
        await tablet.go(f"/#enrol={code}")
        await tablet.page.get_by_label("Name").fill("Theatre 3")
        await tablet.press("Join")
        await expect(director.page.get_by_text("Enrolled:")).to_be_visible()

    async def sign(self) -> None:
        physician = self.physician
        await physician.go(f"/desk/prepare/{ID}/sign")
        await physician.press("Sign the run sheet")
        await physician.reads(re.compile(f"2 items, signed by {re.escape(PHYSICIAN)} on"))

    async def open(self) -> None:
        director = self.director
        await self.half_the_rehearsal()
        for who in ("physician", "advocate"):
            await director.go(f"/desk/prepare/{ID}")
            seen = director.page.locator(f"#c-in-room-{who}").get_by_role("button")
            if await seen.is_visible():  # whoever has the desk open is seen to be there
                await seen.click()
        await director.heading("Everything is ready")
        await self.shot(director.page, "event-ready")
        await director.press("Open the event")
        await expect(director.page).to_have_url(f"{director.origin}/desk/{ID}")

    async def half_the_rehearsal(self) -> None:
        """So much of the recording has to come before a rehearsal counts."""
        director = self.director
        deadline = time.monotonic() + 90
        while True:
            await director.go(f"/desk/rehearse/{ID}")
            came = re.search(r"(\d+) of (\d+) lines", await director.page.inner_text("main"))
            assert came is not None
            if 2 * int(came[1]) >= int(came[2]):
                break
            assert time.monotonic() < deadline, came[0]
            await director.page.wait_for_timeout(500)
        await director.press("End the rehearsal and score it")
        await director.heading("Score sheet")

    # -- live

    async def writes(self, text: str) -> None:
        await self.reporter.page.locator("#text").fill(text)
        await self.reporter.press("Send", exact=True)
        await expect(self.reporter.page.locator("#unsent")).to_have_attribute("data-count", "0", timeout=WAIT_S * 1000)

    async def first_words(self) -> None:
        tablet, director = self.reporter, self.director
        await tablet.press(re.compile(REPORTER))
        await tablet.page.keyboard.type(PIN)
        await tablet.page.keyboard.press("Enter")
        await tablet.page.wait_for_selector("#send", timeout=WAIT_S * 1000)
        await tablet.press("Send this")
        await tablet.press(PHRASE)
        await tablet.press("Send", exact=True)
        await self.writes(NAMED)
        await self.writes(CLAIM)
        await director.opens("Holds a protected name")
        await expect(director.page.locator(".draft-text").first).not_to_contain_text("Lopez")
        await self.shot(director.page, "event-name-held")
        await self.shot(tablet.page, "event-tablet")
        await director.opens("Makes a medical claim")
        await expect(director.page.get_by_role("button", name=re.compile("^Approve"))).to_be_disabled()
        await director.reads("Only this role can approve it: Physician.")
        await self.shot(director.page, "event-claim")
        self.public = [WELCOME, PHRASE]
        await self.shows(*self.public)
        await self.reader.go(f"/t/{ID}")

    async def complication(self) -> None:
        """Between an approval by the physician, who alone may give it, and its post. Everything is held for so long
        that the approval ends; what is approved or written meanwhile waits."""
        director, physician = self.director, self.physician
        await physician.opens("Makes a medical claim")
        await physician.approves()
        ended = time.monotonic() + EXPIRES_S + 1
        await physician.press(re.compile("^Complication"))
        await physician.reads("Complication: everything is held.")
        async with asyncio.TaskGroup() as meanwhile:
            meanwhile.create_task(self.still(*self.public, until=ended))
            meanwhile.create_task(self.liaison_comes_back())
            await self.talk()
            await director.go()
            await director.reads("Complication since")
            await self.shot(director.page, "event-complication")
            await self.over()
            await self.reviewed()
            await self.reporter.press("Closing", exact=True)
            await self.writes(FAMILY)
        await director.go()
        await director.press("Resume", exact=True)
        await director.reads("Live since")
        self.public.append(COVERED)
        await self.shows(*self.public)

    async def talk(self) -> None:
        """Staff only: nothing of it is public, now or later."""
        advocate, director = self.advocate, self.director
        await advocate.go(f"/desk/{ID}/messages")
        await advocate.page.get_by_role("textbox").fill(ASKED)
        await advocate.press("Say it to the staff")
        await director.go()
        await director.page.get_by_role("link", name="Staff only, 1 new").click()
        await director.reads(ASKED)
        await director.page.get_by_role("textbox").fill(ANSWERED)
        await director.press("Say it to the staff")
        await director.reads(ANSWERED)
        await self.shot(director.page, "event-staff-only")

    async def liaison_comes_back(self) -> None:
        """Signed out, and in again by her passkey alone."""
        liaison = self.liaison
        await liaison.go("/desk")
        await liaison.press("Sign out")
        await liaison.press("Sign in with passkey")
        await liaison.reads(TITLE)

    async def over(self) -> None:
        """The physician's word ends the complication, and lets nothing go."""
        director, physician = self.director, self.physician
        await physician.press("Complication is over")
        await physician.reads("The complication is over. Nothing goes out until the event is resumed.")
        await self.shot(physician.page, "event-over")
        await director.go()
        await expect(director.page.get_by_text("Complication since")).to_have_count(0)
        await director.reads("Held since")

    async def reviewed(self) -> None:
        reviewer = self.reviewer
        await reviewer.opens("Holds a protected name")
        await self.shot(reviewer.page, "event-reviewer")
        await reviewer.approves()

    async def family_first(self) -> None:
        """What belongs to the last phase waits until the liaison has told the family, and what follows it waits too:
        the claim, which is asked for again because its first approval ended."""
        director, physician, liaison = self.director, self.physician, self.liaison
        await director.finds(director.page.locator(".posts .pending", has_text=re.compile("family", re.IGNORECASE)))
        await self.shot(director.page, "event-family")
        await physician.opens("The approval ended")
        await self.shot(physician.page, "event-expired")
        await physician.approves()
        until = time.monotonic() + DELAY_S + 1
        await liaison.go(f"/desk/{ID}/plan")
        await self.shot(liaison.page, "event-liaison")
        await self.still(*self.public, until=until)
        await liaison.press("The family was told")
        await liaison.reads("Noted: the family knows.")
        self.public += [FAMILY, CLAIM]
        await self.shows(*self.public)

    async def stop(self) -> None:
        """Pressed by the advocate while a post waits out its delay."""
        advocate, director, physician = self.advocate, self.director, self.physician
        await advocate.go()
        await self.writes(STOPPED)
        await advocate.finds(advocate.page.locator(".posts .pending", has_text=STOPPED))
        await advocate.press("STOP")
        await advocate.heading("Nothing more goes out.")
        await self.writes(SINCE)
        until = time.monotonic() + DELAY_S + 1
        await advocate.page.reload()
        await self.shot(advocate.page, "event-stopped")
        await director.go(f"/desk/{ID}/stopped")
        await director.press("Agree to resume")
        await director.reads("A second person has to agree before")
        await physician.go(f"/desk/{ID}/stopped")
        await self.shot(physician.page, "event-one-agrees")
        await self.still(*self.public, until=until)
        await physician.press("Agree to resume")
        await physician.finds(physician.page.get_by_text("Live since"))

    async def after_the_stop(self) -> None:
        director = self.director
        await director.opens("stop")
        await self.shot(director.page, "event-after-stop")
        await director.approves()
        self.public += [SINCE, STOPPED]
        await self.shows(*self.public)
        not_posted = director.page.locator(".posts", has_text="Not posted")
        await director.finds(director.page.locator(".posts li", has_text=STOPPED).filter(has_text="Posted"))
        await expect(not_posted).to_have_count(0)  # both that stayed once are public now

    async def withdraw(self) -> None:
        advocate = self.advocate
        await advocate.go(f"/desk/{ID}/withdraw")
        await self.shot(advocate.page, "event-withdraw")
        await advocate.press(re.compile("^Withdraw"))
        await advocate.heading("Consent withdrawn at")
        self.is_over = True
        await self.too_late()
        until = time.monotonic() + DELAY_S
        await self.shows()
        await expect(self.reader.page.locator("#posts .text")).to_have_count(0)
        await self.reader.reads("its posts were taken back")
        await self.shot(self.reader.page, "event-reader")
        page = await self.html()
        assert not any(text in page for text in self.public)
        assert {(row["state"], row["text"]) for row in await self.thread()} == {("retracted", "")}
        await self.as_a_fresh_load(self.reader)
        await advocate.finds(advocate.page.get_by_text("Nothing is public any more."), f"/desk/{ID}/stopped")
        await self.shot(advocate.page, "event-withdrawn")
        await self.still(until=until)

    async def too_late(self) -> None:
        """What the tablet still sends is kept there."""
        await self.reporter.page.locator("#text").fill(LATE)
        await self.reporter.press("Send", exact=True)
        await self.reporter.reads("Not accepted")
        await self.shot(self.reporter.page, "event-tablet-over")

    async def as_a_fresh_load(self, reader: Person) -> None:
        """The page that was open all the while reads like one that is opened now."""
        open_all_the_while = await reader.page.inner_text("body")
        await reader.page.reload()
        assert open_all_the_while == await reader.page.inner_text("body")


STEPS = (
    Play.prepare, Play.rehearse, Play.enrol, Play.sign, Play.open, Play.first_words, Play.complication,
    Play.family_first, Play.stop, Play.after_the_stop, Play.withdraw,
)  # fmt: skip


async def play(system: System, browser: Browser, shot: Shot = no_shot) -> Play:
    """The whole event. Seconds of each step are in `took`."""
    facts = system.facts()
    desk = facts["desk_url"].replace("127.0.0.1", "localhost")  # passkeys belong to a name
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=30, trust_env=False))
        made = Play(system, browser, http, shot)
        people = []
        for role, name, size, origin in (
            ("director", DIRECTOR, DESKTOP, desk),
            ("physician", PHYSICIAN, TABLET_LANDSCAPE, desk),
            ("advocate", ADVOCATE, TABLET_PORTRAIT, desk),
            ("reviewer", REVIEWER, TABLET_LANDSCAPE, desk),
            ("liaison", LIAISON, TABLET_LANDSCAPE, desk),
            ("reporter", REPORTER, TABLET_PORTRAIT, facts["url"]),
            ("reader", "", DESKTOP, facts["page_url"]),
        ):
            people.append(await stack.enter_async_context(device(browser, name, size, origin)))
            setattr(made, role, people[-1])
        for step in STEPS:
            await step(made)
            made.mark(step.__name__)
        for who in people:
            assert (who.visit.errors, who.visit.foreign(urlsplit(who.origin)._replace(path="").geturl())) == ([], [])
    return made


def audit(system: System) -> dict[str, Any]:
    """What the archive tells of it, once it has signed the end: it signs every ten seconds."""

    def told() -> dict[str, Any] | None:
        found: dict[str, Any] = json.loads(system.cli("audit", "replay", ID, "--json").stdout)
        return found if all(update["state"] == "retracted" for update in found["updates"]) else None

    found: dict[str, Any] = wait_until(told, WAIT_S, lambda: "the archive tells of all posts that they were taken back")
    return found
