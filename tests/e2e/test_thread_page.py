"""The public thread in a real browser: as it is read, as it grows, without script, on a phone, in the dark."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page

from consumers.page.app import create_app
from schemas.topics import CONTROLS, LIVE_EVENTS, PAGES
from streams.clock import SystemClock
from streams.memory import MemoryBus
from tests.browser_fixture import DESKTOP, PHONE, Visit, opened, serving
from tests.page_records import control, id_of, live_event, post, taken_back

pytestmark = pytest.mark.browser

ATTACK = "</script><img src=x onerror='document.title=1'><script>document.title=2</script>"
LONG = (
    "The team explains each step aloud, so that everyone in the room and everyone who reads along knows what is next."
)


async def ready(origin: str) -> None:
    async with httpx.AsyncClient() as client:
        while (await client.get(origin + "/readyz")).status_code != 200:
            pass


@asynccontextmanager
async def reading(
    browser: Browser, bus: MemoryBus, size: tuple[int, int] = PHONE, path: str = "/t/knee-2026", **options: Any
) -> AsyncIterator[tuple[Visit, str]]:
    """A reader who has the page open, on an event that is live now."""
    if not bus.everything(LIVE_EVENTS.name):
        await bus.send(LIVE_EVENTS, live_event(now=SystemClock().now()))
    async with serving(create_app(bus, SystemClock())) as origin, opened(browser, size=size, **options) as visit:
        await ready(origin)
        await visit.page.goto(origin + path)
        yield visit, origin
        assert visit.errors == []
        assert visit.console == []
        assert visit.foreign(origin) == []
        assert await visit.page.context.cookies() == []


async def texts(page: Page) -> list[str]:
    return await page.locator("#posts .text").all_inner_texts()


async def a_long_thread(posts: int = 30) -> MemoryBus:
    bus = MemoryBus()
    for n in range(1, posts + 1):
        await bus.send(PAGES, post(n, f"{n}. {LONG}", minutes=n - 60, phase="incision" if n <= 20 else "key step"))
    return bus


async def test_a_new_post_appears_at_the_top_under_its_phase(browser: Browser) -> None:
    bus = MemoryBus()
    await bus.send(PAGES, post(1, "First incision.", minutes=-5, phase="incision"))
    async with reading(browser, bus) as (visit, _):
        page = visit.page
        await bus.send(PAGES, post(2, "The guide is in place. #OurKneeLive", phase="key step"))
        await bus.send(PAGES, post(3, "Half way.", minutes=1, phase="key step"))
        await page.get_by_text("Half way.").wait_for()
        assert await texts(page) == ["Half way.", "The guide is in place. #OurKneeLive", "First incision."]
        assert await page.locator("#posts h2").all_inner_texts() == ["Key step", "Incision"]
        assert await page.locator("#state").inner_text() == "Live. Last post 10:43"


async def test_what_arrives_live_reads_like_what_was_there(browser: Browser) -> None:
    records = [
        post(1, "The incision is 50 cm long.", minutes=-21, phase="incision", lang="de"),
        post(2, "Hidden.", minutes=-20, phase="incision"),
        post(3, "15 cm, not 50. See https://example.org/a?b=1&c=2. #OurKneeLive", minutes=-18, phase="key step",
             corrects=id_of("knee-2026/update/1")),
    ]  # fmt: skip
    bus = MemoryBus()
    async with reading(browser, bus) as (visit, origin):
        page = visit.page
        for record in records:
            await bus.send(PAGES, record)
        await bus.send(PAGES, taken_back(records[1], minutes=-9))
        await page.get_by_text("Taken back at 10:33").wait_for()
        await page.get_by_text("Correction to the post of 10:21").wait_for()
        live = await page.locator("#posts").evaluate(SHOWN)
        await page.goto(origin + "/t/knee-2026")
        assert await page.locator("#posts").evaluate(SHOWN) == live


# What a reader can see and use of the list, as values.
SHOWN = """list => [...list.querySelectorAll('h2, time, p, a, .tag')]
  .filter(e => e.checkVisibility())
  .map(e => [e.tagName, e.className, e.innerText.trim(), e.lang, e.getAttribute('href'), e.rel, e.dateTime])"""


async def test_a_reader_further_down_is_told_by_a_count_and_nothing_moves(browser: Browser) -> None:
    bus = await a_long_thread()
    async with reading(browser, bus) as (visit, _):
        page = visit.page
        await page.evaluate("scrollTo(0, 2500)")
        before = await page.evaluate("[scrollY, document.elementFromPoint(150, 400).innerText]")
        await bus.send(PAGES, post(31, "A new one.", phase="key step"))
        button = page.get_by_role("button", name="1 new post")
        await button.wait_for()
        await bus.send(PAGES, post(32, "And one more.", minutes=1, phase="key step"))
        await page.get_by_role("button", name="2 new posts").wait_for()
        assert await page.locator("#said").inner_text() == "2 new posts"
        assert await page.evaluate("[scrollY, document.elementFromPoint(150, 400).innerText]") == before
        await page.get_by_role("button", name="2 new posts").click()
        assert (await texts(page))[:2] == ["And one more.", "A new one."]
        assert await page.evaluate("document.activeElement.innerText.includes('And one more.')")
        assert await page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
        assert not await page.locator("#fresh").is_visible()


async def test_a_post_taken_back_goes_at_once_even_further_down(browser: Browser) -> None:
    bus = await a_long_thread()
    async with reading(browser, bus) as (visit, _):
        page = visit.page
        await page.evaluate("scrollTo(0, 2500)")
        await bus.send(CONTROLS, control("retract", update_id=id_of("knee-2026/update/20")))
        await page.get_by_text("Taken back at 10:42").wait_for()
        assert not [text for text in await texts(page) if text.startswith("20.")]
        assert len(await texts(page)) == 29


async def test_after_a_withdrawal_an_open_page_empties_itself(browser: Browser) -> None:
    bus = await a_long_thread()
    async with reading(browser, bus) as (visit, _):
        await bus.send(PAGES, post(31, "A new one."))
        await visit.page.get_by_text("A new one.").wait_for()
        await bus.send(CONTROLS, control("withdraw"))
        await visit.page.get_by_text("its posts were taken back").wait_for()
        assert await visit.page.locator("#posts li").count() == 0
        assert "explains" not in await visit.page.content()
        assert "New posts appear" not in await visit.page.inner_text("body")
        await reads_like_a_fresh_load(visit.page)
        assert [words for words in visit.console if "410 (Gone)" not in words] == []
        visit.console.clear()  # a fresh load of what has ended is told so by its status


async def test_a_page_that_is_over_says_nothing_of_a_connection(browser: Browser) -> None:
    bus = await a_long_thread(1)
    async with reading(browser, bus) as (visit, _):
        await bus.send(CONTROLS, control("withdraw"))
        await visit.page.get_by_text("its posts were taken back").wait_for()
        asked = len(visit.requests)
        await visit.page.clock.install()  # from here on time is the test's
        await visit.page.clock.run_for(60_000)
        assert not await visit.page.locator("#offline").is_visible()
        assert len(visit.requests) == asked


async def test_an_open_page_says_that_the_event_is_over_as_a_fresh_one_does(browser: Browser) -> None:
    bus = await a_long_thread(2)
    async with reading(browser, bus) as (visit, _):
        assert "New posts appear at the top." in await visit.page.inner_text("body")
        now = SystemClock().now()
        await bus.send(LIVE_EVENTS, live_event(now=now, state="closed", closed_at=now))
        await visit.page.get_by_text("What our team wrote while it happened").wait_for()
        await reads_like_a_fresh_load(visit.page)


async def reads_like_a_fresh_load(page: Page) -> None:
    before = await page.inner_text("body")
    await page.reload()
    assert await page.inner_text("body") == before


async def test_a_text_that_is_an_attack_is_only_text(browser: Browser) -> None:
    bus = MemoryBus()
    await bus.send(PAGES, post(1, ATTACK, phase=ATTACK))
    async with reading(browser, bus) as (visit, _):
        await bus.send(PAGES, post(2, ATTACK + " live", phase=ATTACK + " live"))
        await visit.page.get_by_text("script> live").first.wait_for()
        assert await texts(visit.page) == [ATTACK + " live", ATTACK]
        assert await visit.page.locator("main img").count() == 0
        assert await visit.page.title() == "A total knee replacement, live · St. Brendan"


class Line:
    """Hands bytes on between reader and page, and can be cut like a train's connection in a tunnel."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: list[asyncio.StreamWriter] = []
        self.up = True
        self.asked = b""

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.up:
            writer.close()
            return
        there = await asyncio.open_connection("127.0.0.1", self._port)
        self._open += [writer, there[1]]
        await asyncio.gather(self._pump(reader, there[1]), self._pump(there[0], writer))

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while chunk := await source.read(65_536):
                self.asked += chunk if chunk.startswith(b"GET") else b""
                target.write(chunk)
                await target.drain()
        target.close()

    def cut(self) -> None:
        self.up = False
        for writer in self._open:
            writer.transport.abort()


async def test_a_reader_comes_back_after_the_stream_broke_and_misses_nothing(browser: Browser) -> None:
    bus = MemoryBus()
    await bus.send(LIVE_EVENTS, live_event(now=SystemClock().now()))
    await bus.send(PAGES, post(1, "One."))
    async with serving(create_app(bus, SystemClock())) as origin, opened(browser, size=PHONE) as visit:
        await ready(origin)
        line = Line(int(origin.rsplit(":", 1)[1]))
        async with await asyncio.start_server(line.take, "127.0.0.1", 0) as tunnel:
            port = tunnel.sockets[0].getsockname()[1]
            async with visit.page.expect_response(lambda answer: "/stream" in answer.url):
                await visit.page.goto(f"http://127.0.0.1:{port}/t/knee-2026")
            await bus.send(PAGES, post(2, "Two."))
            await visit.page.get_by_text("Two.").wait_for()
            line.cut()
            await bus.send(PAGES, post(3, "Three, written while the reader was in a tunnel."))
            line.up = True
            await visit.page.get_by_text("in a tunnel").wait_for()
            assert await texts(visit.page) == ["Three, written while the reader was in a tunnel.", "Two.", "One."]
            assert b"last-event-id: 1\r\n" in line.asked.lower()
            line.cut()


async def test_the_page_is_whole_without_script(browser: Browser) -> None:
    bus = await a_long_thread(3)
    async with reading(browser, bus, java_script_enabled=False) as (visit, _):
        page = visit.page
        assert len(await page.locator("#posts .text").all()) == 3
        await bus.send(PAGES, post(4, "Four.", phase="key step"))
        await asyncio.sleep(2.1)  # the page may be kept for two seconds; then the link has to bring the new one
        await page.get_by_role("link", name="Look for new posts").click()
        await page.get_by_text("Four.").wait_for()
        await page.get_by_role("link", name="Deutsch").click()
        assert await page.locator("html").get_attribute("lang") == "de"
        assert await page.get_by_text("Four.").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(320, 700), PHONE, (1280, 900), DESKTOP])
async def test_the_page_fits_every_screen_in_both_themes(
    browser: Browser, size: tuple[int, int], scheme: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bus = await a_long_thread(6)
    await bus.send(PAGES, post(7, "https://example.org/" + "long" * 40, phase="key step"))
    async with reading(browser, bus, size=size, color_scheme=scheme) as (visit, _):
        page = visit.page
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        light = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert light == ("rgb(243, 245, 246)" if scheme == "light" else "rgb(13, 17, 19)")
        for name in ("English", "Deutsch", "Nederlands"):
            box = await page.get_by_role("link", name=name).bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 48
        picture = tmp_path_factory.mktemp("thread") / f"thread-{size[0]}-{scheme}.png"
        await page.screenshot(path=picture)
        assert picture.stat().st_size > 10_000


async def test_links_skip_to_the_posts_and_between_a_correction_and_its_post(browser: Browser) -> None:
    bus = MemoryBus()
    await bus.send(PAGES, post(1, "50 cm.", minutes=-9))
    await bus.send(PAGES, post(2, "15 cm.", minutes=-5, corrects=id_of("knee-2026/update/1")))
    async with reading(browser, bus) as (visit, _):
        page = visit.page
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.innerText") == "Skip to the posts"
        await page.get_by_role("link", name="Read the correction").click()
        assert await page.locator("li:target .text").inner_text() == "15 cm."
